//===- Planning.cpp - Planning inside of a tool ---------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Pipelines/Planning.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace scope;

std::string PlanningFlags::forPipeline() const {
  std::string text = planOptions;
  auto add = [&](StringRef key, const Twine &value) {
    text += (" " + key + "=" + value).str();
  };
  if (package.getNumOccurrences())
    add("package", package.getValue());
  if (packageFile.getNumOccurrences())
    add("package-file", "\"" + Twine(packageFile.getValue()) + "\"");
  if (batch > 0)
    add("batch", Twine(batch.getValue()));
  return text;
}

LogicalResult scope::planModule(ModuleOp module, StringRef options) {
  FailureOr<OpPassManager> parsed = parsePassPipeline(
      ("builtin.module(scope-merge-pipeline{" + options + "})").str());
  if (failed(parsed))
    return failure();
  PassManager manager(module.getContext());
  static_cast<OpPassManager &>(manager) = *parsed;
  return manager.run(module);
}
