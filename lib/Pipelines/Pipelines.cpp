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

void scope::buildMergePipeline(OpPassManager &manager,
                               const AttachPackageOptions &options,
                               FinalChoice finalChoice) {
  StripOptions strip;
  strip.keepPackage = true;
  manager.addPass(createStrip(strip));
  manager.addPass(createAttachPackage(options));
  manager.addPass(createFormLayers());
  if (finalChoice == FinalChoice::Simulate) {
    manager.addPass(createChoosePlan());
  } else {
    manager.addPass(createSearch());
    manager.addPass(createPlace());
    manager.addPass(createAllocateBuffers());
  }
  manager.addPass(createVerifyPlan());
}

void scope::registerScopePipelines() {
  PassPipelineRegistration<MergePipelineOptions>(
      "scope-merge-pipeline",
      "Plan each function as a merged pipeline: strip, attach the package, "
      "form "
      "layers, search, place, allocate buffers, verify",
      [](OpPassManager &manager, const MergePipelineOptions &options) {
        buildMergePipeline(manager, options.forAttachPackage(),
                           options.finalChoice);
      });
}
