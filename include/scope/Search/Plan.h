//===- Plan.h - A complete schedule and its cost ----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plan divides the ordered layers of a network into segments, each segment
// into clusters on regions of chiplets, and gives each layer a partition. The
// costs of a plan are those of the model; they are kept apart from it, because
// they follow from it.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_PLAN_H
#define SCOPE_SEARCH_PLAN_H

#include "scope/Search/Problem.h"

namespace scope::search {

/// A factor for every dimension of a layer, the batch first.
using Partition = llvm::SmallVector<int32_t, 5>;

/// A set of chiplet kinds, one bit a kind.
using KindMask = uint32_t;

/// How a cluster and what is outside of it hand over beats.
enum class Edges : uint8_t {
  /// In a pipeline: it keeps a beat that arrives, and those that wait for
  /// stages further down.
  Pipelined,
  /// Alone in its segment: the DRAM reads and writes a beat while the cluster
  /// is at work on it.
  Alone,
  /// Alone in its segment, and the DRAM works ahead: the cluster keeps a beat
  /// that arrives and one that leaves while it is at work on the one between.
  Ahead,
};

/// A run of layers that run one after another on one region.
struct ClusterPlan {
  /// First and last layer, both inclusive.
  int32_t firstLayer = 0;
  int32_t lastLayer = 0;
  /// The region: `size` chiplets from position `firstSlot` of the snake order.
  int32_t firstSlot = 0;
  int32_t size = 1;
  /// The kinds of chiplets in the region.
  KindMask kinds = 1;
  WeightMode mode = WeightMode::Replicated;
  /// Resident budget in sixteenths of the SRAM.
  int32_t level = 2;
  /// Whether the DRAM works ahead of it; only for a cluster of several layers
  /// that is alone in its segment.
  bool ahead = false;
};

/// Clusters that run as a pipeline.
struct SegmentPlan {
  /// Calls in a beat (samples of a beat / samples of a call).
  int64_t beatCalls = 1;
  llvm::SmallVector<ClusterPlan, 4> clusters;

  int32_t firstLayer() const { return clusters.front().firstLayer; }
  int32_t lastLayer() const { return clusters.back().lastLayer; }
  /// How its clusters hand over beats.
  Edges edges() const {
    if (clusters.size() > 1)
      return Edges::Pipelined;
    return clusters.front().ahead ? Edges::Ahead : Edges::Alone;
  }
};

/// A complete schedule.
struct Plan {
  std::vector<SegmentPlan> segments;
  /// By layer.
  std::vector<Partition> partitions;
};

/// Cost of one layer for one beat, in cycles unless said otherwise.
struct LayerCost {
  int64_t compute = 0;
  int64_t internal = 0;
  int64_t external = 0;
  int64_t weights = 0;
  /// Sending what leaves the cluster; only at the cluster's last layer.
  int64_t send = 0;
  /// What the layer adds to its stage.
  int64_t cycles = 0;
  /// Whether the transfers overlap with compute (the tiles fit twice).
  bool overlapped = true;
  /// Whether the edges to DRAM are taken in bands of rows.
  bool banded = false;
  /// Chiplets that compute.
  int32_t used = 1;
  /// Femtojoules of a beat by kind.
  int64_t energyMac = 0, energySram = 0, energyNop = 0;
};

/// Cost of one cluster for one beat.
struct ClusterCost {
  int64_t stage = 0;
  /// Resident bytes on the fullest chiplet (weights and edge buffers), and
  /// the part of it that are weights.
  int64_t resident = 0;
  int64_t residentWeights = 0;
  /// Bytes of weights delivered to the region when the segment is loaded.
  int64_t deliveredWeights = 0;
  /// Bytes that the tiles of the layer that needs most need at least: with its
  /// edges buffered once or in bands, however they are.
  int64_t tiles = 0;
  std::vector<LayerCost> layers;
};

/// Cost of one segment for the batch.
struct SegmentCost {
  int64_t load = 0;
  /// What a beat by itself takes, from the DRAM through all stages and back,
  /// beyond the pace.
  int64_t fill = 0;
  /// Cycles between two beats: the slowest stage or the DRAM.
  int64_t pace = 0;
  int64_t slowestStage = 0;
  /// Cycles of the DRAM traffic of a beat.
  int64_t dramBeat = 0;
  int64_t beats = 1;
  int64_t cycles = 0;
  /// Load and one beat by itself: until the first beat is complete.
  int64_t latency = 0;
  /// DRAM bytes of the batch, weights included.
  int64_t dramBytes = 0;
  /// Femtojoules of the batch by kind.
  int64_t energyMac = 0, energySram = 0, energyNop = 0, energyDram = 0,
          energyIdle = 0;
  std::vector<ClusterCost> clusters;

  int64_t energy() const {
    return energyMac + energySram + energyNop + energyDram + energyIdle;
  }
};

/// What a plan costs as a whole: cycles of the batch, cycles until the first
/// beat is complete, femtojoules of the batch.
struct PlanTotals {
  int64_t cycles = 0;
  int64_t latency = 0;
  int64_t energy = 0;
};

/// Cost of a plan for the batch.
struct PlanCost : PlanTotals {
  std::vector<SegmentCost> segments;

  /// The totals with `segment` in the place of the segment number `index`.
  PlanTotals withSegment(size_t index, const SegmentCost &segment) const {
    const SegmentCost &before = segments[index];
    return {cycles - before.cycles + segment.cycles,
            latency - before.latency + segment.latency,
            energy - before.energy() + segment.energy()};
  }
};

/// The value of `cost` under `objective`: cycles, femtojoules, or a product of
/// both.
__int128 objectiveValue(const PlanTotals &cost, Objective objective);

/// The product of `energy` in femtojoules and `cycles` that `objective` asks
/// for. It never falls as either grows.
__int128 productValue(Objective objective, int64_t energy, int64_t cycles);

} // namespace scope::search

#endif // SCOPE_SEARCH_PLAN_H
