//===- Search.cpp - Find a plan ------------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Search.h"

#include "AutoSearch.h"

#include "scope/Search/BufferPlan.h"
#include "scope/Search/Exhaustive.h"
#include "scope/Search/Partitions.h"

#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;

/// Plans that `exhaustive` looks at before it refuses.
static constexpr int64_t kMostPlans = 20000000;

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
      LayerTerms terms = model.layerTerms(tiling, region,
                                          model.externalOperands(layer, layer));
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
    searchPlans(model, result);
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
