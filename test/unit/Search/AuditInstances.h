//===- AuditInstances.h - Plans and what is promised of them ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the tests of the audit share: random instances, and the promises that
// the cost model, the buffer plan and the placement make about a plan.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_UNITTESTS_SEARCH_AUDITINSTANCES_H
#define SCOPE_UNITTESTS_SEARCH_AUDITINSTANCES_H

#include "RandomPlan.h"

#include "scope/Search/Audit.h"

namespace scope::search {

/// A random instance for random plans: larger than what can be enumerated.
/// Some are refused by `check`.
Instance makeAuditInstance(uint64_t seed);

/// Everything that the project's own code promises about a feasible plan.
Promise makePromise(const CostModel &model, const Plan &plan);

/// One finding a line.
std::string printFindings(llvm::ArrayRef<Finding> findings);

} // namespace scope::search

#endif // SCOPE_UNITTESTS_SEARCH_AUDITINSTANCES_H
