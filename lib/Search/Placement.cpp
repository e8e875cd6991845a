//===- Placement.cpp - Which chiplets form each region -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Placement.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace scope::search;

/// Exchanges that the local search tries in one segment.
static constexpr int64_t kMostTrials = 20000;

/// Loads are kept in 1/1024 bytes, because a flow is divided by the number of
/// pairs of chiplets.
static constexpr int64_t kFraction = 1024;

namespace {

/// Traffic from the chiplets of one region to those of another, every pair the
/// same. A region is a cluster of the segment or the DRAM ports.
struct Flow {
  int32_t from, to;
  int64_t bytes;
};

class SegmentPlacer {
public:
  SegmentPlacer(const CostModel &model, const Plan &plan,
                const SegmentPlan &segment)
      : model(model), package(model.getPackage()), segment(segment),
        dram(static_cast<int32_t>(segment.clusters.size())),
        owner(package.rows * package.cols, -1), loads(4 * owner.size(), 0) {
    for (const DramPort &port : package.dramPorts)
      if (isEnabled(package, port.at))
        ports.push_back(index(port.at));
    listFlows(plan);
  }

  /// Starts from `regions` if they are there and no pin asks for others.
  SegmentPlacement run(const std::vector<std::vector<Coordinate>> &regions);

  /// The loads with the clusters on `regions`, in bytes.
  std::vector<int64_t>
  linkLoads(const std::vector<std::vector<Coordinate>> &regions);

private:
  int32_t index(Coordinate at) const { return at.row * package.cols + at.col; }
  void listFlows(const Plan &plan);
  void assignSnake();
  bool assign(const std::vector<std::vector<Coordinate>> &regions);
  void addFlow(const Flow &flow, int64_t sign);
  void addFlowsOf(int32_t a, int32_t b, int64_t sign);
  std::pair<int64_t, int64_t> score() const;
  int64_t leastWorst() const;
  void improve();
  LinkLoads currentLoads() const {
    auto [worst, sum] = score();
    return {worst / kFraction, sum / kFraction};
  }
  /// Calls `each` for the grid positions of a region.
  template <typename Each> void forRegion(int32_t region, Each each) const {
    if (region == dram) {
      for (int32_t at : ports)
        each(at);
      return;
    }
    for (int32_t at = 0; at < static_cast<int32_t>(owner.size()); ++at)
      if (owner[at] == region)
        each(at);
  }
  const std::vector<Coordinate> *pinnedRegion(const ClusterPlan &cluster) const;

  const CostModel &model;
  const Package &package;
  const SegmentPlan &segment;
  /// Number of the region that stands for the DRAM ports.
  int32_t dram;
  std::vector<int32_t> ports;
  /// Cluster by grid position; -1 for none.
  std::vector<int32_t> owner;
  /// Loads of the links that leave a position, in the order of LinkDirection.
  std::vector<int64_t> loads;
  std::vector<Flow> flows;
};

} // namespace

void SegmentPlacer::listFlows(const Plan &plan) {
  const Network &network = model.getNetwork();
  int64_t calls = segment.beatCalls;
  auto clusterOf = [&](int32_t layer) {
    for (int32_t index = 0; index < dram; ++index)
      if (layer >= segment.clusters[index].firstLayer &&
          layer <= segment.clusters[index].lastLayer)
        return index;
    return dram;
  };
  for (int32_t index = 0; index < dram; ++index) {
    const ClusterPlan &cluster = segment.clusters[index];
    std::vector<Tiling> tilings;
    for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
         ++layer) {
      tilings.push_back(model.makeTiling(layer, plan.partitions[layer], calls));
      const Tiling &tiling = tilings.back();
      int64_t inside = 0;
      // What so many copies of `sent` bytes load links with, as bytes that go
      // their way each by itself.
      auto alone = [&](int64_t sent, int64_t total, int64_t hops) {
        return model.bytesOnLinks(sent, total, hops) / hops;
      };
      int64_t hops = model.geometry(tiling.used).hops;
      for (auto [position, operand] :
           llvm::enumerate(network.layers[layer].operands)) {
        if (operand.kind == OperandKind::Weight)
          continue;
        int32_t producer = operand.kind == OperandKind::Table
                               ? -1
                               : network.values[operand.value].producer;
        int32_t from = producer < 0 ? dram : clusterOf(producer);
        const Tiling::Touched &touched = tiling.operands[position];
        if (from != index) {
          flows.push_back(
              {from, index,
               alone(touched.distinct, touched.total, model.packageHops())});
          continue;
        }
        const Tiling &made = tilings[producer - cluster.firstLayer];
        inside += alone(
            model.bytesMade(made, producer, operand.value) * made.used,
            model.internalTransfer(tiling, unsigned(position), made).total,
            hops);
      }
      int64_t weights =
          model.weightTransfer(tiling, cluster.mode, cluster.size).total;
      if (model.streams(layer))
        flows.push_back(
            {dram, index,
             alone(model.weights(layer), weights, model.packageHops())});
      else
        inside += alone(model.weights(layer), weights, hops);
      if (inside > 0)
        flows.push_back({index, index, inside});
      for (const Output &output : network.layers[layer].outputs) {
        const Value &value = network.values[output.value];
        if (value.isNetworkOutput ||
            (!value.consumers.empty() &&
             value.consumers.back() > segment.lastLayer()))
          flows.push_back({index, dram, value.bytes * calls});
      }
    }
  }
}

