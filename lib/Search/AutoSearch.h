//===- AutoSearch.h - A search, and searches of parts -------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Searches the space of a strategy, and where that search did not look at
// everything also parts of the space that it may have missed plans of.
//
// The parts of the space depend on the problem alone, not on the strategy, the
// estimate is no larger for a better plan in hand, and each search finds the
// best plan of its part. So a strategy never finds a better plan than one that
// it is a part of, and `merged` is never worse than the others. Where a search
// left something out for lack of budget, or to keep few labels, `merged` looks
// for better plans of the other strategies as well. A search with a better plan
// in hand takes no other steps, does no more work than without, and gets at
// least as far with the same budget, so it finds what the other would, unless
// few labels were kept: then it may keep others.
//
// Plans of the published space are plans of the full one. Where blocks branch,
// few labels are kept of very many, and a search of the full space may miss
// them; so a plan far from the bound is compared with the best published one.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUTOSEARCH_H
#define SCOPE_LIB_SEARCH_AUTOSEARCH_H

#include "SegmentTable.h"

namespace scope::search {

/// Finds a plan with the algorithms `auto` and `exact`, on `threads` if there
/// are any; fills in all of `result` but the bounds.
void searchPlans(const CostModel &model, const LowerBounds &lower,
                 llvm::ThreadPoolInterface *threads, SearchResult &result);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_AUTOSEARCH_H
