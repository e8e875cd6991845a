//===- PipelineFloors.h - What pipelines take at least ----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chiplet-cycles of segments of several clusters, from what every layer by
// itself takes at least on regions of every size. Let a segment with `n` beats
// on `C` chiplets have stages T_1, T_2, ... on r_1, r_2, ... chiplets, `x`
// their sum and `P` the longest. The fill makes all chiplets wait, and every
// stage leaves its chiplets idle for what it lacks:
//
//   C * (x - P) + sum of r_i * n * (P - T_i)  >=  f * x   with f = min(n, C /
//   2)
//                                             >=  min(n, C) * P
//
// The first of these goes to the layers, whose time is a part of x.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PIPELINEFLOORS_H
#define SCOPE_LIB_SEARCH_PIPELINEFLOORS_H

#include "scope/Search/CostModel.h"

namespace scope::search {

class PipelineFloors {
public:
  /// For segments of `beats` beats. `times`: by layer, cycles of a beat on
  /// regions of every size.
  PipelineFloors(const CostModel &model, int64_t beats,
                 llvm::ArrayRef<llvm::ArrayRef<int64_t>> times);

  /// Chiplet-cycles of all beats that the layers first..last take at least as a
  /// segment of several clusters.
  int64_t area(int32_t first, int32_t last) const;
  /// The same of one layer in any cluster of such a segment.
  int64_t ofLayer(int32_t layer) const {
    return filledSum[layer + 1] - filledSum[layer];
  }

private:
  int64_t chiplets, beats;
  /// By boundary: chiplet-cycles of the layers before, with their parts of the
  /// fill, and without any.
  std::vector<int64_t> filledSum = {0}, steadySum = {0};
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PIPELINEFLOORS_H
