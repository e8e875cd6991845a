//===- FunctionReport.cpp - The figures of a planned function -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Target/FunctionReport.h"

#include "scope/Analysis/CostAttributes.h"
#include "scope/Analysis/PackageReader.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

//===----------------------------------------------------------------------===//
// Costs in the IR
//===----------------------------------------------------------------------===//

std::optional<int64_t> scope::lookupCost(CostAttr cost, CostKey key) {
  return cost ? cost.lookup(key) : std::nullopt;
}

EnergyFigures scope::energyOf(CostAttr cost) {
  return {lookupCost(cost, CostKey::Energy),
          lookupCost(cost, CostKey::EnergyMac),
          lookupCost(cost, CostKey::EnergySram),
          lookupCost(cost, CostKey::EnergyNop),
          lookupCost(cost, CostKey::EnergyDram),
          lookupCost(cost, CostKey::EnergyIdle)};
}

/// Adds `more` to `sum`, which is nothing from then on if `more` is.
static void add(std::optional<int64_t> &sum, std::optional<int64_t> more) {
  sum = sum && more ? std::optional(search::saturate(__int128(*sum) + *more))
                    : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

NetworkFigures scope::figuresOf(const search::Network &network) {
  __int128 macs = 0, weights = 0;
  for (const search::Layer &layer : network.layers) {
    macs += layer.macs;
    weights += search::weightBytes(layer);
  }
  NetworkFigures figures;
  figures.layers = network.numLayers();
  figures.macsPerCall = search::saturate(macs);
  figures.macsPerSample = search::saturate(macs / network.samplesPerCall);
  figures.weightBytes = search::saturate(weights);
  return figures;
}

/// Elements that one call of a whole layer touches of `operand`.
static int64_t touchedElements(const search::Operand &operand) {
  __int128 elements = 1;
  for (const search::Access &access : operand.accesses)
    elements = search::saturate(elements * (access.end - access.begin));
  return search::saturate(elements);
}

int64_t scope::touchedBytes(const search::Operand &operand) {
  return search::saturate(__int128(touchedElements(operand)) *
                          operand.elementBytes);
}

int64_t scope::vectorOpsOf(const search::Layer &layer) {
  __int128 points = 1;
  for (const search::ParallelDim &dim : layer.dims)
    points *= dim.size;
  __int128 operations = points * layer.streamOps;
  for (const search::Operand &operand : layer.operands)
    operations += __int128(operand.serialOps) * touchedElements(operand);
  return search::saturate(operations);
}

SmallVector<StringRef> scope::operationsIn(LayerOp layer) {
  SmallVector<StringRef> names;
  for (Operation &op : layer.getBody().front().without_terminator())
    if (!op.hasTrait<OpTrait::ConstantLike>())
      names.push_back(op.getName().getStringRef());
  return names;
}

std::string scope::printParameters(Attribute attr) {
  std::string text;
  llvm::raw_string_ostream(text) << attr;
  return StringRef(text).split('<').second.drop_back().str();
}

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

std::optional<int64_t> scope::allocatedBytes(const ClusterInIR &cluster) {
  if (!cluster.buffers)
    return std::nullopt;
  int64_t end = 0;
  for (const search::Buffer &buffer : *cluster.buffers)
    end = std::max(end, buffer.offset + buffer.bytes);
  return end;
}

/// MACs a cycle of all enabled chiplets.
static int64_t macLanes(const search::CostModel &model) {
  int64_t lanes = 0;
  for (search::Coordinate at : model.getChiplets()) {
    const search::ChipletKind &kind = search::kindOf(model.getPackage(), at);
    lanes += kind.macK * kind.macC;
  }
  return lanes;
}

static PlanFigures computeFigures(const PlanReport &report) {
  const search::CostModel &model = *report.model;
  const search::PlanCost &cost = report.plan.cost;
  const search::Config &config = model.getConfig();
  auto clock = static_cast<double>(model.getPackage().clockHz);
  PlanFigures figures;
  figures.seconds = static_cast<double>(cost.cycles) / clock;
  figures.latencySeconds = static_cast<double>(cost.latency) / clock;
  figures.joules = static_cast<double>(cost.energy) / kFemtojoulesPerJoule;
  figures.energyDelay = figures.joules * figures.seconds;

  EnergyFigures &energy = figures.energy;
  energy = {0, 0, 0, 0, 0, 0};
  figures.dramBytes = 0;
  for (SegmentOp segment : report.plan.segments) {
    EnergyFigures more = energyOf(segment.getCostAttr());
    add(energy.mac, more.mac);
    add(energy.sram, more.sram);
    add(energy.nop, more.nop);
    add(energy.dram, more.dram);
    add(energy.idle, more.idle);
    add(figures.dramBytes,
        lookupCost(segment.getCostAttr(), CostKey::DramBytes));
  }
  energy.total = cost.energy;

  if (cost.cycles > 0) {
    figures.samplesPerSecond =
        static_cast<double>(config.batch) / figures.seconds;
    double macs =
        static_cast<double>(figuresOf(model.getNetwork()).macsPerCall) *
        static_cast<double>(model.getProblem().calls());
    figures.utilisation = macs / static_cast<double>(cost.cycles) /
                          static_cast<double>(macLanes(model));
  }
  auto value =
      static_cast<double>(search::objectiveValue(cost, config.objective));
  auto bound =
      static_cast<double>(search::boundOn(report.bounds, config.objective));
  if (value > 0 && bound > 0)
    figures.gapToBound = value / bound - 1;
  return figures;
}

/// Why the costs in the IR are not those of the plan; empty if they are, and
/// then `right` is what the plan costs.
static std::string findStale(const PlanReport &report,
                             search::PlanCost &right) {
  const PlanOfFunction &plan = report.plan;
  if (search::Diagnosis wrong =
          search::verify(*report.model, plan.plan, plan.cost))
    return wrong.message;
  right = search::evaluate(*report.model, plan.plan).cost;
  for (size_t index = 0; index < plan.segments.size(); ++index) {
    SegmentOp segment = plan.segments[index];
    MLIRContext *context = segment.getContext();
    const search::SegmentCost &segmentCost = right.segments[index];
    if (segment.getCostAttr() != toCostAttr(context, segmentCost))
      return llvm::formatv("segment {0} has other costs", index);
    for (auto [number, cluster] : llvm::enumerate(plan.clusters[index])) {
      ClusterOp op = cluster.op;
      const search::ClusterCost &clusterCost = segmentCost.clusters[number];
      if (op.getCostAttr() != toCostAttr(context, clusterCost))
        return llvm::formatv("cluster {0} of segment {1} has other costs",
                             number, index);
      for (auto [layer, layerCost] :
           llvm::zip_equal(op.getBody().getOps<LayerOp>(), clusterCost.layers))
        if (layer.getCostAttr() != toCostAttr(context, layerCost))
          return llvm::formatv("layer '{0}' has other costs", layer.getName());
    }
  }
  return {};
}

static FailureOr<PlanReport> readPlanReport(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> plan = readPlan(function, /*requireHashes=*/true);
  if (failed(plan))
    return failure();
  PlanReport report;
  report.plan = std::move(*plan);
  report.model =
      std::make_unique<search::CostModel>(report.plan.problem->get());
  report.bounds = search::computeBounds(*report.model);
  report.figures = computeFigures(report);
  search::PlanCost right;
  if (auto figures = function->getAttrOfType<DenseI64ArrayAttr>(kFrontAttrName))
    for (ArrayRef<int64_t> rest = figures; !rest.empty();
         rest = rest.drop_front(3))
      report.front.push_back({rest[0], rest[1], rest[2]});
  report.stale = findStale(report, right);
  if (report.stale.empty())
    report.cost = std::move(right);
  else
    emitWarning(function.getLoc(), "has costs that are not those of its plan: ")
        << report.stale << "; run scope-cost";
  return report;
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

FailureOr<std::vector<FunctionReport>> scope::readReports(ModuleOp module,
                                                          ReportScope scope) {
  std::vector<FunctionReport> reports;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    FunctionReport report;
    report.function = function;
    if (function->hasAttr(kPlanAttrName)) {
      FailureOr<PlanReport> plan = readPlanReport(function);
      if (failed(plan))
        return failure();
      report.plan = std::move(*plan);
      report.assumeBits = report.plan->plan.problem->assumeBits;
    } else {
      bool hasLayers =
          !function.isExternal() &&
          !function.getFunctionBody().front().getOps<LayerOp>().empty();
      if (scope == ReportScope::Plans || !hasLayers)
        continue;
      report.assumeBits = getConfig(module).getAssumeBits();
      FailureOr<NetworkOfFunction> network =
          readNetwork(function, report.assumeBits);
      if (failed(network))
        return failure();
      report.unplanned = std::move(*network);
    }
    reports.push_back(std::move(report));
  }
  if (!reports.empty())
    return reports;
  InFlightDiagnostic error = emitError(module.getLoc());
  if (scope == ReportScope::Plans)
    error << "has no planned function; run scope-merge-pipeline, or "
             "scope-search";
  else
    error << "has no function with a plan or with layers; run "
             "scope-merge-pipeline, or scope-form-layers for a report on the "
             "network alone";
  return failure();
}
