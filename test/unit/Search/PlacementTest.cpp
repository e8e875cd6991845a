//===- PlacementTest.cpp - What mesh links carry --------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loads that reports show are those of the placement, and the local search
// finds the best arrangement of most small packages.
//
//===----------------------------------------------------------------------===//

#include "AuditInstances.h"

#include "scope/Search/Placement.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <numeric>

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
      EXPECT_FALSE(placement.costBefore < placement.cost);
      EXPECT_GE(placement.cost.beat,
                evaluate(model, *plan).cost.segments[index].pace);
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

TEST(PlacementTest, SearchIsNearTheBestArrangement) {
  // All arrangements of the chiplets, each by itself: none has a busiest link
  // below the least, and few are better than what the local search finds.
  int small = 0, best = 0, improved = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    Instance instance = makeAuditInstance(seed);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem) || !problem.config.pins.empty())
      continue;
    CostModel model(problem);
    if (model.numChiplets() > 6)
      continue;
    Dice dice(seed);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan || evaluate(model, *plan).infeasible)
      continue;
    std::vector<SegmentPlacement> placements = placeRegions(model, *plan);
    std::vector<int32_t> chiplets(model.numChiplets());
    for (auto [index, placement] : llvm::enumerate(placements)) {
      const SegmentPlan &segment = plan->segments[index];
      if (segment.clusters.size() < 2)
        continue;
      std::iota(chiplets.begin(), chiplets.end(), 0);
      PlacementCost least = placement.cost;
      do {
        PlanRegions regions(placements.size());
        bool sameKinds = true;
        auto next = chiplets.begin();
        for (const ClusterPlan &cluster : segment.clusters) {
          std::vector<Coordinate> &region = regions[index].emplace_back();
          for (int32_t slot = 0; slot < cluster.size; ++slot, ++next) {
            region.push_back(model.getChiplets()[*next]);
            sameKinds &= model.kindsOf(*next, 1) ==
                         model.kindsOf(cluster.firstSlot + slot, 1);
          }
        }
        if (!sameKinds)
          continue;
        SegmentPlacement other = placeRegions(model, *plan, regions)[index];
        EXPECT_LE(placement.leastWorst, other.before.worst + 1);
        if (other.costBefore < least)
          least = other.costBefore;
      } while (std::next_permutation(chiplets.begin(), chiplets.end()));
      ++small;
      best += !(least < placement.cost);
      improved += placement.cost < placement.costBefore;
    }
  }
  EXPECT_GT(small, 20);
  EXPECT_GT(improved, 20);
  EXPECT_GE(best * 10, small * 8);
}
