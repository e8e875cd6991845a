//===- KnownClustersTest.cpp - Searches that go on from others -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Searches for plans that cost no more than a little, then a little more, and
// so on, take over what they know. The first plan that they find must be as
// good as that of one search which knows nothing.
//
//===----------------------------------------------------------------------===//

#include "KnownClusters.h"
#include "PipelineSearch.h"
#include "RandomProblem.h"

#include "gtest/gtest.h"

using namespace scope::search;

TEST(KnownClusters, AreSettledUpToALimit) {
  KnownClusters known(4, 8);
  EXPECT_FALSE(known.isSettled(1, 2, 4, 0));
  EXPECT_EQ(known.leastStage(1, 2, 4), 0);
  known.settle(1, 2, 4, 100);
  EXPECT_TRUE(known.takeNews());
  EXPECT_FALSE(known.takeNews());
  EXPECT_TRUE(known.isSettled(1, 2, 4, 100));
  EXPECT_FALSE(known.isSettled(1, 2, 4, 101));
  EXPECT_FALSE(known.isSettled(1, 2, 5, 100));
  EXPECT_EQ(known.leastStage(1, 2, 4), 101);
  Option option;
  option.stage = 70;
  option.region.size = 3;
  known.add(1, 2, option);
  ASSERT_EQ(known.onSize(3).size(), 1u);
  // What is quicker on a smaller region is all there is to find.
  EXPECT_TRUE(known.isSettled(1, 2, 4, 1000));
  EXPECT_FALSE(known.isSettled(1, 2, 5, 1000));
  EXPECT_EQ(known.leastStage(1, 2, 4), 70);
  EXPECT_EQ(known.leastStage(1, 2, 2), 0);
  // Unless a slower one may have smaller shares.
  option.share = 1;
  known.add(1, 2, option);
  ASSERT_EQ(known.onSize(3).size(), 2u);
  known.settle(1, 2, 3, 80);
  known.add(1, 2, option);
  ASSERT_EQ(known.onSize(3).size(), 2u);
  EXPECT_FALSE(known.isSettled(1, 2, 4, 1000));
}

TEST(KnownClusters, StepsFindTheBestPlan) {
  int compared = 0, pipelined = 0, steps = 0;
  for (uint64_t seed = 1; compared < 200; ++seed) {
    ASSERT_LT(seed, 2000u);
    Dice dice(seed);
    Instance instance = makeRepeatingInstance(dice);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    LayerClasses classes(model);
    StateCatalog catalog(model, classes);
    LowerBounds lower(model);
    auto searchFor = [&](const std::optional<PlanCost> &incumbent,
                         KnownBounds &known) {
      return searchPipelines(model, classes, catalog, Candidates(), incumbent,
                             Budget(), lower, known);
    };
    KnownBounds nothing;
    PipelineResult best = searchFor(std::nullopt, nothing);
    ASSERT_TRUE(best.complete) << "seed " << seed;
    if (!best.plan)
      continue;
    ++compared;
    for (const SegmentPlan &segment : best.plan->segments)
      pipelined += segment.clusters.size() > 1;
    KnownBounds known;
    PlanCost guess;
    int64_t parts = dice.roll(6, 60);
    for (guess.cycles = best.cost.cycles / 2;;
         guess.cycles += guess.cycles / parts + 1) {
      ++steps;
      PipelineResult found = searchFor(guess, known);
      ASSERT_TRUE(found.complete) << "seed " << seed;
      ASSERT_EQ(found.plan.has_value(), best.cost.cycles < guess.cycles)
          << "seed " << seed << ", below " << guess.cycles;
      if (found.plan) {
        EXPECT_EQ(found.cost.cycles, best.cost.cycles) << "seed " << seed;
        break;
      }
    }
  }
  EXPECT_GT(pipelined, 30);
  EXPECT_GT(steps, 2000);
}
