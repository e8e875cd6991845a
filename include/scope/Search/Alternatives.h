//===- Alternatives.h - What else a plan could be ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Explains the choices of a plan by what the next-best one would cost: among
// the plans that differ from it in one choice about a stage, or about a
// segment, the best by the objective.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_ALTERNATIVES_H
#define SCOPE_SEARCH_ALTERNATIVES_H

#include "scope/Search/CostModel.h"

namespace scope::search {

/// A plan that differs in one choice.
struct Alternative {
  /// The other choice, as part of a sentence: "layer 'a' split row = 4"; empty
  /// if no other one is possible.
  std::string change;
  /// What the objective has then, over what the plan has: 0.02 is 2 % more.
  /// Negative if the plan is not the best one.
  double more = 0;
};

/// The best other choice about stage `cluster` of segment `segment`: another
/// partition of its slowest layer, or the other weight mode. A plan of
/// `cost` that is feasible.
Alternative nextBestStage(const CostModel &model, const Plan &plan,
                          const PlanCost &cost, size_t segment, size_t cluster);

/// The best other choice about segment `segment`: another beat, one chiplet
/// moved, one layer moved over a boundary of clusters, or two clusters in one.
Alternative nextBestSegment(const CostModel &model, const Plan &plan,
                            const PlanCost &cost, size_t segment);

/// A sentence about it, for remarks and reports.
std::string describeAlternative(const Alternative &alternative,
                                Objective objective);

} // namespace scope::search

#endif // SCOPE_SEARCH_ALTERNATIVES_H
