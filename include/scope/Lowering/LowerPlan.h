//===- LowerPlan.h - From a plan to programs --------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers one planned, placed and allocated function to the programs of its
// package and the kernels that they run.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LOWERING_LOWERPLAN_H
#define SCOPE_LOWERING_LOWERPLAN_H

#include "scope/Analysis/PlanReader.h"
#include "scope/Programs/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace scope {

/// Programs and what they call.
struct LoweredPlan {
  programs::PackageProgram programs;
  search::Package package;
  /// Holds the kernels (by the names in `programs`), `constants`, which gives
  /// all constants by `Tensor::index`, and `outputs`, which makes the results
  /// of the planned function from values of the network.
  mlir::OwningOpRef<mlir::ModuleOp> code;
  /// By tensor: the program's own type of an element.
  llvm::SmallVector<mlir::Type, 0> elementTypes;
  /// Tensors that `outputs` takes.
  llvm::SmallVector<int32_t> outputTensors;
};

/// Lowers the plan of `function`. Emits an error and fails if the plan has no
/// placement or no buffers, or if something of it cannot be lowered.
llvm::FailureOr<LoweredPlan> lowerPlan(mlir::FunctionOpInterface function);

/// Reads programs that have been lowered before out of the IR, which keeps its
/// own copy of the code. Emits an error and fails where `readPrograms` does.
llvm::FailureOr<LoweredPlan> readLoweredPlan(ProgramsOp op);

} // namespace scope

#endif // SCOPE_LOWERING_LOWERPLAN_H
