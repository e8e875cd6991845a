//===- LayerFunctions.h - Every layer as a function -------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before a layer can be cut into tiles it becomes a function of its own, in
// linalg on tensors: arguments are the stored values and the constants that it
// reads, results the values that it stores. Views that stand between a stored
// value and its reader, in whatever layer, belong to the reader's function. All
// of this is for one call.
//
// What depends on constants alone is computed once, by the function of the
// constants; small constants that are part of the program (shapes, zero points,
// paddings, numbers that are the same everywhere) stay inside the layers.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LOWERING_LAYERFUNCTIONS_H
#define SCOPE_LOWERING_LAYERFUNCTIONS_H

#include "scope/Analysis/NetworkReader.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace scope {

/// One layer as a function of its own.
struct LayerFunction {
  /// What an argument is.
  struct Input {
    bool isConstant = false;
    /// Value of the network, or result of the function of the constants.
    int32_t index = 0;
  };
  mlir::func::FuncOp function;
  /// By argument.
  llvm::SmallVector<Input> inputs;
  /// Value of the network, by result; in the order of `Layer::outputs`.
  llvm::SmallVector<int32_t> outputs;
};

/// The layers of one function.
struct LayerFunctions {
  /// Holds all the functions.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<LayerFunction> layers;
  /// Takes nothing and gives all constants that layers read.
  mlir::func::FuncOp constants;
  /// From values of the network to the results of the function that was
  /// planned.
  LayerFunction outputs;
};

/// Makes functions of the layers of `function`, whose network is `source`.
/// Emits an error and fails if an operation has no form in linalg.
llvm::FailureOr<LayerFunctions>
makeLayerFunctions(mlir::FunctionOpInterface function,
                   const NetworkOfFunction &source);

} // namespace scope

#endif // SCOPE_LOWERING_LAYERFUNCTIONS_H
