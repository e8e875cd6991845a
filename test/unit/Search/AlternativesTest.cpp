//===- AlternativesTest.cpp - What else a plan could be -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomProblem.h"

#include "scope/Search/Alternatives.h"
#include "scope/Search/Search.h"

#include "gtest/gtest.h"

using namespace scope::search;

TEST(Alternatives, AreNeverBetterThanTheBestPlan) {
  int changes = 0, worse = 0, clusters = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(50000 + seed);
    Network network =
        makeRandomNetwork(dice, static_cast<int32_t>(dice.roll(2, 5)));
    Package package = makeRandomPackage(dice, 4, dice.roll(60, 600));
    Config config;
    config.batch = 4;
    config.algorithm = Algorithm::Exact;
    SearchResult best = search({network, package, config});
    if (best.failure || !best.proved)
      continue;
    CostModel model({network, package, config});
    auto look = [&](const Alternative &alternative) {
      changes += !alternative.change.empty();
      worse += alternative.more > 0;
      EXPECT_GE(alternative.more, 0)
          << "seed " << seed << ": " << alternative.change;
    };
    for (size_t s = 0; s < best.plan.segments.size(); ++s) {
      look(nextBestSegment(model, best.plan, best.cost, s));
      for (size_t c = 0; c < best.plan.segments[s].clusters.size(); ++c) {
        ++clusters;
        look(nextBestStage(model, best.plan, best.cost, s, c));
      }
    }
  }
  EXPECT_GT(clusters, 60);
  EXPECT_GT(changes, 50);
  EXPECT_GT(worse, 15);
}

TEST(Alternatives, FindWhatIsBetter) {
  // A convolution that uses one of four chiplets.
  Network network = makeChain(1, 8, 8);
  Package package = makePlainPackage(2, 2, 1 << 16);
  Config config;
  config.batch = 4;
  config.algorithm = Algorithm::Exact;
  SearchResult best = search({network, package, config});
  ASSERT_FALSE(best.failure);
  Plan plan = best.plan;
  plan.partitions[0].assign(plan.partitions[0].size(), 1);
  CostModel model({network, package, config});
  Evaluation slow = evaluate(model, plan);
  ASSERT_FALSE(slow.infeasible);
  Alternative found = nextBestStage(model, plan, slow.cost, 0, 0);
  EXPECT_LT(found.more, -0.5);
  EXPECT_EQ(found.change.find("layer 'layer0' split "), 0u) << found.change;
  EXPECT_EQ(describeAlternative({"x", 0.0214}, Objective::Latency),
            "next best is x: +2.14 % latency");
  EXPECT_EQ(describeAlternative({"x", -0.0214}, Objective::Latency),
            "next best is x: -2.14 % latency");
  EXPECT_EQ(describeAlternative({"x", -0.00001}, Objective::Latency),
            "next best is x: +0.00 % latency");
  EXPECT_EQ(describeAlternative({}, Objective::Latency),
            "no other choice is possible");
}
