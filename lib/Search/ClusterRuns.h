//===- ClusterRuns.h - What runs of clusters take at least ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Let a segment with `n` beats on `C` chiplets have clusters with stages T_m on
// r_m chiplets, and P be its pace, no less than any T_m. All chiplets are there
// for the sum of the stages and for P in every further beat, so with a number
// p <= P it takes
//
//   C * (sum of T_m) + (n - 1) * C * P
//     >= sum of ( C * T_m + (n - 1) * r_m * max(T_m, p) )
//
// chiplet-cycles. The terms are costs of single clusters, and the cheapest way
// to divide layers into clusters is a shortest path. Work alone says how fast
// the pace of a segment can be; paces that are near each other share a path.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_CLUSTERRUNS_H
#define SCOPE_LIB_SEARCH_CLUSTERRUNS_H

#include "EdgeFloors.h"
#include "KnownClusters.h"
#include "RunTable.h"

namespace scope::search {

class ClusterRuns {
public:
  using Times = llvm::ArrayRef<llvm::ArrayRef<int64_t>>;
  /// For segments of `beats` beats. `times`: by layer, cycles of a beat on
  /// regions of every size; `work`: by boundary, least chiplet-cycles of all
  /// beats of the layers before; `sizes`: of the regions that clusters may
  /// have, ascending; `known`: null for nothing.
  ClusterRuns(const CostModel &model, int64_t beats, Times times,
              llvm::ArrayRef<int64_t> work, const EdgeFloors &edges,
              llvm::ArrayRef<int32_t> sizes, const KnownClusters *known);

  /// Into how many ranges paces are divided.
  size_t numRanges() const { return ranges.size(); }
  /// The lowest one that the pace of the segment first..last may be in.
  size_t rangeOf(int32_t first, int32_t last) const;

  /// Chiplet-cycles of all beats that the layers first..last take at least as a
  /// segment of several clusters.
  int64_t area(int32_t first, int32_t last) const {
    return areas[first][last - first];
  }
  /// The same of some clusters of a segment whose pace is in a range, or of
  /// none if there are no layers.
  int64_t some(size_t range, int32_t first, int32_t last) const {
    return first > last ? 0 : ranges[range].some[first][last - first];
  }
  /// What a cluster on `size` chiplets costs such a segment.
  int64_t costOf(size_t range, int32_t size, int64_t stage) const {
    return saturate(__int128(numChiplets) * stage +
                    __int128(beats - 1) * size *
                        std::max(stage, ranges[range].pace));
  }
  /// The longest stage that costs no more than `area`; negative if there is
  /// none.
  int64_t longestStage(size_t range, int32_t size, int64_t area) const;

  /// As `area`, if the clusters are those of a table.
  RunTable areasOf(const OptionTable &clusters) const;
  /// Cycles that the layers first..last take at least as a segment of several
  /// of these clusters, without its load; anything above `most` is as good.
  int64_t leastCycles(const OptionTable &clusters, int32_t first, int32_t last,
                      int64_t most) const;

private:
  /// By first layer and length less one, as far as there are such clusters.
  using Costs = std::vector<std::vector<int64_t>>;
  struct Way;
  struct Range {
    int64_t pace;
    Costs some;
  };
  /// What runs of layers from one first layer on cost at least.
  struct Divisions {
    /// As clusters of a longer segment, and as two or more clusters.
    std::vector<int64_t> some, several;
  };
  /// What a cluster costs in a range at least, in one of some ways.
  int64_t leastCost(size_t range, llvm::ArrayRef<Way> ways) const;
  /// `small`: what clusters cost on up to half of the chiplets; `large`: on
  /// more than that, which a segment has one of at most.
  static Divisions divide(int32_t first, const Costs &small,
                          const Costs &large);
  /// Takes the areas of the segments of a range.
  void takeAreas(size_t range, int32_t first, const Divisions &divisions,
                 llvm::MutableArrayRef<int64_t> areas) const;

  /// The same if the clusters from `first` on are those of a table.
  void takeAreasOf(const OptionTable &clusters, size_t range, int32_t first,
                   llvm::MutableArrayRef<int64_t> row) const;

  /// The least sum of stages, none of them longer than `longest`.
  int64_t leastSum(const OptionTable &clusters, int32_t first, int32_t last,
                   int64_t longest) const;

  int64_t numChiplets, beats;
  llvm::ArrayRef<int64_t> work;
  std::vector<Range> ranges;
  RunTable areas;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_CLUSTERRUNS_H
