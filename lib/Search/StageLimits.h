//===- StageLimits.h - What clusters may take at most -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the clusters of one beat may take for a plan that is worth finding, and
// what follows for each of their layers.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_STAGELIMITS_H
#define SCOPE_LIB_SEARCH_STAGELIMITS_H

#include "Repeats.h"
#include "RunTable.h"

namespace scope::search {

/// Limits for clusters, negative where there is no such plan. Those by area are
/// for clusters of pipelines only.
class StageLimits {
public:
  /// Cycles of a beat.
  RunTable longest;
  /// Chiplet-cycles of all beats: if the other clusters of the segment are
  /// charged with their work, and if they are charged with what they cost in a
  /// pipeline.
  RunTable byWork, byOptions;
  /// Cycles of a beat by size of the region, where that is known.
  std::vector<RunTable> bySize;

  /// Limits for single layers, whatever clusters they are in.
  struct OfLayers {
    std::vector<int64_t> longest, byWork, byOptions;
    /// By size of the region.
    std::vector<std::vector<int64_t>> bySize;
  };
  /// `work`: by boundary, the chiplet-cycles of the layers before, for all
  /// beats; `time`: the cycles that they take at least in a beat, on the whole
  /// package, and `timeBySize` on smaller regions.
  OfLayers ofLayers(llvm::ArrayRef<int64_t> work, llvm::ArrayRef<int64_t> time,
                    llvm::ArrayRef<std::vector<int64_t>> timeBySize) const;

  /// Whether limits are set that no cluster is within.
  bool leaveNothing() const;

  /// Raises the limits of clusters whose options others take over.
  void coverAlike(const Repeats &repeats);
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_STAGELIMITS_H
