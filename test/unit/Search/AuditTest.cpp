//===- AuditTest.cpp - Two implementations of one model -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cost model, the buffer plan and the placement against the audit, which
// computes the same from the page and shares no code with them.
//
//===----------------------------------------------------------------------===//

#include "RandomPlan.h"

#include "scope/Search/Audit.h"
#include "scope/Search/Placement.h"
#include "scope/Search/Search.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

using namespace scope::search;

namespace {
struct Instance {
  Network network;
  Package package;
  Config config;
};
} // namespace

/// A random instance for random plans: larger than what can be enumerated.
static Instance makeInstance(uint64_t seed) {
  Dice dice(seed);
  Instance instance;
  int32_t numLayers = static_cast<int32_t>(dice.roll(1, 8));
  instance.network = makeRandomNetwork(dice, numLayers);
  if (!dice.oneIn(4))
    enrich(dice, instance.network);
  int64_t sram = dice.oneIn(3)   ? dice.roll(24, 100)
                 : dice.oneIn(2) ? dice.roll(100, 500)
                                 : dice.roll(500, 3000);
  if (dice.oneIn(5)) {
    // Weights of more than a chunk, so that some fit no region.
    sram = dice.roll(140000, 400000);
    for (Layer &layer : instance.network.layers)
      for (Operand &operand : layer.operands)
        if (operand.kind == OperandKind::Weight)
          operand.elementBytes = dice.roll(1, 100000);
  }
  instance.package = makeRandomPackage(dice, 12, sram);
  Config &config = instance.config;
  config.batch = instance.network.samplesPerCall * (int64_t(1) << dice.roll(0, 4));
  config.strategy =
      static_cast<Strategy>(dice.oneIn(2) ? 0 : dice.roll(0, 5));
  config.space = dice.oneIn(4) ? Space::Published : Space::Full;
  config.pureOnly = dice.oneIn(4);
  config.splitBatch = !dice.oneIn(4);
  config.maxBeat = dice.oneIn(4) ? dice.roll(1, 4) : 0;
  config.tileReserve = dice.oneIn(6) ? dice.roll(1, 8) : 0;
  if (dice.oneIn(6))
    config.weights =
        dice.oneIn(2) ? WeightMode::Replicated : WeightMode::Distributed;
  return instance;
}

/// Everything that the project's own code promises about a feasible plan.
static Promise makePromise(const CostModel &model, const Plan &plan) {
  Promise promise;
  promise.plan = plan;
  promise.cost = evaluate(model, plan).cost;
  BufferPlan buffers = planBuffers(model, plan);
  std::vector<SegmentPlacement> placement = placeRegions(model, plan);
  for (size_t s = 0; s < plan.segments.size(); ++s) {
    auto &clusters = promise.clusters.emplace_back();
    for (size_t c = 0; c < plan.segments[s].clusters.size(); ++c) {
      PromisedCluster &cluster = clusters.emplace_back();
      cluster.region = placement[s].regions[c];
      if (!buffers.failure)
        cluster.buffers = buffers.segments[s][c].buffers;
    }
  }
  return promise;
}

static std::string print(llvm::ArrayRef<Finding> findings) {
  std::string text;
  for (const Finding &finding : findings)
    text += "[" + std::to_string(finding.segment) + "," +
            std::to_string(finding.cluster) + "," +
            std::to_string(finding.layer) + "] " + finding.message + "\n";
  return text;
}

TEST(Audit, AgreesOnRandomPlans) {
  int feasible = 0, infeasible = 0, banded = 0, streamed = 0, once = 0,
      waiting = 0, distributed = 0, pipelines = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    Instance instance = makeInstance(seed);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    Dice dice(seed + 1000000);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan)
      continue;
    Evaluation evaluation = evaluate(model, *plan);
    if (evaluation.infeasible) {
      ++infeasible;
      std::vector<Finding> findings = audit(problem, {*plan, {}, {}});
      EXPECT_TRUE(llvm::any_of(findings, [](const Finding &finding) {
        return finding.kind == FindingKind::Capacity;
      })) << "seed " << seed << ": "
          << evaluation.infeasible.message << "\n"
          << print(findings);
      continue;
    }
    ++feasible;
    Promise promise = makePromise(model, *plan);
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(findings.empty()) << "seed " << seed << ":\n"
                                  << print(findings);
    for (int32_t layer = 0; layer < instance.network.numLayers(); ++layer)
      streamed += model.streams(layer);
    for (size_t s = 0; s < plan->segments.size(); ++s) {
      pipelines += plan->segments[s].clusters.size() > 1;
      for (size_t c = 0; c < plan->segments[s].clusters.size(); ++c) {
        distributed +=
            plan->segments[s].clusters[c].mode == WeightMode::Distributed;
        for (const LayerCost &layer :
             promise.cost.segments[s].clusters[c].layers) {
          banded += layer.banded;
          once += !layer.overlapped;
        }
        if (promise.clusters[s][c].buffers)
          for (const Buffer &buffer : *promise.clusters[s][c].buffers)
            waiting += buffer.role == BufferRole::Waiting;
      }
    }
  }
  // The plans must reach everything, or the agreement says little.
  printf("feasible %d infeasible %d banded %d streamed %d once %d waiting %d "
         "distributed %d pipelines %d\n",
         feasible, infeasible, banded, streamed, once, waiting, distributed,
         pipelines);
}
