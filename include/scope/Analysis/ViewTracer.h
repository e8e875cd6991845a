//===- ViewTracer.h - The stored values behind views ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Views of one value are one storage. This finds, for any value, the values
// that are really stored behind it, through any chain of views and across the
// boundaries of layers, clusters and segments, and keeps track of which
// dimension lies where.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_VIEWTRACER_H
#define SCOPE_ANALYSIS_VIEWTRACER_H

#include "scope/Interfaces/OpDescription.h"

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

namespace scope {

/// A part of a value that one stored value provides.
struct TracedPiece {
  /// Along one dimension of the value: where it lies in the root. The dimension
  /// is negative where they part.
  using Source = ViewPiece::Source;
  /// The stored value: made by an operation that is no view, or an argument.
  mlir::Value root;
  /// By dimension of the value.
  llvm::SmallVector<Source, 4> sources;
  /// Coordinates [begin, end) of the value, by dimension, inside this piece.
  llvm::SmallVector<std::pair<int64_t, int64_t>, 4> box;
  /// Whether the piece may show any part of the root in any place.
  bool isScattered = false;
};

/// Looks through the results of layers, clusters and segments: what the regions
/// yield.
mlir::Value lookThroughRegions(mlir::Value value);

/// The pieces that `value`, a tensor of static shape, consists of. Padding and
/// other constants that views add have none.
llvm::SmallVector<TracedPiece, 1> traceViews(mlir::Value value);

} // namespace scope

#endif // SCOPE_ANALYSIS_VIEWTRACER_H
