//===- Planning.h - Planning inside of a tool -------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For tools that plan the module they are given before they use the plan: what
// their command lines say of it, and the planning itself.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PIPELINES_PLANNING_H
#define SCOPE_PIPELINES_PLANNING_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/CommandLine.h"

namespace scope {

/// The flags of a command line that become options of `scope-merge-pipeline`.
struct PlanningFlags {
  llvm::cl::opt<std::string> package{
      "package",
      llvm::cl::desc("Built-in package to plan for; simba-6x6 unless the "
                     "module has one")};
  llvm::cl::opt<std::string> packageFile{
      "package-file", llvm::cl::desc("File with the package to plan for")};
  llvm::cl::opt<int64_t> batch{
      "batch", llvm::cl::init(0),
      llvm::cl::desc("Samples of the batch; the package's if not given")};
  llvm::cl::opt<std::string> planOptions{
      "plan-options",
      llvm::cl::desc("Further options of scope-merge-pipeline, for example "
                     "\"strategy=segmented space=full\"")};

  /// The options; empty if nothing was said.
  std::string forPipeline() const;
};

/// Runs `scope-merge-pipeline` with `options`, which must be registered.
llvm::LogicalResult planModule(mlir::ModuleOp module, llvm::StringRef options);

} // namespace scope

#endif // SCOPE_PIPELINES_PLANNING_H
