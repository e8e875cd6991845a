//===- ColumnLinksTest.cpp - What links along the columns carry -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cycles and energies of gathered weights and of arrivals, beside routes that
// are counted one by one: along the row of the sender, then along the columns
// of all receivers.
//
//===----------------------------------------------------------------------===//

#include "RandomProblem.h"

#include "scope/Search/CostModel.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <map>

using namespace scope::search;

namespace {
/// A matrix product of one byte for each row and channel, on a grid where
/// nothing but links takes time: a byte a cycle, with multicast.
struct Product {
  int32_t rows, channels;
  /// Bytes of a row of the operand, and of a channel of the weights.
  int64_t rowBytes, channelBytes;
  Network network;
  Package package;

  Product(int32_t gridRows, int32_t gridCols, int32_t rows, int32_t channels,
          int64_t rowBytes, int64_t channelBytes)
      : rows(rows), channels(channels), rowBytes(rowBytes),
        channelBytes(channelBytes) {
    Value from, to;
    from.bytes = rows * rowBytes;
    from.consumers = {0};
    to.producer = 0;
    to.bytes = int64_t(rows) * channels;
    to.isNetworkOutput = true;
    network.values = {from, to};
    Operand input, weights;
    input.value = 0;
    input.accesses = {Access{1, 1, 1, 0, 0, rows, -1},
                      Access{-1, 1, 1, 0, 0, rowBytes, -1}};
    weights.kind = OperandKind::Weight;
    weights.accesses = {Access{2, 1, 1, 0, 0, channels, -1},
                        Access{-1, 1, 1, 0, 0, channelBytes, -1}};
    Output output;
    output.value = 1;
    output.dims = {1, 2};
    Layer layer;
    layer.dims = {{1, DimRole::Batch},
                  {rows, DimRole::Row},
                  {channels, DimRole::Channel}};
    layer.kDim = 2;
    layer.channelReduction = rowBytes;
    layer.macs = to.bytes * rowBytes;
    layer.operands = {input, weights};
    layer.outputs = {output};
    network.layers = {layer};

    package.rows = gridRows;
    package.cols = gridCols;
    package.kinds.resize(1);
    package.kinds[0].sram = 1 << 30;
    package.link = Rational(1);
    package.port = Rational(1000);
    package.hop = 0;
    package.multicast = true;
    package.energy.hop = Rational(1);
    package.dramPorts = {{{0, 0}, Rational(1000)}};
  }

  /// A chiplet for every row and channel.
  Tiling tile(const CostModel &model) const {
    return model.makeTiling(0, {1, rows, channels}, 1);
  }
  int32_t used() const { return rows * channels; }
};
} // namespace

/// The bytes on the busiest link along the columns where each of the first
/// `used` chiplets sends a byte of every tile to all chiplets that have it.
static int64_t countBusiest(const Package &package, int32_t used,
                            llvm::function_ref<int32_t(int32_t)> tileOf) {
  std::vector<Coordinate> snake = snakeOrder(package);
  snake.resize(used);
  // By tile and column, the first and last row.
  std::map<std::pair<int32_t, int32_t>, std::pair<int32_t, int32_t>> wanted;
  for (auto [chiplet, at] : llvm::enumerate(snake)) {
    auto &[first, last] =
        wanted
            .try_emplace({tileOf(static_cast<int32_t>(chiplet)), at.col},
                         at.row, at.row)
            .first->second;
    first = std::min(first, at.row);
    last = std::max(last, at.row);
  }
  // By row and column, the link below this chiplet, downwards and upwards.
  std::vector<int64_t> down(package.rows * package.cols), up(down);
  for (const Coordinate &from : snake)
    for (const auto &[tileAndCol, span] : wanted) {
      for (int32_t row = from.row; row < span.second; ++row)
        ++down[row * package.cols + tileAndCol.second];
      for (int32_t row = span.first; row < from.row; ++row)
        ++up[row * package.cols + tileAndCol.second];
    }
  return std::max(*llvm::max_element(down), *llvm::max_element(up));
}

