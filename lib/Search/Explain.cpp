//===- Explain.cpp - Why a plan is what it is -----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Explain.h"

#include "scope/Search/PinIndex.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;

/// Why the clusters of `first` and `second` are not one pipeline.
static std::string reasonForCut(const CostModel &model, const Plan &plan,
                                const SegmentPlan &first,
                                const SegmentPlan &second,
                                const SegmentCost &firstCost,
                                const SegmentCost &secondCost) {
  Objective objective = model.getConfig().objective;
  auto value = [&](const SegmentCost &cost) {
    return objective == Objective::Latency  ? cost.latency
           : objective == Objective::Energy ? cost.energy()
                                            : cost.cycles;
  };
  llvm::StringRef unit = objective == Objective::Latency  ? "cycles to the "
                                                            "first result"
                         : objective == Objective::Energy ? "femtojoules"
                                                          : "cycles";
  int64_t apart = value(firstCost) + value(secondCost);
  // One cluster each: try both in one, in every way to hold the weights.
  if (first.clusters.size() == 1 && second.clusters.size() == 1) {
    ClusterPlan joined = first.clusters.front();
    joined.lastLayer = second.clusters.front().lastLayer;
    if (!clusterFollowsStrategy(model.getProblem(), joined.firstLayer,
                                joined.lastLayer))
      return "the strategy keeps its layers and those of the next segment "
             "apart";
    SegmentPlan segment;
    segment.beatCalls = first.beatCalls;
    std::optional<int64_t> best;
    Diagnosis wrong;
    if (first.beatCalls == second.beatCalls)
      for (WeightMode mode : {WeightMode::Distributed, WeightMode::Replicated})
        for (int64_t level : kLevels) {
          joined.mode = mode;
          joined.level = static_cast<int32_t>(level);
          segment.clusters.assign(1, joined);
          SegmentCost cost;
          Diagnosis found = evaluateSegment(model, plan, segment, cost);
          if (!found)
            best = std::min(best.value_or(value(cost)), value(cost));
          else if (!wrong)
            wrong = found;
        }
    if (best && *best >= apart)
      return llvm::formatv("together with the next segment it takes {0:N} "
                           "more {1}",
                           *best - apart, unit);
    if (first.beatCalls != second.beatCalls)
      return llvm::formatv("the next segment works in beats of {0:N} calls, "
                           "this one of {1:N}",
                           second.beatCalls, first.beatCalls);
    if (!best && wrong)
      return "together with the next segment it does not fit: " + wrong.message;
    return "the search found no better plan with both together";
  }
  int64_t chiplets = 0;
  for (const SegmentPlan *segment : {&first, &second})
    for (const ClusterPlan &cluster : segment->clusters)
      chiplets += cluster.size;
  return llvm::formatv("its regions and those of the next segment have {0} "
                       "chiplets together, the package has {1}",
                       chiplets, model.numChiplets());
}

llvm::StringRef scope::search::describeLimit(Limit limit) {
  switch (limit) {
  case Limit::Compute:
    return "compute";
  case Limit::Internal:
    return "exchange inside the region";
  case Limit::Weights:
    return "gathering weights";
  case Limit::External:
    return "data that arrives and leaves";
  }
  llvm_unreachable("unknown limit");
}

StageLimit scope::search::limitOfStage(const ClusterPlan &cluster,
                                       const ClusterCost &cost) {
  TimeParts parts;
  int64_t longest = -1;
  StageLimit result;
  for (auto [index, layer] : llvm::enumerate(cost.layers)) {
    parts += timeParts(layer);
    if (layer.cycles > longest) {
      longest = layer.cycles;
      result.slowest = cluster.firstLayer + static_cast<int32_t>(index);
    }
  }
  result.limit = parts.limit();
  return result;
}

std::string scope::search::explainCut(const CostModel &model, const Plan &plan,
                                      const PlanCost &cost, size_t index) {
  return reasonForCut(model, plan, plan.segments[index],
                      plan.segments[index + 1], cost.segments[index],
                      cost.segments[index + 1]);
}

std::string scope::search::explainStage(const CostModel &model,
                                        const Plan &plan, const PlanCost &cost,
                                        size_t segment, size_t cluster) {
  const Network &network = model.getNetwork();
  const ClusterPlan &clusterPlan = plan.segments[segment].clusters[cluster];
  const SegmentCost &segmentCost = cost.segments[segment];
  const ClusterCost &clusterCost = segmentCost.clusters[cluster];
  StageLimit stage = limitOfStage(clusterPlan, clusterCost);
  return llvm::formatv(
      "the stage of layers '{0}' to '{1}' on {2} chiplets takes {3:N} cycles "
      "a beat, most of it {4}; its slowest layer is '{5}'{6}",
      network.layers[clusterPlan.firstLayer].name,
      network.layers[clusterPlan.lastLayer].name, clusterPlan.size,
      clusterCost.stage, describeLimit(stage.limit),
      network.layers[stage.slowest].name,
      clusterCost.stage == segmentCost.pace ? ", and it sets the pace" : "");
}
