//===- ChipletMoves.cpp - Move chiplets to the slowest stage --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChipletMoves.h"

#include "llvm/ADT/bit.h"

#include <algorithm>

using namespace scope::search;

/// Chiplets that move at once: where partitions come in steps, one more often
/// gains nothing.
static constexpr int32_t kGrowths[] = {1, 2, 3, 4, 6, 8};

ChipletMoves::ChipletMoves(const CostModel &model, const LayerClasses &classes,
                           StateCatalog &catalog)
    : model(model), classes(classes), catalog(catalog),
      pins(model.getProblem()) {
  candidates.statesPerRegion = 12;
  candidates.mostEntries = 600;
}

ChipletMoves::Stage ChipletMoves::findStage(int64_t calls, int32_t first,
                                            int32_t last, int32_t size) {
  const Config &config = model.getConfig();
  Stage result;
  if (!pins.allowsCluster(first, last) || !pins.allowsSize(first, last, size) ||
      !clusterFollowsStrategy(model.getProblem(), first, last))
    return result;
  Tables &own = tables[calls];
  if (!own.states) {
    own.states = std::make_unique<StateTable>(
        model, classes, catalog, candidates, calls,
        [](int32_t, int32_t) { return kUnbounded; });
    own.sweep = std::make_unique<ClusterSweep>(model, classes, *own.states,
                                               candidates.mostEntries);
  }
  ClusterSweep::Request request{first,
                                last,
                                {size, model.allKinds()},
                                WeightMode::Replicated,
                                Edges::Pipelined};
  std::optional<Option> best;
  auto limit = [](int32_t) { return kUnbounded - 1; };
  auto run = [&](WeightMode mode) {
    request.mode = mode;
    own.sweep->run(
        request, limit,
        [&](int32_t end) { return end == last ? kUnbounded - 1 : -1; },
        [&](int32_t end, const Option &option) {
          if (end == last && (!best || option.stage < best->stage))
            best = option;
        });
  };
  bool published = config.space == Space::Published;
  if (config.weights != WeightMode::Distributed)
    run(WeightMode::Replicated);
  if (config.weights != WeightMode::Replicated) {
    std::vector<bool> replicable(last - first + 1, false);
    request.mode = WeightMode::Replicated;
    bool mayDistribute =
        !published || config.weights ||
        (!best && own.sweep->findReplicable(request, replicable) &&
         !replicable.back());
    if (mayDistribute)
      run(WeightMode::Distributed);
  }
  if (!best)
    return result;
  request.mode = best->mode;
  result.partitions = own.sweep->trace(request, *best);
  if (result.partitions.empty())
    return result;
  result.cluster = {first,      last,       0, size, model.allKinds(),
                    best->mode, best->level};
  result.cycles = best->stage;
  return result;
}

const ChipletMoves::Stage &ChipletMoves::stage(int64_t calls, int32_t first,
                                               int32_t last, int32_t size) {
  auto [entry, isNew] = known.try_emplace({calls, first, last, size});
  if (isNew)
    entry->second = findStage(calls, first, last, size);
  return entry->second;
}

bool ChipletMoves::tryStages(size_t index, int64_t calls, Stages stages,
                             Plan &plan, PlanCost &cost) {
  Plan changed = plan;
  SegmentPlan &segment = changed.segments[index];
  segment.beatCalls = calls;
  segment.clusters.clear();
  int32_t slot = 0;
  for (Stage &stage : stages) {
    stage.cluster.firstSlot = slot;
    slot += stage.cluster.size;
    segment.clusters.push_back(stage.cluster);
    llvm::copy(stage.partitions,
               changed.partitions.begin() + stage.cluster.firstLayer);
  }
  if (slot > model.numChiplets())
    return false;
  SegmentCost segmentCost;
  if (evaluateSegment(model, changed, segment, segmentCost))
    return false;
  PlanTotals totals = cost.withSegment(index, segmentCost);
  Objective objective = model.getConfig().objective;
  if (objectiveValue(totals, objective) >= objectiveValue(cost, objective))
    return false;
  static_cast<PlanTotals &>(cost) = totals;
  cost.segments[index] = std::move(segmentCost);
  plan = std::move(changed);
  return true;
}

