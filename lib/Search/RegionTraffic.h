//===- RegionTraffic.h - What regions send each other -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The traffic of one segment in one beat, region by region, and what the layers
// of each region wait for of it. A region is a cluster of the segment or, after
// all of these, the DRAM ports.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_REGIONTRAFFIC_H
#define SCOPE_LIB_SEARCH_REGIONTRAFFIC_H

#include "scope/Search/CostModel.h"

namespace scope::search {

/// Traffic from the chiplets of one region to those of another or to
/// themselves, every pair of chiplets the same.
struct RegionWay {
  int32_t from, to;
  /// Different bytes, and what chiplets receive of them all together; more only
  /// where copies share their way.
  struct Flow {
    int64_t sent;
    int64_t received;
  };
  llvm::SmallVector<Flow, 4> flows;
  /// What they all load links with, as bytes that go their way by themselves.
  int64_t alone = 0;
};

/// What a layer waits for.
struct LayerTraffic {
  /// What the model says of the layer wherever its region is.
  LayerCost cost;
  /// Bytes of what its own region has made, and of its weights, as they load
  /// links; and the way of these.
  int64_t internal = 0;
  int64_t weights = 0;
  int32_t weightsWay = 0;
  /// Way and bytes of each operand from another region.
  struct Arrival {
    int32_t way;
    int64_t bytes;
  };
  llvm::SmallVector<Arrival, 2> arrivals;
};

class RegionTraffic {
public:
  /// `segment` is of the feasible plan `plan`.
  RegionTraffic(const CostModel &model, const Plan &plan,
                const SegmentPlan &segment);

  /// The region that stands for the DRAM ports: the number of clusters.
  int32_t dram() const { return static_cast<int32_t>(clusters.size()); }
  /// At most one for two regions.
  std::vector<RegionWay> ways;
  /// By cluster, the traffic of its layers and the way inside.
  struct Cluster {
    std::vector<LayerTraffic> layers;
    int32_t inside = 0;
  };
  std::vector<Cluster> clusters;
  /// Cycles of a beat wherever the regions are.
  int64_t pace = 0;

private:
  void addCluster(const CostModel &model, const Plan &plan,
                  const SegmentPlan &segment, int32_t index);
  /// The number of the way between two regions.
  int32_t wayOf(int32_t from, int32_t to);
  /// Adds `sent` bytes, of which chiplets get `received` all together over
  /// `hops` hops, to a way; returns the bytes as they load links.
  int64_t send(const CostModel &model, int32_t way, int64_t sent,
               int64_t received, int64_t hops);
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_REGIONTRAFFIC_H
