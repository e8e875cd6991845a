//===- TimePartsTest.cpp --------------------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What limits a layer.
//
//===----------------------------------------------------------------------===//

#include "scope/Search/TimeParts.h"

#include "RandomPlan.h"
#include "RandomProblem.h"

#include "gtest/gtest.h"

using namespace scope::search;

static LayerCost makeCost(int64_t compute, int64_t internal, int64_t external,
                          int64_t weights, int64_t send,
                          bool overlapped = true) {
  LayerCost cost;
  cost.compute = compute;
  cost.internal = internal;
  cost.external = external;
  cost.weights = weights;
  cost.send = send;
  cost.overlapped = overlapped;
  return cost;
}

TEST(TimePartsTest, TheLongerOfWhatOverlapsHasAllTheTime) {
  TimeParts parts = timeParts(makeCost(100, 7, 30, 20, 10));
  EXPECT_EQ(parts.compute, 100);
  EXPECT_EQ(parts.internal, 7);
  EXPECT_EQ(parts.weights + parts.external, 0);
  EXPECT_EQ(parts.limit(), Limit::Compute);

  parts = timeParts(makeCost(50, 7, 30, 20, 10));
  EXPECT_EQ(parts.external, 60);
  EXPECT_EQ(parts.compute + parts.weights, 0);
  EXPECT_EQ(parts.limit(), Limit::External);

  parts = timeParts(makeCost(50, 7, 10, 50, 10));
  EXPECT_EQ(parts.weights, 70);
  EXPECT_EQ(parts.limit(), Limit::Weights);

  EXPECT_EQ(timeParts(makeCost(50, 71, 10, 50, 10)).limit(), Limit::Internal);
}

TEST(TimePartsTest, WhatDoesNotOverlapHasItsOwnTime) {
  TimeParts parts = timeParts(makeCost(50, 7, 30, 45, 10, false));
  EXPECT_EQ(parts.compute, 50);
  EXPECT_EQ(parts.internal, 7);
  EXPECT_EQ(parts.weights, 45);
  EXPECT_EQ(parts.external, 40);
  EXPECT_EQ(parts.limit(), Limit::Compute);
}

TEST(TimePartsTest, PartsOfUnknownFiguresAreZero) {
  TimeParts parts = timeParts(makeCost(100, -1, 30, 20, 10));
  EXPECT_EQ(parts.compute + parts.internal + parts.weights + parts.external, 0);
}

TEST(TimePartsTest, PartsAddUp) {
  TimeParts sum = timeParts(makeCost(100, 7, 30, 20, 10));
  sum += timeParts(makeCost(50, 200, 30, 20, 10));
  EXPECT_EQ(sum.compute, 100);
  EXPECT_EQ(sum.internal, 207);
  EXPECT_EQ(sum.external, 60);
  EXPECT_EQ(sum.limit(), Limit::Internal);
}

TEST(TimePartsTest, PartsOfEveryLayerAreItsCycles) {
  int layers = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Dice dice(seed);
    Network network = makeRandomNetwork(dice, 5);
    enrich(dice, network);
    Package package = makeRandomPackage(dice, 6, 4096);
    Config config;
    config.batch = 4 * network.samplesPerCall;
    CostModel model({network, package, config});
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan)
      continue;
    Evaluation evaluation = evaluate(model, *plan);
    if (evaluation.infeasible)
      continue;
    for (const SegmentCost &segment : evaluation.cost.segments)
      for (const ClusterCost &cluster : segment.clusters)
        for (const LayerCost &layer : cluster.layers) {
          TimeParts parts = timeParts(layer);
          EXPECT_EQ(parts.compute + parts.internal + parts.weights +
                        parts.external,
                    layer.cycles);
          ++layers;
        }
  }
  EXPECT_GT(layers, 20);
}