const std::vector<Coordinate> *
SegmentPlacer::pinnedRegion(const ClusterPlan &cluster) const {
  for (const Pin &pin : model.getConfig().pins)
    if (pin.region && pin.layer >= cluster.firstLayer &&
        pin.layer <= cluster.lastLayer)
      return &*pin.region;
  return nullptr;
}

void SegmentPlacer::assignSnake() {
  bool anyPinned = false;
  for (int32_t cluster = 0; cluster < dram; ++cluster)
    if (const std::vector<Coordinate> *region =
            pinnedRegion(segment.clusters[cluster])) {
      anyPinned = true;
      for (Coordinate at : *region)
        owner[index(at)] = cluster;
    }
  llvm::ArrayRef<Coordinate> snake = model.getChiplets();
  if (!anyPinned) {
    for (int32_t cluster = 0; cluster < dram; ++cluster) {
      const ClusterPlan &plan = segment.clusters[cluster];
      for (Coordinate at : snake.slice(plan.firstSlot, plan.size))
        owner[index(at)] = cluster;
    }
    return;
  }
  // Around pinned regions the others take what is left, in order.
  size_t next = 0;
  for (int32_t cluster = 0; cluster < dram; ++cluster) {
    const ClusterPlan &plan = segment.clusters[cluster];
    if (pinnedRegion(plan))
      continue;
    for (int32_t count = 0; count < plan.size; ++next)
      if (owner[index(snake[next])] < 0) {
        owner[index(snake[next])] = cluster;
        ++count;
      }
  }
}

bool SegmentPlacer::assign(
    const std::vector<std::vector<Coordinate>> &regions) {
  if (regions.size() != static_cast<size_t>(dram))
    return false;
  for (int32_t cluster = 0; cluster < dram; ++cluster) {
    const ClusterPlan &plan = segment.clusters[cluster];
    const std::vector<Coordinate> &region = regions[cluster];
    if (region.size() != static_cast<size_t>(plan.size))
      return false;
    const std::vector<Coordinate> *pinned = pinnedRegion(plan);
    if (pinned && !std::is_permutation(pinned->begin(), pinned->end(),
                                       region.begin(), region.end()))
      return false;
  }
  for (int32_t cluster = 0; cluster < dram; ++cluster)
    for (Coordinate at : regions[cluster])
      owner[index(at)] = cluster;
  return true;
}

void SegmentPlacer::addFlow(const Flow &flow, int64_t sign) {
  // With XY routes the pairs that use a link are a product: a horizontal link
  // carries what starts in its row on one side and ends in any row on the
  // other, a vertical one what ends in its column.
  int32_t rows = package.rows, cols = package.cols;
  std::vector<int64_t> startRow(rows), endCol(cols), startAt(owner.size()),
      endAt(owner.size());
  int64_t starts = 0, ends = 0;
  forRegion(flow.from, [&](int32_t at) {
    ++startAt[at];
    ++startRow[at / cols];
    ++starts;
  });
  forRegion(flow.to, [&](int32_t at) {
    ++endAt[at];
    ++endCol[at % cols];
    ++ends;
  });
  if (starts == 0 || ends == 0)
    return;
  int64_t weight = sign * (flow.bytes * kFraction / (starts * ends));
  for (int32_t row = 0; row < rows; ++row) {
    int64_t left = 0, endsLeft = 0;
    for (int32_t col = 0; col + 1 < cols; ++col) {
      left += startAt[row * cols + col];
      endsLeft += endCol[col];
      loads[4 * (row * cols + col)] += weight * left * (ends - endsLeft);
      loads[4 * (row * cols + col + 1) + 1] +=
          weight * (startRow[row] - left) * endsLeft;
    }
  }
  for (int32_t col = 0; col < cols; ++col) {
    int64_t above = 0, endsAbove = 0;
    for (int32_t row = 0; row + 1 < rows; ++row) {
      above += startRow[row];
      endsAbove += endAt[row * cols + col];
      loads[4 * (row * cols + col) + 2] +=
          weight * above * (endCol[col] - endsAbove);
      loads[4 * ((row + 1) * cols + col) + 3] +=
          weight * (starts - above) * endsAbove;
    }
  }
}

