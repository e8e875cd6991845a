//===- LayoutTest.cpp - Layouts against an enumeration of elements --------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Layout.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace scope::programs;

namespace {
using Shape = llvm::SmallVector<int64_t, 5>;

} // namespace

static int64_t pick(std::mt19937 &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % (high - low + 1));
}

/// Numbers of the elements of `part`, one by one.
static std::set<int64_t> elementNumbers(const Layout &layout, const Part &part,
                                        llvm::ArrayRef<int64_t> shape) {
  std::set<int64_t> result;
  int64_t all = elements(wholeBox(shape));
  for (int64_t number = 0; number < all; ++number) {
    int64_t rest = number;
    bool inside = true;
    if (layout.isFlat) {
      inside = number >= part.box[0].begin && number < part.box[0].end;
    } else {
      for (size_t dim = shape.size(); dim-- > 0;) {
        int64_t at = rest % shape[dim];
        rest /= shape[dim];
        inside &= at >= part.box[dim].begin && at < part.box[dim].end;
      }
    }
    if (inside)
      result.insert(number);
  }
  return result;
}

static Shape randomShape(std::mt19937 &random) {
  Shape shape;
  int64_t rank = pick(random, 1, 4);
  for (int64_t dim = 0; dim < rank; ++dim)
    shape.push_back(pick(random, 1, 5));
  return shape;
}

/// Disjoint parts: a grid of tiles (each held by one or two chiplets) or
/// shares.
static Layout randomSource(std::mt19937 &random,
                           llvm::ArrayRef<int64_t> shape) {
  Layout layout;
  int32_t chiplet = 0;
  if (random() % 2) {
    layout.isFlat = true;
    int64_t all = elements(wholeBox(shape)), share = pick(random, 1, all);
    for (int64_t begin = 0; begin < all; begin += share)
      layout.parts.push_back(
          {chiplet++, {{begin, std::min(all, begin + share)}}});
    return layout;
  }
  llvm::SmallVector<int64_t, 5> tile;
  for (int64_t size : shape)
    tile.push_back(pick(random, 1, size));
  std::vector<Box> boxes = {{}};
  for (auto [dim, size] : llvm::enumerate(shape)) {
    std::vector<Box> longer;
    for (const Box &box : boxes)
      for (int64_t begin = 0; begin < size; begin += tile[dim]) {
        longer.push_back(box);
        longer.back().push_back({begin, std::min(size, begin + tile[dim])});
      }
    boxes = std::move(longer);
  }
  int64_t copies = pick(random, 1, 2);
  for (const Box &box : boxes)
    for (int64_t copy = 0; copy < copies; ++copy)
      layout.parts.push_back({chiplet++, box});
  return layout;
}

static Layout randomNeed(std::mt19937 &random, llvm::ArrayRef<int64_t> shape) {
  if (random() % 2)
    return randomSource(random, shape);
  Layout layout;
  for (int32_t chiplet = 0; chiplet < 6; ++chiplet) {
    Box box;
    for (int64_t size : shape) {
      int64_t begin = pick(random, 0, size - 1);
      box.push_back({begin, pick(random, begin + 1, size)});
    }
    layout.parts.push_back({chiplet, box});
  }
  return layout;
}

TEST(LayoutTest, RunsOfPiecesAreTheCommonElements) {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    Shape shape = randomShape(random);
    Layout a = randomSource(random, shape), b = randomNeed(random, shape);
    const Part &left = a.parts[random() % a.parts.size()];
    const Part &right = b.parts[random() % b.parts.size()];
    std::set<int64_t> expected, visited;
    std::set<int64_t> other = elementNumbers(b, right, shape);
    for (int64_t number : elementNumbers(a, left, shape))
      if (other.count(number))
        expected.insert(number);
    Piece piece = intersect(a, left, b, right, shape);
    int64_t next = 0;
    forEachRun(piece, shape, [&](int64_t first, int64_t length) {
      EXPECT_GE(first, next);
      next = first + length;
      for (int64_t number = first; number < next; ++number)
        visited.insert(number);
    });
    EXPECT_EQ(visited, expected);
    EXPECT_EQ(elements(piece, shape), int64_t(expected.size()));
  }
}

TEST(LayoutTest, MessagesBringEverythingOnce) {
  for (uint32_t seed = 2000; seed < 4000; ++seed) {
    std::mt19937 random(seed);
    Shape shape = randomShape(random);
    Layout from = randomSource(random, shape), to = randomNeed(random, shape);
    std::vector<Message> sent = messages(from, to, shape);
    for (const Part &receiver : to.parts) {
      std::set<int64_t> missing = elementNumbers(to, receiver, shape);
      if (const Part *own = from.find(receiver.chiplet))
        for (int64_t number : elementNumbers(from, *own, shape))
          missing.erase(number);
      for (const Message &message : sent) {
        if (message.receiver != receiver.chiplet)
          continue;
        EXPECT_NE(message.sender, receiver.chiplet);
        std::set<int64_t> held =
            elementNumbers(from, *from.find(message.sender), shape);
        int64_t count = 0;
        forEachRun(message.piece, shape, [&](int64_t first, int64_t length) {
          for (int64_t number = first; number < first + length; ++number) {
            EXPECT_TRUE(held.count(number));
            EXPECT_EQ(missing.erase(number), 1u) << "sent twice";
          }
          count += length;
        });
        EXPECT_EQ(count, message.elements);
        EXPECT_GT(count, 0);
      }
      EXPECT_TRUE(missing.empty());
    }
  }
}
