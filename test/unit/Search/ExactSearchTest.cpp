//===- ExactSearchTest.cpp - The search against enumeration --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomProblem.h"

#include "scope/Search/Exhaustive.h"
#include "scope/Search/Search.h"

#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

using namespace scope::search;

static const Strategy kStrategies[] = {
    Strategy::Merged,       Strategy::Segmented,    Strategy::Sequential,
    Strategy::FullPipeline, Strategy::LayerByLayer, Strategy::DataParallel};
static const Objective kObjectives[] = {
    Objective::Throughput, Objective::Latency, Objective::Energy,
    Objective::EDP,        Objective::ED2P,    Objective::E2DP};

/// Plans that one instance may have.
static constexpr int64_t kMostPlans = 1000000;

/// Some wish about some layer.
static Pin makePin(Dice &dice, const Network &network, const Package &package) {
  Pin pin;
  pin.layer = static_cast<int32_t>(dice.roll(0, network.numLayers() - 1));
  switch (dice.roll(0, 6)) {
  case 0:
    pin.cut = true;
    break;
  case 1:
    pin.split = true;
    break;
  case 2:
    pin.join = true;
    break;
  case 3:
    pin.minChiplets = pin.maxChiplets = dice.roll(1, 3);
    break;
  case 4:
    pin.cluster = dice.roll(1, 2);
    break;
  case 5: {
    std::vector<Coordinate> order = snakeOrder(package);
    order.resize(std::min<size_t>(order.size(), size_t(dice.roll(1, 3))));
    llvm::sort(order);
    pin.region = order;
    break;
  }
  default: {
    const Layer &layer = network.layers[pin.layer];
    pin.partition.emplace(layer.dims.size(), 1);
    size_t dim = size_t(dice.roll(0, int64_t(layer.dims.size()) - 1));
    (*pin.partition)[dim] = dice.roll(1, 2);
    break;
  }
  }
  return pin;
}

/// A random instance: everything about it varies with the seed.
static Instance makeInstance(uint64_t seed) {
  Dice dice(seed);
  Instance instance;
  int32_t numLayers = static_cast<int32_t>(dice.roll(1, 4));
  instance.network = makeRandomNetwork(dice, numLayers);
  int64_t sram = dice.oneIn(3)   ? dice.roll(16, 48)
                 : dice.oneIn(2) ? dice.roll(48, 200)
                                 : dice.roll(200, 1000);
  instance.package = makeRandomPackage(dice, numLayers > 3 ? 3 : 4, sram);
  Config &config = instance.config;
  config.batch = int64_t(1) << dice.roll(0, 2);
  config.objective = kObjectives[dice.roll(0, std::size(kObjectives) - 1)];
  config.strategy = kStrategies[dice.oneIn(2) ? 0 : dice.roll(0, 5)];
  config.space = dice.oneIn(3) ? Space::Published : Space::Full;
  config.pureOnly = dice.oneIn(4);
  config.splitBatch = !dice.oneIn(4);
  config.maxBeat = dice.oneIn(4) ? 1 : 0;
  if (dice.oneIn(6))
    config.weights =
        dice.oneIn(2) ? WeightMode::Replicated : WeightMode::Distributed;
  if (dice.oneIn(4))
    for (int64_t pins = dice.roll(1, 2); pins > 0; --pins)
      config.pins.push_back(makePin(dice, instance.network, instance.package));
  return instance;
}

TEST(ExactSearch, EqualsEnumeration) {
  int compared = 0, infeasible = 0, pinned = 0, disabled = 0, mixed = 0;
  int byObjective[6] = {}, byStrategy[6] = {}, bySpace[2] = {};
  for (uint64_t seed = 1; compared < 500; ++seed) {
    ASSERT_LT(seed, 4000u);
    Instance instance = makeInstance(seed);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    std::optional<__int128> best;
    std::optional<int64_t> count = enumeratePlans(
        model, kMostPlans,
        [&](const PlanTotals &summary, llvm::function_ref<Plan()>) {
          PlanCost cost;
          cost.cycles = summary.cycles;
          cost.latency = summary.latency;
          cost.energy = summary.energy;
          __int128 value = objectiveValue(cost, instance.config.objective);
          if (!best || value < *best)
            best = value;
        });
    if (!count)
      continue;
    instance.config.algorithm = Algorithm::Exact;
    Problem exact{instance.network, instance.package, instance.config};
    SearchResult result = search(exact);
    ++compared;
    pinned += !instance.config.pins.empty();
    disabled += !instance.package.disabled.empty();
    mixed += !llvm::has_single_bit(model.allKinds());
    ++byObjective[static_cast<int>(instance.config.objective)];
    ++byStrategy[static_cast<int>(instance.config.strategy)];
    ++bySpace[static_cast<int>(instance.config.space)];
    if (!best) {
      ++infeasible;
      EXPECT_TRUE(result.failure) << "seed " << seed;
      continue;
    }
    ASSERT_FALSE(result.failure)
        << "seed " << seed << ": " << result.failure.message;
    EXPECT_TRUE(result.proved) << "seed " << seed;
    EXPECT_TRUE(objectiveValue(result.cost, instance.config.objective) == *best)
        << "seed " << seed << ": found "
        << (double)objectiveValue(result.cost, instance.config.objective)
        << ", best " << (double)*best;
    EXPECT_TRUE(boundOn(result.bounds, instance.config.objective) <= *best)
        << "seed " << seed;
  }
  // The instances must reach everything, or the comparison says little.
  for (int number : byObjective)
    EXPECT_GT(number, 40);
  for (int number : byStrategy)
    EXPECT_GT(number, 20);
  for (int number : bySpace)
    EXPECT_GT(number, 100);
  EXPECT_GT(pinned, 60);
  EXPECT_GT(disabled, 40);
  EXPECT_GT(mixed, 40);
  EXPECT_GT(infeasible, 10);
  EXPECT_LT(infeasible, compared / 2);
}
