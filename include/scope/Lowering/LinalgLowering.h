//===- LinalgLowering.h - From TOSA to linalg -------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one list of upstream passes by which layers, and whole functions that
// they are compared with, come into linalg on tensors.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LOWERING_LINALGLOWERING_H
#define SCOPE_LOWERING_LINALGLOWERING_H

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace scope {

/// Adds the passes that lower the functions of a module from TOSA, and from
/// elementwise operations on tensors, to linalg on tensors. Convolutions get
/// their fast form: the output channel is the last dimension of the weights,
/// which are transposed by operations of their own. Transposed convolutions
/// become plain ones, by upstream's decomposition.
void addLinalgLowering(mlir::OpPassManager &manager);

} // namespace scope

#endif // SCOPE_LOWERING_LINALGLOWERING_H
