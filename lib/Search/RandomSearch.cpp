//===- RandomSearch.cpp - Plans at random ---------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomSearch.h"

#include "scope/Search/Partitions.h"
#include "scope/Search/PinIndex.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>
#include <random>
#include <tuple>

using namespace scope::search;

/// Draws of a segment before it is made shorter.
static constexpr int kTries = 30;

namespace {
class Sampler {
public:
  explicit Sampler(const CostModel &model)
      : model(model), problem(model.getProblem()), config(problem.config),
        beats(beatCalls(problem)), engine(static_cast<uint64_t>(config.seed)) {}

  /// A legal and feasible plan, or nothing if luck ran out.
  std::optional<Plan> draw();

private:
  /// A number from `low` to `high`; the same with every standard library.
  int64_t roll(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() %
                                      static_cast<uint64_t>(high - low + 1));
  }
  bool drawSegment(int32_t first, int32_t last, Plan &plan);
  bool drawRegions(SegmentPlan &segment);
  const std::vector<Partition> &partitions(int32_t layer, int64_t calls,
                                           int32_t size);

  const CostModel &model;
  const Problem &problem;
  const Config &config;
  llvm::SmallVector<int64_t, 8> beats;
  std::mt19937_64 engine;
  std::map<std::tuple<int32_t, int64_t, int32_t>, std::vector<Partition>> lists;
};
} // namespace

const std::vector<Partition> &Sampler::partitions(int32_t layer, int64_t calls,
                                                  int32_t size) {
  auto [entry, isNew] = lists.try_emplace({layer, calls, size});
  if (isNew)
    entry->second = enumeratePartitions(problem, layer, calls, size);
  return entry->second;
}

bool Sampler::drawRegions(SegmentPlan &segment) {
  auto count = static_cast<int32_t>(segment.clusters.size());
  int32_t chiplets = model.numChiplets();
  if (count > chiplets)
    return false;
  bool whole = count == 1 && llvm::has_single_bit(model.allKinds());
  int32_t slot = 0;
  for (auto [index, cluster] : llvm::enumerate(segment.clusters)) {
    int32_t left = chiplets - slot - (count - static_cast<int32_t>(index) - 1);
    cluster.size = whole ? chiplets : static_cast<int32_t>(roll(1, left));
    cluster.firstSlot = slot;
    cluster.kinds = model.kindsOf(slot, cluster.size);
    slot += cluster.size;
    // The published space distributes only what fits in no other way, which
    // costs a search to find out.
    cluster.mode = config.weights.value_or(config.space == Space::Published ||
                                                   roll(0, 1) == 0
                                               ? WeightMode::Replicated
                                               : WeightMode::Distributed);
    cluster.level = static_cast<int32_t>(
        kLevels[roll(0, static_cast<int64_t>(std::size(kLevels)) - 1)]);
    cluster.ahead =
        count == 1 && cluster.firstLayer < cluster.lastLayer && roll(0, 1) == 0;
  }
  return true;
}

bool Sampler::drawSegment(int32_t first, int32_t last, Plan &plan) {
  SegmentPlan segment;
  segment.beatCalls = beats[roll(0, static_cast<int64_t>(beats.size()) - 1)];
  bool many = config.strategy == Strategy::Merged ||
              config.strategy == Strategy::Segmented ||
              config.strategy == Strategy::FullPipeline;
  for (int32_t layer = first; layer <= last; ++layer) {
    if (layer == first || (many && roll(0, 1) == 0))
      segment.clusters.emplace_back().firstLayer = layer;
    segment.clusters.back().lastLayer = layer;
  }
  if (!drawRegions(segment))
    return false;
  for (const ClusterPlan &cluster : segment.clusters)
    for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
         ++layer) {
      const std::vector<Partition> &choices =
          partitions(layer, segment.beatCalls, cluster.size);
      if (choices.empty())
        return false;
      plan.partitions[layer] =
          choices[roll(0, static_cast<int64_t>(choices.size()) - 1)];
    }
  SegmentCost cost;
  if (evaluateSegment(model, plan, segment, cost))
    return false;
  plan.segments.push_back(std::move(segment));
  return true;
}

std::optional<Plan> Sampler::draw() {
  int32_t numLayers = problem.network.numLayers();
  bool one = config.strategy == Strategy::FullPipeline;
  Plan plan;
  plan.partitions.resize(numLayers);
  for (int32_t first = 0; first < numLayers;) {
    int32_t last = one ? numLayers - 1 : first;
    while (!one && last + 1 < numLayers &&
           config.strategy != Strategy::LayerByLayer && roll(0, 1) == 0)
      ++last;
    bool drawn = false;
    while (!drawn) {
      for (int tries = 0; tries < kTries && !drawn; ++tries)
        drawn = drawSegment(first, last, plan);
      if (drawn || last == first || one)
        break;
      last = first + (last - first) / 2;
    }
    if (!drawn)
      return std::nullopt;
    first = last + 1;
  }
  if (checkShape(model, plan))
    return std::nullopt;
  return plan;
}

void scope::search::searchAtRandom(const CostModel &model,
                                   SearchResult &result) {
  const Config &config = model.getConfig();
  Sampler sampler(model);
  std::optional<__int128> best;
  for (int64_t sample = 0; sample < config.samples; ++sample) {
    std::optional<Plan> plan = sampler.draw();
    if (!plan)
      continue;
    ++result.candidates;
    PlanCost cost = evaluate(model, *plan).cost;
    __int128 value = objectiveValue(cost, config.objective);
    if (best && *best <= value)
      continue;
    best = value;
    result.plan = std::move(*plan);
    result.cost = std::move(cost);
  }
  result.answeredBy = "random";
  if (!best)
    result.failure = {llvm::formatv(
        "none of {0} plans drawn at random is feasible; raise samples, choose "
        "another seed, or use search=auto",
        config.samples)};
}
