//===- PipelineSearch.h - Best pipelines over given candidates --*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic program behind `exact` and `auto`. Over the candidates that it is
// given (all of the space, or a part of it) it finds the best plan:
//
//  1. for every beat, region and weight mode the best stage of every cluster
//     (ClusterSweep);
//  2. for every first layer the best divisions of what follows into clusters,
//     as Pareto labels over layers and chiplets;
//  3. the best division of the network into segments.
//
// A known plan bounds all three: what needs more chiplet-cycles than that plan
// leaves over is not looked at. This loses nothing.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PIPELINESEARCH_H
#define SCOPE_LIB_SEARCH_PIPELINESEARCH_H

#include "StateTable.h"

#include <functional>
#include <optional>

namespace scope::search {

/// What is left to spend on a search.
struct Budget {
  /// Label relaxations; negative: no bound.
  int64_t work = -1;
  /// Asked now and then; true ends the search.
  std::function<bool()> expired;
};

struct PipelineResult {
  std::optional<Plan> plan;
  PlanCost cost;
  /// Whether no plan over the candidates is better than `plan`, or than the
  /// bound that the search was given.
  bool complete = true;
  /// Label relaxations spent.
  int64_t work = 0;
};

/// Finds the best plan over `candidates`. Plans worse than `incumbent` are of
/// no interest.
PipelineResult searchPipelines(const CostModel &model,
                               const LayerClasses &classes,
                               const Candidates &candidates,
                               const std::optional<PlanCost> &incumbent,
                               const Budget &budget);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PIPELINESEARCH_H
