//===- Plannable.h - What can be planned ------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Planning takes functions of one block whose operations are pure and work on
// tensors of static shape. Everything else is refused before anything is
// changed, all of it in one error.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_PLANNABLE_H
#define SCOPE_ANALYSIS_PLANNABLE_H

#include "scope/Analysis/Constants.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace scope {

/// The functions of `module` to plan: the one that its configuration names, or
/// all that have a body.
llvm::FailureOr<llvm::SmallVector<mlir::FunctionOpInterface>>
functionsToPlan(mlir::ModuleOp module);

/// Checks that every operation of `function` can be planned. Emits one error
/// that lists all that can not, with counts, at the first of them.
llvm::LogicalResult checkPlannable(mlir::FunctionOpInterface function,
                                   Constants &constants);

} // namespace scope

#endif // SCOPE_ANALYSIS_PLANNABLE_H
