//===- RegionTraffic.h - What regions of a segment send each other *- C++
//-*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The traffic of one segment in one beat, region by region, and what the layers
// of each region wait for of it. A region is a cluster of the segment or, after
// all of these, the DRAM ports. Where copies share their way, bytes are those
// that load links as much when each goes its way by itself.
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
  int64_t bytes = 0;
};

/// What a layer waits for.
struct LayerTraffic {
  /// What the model says of the layer wherever its region is.
  LayerCost cost;
  /// Bytes of what its own region has made, and of its weights; and the way of
  /// these.
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
  /// Adds `bytes` to the way between two regions; returns its number.
  int32_t send(int32_t from, int32_t to, int64_t bytes);
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_REGIONTRAFFIC_H
