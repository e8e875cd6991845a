//===- Search.h - Find a plan -----------------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The entry point of the search library: a problem goes in, a verified plan
// comes out together with what is known about its distance from the optimum.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_SEARCH_H
#define SCOPE_SEARCH_SEARCH_H

#include "scope/Search/CostModel.h"

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace scope::search {

/// Lower bounds that hold for every plan of the space.
struct Bounds {
  /// Cycles of the batch: least chiplet-cycles of all layers spread over all
  /// chiplets, and the load of every weight once.
  int64_t work = 0;
  /// Cycles of the batch: loads, and bytes that any division into segments that
  /// may fit moves at the DRAM.
  int64_t dram = 0;
  /// Cycles of the batch: the same, with the computation of each segment where
  /// that takes longer than its traffic.
  int64_t segments = 0;
  /// Cycles of the batch: MACs on all lanes.
  int64_t ideal = 0;
  /// Cycles of the first beat, and femtojoules of the batch.
  int64_t latency = 0;
  int64_t energy = 0;
};

/// Computes the bounds of a problem.
Bounds computeBounds(const CostModel &model);

/// The bound on the value of `objective`; see `objectiveValue`.
__int128 boundOn(const Bounds &bounds, Objective objective);

/// What a search found.
struct SearchResult {
  /// Why there is no plan; empty if there is one.
  Diagnosis failure;
  Plan plan;
  PlanCost cost;
  Bounds bounds;
  /// Which part of the search answered: "linear", "exact", "restricted",
  /// "exhaustive", "random" or "pareto".
  std::string answeredBy;
  /// Whether the plan is the best of the space.
  bool proved = false;
  /// Label relaxations, or plans for `exhaustive`.
  int64_t candidates = 0;
  /// Bytes of every SRAM that the plan sets aside (`Config::tileReserve`), so
  /// that all its buffers find a place.
  int64_t tileReserve = 0;
  /// With `pareto`, or constraints that the best plan breaks: the costs of the
  /// plans that were found and of which none is at least as good as another one
  /// in all respects, ascending by cycles.
  std::vector<PlanTotals> front;
};

/// Runs the algorithm that the configuration names and verifies its plan.
/// `threads`: where there are some, searches over everything use them; the
/// result is the same with any number.
SearchResult search(const Problem &problem,
                    llvm::ThreadPoolInterface *threads = nullptr);

/// Parts of one value of the objective that the plan may be away from the
/// optimum: 0.02 is 2 %. Zero if the plan is proved.
double gap(const SearchResult &result, Objective objective);

} // namespace scope::search

#endif // SCOPE_SEARCH_SEARCH_H
