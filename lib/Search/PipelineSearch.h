//===- PipelineSearch.h - Best pipelines over given candidates --*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic programs over clusters and segments. With all states, regions and
// beats as candidates the result is the best plan of the space; with some of
// them it is a good plan, quickly.
//
//   options   for every cluster and region, the best stages  (ClusterSweep)
//   prune     options that are in no plan better than the incumbent
//   segments  quickly for a bound, then exactly              (SegmentSearch)
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PIPELINESEARCH_H
#define SCOPE_LIB_SEARCH_PIPELINESEARCH_H

#include "OptionTable.h"
#include "SegmentPaths.h"
#include "StateTable.h"

#include "llvm/Support/ThreadPool.h"

#include <functional>
#include <memory>
#include <optional>

namespace scope::search {

/// What is left to spend on a search.
struct Budget {
  /// Label relaxations; negative: no bound.
  int64_t work = -1;
  /// Asked now and then, from any thread; true ends the search.
  std::function<bool()> expired;
  /// Threads to use where the work has no bound; none: only the caller's.
  llvm::ThreadPoolInterface *threads = nullptr;
};

struct PipelineResult {
  std::optional<Plan> plan;
  PlanCost cost;
  /// Whether no plan over the candidates is better than `plan`, or than the
  /// bound that the search was given.
  bool complete = true;
  /// Whether something was left out for lack of budget or to keep few labels:
  /// then a search of a part of the space may find more in it than one of all
  /// of it. Clusters that were given up for the size of their tables do not
  /// count: any search over the candidates, of this space or a part of it, with
  /// a worse incumbent gives up those and more.
  bool leftOut = false;
  /// Label relaxations spent.
  int64_t work = 0;
};

/// Bounds on plans, whatever there is in hand: what one search over everything
/// finds out for the next.
struct KnownBounds {
  std::optional<CostToGo::Areas> areas;
  std::unique_ptr<SegmentPaths> paths;
  /// By beat: clusters that are alone, and those of pipelines.
  std::vector<KnownClusters> alone, pipelined;
};

/// Finds the best plan over `candidates`. Only plans that are better than
/// `incumbent` are of interest. A search over everything uses and improves
/// `known`, which is about the same strategy as `lower`.
PipelineResult
searchPipelines(const CostModel &model, const LayerClasses &classes,
                StateCatalog &catalog, const Candidates &candidates,
                const std::optional<PlanCost> &incumbent, const Budget &budget,
                const LowerBounds &lower, KnownBounds &known);

/// About the label relaxations that a search over `candidates` needs to find,
/// or rule out, plans that are better than `incumbent`. Does not depend on the
/// strategy, and is no larger for a better incumbent.
int64_t estimateWork(const CostModel &model, const LayerClasses &classes,
                     StateCatalog &catalog, const Candidates &candidates,
                     const std::optional<PlanCost> &incumbent,
                     const LowerBounds &lower);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PIPELINESEARCH_H
