//===- RandomData.h - Tensors filled from a seed -------------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fills memory with numbers of an MLIR type that are the same on every machine:
// only operations that IEEE 754 defines to the last bit are used.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_RANDOMDATA_H
#define SCOPE_EXECUTION_RANDOMDATA_H

#include "mlir/IR/Types.h"

namespace scope {

/// Bytes of one element in memory: as many as hold its bits, one for i1; 0 for
/// what is no number of at most 64 bits.
int64_t getElementBytes(mlir::Type element);

/// Numbers even in [low, high); integers even in [low, high] after rounding
/// both towards zero.
struct NumberRange {
  double low = 0;
  double high = 1;
};

/// Fills `data` with elements of type `element`. The numbers depend on `seed`,
/// `stream` and their position alone. `getElementBytes(element)` divides the
/// size of `data`.
void fillRandom(llvm::MutableArrayRef<char> data, mlir::Type element,
                NumberRange range, uint64_t seed, uint64_t stream);

/// The range that inputs of type `element` are drawn from: +-1, for integers of
/// 8 bits or fewer all they can be, for others +-127.
NumberRange getInputRange(mlir::Type element);

} // namespace scope

#endif // SCOPE_EXECUTION_RANDOMDATA_H
