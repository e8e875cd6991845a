//===- AuditTiles.h - Tiles of a layer as explicit ranges -------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tiles of a partitioned layer, one a chiplet, written out as ranges of
// iterations, and the boxes of the operands that they touch. Everything that
// the audit knows about sizes comes from walking these lists.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITTILES_H
#define SCOPE_LIB_SEARCH_AUDITTILES_H

#include "scope/Search/Plan.h"

namespace scope::search::auditing {

/// Indices from `low` up to, and without, `high`.
struct Range {
  int64_t low = 0, high = 0;
  int64_t size() const { return high > low ? high - low : 0; }
};

/// The indices that are in both ranges.
inline Range intersect(Range a, Range b) {
  return {std::max(a.low, b.low), std::min(a.high, b.high)};
}

/// What one chiplet computes of a layer: a range a dimension, the calls first.
using Tile = llvm::SmallVector<Range, 5>;

/// Bytes of a tensor: a range a tensor dimension, for each of some calls.
struct Box {
  Range calls{0, 1};
  llvm::SmallVector<Range, 4> ranges;
  int64_t elementBytes = 1;
  int64_t bytes() const;
};

/// Cuts `size` iterations into ranges of ceil(size / factor); only the last
/// may be shorter, and none is empty.
std::vector<Range> cut(int64_t size, int64_t factor);

/// The tiles of `layer` by chiplet number: mixed radix over the dimensions, the
/// last one innermost.
std::vector<Tile> makeTiles(const Layer &layer, llvm::ArrayRef<int32_t> factors,
                            int64_t calls);

/// The box of `operand` that `tile` touches; one call of a weight.
Box touchedBox(const Operand &operand, const Tile &tile);

/// The box of `read` that `tile` of the producing layer made: the calls of the
/// tile, and along every tensor dimension that a dimension of the producer runs
/// along the range of that one; `touched` says the rest.
Box madeBox(const Operand &read, const Box &touched, const Tile &tile);

/// The tiles of one layer and what follows from them alone.
struct LayerFacts {
  const Layer *layer = nullptr;
  std::vector<Tile> tiles;
  /// By operand: bytes of the tile that touches most, of all tiles together,
  /// and of the band (one row of one call) that touches most.
  struct Touched {
    int64_t largest = 0, total = 0, band = 0;
    /// Of the operand as far as any iteration of the beat touches it.
    int64_t distinct = 0;
  };
  llvm::SmallVector<Touched, 3> operands;
  /// By output: bytes of the largest tile and of its largest band.
  llvm::SmallVector<int64_t, 1> outputs, outputBands;
  /// Bytes of weights of the largest tile, of all tiles together, and of those
  /// of the largest tile that no range of output channels leaves out.
  int64_t weightTile = 0, weightTotal = 0, commonWeights = 0;
  /// Bands of the tile that has most: of all of its calls, and of one.
  int64_t bands = 0, bandsOfCall = 0;

  int32_t used() const { return static_cast<int32_t>(tiles.size()); }
};

LayerFacts examine(const Layer &layer, llvm::ArrayRef<int32_t> factors,
                   int64_t calls);

/// Bytes of the weights of `layer`, each once: all of the tensors.
int64_t distinctWeights(const Layer &layer);

/// What the fullest of `size` chiplets has of `bytes` that are spread over them
/// in whole elements.
int64_t spreadEvenly(int64_t bytes, int64_t size, int64_t elementBytes);

/// Bytes of an element, by value.
std::vector<int64_t> elementWidths(const Network &network);

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITTILES_H
