//===- SegmentSearch.h - Divide the layers into segments --------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Given the options of every cluster, finds the division of the layers into
// segments and of those into clusters that costs least. Segments are a shortest
// path over the boundaries between layers. Inside a segment two searches exist:
//
//   by labels  exact: the Pareto set over chiplets used, slowest stage, sum of
//              stages and whatever else the objective needs
//   by pace    quick: for each pace of a geometric row, the fewest chiplets
//   that
//              keep it; the result is a good plan, and the bound that the exact
//              search needs
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_SEGMENTSEARCH_H
#define SCOPE_LIB_SEARCH_SEGMENTSEARCH_H

#include "OptionTable.h"
#include "SegmentTraffic.h"

#include "scope/Search/PinIndex.h"

#include <functional>

namespace scope::search {

/// A cluster of a segment under construction.
struct ClusterChoice {
  int32_t first, last, slot;
  const Option *option;
};

/// A way to run all layers before some layer, in whole segments.
struct Prefix {
  int64_t cycles = 0, latency = 0, energy = 0;
  /// Where the last segment starts, the prefix before it, its beat and its
  /// clusters.
  int32_t start = -1;
  int32_t previous = -1;
  size_t beat = 0;
  bool solo = false;
  std::vector<ClusterChoice> clusters;
};

/// Everything about the clusters that the search over segments needs.
struct ClusterTables {
  std::vector<int64_t> beats;
  std::vector<RegionType> regions;
  /// By position of the snake order and size: index into `regions`, or -1.
  std::vector<std::vector<int32_t>> regionAt;
  /// By beat: options of clusters in pipelines, and of those alone in their
  /// segment.
  std::vector<OptionTable> pipelined, alone;
  bool uniform = true;
};

class PaceBounds;
class SegmentPaths;

class SegmentSearch {
public:
  /// Uses bounds by pace in the exact search; only where the objective is the
  /// throughput.
  void setPaceBounds(const PaceBounds *bounds) { paceBounds = bounds; }

  /// Uses bounds on whole segments, which were aimed at the target.
  void setPaths(const SegmentPaths *bounds) { paths = bounds; }

  /// `spend` takes work and says whether the search must end.
  using Spend = llvm::function_ref<bool(int64_t work)>;

  /// `strategy` is that of the model or one that is a part of it.
  SegmentSearch(const CostModel &model, Strategy strategy, const PinIndex &pins,
                const WorkBounds &bounds, const CostToGo &toGo,
                const ClusterTables &tables, const Target &target, Spend spend)
      : model(model), problem(model.getProblem()), pins(pins), bounds(bounds),
        toGo(toGo), tables(tables), target(target), spend(spend),
        criteria(criteriaFor(model)), numLayers(model.getNetwork().numLayers()),
        numChiplets(model.numChiplets()), prefixes(numLayers + 1) {
    problem.config.strategy = strategy;
  }

  /// Runs the exact search inside segments, or the quick one with paces that
  /// grow by the factor 1 + 1 / `steps`. False if the search was ended.
  bool run(bool exact, int64_t steps);

  /// The best way to run all layers found, and the segments it consists of in
  /// order; empty if there is none.
  std::vector<const Prefix *> best() const;

private:
  /// A way to run the layers from the start of a segment up to some layer.
  struct Label {
    CostModel::SegmentTotals totals;
    int64_t energy = 0;
    int32_t clusters = 0;
    /// Index of the choice that led here; -1 at the start.
    int32_t choice = -1;

    int64_t fill() const { return totals.sum - totals.slowest; }
  };
  struct Choice {
    ClusterChoice cluster;
    int32_t previous;
  };
  class Front;

  void extendSolo(int32_t start, size_t beat);
  bool extendByLabels(int32_t start, size_t beat);
  bool extendByPace(int32_t start, size_t beat, int64_t steps);
  /// Stages of at most `pace`, with as few chiplets as that takes; or, where a
  /// chiplet has a price, with the least sum of stages and prices.
  void tryPace(int32_t start, size_t beat, int64_t pace, int64_t price);
  void closePipeline(int32_t start, size_t beat, int32_t end,
                     const Label &label, const std::vector<Choice> &choices);
  void closeSegment(int32_t start, size_t beat, int32_t end, const Label &label,
                    llvm::function_ref<std::vector<ClusterChoice>()> clusters,
                    bool solo);
  bool isHopeless(int32_t start, size_t beat, int32_t next, int32_t used,
                  const Label &label) const;
  bool worthKeeping(int32_t end, const Prefix &prefix) const;
  void keep(int32_t end, Prefix prefix);
  /// Appends a cluster; shares up to `leastShare` do not bound the load.
  Label extend(const Label &label, const Option &option,
               int64_t leastShare) const;
  /// The largest share of weights that takes a chiplet no longer to load than
  /// all weights of start..last take the DRAM; `start` is the one at hand.
  int64_t leastShare(int32_t start, int32_t last);
  void findLongest();
  /// The longest stage of a pipeline from the start at hand.
  int64_t longestStage(int32_t start, size_t beat) const;
  bool dominates(const Label &a, const Label &b) const;
  bool fullPipelineOnly() const {
    return problem.config.strategy == Strategy::FullPipeline;
  }
  /// Energy besides that of the layers; 0 where it does not matter.
  int64_t overhead(int32_t first, int64_t cycles) const {
    return criteria.energy ? bounds.leastOverhead(first, cycles) : 0;
  }
  const CostModel::DramTraffic &traffic(int32_t first, int32_t last);

  const CostModel &model;
  /// With the strategy that is searched.
  Problem problem;
  const PinIndex &pins;
  const WorkBounds &bounds;
  const CostToGo &toGo;
  const ClusterTables &tables;
  const Target &target;
  Spend spend;
  const PaceBounds *paceBounds = nullptr;
  const SegmentPaths *paths = nullptr;
  /// The last layer that a pipeline from the start at hand may have.
  int32_t furthest = 0;
  Criteria criteria;
  int32_t numLayers, numChiplets;
  /// The traffic of the segments from one layer on, by length less one, and
  /// that layer.
  std::vector<CostModel::DramTraffic> trafficTable;
  std::pair<int32_t, std::optional<SegmentTraffic>> trafficOf{-1, std::nullopt};
  std::vector<std::vector<Prefix>> prefixes;
  /// Beats of the batch, by beat size.
  std::vector<int64_t> beatsOf;
  /// By beat size: cycles until the first beat of the segment at hand is there.
  std::vector<int64_t> arriving;
  /// By the last layer of a segment from the start at hand, as far as they are
  /// known.
  std::vector<int64_t> leastShares;
  /// By beat size and layer: the longest stage of a cluster of a pipeline that
  /// begins there, and there or later.
  std::vector<std::vector<int64_t>> longestAt, longestFrom;
  /// What the cheapest way to the start of the segment at hand costs, in each
  /// respect, with the loads of all that follows.
  struct {
    int64_t cycles = 0, latency = 0, energy = 0;
    /// The cycles without those loads.
    int64_t before = 0;
  } cheapest;
  bool isQuick = false;
  /// Work that was not reported yet.
  int64_t pending = 0;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_SEGMENTSEARCH_H
