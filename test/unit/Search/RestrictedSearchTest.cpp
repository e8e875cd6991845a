//===- RestrictedSearchTest.cpp - Searches over some of the clusters ------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bounds on the segments of what a restricted search looks at leave out most
// clusters, the more the better the plan in hand. What is found must not depend
// on that plan; and a restricted search that looks at everything must find what
// the search without restrictions does, which has other bounds.
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
    Instance instance = makeRepeatingInstance(dice);
    Problem problem{instance.network, instance.package, instance.config};
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
    auto searchOver = [&](const Candidates &over,
                          const std::optional<PlanCost> &incumbent) {
      KnownBounds nothing;
      return searchPipelines(model, classes, catalog, over, incumbent, Budget(),
                             lower, nothing);
    };
    auto searchFor = [&](const std::optional<PlanCost> &incumbent) {
      return searchOver(candidates, incumbent);
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
    // More partitions than there are.
    Candidates everything;
    everything.statesPerRegion = 10000;
    ASSERT_FALSE(everything.areAll());
    PlanCost far;
    far.cycles = best.cost.cycles * 2;
    PipelineResult all = searchOver(everything, far);
    ASSERT_TRUE(all.complete && all.plan) << "seed " << seed;
    EXPECT_EQ(all.cost.cycles, searchOver(Candidates(), far).cost.cycles)
        << "seed " << seed;
  }
  EXPECT_GT(pipelined, 30);
}
