//===- SweepStep.h - One layer of a sweep -----------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the tables of a sweep before and after a layer are indexed: by the states
// of the live layers, in mixed radix.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_SWEEPSTEP_H
#define SCOPE_LIB_SEARCH_SWEEPSTEP_H

#include "ClusterSweep.h"

namespace scope::search {

/// Bytes of the outputs of a tiling that layer `layer` or a later one reads,
/// and of those that a later one reads.
inline std::pair<int64_t, int64_t> heldBytes(const Network &network,
                                             const Tiling &tiling,
                                             int32_t producer, int32_t layer) {
  int64_t before = 0, after = 0;
  for (auto [output, bytes] :
       llvm::zip_equal(network.layers[producer].outputs, tiling.outputs)) {
    const Value &value = network.values[output.value];
    int32_t lastReader = value.consumers.empty() ? -1 : value.consumers.back();
    before += lastReader >= layer ? bytes : 0;
    after += lastReader > layer ? bytes : 0;
  }
  return {before, after};
}

struct ClusterSweep::Step {
  struct Live {
    int32_t layer;
    /// Number of candidate states.
    int64_t size;
    int64_t largestOutput;
    const std::vector<const Tiling *> *tilings;
    /// Whether it is live after the step as well.
    bool isKept;
  };
  int32_t layer = 0;
  /// Live layers before and after the step, ascending. The layer itself comes
  /// last in `after` if it is live.
  llvm::SmallVector<Live, 4> before, after;
  int64_t numBefore = 1;
  /// Entries over the live layers that survive, without the layer itself.
  int64_t numKept = 1;
  bool isLive = false;
  int64_t numStates = 0;
  const LayerCosts *costs = nullptr;
  /// Edges from inside the cluster: position of the producer in `before`, and
  /// the matrix.
  llvm::SmallVector<std::pair<unsigned, Matrix *>, 2> edges;
  /// No less than what the live layers hold, however they are split.
  int64_t mostHeld = 0;
  /// Held bytes by position in `before` and candidate state.
  llvm::SmallVector<std::vector<std::pair<int64_t, int64_t>>, 4> held;
  bool heldKnown = false;

  /// The digits of entry `index` over the layers before the step.
  void digits(int64_t index, llvm::SmallVectorImpl<int64_t> &result) const {
    result.resize(before.size());
    for (size_t d = before.size(); d-- > 0;) {
      result[d] = index % before[d].size;
      index /= before[d].size;
    }
  }
  /// The entry over the surviving layers for the digits before the step.
  int64_t kept(llvm::ArrayRef<int64_t> digits) const {
    int64_t index = 0;
    for (size_t d = 0; d < before.size(); ++d)
      if (before[d].isKept)
        index = index * before[d].size + digits[d];
    return index;
  }
  /// Bytes that the live layers hold before and after the step.
  std::pair<int64_t, int64_t> heldBytes(const Network &network,
                                        llvm::ArrayRef<int64_t> digits) {
    if (!heldKnown) {
      heldKnown = true;
      held.clear();
      for (const Live &live : before) {
        std::vector<std::pair<int64_t, int64_t>> &list = held.emplace_back();
        for (const Tiling *tiling : *live.tilings)
          list.push_back(
              search::heldBytes(network, *tiling, live.layer, layer));
      }
    }
    std::pair<int64_t, int64_t> sum = {0, 0};
    for (size_t d = 0; d < digits.size(); ++d) {
      sum.first += held[d][digits[d]].first;
      sum.second += held[d][digits[d]].second;
    }
    return sum;
  }
};

/// A layer of a relaxed sweep.
struct ClusterSweep::Relaxed {
  /// Operands that the layer before makes.
  llvm::SmallVector<const Edge *, 2> edges;
  /// By candidate: cycles without internal transfers inside the cluster and at
  /// its end.
  std::vector<int64_t> inside, end;
  int64_t leastInside = kUnbounded, leastEnd = kUnbounded;
  /// Twice the least of what follows less what that may take, by candidate; and
  /// the same with half of the layer itself, whatever its partition.
  std::vector<int64_t> twiceToGo;
  int64_t twiceWithHalf = kUnbounded;
  /// By candidate: the least time up to here, inside the cluster and at its
  /// end.
  std::vector<int64_t> time, endTime;
  /// By candidate: the least time to an end less what that may take.
  std::vector<int64_t> toGo;
  int64_t longestEnd = -1;

  void reset() {
    edges.clear();
    inside.clear();
    end.clear();
    leastInside = leastEnd = twiceWithHalf = kUnbounded;
  }
};

/// A layer of a sweep over times alone.
struct ClusterSweep::Recorded {
  Step step;
  /// Bytes that leave the cluster if it ends here.
  int64_t leaving;
  /// By entry after the layer: the least time, and the least time from there to
  /// the end of a longer cluster less what that may take at most.
  std::vector<int64_t> table, toGo;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_SWEEPSTEP_H
