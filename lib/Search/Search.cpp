//===- Search.cpp - Find a plan ------------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Search.h"

#include "AutoSearch.h"
#include "FrontSearch.h"
#include "RandomSearch.h"

#include "scope/Search/BufferPlan.h"
#include "scope/Search/Exhaustive.h"
#include "scope/Search/Partitions.h"

#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;

/// Plans that `exhaustive` looks at before it refuses.
static constexpr int64_t kMostPlans = 20000000;

/// Searches with more room set aside after the first one.
static constexpr int kMostReserves = 6;

//===----------------------------------------------------------------------===//
// Feasibility of single layers
//===----------------------------------------------------------------------===//

/// The chiplets of the package, as if all were of the kind with most SRAM.
static KindMask roomiestKind(const CostModel &model) {
  KindMask best = 1;
  int64_t most = -1;
  for (KindMask kind = 1; kind != 0; kind <<= 1)
    if ((kind & model.allKinds()) && model.sram(kind) > most) {
      best = kind;
      most = model.sram(kind);
    }
  return best;
}

/// Finds a layer that fits the package in no way at all: alone, with any
/// partition, weight mode and level that the configuration allows.
static Diagnosis findMisfit(const CostModel &model) {
  const Network &network = model.getNetwork();
  const Config &config = model.getConfig();
  RegionContext region;
  region.size = model.numChiplets();
  region.kinds = roomiestKind(model);
  region.solo = true;
  LayerContext context;
  context.last = true;
  for (int32_t layer = 0; layer < network.numLayers(); ++layer) {
    int64_t leastTiles = kUnbounded, least = kUnbounded, calls = 1;
    OperandMask external = model.externalOperands(layer, layer);
    bool fits = false;
    for (const Partition &factors : enumerateSmallestTiles(
             model.getProblem(), layer, model.numChiplets(), calls)) {
      Tiling tiling = model.makeTiling(layer, factors, calls);
      for (WeightMode mode :
           {WeightMode::Replicated, WeightMode::Distributed}) {
        if (config.weights && *config.weights != mode)
          continue;
        region.mode = mode;
        LayerTerms terms = model.layerTerms(tiling, region, external);
        int64_t tiles = model.leastTileBytes(terms, region, context);
        int64_t resident = 0;
        if (!model.streams(layer))
          resident = mode == WeightMode::Replicated
                         ? tiling.weightTile
                         : model.distributedWeights(layer, region.size);
        for (int64_t level : kLevels)
          fits |= resident <= model.budget(region.kinds, level) &&
                  tiles <= model.room(region.kinds, level);
        leastTiles = std::min(leastTiles, tiles);
        least = std::min(least, tiles + resident);
      }
      if (fits)
        break;
    }
    if (fits)
      continue;
    int64_t room = model.room(region.kinds, kLevels[0]);
    if (leastTiles > room)
      return {
          llvm::formatv(
              "the smallest tiles of layer '{0}' need {1:N} bytes of SRAM on "
              "a chiplet, at most {2:N} of its {3:N} are there for tiles; use "
              "chiplets with more SRAM, more of them, or a lower "
              "assume-bits",
              network.layers[layer].name, leastTiles, room,
              model.sram(region.kinds)),
          layer};
    return {llvm::formatv(
                "the smallest tiles of layer '{0}' and its weights need {1:N} "
                "bytes of SRAM on a chiplet, in levels of two sixteenths of "
                "{2:N}; use chiplets with more SRAM, more of them, a lower "
                "assume-bits, or weights=any",
                network.layers[layer].name, least, model.sram(region.kinds)),
            layer};
  }
  return {};
}

