//===- PlacementTest.cpp - What mesh links carry --------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loads that reports show are those that the placement minimised.
//
//===----------------------------------------------------------------------===//

#include "AuditInstances.h"

#include "scope/Search/Placement.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

using namespace scope::search;

TEST(PlacementTest, LoadsAreThoseOfThePlacement) {
  int loaded = 0, bounded = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    Instance instance = makeAuditInstance(seed);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    Dice dice(seed);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan || evaluate(model, *plan).infeasible)
      continue;
    int64_t cols = instance.package.cols;
    std::vector<SegmentPlacement> placements = placeRegions(model, *plan);
    for (auto [index, placement] : llvm::enumerate(placements)) {
      std::vector<int64_t> loads =
          computeLinkLoads(model, *plan, index, placement.regions);
      ASSERT_EQ(loads.size(),
                size_t(kLinkDirections * cols * instance.package.rows));
      EXPECT_EQ(*llvm::max_element(loads), placement.after.worst);
      loaded += placement.after.worst > 0;
      bounded += placement.leastWorst > 0;
      // Loads are rounded down, each flow a little.
      EXPECT_LE(placement.leastWorst, placement.after.worst + 1);
      EXPECT_LE(placement.after.worst, placement.before.worst);
      if (placement.after.worst > 0)
        EXPECT_GT(placement.bytes, 0);
      // Nothing leaves the grid.
      for (size_t row = 0; row < size_t(instance.package.rows); ++row) {
        size_t left = row * cols * kLinkDirections;
        size_t right = left + (cols - 1) * kLinkDirections;
        EXPECT_EQ(loads[right + size_t(LinkDirection::East)], 0);
        EXPECT_EQ(loads[left + size_t(LinkDirection::West)], 0);
      }
    }
  }
  EXPECT_GT(loaded, 20);
  EXPECT_GT(bounded, 10);
}

TEST(PlacementTest, CopiesShareTheirWay) {
  // With multicast the same plan loads links less, never more.
  int less = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    Instance instance = makeAuditInstance(seed);
    instance.package.multicast = true;
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    Dice dice(seed);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan || evaluate(model, *plan).infeasible)
      continue;
    Package copying = instance.package;
    copying.multicast = false;
    std::vector<SegmentPlacement> shared = placeRegions(model, *plan);
    std::vector<SegmentPlacement> alone = placeRegions(
        CostModel({instance.network, copying, instance.config}), *plan);
    for (auto [with, without] : llvm::zip_equal(shared, alone)) {
      EXPECT_LE(with.bytes, without.bytes);
      EXPECT_LE(with.before.sum, without.before.sum);
      less += with.before.sum < without.before.sum;
    }
  }
  EXPECT_GT(less, 10);
}
