//===- StrategySearch.h - Quick and exact searches of one strategy -*- C++ -*-//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the dynamic programs over more and more of the space. Every search is
// given the best plan so far, and looks only for better ones:
//
//   near            few partitions and region sizes, as deep as `coarse`, but
//                   for plans near the bound alone, and then not so near; if it
//                   finds one, it spares the next four, but looks at shorter
//                   clusters that are alone in their segments with more
//                   partitions
//   long            clusters of many layers that are alone in their segments
//   batch           one partition a layer, clusters of many layers, pipelines by
//                   pace; where the batch may be split, and after `near` where
//                   that is still far from the bound
//   linear          very few partitions and region sizes, clusters of a limited
//                   length, pipelines by pace
//   coarse          pipelines over some region sizes and few partitions
//   fine            more sizes and partitions
//   exact           everything
//
// The first four always run to their end.
// The last ones run only where an estimate of their work is within the budget;
// the exact one always with `search=exact`, in steps of what plans may cost.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_STRATEGYSEARCH_H
#define SCOPE_LIB_SEARCH_STRATEGYSEARCH_H

#include "PipelineSearch.h"
#include "Repeats.h"
#include "SegmentTable.h"

namespace scope::search {

/// The searches of one strategy, one after another.
class StrategySearch {
public:
  /// Only plans better than `incumbent` are of interest.
  StrategySearch(const CostModel &model, const LowerBounds &lower,
                 const std::optional<PlanCost> &incumbent,
                 std::function<bool()> expired,
                 llvm::ThreadPoolInterface *threads, SearchResult &result)
      : model(model), config(model.getConfig()), classes(model),
        catalog(model, classes), repeats(model, classes),
        expired(std::move(expired)), threads(threads), result(result),
        lower(lower), best(incumbent) {}

  void run();

  /// Whether the time is up and there is a plan.
  bool isOver() const { return best && expired(); }
  /// Whether there is no plan, or one that may be much worse than the best.
  bool isFarFromBound(const std::optional<PlanCost> &cost) const;
  /// The cost of the best plan, the incumbent included.
  const std::optional<PlanCost> &cost() const { return best; }
  /// Whether a search of a part of the strategy's space might find something
  /// better.
  bool hasLeftOut() const { return leftOut; }

private:
  /// Looks for plans better than `incumbent`, and takes what is found.
  PipelineResult searchWithin(const std::optional<PlanCost> &incumbent,
                              const Candidates &candidates,
                              const Budget &budget, const char *by);
  void stage(const Candidates &candidates, int64_t work, const char *by);
  /// Looks for the best plan over `candidates` near the bound, where a search
  /// is quick; says whether there is a plan in hand so near.
  bool lookNearBound(const Candidates &candidates, const char *by);
  Candidates linearCandidates() const;
  /// Long clusters on the whole package: they are many of the best segments,
  /// and there is one size of region to look at.
  Candidates longClusters() const;
  /// Long clusters, the batch split as far as it goes: where a network has many
  /// branches, there are soon too many choices for long ones.
  Candidates batchSplits() const;
  /// The same clusters, and pipelines.
  Candidates restrictedCandidates() const;
  /// As `linearCandidates`, with more sizes of regions and paces.
  Candidates fineLinearCandidates() const;
  /// Very roughly, and quickly, the work of a search over candidates. Depends
  /// on the network, the package and the candidates alone.
  int64_t roughWork(const Candidates &candidates) const;
  /// Whether a search over candidates takes a small part of the budget.
  bool isQuick(const Candidates &candidates) const {
    return roughWork(candidates) <= config.workBudget / 16;
  }
  /// Whether a search over everything is worth a thought.
  bool hasFewPartitions();
  /// What no plan is better than.
  __int128 bound() const {
    return boundOn(computeBounds(model, lower), config.objective);
  }
  int64_t leastValue() const { return saturate(bound()); }
  /// Looks for plans that are not much worse than the bound, in steps: a search
  /// over everything is the quicker the less it has to spare, and what it finds
  /// is the best plan, though it was told of a better one than there is in
  /// hand. `work` limits all steps but the last together, and that one by
  /// itself; negative for no limit.
  void deepen(int64_t work);

  const CostModel &model;
  const Config &config;
  LayerClasses classes;
  StateCatalog catalog;
  Repeats repeats;
  std::function<bool()> expired;
  llvm::ThreadPoolInterface *threads;
  SearchResult &result;
  const LowerBounds &lower;
  std::optional<PlanCost> best;
  KnownBounds known;
  bool leftOut = false;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_STRATEGYSEARCH_H
