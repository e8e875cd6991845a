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

#include "Parallel.h"

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
                                     const Part &part, bool forAlike) const {
  if (!target.exists())
    return kUnbounded - 1;
  switch (model.getConfig().objective) {
  case Objective::Throughput:
    return std::min(
        longestByArea(beat, size, solo,
                      bounds.spareArea(target.cycles()) +
                          bounds.work(part.first, part.last + 1),
                      forAlike ? areaForAlike(part) : areaFor(part)),
        (target.cycles() - bounds.leastLoad(0)) / numBeats(beat));
  case Objective::Latency:
    return target.latency() - bounds.leastLoad(0) -
           bounds.latency(0, numLayers) +
           bounds.latency(part.first, part.last + 1);
  case Objective::Energy:
  case Objective::EDP:
  case Objective::ED2P:
  case Objective::E2DP:
    return kUnbounded - 1;
  }
  llvm_unreachable("unknown objective");
}

int64_t PipelineSolver::longestInSegment(size_t beat, int32_t size, bool solo,
                                         int32_t first, int32_t last,
                                         int64_t least,
                                         const StageLimits &limits) const {
  if (!paths)
    return kUnbounded - 1;
  size_t length = last - first;
  int64_t longest = limits.longest[first][length];
  if (!solo && !limits.bySize.empty())
    longest = std::min(longest, limits.bySize[size][first][length]);
  if (!solo && longest >= least)
    longest = std::min(longest, longestByArea(beat, size, /*solo=*/false,
                                              limits.byWork[first][length],
                                              limits.byOptions[first][length]));
  return longest < least ? -1 : longest;
}

void PipelineSolver::SweepLimits::findInside(const StateTable &partitions,
                                             const LayerClasses &classes,
                                             int32_t size, int32_t first) {
  inside = ends;
  for (size_t index = ends.size(); index-- > 1;) {
    int64_t least = partitions.leastCompute(
        classes.classOf(first + static_cast<int32_t>(index)), size);
    inside[index - 1] = std::max(inside[index - 1], inside[index] - least);
  }
}

bool PipelineSolver::SweepLimits::isWithin(const SweepLimits &other,
                                           int32_t length) const {
  if (!isSet || !other.isSet)
    return !other.isSet;
  for (size_t index = 0; index < ends.size() && int64_t(index) <= length;
       ++index) {
    if (inside[index] < 0)
      return true;
    if (index >= other.ends.size() || ends[index] > other.ends[index] ||
        inside[index] > other.inside[index])
      return false;
  }
  return true;
}

PipelineSolver::SweepLimits
PipelineSolver::limitsFrom(size_t beat, int32_t size, bool solo, int32_t first,
                           const StageLimits &stageLimits,
                           bool forAlike) const {
  SweepLimits result;
  Objective objective = model.getConfig().objective;
  if (!target.exists() ||
      (objective != Objective::Throughput && objective != Objective::Latency))
    return result;
  result.isSet = true;
  const StateTable &partitions = *(solo ? statesAlone : states)[beat];
  int64_t least = 0;
  size_t useful = 0;
  for (int32_t end = first, last = lastOf(first); end <= last; ++end) {
    least += partitions.leastCompute(classes.classOf(end), size);
    result.ends.push_back(
        longestInSegment(beat, size, solo, first, end, least, stageLimits));
    if (!isLimitedBySegments())
      result.ends.back() = std::min(
          result.ends.back(),
          longestStage(beat, size, solo, {first, end, false, false}, forAlike));
    if (const KnownClusters *known = knownOf(beat, solo);
        known && known->isSettled(first, end, size, result.ends.back()))
      result.ends.back() = -1;
    if (least <= result.ends.back())
      useful = result.ends.size();
    int64_t longest = isLimitedBySegments()
                          ? target.cycles() / numBeats(beat)
                          : longestStage(beat, size, solo,
                                         {first, end, false, true}, forAlike);
    if (least > longest)
      break;
  }
  result.ends.resize(useful);
  result.findInside(partitions, classes, size, first);
  return result;
}

