//===- ProblemReader.cpp - Search problems from modules -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/ProblemReader.h"

#include "scope/Analysis/PackageReader.h"

using namespace mlir;
using namespace scope;

static search::Algorithm toAlgorithm(SearchKind kind) {
  switch (kind) {
  case SearchKind::Auto:
    return search::Algorithm::Auto;
  case SearchKind::Exact:
    return search::Algorithm::Exact;
  case SearchKind::Linear:
    return search::Algorithm::Linear;
  case SearchKind::Exhaustive:
    return search::Algorithm::Exhaustive;
  case SearchKind::Random:
    return search::Algorithm::Random;
  case SearchKind::Pareto:
    return search::Algorithm::Pareto;
  }
  llvm_unreachable("unknown search");
}

/// Converts what does not depend on the network.
static search::Config readConfig(ConfigAttr config) {
  constexpr double millisecondsPerSecond = 1000;
  search::Config result;
  result.objective = static_cast<search::Objective>(config.getObjective());
  result.strategy = static_cast<search::Strategy>(config.getStrategy());
  result.space = static_cast<search::Space>(config.getSpace());
  result.algorithm = toAlgorithm(config.getSearch());
  result.pureOnly = config.getPartitionSpace() == PartitionSpace::Pure;
  result.splitBatch = config.getSplitBatch();
  result.maxBeat = config.getMaxBeat();
  if (config.getWeights() == WeightChoice::Replicated)
    result.weights = search::WeightMode::Replicated;
  if (config.getWeights() == WeightChoice::Distributed)
    result.weights = search::WeightMode::Distributed;
  constexpr int64_t femtojoulesPerPicojoule = 1000;
  result.maxLatency = config.getMaxLatency();
  result.maxEnergy = search::saturate(__int128(config.getMaxEnergy()) *
                                      femtojoulesPerPicojoule);
  if (config.getSamples() > 0)
    result.samples = config.getSamples();
  result.seed = config.getSeed();
  if (config.getWorkBudget() > 0)
    result.workBudget = config.getWorkBudget();
  result.timeLimit =
      static_cast<double>(config.getTimeLimitMs()) / millisecondsPerSecond;
  return result;
}

/// The enabled chiplets that `pattern` names.
static std::vector<search::Coordinate>
matchRegion(const RegionPattern &pattern, const search::Package &package) {
  std::vector<search::Coordinate> region;
  auto inside = [](const std::optional<IndexRange> &range, int64_t index) {
    return !range || (range->first <= index && index <= range->last);
  };
  for (int32_t row = 0; row < package.rows; ++row)
    for (int32_t col = 0; col < package.cols; ++col)
      if (inside(pattern.rows, row) && inside(pattern.cols, col) &&
          search::isEnabled(package, {row, col}))
        region.push_back({row, col});
  return region;
}

static LogicalResult readPins(ProblemOfFunction &problem) {
  for (auto [index, layerOp] : llvm::enumerate(problem.source.layers)) {
    PinAttr attr = layerOp.getPinAttr();
    if (!attr)
      continue;
    search::Pin pin;
    pin.layer = static_cast<int32_t>(index);
    pin.cut = attr.getCut();
    pin.split = attr.getSplit();
    pin.join = attr.getJoin();
    pin.cluster = attr.getCluster();
    if (std::optional<IndexRange> chiplets = attr.getChiplets()) {
      pin.minChiplets = chiplets->first;
      pin.maxChiplets = chiplets->last;
    }
    if (std::optional<RegionPattern> pattern = attr.getRegion()) {
      pin.region = matchRegion(*pattern, problem.package);
      if (pin.region->empty())
        return layerOp.emitOpError()
               << "is pinned to a region without enabled chiplets of the "
               << problem.package.rows << " x " << problem.package.cols
               << " package";
    }
    if (PartitionAttr partition = attr.getPartition()) {
      std::string unknown;
      pin.partition =
          toFactors(partition, problem.source.network.layers[index], unknown);
      if (!unknown.empty())
        return layerOp.emitOpError()
               << "is pinned to " << partition << ", but has no dimension '"
               << unknown << "' to split";
    }
    problem.config.pins.push_back(std::move(pin));
  }
  return success();
}

InFlightDiagnostic scope::emitDiagnosis(const search::Diagnosis &diagnosis,
                                        const NetworkOfFunction &source,
                                        FunctionOpInterface function) {
  if (diagnosis.layer < 0)
    return emitError(function.getLoc())
           << "'@" << function.getName() << "': " << diagnosis.message;
  LayerOp layer = source.layers[diagnosis.layer];
  InFlightDiagnostic error = emitError(layer.getLoc()) << diagnosis.message;
  if (diagnosis.otherLayer >= 0) {
    LayerOp other = source.layers[diagnosis.otherLayer];
    error.attachNote(other.getLoc())
        << "the other layer, '" << other.getName() << "', is here";
  }
  return error;
}

static FailureOr<std::unique_ptr<ProblemOfFunction>>
readWith(FunctionOpInterface function, ConfigAttr config) {
  auto module = function->getParentOfType<ModuleOp>();
  auto problem = std::make_unique<ProblemOfFunction>();
  FailureOr<PackageOp> packageOp = findPackage(module);
  if (failed(packageOp))
    return failure();
  FailureOr<search::Package> package = readPackage(*packageOp);
  if (failed(package))
    return failure();
  problem->packageOp = *packageOp;
  problem->package = std::move(*package);
  problem->assumeBits = config.getAssumeBits();
  FailureOr<NetworkOfFunction> source =
      readNetwork(function, problem->assumeBits);
  if (failed(source))
    return failure();
  problem->source = std::move(*source);
  problem->config = readConfig(config);
  int64_t samples = problem->source.network.samplesPerCall;
  problem->config.batch =
      config.getBatch() > 0
          ? config.getBatch()
          : search::saturate(
                __int128(llvm::divideCeil(problem->package.batch, samples)) *
                samples);
  if (failed(readPins(*problem)))
    return failure();
  if (search::Diagnosis wrong = search::check(problem->get())) {
    emitDiagnosis(wrong, problem->source, function);
    return failure();
  }
  return problem;
}

FailureOr<std::unique_ptr<ProblemOfFunction>>
scope::readProblem(FunctionOpInterface function) {
  return readWith(function, getConfig(function->getParentOfType<ModuleOp>()));
}

FailureOr<std::unique_ptr<ProblemOfFunction>>
scope::readProblem(FunctionOpInterface function, PlanAttr plan) {
  ConfigAttr config = getConfig(function->getParentOfType<ModuleOp>());
  return readWith(
      function,
      ConfigAttr::get(
          function.getContext(), plan.getBatch(), plan.getAssumeBits(),
          plan.getObjective(), plan.getStrategy(), plan.getSpace(),
          config.getSearch(), config.getWorkBudget(), config.getTimeLimitMs(),
          config.getPartitionSpace(), config.getSplitBatch(),
          config.getMaxBeat(), config.getWeights(), config.getMaxLatency(),
          config.getMaxEnergy(), config.getSamples(), config.getSeed(),
          config.getFunction()));
}
