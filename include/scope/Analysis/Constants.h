//===- Constants.h - What is known before the program runs ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Importers leave whole sub-graphs of constants in a program: folded batch
// norms, masks, casts of weights. They cost nothing at run time. This analysis
// tells them from data, and says along which dimensions a constant varies, so
// that a vector that was broadcast to an image still counts as a vector.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_CONSTANTS_H
#define SCOPE_ANALYSIS_CONSTANTS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallBitVector.h"

namespace scope {

/// The values that `op` reads: its operands, and what its regions read from
/// outside, each in the order of its first use there.
llvm::SmallVector<mlir::Value, 4> readValues(mlir::Operation *op);

/// Answers about the constants of one function. Keeps answers, so the function
/// must not change while it is in use.
class Constants {
public:
  /// Whether `value` does not depend on the function's arguments and is made
  /// without side effects.
  bool isConstant(mlir::Value value);
  /// Whether all results of `op` are constant.
  bool isConstant(mlir::Operation *op);

  /// The dimensions of the constant tensor `value` along which its elements
  /// may differ.
  llvm::SmallBitVector varyingDims(mlir::Value value);
  /// Whether all elements of `value` are the number zero.
  bool isZero(mlir::Value value);

private:
  llvm::DenseMap<mlir::Operation *, bool> constant;
  llvm::DenseMap<mlir::Value, llvm::SmallBitVector> varying;
};

} // namespace scope

#endif // SCOPE_ANALYSIS_CONSTANTS_H
