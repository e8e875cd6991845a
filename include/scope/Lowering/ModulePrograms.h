//===- ModulePrograms.h - The programs of a module --------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For those who look at programs and do not care how they came about: from a
// `scope.programs` that stands in the module, or by lowering a plan.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LOWERING_MODULEPROGRAMS_H
#define SCOPE_LOWERING_MODULEPROGRAMS_H

#include "scope/Programs/Program.h"
#include "scope/Search/Plan.h"

#include "mlir/IR/BuiltinOps.h"

namespace scope {

/// Checks `programs` with everything that `programs::check` finds. Emits an
/// error at `loc` for each finding, and fails if there is one.
llvm::LogicalResult checkPrograms(const programs::PackageProgram &programs,
                                  const search::Package &package,
                                  mlir::Location loc);

/// The programs of one function.
struct ModulePrograms {
  /// Where errors about them belong.
  mlir::Location loc;
  programs::PackageProgram programs;
  search::Package package;
  /// What the cost model says; nothing if the function has no plan any more.
  std::optional<search::PlanCost> cost;
};

/// Calls `visit` with the checked programs of `module`, until one fails: those
/// of each `scope.programs`, and those that the plan of each other function is
/// lowered to. Emits an error and fails if there are none, or if they cannot be
/// read, lowered, or do not pass the checks.
llvm::LogicalResult forEachPrograms(
    mlir::ModuleOp module,
    llvm::function_ref<llvm::LogicalResult(const ModulePrograms &)> visit);

} // namespace scope

#endif // SCOPE_LOWERING_MODULEPROGRAMS_H
