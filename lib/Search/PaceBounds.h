//===- PaceBounds.h - What pipelines cost at least, by pace -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A segment costs its pace times the beats, and the stages of its clusters but
// the slowest. If the pace is known to lie in a narrow range, then the least
// sum of stages over a number of chiplets is a small dynamic program over
// layers and chiplets, and so is, over all ranges, the least cost of all
// remaining layers. These bounds miss what is possible by little more than the
// width of a range.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PACEBOUNDS_H
#define SCOPE_LIB_SEARCH_PACEBOUNDS_H

#include "SegmentSearch.h"

#include "llvm/Support/ThreadPool.h"

namespace scope::search {

class PaceBounds {
public:
  /// Bounds for plans of at most `mostCycles` cycles over the options of
  /// `tables`, under `strategy`. `toGo` are other bounds, which make these
  /// better.
  PaceBounds(const CostModel &model, Strategy strategy,
             const ClusterTables &tables, const CostToGo &toGo,
             int64_t mostCycles, llvm::ThreadPoolInterface *threads);

  /// The least cycles that the layers from `layer` on take in segments of their
  /// own, without the loads.
  int64_t after(int32_t layer) const { return closed[layer]; }

  /// Whether a segment that has used `used` chiplets, stages of `sum` and a
  /// slowest stage of `slowest` before layer `next` can only be part of plans
  /// of more than `mostCycles`. `before` are the cycles of earlier segments and
  /// all loads.
  bool isHopeless(size_t beat, int32_t next, int32_t used, int64_t before,
                  int64_t sum, int64_t slowest) const;

private:
  /// Range `k` holds slowest stages from paces[k] to paces[k + 1] - 1.
  struct Beat {
    int64_t beats = 1;
    std::vector<int64_t> paces;
    /// By layer, range and chiplets that are left: the least sum of stages of
    /// the clusters from there on, and cycles of the segments after those.
    std::vector<float> open;
  };
  float *openAt(Beat &beat, int32_t layer, size_t range) {
    return beat.open.data() +
           (layer * (beat.paces.size() - 1) + range) * (numChiplets + 1);
  }
  /// Chooses the ranges of a beat, and begins with what follows the last layer.
  void prepare(const ClusterTables &tables, size_t index);
  void choosePaces(const ClusterTables &tables, size_t index);

  int32_t numLayers, numChiplets;
  int64_t mostCycles;
  /// A sum of single-precision numbers, one a layer, is off by no more than
  /// this part. Costs are rounded down by it before they are used as bounds.
  double precision;
  std::vector<Beat> beats;
  std::vector<int64_t> closed;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PACEBOUNDS_H
