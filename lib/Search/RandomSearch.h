//===- RandomSearch.h - Plans at random -------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draws legal plans from a seed and keeps the best: what is to be had without
// any search. Boundaries are coins; beats, sizes, weight modes, levels and
// partitions are uniform among what is legal at their place. A segment that
// does not fit is drawn again, and made shorter if that does not help.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_RANDOMSEARCH_H
#define SCOPE_LIB_SEARCH_RANDOMSEARCH_H

#include "scope/Search/Search.h"

namespace scope::search {

/// Draws `Config::samples` plans with `Config::seed`; fills in all of `result`
/// but the bounds.
void searchAtRandom(const CostModel &model, SearchResult &result);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_RANDOMSEARCH_H
