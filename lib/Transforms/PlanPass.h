//===- PlanPass.h - What passes on plans have in common ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Passes that take plans as they stand in the IR go over the planned functions
// of a module and first make sure that a plan can be computed with.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TRANSFORMS_PLANPASS_H
#define SCOPE_LIB_TRANSFORMS_PLANPASS_H

#include "scope/Analysis/PlanReader.h"
#include "scope/Search/CostModel.h"

namespace scope {

/// Calls `each` for the functions of `module` that have a plan, until one
/// fails. Emits an error if there is none, or if the one that the configuration
/// names has no plan.
llvm::LogicalResult forPlannedFunctions(
    mlir::ModuleOp module,
    llvm::function_ref<llvm::LogicalResult(mlir::FunctionOpInterface)> each);

/// Checks that `plan` is legal and fits, as far as the search's own rules go,
/// and evaluates it. Emits an error at the layer if it does not.
llvm::FailureOr<search::PlanCost> checkPlan(mlir::FunctionOpInterface function,
                                            const PlanOfFunction &plan,
                                            const search::CostModel &model);

} // namespace scope

#endif // SCOPE_LIB_TRANSFORMS_PLANPASS_H