void SegmentPlacer::addFlowsOf(int32_t a, int32_t b, int64_t sign) {
  for (const Flow &flow : flows)
    if (flow.from == a || flow.to == a || flow.from == b || flow.to == b)
      addFlow(flow, sign);
}

std::pair<int64_t, int64_t> SegmentPlacer::score() const {
  int64_t worst = 0, sum = 0;
  for (int64_t load : loads) {
    worst = std::max(worst, load);
    sum += load;
  }
  return {worst, sum};
}

int64_t SegmentPlacer::leastWorst() const {
  int64_t least = 0;
  int64_t places = static_cast<int64_t>(owner.size());
  for (int32_t cluster = 0; cluster < dram; ++cluster) {
    // A DRAM port may be inside of the region, so its traffic does not count.
    int64_t in = 0, out = 0;
    for (const Flow &flow : flows) {
      if (flow.from == flow.to || flow.from == dram || flow.to == dram)
        continue;
      in += flow.to == cluster ? flow.bytes : 0;
      out += flow.from == cluster ? flow.bytes : 0;
    }
    int64_t size = segment.clusters[cluster].size;
    int64_t links = kLinkDirections * std::min(size, places - size);
    if (links > 0)
      least = std::max(least, std::max(in, out) / links);
  }
  return least;
}

void SegmentPlacer::improve() {
  int32_t rows = package.rows, cols = package.cols;
  auto movable = [&](int32_t at) {
    Coordinate place{at / cols, at % cols};
    return isEnabled(package, place) &&
           (owner[at] < 0 || !pinnedRegion(segment.clusters[owner[at]]));
  };
  auto best = score();
  int64_t trials = 0;
  bool improved = true;
  while (improved) {
    improved = false;
    for (int32_t at = 0; at < rows * cols; ++at)
      for (int32_t other : {at + 1, at + cols}) {
        if ((other == at + 1 && at % cols + 1 == cols) ||
            other >= rows * cols || owner[at] == owner[other] || !movable(at) ||
            !movable(other) ||
            &kindOf(package, {at / cols, at % cols}) !=
                &kindOf(package, {other / cols, other % cols}))
          continue;
        if (++trials > kMostTrials)
          return;
        int32_t a = owner[at], b = owner[other];
        addFlowsOf(a, b, -1);
        std::swap(owner[at], owner[other]);
        addFlowsOf(a, b, 1);
        auto now = score();
        if (now < best) {
          best = now;
          improved = true;
          continue;
        }
        addFlowsOf(a, b, -1);
        std::swap(owner[at], owner[other]);
        addFlowsOf(a, b, 1);
      }
  }
}

SegmentPlacement
SegmentPlacer::run(const std::vector<std::vector<Coordinate>> &regions) {
  SegmentPlacement result;
  if (!assign(regions))
    assignSnake();
  for (const Flow &flow : flows)
    addFlow(flow, 1);
  result.before = currentLoads();
  // A region that covers the package can not be moved.
  if (dram > 1 || segment.clusters[0].size < model.numChiplets())
    improve();
  result.after = currentLoads();
  for (const Flow &flow : flows)
    result.bytes += flow.bytes;
  result.leastWorst = leastWorst();
  result.regions.resize(dram);
  for (Coordinate at : model.getChiplets())
    if (owner[index(at)] >= 0)
      result.regions[owner[index(at)]].push_back(at);
  return result;
}

std::vector<int64_t>
SegmentPlacer::linkLoads(const std::vector<std::vector<Coordinate>> &regions) {
  for (auto [cluster, region] : llvm::enumerate(regions))
    for (Coordinate at : region)
      owner[index(at)] = static_cast<int32_t>(cluster);
  for (const Flow &flow : flows)
    addFlow(flow, 1);
  std::vector<int64_t> bytes;
  bytes.reserve(loads.size());
  for (int64_t load : loads)
    bytes.push_back(load / kFraction);
  return bytes;
}

std::vector<int64_t> scope::search::computeLinkLoads(
    const CostModel &model, const Plan &plan, size_t index,
    const std::vector<std::vector<Coordinate>> &regions) {
  return SegmentPlacer(model, plan, plan.segments[index]).linkLoads(regions);
}

std::vector<SegmentPlacement>
scope::search::placeRegions(const CostModel &model, const Plan &plan,
                            const PlanRegions &regions) {
  std::vector<SegmentPlacement> placements;
  static const std::vector<std::vector<Coordinate>> none;
  placements.reserve(plan.segments.size());
  for (size_t index = 0; index < plan.segments.size(); ++index)
    placements.push_back(
        SegmentPlacer(model, plan, plan.segments[index])
            .run(index < regions.size() ? regions[index] : none));
  return placements;
}
