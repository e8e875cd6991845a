//===- Place.cpp - Choose the chiplets of every region --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"
#include "PlanWriting.h"

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Search/Placement.h"
#include "scope/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace scope {
#define GEN_PASS_DEF_PLACE
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

static LogicalResult place(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> read = readPlan(function, /*requireHashes=*/true);
  if (failed(read))
    return failure();
  search::CostModel model(read->problem->get());
  if (failed(checkPlan(function, *read, model)))
    return failure();
  search::PlanRegions regions;
  for (const std::vector<ClusterInIR> &segment : read->clusters) {
    std::vector<std::vector<search::Coordinate>> &ofSegment =
        regions.emplace_back();
    for (const ClusterInIR &cluster : segment)
      ofSegment.push_back(cluster.region);
  }
  std::vector<search::SegmentPlacement> placements =
      search::placeRegions(model, read->plan, regions);
  for (size_t index = 0; index < placements.size(); ++index) {
    const search::SegmentPlacement &placement = placements[index];
    for (auto [cluster, region] :
         llvm::zip_equal(read->clusters[index], placement.regions))
      cluster.op.setRegionAttr(toRegionAttr(function.getContext(), region));
    auto hops = [&](const search::LinkLoads &loads) {
      return placement.bytes == 0 ? 0.0
                                  : static_cast<double>(loads.sum) /
                                        static_cast<double>(placement.bytes);
    };
    std::string text = llvm::formatv(
        "where transfers of segment {0} share links, a beat takes {1:N} "
        "cycles, {2:N} before the local search; the busiest link carries {3:N} "
        "bytes a beat, {4:N} before, and at least {5:N} wherever the regions "
        "are; a byte takes {6:F2} hops, {7:F2} before",
        index, placement.cost.beat, placement.costBefore.beat,
        placement.after.worst, placement.before.worst, placement.leastWorst,
        hops(placement.after), hops(placement.before));
    remark::analysis(
        read->segments[index].getLoc(),
        remark::RemarkOpts::name("LinkLoad").category("scope-place"))
        << text << remark::metric("segment", static_cast<int64_t>(index))
        << remark::metric("beat", placement.cost.beat)
        << remark::metric("beat before", placement.costBefore.beat)
        << remark::metric("after", placement.after.worst)
        << remark::metric("before", placement.before.worst)
        << remark::metric("least", placement.leastWorst);
  }
  return success();
}

namespace {
struct Place : scope::impl::PlaceBase<Place> {
  void getDependentDialects(DialectRegistry &registry) const override {
    PlaceBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }
  void runOnOperation() override {
    if (failed(forPlannedFunctions(getOperation(), place)))
      signalPassFailure();
  }
};
} // namespace
