//===- Search.cpp - Find a plan ------------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Search.h"

#include "PipelineSearch.h"
#include "WorkBounds.h"

#include "scope/Search/BufferPlan.h"
#include "scope/Search/Exhaustive.h"
#include "scope/Search/Partitions.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <chrono>

using namespace scope::search;

/// Plans that `exhaustive` looks at before it refuses.
static constexpr int64_t kMostPlans = 20000000;

/// Pairs of states of neighbouring layers that an exact search may tabulate.
static constexpr int64_t kMostTransfers = 60000000;

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

Bounds scope::search::computeBounds(const CostModel &model) {
  const Problem &problem = model.getProblem();
  const Network &network = model.getNetwork();
  const Package &package = model.getPackage();
  int32_t numLayers = network.numLayers();
  Bounds bounds;
  if (numLayers == 0)
    return bounds;
  WorkBounds works(model);
  bounds.work = works.leastLoad(0) +
                ceilDiv(works.work(0, numLayers), model.numChiplets());
  bounds.latency = works.leastLoad(0) + works.latency(0, numLayers);

  // The whole network as one segment moves least, whether it fits or not.
  // Streamed weights come once a beat, at least once for the largest beat.
  CostModel::DramTraffic traffic = model.dramTraffic(0, numLayers - 1);
  int64_t macs = 0, energyMac = 0;
  for (int32_t layer = 0; layer < numLayers; ++layer) {
    int64_t layerMacs =
        saturate(__int128(network.layers[layer].macs) * problem.calls());
    macs += layerMacs;
    energyMac += multiplyUp(layerMacs, package.energy.mac);
  }
  int64_t largestBeat = beatCalls(problem).back();
  int64_t bytes = traffic.ofBeat(largestBeat) * (problem.calls() / largestBeat) +
                  model.loadedWeights(0, numLayers - 1);
  bounds.dram = model.dramCycles(bytes) + package.dramLatency;
  int64_t lanes = 0;
  for (Coordinate at : model.getChiplets())
    lanes += kindOf(package, at).macK * kindOf(package, at).macC;
  bounds.ideal = ceilDiv(macs, lanes);
  int64_t cycles = std::max({bounds.work, bounds.dram, bounds.ideal});
  bounds.energy = energyMac + multiplyUp(bytes, package.energy.dram) +
                  multiplyUp(cycles, package.energy.idle);
  return bounds;
}

__int128 scope::search::boundOn(const Bounds &bounds, Objective objective) {
  PlanCost least;
  least.cycles = std::max({bounds.work, bounds.dram, bounds.ideal});
  least.latency = bounds.latency;
  least.energy = bounds.energy;
  return objectiveValue(least, objective);
}

double scope::search::gap(const SearchResult &result, Objective objective) {
  if (result.proved)
    return 0;
  double value = static_cast<double>(objectiveValue(result.cost, objective));
  double bound = static_cast<double>(boundOn(result.bounds, objective));
  return bound > 0 ? value / bound - 1 : 0;
}

//===----------------------------------------------------------------------===//
// Feasibility of single layers
//===----------------------------------------------------------------------===//

