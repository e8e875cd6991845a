//===- PlanRemarks.cpp - Why a plan is what it is -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanRemarks.h"

#include "scope/Search/PinIndex.h"
#include "scope/Search/TimeParts.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

/// Why the clusters of `first` and `second` are not one pipeline.
static std::string reasonForCut(const search::CostModel &model,
                                const search::Plan &plan,
                                const search::SegmentPlan &first,
                                const search::SegmentPlan &second,
                                const search::SegmentCost &firstCost,
                                const search::SegmentCost &secondCost) {
  search::Objective objective = model.getConfig().objective;
  auto value = [&](const search::SegmentCost &cost) {
    return objective == search::Objective::Latency  ? cost.latency
           : objective == search::Objective::Energy ? cost.energy()
                                                    : cost.cycles;
  };
  StringRef unit = objective == search::Objective::Latency  ? "cycles to the "
                                                              "first result"
                   : objective == search::Objective::Energy ? "femtojoules"
                                                            : "cycles";
  int64_t apart = value(firstCost) + value(secondCost);
  // One cluster each: try both in one, in every way to hold the weights.
  if (first.clusters.size() == 1 && second.clusters.size() == 1) {
    search::ClusterPlan joined = first.clusters.front();
    joined.lastLayer = second.clusters.front().lastLayer;
    if (!search::clusterFollowsStrategy(model.getProblem(), joined.firstLayer,
                                        joined.lastLayer))
      return "the strategy keeps its layers and those of the next segment "
             "apart";
    search::SegmentPlan segment;
    segment.beatCalls = first.beatCalls;
    std::optional<int64_t> best;
    search::Diagnosis wrong;
    if (first.beatCalls == second.beatCalls)
      for (search::WeightMode mode :
           {search::WeightMode::Distributed, search::WeightMode::Replicated})
        for (int64_t level : search::kLevels) {
          joined.mode = mode;
          joined.level = static_cast<int32_t>(level);
          segment.clusters.assign(1, joined);
          search::SegmentCost cost;
          search::Diagnosis found =
              search::evaluateSegment(model, plan, segment, cost);
          if (!found)
            best = std::min(best.value_or(value(cost)), value(cost));
          else if (!wrong)
            wrong = found;
        }
    if (best && *best >= apart)
      return llvm::formatv("together with the next segment it takes {0} "
                           "more {1}",
                           *best - apart, unit);
    if (first.beatCalls != second.beatCalls)
      return llvm::formatv("the next segment works in beats of {0} calls, this "
                           "one of {1}",
                           second.beatCalls, first.beatCalls);
    if (!best && wrong)
      return "together with the next segment it does not fit: " + wrong.message;
    return "the search found no better plan with both together";
  }
  int64_t chiplets = 0;
  for (const search::SegmentPlan *segment : {&first, &second})
    for (const search::ClusterPlan &cluster : segment->clusters)
      chiplets += cluster.size;
  return llvm::formatv("its regions and those of the next segment have {0} "
                       "chiplets together, the package has {1}",
                       chiplets, model.numChiplets());
}

/// What `limit` means, for people.
static StringRef describe(search::Limit limit) {
  switch (limit) {
  case search::Limit::Compute:
    return "compute";
  case search::Limit::Internal:
    return "exchange inside the region";
  case search::Limit::Weights:
    return "gathering weights";
  case search::Limit::External:
    return "data that arrives and leaves";
  }
  llvm_unreachable("unknown limit");
}

/// What most of a stage is spent on, and the layer that takes longest.
static std::pair<StringRef, size_t>
limitOfStage(const search::ClusterCost &cost) {
  search::TimeParts parts;
  int64_t longest = -1;
  size_t slowest = 0;
  for (auto [index, layer] : llvm::enumerate(cost.layers)) {
    parts += search::timeParts(layer);
    if (layer.cycles > longest) {
      longest = layer.cycles;
      slowest = index;
    }
  }
  return {describe(parts.limit()), slowest};
}

void scope::remarkOnPlan(const search::CostModel &model,
                         const search::Plan &plan, const search::PlanCost &cost,
                         ArrayRef<LayerOp> layers) {
  auto options = [](StringRef name) {
    return remark::RemarkOpts::name(name).category("scope-search");
  };
  auto at = [&](size_t layer) -> LayerOp { return layers[layer]; };
  for (size_t index = 0; index < plan.segments.size(); ++index) {
    const search::SegmentPlan &segment = plan.segments[index];
    const search::SegmentCost &segmentCost = cost.segments[index];
    for (auto [cluster, clusterCost] :
         llvm::zip_equal(segment.clusters, segmentCost.clusters)) {
      auto [limit, slowestIndex] = limitOfStage(clusterCost);
      LayerOp first = at(cluster.firstLayer), last = at(cluster.lastLayer);
      LayerOp slowest = at(cluster.firstLayer + slowestIndex);
      std::string text = llvm::formatv(
          "the stage of layers '{0}' to '{1}' on {2} chiplets takes {3} cycles "
          "a beat, most of it {4}; its slowest layer is '{5}'{6}",
          first.getName(), last.getName(), cluster.size, clusterCost.stage,
          limit, slowest.getName(),
          clusterCost.stage == segmentCost.pace ? ", and it sets the pace"
                                                : "");
      remark::analysis(first.getLoc(), options("Stage"))
          << text << remark::metric("first", first.getName())
          << remark::metric("last", last.getName())
          << remark::metric("chiplets", cluster.size)
          << remark::metric("cycles", clusterCost.stage)
          << remark::metric("limit", limit)
          << remark::metric("slowest", slowest.getName());
    }
    if (index + 1 == plan.segments.size())
      continue;
    LayerOp last = at(segment.lastLayer());
    std::string reason =
        reasonForCut(model, plan, segment, plan.segments[index + 1],
                     segmentCost, cost.segments[index + 1]);
    std::string text = llvm::formatv("segment {0} ends after layer '{1}': {2}",
                                     index, last.getName(), reason);
    remark::analysis(last.getLoc(), options("Cut"))
        << text << remark::metric("segment", static_cast<int64_t>(index))
        << remark::metric("layer", last.getName());
  }
}
