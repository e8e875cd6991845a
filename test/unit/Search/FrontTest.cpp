//===- FrontTest.cpp - Fronts, constraints and plans at random ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fronts and constrained plans against those among all plans, and plans at
// random against the best one.
//
//===----------------------------------------------------------------------===//

#include "ModelNetworks.h"
#include "RandomProblem.h"

#include "scope/Search/Exhaustive.h"
#include "scope/Search/Search.h"

#include "gtest/gtest.h"

#include <set>

using namespace scope::search;

static const Objective kObjectives[] = {Objective::Throughput,
                                        Objective::Latency, Objective::Energy,
                                        Objective::EDP};

using Costs = std::tuple<int64_t, int64_t, int64_t>;

static Costs costsOf(const PlanTotals &plan) {
  return {plan.cycles, plan.latency, plan.energy};
}

/// Whether `a` is at least as good as `b` in all respects.
static bool covers(const Costs &a, const Costs &b) {
  return std::get<0>(a) <= std::get<0>(b) && std::get<1>(a) <= std::get<1>(b) &&
         std::get<2>(a) <= std::get<2>(b);
}

static __int128 valueOf(const Costs &costs, Objective objective) {
  PlanCost cost;
  std::tie(cost.cycles, cost.latency, cost.energy) = costs;
  return objectiveValue(cost, objective);
}

namespace {
/// A small instance and the costs of all its plans, each once.
struct ListedInstance : Instance {
  std::set<Costs> all;
};
} // namespace

/// An instance of a seed; without plans if it is too large or has none.
static ListedInstance makeInstance(uint64_t seed) {
  Dice dice(90000 + seed);
  ListedInstance instance;
  instance.network =
      makeRandomNetwork(dice, static_cast<int32_t>(dice.roll(1, 3)));
  instance.package = makeRandomPackage(dice, 4, dice.roll(40, 600));
  instance.config.batch = int64_t(1) << dice.roll(0, 2);
  instance.config.objective = kObjectives[dice.roll(0, 3)];
  instance.config.space = dice.oneIn(3) ? Space::Published : Space::Full;
  Problem problem{instance.network, instance.package, instance.config};
  CostModel model(problem);
  if (check(problem) || countPlans(model) > 100000)
    return instance;
  enumeratePlans(model, 500000,
                 [&](const PlanTotals &plan, llvm::function_ref<Plan()>) {
                   instance.all.insert(costsOf(plan));
                 });
  return instance;
}

TEST(Front, IsThatOfAllPlans) {
  int compared = 0;
  size_t longest = 0;
  for (uint64_t seed = 1; compared < 100; ++seed) {
    ASSERT_LT(seed, 2000u);
    ListedInstance instance = makeInstance(seed);
    if (instance.all.empty())
      continue;
    std::set<Costs> expected;
    for (const Costs &costs : instance.all)
      if (llvm::none_of(instance.all, [&](const Costs &other) {
            return other != costs && covers(other, costs);
          }))
        expected.insert(costs);
    instance.config.algorithm = Algorithm::Pareto;
    SearchResult result =
        search({instance.network, instance.package, instance.config});
    ASSERT_FALSE(result.failure) << result.failure.message;
    // Where buffers of one plan find no place, searches take over.
    if (!result.proved)
      continue;
    ++compared;
    std::set<Costs> found;
    for (const PlanTotals &point : result.front)
      found.insert({point.cycles, point.latency, point.energy});
    EXPECT_EQ(found, expected) << "seed " << seed;
    EXPECT_EQ(result.answeredBy, "pareto");
    longest = std::max(longest, found.size());
  }
  EXPECT_GT(longest, 4u);
}

