//===- AuditMutationTest.cpp - Wrong figures and layers are found ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditMutations.h"

#include "gtest/gtest.h"

using namespace scope::search;

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

/// Changes one figure and expects exactly one finding, at the right place.
template <typename Cost, typename Figure>
static void expectFigureFound(Figure Cost::*figure,
                              llvm::function_ref<Cost &(Promise &, Spot)> at,
                              bool inCluster, bool inLayer) {
  int applied = 0;
  for (uint64_t seed = 1; seed <= 400 && applied < 8; ++seed) {
    Instance instance;
    Promise promise;
    if (!makeGoodPromise(seed, instance, promise))
      continue;
    ++applied;
    Dice dice(seed);
    Spot spot = anyCluster(dice, promise);
    Figure &value = at(promise, spot).*figure;
    value = static_cast<Figure>(std::is_same_v<Figure, bool>
                                    ? !value
                                    : value + (dice.oneIn(2) ? 1 : -1));
    Problem problem{instance.network, instance.package, instance.config};
    std::vector<Finding> findings = audit(problem, promise);
    ASSERT_EQ(findings.size(), 1u) << "seed " << seed << "\n"
                                   << printFindings(findings);
    EXPECT_EQ(findings[0].kind, FindingKind::Cost);
    bool inSegment = !std::is_same_v<Cost, PlanCost>;
    EXPECT_EQ(findings[0].segment, inSegment ? spot.segment : -1);
    EXPECT_EQ(findings[0].cluster, inCluster ? spot.cluster : -1);
    EXPECT_EQ(findings[0].layer,
              inLayer ? planAt(promise, spot).firstLayer : -1);
  }
  EXPECT_EQ(applied, 8);
}

TEST(AuditMutation, EveryFigureOfALayer) {
  auto at = [](Promise &promise, Spot spot) -> LayerCost & {
    return promise.cost.segments[spot.segment]
        .clusters[spot.cluster]
        .layers.front();
  };
  for (int64_t LayerCost::*figure :
       {&LayerCost::compute, &LayerCost::internal, &LayerCost::external,
        &LayerCost::weights, &LayerCost::send, &LayerCost::cycles,
        &LayerCost::energyMac, &LayerCost::energySram, &LayerCost::energyNop})
    expectFigureFound<LayerCost, int64_t>(figure, at, true, true);
  for (bool LayerCost::*figure : {&LayerCost::overlapped, &LayerCost::banded})
    expectFigureFound<LayerCost, bool>(figure, at, true, true);
  expectFigureFound<LayerCost, int32_t>(&LayerCost::used, at, true, true);
}

TEST(AuditMutation, EveryFigureOfACluster) {
  auto at = [](Promise &promise, Spot spot) -> ClusterCost & {
    return promise.cost.segments[spot.segment].clusters[spot.cluster];
  };
  for (int64_t ClusterCost::*figure :
       {&ClusterCost::stage, &ClusterCost::resident,
        &ClusterCost::residentWeights, &ClusterCost::deliveredWeights,
        &ClusterCost::tiles})
    expectFigureFound<ClusterCost, int64_t>(figure, at, true, false);
}

TEST(AuditMutation, EveryFigureOfASegment) {
  auto at = [](Promise &promise, Spot spot) -> SegmentCost & {
    return promise.cost.segments[spot.segment];
  };
  for (int64_t SegmentCost::*figure :
       {&SegmentCost::load, &SegmentCost::fill, &SegmentCost::pace,
        &SegmentCost::slowestStage, &SegmentCost::dramBeat, &SegmentCost::beats,
        &SegmentCost::cycles, &SegmentCost::latency, &SegmentCost::dramBytes,
        &SegmentCost::energyMac, &SegmentCost::energySram,
        &SegmentCost::energyNop, &SegmentCost::energyDram,
        &SegmentCost::energyIdle})
    expectFigureFound<SegmentCost, int64_t>(figure, at, false, false);
}

TEST(AuditMutation, EveryFigureOfThePlan) {
  auto at = [](Promise &promise, Spot) -> PlanCost & { return promise.cost; };
  for (int64_t PlanCost::*figure :
       {&PlanCost::cycles, &PlanCost::latency, &PlanCost::energy})
    expectFigureFound<PlanCost, int64_t>(figure, at, false, false);
}

TEST(AuditMutation, MissingCosts) {
  expectFound(FindingKind::Cost, [](Dice &, Instance &, Promise &promise) {
    promise.cost.segments.pop_back();
    return true;
  });
  expectFound(FindingKind::Cost, [](Dice &, Instance &, Promise &promise) {
    promise.cost.segments.back().clusters.pop_back();
    return true;
  });
  expectFound(FindingKind::Cost, [](Dice &, Instance &, Promise &promise) {
    promise.cost.segments[0].clusters[0].layers.pop_back();
    return true;
  });
}

