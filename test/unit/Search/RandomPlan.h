//===- RandomPlan.h - Random legal plans ------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draws plans that are legal but not chosen by any cost, feasible or not, so
// that tests reach corners that no search would pick. Also makes random
// networks richer than a search's oracle can bear.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_UNITTESTS_SEARCH_RANDOMPLAN_H
#define SCOPE_UNITTESTS_SEARCH_RANDOMPLAN_H

#include "RandomProblem.h"

#include "scope/Search/CostModel.h"

namespace scope::search {

/// Adds to `network` what chains of convolutions do not have: tables, second
/// results, wide elements, slices, serial work, more samples a call.
void enrich(Dice &dice, Network &network);

/// Makes `package` a grid of up to 5 x 5 with several kinds, disabled chiplets
/// and DRAM ports.
void enrich(Dice &dice, Package &package);

/// A random plan that `checkShape` accepts; none if none was met in a few
/// tries.
std::optional<Plan> makeRandomPlan(Dice &dice, const CostModel &model);

} // namespace scope::search

#endif // SCOPE_UNITTESTS_SEARCH_RANDOMPLAN_H
