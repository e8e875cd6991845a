//===- LabelFront.h - Ways of which none beats another ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The ways to run the first layers of a cluster that a label sweep keeps of one
// entry. Of two equal ones the first stays.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_LABELFRONT_H
#define SCOPE_LIB_SEARCH_LABELFRONT_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace scope::search {

/// A way to run the first layers of a cluster.
struct ClusterLabel {
  int64_t time = 0, bytes = 0, delivered = 0, energy = 0;
  /// The partitions that it consists of, where they are traced.
  int32_t node = -1;
};

class LabelFront {
public:
  LabelFront() = default;
  /// A front of one way.
  explicit LabelFront(const ClusterLabel &label) : labels{label} {}

  bool empty() const { return labels.empty(); }
  /// The labels; where time and bytes are all that counts, ascending by time.
  llvm::ArrayRef<ClusterLabel> get() const { return labels; }

  /// Adds labels where time and bytes are all that counts: they ascend by time
  /// and descend by bytes. `scratch` saves an allocation.
  void mergeByTime(llvm::ArrayRef<ClusterLabel> added,
                   std::vector<ClusterLabel> &scratch);
  /// Adds `label` where everything counts. With `few`, only the fastest, the
  /// smallest and the thriftiest are kept. Returns whether one was left out for
  /// that.
  bool insertByAll(const ClusterLabel &label, bool few);

private:
  std::vector<ClusterLabel> labels;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_LABELFRONT_H