//===----------------------------------------------------------------------===//
// Coverage
//===----------------------------------------------------------------------===//

TEST(AuditMutation, MissingLayer) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    --promise.plan.segments.back().clusters.back().lastLayer;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    ++promise.plan.segments.front().clusters.front().firstLayer;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    if (promise.plan.segments.size() < 2)
      return false;
    promise.plan.segments.pop_back();
    promise.cost.segments.pop_back();
    promise.clusters.pop_back();
    return true;
  });
}

TEST(AuditMutation, LayerTwice) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    if (promise.plan.segments.size() < 2)
      return false;
    --promise.plan.segments.back().clusters.front().firstLayer;
    return true;
  });
}

TEST(AuditMutation, WrongOrder) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    if (promise.plan.segments.size() < 2)
      return false;
    std::swap(promise.plan.segments[0], promise.plan.segments[1]);
    std::swap(promise.cost.segments[0], promise.cost.segments[1]);
    std::swap(promise.clusters[0], promise.clusters[1]);
    return true;
  });
}

TEST(AuditMutation, NonsenseIndices) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.segments[0].clusters[0].lastLayer = 1000000;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.segments[0].clusters[0].firstLayer = -5;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.segments[0].clusters.clear();
    promise.clusters[0].clear();
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.partitions.pop_back();
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.clusters.pop_back();
    return !promise.clusters.empty();
  });
}

//===----------------------------------------------------------------------===//
// What is said
//===----------------------------------------------------------------------===//

/// The only finding about a chain of two layers on two chiplets each that
/// `change` has broken; "" if there is none or more than one.
static std::string
messageAfter(llvm::function_ref<void(Promise &, Config &)> change) {
  Network network = makeChain(2, 8, 4);
  Package package = makePlainPackage(2, 2, 500);
  Config config;
  config.batch = 4;
  Plan plan;
  plan.partitions = {{1, 2, 1}, {1, 1, 2}};
  plan.segments.resize(1);
  plan.segments[0].clusters = {{0, 0, 0, 2, 1, WeightMode::Replicated, 8},
                               {1, 1, 2, 2, 1, WeightMode::Replicated, 8}};
  Problem problem{network, package, config};
  CostModel model(problem);
  EXPECT_EQ(checkShape(model, plan).message, "");
  EXPECT_EQ(evaluate(model, plan).infeasible.message, "");
  Promise promise = makePromise(model, plan);
  EXPECT_TRUE(audit(problem, promise).empty());
  change(promise, problem.config);
  std::vector<Finding> findings = audit(problem, promise);
  EXPECT_EQ(findings.size(), 1u) << printFindings(findings);
  return findings.size() == 1 ? findings[0].message : "";
}

TEST(AuditMutation, Messages) {
  EXPECT_EQ(messageAfter([](Promise &promise, Config &) {
              ++promise.cost.segments[0].clusters[1].layers[0].compute;
            }),
            "the cycles of compute of layer 'layer1': promised 49, computed "
            "again 48; compute the costs anew or undo the edit");
  EXPECT_EQ(messageAfter([](Promise &promise, Config &) {
              promise.clusters[0][0].buffers->front().bytes -= 3;
            }),
            "the arriving beat 0 of layer 'layer0' has 13 bytes and needs 16; "
            "allocate anew");
  EXPECT_EQ(messageAfter([](Promise &promise, Config &) {
              promise.clusters[0][0].region.push_back(
                  promise.clusters[0][1].region[0]);
              promise.clusters[0][0].region.erase(
                  promise.clusters[0][0].region.begin());
            }),
            "chiplet (0, 0) of the region is taken by cluster 0 of the segment "
            "already; regions of a segment must be disjoint");
  EXPECT_EQ(messageAfter([](Promise &promise, Config &) {
              promise.plan.segments[0].clusters[0].level = 2;
            }),
            "the residents of the cluster need 64 bytes on a chiplet, 48 for "
            "weights and 16 for beats that arrive or wait; level 2 allows 62 "
            "of 500; choose a higher level, a larger region or a smaller beat, "
            "or distribute weights");
  EXPECT_EQ(messageAfter([](Promise &promise, Config &) {
              promise.plan.segments[0].clusters[0].ahead = true;
            }),
            "the DRAM works ahead of the cluster; it may of one that has "
            "several layers and is alone in its segment");
  EXPECT_EQ(messageAfter([](Promise &, Config &config) {
              config.strategy = Strategy::Sequential;
            }),
            "the segment has 2 clusters, the strategy allows one; use the "
            "strategy 'merged' for several");
}
