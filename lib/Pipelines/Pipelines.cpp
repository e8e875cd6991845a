//===- Pipelines.cpp - Named pipelines ------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Pipelines/Pipelines.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace scope;

/// Adds the passes; `attach` is the configured pass that attaches the package.
static void addPasses(OpPassManager &manager, std::unique_ptr<Pass> attach) {
  StripOptions strip;
  strip.keepPackage = true;
  manager.addPass(createStrip(strip));
  manager.addPass(std::move(attach));
  manager.addPass(createFormLayers());
  manager.addPass(createSearch());
  manager.addPass(createPlace());
  manager.addPass(createAllocateBuffers());
  manager.addPass(createVerifyPlan());
}

void scope::buildMergePipeline(OpPassManager &manager,
                               const AttachPackageOptions &options) {
  addPasses(manager, createAttachPackage(options));
}

void scope::registerScopePipelines() {
  // The options are those of scope-attach-package, which parses them itself.
  registerPassPipeline(
      "scope-merge-pipeline",
      "Plan each function as a merged pipeline: strip, attach the package, form "
      "layers, search, place, allocate buffers, verify",
      [](OpPassManager &manager, StringRef options,
         function_ref<LogicalResult(const Twine &)> errorHandler) {
        std::unique_ptr<Pass> attach = createAttachPackage();
        if (failed(attach->initializeOptions(options, errorHandler)))
          return failure();
        addPasses(manager, std::move(attach));
        return success();
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> handle) {
        forAttachPackageOptions(handle);
      });
}
