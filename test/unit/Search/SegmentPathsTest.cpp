//===- SegmentPathsTest.cpp - No segment is better than its bound ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentPaths.h"
#include "ModelNetworks.h"
#include "RandomPlan.h"

#include "gtest/gtest.h"

using namespace scope::search;

namespace {
/// The bounds of one problem, as the exact search makes them.
struct BoundsOf {
  explicit BoundsOf(const CostModel &model)
      : classes(model), catalog(model, classes), lower(model),
        beats(beatCalls(model.getProblem())),
        paths(model, classes, catalog, lower, beats) {
    paths.useEdges(catalog, /*threads=*/nullptr);
  }

  LayerClasses classes;
  StateCatalog catalog;
  LowerBounds lower;
  llvm::SmallVector<int64_t, 8> beats;
  SegmentPaths paths;
};
} // namespace

/// Expects that no segment of `plan` costs less than its bound, and adds up how
/// near they are.
static void compare(const CostModel &model, const BoundsOf &bounds,
                    const Plan &plan, const std::string &what, double &cycles,
                    double &least) {
  PlanCost cost = evaluate(model, plan).cost;
  ASSERT_EQ(cost.segments.size(), plan.segments.size()) << what;
  for (size_t index = 0; index < plan.segments.size(); ++index) {
    const SegmentPlan &segment = plan.segments[index];
    size_t beat =
        llvm::find(bounds.beats, segment.beatCalls) - bounds.beats.begin();
    int32_t first = segment.clusters.front().firstLayer;
    int32_t last = segment.clusters.back().lastLayer;
    int64_t bound =
        bounds.paths.least(beat, first, last, segment.clusters.size() == 1);
    EXPECT_LE(bound, cost.segments[index].cycles)
        << what << ", layers " << first << " to " << last;
    cycles += double(cost.segments[index].cycles);
    least += double(bound);
  }
  EXPECT_LE(bounds.paths.before(model.getNetwork().numLayers()), cost.cycles)
      << what;
}

TEST(SegmentPaths, AreBelowRandomPlans) {
  int compared = 0;
  double cycles = 0, least = 0;
  for (uint64_t seed = 1; compared < 2000; ++seed) {
    ASSERT_LT(seed, 20000u);
    Dice dice(seed);
    Network network =
        makeRandomNetwork(dice, static_cast<int32_t>(dice.roll(1, 6)));
    enrich(dice, network);
    Package package = makeRandomPackage(dice, 6, dice.roll(50, 1000));
    enrich(dice, package);
    Config config;
    config.batch = int64_t(1) << dice.roll(0, 3);
    Problem problem{network, package, config};
    if (check(problem))
      continue;
    CostModel model(problem);
    BoundsOf bounds(model);
    for (int round = 0; round < 10; ++round) {
      std::optional<Plan> plan = makeRandomPlan(dice, model);
      if (!plan || evaluate(model, *plan).infeasible)
        continue;
      ++compared;
      compare(model, bounds, *plan, "seed " + std::to_string(seed), cycles,
              least);
    }
  }
}

TEST(SegmentPaths, AreBelowGoodPlansAndNear) {
  for (const char *name : {"resnet18", "resnet50"})
    for (const char *chiplets : {"simba-4x4", "simba-8x8"})
      for (Strategy strategy : {Strategy::Merged, Strategy::FullPipeline,
                                Strategy::Segmented, Strategy::Sequential}) {
        Network network = *makeNetwork(name);
        Package package = *makePackage(chiplets);
        Config config;
        config.strategy = strategy;
        config.algorithm = Algorithm::Linear;
        Problem problem{network, package, config};
        SearchResult result = search(problem);
        if (result.failure)
          continue;
        problem.config.tileReserve = result.tileReserve;
        CostModel model(problem);
        if (!SegmentPaths::exist(model))
          continue;
        BoundsOf bounds(model);
        double cycles = 0, least = 0;
        compare(model, bounds, result.plan,
                std::string(name) + " on " + chiplets, cycles, least);
        if (strategy == Strategy::Merged)
          EXPECT_LT(cycles, 1.1 * least) << name << " on " << chiplets;
      }
}