/// The bytes on all links in the same case.
static int64_t countLinks(const Package &package, int32_t used,
                          llvm::function_ref<int32_t(int32_t)> tileOf) {
  std::vector<Coordinate> snake = snakeOrder(package);
  snake.resize(used);
  std::map<int32_t, std::vector<Coordinate>> wanted;
  for (auto [chiplet, at] : llvm::enumerate(snake))
    wanted[tileOf(static_cast<int32_t>(chiplet))].push_back(at);
  int64_t links = 0;
  for (const Coordinate &from : snake)
    for (const auto &[tile, copies] : wanted) {
      int32_t left = from.col, right = from.col;
      // By column, the rows that its link go to.
      std::map<int32_t, std::pair<int32_t, int32_t>> spans;
      for (const Coordinate &at : copies) {
        left = std::min(left, at.col);
        right = std::max(right, at.col);
        auto &[first, last] =
            spans.try_emplace(at.col, from.row, from.row).first->second;
        first = std::min(first, at.row);
        last = std::max(last, at.row);
      }
      links += right - left;
      for (const auto &[col, span] : spans)
        links += span.second - span.first;
    }
  return links;
}

/// Compares cycles or energies of transfers with counted routes, for `copies`
/// tiles of each of several kinds on most of a grid; `make` computes both.
static void
compare(llvm::function_ref<std::pair<int64_t, int64_t>(
            int32_t rows, int32_t cols, int32_t tiles, int32_t copies)>
            make) {
  double sum = 0;
  int compared = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Dice dice(seed);
    auto cols = static_cast<int32_t>(dice.roll(3, 12));
    auto rows = static_cast<int32_t>(dice.roll(std::max(cols, 5), 16));
    auto copies = static_cast<int32_t>(dice.roll(2, rows * cols / 2));
    int32_t tiles = rows * cols / copies;
    // Of fewer chiplets the region would not be the whole grid.
    if (tiles * copies < rows * cols * 9 / 10)
      continue;
    auto [cycles, counted] = make(rows, cols, tiles, copies);
    ++compared;
    sum += double(cycles) / counted;
    EXPECT_GE(4 * cycles, 3 * counted)
        << rows << " x " << cols << ", " << tiles << " x " << copies;
    EXPECT_LE(4 * cycles, 6 * counted)
        << rows << " x " << cols << ", " << tiles << " x " << copies;
  }
  ASSERT_GT(compared, 100);
  EXPECT_NEAR(sum / compared, 1, 0.15);
}

TEST(ColumnLinks, OfGatheredWeightsAreCounted) {
  compare([](int32_t rows, int32_t cols, int32_t tiles, int32_t copies) {
    // A byte of each tile in each chiplet.
    int32_t used = tiles * copies;
    Product product(rows, cols, copies, tiles, 1, used);
    CostModel model({product.network, product.package, Config()});
    Tiling tiling = product.tile(model);
    EXPECT_EQ(tiling.used, used);
    EXPECT_EQ(tiling.sameWeights, tiles);
    int64_t counted = countBusiest(product.package, used,
                                   [&](int32_t n) { return n % tiles; });
    return std::make_pair(
        model.weightTransfer(tiling, WeightMode::Distributed, used).cycles,
        counted);
  });
}

TEST(ColumnLinks, AllThatGatheredWeightsTakeAreCounted) {
  compare([](int32_t rows, int32_t cols, int32_t tiles, int32_t copies) {
    int32_t used = tiles * copies;
    Product product(rows, cols, copies, tiles, 1, used);
    CostModel model({product.network, product.package, Config()});
    int64_t counted =
        countLinks(product.package, used, [&](int32_t n) { return n % tiles; });
    return std::make_pair(
        model.weightTransfer(product.tile(model), WeightMode::Distributed, used)
            .energyNop,
        counted);
  });
}

TEST(ColumnLinks, AllThatArrivalsTakeAreCounted) {
  compare([](int32_t rows, int32_t cols, int32_t tiles, int32_t copies) {
    int32_t used = tiles * copies;
    Product product(rows, cols, tiles, copies, used, 1);
    CostModel model({product.network, product.package, Config()});
    int64_t counted = countLinks(product.package, used,
                                 [&](int32_t n) { return n / copies; });
    return std::make_pair(
        model.externalTransfer(product.tile(model), 1, used).energyNop,
        counted);
  });
}

TEST(ColumnLinks, OfArrivalsAreCounted) {
  compare([](int32_t rows, int32_t cols, int32_t tiles, int32_t copies) {
    // A byte of each tile comes in at each chiplet.
    int32_t used = tiles * copies;
    Product product(rows, cols, tiles, copies, used, 1);
    CostModel model({product.network, product.package, Config()});
    Tiling tiling = product.tile(model);
    EXPECT_EQ(tiling.used, used);
    int64_t counted = countBusiest(product.package, used,
                                   [&](int32_t n) { return n / copies; });
    return std::make_pair(model.externalTransfer(tiling, 1, tiling.used).cycles,
                          counted);
  });
}
