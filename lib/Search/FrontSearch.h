//===- FrontSearch.h - Plans of which none is better in all -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `search=pareto`, and searches under constraints whose best plan without them
// breaks one. Where all plans can be listed, the front is that of all plans and
// proved. Elsewhere it is that of what searches for every objective and with
// every largest beat find.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_FRONTSEARCH_H
#define SCOPE_LIB_SEARCH_FRONTSEARCH_H

#include "scope/Search/Search.h"

namespace scope::search {

/// Whether a plan of `cost` is within the constraints of `config`.
bool meetsConstraints(const PlanTotals &cost, const Config &config);

/// Finds the front, and takes the plan of it that is best in the objective
/// within the constraints. `searchOne` runs one search without constraints;
/// `known` are results that it gave before.
SearchResult
searchFront(const Problem &problem, llvm::ArrayRef<SearchResult> known,
            llvm::function_ref<SearchResult(const Problem &)> searchOne);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_FRONTSEARCH_H
