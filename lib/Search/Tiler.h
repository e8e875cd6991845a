//===- Tiler.h - Makes the tilings of one layer -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A search makes thousands of tilings of the same layer. What a tiling touches
// is a product over the dimensions, and every factor of it depends on the size
// of the tile along one dimension alone: these factors are computed once.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_TILER_H
#define SCOPE_LIB_SEARCH_TILER_H

#include "scope/Search/CostModel.h"

namespace scope::search {

/// The coordinates that iterations [low, high) of the access's dimension touch.
std::pair<int64_t, int64_t> touchedRange(const Access &access, int64_t low,
                                         int64_t high);

/// Bytes of one call of `operand` that `layer` touches, each once; with what
/// lies between where a stride is wider than its window.
int64_t touchedBytes(const Layer &layer, const Operand &operand);

class Tiler {
public:
  Tiler(const CostModel &model, int32_t layer, int64_t calls);

  /// See CostModel::makeTiling.
  Tiling make(llvm::ArrayRef<int32_t> factors);

  /// Compute cycles of the largest tile on the fastest kind of chiplet, without
  /// what is done before the anchor starts: a lower bound. `factors` must be
  /// canonical.
  int64_t leastCompute(llvm::ArrayRef<int32_t> factors) const;
  /// Bytes of weights that the largest tile touches.
  int64_t weightTile(llvm::ArrayRef<int32_t> factors);
  /// Bytes of everything else that the largest tile touches.
  int64_t incoming(llvm::ArrayRef<int32_t> factors);
  /// Bytes of operand `operand` that the tiles of a call touch in sum at the
  /// least, however the layer is split.
  int64_t leastTotal(unsigned operand) const;

private:
  /// Largest and summed extents of the tiles along one dimension.
  struct Extents {
    int64_t largest = -1, total = 0;
  };
  int64_t sizeOf(unsigned dim) const {
    return dim == 0 ? calls : layer.dims[dim].size;
  }
  /// Extents of `operand` along `dim` for tiles of size `tile`.
  Extents measure(unsigned operand, unsigned dim, int64_t tile) const;
  /// The same for `count` tiles, computed once.
  const Extents &extents(unsigned operand, unsigned dim, int32_t count);
  /// The largest extent of a single iteration.
  int64_t rowExtent(unsigned operand, unsigned dim);
  int64_t largestBytes(unsigned operand, llvm::ArrayRef<int32_t> factors);
  /// Decides in which pieces the weights of a tile are fetched, where they are
  /// fetched every beat. `byChannel`: bytes of them that differ from channel to
  /// channel.
  void choosePieces(Tiling &tiling, int64_t byChannel) const;

  const CostModel &model;
  const Layer &layer;
  int32_t index;
  int64_t calls;
  /// By operand and dimension, then by number of tiles.
  std::vector<std::vector<Extents>> cache;
  /// By operand and dimension.
  std::vector<int64_t> rows;
  /// By operand: elements along what no dimension runs over, and bytes of a
  /// call that the layer touches.
  llvm::SmallVector<int64_t, 4> fixed, distinct;
  /// Kinds among the enabled chiplets.
  KindMask kinds;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_TILER_H
