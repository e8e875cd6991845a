//===- SegmentTable.h - The segments that may fit ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For every run of layers that may be a segment: what it moves at the DRAM, and
// for which beats it may fit. Holds for every plan of a strategy, and is made
// once for all bounds on it.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_SEGMENTTABLE_H
#define SCOPE_LIB_SEARCH_SEGMENTTABLE_H

#include "SegmentFloors.h"
#include "WorkBounds.h"

#include "scope/Search/Search.h"

#include "llvm/ADT/ArrayRef.h"

namespace scope::search {

class SegmentTable {
public:
  /// Networks of more layers have too many segments to look at each.
  static constexpr int32_t kMostLayers = 512;

  /// Whether the segments of plans of `model` can be listed: networks of very
  /// many layers have too many, and one segment of all layers needs no list.
  static bool exists(const CostModel &model);
  explicit SegmentTable(const CostModel &model);

  struct Segment {
    CostModel::DramTraffic traffic;
    /// One bit a beat, in the order of `beatCalls`: whether it may fit as one
    /// cluster that follows the strategy, and as several.
    uint32_t alone = 0, pipelined = 0;
  };
  /// The segments that start at `first`, by length less one, as far as any may
  /// fit.
  llvm::ArrayRef<Segment> from(int32_t first) const { return segments[first]; }

private:
  std::vector<std::vector<Segment>> segments;
};

/// What bounds on the plans of one strategy start from.
struct LowerBounds {
  explicit LowerBounds(const CostModel &model);

  WorkBounds works;
  /// Nothing where it does not exist.
  std::optional<SegmentTable> segments;
};

/// The bounds of the report from these.
Bounds computeBounds(const CostModel &model, const LowerBounds &lower);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_SEGMENTTABLE_H
