//===- PlanReader.cpp - Plans from annotated functions --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PlanReader.h"

#include "scope/Analysis/BufferAttributes.h"
#include "scope/Analysis/CostAttributes.h"
#include "scope/Search/CostModel.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

std::string scope::printHash(uint64_t hash) {
  return llvm::formatv("{0:x-16}", hash);
}

std::string scope::planVersion() {
  return llvm::formatv("{0}.{1}", kPlanMajor, kPlanMinor);
}

/// Checks that this code reads plans of the version of `plan`.
static LogicalResult checkVersion(FunctionOpInterface function, PlanAttr plan) {
  auto [major, minor] = plan.getVersion().split('.');
  int64_t majorNumber = 0, minorNumber = 0;
  if (!major.getAsInteger(10, majorNumber) &&
      !minor.getAsInteger(10, minorNumber) && majorNumber == kPlanMajor &&
      minorNumber <= kPlanMinor)
    return success();
  return emitError(function.getLoc())
         << "has a plan of format version " << plan.getVersion()
         << "; this tool reads versions " << kPlanMajor << ".0 to "
         << planVersion() << ": plan the function anew";
}

/// Checks that the plan was made for this network and package.
static LogicalResult checkHashes(FunctionOpInterface function,
                                 const PlanOfFunction &result) {
  std::string network = printHash(search::hash(result.problem->source.network));
  if (result.attr.getNetworkHash() != network)
    return emitError(function.getLoc())
           << "was changed after it was planned: the plan is for a network of "
              "hash "
           << result.attr.getNetworkHash() << ", the function has " << network
           << "; plan it anew";
  std::string package = printHash(search::hash(result.problem->package));
  if (result.attr.getPackageHash() == package)
    return success();
  InFlightDiagnostic error =
      emitError(function.getLoc())
      << "is planned for a package of hash " << result.attr.getPackageHash()
      << ", the module's package has " << package << "; plan it anew";
  error.attachNote(result.problem->packageOp.getLoc()) << "the package is here";
  return error;
}

/// Reads one cluster; `layer` is the index of the next layer.
static LogicalResult readCluster(ClusterOp op, int32_t slot, int32_t &layer,
                                 PlanOfFunction &result,
                                 search::SegmentPlan &segment,
                                 search::SegmentCost &segmentCost) {
  const search::Network &network = result.problem->source.network;
  search::ClusterPlan cluster;
  search::ClusterCost &cost =
      segmentCost.clusters.emplace_back(toClusterCost(op.getCostAttr()));
  cluster.firstLayer = layer;
  cluster.size = static_cast<int32_t>(op.getChiplets());
  cluster.firstSlot = slot;
  cluster.mode = static_cast<search::WeightMode>(op.getWeights());
  cluster.level = static_cast<int32_t>(op.getLevel());
  cluster.ahead = op.getAhead();
  for (auto layerOp : op.getBody().getOps<LayerOp>()) {
    if (!layerOp.getPartitionAttr())
      return layerOp.emitOpError("has no partition; run scope-search, or write "
                                 "one");
    std::string unknown;
    auto factors =
        toFactors(layerOp.getPartitionAttr(), network.layers[layer], unknown);
    if (!unknown.empty())
      return layerOp.emitOpError() << "is split along dimension '" << unknown
                                   << "', which it does not have";
    search::Partition &partition = result.plan.partitions.emplace_back();
    for (int64_t factor : factors)
      partition.push_back(static_cast<int32_t>(factor));
    cost.layers.push_back(toLayerCost(layerOp.getCostAttr()));
    ++layer;
  }
  cluster.lastLayer = layer - 1;

  ClusterInIR &inIR = result.clusters.back().emplace_back();
  inIR.op = op;
  const search::Package &package = result.problem->package;
  std::vector<search::Coordinate> snake = search::snakeOrder(package);
  cluster.kinds = 0;
  if (RegionAttr region = op.getRegionAttr()) {
    for (ChipletCoord coord : region.getCoords())
      if (coord.row >= package.rows || coord.col >= package.cols ||
          !search::isEnabled(package, {coord.row, coord.col}))
        return op.emitOpError()
               << "takes chiplet [" << coord.row << "," << coord.col
               << "], which is disabled or off the " << package.rows << " x "
               << package.cols << " grid";
    for (search::Coordinate at : snake)
      if (region.contains({at.row, at.col}))
        inIR.region.push_back(at);
    for (search::Coordinate at : inIR.region)
      cluster.kinds |=
          search::KindMask(1)
          << (package.kindAt.empty()
                  ? 0
                  : package.kindAt[at.row * package.cols + at.col]);
  } else if (slot + cluster.size <= static_cast<int32_t>(snake.size())) {
    search::CostModel model(result.problem->get());
    cluster.kinds = model.kindsOf(slot, cluster.size);
  }
  if (cluster.kinds == 0)
    return op.emitOpError()
           << "needs " << cluster.size << " chiplets behind the " << slot
           << " of the clusters before it; the package has " << snake.size();
  if (llvm::any_of(op.getBody().getOps<LayerOp>(), [](LayerOp layer) {
        return bool(layer.getBuffersAttr());
      })) {
    FailureOr<std::vector<search::Buffer>> buffers =
        readBuffers(op, cluster.firstLayer);
    if (failed(buffers))
      return failure();
    inIR.buffers = std::move(*buffers);
  }
  segment.clusters.push_back(cluster);
  return success();
}

FailureOr<PlanOfFunction> scope::readPlan(FunctionOpInterface function,
                                          bool requireHashes) {
  PlanOfFunction result;
  result.attr = function->getAttrOfType<PlanAttr>(kPlanAttrName);
  if (!result.attr)
    return emitError(function.getLoc(),
                     "has no plan; run scope-merge-pipeline on the module");
  if (failed(checkVersion(function, result.attr)))
    return failure();
  auto problem = readProblem(function, result.attr);
  if (failed(problem))
    return failure();
  result.problem = std::move(*problem);
  result.problem->config.tileReserve = result.attr.getReserve();
  if (requireHashes && failed(checkHashes(function, result)))
    return failure();
  for (LayerOp layer : result.problem->source.layers)
    if (!isa<ClusterOp>(layer->getParentOp()))
      return layer.emitOpError("belongs to no cluster of the plan");

  int64_t samples = result.problem->source.network.samplesPerCall;
  int32_t layer = 0;
  for (auto op : function.getFunctionBody().front().getOps<SegmentOp>()) {
    result.segments.push_back(op);
    result.clusters.emplace_back();
    search::SegmentPlan &segment = result.plan.segments.emplace_back();
    search::SegmentCost &cost =
        result.cost.segments.emplace_back(toSegmentCost(op.getCostAttr()));
    auto beat = static_cast<int64_t>(op.getBeat());
    if (beat % samples != 0)
      return op.emitOpError() << "has a beat of " << beat
                              << " samples, which is no multiple of the "
                              << samples << " of a call";
    segment.beatCalls = beat / samples;
    int32_t slot = 0;
    for (auto cluster : op.getBody().getOps<ClusterOp>()) {
      if (failed(readCluster(cluster, slot, layer, result, segment, cost)))
        return failure();
      slot += segment.clusters.back().size;
    }
  }
  result.cost.cycles = result.attr.getCycles();
  result.cost.latency = result.attr.getLatency();
  result.cost.energy = result.attr.getEnergy();
  return result;
}
