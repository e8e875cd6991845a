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

#include "AuditInstances.h"

#include "scope/Search/Search.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

using namespace scope::search;

TEST(Audit, AgreesOnRandomPlans) {
  int feasible = 0, infeasible = 0, banded = 0, streamed = 0, once = 0,
      waiting = 0, distributed = 0, pipelines = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    Instance instance = makeAuditInstance(seed);
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
      EXPECT_TRUE(llvm::any_of(findings,
                               [](const Finding &finding) {
                                 return finding.kind == FindingKind::Capacity;
                               }))
          << "seed " << seed << ": " << evaluation.infeasible.message << "\n"
          << printFindings(findings);
      continue;
    }
    ++feasible;
    Promise promise = makePromise(model, *plan);
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(findings.empty()) << "seed " << seed << ":\n"
                                  << printFindings(findings);
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

/// Pins that some plan may follow.
static void addPins(Dice &dice, Instance &instance) {
  int32_t numLayers = instance.network.numLayers();
  std::vector<Coordinate> chiplets = snakeOrder(instance.package);
  int64_t available = static_cast<int64_t>(chiplets.size());
  for (int64_t count = dice.roll(1, 3); count > 0; --count) {
    Pin pin;
    pin.layer = static_cast<int32_t>(dice.roll(0, numLayers - 1));
    switch (dice.roll(0, 7)) {
    case 0:
      pin.cut = true;
      break;
    case 1:
      pin.split = true;
      break;
    case 2:
      pin.join = true;
      break;
    case 3:
      pin.cluster = dice.roll(0, 1);
      break;
    case 4:
      pin.minChiplets = dice.roll(1, available);
      break;
    case 5:
      pin.maxChiplets = dice.roll(1, available);
      break;
    case 6: {
      // Any chiplets, in ascending order.
      std::vector<Coordinate> region;
      for (Coordinate at : chiplets)
        if (dice.oneIn(2))
          region.push_back(at);
      if (region.empty())
        region.push_back(chiplets[dice.roll(0, available - 1)]);
      llvm::sort(region);
      pin.region = region;
      break;
    }
    case 7: {
      const Layer &layer = instance.network.layers[pin.layer];
      llvm::SmallVector<int64_t, 5> factors;
      for (const ParallelDim &dim : layer.dims)
        factors.push_back(dice.roll(1, std::min<int64_t>(2, dim.size)));
      if (dice.oneIn(3))
        factors[0] = 2;
      pin.partition = factors;
      break;
    }
    }
    instance.config.pins.push_back(pin);
  }
}

TEST(Audit, AgreesOnSearchedPlans) {
  int found = 0, none = 0, pinned = 0;
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    Dice dice(seed + 2000000);
    Instance instance;
    int32_t numLayers = static_cast<int32_t>(dice.roll(1, 6));
    instance.network = makeRandomNetwork(dice, numLayers);
    if (dice.oneIn(2))
      enrich(dice, instance.network);
    instance.package = makeRandomPackage(dice, 8, dice.roll(40, 600));
    Config &config = instance.config;
    config.batch =
        instance.network.samplesPerCall * (int64_t(1) << dice.roll(0, 2));
    config.objective = static_cast<Objective>(dice.roll(0, 3));
    config.strategy =
        static_cast<Strategy>(dice.oneIn(2) ? 0 : dice.roll(0, 5));
    config.space = dice.oneIn(3) ? Space::Published : Space::Full;
    config.pureOnly = dice.oneIn(4);
    config.splitBatch = !dice.oneIn(4);
    if (dice.oneIn(2))
      addPins(dice, instance);
    Problem problem{instance.network, instance.package, config};
    if (check(problem))
      continue;
    SearchResult result = search(problem);
    if (result.failure) {
      ++none;
      continue;
    }
    ++found;
    pinned += !config.pins.empty();
    CostModel model(problem);
    Promise promise = makePromise(model, result.plan);
    promise.cost = result.cost;
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(findings.empty()) << "search seed " << seed << ":\n"
                                  << printFindings(findings);
  }
  printf("found %d none %d pinned %d\n", found, none, pinned);
}
