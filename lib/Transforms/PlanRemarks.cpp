//===- PlanRemarks.cpp - Why a plan is what it is -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanRemarks.h"

#include "scope/Search/Alternatives.h"
#include "scope/Search/Explain.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

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
    for (auto [number, cluster] : llvm::enumerate(segment.clusters)) {
      const search::ClusterCost &clusterCost = segmentCost.clusters[number];
      search::StageLimit stage = search::limitOfStage(cluster, clusterCost);
      LayerOp first = at(cluster.firstLayer), last = at(cluster.lastLayer);
      LayerOp slowest = at(stage.slowest);
      std::string text = search::explainStage(model, plan, cost, index, number);
      remark::analysis(first.getLoc(), options("Stage"))
          << text << remark::metric("first", first.getName())
          << remark::metric("last", last.getName())
          << remark::metric("chiplets", cluster.size)
          << remark::metric("cycles", clusterCost.stage)
          << remark::metric("limit", search::describeLimit(stage.limit))
          << remark::metric("slowest", slowest.getName());
    }
    if (index + 1 == plan.segments.size())
      continue;
    LayerOp last = at(segment.lastLayer());
    std::string reason = search::explainCut(model, plan, cost, index);
    std::string text = llvm::formatv("segment {0} ends after layer '{1}': {2}",
                                     index, last.getName(), reason);
    remark::analysis(last.getLoc(), options("Cut"))
        << text << remark::metric("segment", static_cast<int64_t>(index))
        << remark::metric("layer", last.getName());
  }
  // Other plans take time to look at, so only if somebody listens.
  auto remarkOnNextBest =
      [&](size_t layer, const Twine &what,
          llvm::function_ref<search::Alternative()> nextBest) {
        remark::detail::InFlightRemark inFlight =
            remark::analysis(at(layer).getLoc(), options("Alternative"));
        if (!inFlight)
          return;
        search::Alternative alternative = nextBest();
        inFlight << (what + ": " +
                     search::describeAlternative(alternative,
                                                 model.getConfig().objective))
                        .str()
                 << remark::metric("change", alternative.change)
                 << remark::metric("more", alternative.more);
      };
  for (size_t index = 0; index < plan.segments.size(); ++index) {
    const search::SegmentPlan &segment = plan.segments[index];
    remarkOnNextBest(segment.firstLayer(), "segment " + Twine(index), [&] {
      return search::nextBestSegment(model, plan, cost, index);
    });
    for (size_t number = 0; number < segment.clusters.size(); ++number)
      remarkOnNextBest(segment.clusters[number].firstLayer,
                       "cluster " + Twine(index) + "." + Twine(number), [&] {
                         return search::nextBestStage(model, plan, cost, index,
                                                      number);
                       });
  }
}
