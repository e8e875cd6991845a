//===- ClusterBoundary.h - What crosses the edge of a cluster ---*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows a cluster that grows layer by layer, and knows at every length the
// bytes that leave it and the bytes that its edges keep resident: the sums of
// CostModel::leavingBytes and CostModel::edgeBytes without going over the whole
// cluster again.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_CLUSTERBOUNDARY_H
#define SCOPE_LIB_SEARCH_CLUSTERBOUNDARY_H

#include "scope/Search/CostModel.h"

namespace scope::search {

class ClusterBoundary {
public:
  /// An empty cluster before layer `first`, on `size` chiplets.
  ClusterBoundary(const CostModel &model, int32_t first, int32_t size,
                  int64_t calls, Edges mode)
      : model(model), first(first), last(first - 1), size(size), calls(calls),
        mostWaiting(model.mostWaitingBeats(calls)), mode(mode) {}

  /// Takes the next layer in.
  void advance();

  /// Bytes of a beat that leave the cluster.
  int64_t leaving() const { return leavingBytes; }
  /// Resident bytes a chiplet for the edges.
  int64_t edges() const {
    return mode == Edges::Alone ? 0 : arriving + waiting;
  }

private:
  const CostModel &model;
  int32_t first, last, size;
  int64_t calls, mostWaiting;
  Edges mode;
  int64_t leavingBytes = 0, arriving = 0, waiting = 0;
  /// Bytes on a chiplet of a beat of what the world reads.
  int64_t forWorld = 0;
  /// Values that were made inside and are read after the last layer.
  struct Open {
    int32_t lastReader;
    int64_t bytes;
    bool isNetworkOutput;
    /// Bytes on a chiplet of a beat that waits.
    int64_t share;
  };
  llvm::SmallVector<Open, 4> open;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_CLUSTERBOUNDARY_H
