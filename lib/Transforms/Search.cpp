//===- Search.cpp - Search the pipeline of each function ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanRemarks.h"
#include "PlanWriting.h"
#include "RegionWrapping.h"

#include "scope/Analysis/PipelineSearchAnalysis.h"
#include "scope/Analysis/PlanReader.h"
#include "scope/Analysis/Plannable.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Transforms/Passes.h"

namespace scope {
#define GEN_PASS_DEF_SEARCH
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

/// The totals of `result`.
static PlanAttr makePlanAttr(const ProblemOfFunction &problem,
                             const search::SearchResult &result) {
  const search::Config &config = problem.config;
  PackageOp packageOp = problem.packageOp;
  MLIRContext *context = packageOp.getContext();
  SearchKind algorithm = SearchKind::Auto;
  if (result.answeredBy == "exact")
    algorithm = SearchKind::Exact;
  else if (result.answeredBy == "linear")
    algorithm = SearchKind::Linear;
  else if (result.answeredBy == "exhaustive")
    algorithm = SearchKind::Exhaustive;
  else if (result.answeredBy == "random")
    algorithm = SearchKind::Random;
  else if (result.answeredBy == "pareto")
    algorithm = SearchKind::Pareto;
  __int128 bound = search::boundOn(result.bounds, config.objective);
  bool isWritable = bound <= std::numeric_limits<int64_t>::max();
  return PlanAttr::get(
      context, planVersion(),
      FlatSymbolRefAttr::get(context, packageOp.getSymName()),
      printHash(search::hash(problem.source.network)),
      printHash(search::hash(problem.package)), config.batch,
      problem.assumeBits, static_cast<Objective>(config.objective),
      static_cast<Strategy>(config.strategy), static_cast<Space>(config.space),
      result.cost.cycles, result.cost.latency, result.cost.energy,
      isWritable ? static_cast<int64_t>(bound) : 0, result.proved, algorithm,
      result.candidates, result.tileReserve, /*simulated_plans=*/0,
      /*simulated_cycles=*/0);
}

/// The front of `result`, three figures a plan.
static DenseI64ArrayAttr makeFrontAttr(OpBuilder &builder,
                                       const search::SearchResult &result) {
  SmallVector<int64_t> figures;
  for (const search::PlanTotals &point : result.front)
    figures.append({point.cycles, point.latency, point.energy});
  return builder.getDenseI64ArrayAttr(figures);
}

/// Wraps the layers of the plan into clusters and segments.
static SmallVector<SegmentOp> writeStructure(const ProblemOfFunction &problem,
                                             const search::Plan &plan,
                                             OpBuilder &builder) {
  ArrayRef<LayerOp> layers = problem.source.layers;
  const search::Network &network = problem.source.network;
  MLIRContext *context = builder.getContext();
  std::vector<search::Coordinate> snake = search::snakeOrder(problem.package);
  SmallVector<SegmentOp> segments;
  for (const search::SegmentPlan &segment : plan.segments) {
    SmallVector<Operation *> clusters;
    for (const search::ClusterPlan &cluster : segment.clusters) {
      SmallVector<Operation *> members;
      for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
           ++layer) {
        LayerOp op = layers[layer];
        op.setPartitionAttr(toPartitionAttr(context, network.layers[layer],
                                            plan.partitions[layer]));
        members.push_back(op);
      }
      RegionAttr region =
          toRegionAttr(context, ArrayRef<search::Coordinate>(snake).slice(
                                    cluster.firstSlot, cluster.size));
      Location loc = members.front()->getLoc();
      clusters.push_back(wrapInRegion(members, loc, [&](TypeRange types) {
        return ClusterOp::create(
            builder, loc, types, builder.getI64IntegerAttr(cluster.size),
            WeightModeAttr::get(context, static_cast<WeightMode>(cluster.mode)),
            builder.getI64IntegerAttr(cluster.level),
            cluster.ahead ? builder.getUnitAttr() : UnitAttr(), region,
            CostAttr());
      }));
    }
    Location loc = clusters.front()->getLoc();
    segments.push_back(
        cast<SegmentOp>(wrapInRegion(clusters, loc, [&](TypeRange types) {
          return SegmentOp::create(
              builder, loc, types,
              builder.getI64IntegerAttr(segment.beatCalls *
                                        network.samplesPerCall),
              CostAttr());
        })));
  }
  return segments;
}

namespace {
struct Search : scope::impl::SearchBase<Search> {
  void getDependentDialects(DialectRegistry &registry) const override {
    SearchBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }

  void runOnOperation() override {
    FailureOr<SmallVector<FunctionOpInterface>> functions =
        functionsToPlan(getOperation());
    if (failed(functions))
      return signalPassFailure();
    for (FunctionOpInterface function : *functions) {
      if (function->hasAttr(kPlanAttrName)) {
        emitError(function.getLoc(),
                  "has a plan already; run scope-strip on it first");
        return signalPassFailure();
      }
      auto &analysis = getChildAnalysis<PipelineSearchAnalysis>(function);
      if (!analysis.succeeded())
        return signalPassFailure();
      write(function, analysis);
    }
  }

private:
  static void write(FunctionOpInterface function,
                    const PipelineSearchAnalysis &analysis) {
    const ProblemOfFunction &problem = analysis.getProblem();
    const search::SearchResult &result = analysis.getResult();
    search::Problem searched = problem.get();
    searched.config.tileReserve = result.tileReserve;
    search::CostModel model(searched);
    for (auto [index, op] : llvm::enumerate(problem.source.layers)) {
      LayerOp layer = op;
      layer.setStreamed(model.streams(static_cast<int32_t>(index)));
    }
    OpBuilder builder(function.getFunctionBody().front().getTerminator());
    SmallVector<SegmentOp> segments =
        writeStructure(problem, result.plan, builder);
    writeCosts(segments, result.cost);
    function->setAttr(kPlanAttrName, makePlanAttr(problem, result));
    if (!result.front.empty())
      function->setAttr(kFrontAttrName, makeFrontAttr(builder, result));
    remarkOnPlan(model, result.plan, result.cost, problem.source.layers);
  }
};
} // namespace
