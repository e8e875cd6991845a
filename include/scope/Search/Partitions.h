//===- Partitions.h - The ways to split a layer -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Enumerates the partitions that the space of a problem allows for a layer.
// Only canonical factors are listed: those for which no tile is empty. Any
// other factor gives the same tiles as a canonical one with fewer chiplets.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_PARTITIONS_H
#define SCOPE_SEARCH_PARTITIONS_H

#include "scope/Search/Plan.h"

namespace scope::search {

/// All canonical partitions of `layer` for beats of `calls` calls on at most
/// `maxUsed` chiplets, in a fixed order (lexicographic by factor).
std::vector<Partition> enumeratePartitions(const Problem &problem,
                                           int32_t layer, int64_t calls,
                                           int32_t maxUsed);

/// The partitions of `layer` with the smallest tiles that the space has: those
/// for beats of `calls` calls, which is set to the smallest number that allows
/// any. It is 1 unless a pin splits the batch.
std::vector<Partition> enumerateSmallestTiles(const Problem &problem,
                                              int32_t layer, int32_t maxUsed,
                                              int64_t &calls);

/// Whether splitting dimension `dim` shares the input among the chiplets (ISP);
/// otherwise it shares the weights (WSP). The input is the first activation
/// operand.
bool sharesInput(const Layer &layer, int32_t dim);

/// Why `factors` is no partition of `layer` in the space of `problem`; empty if
/// it is one.
std::string checkPartition(const Problem &problem, int32_t layer,
                           llvm::ArrayRef<int32_t> factors, int64_t calls);

} // namespace scope::search

#endif // SCOPE_SEARCH_PARTITIONS_H
