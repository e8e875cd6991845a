//===- AccessRange.h - What a tile touches along a dimension ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Interval arithmetic on accesses: which coordinates of a tensor a tile of a
// layer touches, carried through affine maps and views.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_ANALYSIS_ACCESSRANGE_H
#define SCOPE_LIB_ANALYSIS_ACCESSRANGE_H

#include "scope/Analysis/ViewTracer.h"
#include "scope/Search/Network.h"

#include "mlir/IR/AffineMap.h"

#include <optional>

namespace scope {

/// Coordinates along one dimension as a function of the tile of one dimension
/// of the layer. The fields mean what they mean in `search::Access`.
using AccessRange = search::Access;

/// All of [0, size).
AccessRange wholeRange(int64_t size);

/// The iterations of dimension `dim` of the layer themselves.
AccessRange loopRange(int32_t dim, int64_t size);

/// How many coordinates of a dimension of `size` every iteration makes, if
/// iterations of a dimension of the layer make all of them one after the other,
/// each as many; otherwise 0.
int64_t blockOf(const AccessRange &range, int64_t size);

/// The range of `coordinate`, an expression over loops with `loops` as ranges,
/// in a dimension of `size`. What is not known touches everything.
AccessRange evaluate(mlir::AffineExpr coordinate,
                     llvm::ArrayRef<AccessRange> loops, int64_t size);

/// The ranges of `map` in a tensor of `shape`.
llvm::SmallVector<AccessRange, 4> evaluate(mlir::AffineMap map,
                                           llvm::ArrayRef<AccessRange> loops,
                                           llvm::ArrayRef<int64_t> shape);

/// What ranges of a value touch of one piece of it: ranges, each with the
/// dimension of the root along which it runs (-1 for none). Nothing if they
/// touch nothing.
struct RootRange {
  AccessRange range;
  int32_t rootDim = -1;
};
std::optional<llvm::SmallVector<RootRange, 4>>
touchedOfPiece(const TracedPiece &piece, llvm::ArrayRef<AccessRange> ranges);

} // namespace scope

#endif // SCOPE_LIB_ANALYSIS_ACCESSRANGE_H
