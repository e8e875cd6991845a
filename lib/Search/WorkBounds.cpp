//===- WorkBounds.cpp - What no plan can do without ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WorkBounds.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace scope::search;

/// Whether tiles of `layer` touch less in sum than the layer as one tile: they
/// leave out what lies between them where a stride is wider than its window.
static bool hasGaps(const Layer &layer) {
  return llvm::any_of(layer.operands, [](const Operand &operand) {
    return llvm::any_of(operand.accesses, [](const Access &access) {
      return access.dim >= 0 && access.stride > access.window;
    });
  });
}

WorkBounds::WorkBounds(const CostModel &model) : model(model) {
  const Network &network = model.getNetwork();
  KindMask kinds = model.allKinds();
  for (int64_t calls : beatCalls(model.getProblem())) {
    beats.push_back(calls);
    std::vector<int64_t> &works = beatWorks.emplace_back();
    for (int32_t layer = 0; layer < network.numLayers(); ++layer) {
      Partition whole(network.layers[layer].dims.size(), 1);
      Tiling tiling = model.makeTiling(layer, whole, calls);
      int64_t least = kUnbounded;
      bool gaps = hasGaps(network.layers[layer]);
      for (auto [kind, work] : llvm::enumerate(tiling.whole))
        if (kinds >> kind & 1)
          least = std::min(least, gaps ? work.cycles - tiling.serial[kind]
                                       : work.cycles);
      works.push_back(least);
    }
  }
  workSum.push_back(0);
  latencySum.push_back(0);
  for (int32_t layer = 0; layer < network.numLayers(); ++layer) {
    int64_t work = kUnbounded, latency = kUnbounded;
    for (size_t beat = 0; beat < beats.size(); ++beat) {
      int64_t numBeats = model.getProblem().calls() / beats[beat];
      work =
          std::min(work, saturate(__int128(beatWorks[beat][layer]) * numBeats));
      latency = std::min(latency,
                         ceilDiv(beatWorks[beat][layer], model.numChiplets()));
    }
    workSum.push_back(workSum.back() + work);
    latencySum.push_back(latencySum.back() + latency);
  }
  int32_t last = network.numLayers() - 1;
  for (int32_t first = 0; first <= last; ++first)
    loads.push_back(model.dramCycles(model.loadedWeights(first, last)) +
                    model.getPackage().dramLatency);
  loads.push_back(0);
}

int64_t WorkBounds::beatWork(int32_t layer, int64_t calls) const {
  size_t beat = llvm::find(beats, calls) - beats.begin();
  return beatWorks[beat][layer];
}

int64_t WorkBounds::leastOverhead(int32_t first, int64_t cycles) const {
  int32_t last = model.getNetwork().numLayers() - 1;
  const EnergyTable &energy = model.getPackage().energy;
  int64_t weights = first > last ? 0 : model.loadedWeights(first, last);
  return saturate(__int128(multiplyUp(weights, energy.dram)) +
                  multiplyUp(std::max<int64_t>(0, cycles), energy.idle));
}
