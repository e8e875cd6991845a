//===- PipelineFloors.h - What pipelines take at least ----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chiplet-cycles of segments of several clusters, from what layers take at
// least on regions of every size and what neighbours take together. Let a
// segment with `n` beats on `C` chiplets have stages T_1, T_2, ... on r_1, r_2,
// ... chiplets, `x` their sum and `P` the longest. The fill makes all chiplets
// wait, and every stage leaves its chiplets idle for what it lacks:
//
//   C * (x - P) + sum of r_i * n * (P - T_i)
//     >= f * x + (stages - 2) * f * P    with f = min(n, C / 2)
//     >= min(n, C) * P
//
// The first of these goes to the layers, whose time is a part of x; where it
// outweighs what neighbours save apart, more than two clusters do not pay.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PIPELINEFLOORS_H
#define SCOPE_LIB_SEARCH_PIPELINEFLOORS_H

#include "EdgeFloors.h"

namespace scope::search {

class PipelineFloors {
public:
  /// For segments of `beats` beats. `times`: by layer, cycles of a beat on
  /// regions of every size; without `edges` nothing is said of neighbours.
  PipelineFloors(const CostModel &model, int64_t beats,
                 llvm::ArrayRef<llvm::ArrayRef<int64_t>> times,
                 const EdgeFloors *edges);

  /// Chiplet-cycles of all beats that the layers first..last take at least as a
  /// segment of several clusters, or (`ofLayer`) one of them in any cluster.
  int64_t area(int32_t first, int32_t last) const {
    return areas[first][last - first];
  }
  int64_t ofLayer(int32_t layer) const { return layers[layer].alone; }

private:
  /// Chiplet-cycles of a layer with half of what it takes beyond its own with
  /// both of its neighbours, with one, and with none of them in its cluster.
  struct Layer {
    int64_t both = kUnbounded, before = kUnbounded, after = kUnbounded,
            alone = kUnbounded;
    /// Without any part of the fill.
    int64_t steady = kUnbounded;
  };
  void findAreas(int32_t first, int64_t chiplets, int64_t beats);

  std::vector<Layer> layers;
  std::vector<std::vector<int64_t>> areas;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PIPELINEFLOORS_H
