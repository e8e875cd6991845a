//===- RankTest.cpp - Where linear stands among all plans -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The population are all feasible plans of an instance, as the exhaustive
// search lists them. Of every population the plan of `search=linear` has to be
// better than, or as good as, all but 0.05 %.
//
//===----------------------------------------------------------------------===//

#include "RandomProblem.h"

#include "scope/Search/Exhaustive.h"
#include "scope/Search/Search.h"

#include "gtest/gtest.h"

using namespace scope::search;

static constexpr int kInstances = 50;
static constexpr int64_t kLeastPlans = 100000, kMostPlans = 2000000;

TEST(Rank, LinearIsAmongTheBest) {
  int instances = 0, best = 0, published = 0;
  double worstShare = 0, sumOfShares = 0;
  int64_t plans = 0;
  for (uint64_t seed = 1; instances < kInstances; ++seed) {
    ASSERT_LT(seed, 3000u);
    Dice dice(70000 + seed);
    auto numLayers = static_cast<int32_t>(dice.roll(2, 4));
    Network network = makeRandomNetwork(dice, numLayers);
    Package package =
        makeRandomPackage(dice, 6 - numLayers / 2, dice.roll(48, 600));
    Config config;
    config.batch = int64_t(1) << dice.roll(0, 2);
    config.space = dice.oneIn(3) ? Space::Published : Space::Full;
    Problem problem{network, package, config};
    if (check(problem))
      continue;
    CostModel model(problem);
    // A rough count, so that little time goes into what is too large.
    if (int64_t rough = countPlans(model); rough < 2000 || rough > 200000)
      continue;
    std::vector<int64_t> values;
    std::optional<int64_t> count = enumeratePlans(
        model, kMostPlans,
        [&](const PlanTotals &summary, llvm::function_ref<Plan()>) {
          values.push_back(summary.cycles);
        });
    if (!count || *count < kLeastPlans)
      continue;
    config.algorithm = Algorithm::Linear;
    SearchResult linear = search({network, package, config});
    ASSERT_FALSE(linear.failure) << "seed " << seed;
    EXPECT_EQ(linear.answeredBy, "linear");
    int64_t better = llvm::count_if(
        values, [&](int64_t value) { return value < linear.cost.cycles; });
    double share = double(better) / double(*count);
    EXPECT_LE(share, 0.0005) << "seed " << seed << ": " << better << " of "
                             << *count << " plans are better";
    ++instances;
    best += better == 0;
    published += config.space == Space::Published;
    plans += *count;
    worstShare = std::max(worstShare, share);
    sumOfShares += share;
  }
  RecordProperty("plans", std::to_string(plans));
  RecordProperty("best", std::to_string(best));
  RecordProperty("worst_share", std::to_string(worstShare));
  RecordProperty("mean_share", std::to_string(sumOfShares / kInstances));
  std::cout << instances << " instances, " << published
            << " of the published space, " << plans << " plans: linear is best "
            << best << " times, worst share of better plans "
            << worstShare * 100 << " %, mean " << sumOfShares / kInstances * 100
            << " %\n";
  EXPECT_GT(published, 5);
}
