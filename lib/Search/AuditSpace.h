//===- AuditSpace.h - Whether a plan is one of its space --------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of the schedule space: coverage and order of the layers, strategy,
// beats, partitions, levels, weight modes, regions and pins.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITSPACE_H
#define SCOPE_LIB_SEARCH_AUDITSPACE_H

#include "AuditFindings.h"
#include "AuditMemory.h"

namespace scope::search::auditing {

/// Calls that a beat may have, ascending.
std::vector<int64_t> allowedBeats(const Problem &problem);

/// Why `factors` is no partition of `layer` for beats of `calls` calls; empty
/// if it is one.
std::string whyNoPartition(const Problem &problem, int32_t layer,
                           llvm::ArrayRef<int32_t> factors, int64_t calls);

/// All partitions of `layer`, pins regarded, on at most `mostUsed` chiplets.
std::vector<Partition> allowedPartitions(const Problem &problem, int32_t layer,
                                         int64_t calls, int64_t mostUsed);

/// Checks coverage, strategy, beats, partitions, regions and pins. Returns by
/// segment whether costs can be computed for it at all.
std::vector<bool> checkSpace(const Problem &problem, const Grid &grid,
                             const Promise &promise, Findings &findings);

/// Checks that clusters distribute their weights only where the published space
/// lets them: where replicated ones fit with no partition and level.
void checkPublishedModes(const Problem &problem, const Memory &memory,
                         llvm::ArrayRef<std::vector<ClusterView>> views,
                         Findings &findings);

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITSPACE_H
