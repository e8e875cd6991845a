//===- Placement.cpp - Which chiplets form each region -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Placement.h"

#include "LinkUse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <numeric>

using namespace scope::search;

/// Links that the local search may look at in one segment.
static constexpr int64_t kMostWork = 40000000;

namespace {

class SegmentPlacer {
public:
  SegmentPlacer(const CostModel &model, const Plan &plan,
                const SegmentPlan &segment)
      : model(model), package(model.getPackage()), segment(segment),
        traffic(model, plan, segment), dram(traffic.dram()),
        use(package, traffic, sizes()), owner(use.owner) {}

  /// Starts from `regions` if they are there and no pin asks for others.
  SegmentPlacement run(const std::vector<std::vector<Coordinate>> &regions);

  /// The loads with the clusters on `regions`, in bytes.
  std::vector<int64_t>
  linkLoads(const std::vector<std::vector<Coordinate>> &regions);

private:
  std::vector<int64_t> sizes() const {
    std::vector<int64_t> result;
    for (const ClusterPlan &cluster : segment.clusters)
      result.push_back(cluster.size);
    return result;
  }
  int32_t index(Coordinate at) const { return at.row * package.cols + at.col; }
  Coordinate place(int32_t at) const {
    return {at / package.cols, at % package.cols};
  }
  const std::vector<Coordinate> *pinnedRegion(const ClusterPlan &cluster) const;
  bool isAnyPinned() const;
  void assignSnake();
  bool assign(const std::vector<std::vector<Coordinate>> &regions);
  int64_t leastWorst() const;
  /// Whether the local search may look at one placement more.
  bool mayLook();
  /// Tries orders of the clusters along `curve`.
  void improveOrder(llvm::ArrayRef<Coordinate> curve);
  /// Exchanges neighbours of different regions.
  void exchangeNeighbours();
  bool mayExchange(int32_t at, int32_t other) const;
  void improve();

  const CostModel &model;
  const Package &package;
  const SegmentPlan &segment;
  RegionTraffic traffic;
  /// Number of the region that stands for the DRAM ports.
  int32_t dram;
  LinkUse use;
  /// Cluster by grid position; -1 for none.
  std::vector<int32_t> &owner;
  /// The cost of the best placement found.
  PlacementCost best;
  int64_t work = 0;
};

} // namespace

const std::vector<Coordinate> *
SegmentPlacer::pinnedRegion(const ClusterPlan &cluster) const {
  for (const Pin &pin : model.getConfig().pins)
    if (pin.region && pin.layer >= cluster.firstLayer &&
        pin.layer <= cluster.lastLayer)
      return &*pin.region;
  return nullptr;
}

