//===- TimeLimitTest.cpp - Searches whose time is up ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineSearch.h"
#include "RandomProblem.h"

#include "gtest/gtest.h"

#include <limits>

using namespace scope::search;

TEST(TimeLimit, EndsTheSweepAtHand) {
  Dice dice(8);
  Network network = makeRandomNetwork(dice, 8);
  Package package = makeRandomPackage(dice, 8, 400);
  Config config;
  config.batch = 4;
  Problem problem{network, package, config};
  ASSERT_FALSE(check(problem));
  CostModel model(problem);
  LayerClasses classes(model);
  StateCatalog catalog(model, classes);
  LowerBounds lower(model);
  Candidates candidates;
  candidates.soloOnly = true;
  int64_t asked = 0, most = std::numeric_limits<int64_t>::max();
  Budget budget;
  budget.expired = [&] { return ++asked > most; };
  auto searchOnce = [&] {
    KnownBounds nothing;
    asked = 0;
    return searchPipelines(model, classes, catalog, candidates, std::nullopt,
                           budget, lower, nothing);
  };
  PipelineResult whole = searchOnce();
  EXPECT_TRUE(whole.complete);
  // A sweep from every layer, for every beat, asks more than once.
  size_t sweeps = network.layers.size() * beatCalls(problem).size();
  EXPECT_GT(asked, int64_t(100 * sweeps));
  most = asked / 2;
  PipelineResult part = searchOnce();
  EXPECT_FALSE(part.complete);
  EXPECT_LT(asked, most + 100);
  EXPECT_LT(part.work, whole.work);
}
