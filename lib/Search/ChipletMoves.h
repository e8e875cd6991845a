//===- ChipletMoves.h - Move chiplets to the slowest stage ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The second half of `search=linear`. The first gives clusters chiplets in
// proportion to their load, from a few sizes of regions. This one goes on from
// there with all sizes: it moves chiplets one by one to the slowest stage of a
// segment, and layers over the boundaries between its clusters, and computes
// the stages that change anew. The work is linear in the clusters of the plan.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_CHIPLETMOVES_H
#define SCOPE_LIB_SEARCH_CHIPLETMOVES_H

#include "ClusterSweep.h"

#include "scope/Search/PinIndex.h"

#include <map>
#include <tuple>

namespace scope::search {

class ChipletMoves {
public:
  ChipletMoves(const CostModel &model, const LayerClasses &classes,
               StateCatalog &catalog);

  /// Improves `plan`, a feasible one that costs `cost`, as long as some move
  /// does. Plans on packages with several kinds of chiplets stay as they are:
  /// there a chiplet that moves shifts the regions of all clusters after it.
  void improve(Plan &plan, PlanCost &cost);

private:
  /// A cluster with the partitions of its layers.
  struct Stage {
    ClusterPlan cluster;
    std::vector<Partition> partitions;
    int64_t cycles = kUnbounded;
  };
  using Stages = std::vector<Stage>;

  /// The best way to run layers first..last on `size` chiplets of a pipeline;
  /// its cycles are kUnbounded if there is none.
  const Stage &stage(int64_t calls, int32_t first, int32_t last, int32_t size);
  Stage findStage(int64_t calls, int32_t first, int32_t last, int32_t size);
  bool improveSegment(size_t index, Plan &plan, PlanCost &cost);
  /// Puts `stages` into segment `index` if that makes the plan better.
  bool tryStages(size_t index, int64_t calls, Stages stages, Plan &plan,
                 PlanCost &cost);
  /// Gives `count` more chiplets to `stages[grown]`: idle ones, then those that
  /// other stages miss least. False if there are not so many.
  bool grow(int64_t calls, Stages &stages, size_t grown, int32_t count);

  const CostModel &model;
  const LayerClasses &classes;
  StateCatalog &catalog;
  PinIndex pins;
  Candidates candidates;
  struct Tables {
    std::unique_ptr<StateTable> states;
    std::unique_ptr<ClusterSweep> sweep;
  };
  /// By calls of a beat.
  std::map<int64_t, Tables> tables;
  std::map<std::tuple<int64_t, int32_t, int32_t, int32_t>, Stage> known;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_CHIPLETMOVES_H
