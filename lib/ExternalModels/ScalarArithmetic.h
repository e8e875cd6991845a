//===- ScalarArithmetic.h - Kinds of scalar operations ----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sorts the operations of `arith` and `math`, on scalars in the body of a
// structured operation or on tensors, by the kind of arithmetic they do.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXTERNALMODELS_SCALARARITHMETIC_H
#define SCOPE_LIB_EXTERNALMODELS_SCALARARITHMETIC_H

#include "scope/Interfaces/OpDescription.h"

namespace scope {

/// The kind of arithmetic that `op` does; `isConstant` says by operand which do
/// not depend on data.
Arithmetic classifyScalarOp(mlir::Operation *op,
                            llvm::ArrayRef<bool> isConstant);

/// The arithmetic in `body` on what depends on data; `isConstant` says by
/// argument of the block which do not.
Arithmetic classifyBody(mlir::Block &body, llvm::ArrayRef<bool> isConstant);

} // namespace scope

#endif // SCOPE_LIB_EXTERNALMODELS_SCALARARITHMETIC_H
