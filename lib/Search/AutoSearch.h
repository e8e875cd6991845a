//===- AutoSearch.h - From quick searches to exact ones -*- C++ -*-------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the dynamic programs over more and more of the space. Every search is
// given the best plan so far, and looks only for better ones:
//
//   near            few partitions and region sizes, as deep as `coarse`, but
//                   for plans near the bound alone, and then not so near; if it
//                   finds one, it spares the next three
//   long            clusters of many layers that are alone in their segments
//   linear          very few partitions and region sizes, clusters of a limited
//                   length, pipelines by pace
//   coarse          pipelines over some region sizes and few partitions
//   fine            more sizes and partitions
//   exact           everything
//
// The first three always run to their end.
// The last ones run only where an estimate of their work is within the budget;
// the exact one always with `search=exact`, in steps of what plans may cost.
//
// The parts of the space depend on the problem alone, not on the strategy, the
// estimate is no larger for a better plan in hand, and each search finds the
// best plan of its part. So a strategy never finds a better plan than one that
// it is a part of, and `merged` is never worse than the others. Where a search
// left something out for lack of budget, or to keep few labels, `merged` looks
// for better plans of the other strategies as well. A search with a better plan
// in hand takes no other steps, does no more work than without, and gets at
// least as far with the same budget, so it finds what the other would.
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
