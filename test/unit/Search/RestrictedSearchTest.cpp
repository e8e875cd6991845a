//===- RestrictedSearchTest.cpp - Searches over some of the clusters ------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With a plan in hand, bounds on the segments of what a restricted search looks
// at leave out most clusters. What it finds must be as good as without a plan
// in hand, where there are no such bounds.
//
//===----------------------------------------------------------------------===//

#include "PipelineSearch.h"
#include "RandomProblem.h"

#include "gtest/gtest.h"

using namespace scope::search;

TEST(RestrictedSearch, FindsTheSameWithAPlanInHand) {
  int compared = 0, pipelined = 0;
  for (uint64_t seed = 1; compared < 200; ++seed) {
    ASSERT_LT(seed, 2000u);
    Dice dice(seed);
    Network network =
        makeRepeatingNetwork(dice, static_cast<int32_t>(dice.roll(3, 9)));
    int64_t sram = dice.oneIn(2) ? dice.roll(60, 250) : dice.roll(250, 2000);
    Package package =
        makePlainPackage(dice.oneIn(2) ? 1 : 2, dice.oneIn(2) ? 3 : 4, sram);
    package.multicast = !dice.oneIn(4);
    package.port = Rational(dice.roll(2, 20), 2);
    package.dramPorts.front().bandwidth = Rational(dice.roll(1, 12));
    Config config;
    config.batch = int64_t(1) << dice.roll(0, 4);
    config.space = dice.oneIn(4) ? Space::Published : Space::Full;
    Problem problem{network, package, config};
    if (check(problem))
      continue;
    CostModel model(problem);
    LayerClasses classes(model);
    StateCatalog catalog(model, classes);
    LowerBounds lower(model);
    Candidates candidates;
    candidates.statesPerRegion = static_cast<int32_t>(dice.roll(1, 6));
    for (int32_t size = 1; size <= model.numChiplets(); ++size)
      if (size == model.numChiplets() || !dice.oneIn(3))
        candidates.sizes.push_back(size);
    if (dice.oneIn(3))
      candidates.mostLayers = static_cast<int32_t>(dice.roll(2, 4));
    if (dice.oneIn(3))
      candidates.pipelineBeats = {1, 4};
    auto searchFor = [&](const std::optional<PlanCost> &incumbent) {
      KnownBounds nothing;
      return searchPipelines(model, classes, catalog, candidates, incumbent,
                             Budget(), lower, nothing);
    };
    PipelineResult best = searchFor(std::nullopt);
    ASSERT_TRUE(best.complete) << "seed " << seed;
    if (!best.plan)
      continue;
    ++compared;
    for (const SegmentPlan &segment : best.plan->segments)
      pipelined += segment.clusters.size() > 1;
    for (int64_t more : {int64_t(1), best.cost.cycles / 50 + 1,
                         best.cost.cycles / 3 + 1, best.cost.cycles * 100}) {
      PlanCost guess;
      guess.cycles = best.cost.cycles + more;
      PipelineResult found = searchFor(guess);
      ASSERT_TRUE(found.complete) << "seed " << seed;
      ASSERT_TRUE(found.plan) << "seed " << seed << ", below " << guess.cycles;
      EXPECT_EQ(found.cost.cycles, best.cost.cycles) << "seed " << seed;
    }
    EXPECT_FALSE(searchFor(best.cost).plan) << "seed " << seed;
  }
  EXPECT_GT(pipelined, 30);
}
