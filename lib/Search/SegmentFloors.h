//===- SegmentFloors.h - What segments need at the least --------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a run of layers moves at the DRAM if it is a segment, and whether it can
// be one at all: its weights must be on the package next to the tiles of its
// layers. Where weights or feature maps are large for the package this says how
// many segments a plan has at least, and what crosses between them.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_SEGMENTFLOORS_H
#define SCOPE_LIB_SEARCH_SEGMENTFLOORS_H

#include "scope/Search/CostModel.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace scope::search {

/// Whether segments of plans of `model` may have several clusters.
bool hasPipelines(const CostModel &model);

/// A run of layers as a segment.
struct SegmentFloor {
  CostModel::DramTraffic traffic;
  /// Whether its bytes may fit as one cluster, and as several.
  bool alone = false, pipelined = false;
};

class SegmentFloors {
public:
  /// For beats of `calls` calls.
  SegmentFloors(const CostModel &model, int64_t calls);

  /// Goes over the segments that start at `first`, by their last layer, as long
  /// as longer ones may fit; at most `mostLayers` layers.
  void from(int32_t first, int32_t mostLayers,
            llvm::function_ref<void(int32_t last, const SegmentFloor &)> visit);

private:
  /// Longest segments whose division into clusters is looked at.
  static constexpr int32_t kMostDivided = 256;
  /// More chiplets than there are.
  static constexpr int32_t kNever = 1 << 28;
  /// Bytes of all chiplets of a region together.
  struct Operand {
    int32_t value;
    int32_t producer;
    int64_t bytes;
  };
  struct Layer {
    int64_t weights = 0;
    /// What is read, and what is made, by the tiles of a beat.
    llvm::SmallVector<Operand, 2> reads;
    int64_t made = 0;
    /// The same by result, with its last reader.
    llvm::SmallVector<std::pair<int32_t, int64_t>, 1> results;
  };
  /// What a growing cluster needs next to its weights.
  class Cluster;
  /// Fewest chiplets whose SRAM holds `resident` bytes next to `tiles`.
  int64_t chiplets(int64_t resident, int64_t tiles) const;
  /// Fewest chiplets for the cluster first..last of a pipeline.
  int32_t chipletsOf(int32_t first, int32_t last);

  const CostModel &model;
  int64_t calls;
  /// Whether segments may have several clusters.
  bool pipelines;
  std::vector<Layer> layers;
  /// By level: bytes of the largest SRAM for residents and for tiles.
  llvm::SmallVector<std::pair<int64_t, int64_t>, 8> levels;
  /// By first layer and length less one: chiplets of clusters in pipelines.
  std::vector<std::vector<int32_t>> clusters;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_SEGMENTFLOORS_H
