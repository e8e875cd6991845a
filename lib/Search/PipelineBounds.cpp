//===- PipelineBounds.cpp - What an option may take at most ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bounds between which the search looks: how long a cluster may take in a plan
// that is better than the one in hand, and what all others take at least.
//
//===----------------------------------------------------------------------===//

#include "PipelineSolver.h"

#include <algorithm>

using namespace scope::search;

__int128 PipelineSolver::areaFor(const Part &part) const {
  int64_t dram = bounds.leastLoad(0) - model.getPackage().dramLatency;
  return __int128(model.numChiplets()) * (target.cycles() - dram) -
         (part.startsInside ? toGo.areaBeforeInside(part.first)
                            : toGo.before(part.first).area) -
         (part.endsInside ? toGo.areaAfterInside(part.last + 1)
                          : toGo.after(part.last + 1).area);
}

__int128 PipelineSolver::areaForAlike(const Part &part) const {
  __int128 area = areaFor(part);
  for (int32_t other : alike[part.first]) {
    int32_t length = part.last - part.first;
    if (length < repeats.length(other))
      area = std::max(area, areaFor({other, other + length, part.startsInside,
                                     part.endsInside}));
  }
  return area;
}

int64_t PipelineSolver::longestByArea(size_t beat, int32_t size, bool solo,
                                      __int128 byWork,
                                      __int128 byOptions) const {
  if (byWork < 0 || byOptions < 0)
    return -1;
  // All chiplets wait for a cluster that is alone.
  __int128 chiplets = model.numChiplets(), beats = numBeats(beat);
  if (solo)
    return saturate(std::min(byWork, byOptions) / (chiplets * beats));
  // In a pipeline all chiplets also wait once for every stage but the slowest;
  // and beside the slowest one there is a stage that all of them wait for once,
  // or that is idle for as long as it is shorter. Where other stages have their
  // part of this in the bounds, less of it is left for this one.
  __int128 alone = size * beats + std::min(chiplets, (chiplets - size) * beats);
  return saturate(
      std::min(byWork / alone, byOptions / (size * beats + fillPart(beat))));
}

int64_t PipelineSolver::longestStage(size_t beat, int32_t size, bool solo,
                                     const Part &part) const {
  if (!target.exists())
    return kUnbounded - 1;
  switch (model.getConfig().objective) {
  case Objective::Throughput:
    return std::min(longestByArea(beat, size, solo,
                                  bounds.spareArea(target.cycles()) +
                                      bounds.work(part.first, part.last + 1),
                                  areaForAlike(part)),
                    (target.cycles() - bounds.leastLoad(0)) / numBeats(beat));
  case Objective::Latency:
    return target.latency() - bounds.leastLoad(0) -
           bounds.latency(0, numLayers) +
           bounds.latency(part.first, part.last + 1);
  case Objective::Energy:
  case Objective::EDP:
    return kUnbounded - 1;
  }
  llvm_unreachable("unknown objective");
}

void PipelineSolver::boundByAlone() {
  if (!target.exists() || model.getConfig().objective != Objective::Throughput)
    return;
  toGo.clear();
  addAlone(toGo);
  toGo.finish();
}

CostToGo::Areas PipelineSolver::boundAnyPlan() {
  CostToGo costs = toGo;
  costs.clear();
  addAlone(costs);
  // A cluster that is no option takes more than the incumbent had for it, but
  // for the start of the DRAM, which is counted in one place or another.
  int64_t start =
      saturate(__int128(model.numChiplets()) * model.getPackage().dramLatency);
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last)
      costs.add(
          first, last,
          {std::max(bounds.work(first, last + 1),
                    saturate(areaFor({first, last, false, false})) - start),
           0, 0});
  costs.finish();
  return costs.areas();
}

void PipelineSolver::addAlone(CostToGo &costs) {
  int32_t numChiplets = model.numChiplets();
  // Whole segments of one cluster, each with all of its load but what all
  // weights together take the DRAM.
  for (size_t beat = 0; beat < tables.beats.size(); ++beat)
    for (int32_t first = 0; first < numLayers; ++first) {
      SegmentTraffic traffic(model, first);
      const auto &row = tables.alone[beat].from(first);
      for (size_t length = 0; length < row.size(); ++length) {
        traffic.advance();
        int32_t last = first + static_cast<int32_t>(length);
        for (const Option &option : row[length]) {
          SegmentCost cost = model.closeSegment(
              first, last, tables.beats[beat], traffic.traffic(),
              {option.stage, option.stage, option.share, option.delivered});
          int64_t load = model.dramCycles(model.loadedWeights(first, last));
          costs.add(
              first, last,
              {saturate(__int128(numChiplets) * (cost.cycles - load)), 0, 0});
        }
      }
    }
  // In a pipeline of two or more stages, all chiplets wait for the fill, or
  // some for the slowest stage: of n stages, as parts of the slowest, all but
  // one are filled, and each may leave idle what it lacks on one chiplet at
  // least. Together that is no less than this part of the sum of the stages on
  // all chiplets.
  for (size_t beat = 0; pipelines && beat < tables.beats.size(); ++beat) {
    __int128 beats = numBeats(beat);
    for (int32_t layer = 0; layer < numLayers; ++layer) {
      int64_t least = kUnbounded;
      for (int32_t size = 1; size < numChiplets; ++size) {
        int64_t time =
            statesAlone[beat]->leastCompute(classes.classOf(layer), size);
        least =
            std::min(least, saturate(time * (size * beats + fillPart(beat))));
      }
      costs.add(layer, layer, {least, 0, 0});
    }
  }
}

void PipelineSolver::pruneOptions() {
  int32_t numChiplets = model.numChiplets();
  auto costOf = [&](size_t beat, const Option &option, bool solo) {
    CostToGo::Cost cost;
    // All chiplets wait for a cluster that is alone.
    cost.area = saturate(__int128(solo ? numChiplets : option.region.size) *
                         option.stage * numBeats(beat));
    cost.latency = option.stage;
    cost.energy = option.energy;
    return cost;
  };
  auto forTables = [&](auto each) {
    for (size_t beat = 0; beat < tables.beats.size(); ++beat) {
      each(beat, tables.alone[beat], true);
      each(beat, tables.pipelined[beat], false);
    }
  };
  toGo.clear();
  forTables([&](size_t beat, OptionTable &table, bool solo) {
    for (int32_t first = 0; first < numLayers; ++first)
      for (size_t length = 0; length < table.from(first).size(); ++length)
        for (const Option &option : table.from(first)[length])
          toGo.add(first, first + static_cast<int32_t>(length),
                   costOf(beat, option, solo));
  });
  toGo.finish();
  int64_t load = bounds.leastLoad(0), latency = model.getPackage().dramLatency;
  Criteria criteria = criteriaFor(model);
  forTables([&](size_t beat, OptionTable &table, bool solo) {
    table.prune([&](int32_t first, int32_t last, const Option &option) {
      CostToGo::Cost cost = costOf(beat, option, solo);
      const CostToGo::Cost &before = toGo.before(first);
      const CostToGo::Cost &after = toGo.after(last + 1);
      int64_t area = saturate(__int128(before.area) + cost.area + after.area);
      int64_t cycles = load - latency + ceilDiv(area, numChiplets);
      int64_t overhead = criteria.energy ? bounds.leastOverhead(0, cycles) : 0;
      return target.isMissed(
          cycles, load + before.latency + cost.latency + after.latency,
          before.energy + cost.energy + after.energy + overhead);
    });
  });
}
