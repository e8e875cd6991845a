//===- LinkUse.cpp - Loads of links where regions lie somewhere -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinkUse.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace scope::search;

/// One, as probabilities are counted.
static constexpr int64_t kOne = int64_t(1) << 30;

/// Parts of a byte that loads are counted in, and of a link.
static constexpr int64_t kFraction = 1024;

/// The least part of a link that a transfer has however much others use it:
/// links serve the sides that packets come from in turn.
static constexpr int64_t kLeastPart = kFraction / kLinkDirections;

LinkUse::LinkUse(const Package &package, const RegionTraffic &traffic,
                 std::vector<int64_t> sizes)
    : owner(package.rows * package.cols, -1), package(package),
      traffic(traffic), loads(kLinkDirections * owner.size(), 0),
      ways(traffic.ways.size()),
      capacity(std::max<int64_t>(
          1, saturate(static_cast<__int128>(traffic.pace) *
                      package.link.numerator / package.link.denominator))) {
  for (const DramPort &port : package.dramPorts)
    if (isEnabled(package, port.at))
      ports.push_back(port.at.row * package.cols + port.at.col);
  sizes.push_back(static_cast<int64_t>(ports.size()));
  for (auto [way, of] : llvm::zip_equal(ways, traffic.ways)) {
    int64_t receivers = sizes[of.to];
    way.loads.assign(loads.size(), 0);
    way.crossing.assign(receivers + 1, 0);
    for (const RegionWay::Flow &flow : of.flows) {
      // The probability that none of the chiplets behind a link wants a byte.
      int64_t none = kOne;
      for (int64_t behind = 1; behind <= receivers; ++behind) {
        __int128 left =
            static_cast<__int128>(receivers - behind + 1) * flow.sent;
        none = left <= flow.received
                   ? 0
                   : static_cast<int64_t>(none * (left - flow.received) / left);
        way.crossing[behind] = saturate(way.crossing[behind] +
                                        static_cast<__int128>(flow.sent) *
                                            (kOne - none) * kFraction / kOne);
      }
    }
  }
}

template <typename Each>
void LinkUse::forRegion(int32_t region, Each each) const {
  if (region == traffic.dram()) {
    for (int32_t at : ports)
      each(at);
    return;
  }
  for (auto [at, cluster] : llvm::enumerate(owner))
    if (cluster == region)
      each(static_cast<int32_t>(at));
}

void LinkUse::route(size_t number) {
  // With XY routes a horizontal link carries what starts in its row on one side
  // and ends in any row on the other, a vertical one what ends in its column.
  int32_t rows = package.rows, cols = package.cols;
  std::vector<int64_t> startRow(rows), endCol(cols), startAt(owner.size()),
      endAt(owner.size());
  int64_t starts = 0, ends = 0;
  forRegion(traffic.ways[number].from, [&](int32_t at) {
    ++startAt[at];
    ++startRow[at / cols];
    ++starts;
  });
  forRegion(traffic.ways[number].to, [&](int32_t at) {
    ++endAt[at];
    ++endCol[at % cols];
    ++ends;
  });
  Way &way = ways[number];
  auto set = [&](int32_t at, LinkDirection direction, int64_t before,
                 int64_t behind) {
    int32_t link = at * kLinkDirections + static_cast<int32_t>(direction);
    int64_t load = before == 0
                       ? 0
                       : saturate(static_cast<__int128>(way.crossing[behind]) *
                                  before / starts);
    loads[link] += load - way.loads[link];
    way.loads[link] = load;
  };
  for (int32_t row = 0; row < rows; ++row) {
    int64_t left = 0, endsLeft = 0;
    for (int32_t col = 0; col + 1 < cols; ++col) {
      int32_t at = row * cols + col;
      left += startAt[at];
      endsLeft += endCol[col];
      set(at, LinkDirection::East, left, ends - endsLeft);
      set(at + 1, LinkDirection::West, startRow[row] - left, endsLeft);
    }
  }
  for (int32_t col = 0; col < cols; ++col) {
    int64_t above = 0, endsAbove = 0;
    for (int32_t row = 0; row + 1 < rows; ++row) {
      int32_t at = row * cols + col;
      above += startRow[row];
      endsAbove += endAt[at];
      set(at, LinkDirection::South, above, endCol[col] - endsAbove);
      set(at + cols, LinkDirection::North, starts - above, endsAbove);
    }
  }
}

void LinkUse::routeAll() {
  for (size_t way = 0; way < ways.size(); ++way)
    route(way);
}

void LinkUse::routeWaysOf(int32_t a, int32_t b) {
  for (auto [number, way] : llvm::enumerate(traffic.ways))
    if (way.from == a || way.to == a || way.from == b || way.to == b)
      route(number);
}

std::vector<int64_t> LinkUse::bytes() const {
  std::vector<int64_t> result;
  result.reserve(loads.size());
  for (int64_t load : loads)
    result.push_back(load / kFraction);
  return result;
}

LinkLoads LinkUse::totals() const {
  int64_t worst = 0, sum = 0;
  for (int64_t load : loads) {
    worst = std::max(worst, load);
    sum += load;
  }
  return {worst / kFraction, sum / kFraction};
}

int64_t LinkUse::stageCycles(int32_t cluster) {
  auto forOwnWays = [&](auto each) {
    for (size_t number = 0; number < ways.size(); ++number)
      if (traffic.ways[number].to == cluster)
        each(number);
  };
  own.assign(loads.size(), 0);
  forOwnWays([&](size_t number) {
    for (auto [link, load] : llvm::enumerate(ways[number].loads))
      own[link] += load;
  });
  // A link that others use for a part of the beat is as slow as if only the
  // rest were there: bytes that take as long by themselves.
  llvm::SmallVector<int64_t, 16> most(ways.size(), 0);
  forOwnWays([&](size_t number) {
    for (auto [link, load] : llvm::enumerate(ways[number].loads))
      if (load / kLeastPart > most[number]) {
        int64_t others = (loads[link] - own[link]) / capacity;
        most[number] = std::max(
            most[number], load / std::max(kLeastPart, kFraction - others));
      }
  });
  auto cycles = [&](int32_t way, int64_t bytes) {
    if (bytes == 0)
      return int64_t(0);
    return divideUp(saturate(static_cast<__int128>(bytes) * most[way] /
                             traffic.ways[way].alone),
                    package.link);
  };

  const RegionTraffic::Cluster &of = traffic.clusters[cluster];
  int64_t stage = 0;
  for (const LayerTraffic &layer : of.layers) {
    const LayerCost &cost = layer.cost;
    int64_t internal =
        std::max(cost.internal, cycles(of.inside, layer.internal));
    int64_t weights =
        std::max(cost.weights, cycles(layer.weightsWay, layer.weights));
    int64_t external = cost.external;
    for (const LayerTraffic::Arrival &arrival : layer.arrivals)
      external = std::max(external, cycles(arrival.way, arrival.bytes));
    int64_t rest = cost.cycles - cost.internal;
    stage += internal;
    if (cost.overlapped)
      stage += std::max(rest, weights + external + cost.send);
    else
      stage += rest + weights - cost.weights + external - cost.external;
  }
  return stage;
}

PlacementCost LinkUse::cost() {
  LinkLoads now = totals();
  int64_t beat = std::max(traffic.pace, divideUp(now.worst, package.link));
  for (int32_t cluster = 0; cluster < traffic.dram(); ++cluster)
    beat = std::max(beat, stageCycles(cluster));
  return {beat, now.sum};
}
