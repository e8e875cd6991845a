//===- Bounds.cpp - How good a plan can be at all -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Search.h"

#include "WorkBounds.h"

using namespace scope::search;

Bounds scope::search::computeBounds(const CostModel &model) {
  const Problem &problem = model.getProblem();
  const Network &network = model.getNetwork();
  const Package &package = model.getPackage();
  int32_t numLayers = network.numLayers();
  Bounds bounds;
  if (numLayers == 0)
    return bounds;
  WorkBounds works(model);
  bounds.work = works.leastLoad(0) +
                ceilDiv(works.work(0, numLayers), model.numChiplets());
  bounds.latency = works.leastLoad(0) + works.latency(0, numLayers);

  // The whole network as one segment moves least, whether it fits or not.
  // Streamed weights come once a beat, at least once for the largest beat.
  CostModel::DramTraffic traffic = model.dramTraffic(0, numLayers - 1);
  int64_t macs = 0, energyMac = 0;
  for (int32_t layer = 0; layer < numLayers; ++layer) {
    int64_t layerMacs =
        saturate(__int128(network.layers[layer].macs) * problem.calls());
    macs = saturate(__int128(macs) + layerMacs);
    energyMac = saturate(__int128(energyMac) +
                         multiplyUp(layerMacs, package.energy.mac));
  }
  int64_t largestBeat = beatCalls(problem).back();
  int64_t bytes = (traffic.read + traffic.written) * problem.calls() +
                  traffic.streamed * (problem.calls() / largestBeat) +
                  model.loadedWeights(0, numLayers - 1);
  bounds.dram = model.dramCycles(bytes) + package.dramLatency;
  int64_t lanes = 0;
  for (Coordinate at : model.getChiplets())
    lanes += kindOf(package, at).macK * kindOf(package, at).macC;
  bounds.ideal = ceilDiv(macs, lanes);
  int64_t cycles = std::max({bounds.work, bounds.dram, bounds.ideal});
  bounds.energy = energyMac + multiplyUp(bytes, package.energy.dram) +
                  multiplyUp(cycles, package.energy.idle);
  return bounds;
}

__int128 scope::search::boundOn(const Bounds &bounds, Objective objective) {
  PlanCost least;
  least.cycles = std::max({bounds.work, bounds.dram, bounds.ideal});
  least.latency = bounds.latency;
  least.energy = bounds.energy;
  return objectiveValue(least, objective);
}

double scope::search::gap(const SearchResult &result, Objective objective) {
  if (result.proved)
    return 0;
  double value = static_cast<double>(objectiveValue(result.cost, objective));
  double bound = static_cast<double>(boundOn(result.bounds, objective));
  return bound > 0 ? value / bound - 1 : 0;
}