TEST(Front, ConstrainedPlansAreTheBest) {
  int constrained = 0, infeasible = 0;
  for (uint64_t seed = 1; constrained < 60 || infeasible < 10; ++seed) {
    ASSERT_LT(seed, 4000u);
    ListedInstance instance = makeInstance(seed);
    if (instance.all.empty())
      continue;
    // Somewhere between the extremes, now and then below.
    Dice dice(seed);
    auto pick = [&] {
      auto at = instance.all.begin();
      std::advance(at,
                   dice.roll(0, static_cast<int64_t>(instance.all.size()) - 1));
      return *at;
    };
    Config &config = instance.config;
    if (!dice.oneIn(3))
      config.maxLatency = std::max<int64_t>(
          1, std::get<1>(pick()) - (dice.oneIn(4) ? 1000000 : 0));
    if (dice.oneIn(2))
      config.maxEnergy = std::get<2>(pick());
    std::optional<__int128> best;
    for (const Costs &costs : instance.all)
      if ((config.maxLatency == 0 || std::get<1>(costs) <= config.maxLatency) &&
          (config.maxEnergy == 0 || std::get<2>(costs) <= config.maxEnergy)) {
        __int128 value = valueOf(costs, config.objective);
        best = std::min(best.value_or(value), value);
      }
    config.algorithm = Algorithm::Exact;
    SearchResult result = search({instance.network, instance.package, config});
    if (!result.proved)
      continue;
    if (!best) {
      ++infeasible;
      EXPECT_EQ(result.failure.message.find(
                    "no plan of the space meets the constraints: max-"),
                0u)
          << "seed " << seed << ": " << result.failure.message;
      continue;
    }
    ASSERT_FALSE(result.failure) << "seed " << seed << result.failure.message;
    constrained += result.answeredBy == "pareto";
    EXPECT_TRUE(objectiveValue(result.cost, config.objective) == *best)
        << "seed " << seed;
  }
}

TEST(Front, OfLargeNetworksIsAFront) {
  Network network = makeResNet(18);
  Package package = *makePackage("simba-4x4");
  Config config;
  config.batch = 16;
  SearchResult fastest = search({network, package, config});
  config.algorithm = Algorithm::Pareto;
  SearchResult result = search({network, package, config});
  ASSERT_FALSE(result.failure);
  EXPECT_FALSE(result.proved);
  EXPECT_GT(result.front.size(), 3u);
  for (const PlanTotals &a : result.front)
    for (const PlanTotals &b : result.front)
      if (&a != &b)
        EXPECT_FALSE(covers({a.cycles, a.latency, a.energy},
                            {b.cycles, b.latency, b.energy}));
  EXPECT_EQ(result.cost.cycles, result.front.front().cycles);

  // A latency that the fastest plan does not have, and another one does.
  config.algorithm = Algorithm::Auto;
  config.objective = Objective::Latency;
  int64_t least = search({network, package, config}).cost.latency;
  config.objective = Objective::Throughput;
  ASSERT_LT(least, fastest.cost.latency);
  config.maxLatency = (least + fastest.cost.latency) / 2;
  SearchResult constrained = search({network, package, config});
  ASSERT_FALSE(constrained.failure) << constrained.failure.message;
  EXPECT_LE(constrained.cost.latency, config.maxLatency);
  EXPECT_GE(constrained.cost.cycles, fastest.cost.cycles);
  config.maxLatency = 1;
  constrained = search({network, package, config});
  EXPECT_EQ(constrained.failure.message.find(
                "no plan that meets the constraints was found: "
                "max-latency=1 cycles, and the least is "),
            0u)
      << constrained.failure.message;
}

TEST(RandomPlans, AreLegalAndNeverBeatTheBest) {
  int compared = 0, worse = 0;
  for (uint64_t seed = 1; compared < 60; ++seed) {
    ASSERT_LT(seed, 2000u);
    ListedInstance instance = makeInstance(seed);
    if (instance.all.empty())
      continue;
    Config config = instance.config;
    config.algorithm = Algorithm::Random;
    config.samples = 20;
    SearchResult result = search({instance.network, instance.package, config});
    if (result.failure)
      continue;
    ++compared;
    // `search` has verified the plan; it is one of all there are.
    EXPECT_EQ(result.answeredBy, "random");
    EXPECT_FALSE(result.proved);
    if (result.tileReserve == 0)
      EXPECT_TRUE(instance.all.count(
          {result.cost.cycles, result.cost.latency, result.cost.energy}))
          << "seed " << seed;
    __int128 best = valueOf(*instance.all.begin(), config.objective);
    for (const Costs &costs : instance.all)
      best = std::min(best, valueOf(costs, config.objective));
    EXPECT_TRUE(objectiveValue(result.cost, config.objective) >= best);
    worse += objectiveValue(result.cost, config.objective) > best;
  }
  EXPECT_GT(worse, 10);
}

TEST(RandomPlans, FollowTheSeed) {
  Network network = makeResNet(18);
  Package package = *makePackage("simba-4x4");
  Config config;
  config.algorithm = Algorithm::Random;
  config.samples = 20;
  SearchResult first = search({network, package, config});
  ASSERT_FALSE(first.failure) << first.failure.message;
  SearchResult again = search({network, package, config});
  EXPECT_EQ(first.cost.cycles, again.cost.cycles);
  config.seed = 2;
  SearchResult other = search({network, package, config});
  EXPECT_NE(first.cost.cycles, other.cost.cycles);
}
