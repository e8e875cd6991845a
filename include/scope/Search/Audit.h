//===- Audit.h - An independent check of a plan's promises ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A second implementation of the rules of the cost model page, for checking
// plans and not for finding them. It takes a problem and everything that a plan
// promises about it (the schedule, its costs, the chiplets of its regions, the
// buffers in their SRAM) and says what does not hold.
//
// It shares data types with the cost model and no code: tiles are listed one by
// one as ranges of indices, chiplets and links are walked one by one, and the
// bytes that live in SRAM are counted step by step. It is slow, and meant to be
// easy to compare with the page.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_AUDIT_H
#define SCOPE_SEARCH_AUDIT_H

#include "scope/Search/BufferPlan.h"
#include "scope/Search/Plan.h"

#include <optional>
#include <string>
#include <vector>

namespace scope::search {

/// What a plan promises about one cluster besides its schedule.
struct PromisedCluster {
  /// The chiplets of the region in any order; empty before placement. Where
  /// they are given, the kinds of chiplets follow from them, and
  /// `ClusterPlan::firstSlot` is not looked at in either case.
  std::vector<Coordinate> region;
  /// The buffers of every chiplet of the region, with offsets in bytes; none
  /// before allocation.
  std::optional<std::vector<Buffer>> buffers;
};

/// Everything that a plan promises.
struct Promise {
  Plan plan;
  PlanCost cost;
  /// By segment and cluster; empty if neither regions nor buffers are known.
  std::vector<std::vector<PromisedCluster>> clusters;
};

/// Which of the promises a finding is about.
enum class FindingKind : uint8_t {
  /// Every layer once and in order.
  Coverage,
  /// Strategy, beats, partitions, levels, weight modes and pins.
  Space,
  /// The chiplets of a region.
  Region,
  /// Bytes that the schedule needs at least on a chiplet.
  Capacity,
  /// A figure that comes out differently when it is computed again.
  Cost,
  /// The buffers as they were allocated.
  Buffer,
};

/// One promise that does not hold.
struct Finding {
  FindingKind kind = FindingKind::Cost;
  /// What it is, what was promised, what is right or needed, what there is, and
  /// what to do about it.
  std::string message;
  /// Indices of what it is about; negative for none. Clusters are counted
  /// inside their segment, layers in the network.
  int32_t segment = -1;
  int32_t cluster = -1;
  int32_t layer = -1;
};

/// Findings after which an audit stops.
inline constexpr size_t kMostFindings = 20;

/// Checks all promises about `problem`, which must be well formed (`check`).
/// Returns what does not hold, the first `mostFindings` of it: what is wrong
/// with the schedule first, then capacity, costs and buffers. What cannot be
/// computed because of an earlier finding is left out. Empty if all is well.
std::vector<Finding> audit(const Problem &problem, const Promise &promise,
                           size_t mostFindings = kMostFindings);

} // namespace scope::search

#endif // SCOPE_SEARCH_AUDIT_H
