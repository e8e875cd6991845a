//===- Exhaustive.h - Every plan of a small space ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Enumerates all plans of a problem one by one: the oracle that the other
// algorithms are tested against. It shares the cost model with them and nothing
// else: no dominance, no bounds, no dynamic program.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_EXHAUSTIVE_H
#define SCOPE_SEARCH_EXHAUSTIVE_H

#include "scope/Search/CostModel.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace scope::search {

/// Calls `visit` for every feasible plan of the space; `makePlan` builds the
/// plan that is being visited. Returns the number of plans, or nothing if there
/// are more than `mostPlans` (then no plan is visited).
std::optional<int64_t>
enumeratePlans(const CostModel &model, int64_t mostPlans,
               llvm::function_ref<void(const PlanTotals &,
                                       llvm::function_ref<Plan()> makePlan)>
                   visit);

/// Number of partitions assignments and cluster divisions that a full
/// enumeration would look at, saturated.
int64_t countPlans(const CostModel &model);

} // namespace scope::search

#endif // SCOPE_SEARCH_EXHAUSTIVE_H
