//===- DeliveryTest.cpp - Joined messages against single ones -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Delivery.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <random>

using namespace scope::programs;

/// A layout of a tensor of shape 4 x 6 x 2 on some of `chiplets` chiplets,
/// whose parts are disjoint or equal if it is one to send from.
static Layout randomLayout(std::mt19937 &random, int32_t chiplets,
                           bool isFrom) {
  auto pick = [&](int64_t high) {
    return static_cast<int64_t>(random() % (high + 1));
  };
  auto ranges = [&](int64_t size, int64_t pieces) {
    int64_t piece = pick(pieces - 1);
    return Range{size * piece / pieces, size * (piece + 1) / pieces};
  };
  Layout layout;
  layout.isFlat = pick(1);
  int64_t rows = 1 + pick(2), cols = 1 + pick(2);
  for (int32_t chiplet = 0; chiplet < chiplets; ++chiplet) {
    if (pick(4) == 0)
      continue;
    Box box;
    if (layout.isFlat)
      box = {ranges(48, rows * cols)};
    else
      box = {ranges(4, rows), ranges(6, cols), {0, 2}};
    if (!isFrom && pick(1))
      box.front().begin = pick(box.front().begin);
    layout.parts.push_back({chiplet, box});
  }
  return layout;
}

namespace {
TEST(DeliveryTest, EqualPiecesGoTogether) {
  // Two rows on two chiplets; the receivers need row 0, row 0, both, row 1.
  Layout from = {0, false, {{0, {{0, 1}, {0, 4}}}, {1, {{1, 2}, {0, 4}}}}};
  Layout to = {0,
               false,
               {{2, {{0, 1}, {0, 4}}},
                {3, {{0, 1}, {0, 4}}},
                {4, {{0, 2}, {0, 4}}},
                {5, {{1, 2}, {0, 2}}}}};
  std::vector<Delivery> found = deliveries(from, to, {2, 4});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].sender, 0);
  EXPECT_EQ(found[0].elements, 4);
  EXPECT_EQ(found[0].receivers, (llvm::SmallVector<int32_t, 4>{2, 3, 4}));
  EXPECT_EQ(found[1].receivers, (llvm::SmallVector<int32_t, 4>{4}));
  EXPECT_EQ(found[2].receivers, (llvm::SmallVector<int32_t, 4>{5}));
  EXPECT_EQ(found[2].elements, 2);
  EXPECT_EQ(distinctElements(to), 8);
  EXPECT_EQ(equalParts(to).size(), 3u);
}

TEST(DeliveryTest, JoinsWhatIsSentOneByOne) {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    Layout from = randomLayout(random, 8, true);
    Layout to = randomLayout(random, 8, false);
    auto text = [](int32_t sender, int32_t receiver, int64_t elements) {
      return std::to_string(sender) + " " + std::to_string(receiver) + " " +
             std::to_string(elements);
    };
    std::vector<std::string> expected, found;
    for (const Message &message : messages(from, to, {4, 6, 2}))
      expected.push_back(
          text(message.sender, message.receiver, message.elements));
    int32_t lastSender = -1, lastFirst = -1;
    for (const Delivery &delivery : deliveries(from, to, {4, 6, 2})) {
      int32_t first = delivery.receivers.front();
      EXPECT_TRUE(delivery.sender > lastSender ||
                  (delivery.sender == lastSender && first > lastFirst))
          << seed;
      lastSender = delivery.sender;
      lastFirst = first;
      EXPECT_TRUE(llvm::is_sorted(delivery.receivers)) << seed;
      for (int32_t receiver : delivery.receivers)
        found.push_back(text(delivery.sender, receiver, delivery.elements));
    }
    llvm::sort(expected);
    llvm::sort(found);
    ASSERT_EQ(found, expected) << seed;
  }
}

TEST(DeliveryTest, UnionCountsEveryElementOnce) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    auto pick = [&](int64_t high) {
      return static_cast<int64_t>(random() % (high + 1));
    };
    std::vector<Box> boxes(pick(6));
    bool covered[5][5][5] = {};
    int64_t expected = 0;
    for (Box &box : boxes) {
      for (int dim = 0; dim < 3; ++dim) {
        int64_t begin = pick(4);
        box.push_back({begin, begin + pick(5 - begin)});
      }
      for (int64_t i = box[0].begin; i < box[0].end; ++i)
        for (int64_t j = box[1].begin; j < box[1].end; ++j)
          for (int64_t k = box[2].begin; k < box[2].end; ++k) {
            expected += !covered[i][j][k];
            covered[i][j][k] = true;
          }
    }
    ASSERT_EQ(unionElements(boxes), expected) << round;
  }
}
} // namespace