/// Finds out why the whole network cannot be one segment, if it is a matter of
/// bytes.
static Diagnosis findMisfitOfSegment(const CostModel &model) {
  const Network &network = model.getNetwork();
  if (model.getConfig().strategy != Strategy::FullPipeline)
    return {};
  int64_t weights = 0;
  int32_t largest = 0;
  for (int32_t layer = 0; layer < network.numLayers(); ++layer) {
    if (!model.streams(layer))
      weights += model.weights(layer);
    if (!model.streams(layer) &&
        (model.streams(largest) ||
         model.weights(layer) > model.weights(largest)))
      largest = layer;
  }
  int64_t most = 0;
  for (Coordinate at : model.getChiplets())
    most += kindOf(model.getPackage(), at).sram *
            kLevels[std::size(kLevels) - 1] / 16;
  if (weights <= most)
    return {};
  return {
      llvm::formatv(
          "the weights of all layers, {0:N} bytes and {1:N} of them of layer "
          "'{2}', must be on the package at once, and its {3} chiplets "
          "hold at most {4:N}; use another strategy, chiplets with more "
          "SRAM, more of them, or a lower assume-bits",
          weights, model.weights(largest), network.layers[largest].name,
          model.numChiplets(), most),
      largest};
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
      [&](const PlanTotals &summary, llvm::function_ref<Plan()> makePlan) {
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
static SearchResult searchOnce(const Problem &problem,
                               llvm::ThreadPoolInterface *threads) {
  SearchResult result;
  CostModel model(problem);
  result.failure = findMisfit(model);
  if (!result.failure)
    result.failure = findMisfitOfSegment(model);
  if (result.failure)
    return result;
  if (problem.network.layers.empty()) {
    result.proved = true;
    result.answeredBy = "exact";
    return result;
  }
  LowerBounds lower(model);
  result.bounds = computeBounds(model, lower);
  if (problem.config.algorithm == Algorithm::Exhaustive)
    runExhaustive(model, result);
  else if (problem.config.algorithm == Algorithm::Random)
    searchAtRandom(model, result);
  else
    searchPlans(model, lower, threads, result);
  if (!result.failure)
    result.failure = verify(model, result.plan, result.cost);
  return result;
}

/// Searches again with more and more room set aside until all buffers of the
/// plan find a place.
static SearchResult searchWithReserve(const Problem &problem,
                                      llvm::ThreadPoolInterface *threads) {
  Problem attempt = problem;
  SearchResult result = searchOnce(attempt, threads);
  for (int round = 0; !result.failure; ++round) {
    BufferPlan buffers = planBuffers(CostModel(attempt), result.plan);
    // A proof for less room is none for all of it.
    result.proved &= attempt.config.tileReserve == problem.config.tileReserve;
    if (!buffers.failure)
      break;
    if (round == kMostReserves) {
      result.failure = buffers.failure;
      break;
    }
    // As much as was missing, and soon more than that.
    attempt.config.tileReserve += buffers.missing << round;
    result = searchOnce(attempt, threads);
  }
  result.tileReserve = attempt.config.tileReserve;
  return result;
}

/// Searches for the best plan, whatever the constraints.
static SearchResult searchBest(const Problem &problem,
                               llvm::ThreadPoolInterface *threads) {
  // A plan whose buffers cannot be given offsets is no plan.
  SearchResult result = searchWithReserve(problem, threads);
  if (!result.failure || result.tileReserve == problem.config.tileReserve)
    return result;
  // Clusters of one layer lose nothing between their buffers, and are clusters
  // of these strategies as well.
  if (!llvm::is_contained(
          {Strategy::Merged, Strategy::Segmented, Strategy::Sequential},
          problem.config.strategy))
    return result;
  Problem simple = problem;
  simple.config.strategy = Strategy::LayerByLayer;
  SearchResult fallback = searchWithReserve(simple, threads);
  if (fallback.failure)
    return result;
  fallback.proved = false;
  return fallback;
}

SearchResult scope::search::search(const Problem &problem,
                                   llvm::ThreadPoolInterface *threads) {
  SearchResult result;
  result.failure = check(problem);
  if (result.failure)
    return result;
  auto searchOne = [threads](const Problem &one) {
    return searchBest(one, threads);
  };
  if (problem.config.algorithm == Algorithm::Pareto)
    return searchFront(problem, {}, searchOne);
  result = searchBest(problem, threads);
  if (result.failure || meetsConstraints(result.cost, problem.config))
    return result;
  int64_t candidates = result.candidates;
  SearchResult constrained = searchFront(problem, result, searchOne);
  constrained.candidates += candidates;
  return constrained;
}
