//===- Weights.h - Data for constants that came without ------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks are often passed on without their weights: the constants name
// resources that the file does not hold. To execute such a network, the missing
// data is made from a seed, the same on every machine. Values are drawn by what
// a constant is for, so that the numbers neither vanish nor blow up on the way
// through the network and its results depend on its input.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_WEIGHTS_H
#define SCOPE_EXECUTION_WEIGHTS_H

#include "mlir/IR/Operation.h"

namespace scope {

/// The constants below `root` that name a resource without data.
llvm::SmallVector<mlir::Operation *>
findMissingConstants(mlir::Operation *root);

/// Gives data to every constant that `findMissingConstants` finds. Constants
/// that name the same resource with the same type share it, except the name
/// `__elided__`, which stands for any data. What is drawn depends on `seed`, on
/// the name or, where it was elided, the position in the program, and on the
/// use:
/// - weights of products that are summed up: even in +-sqrt(6 / n), where n is
///   the number of products in a sum; integers even in +-127;
/// - operands of roots, logarithms and reciprocals (variances), and factors:
///   even in [0.5, 1.5);
/// - numbers of rows of tables: even below the rows of the smallest one;
/// - all others: matrices even in +-1, vectors even in +-0.1.
/// Numbers at the end of a name do not count, since contexts add them to names
/// that they have read before; of names that differ in them alone, the order in
/// the program does. So the data of a module does not depend on modules that
/// were read before it.
/// Fails with an error at a constant whose element type is no number.
llvm::LogicalResult fillMissingConstants(mlir::Operation *root, uint64_t seed);

} // namespace scope

#endif // SCOPE_EXECUTION_WEIGHTS_H