void SegmentPlacer::assignSnake() {
  for (int32_t cluster = 0; cluster < dram; ++cluster)
    if (const std::vector<Coordinate> *region =
            pinnedRegion(segment.clusters[cluster]))
      for (Coordinate at : *region)
        owner[index(at)] = cluster;
  llvm::ArrayRef<Coordinate> snake = model.getChiplets();
  if (!isAnyPinned()) {
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

int64_t SegmentPlacer::leastWorst() const {
  int64_t least = 0;
  int64_t places = static_cast<int64_t>(owner.size());
  for (int32_t cluster = 0; cluster < dram; ++cluster) {
    // A DRAM port may be inside of the region, so its traffic does not count.
    int64_t in = 0, out = 0;
    for (const RegionWay &way : traffic.ways) {
      if (way.from == way.to || way.from == dram || way.to == dram)
        continue;
      for (const RegionWay::Flow &flow : way.flows) {
        in += way.to == cluster ? flow.sent : 0;
        out += way.from == cluster ? flow.sent : 0;
      }
    }
    int64_t size = segment.clusters[cluster].size;
    int64_t links = kLinkDirections * std::min(size, places - size);
    if (links > 0)
      least = std::max(least, std::max(in, out) / links);
  }
  return least;
}

bool SegmentPlacer::isAnyPinned() const {
  return llvm::any_of(segment.clusters, [&](const ClusterPlan &cluster) {
    return pinnedRegion(cluster);
  });
}

bool SegmentPlacer::mayLook() {
  work += use.work();
  return work <= kMostWork;
}

void SegmentPlacer::improveOrder(llvm::ArrayRef<Coordinate> curve) {
  std::vector<int32_t> found = owner, order(dram);
  std::iota(order.begin(), order.end(), 0);
  auto look = [&] {
    llvm::fill(owner, -1);
    llvm::ArrayRef<Coordinate> left = curve;
    for (int32_t cluster : order) {
      int32_t size = segment.clusters[cluster].size;
      for (Coordinate at : left.take_front(size))
        owner[index(at)] = cluster;
      left = left.drop_front(size);
    }
    use.routeAll();
    PlacementCost now = use.cost();
    if (now < best) {
      best = now;
      found = owner;
    }
    return now;
  };
  PlacementCost bestOrder = look();
  bool improved = true;
  while (improved) {
    improved = false;
    for (int32_t from = 0; from < dram; ++from)
      for (int32_t to = 0; to < dram && mayLook(); ++to) {
        if (to == from)
          continue;
        std::vector<int32_t> before = order;
        order.erase(order.begin() + from);
        order.insert(order.begin() + to, before[from]);
        PlacementCost now = look();
        if (now < bestOrder) {
          bestOrder = now;
          improved = true;
        } else {
          order = before;
        }
      }
  }
  owner = found;
  use.routeAll();
}

bool SegmentPlacer::mayExchange(int32_t at, int32_t other) const {
  auto isMovable = [&](int32_t position) {
    return isEnabled(package, place(position)) &&
           (owner[position] < 0 ||
            !pinnedRegion(segment.clusters[owner[position]]));
  };
  return owner[at] != owner[other] && isMovable(at) && isMovable(other) &&
         &kindOf(package, place(at)) == &kindOf(package, place(other));
}

void SegmentPlacer::exchangeNeighbours() {
  int32_t rows = package.rows, cols = package.cols;
  bool improved = true;
  while (improved) {
    improved = false;
    for (int32_t at = 0; at < rows * cols; ++at)
      for (int32_t other : {at + 1, at + cols}) {
        bool isNeighbour =
            other == at + 1 ? other % cols != 0 : other < rows * cols;
        if (!isNeighbour || !mayExchange(at, other))
          continue;
        if (!mayLook())
          return;
        int32_t a = owner[at], b = owner[other];
        std::swap(owner[at], owner[other]);
        use.routeWaysOf(a, b);
        PlacementCost now = use.cost();
        if (now < best) {
          best = now;
          improved = true;
          continue;
        }
        std::swap(owner[at], owner[other]);
        use.routeWaysOf(a, b);
      }
  }
}

void SegmentPlacer::improve() {
  // A region that covers the package can not be moved.
  if (dram == 1 && segment.clusters[0].size == model.numChiplets())
    return;
  // Where any chiplet may take the place of any other.
  if (dram > 1 && llvm::has_single_bit(model.allKinds()) && !isAnyPinned()) {
    std::vector<Coordinate> byColumns(model.getChiplets());
    llvm::sort(byColumns, [&](Coordinate a, Coordinate b) {
      int32_t down = a.col % 2 == 0 ? 1 : -1;
      return a.col != b.col ? a.col < b.col : down * a.row < down * b.row;
    });
    improveOrder(model.getChiplets());
    improveOrder(byColumns);
  }
  exchangeNeighbours();
}

SegmentPlacement
SegmentPlacer::run(const std::vector<std::vector<Coordinate>> &regions) {
  SegmentPlacement result;
  if (!assign(regions))
    assignSnake();
  use.routeAll();
  result.before = use.totals();
  result.costBefore = best = use.cost();
  improve();
  result.after = use.totals();
  result.cost = best;
  for (const RegionWay &way : traffic.ways)
    result.bytes += way.alone;
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
  use.routeAll();
  return use.bytes();
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