void PipelineSolver::startFrom(KnownBounds &known) {
  if (!target.exists() || model.getConfig().objective != Objective::Throughput)
    return;
  if (known.areas && candidates.areAll())
    toGo.tighten(*known.areas);
  if (!SegmentPaths::exist(model))
    return;
  if (!known.paths)
    known.paths = std::make_unique<SegmentPaths>(model, classes, catalog, lower,
                                                 tables.beats);
  if (candidates.areAll() && !known.paths->hasEdges())
    known.paths->useEdges(catalog, budget.threads);
  paths = known.paths.get();
  paths->aim(target.cycles());
  // What else counts is not known of clusters.
  if (!candidates.areAll() || !tables.uniform || criteriaFor(model).delivered)
    return;
  if (known.alone.empty()) {
    KnownClusters nothing(numLayers, model.numChiplets());
    known.alone.assign(tables.beats.size(), nothing);
    known.pipelined = known.alone;
  }
  knownAlone = known.alone;
  knownPipelined = known.pipelined;
}

void PipelineSolver::learnFromAlone(KnownBounds &known) {
  if (!candidates.areAll() || !complete || !target.exists() ||
      model.getConfig().objective != Objective::Throughput)
    return;
  // With the limits that the clusters were found within.
  known.areas = boundAnyPlan();
  if (!paths)
    return;
  paths->foundAllAlone(budget.threads);
}

void PipelineSolver::restrictPaths() {
  if (!paths || candidates.areAll() || !pipelines || !complete ||
      !target.exists())
    return;
  ownPaths = std::make_unique<SegmentPaths>(*paths);
  paths = ownPaths.get();
  paths->foundAllAlone(budget.threads);
  states.resize(tables.beats.size());
  std::vector<StateTable *> ofBeats(tables.beats.size());
  std::vector<int32_t> sizes = pipelineSizes();
  forEach(budget.threads, ofBeats.size(), numThreads(budget.threads),
          [&](size_t, size_t beat) {
            if (!hasPipelinesOf(beat))
              return;
            states[beat] = makeStates(beat, /*solo=*/false,
                                      paths->pipelineLimits(beat, sizes));
            ofBeats[beat] = states[beat].get();
          });
  paths->restrictTo(ofBeats, sizes, budget.threads);
}

void PipelineSolver::learnFromPipelines(llvm::ArrayRef<OptionTable> clusters) {
  if (pipelines && isLimitedBySegments() && complete)
    paths->foundAllPipelined(clusters, knownPipelined, budget.threads);
}

int64_t
PipelineSolver::leastInPipeline(size_t beat,
                                llvm::ArrayRef<int64_t> leastCompute) const {
  // In a pipeline of two or more stages, all chiplets wait for the fill, or
  // some for the slowest stage: of n stages, as parts of the slowest, all but
  // one are filled, and each may leave idle what it lacks on one chiplet at
  // least. Together that is no less than this part of the sum of the stages on
  // all chiplets.
  int64_t least = kUnbounded;
  for (int32_t size = 1; size < model.numChiplets(); ++size) {
    least = std::min(least, saturate(__int128(leastCompute[size]) *
                                     (size * numBeats(beat) + fillPart(beat))));
  }
  return least;
}

void PipelineSolver::boundByAlone() {
  if (!target.exists() || model.getConfig().objective != Objective::Throughput)
    return;
  toGo.clear();
  addAlone(toGo);
  toGo.finish();
}

CostToGo::Areas PipelineSolver::boundAnyPlan() const {
  CostToGo costs = toGo;
  costs.clear();
  addAlone(costs);
  // A cluster that is no option takes more than the incumbent had for it, but
  // for the start of the DRAM, which is counted in one place or another.
  int64_t start =
      saturate(__int128(model.numChiplets()) * model.getPackage().dramLatency);
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last) {
      int64_t area = saturate(areaFor({first, last, false, false})) - start;
      if (paths)
        area = std::min(
            area,
            saturate(__int128(model.numChiplets()) *
                     (paths->mostCost(first, last) + 1 -
                      model.dramCycles(model.loadedWeights(first, last)))));
      costs.add(first, last,
                {std::max(bounds.work(first, last + 1), area), 0, 0});
    }
  costs.finish();
  return costs.areas();
}

void PipelineSolver::addAlone(CostToGo &costs) const {
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
  for (size_t beat = 0; pipelines && beat < tables.beats.size(); ++beat)
    for (int32_t layer = 0; layer < numLayers; ++layer)
      costs.add(layer, layer,
                {leastInPipeline(beat, statesAlone[beat]->leastCompute(
                                           classes.classOf(layer))),
                 0, 0});
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
