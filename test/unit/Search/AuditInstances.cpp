//===- AuditInstances.cpp - Plans and what is promised of them ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditInstances.h"

#include "scope/Search/Placement.h"

using namespace scope::search;

Instance scope::search::makeAuditInstance(uint64_t seed) {
  Dice dice(seed);
  Instance instance;
  int32_t numLayers = static_cast<int32_t>(dice.roll(1, 8));
  // Some have weights of more than a piece, of which some fit no region.
  bool isHeavy = dice.oneIn(5);
  instance.network = makeRandomNetwork(dice, numLayers, isHeavy ? 12 : 4);
  if (!dice.oneIn(4))
    enrich(dice, instance.network);
  int64_t sram = dice.oneIn(3)   ? dice.roll(24, 100)
                 : dice.oneIn(2) ? dice.roll(100, 500)
                                 : dice.roll(500, 3000);
  if (isHeavy) {
    sram = dice.roll(140000, 600000);
    for (Layer &layer : instance.network.layers)
      for (Operand &operand : layer.operands)
        if (operand.kind == OperandKind::Weight)
          operand.elementBytes = dice.roll(1, 20000);
  }
  instance.package = makeRandomPackage(dice, isHeavy ? 2 : 12, sram);
  if (dice.oneIn(2))
    enrich(dice, instance.package);
  Config &config = instance.config;
  config.batch =
      instance.network.samplesPerCall * (int64_t(1) << dice.roll(0, 4));
  config.strategy = static_cast<Strategy>(dice.oneIn(2) ? 0 : dice.roll(0, 5));
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

Promise scope::search::makePromise(const CostModel &model, const Plan &plan) {
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

std::string scope::search::printFindings(llvm::ArrayRef<Finding> findings) {
  std::string text;
  for (const Finding &finding : findings)
    text += "[" + std::to_string(finding.segment) + "," +
            std::to_string(finding.cluster) + "," +
            std::to_string(finding.layer) + "] " + finding.message + "\n";
  return text;
}
