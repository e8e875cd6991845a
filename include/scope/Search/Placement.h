//===- Placement.h - Which chiplets form each region ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the chiplets of every region: first as intervals of the snake order,
// which keeps regions compact and neighbours in the pipeline neighbours on the
// package; then by a local search. It moves whole clusters along the snake
// order and along the one that goes by columns, where all chiplets are alike
// and no region is pinned, and then exchanges neighbours of different regions,
// while that makes a beat shorter or, at equal cycles, links carry less.
//
// Links carry the traffic of one beat on XY routes, taken as spread evenly over
// the chiplets of the regions it runs between. A beat takes as long as the
// busiest link or the slowest cluster: where others use a link for a part of
// the beat, transfers over it are as slow as if only the rest of it were there.
//
// The cost model does not depend on the placement; what placement gains shows
// in the simulation.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_PLACEMENT_H
#define SCOPE_SEARCH_PLACEMENT_H

#include "scope/Search/CostModel.h"

#include <tuple>

namespace scope::search {

/// Loads of the mesh links of a segment during a beat, in bytes.
struct LinkLoads {
  int64_t worst = 0;
  int64_t sum = 0;
};

/// What placement lowers: cycles of a beat where transfers share links, and
/// then the bytes that all links carry, which energy follows.
struct PlacementCost {
  int64_t beat = 0;
  int64_t bytes = 0;

  bool operator<(const PlacementCost &other) const {
    return std::tie(beat, bytes) < std::tie(other.beat, other.bytes);
  }
};

/// The regions of one segment.
struct SegmentPlacement {
  /// Coordinates by cluster, each list in snake order.
  std::vector<std::vector<Coordinate>> regions;
  /// Loads before the local search, and of `regions`.
  LinkLoads before, after;
  PlacementCost costBefore, cost;
  /// Bytes of a beat that move between chiplets, or between them and the DRAM
  /// ports; `LinkLoads::sum` over it are the mean hops. Where copies share
  /// their way they count as what loads links as much.
  int64_t bytes = 0;
  /// No placement has a smaller worst load: what clusters send to others, or
  /// get from them, over as many links as their regions can have to the
  /// outside.
  int64_t leastWorst = 0;
};

/// Regions of a plan: coordinates by segment and cluster.
using PlanRegions = std::vector<std::vector<std::vector<Coordinate>>>;

/// Places all clusters of a feasible plan. The local search begins with
/// `regions`, or, where they contradict a pin or are empty, with the snake
/// order (`ClusterPlan::firstSlot`).
std::vector<SegmentPlacement> placeRegions(const CostModel &model,
                                           const Plan &plan,
                                           const PlanRegions &regions = {});

/// The four directions in which links leave a chiplet, in this order.
enum class LinkDirection : uint8_t { East, West, South, North };
inline constexpr unsigned kLinkDirections = 4;

/// Returns what the links of segment `index` of a feasible plan, whose clusters
/// are on `regions`, carry during a beat, in bytes: for each position of the
/// grid, row by row, one figure for each direction.
std::vector<int64_t>
computeLinkLoads(const CostModel &model, const Plan &plan, size_t index,
                 const std::vector<std::vector<Coordinate>> &regions);

} // namespace scope::search

#endif // SCOPE_SEARCH_PLACEMENT_H
