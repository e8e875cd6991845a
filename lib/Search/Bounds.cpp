//===- Bounds.cpp - How good a plan can be at all -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Search.h"

#include "SegmentTable.h"

#include <algorithm>

using namespace scope::search;

namespace {
/// What segments cannot do without: cycles of loads and of the DRAM, the same
/// with computation where that takes longer, and femtojoules of the DRAM.
struct LeastTraffic {
  int64_t dram = 0, cycles = 0, energy = 0;
};
} // namespace

/// Of the segment first..last with beats of `calls` calls and `area`
/// chiplet-cycles for the batch; `smallestBeat` bounds what its ends wait.
static LeastTraffic trafficOf(const CostModel &model, int32_t first,
                              int32_t last,
                              const CostModel::DramTraffic &traffic,
                              int64_t area, int64_t calls,
                              int64_t smallestBeat) {
  int64_t perBeat = (traffic.read + traffic.written) * calls + traffic.streamed;
  int64_t beats = model.getProblem().calls() / calls;
  int64_t weights = model.loadedWeights(first, last);
  LeastTraffic least;
  int64_t load = model.dramCycles(weights) + model.getPackage().dramLatency;
  int64_t moving = saturate(__int128(model.dramCycles(perBeat)) * beats);
  least.dram = saturate(__int128(load) + moving);
  int64_t work = ceilDiv(area, model.numChiplets());
  least.cycles = saturate(
      __int128(load) +
      std::max(moving, saturate(__int128(work) +
                                model.edgeCycles(traffic, smallestBeat))));
  least.energy = multiplyUp(saturate(__int128(perBeat) * beats + weights),
                            model.getPackage().energy.dram);
  return least;
}

/// The least over all divisions of the layers into segments that may fit.
static LeastTraffic findLeastTraffic(const CostModel &model,
                                     const LowerBounds &lower) {
  int32_t numLayers = model.getNetwork().numLayers();
  const WorkBounds &works = lower.works;
  llvm::SmallVector<int64_t, 8> beats = beatCalls(model.getProblem());
  // The whole network as one segment moves least, whether it fits or not.
  // Streamed weights come once a beat, at least once for the largest beat.
  if (!lower.segments)
    return trafficOf(model, 0, numLayers - 1,
                     model.dramTraffic(0, numLayers - 1),
                     works.work(0, numLayers), beats.back(), beats.front());
  std::vector<LeastTraffic> paths(numLayers + 1,
                                  {kUnbounded, kUnbounded, kUnbounded});
  paths[0] = {};
  for (int32_t first = 0; first < numLayers; ++first)
    for (size_t beat = 0; beat < beats.size(); ++beat) {
      int64_t numBeats = model.getProblem().calls() / beats[beat], area = 0;
      for (auto [length, segment] :
           llvm::enumerate(lower.segments->from(first))) {
        int32_t last = first + static_cast<int32_t>(length);
        area = saturate(__int128(works.beatWork(last, beats[beat])) * numBeats +
                        area);
        if (!((segment.alone | segment.pipelined) >> beat & 1))
          continue;
        LeastTraffic own = trafficOf(model, first, last, segment.traffic, area,
                                     beats[beat], beats[beat]);
        LeastTraffic &known = paths[last + 1];
        known.dram = std::min(known.dram, paths[first].dram + own.dram);
        known.cycles = std::min(known.cycles, paths[first].cycles + own.cycles);
        known.energy = std::min(known.energy, paths[first].energy + own.energy);
      }
    }
  return paths[numLayers];
}

Bounds scope::search::computeBounds(const CostModel &model) {
  if (model.getNetwork().numLayers() == 0)
    return Bounds();
  return computeBounds(model, LowerBounds(model));
}

Bounds scope::search::computeBounds(const CostModel &model,
                                    const LowerBounds &lower) {
  const Problem &problem = model.getProblem();
  const Network &network = model.getNetwork();
  const Package &package = model.getPackage();
  int32_t numLayers = network.numLayers();
  Bounds bounds;
  const WorkBounds &works = lower.works;
  bounds.work = works.leastLoad(0) +
                ceilDiv(works.work(0, numLayers), model.numChiplets());
  bounds.latency = works.leastLoad(0) + works.latency(0, numLayers);

  int64_t macs = 0, energyMac = 0;
  for (int32_t layer = 0; layer < numLayers; ++layer) {
    int64_t layerMacs =
        saturate(__int128(network.layers[layer].macs) * problem.calls());
    macs = saturate(__int128(macs) + layerMacs);
    energyMac = saturate(__int128(energyMac) +
                         multiplyUp(layerMacs, package.energy.mac));
  }
  LeastTraffic traffic = findLeastTraffic(model, lower);
  bounds.dram = traffic.dram;
  bounds.segments = traffic.cycles;
  int64_t lanes = 0;
  for (Coordinate at : model.getChiplets())
    lanes += kindOf(package, at).macK * kindOf(package, at).macC;
  bounds.ideal = ceilDiv(macs, lanes);
  int64_t cycles =
      std::max({bounds.work, bounds.dram, bounds.segments, bounds.ideal});
  bounds.energy = saturate(__int128(energyMac) + traffic.energy +
                           multiplyUp(cycles, package.energy.idle));
  return bounds;
}

__int128 scope::search::boundOn(const Bounds &bounds, Objective objective) {
  PlanCost least;
  least.cycles =
      std::max({bounds.work, bounds.dram, bounds.segments, bounds.ideal});
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
