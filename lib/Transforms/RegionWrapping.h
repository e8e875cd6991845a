//===- RegionWrapping.h - Move operations into a region ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers, clusters and segments are made the same way: a run of operations
// moves into a new region, and what others read of it becomes its results.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TRANSFORMS_REGIONWRAPPING_H
#define SCOPE_LIB_TRANSFORMS_REGIONWRAPPING_H

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace scope {

/// Makes an operation with one empty region and results of the given types.
using MakeRegionOp =
    llvm::function_ref<mlir::Operation *(mlir::TypeRange resultTypes)>;

/// Moves `ops`, which stand in one block, in their order into the region of a
/// new operation, and ends it with a yield of what is read elsewhere.
mlir::Operation *wrapInRegion(llvm::ArrayRef<mlir::Operation *> ops,
                              mlir::Location loc, MakeRegionOp make);

} // namespace scope

#endif // SCOPE_LIB_TRANSFORMS_REGIONWRAPPING_H