/// Finds a layer that fits the package in no way at all.
static Diagnosis findMisfit(const CostModel &model) {
  const Network &network = model.getNetwork();
  RegionContext region;
  region.size = model.numChiplets();
  region.mode = WeightMode::Replicated; // Without chunks of gathered weights.
  region.solo = true;
  LayerContext context;
  context.last = true;
  // The chiplets with most SRAM, as if all were of their kind.
  int64_t most = 0;
  for (KindMask kinds = 1; kinds != 0; kinds <<= 1)
    if ((kinds & model.allKinds()) && model.room(kinds, kLevels[0]) > most) {
      region.kinds = kinds;
      most = model.room(kinds, kLevels[0]);
    }
  for (int32_t layer = 0; layer < network.numLayers(); ++layer) {
    int64_t least = kUnbounded, calls = 1;
    for (const Partition &factors : enumerateSmallestTiles(
             model.getProblem(), layer, model.numChiplets(), calls)) {
      Tiling tiling = model.makeTiling(layer, factors, calls);
      LayerTerms terms = model.layerTerms(
          tiling, region, model.externalOperands(layer, layer));
      least = std::min(least, model.leastTileBytes(terms, region, context));
    }
    if (least > most)
      return {llvm::formatv(
                  "the smallest tiles of layer '{0}' need {1} bytes of SRAM on "
                  "a chiplet, at most {2} of its {3} are there for tiles; use "
                  "chiplets with more SRAM, more of them, or a lower "
                  "assume-bits",
                  network.layers[layer].name, least, most,
                  model.sram(region.kinds)),
              layer};
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Algorithms
//===----------------------------------------------------------------------===//

/// Region sizes for a first look: all small ones, then steps of about a third.
static std::vector<int32_t> coarseSizes(int32_t numChiplets) {
  std::vector<int32_t> sizes;
  for (int32_t size = 1; size < numChiplets;
       size += std::max<int32_t>(1, (size + 1) / 3))
    sizes.push_back(size);
  sizes.push_back(numChiplets);
  return sizes;
}

/// Whether the tables of a search over all states would be too large.
static bool tooLargeForExact(const CostModel &model,
                             const LayerClasses &classes) {
  std::vector<int64_t> counts;
  int64_t calls = beatCalls(model.getProblem()).back();
  for (int32_t c = 0; c < classes.numClasses(); ++c)
    counts.push_back(static_cast<int64_t>(
        enumeratePartitions(model.getProblem(), classes.exampleOf(c), calls,
                            model.numChiplets())
            .size()));
  int64_t transfers = 0;
  for (int32_t e = 0; e < classes.numEdgeClasses(); ++e) {
    const auto &[consumer, edge] = classes.edgeExampleOf(e);
    transfers += counts[classes.classOf(consumer)] *
                 counts[classes.classOf(edge.producer)];
  }
  return transfers > kMostTransfers;
}

namespace {
/// Collects the best plan over several searches.
class Incumbent {
public:
  Incumbent(const CostModel &model, SearchResult &result)
      : objective(model.getConfig().objective), result(result) {}

  void offer(PipelineResult &&found, const char *by) {
    result.candidates += found.work;
    if (!found.plan ||
        (best && objectiveValue(*best, objective) <=
                     objectiveValue(found.cost, objective)))
      return;
    best = found.cost;
    result.plan = std::move(*found.plan);
    result.cost = std::move(found.cost);
    result.answeredBy = by;
  }
  const std::optional<PlanCost> &cost() const { return best; }

private:
  Objective objective;
  SearchResult &result;
  std::optional<PlanCost> best;
};
} // namespace

/// Searches parts of the space that are quick, then all of it if `exact` or if
/// the budget allows.
static void runPipelines(const CostModel &model, bool exact,
                         SearchResult &result) {
  const Config &config = model.getConfig();
  LayerClasses classes(model);
  Incumbent incumbent(model, result);
  auto start = std::chrono::steady_clock::now();
  Budget budget;
  budget.expired = [&] {
    return config.timeLimit > 0 &&
           std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         start)
                   .count() > config.timeLimit;
  };

  // One cluster a segment first: quick, and a bound for everything else.
  Problem sequential = model.getProblem();
  if (config.strategy == Strategy::Merged)
    sequential.config.strategy = Strategy::Sequential;
  else if (config.strategy == Strategy::Segmented)
    sequential.config.strategy = Strategy::LayerByLayer;
  Candidates coarse;
  coarse.statesPerRegion = 6;
  coarse.sizes = {model.numChiplets()};
  if (!llvm::has_single_bit(model.allKinds()))
    coarse.sizes = coarseSizes(model.numChiplets());
  {
    CostModel restricted(sequential);
    incumbent.offer(searchPipelines(restricted, classes, coarse,
                                    incumbent.cost(), budget),
                    "restricted");
  }
  coarse.sizes = coarseSizes(model.numChiplets());
  incumbent.offer(
      searchPipelines(model, classes, coarse, incumbent.cost(), budget),
      "restricted");

  if (!tooLargeForExact(model, classes)) {
    budget.work = exact ? -1 : config.workBudget;
    PipelineResult full =
        searchPipelines(model, classes, Candidates(), incumbent.cost(), budget);
    result.proved = full.complete;
    incumbent.offer(std::move(full), "exact");
    if (result.proved)
      result.answeredBy = "exact";
  }
  if (!incumbent.cost())
    result.failure = {result.proved
                          ? "no plan of the chosen space and strategy is "
                            "feasible on this package; choose another "
                            "strategy, more SRAM or a lower assume-bits"
                          : "no feasible plan was found within the budget; "
                            "raise work-budget or time-limit"};
}

/// Looks at every plan.
static void runExhaustive(const CostModel &model, SearchResult &result) {
  Objective objective = model.getConfig().objective;
  std::optional<__int128> best;
  std::optional<int64_t> count = enumeratePlans(
      model, kMostPlans,
      [&](const PlanSummary &summary, llvm::function_ref<Plan()> makePlan) {
        PlanCost cost;
        cost.cycles = summary.cycles;
        cost.latency = summary.latency;
        cost.energy = summary.energy;
        __int128 value = objectiveValue(cost, objective);
        if (best && *best <= value)
          return;
        best = value;
        result.plan = makePlan();
      });
  if (!count) {
    result.failure = {llvm::formatv(
        "exhaustive search looks at no more than {0} plans, here are up to "
        "{1}; use search=exact",
        kMostPlans, countPlans(model))};
    return;
  }
  result.candidates = *count;
  if (!best) {
    result.failure = {"no plan of the space is feasible on this package"};
    return;
  }
  result.cost = evaluate(model, result.plan).cost;
  result.proved = true;
  result.answeredBy = "exhaustive";
}

/// Searches with what the configuration sets aside of every SRAM.
static SearchResult searchOnce(const Problem &problem) {
  SearchResult result;
  CostModel model(problem);
  result.failure = findMisfit(model);
  if (result.failure)
    return result;
  result.bounds = computeBounds(model);
  if (problem.network.layers.empty()) {
    result.proved = true;
    result.answeredBy = "exact";
    return result;
  }
  if (problem.config.algorithm == Algorithm::Exhaustive)
    runExhaustive(model, result);
  else
    runPipelines(model, problem.config.algorithm == Algorithm::Exact, result);
  if (!result.failure)
    result.failure = verify(model, result.plan, result.cost);
  return result;
}

SearchResult scope::search::search(const Problem &problem) {
  SearchResult result;
  result.failure = check(problem);
  if (result.failure)
    return result;
  // A plan whose buffers cannot be given offsets is no plan: search again with
  // as much room set aside as was missing.
  Problem attempt = problem;
  bool reserved = false;
  while (true) {
    result = searchOnce(attempt);
    if (result.failure)
      return result;
    BufferPlan buffers = planBuffers(CostModel(attempt), result.plan);
    if (!buffers.failure)
      break;
    attempt.config.tileReserve += buffers.missing;
    reserved = true;
  }
  // A proof for less room is none for all of it.
  if (reserved)
    result.proved = false;
  result.tileReserve = attempt.config.tileReserve;
  return result;
}
