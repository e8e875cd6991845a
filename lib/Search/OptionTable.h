//===- OptionTable.h - The options of all clusters --------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Holds, for one beat, the ways to run each cluster, without those that another
// one on a region that is no larger dominates; and lower bounds on what any
// plan must spend on the layers before and after a cluster, which tell the
// options that are in no plan better than the one in hand.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_OPTIONTABLE_H
#define SCOPE_LIB_SEARCH_OPTIONTABLE_H

#include "ClusterSweep.h"
#include "WorkBounds.h"

namespace scope::search {

/// The options of all clusters for one beat.
class OptionTable {
public:
  /// `uniform`: all regions of a size are alike.
  OptionTable(int32_t numLayers, bool uniform)
      : uniform(uniform), options(numLayers) {}

  void insert(int32_t first, int32_t last, const Option &option);

  /// The longest stage of an option on a region no smaller than those so far
  /// that none of them is sure to dominate, if stages and shares are all that
  /// counts.
  int64_t longestUseful(int32_t first, int32_t last) const {
    int64_t longest = kUnbounded;
    const std::vector<std::vector<Option>> &row = options[first];
    if (uniform && size_t(last - first) < row.size())
      for (const Option &option : row[last - first])
        if (option.share == 0)
          longest = std::min(longest, option.stage - 1);
    return longest;
  }

  /// Options of the clusters that start at `first`, by length less one, those
  /// of smaller regions first.
  const std::vector<std::vector<Option>> &from(int32_t first) const {
    return options[first];
  }

  /// Drops options for which `isHopeless` holds, and sorts the others.
  void prune(llvm::function_ref<bool(int32_t first, int32_t last,
                                     const Option &option)>
                 isHopeless);

private:
  bool beats(const Option &a, const Option &b) const {
    return a.dominates(b) &&
           (uniform ? a.region.size <= b.region.size : a.region == b.region);
  }

  bool uniform;
  std::vector<std::vector<std::vector<Option>>> options;
};

/// What a plan that is worth finding may cost at most.
class Target {
public:
  /// Plans must be better than `incumbent`, if there is one.
  Target(Objective objective, const std::optional<PlanCost> &incumbent);

  bool exists() const { return isSet; }
  /// The most that a plan may cost in one respect; kUnbounded if the objective
  /// does not say.
  int64_t cycles() const { return mostCycles; }
  int64_t latency() const { return mostLatency; }
  /// Whether no plan with at least these costs is worth finding.
  bool isMissed(int64_t cycles, int64_t latency, int64_t energy) const;

private:
  Objective objective;
  bool isSet = false;
  int64_t mostCycles = kUnbounded, mostLatency = kUnbounded,
          mostEnergy = kUnbounded;
  __int128 mostProduct = 0;
};

/// Lower bounds on what the layers before or after a place cost: chiplet-cycles
/// without the loads, cycles of the first beat, and femtojoules of the layers.
class CostToGo {
public:
  struct Cost {
    int64_t area = 0, latency = 0, energy = 0;
  };

  /// The bounds that follow from the work alone.
  CostToGo(const CostModel &model, const WorkBounds &bounds);

  /// Starts anew from the options of clusters, which are all there are:
  /// `add` them, then `finish`.
  void clear();
  void add(int32_t first, int32_t last, const Cost &least);
  void finish();

  /// Chiplet-cycles before and after every layer that hold whatever plan there
  /// is in hand.
  struct Areas {
    std::vector<int64_t> before, after;
  };
  void tighten(const Areas &areas);
  Areas areas() const;

  const Cost &before(int32_t layer) const { return prefix[layer]; }
  const Cost &after(int32_t layer) const { return suffix[layer]; }
  /// Chiplet-cycles before, or after, a place that may be inside a cluster.
  int64_t areaBeforeInside(int32_t layer) const { return insidePrefix[layer]; }
  int64_t areaAfterInside(int32_t layer) const { return insideSuffix[layer]; }

private:
  /// Follows from the bounds at boundaries of clusters and from the work.
  void findInside();

  const WorkBounds &bounds;
  int32_t numLayers;
  std::vector<Cost> prefix, suffix;
  std::vector<int64_t> insidePrefix, insideSuffix;
  /// By first layer and length less one.
  std::vector<std::vector<Cost>> clusters;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_OPTIONTABLE_H
