//===- LinkUseTest.cpp - Links of routes and trees, one by one ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads of links against a walk along the route of every pair of chiplets and
// along the tree of every sender.
//
//===----------------------------------------------------------------------===//

#include "LinkUse.h"
#include "AuditInstances.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <set>

using namespace scope::search;

using Places = std::vector<Coordinate>;

/// The links from one place to another, along the row first.
static std::set<size_t> walk(const Package &package, Coordinate from,
                             Coordinate to) {
  std::set<size_t> links;
  auto leave = [&](LinkDirection direction) {
    links.insert((from.row * package.cols + from.col) * kLinkDirections +
                 size_t(direction));
  };
  while (from.col != to.col) {
    leave(from.col < to.col ? LinkDirection::East : LinkDirection::West);
    from.col += from.col < to.col ? 1 : -1;
  }
  while (from.row != to.row) {
    leave(from.row < to.row ? LinkDirection::South : LinkDirection::North);
    from.row += from.row < to.row ? 1 : -1;
  }
  return links;
}

/// What each link carries if every place of `from` sends the same part of
/// `bytes` to one of `to`, each as often, or to all of them.
static std::vector<double> carry(const Package &package, const Places &from,
                                 const Places &to, double bytes, bool toAll) {
  std::vector<double> loads(kLinkDirections * package.rows * package.cols, 0);
  for (Coordinate start : from) {
    std::set<size_t> tree;
    for (Coordinate end : to)
      for (size_t link : walk(package, start, end)) {
        tree.insert(link);
        if (!toAll)
          loads[link] += bytes / double(from.size() * to.size());
      }
    if (toAll)
      for (size_t link : tree)
        loads[link] += bytes / double(from.size());
  }
  return loads;
}

TEST(LinkUseTest, LoadsAreThoseOfRoutesAndTrees) {
  int exact = 0, between = 0, trees = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    Instance instance = makeAuditInstance(seed);
    instance.package.multicast = seed % 3 != 0;
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    const Package &package = instance.package;
    Dice dice(seed);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan || evaluate(model, *plan).infeasible)
      continue;
    for (const SegmentPlan &segment : plan->segments) {
      RegionTraffic traffic(model, *plan, segment);
      // Any regions: chiplets in turn.
      std::vector<Places> places(segment.clusters.size());
      std::vector<int64_t> sizes;
      std::vector<Coordinate> chiplets(model.getChiplets());
      for (auto [own, cluster] : llvm::zip_equal(places, segment.clusters)) {
        sizes.push_back(cluster.size);
        for (int32_t count = 0; count < cluster.size; ++count) {
          auto at = chiplets.begin() + dice.roll(0, chiplets.size() - 1);
          own.push_back(*at);
          chiplets.erase(at);
        }
      }
      Places &ports = places.emplace_back();
      for (const DramPort &port : package.dramPorts)
        if (isEnabled(package, port.at))
          ports.push_back(port.at);
      LinkUse use(package, traffic, sizes);
      for (auto [number, own] :
           llvm::enumerate(llvm::ArrayRef(places).drop_back()))
        for (Coordinate at : own)
          use.owner[at.row * package.cols + at.col] = int32_t(number);
      use.routeAll();

      std::vector<double> least(use.bytes().size(), 0), most(least);
      double slack = 2;
      for (const RegionWay &way : traffic.ways)
        for (const RegionWay::Flow &flow : way.flows) {
          const Places &from = places[way.from], &to = places[way.to];
          double sent = double(flow.sent), received = double(flow.received);
          bool isTree = received == sent * double(to.size());
          std::vector<double> tree = carry(package, from, to, sent, true);
          std::vector<double> one = carry(package, from, to, sent, false);
          for (size_t link = 0; link < least.size(); ++link) {
            least[link] += isTree ? tree[link] : one[link];
            most[link] += std::min(tree[link], one[link] * received / sent);
          }
          (isTree ? trees : received == sent ? exact : between) += 1;
          slack += 1 + sent * 1e-6;
        }
      for (auto [link, bytes] : llvm::enumerate(use.bytes())) {
        EXPECT_GE(double(bytes), least[link] - slack) << "seed " << seed;
        EXPECT_LE(double(bytes), most[link] + slack) << "seed " << seed;
      }
    }
  }
  EXPECT_GT(exact, 100);
  EXPECT_GT(trees, 100);
  EXPECT_GT(between, 50);
}
