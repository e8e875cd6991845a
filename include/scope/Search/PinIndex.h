//===- PinIndex.h - Quick answers about pins --------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the pins of a problem allow, by layer ranges, for algorithms that ask
// often. The pins must not contradict each other (`check`).
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_PININDEX_H
#define SCOPE_SEARCH_PININDEX_H

#include "scope/Search/Plan.h"

namespace scope::search {

class PinIndex {
public:
  explicit PinIndex(const Problem &problem);

  /// Whether a cluster may consist of these layers: it does not run over a
  /// start, it does not end between layers that belong together.
  bool allowsCluster(int32_t firstLayer, int32_t lastLayer) const {
    return firstStart(firstLayer) > lastLayer && !joined[firstLayer] &&
           !joined[lastLayer + 1];
  }
  /// Whether a segment may consist of these layers.
  bool allowsSegment(int32_t firstLayer, int32_t lastLayer) const {
    return firstCut(firstLayer) > lastLayer;
  }
  /// Whether a cluster of these layers may follow the layers from
  /// `firstOfSegment` on in one segment: no chiplet is pinned for both. What is
  /// not allowed is not allowed for a later last layer either.
  bool allowsNext(int32_t firstOfSegment, int32_t firstLayer,
                  int32_t lastLayer) const;
  /// Whether a cluster of these layers may have `size` chiplets, of which the
  /// pins of all layers say the same.
  bool allowsSize(int32_t firstLayer, int32_t lastLayer, int32_t size) const;
  /// Whether `layer` may have the partition `factors`.
  bool allowsPartition(int32_t layer, llvm::ArrayRef<int32_t> factors) const;

  bool empty() const { return pins.empty(); }

private:
  /// First layer after `layer` at which a cluster, or a segment, must start.
  int32_t firstStart(int32_t layer) const { return nextStart[layer]; }
  int32_t firstCut(int32_t layer) const { return nextCut[layer]; }

  std::vector<Pin> pins;
  std::vector<int32_t> nextStart, nextCut;
  /// Whether a layer must share a cluster with the one before.
  std::vector<bool> joined;
};

/// Whether the strategy of `problem` lets a cluster consist of these layers.
bool clusterFollowsStrategy(const Problem &problem, int32_t firstLayer,
                            int32_t lastLayer);

} // namespace scope::search

#endif // SCOPE_SEARCH_PININDEX_H
