//===- Explain.h - Why a plan is what it is ---------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sentences and figures that explain a plan: why each segment ends where it
// ends, and what limits each stage. Remarks and reports say the same, because
// both take it from here.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_EXPLAIN_H
#define SCOPE_SEARCH_EXPLAIN_H

#include "scope/Search/CostModel.h"
#include "scope/Search/TimeParts.h"

namespace scope::search {

/// Returns what `limit` means, for people.
llvm::StringRef describeLimit(Limit limit);

/// What a stage spends its time on.
struct StageLimit {
  /// What most of the stage is spent on.
  Limit limit = Limit::Compute;
  /// The layer of the network that takes longest; the first of equal ones.
  int32_t slowest = 0;
};

/// Returns the limit of `cluster`, which costs `cost`.
StageLimit limitOfStage(const ClusterPlan &cluster, const ClusterCost &cost);

/// Returns why segment `index` of `plan`, which is not the last one, ends where
/// it ends. `cost` is the cost of the plan.
std::string explainCut(const CostModel &model, const Plan &plan,
                       const PlanCost &cost, size_t index);

/// Returns what the stage of cluster `cluster` of segment `segment` takes and
/// why. `cost` is the cost of the plan.
std::string explainStage(const CostModel &model, const Plan &plan,
                         const PlanCost &cost, size_t segment, size_t cluster);

} // namespace scope::search

#endif // SCOPE_SEARCH_EXPLAIN_H
