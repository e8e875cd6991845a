//===- WorkBounds.h - What no plan can do without ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lower bounds by layer range, as prefix sums: chiplet-cycles of the batch,
// cycles of the first beat, bytes of weights. They hold for every plan of the
// space, and the search prunes by them.
//
// Splitting a layer never saves chiplet-cycles: with f tiles of t iterations,
// f * t is at least the size, and rounding up to lanes only adds. So the least
// work of a layer is that of its single tile, at the beat that rounds least.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_WORKBOUNDS_H
#define SCOPE_LIB_SEARCH_WORKBOUNDS_H

#include "scope/Search/CostModel.h"

namespace scope::search {

class WorkBounds {
public:
  explicit WorkBounds(const CostModel &model);

  /// Chiplet-cycles that layers first..end-1 need for the batch.
  int64_t work(int32_t first, int32_t end) const {
    return workSum[end] - workSum[first];
  }
  /// Chiplet-cycles of one beat of `calls` calls of a layer.
  int64_t beatWork(int32_t layer, int64_t calls) const;
  /// Cycles that layers first..end-1 need for the first beat.
  int64_t latency(int32_t first, int32_t end) const {
    return latencySum[end] - latencySum[first];
  }
  /// Cycles to load the weights of all layers from `first` on.
  int64_t leastLoad(int32_t first) const { return loads[first]; }
  /// Femtojoules of the DRAM for those, and of standing by for `cycles` cycles:
  /// what the layers from `first` on need besides their own energy.
  int64_t leastOverhead(int32_t first, int64_t cycles) const;
  /// Chiplet-cycles that a plan of `cycles` leaves over when all layers are
  /// run with the least work and loaded; negative if that is impossible.
  __int128 spareArea(int64_t cycles) const {
    return __int128(model.numChiplets()) * (cycles - leastLoad(0)) -
           work(0, model.getNetwork().numLayers());
  }

private:
  const CostModel &model;
  std::vector<int64_t> beats;
  /// By beat, then by layer.
  std::vector<std::vector<int64_t>> beatWorks;
  std::vector<int64_t> workSum, latencySum;
  /// By first layer.
  std::vector<int64_t> loads;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_WORKBOUNDS_H
