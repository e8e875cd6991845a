//===- LabelFrontTest.cpp - Ways of which none beats another --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LabelFront.h"

#include "RandomProblem.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace scope::search;

/// Ways that ascend by time and descend by bytes, numbered from `node` on.
static std::vector<ClusterLabel> randomWays(Dice &dice, int32_t node) {
  std::vector<ClusterLabel> ways;
  int64_t time = dice.roll(0, 20), bytes = dice.roll(40, 80);
  for (int64_t count = dice.roll(0, 12); count > 0 && bytes > 0; --count) {
    ways.push_back({time, bytes, 0, 0, node++});
    time += dice.roll(1, 8);
    bytes -= dice.roll(1, 8);
  }
  return ways;
}

/// Those of `ways` that no other beats; the first of equal ones.
static std::vector<ClusterLabel>
unbeaten(const std::vector<ClusterLabel> &ways) {
  std::vector<ClusterLabel> kept;
  for (size_t i = 0; i < ways.size(); ++i) {
    bool beaten = false;
    for (size_t j = 0; j < ways.size(); ++j) {
      bool isNoWorse =
          ways[j].time <= ways[i].time && ways[j].bytes <= ways[i].bytes;
      bool isEqual =
          ways[j].time == ways[i].time && ways[j].bytes == ways[i].bytes;
      beaten |= isNoWorse && (isEqual ? j < i : true);
    }
    if (!beaten)
      kept.push_back(ways[i]);
  }
  std::sort(kept.begin(), kept.end(),
            [](const ClusterLabel &a, const ClusterLabel &b) {
              return a.time < b.time;
            });
  return kept;
}

TEST(LabelFront, KeepsWhatNothingBeats) {
  Dice dice(7);
  std::vector<ClusterLabel> scratch;
  for (int round = 0; round < 500; ++round) {
    LabelFront front;
    std::vector<ClusterLabel> all;
    for (int64_t lists = dice.roll(0, 6); lists > 0; --lists) {
      std::vector<ClusterLabel> added =
          randomWays(dice, static_cast<int32_t>(all.size()));
      front.mergeByTime(added, scratch);
      all.insert(all.end(), added.begin(), added.end());
    }
    std::vector<ClusterLabel> expected = unbeaten(all);
    ASSERT_EQ(front.get().size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(front.get()[i].time, expected[i].time);
      EXPECT_EQ(front.get()[i].bytes, expected[i].bytes);
      EXPECT_EQ(front.get()[i].node, expected[i].node);
    }
  }
}

TEST(LabelFront, KeepsTheFastestSmallestAndThriftiestOfMany) {
  LabelFront front;
  EXPECT_FALSE(front.insertByAll({1, 9, 0, 9, 0}, /*few=*/true));
  EXPECT_FALSE(front.insertByAll({9, 1, 0, 9, 1}, /*few=*/true));
  EXPECT_FALSE(front.insertByAll({9, 9, 0, 1, 2}, /*few=*/true));
  // Beaten by the first.
  EXPECT_FALSE(front.insertByAll({2, 9, 0, 9, 3}, /*few=*/true));
  EXPECT_TRUE(front.insertByAll({5, 5, 0, 5, 4}, /*few=*/true));
  ASSERT_EQ(front.get().size(), 3u);
  for (int32_t node = 0; node < 3; ++node)
    EXPECT_EQ(front.get()[node].node, node);
  // Beats the first.
  EXPECT_FALSE(front.insertByAll({1, 8, 0, 9, 5}, /*few=*/false));
  EXPECT_EQ(front.get().size(), 3u);
}