bool ChipletMoves::grow(int64_t calls, Stages &stages, size_t grown,
                        int32_t count) {
  int32_t used = 0;
  for (const Stage &each : stages)
    used += each.cluster.size;
  auto resized = [&](const Stage &from, int32_t by) -> const Stage & {
    return stage(calls, from.cluster.firstLayer, from.cluster.lastLayer,
                 from.cluster.size + by);
  };
  for (int32_t missing = count - (model.numChiplets() - used); missing > 0;
       --missing) {
    const Stage *best = nullptr;
    size_t giver = 0;
    for (auto [index, each] : llvm::enumerate(stages)) {
      if (index == grown || each.cluster.size == 1)
        continue;
      const Stage &smaller = resized(each, -1);
      if (smaller.cycles < kUnbounded &&
          (!best || smaller.cycles < best->cycles)) {
        best = &smaller;
        giver = index;
      }
    }
    if (!best)
      return false;
    stages[giver] = *best;
  }
  const Stage &larger = resized(stages[grown], count);
  if (larger.cycles >= kUnbounded)
    return false;
  stages[grown] = larger;
  return true;
}

bool ChipletMoves::improveSegment(size_t index, Plan &plan, PlanCost &cost) {
  const SegmentPlan &segment = plan.segments[index];
  int64_t calls = segment.beatCalls;
  Stages stages;
  size_t slowest = 0;
  for (auto [number, cluster] : llvm::enumerate(segment.clusters)) {
    Stage own;
    own.cluster = cluster;
    own.partitions.assign(plan.partitions.begin() + cluster.firstLayer,
                          plan.partitions.begin() + cluster.lastLayer + 1);
    own.cycles = cost.segments[index].clusters[number].stage;
    if (own.cycles > cost.segments[index].clusters[slowest].stage)
      slowest = number;
    stages.push_back(std::move(own));
  }
  for (int32_t count : kGrowths) {
    Stages changed = stages;
    if (grow(calls, changed, slowest, count) &&
        tryStages(index, calls, std::move(changed), plan, cost))
      return true;
  }
  // The same chiplets with other partitions, or other layers.
  auto replace = [&](size_t number, int32_t firstBy, int32_t lastBy) {
    const ClusterPlan &from = stages[number].cluster;
    int32_t first = from.firstLayer + firstBy, last = from.lastLayer + lastBy;
    return first > last ? nullptr : &stage(calls, first, last, from.size);
  };
  for (size_t number = 0; number < stages.size(); ++number) {
    const Stage *own = replace(number, 0, 0);
    if (own->cycles < stages[number].cycles) {
      Stages changed = stages;
      changed[number] = *own;
      if (tryStages(index, calls, std::move(changed), plan, cost))
        return true;
    }
  }
  for (size_t number = 0; number + 1 < stages.size(); ++number)
    for (int32_t by : {-1, 1}) {
      const Stage *left = replace(number, 0, by),
                  *right = replace(number + 1, by, 0);
      if (!left || !right || left->cycles >= kUnbounded ||
          right->cycles >= kUnbounded)
        continue;
      Stages changed = stages;
      changed[number] = *left;
      changed[number + 1] = *right;
      if (tryStages(index, calls, std::move(changed), plan, cost))
        return true;
    }
  // The same chiplets with beats half or twice as long.
  for (int64_t other : beatCalls(model.getProblem())) {
    if (2 * other != calls && other != 2 * calls)
      continue;
    Stages changed;
    for (const Stage &each : stages)
      changed.push_back(stage(other, each.cluster.firstLayer,
                              each.cluster.lastLayer, each.cluster.size));
    if (llvm::all_of(
            changed,
            [](const Stage &each) { return each.cycles < kUnbounded; }) &&
        tryStages(index, other, std::move(changed), plan, cost))
      return true;
  }
  return false;
}

void ChipletMoves::improve(Plan &plan, PlanCost &cost) {
  if (!llvm::has_single_bit(model.allKinds()))
    return;
  for (size_t index = 0; index < plan.segments.size(); ++index) {
    if (plan.segments[index].clusters.size() < 2)
      continue;
    // Every move makes the plan better, so this ends; most segments need few.
    int32_t most = 4 * model.numChiplets();
    while (most-- > 0 && improveSegment(index, plan, cost))
      ;
  }
}
