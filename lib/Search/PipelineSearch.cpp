//===- PipelineSearch.cpp - Best pipelines over given candidates ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineSearch.h"

#include "PaceBounds.h"
#include "Repeats.h"
#include "SegmentSearch.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <memory>

using namespace scope::search;

/// Work that the exact search over segments may take without bounds by pace.
static constexpr int64_t kFirstTry = 60000000;

namespace {

class PipelineSearch {
public:
  PipelineSearch(const CostModel &model, const LayerClasses &classes,
                 StateCatalog &catalog, const Candidates &candidates,
                 const std::optional<PlanCost> &incumbent,
                 const Budget &budget);

  PipelineResult run();
  int64_t estimate();
  void startFrom(const CostToGo::Areas &areas) { toGo.tighten(areas); }

private:
  /// Relaxations of one pass over the clusters from `first` on.
  int64_t estimateFrom(size_t beat, const RegionType &region, int32_t first,
                       int32_t &furthest);
  /// A segment with everything that its partitions follow from.
  struct FoundCluster {
    int32_t first, last, slot;
    Option option;
  };
  struct FoundSegment {
    size_t beat;
    bool solo;
    std::vector<FoundCluster> clusters;
  };
  /// Options that a sweep emitted, by their last layer.
  using Emitted = std::vector<std::pair<int32_t, Option>>;

  void listRegions();
  std::unique_ptr<StateTable> makeStates(size_t beat);
  /// Fills in the options of clusters that are alone, or of those that are not.
  void fillTables(size_t beat, bool solo);
  /// Makes bounds from the options of clusters that are alone, and from what
  /// layers of pipelines take at least.
  void boundByAlone();
  /// Adds the costs of whole segments of one cluster, and those of the layers
  /// of pipelines.
  void addAlone(CostToGo &costs);
  /// Bounds that hold even for plans that are no better than the incumbent.
  CostToGo::Areas boundAnyPlan();
  /// Whether a sweep from `swept` over `length` layers finds all that one from
  /// the equal run at `first` would.
  bool coversAlike(int32_t swept, int32_t first, int32_t length) const;
  int64_t fillPart(size_t beat) const {
    return std::min<int64_t>(numBeats(beat), model.numChiplets() / 2);
  }
  int32_t sweepFrom(ClusterSweep &sweep, size_t beat, const RegionType &region,
                    bool solo, int32_t first, Emitted &emitted);
  /// The layers of a cluster, or some of them.
  struct Part {
    int32_t first, last;
    /// Whether more layers of the same cluster may come before, or after.
    bool startsInside, endsInside;
  };
  /// The longest that `part` may take for a plan better than the incumbent.
  int64_t longestStage(size_t beat, int32_t size, bool solo,
                       const Part &part) const;
  /// Chiplet-cycles that a better plan has for the part.
  __int128 areaFor(const Part &part) const;
  /// The same for it or any later run of layers that takes over the options of
  /// clusters from part.first.
  __int128 areaForAlike(const Part &part) const;
  int64_t longestByArea(size_t beat, int32_t size, bool solo, __int128 byWork,
                        __int128 byOptions) const;
  void pruneOptions();
  /// Whether the plan in hand is within two per cent of the bound.
  bool isTight() const;
  /// Whether the exact search over segments came to its end soon.
  bool tryExact();
  bool searchSegments(Strategy strategy, bool exact, int64_t steps);
  /// Searches over segments, quickly and then exactly.
  bool searchPipelines(Strategy strategy);
  void take(llvm::ArrayRef<const Prefix *> chain);
  /// Empty if the partitions of an option are not found again.
  std::optional<Plan> buildPlan();
  bool spend(int64_t amount) {
    work += amount;
    outOfBudget |= (budget.work >= 0 && work > budget.work) ||
                   (budget.expired && budget.expired());
    return outOfBudget;
  }
  int64_t numBeats(size_t beat) const {
    return model.getProblem().calls() / tables.beats[beat];
  }

  const CostModel &model;
  const LayerClasses &classes;
  StateCatalog &catalog;
  Candidates candidates;
  Budget budget;
  Target target;
  PinIndex pins;
  WorkBounds bounds;
  CostToGo toGo;
  Repeats repeats;
  /// The layers whose options may be taken over, by the layer they are from.
  std::vector<std::vector<int32_t>> alike;
  int32_t numLayers;
  bool pipelines;
  ClusterTables tables;
  /// By beat, for clusters alone in their segments and for others.
  std::vector<std::unique_ptr<StateTable>> statesAlone, states;
  std::vector<FoundSegment> found;
  PlanCost foundCost;
  bool complete = true;
  bool leftOut = false;
  bool outOfBudget = false;
  int64_t work = 0;
  /// Work that does not count against the budget.
  int64_t extraWork = 0;
};

} // namespace

PipelineSearch::PipelineSearch(const CostModel &model,
                               const LayerClasses &classes,
                               StateCatalog &catalog,
                               const Candidates &candidates,
                               const std::optional<PlanCost> &incumbent,
                               const Budget &budget)
    : model(model), classes(classes), catalog(catalog), candidates(candidates),
      budget(budget), target(model.getConfig().objective, incumbent),
      pins(model.getProblem()), bounds(model), toGo(model, bounds),
      repeats(model, classes), numLayers(model.getNetwork().numLayers()) {
  Strategy strategy = model.getConfig().strategy;
  pipelines = !candidates.soloOnly && (strategy == Strategy::Merged ||
                                       strategy == Strategy::Segmented ||
                                       strategy == Strategy::FullPipeline);
  for (int64_t calls : beatCalls(model.getProblem()))
    if (candidates.beats.empty() || llvm::is_contained(candidates.beats, calls))
      tables.beats.push_back(calls);
  // Where a budget ends the search, the beats that promise most come first.
  if (model.getConfig().objective != Objective::Latency)
    std::reverse(tables.beats.begin(), tables.beats.end());
  tables.uniform = llvm::has_single_bit(model.allKinds());
  alike.resize(numLayers);
  for (int32_t layer = 0; layer < numLayers; ++layer)
    if (int32_t like = repeats.earlier(layer); like >= 0)
      alike[like].push_back(layer);
  listRegions();
}

void PipelineSearch::listRegions() {
  int32_t numChiplets = model.numChiplets();
  std::vector<int32_t> sizes = candidates.sizes;
  if (sizes.empty())
    for (int32_t size = 1; size <= numChiplets; ++size)
      sizes.push_back(size);
  tables.regionAt.assign(numChiplets,
                         std::vector<int32_t>(numChiplets + 1, -1));
  for (int32_t size : sizes)
    for (int32_t slot = 0; slot + size <= numChiplets; ++slot) {
      RegionType type{size, model.kindsOf(slot, size)};
      // Regions of other sizes were listed before.
      auto known =
          std::find(tables.regions.rbegin(), tables.regions.rend(), type);
      if (known == tables.regions.rend()) {
        tables.regionAt[slot][size] =
            static_cast<int32_t>(tables.regions.size());
        tables.regions.push_back(type);
      } else {
        tables.regionAt[slot][size] =
            static_cast<int32_t>(tables.regions.rend() - known - 1);
      }
      if (tables.uniform) {
        for (int32_t other = slot + 1; other + size <= numChiplets; ++other)
          tables.regionAt[other][size] = tables.regionAt[slot][size];
        break;
      }
    }
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

__int128 PipelineSearch::areaFor(const Part &part) const {
  int64_t dram = bounds.leastLoad(0) - model.getPackage().dramLatency;
  return __int128(model.numChiplets()) * (target.cycles() - dram) -
         (part.startsInside ? toGo.areaBeforeInside(part.first)
                            : toGo.before(part.first).area) -
         (part.endsInside ? toGo.areaAfterInside(part.last + 1)
                          : toGo.after(part.last + 1).area);
}

__int128 PipelineSearch::areaForAlike(const Part &part) const {
  __int128 area = areaFor(part);
  for (int32_t other : alike[part.first]) {
    int32_t length = part.last - part.first;
    if (length < repeats.length(other))
      area = std::max(area, areaFor({other, other + length, part.startsInside,
                                     part.endsInside}));
  }
  return area;
}

int64_t PipelineSearch::longestByArea(size_t beat, int32_t size, bool solo,
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

int64_t PipelineSearch::longestStage(size_t beat, int32_t size, bool solo,
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

int32_t PipelineSearch::sweepFrom(ClusterSweep &sweep, size_t beat,
                                  const RegionType &region, bool solo,
                                  int32_t first, Emitted &emitted) {
  const Config &config = model.getConfig();
  // How far a cluster from here may go.
  int32_t last = first, numAllowed = numLayers - first;
  if (candidates.mostLayers > 0)
    numAllowed = std::min(numAllowed, candidates.mostLayers);
  while (last + 1 < first + numAllowed &&
         clusterFollowsStrategy(model.getProblem(), first, last + 1))
    ++last;
  sweep.takeFurthest();
  auto limit = [&](int32_t end) {
    return longestStage(beat, region.size, solo, {first, end, false, true});
  };
  // Regions come in ascending order: a stage has to be shorter than on a
  // smaller one, where nothing else counts.
  Criteria criteria = criteriaFor(model);
  std::vector<int64_t> useful(last - first + 1, kUnbounded);
  if (!criteria.delivered && !criteria.energy)
    for (int32_t end = first; end <= last; ++end)
      useful[end - first] =
          (solo ? tables.alone : tables.pipelined)[beat].longestUseful(first,
                                                                       end);
  auto endLimit = [&](int32_t end) {
    return std::min(
        longestStage(beat, region.size, solo, {first, end, false, false}),
        useful[end - first]);
  };
  bool published = config.space == Space::Published;
  std::vector<bool> replicable(last - first + 1, false);
  std::vector<int64_t> distributed(last - first + 1, kUnbounded);
  ClusterSweep::Request request{first, last, region, WeightMode::Replicated,
                                solo};
  auto runReplicated = [&](ClusterSweep::Limit bound,
                           ClusterSweep::Limit endBound) {
    request.mode = WeightMode::Replicated;
    complete &= sweep.run(request, bound, endBound,
                          [&](int32_t end, const Option &option) {
                            emitted.push_back({end, option});
                          });
  };
  bool allowed = config.weights != WeightMode::Replicated;
  if (published && config.weights != WeightMode::Distributed) {
    runReplicated(limit, endLimit);
    // Distributed weights are for clusters that cannot hold them replicated.
    if (allowed && !sweep.findReplicable(request, replicable)) {
      complete = false;
      allowed = false;
    }
  }
  if (allowed) {
    request.mode = WeightMode::Distributed;
    complete &= sweep.run(request, limit, endLimit,
                          [&](int32_t end, const Option &option) {
                            int64_t &best = distributed[end - first];
                            best = std::min(best, option.stage);
                            if (!replicable[end - first])
                              emitted.push_back({end, option});
                          });
  }
  if (!published && config.weights != WeightMode::Distributed) {
    if (criteria.delivered) {
      runReplicated(limit, endLimit);
    } else {
      // Only the time counts, and distributed weights never cost more in any
      // other way: replicated ones must be faster. `faster[n]` is what a
      // cluster may have taken by layer n to become faster at some later one.
      for (int32_t end = first; end <= last; ++end)
        distributed[end - first] =
            std::min(distributed[end - first] - 1, endLimit(end));
      std::vector<int64_t> faster(distributed);
      for (int32_t end = last; end >= first; --end) {
        int64_t &longest = faster[end - first];
        if (end < last)
          longest = std::max(
              longest, faster[end + 1 - first] -
                           ceilDiv(bounds.beatWork(end + 1, tables.beats[beat]),
                                   region.size));
      }
      runReplicated([&](int32_t end) { return faster[end - first]; },
                    [&](int32_t end) { return distributed[end - first]; });
    }
  }
  // A sweep that ended because no cluster may be longer took the next layer
  // into account as well.
  int32_t furthest = sweep.takeFurthest();
  return furthest == last ? last + 1 : furthest;
}

std::unique_ptr<StateTable> PipelineSearch::makeStates(size_t beat) {
  // A partition is of interest if it is for any layer of its class.
  std::vector<std::pair<__int128, __int128>> areas(classes.numClasses(),
                                                   {-1, -1});
  if (target.exists() && model.getConfig().objective == Objective::Throughput)
    for (int32_t layer = 0; layer < numLayers; ++layer) {
      auto &[byWork, byOptions] = areas[classes.classOf(layer)];
      byWork = std::max(byWork, bounds.spareArea(target.cycles()) +
                                    bounds.work(layer, layer + 1));
      byOptions = std::max(byOptions, areaFor({layer, layer, true, true}));
    }
  return std::make_unique<StateTable>(
      model, classes, catalog, candidates, tables.beats[beat],
      [&](int32_t layer, int32_t size) {
        if (!target.exists() ||
            model.getConfig().objective != Objective::Throughput)
          return longestStage(beat, size, size == model.numChiplets(),
                              {layer, layer, true, true});
        auto [byWork, byOptions] = areas[classes.classOf(layer)];
        return longestByArea(beat, size, size == model.numChiplets(), byWork,
                             byOptions);
      });
}

int64_t PipelineSearch::estimateFrom(size_t beat, const RegionType &region,
                                     int32_t first, int32_t &furthest) {
  // Times without any transfers, and weights if nothing is held twice, tell how
  // long clusters can get.
  StateTable &table = *states[beat];
  int64_t share = 0, time = 0;
  int64_t most = model.budget(region.kinds, std::rbegin(kLevels)[0]);
  llvm::SmallVector<std::pair<int32_t, int64_t>, 8> live;
  __int128 sum = 0;
  for (int32_t layer = first; layer < numLayers; ++layer) {
    furthest = layer;
    int32_t layerClass = classes.classOf(layer);
    int64_t count = table.countCandidates(layerClass, region.size);
    if (candidates.statesPerRegion > 0)
      count = std::min<int64_t>(count, candidates.statesPerRegion);
    share += model.distributedWeights(layer, region.size);
    time += table.leastCompute(layerClass, region.size);
    if (count == 0 || share > most ||
        time > longestStage(beat, region.size,
                            region.size == model.numChiplets(),
                            {first, layer, false, true}))
      break;
    __int128 entries = count;
    for (auto [other, size] : live)
      entries = std::min<__int128>(kUnbounded, entries * size);
    if (entries > candidates.mostEntries * count)
      break;
    sum += entries * std::max<int64_t>(1, live.size()) + 32;
    llvm::erase_if(live, [&](const std::pair<int32_t, int64_t> &other) {
      return classes.lastReader(other.first) <= layer;
    });
    if (classes.lastReader(layer) > layer)
      live.push_back({layer, count});
  }
  return saturate(sum);
}

int64_t PipelineSearch::estimate() {
  // Sweeps go over every step about this many times: for times alone, back
  // again, and for labels; where more than times and shares count, there are
  // many labels to an entry.
  Criteria criteria = criteriaFor(model);
  int64_t passes = criteria.energy ? 1000 : criteria.delivered ? 50 : 4;
  // Replicated weights are looked at whether they help or not.
  if (model.getConfig().space == Space::Published)
    passes *= 2;
  __int128 sum = 0;
  std::vector<int32_t> furthest(numLayers);
  for (size_t beat = 0; beat < tables.beats.size(); ++beat) {
    states.push_back(makeStates(beat));
    for (const RegionType &region : tables.regions)
      for (int32_t first = 0; first < numLayers; ++first) {
        int32_t like = repeats.earlier(first);
        if (like >= 0 && furthest[like] < like + repeats.length(first)) {
          furthest[first] = furthest[like] + first - like;
          continue;
        }
        sum += __int128(passes) *
               estimateFrom(beat, region, first, furthest[first]);
      }
    states[beat].reset();
  }
  return saturate(sum);
}

bool PipelineSearch::coversAlike(int32_t swept, int32_t first,
                                 int32_t length) const {
  if (!target.exists() || model.getConfig().objective != Objective::Throughput)
    return true;
  for (int32_t layers = 0; layers <= length; ++layers)
    for (bool endsInside : {false, true}) {
      int32_t end = first + layers, sweptEnd = swept + layers;
      if (end < numLayers &&
          areaFor({first, end, false, endsInside}) >
              areaForAlike({swept, sweptEnd, false, endsInside}))
        return false;
    }
  return true;
}

void PipelineSearch::fillTables(size_t beat, bool solo) {
  const Config &config = model.getConfig();
  OptionTable &table = (solo ? tables.alone : tables.pipelined)
                           .emplace_back(numLayers, tables.uniform);
  std::vector<std::unique_ptr<StateTable>> &all = solo ? statesAlone : states;
  if (all.size() <= beat)
    all.push_back(makeStates(beat));
  StateTable &partitions = *all[beat];
  ClusterSweep sweep(model, classes, partitions, candidates.mostEntries);
  bool wholeOnly = config.strategy == Strategy::FullPipeline;
  std::vector<Emitted> emitted(numLayers);
  // How far the options from a layer depend on layers, and the layer whose
  // sweep they are from.
  std::vector<int32_t> furthest(numLayers), sweptFrom(numLayers);
  for (const RegionType &region : tables.regions) {
    if (solo ? tables.uniform && region.size != model.numChiplets()
             : !pipelines || region.size == model.numChiplets() ||
                   (!candidates.pipelineBeats.empty() &&
                    !llvm::is_contained(candidates.pipelineBeats,
                                        tables.beats[beat])))
      continue;
    for (int32_t first = 0; first < numLayers && !outOfBudget; ++first) {
      if (solo && wholeOnly && first > 0)
        break;
      emitted[first].clear();
      // Starts of equal runs of layers have equal options.
      int32_t like = repeats.earlier(first);
      if (like >= 0 && pins.empty() &&
          furthest[like] < like + repeats.length(first) &&
          coversAlike(sweptFrom[like], first, furthest[like] - like)) {
        sweptFrom[first] = sweptFrom[like];
        for (const auto &[end, option] : emitted[like])
          emitted[first].push_back({end + first - like, option});
        furthest[first] = furthest[like] + first - like;
      } else {
        int64_t before = sweep.getWork();
        sweptFrom[first] = first;
        furthest[first] =
            sweepFrom(sweep, beat, region, solo, first, emitted[first]);
        if (spend(sweep.getWork() - before))
          complete = false;
      }
      for (const auto &[end, option] : emitted[first])
        if (pins.allowsCluster(first, end) &&
            pins.allowsSize(first, end, region.size) &&
            (!wholeOnly || !solo || end == numLayers - 1))
          table.insert(first, end, option);
    }
  }
  leftOut |= sweep.hasLeftOut();
  partitions.forget();
}

void PipelineSearch::boundByAlone() {
  if (!target.exists() || model.getConfig().objective != Objective::Throughput)
    return;
  toGo.clear();
  addAlone(toGo);
  toGo.finish();
}

CostToGo::Areas PipelineSearch::boundAnyPlan() {
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

void PipelineSearch::addAlone(CostToGo &costs) {
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

void PipelineSearch::pruneOptions() {
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

//===----------------------------------------------------------------------===//
// Segments and plans
//===----------------------------------------------------------------------===//

bool PipelineSearch::isTight() const {
  if (!target.exists() || !pipelines ||
      model.getConfig().objective != Objective::Throughput)
    return false;
  int64_t bound =
      bounds.leastLoad(0) + ceilDiv(toGo.after(0).area, model.numChiplets());
  return target.cycles() - bound <= bound / 50;
}

bool PipelineSearch::tryExact() {
  // What is spent here is not taken from the budget: a better plan in hand must
  // never leave less of it.
  int64_t spent = 0;
  auto spendHere = [&](int64_t amount) {
    spent += amount;
    return spend(0) || spent > kFirstTry;
  };
  SegmentSearch search(model, model.getConfig().strategy, pins, bounds, toGo,
                       tables, target, spendHere);
  bool done = search.run(/*exact=*/true, 0);
  extraWork += spent;
  if (!done)
    return false;
  take(search.best());
  return true;
}

bool PipelineSearch::searchSegments(Strategy strategy, bool exact,
                                    int64_t steps) {
  pruneOptions();
  // Labels take memory, so with a budget they get no more than a part of it;
  // what they take is not missing elsewhere.
  int64_t most = budget.work >= 0 ? budget.work / 4 : kUnbounded, spent = 0;
  auto spendHere = [&](int64_t amount) {
    spent += amount;
    return spend(0) || spent > most;
  };
  SegmentSearch search(model, strategy, pins, bounds, toGo, tables, target,
                       spendHere);
  std::optional<PaceBounds> paceBounds;
  if (exact && pipelines && target.exists() &&
      model.getConfig().objective == Objective::Throughput) {
    paceBounds.emplace(model, strategy, tables, toGo, target.cycles());
    search.setPaceBounds(&*paceBounds);
  }
  bool done = search.run(exact, steps);
  extraWork += spent;
  take(search.best());
  return done;
}

void PipelineSearch::take(llvm::ArrayRef<const Prefix *> chain) {
  if (chain.empty())
    return;
  found.clear();
  for (const Prefix *prefix : chain) {
    FoundSegment &segment = found.emplace_back();
    segment.beat = prefix->beat;
    segment.solo = prefix->solo;
    for (const ClusterChoice &choice : prefix->clusters)
      segment.clusters.push_back(
          {choice.first, choice.last, choice.slot, *choice.option});
  }
  foundCost.cycles = chain.back()->cycles;
  foundCost.latency = chain.back()->latency;
  foundCost.energy = chain.back()->energy;
  target = Target(model.getConfig().objective, foundCost);
}

std::optional<Plan> PipelineSearch::buildPlan() {
  Plan plan;
  plan.partitions.resize(numLayers);
  for (const FoundSegment &from : found) {
    ClusterSweep sweep(model, classes,
                       *(from.solo ? statesAlone : states)[from.beat],
                       candidates.mostEntries);
    SegmentPlan segment;
    segment.beatCalls = tables.beats[from.beat];
    for (const FoundCluster &cluster : from.clusters) {
      const Option &option = cluster.option;
      ClusterSweep::Request request{cluster.first, cluster.last, option.region,
                                    option.mode, from.solo};
      std::vector<Partition> partitions = sweep.trace(request, option);
      if (partitions.empty())
        return std::nullopt;
      std::move(partitions.begin(), partitions.end(),
                plan.partitions.begin() + cluster.first);
      segment.clusters.push_back({cluster.first, cluster.last, cluster.slot,
                                  option.region.size, option.region.kinds,
                                  option.mode, option.level});
    }
    plan.segments.push_back(std::move(segment));
  }
  return plan;
}

bool PipelineSearch::searchPipelines(Strategy strategy) {
  if (candidates.paceSteps > 0)
    return searchSegments(strategy, /*exact=*/false, candidates.paceSteps);
  if (pipelines && tables.uniform) {
    searchSegments(strategy, /*exact=*/false, 12);
    searchSegments(strategy, /*exact=*/false, 80);
  }
  return searchSegments(strategy, /*exact=*/true, 0);
}

PipelineResult PipelineSearch::run() {
  for (size_t beat = 0; beat < tables.beats.size(); ++beat)
    fillTables(beat, /*solo=*/true);
  // A plan of such clusters bounds what pipelines may take.
  if (!target.exists() && pipelines) {
    for (size_t beat = 0; beat < tables.beats.size(); ++beat)
      tables.pipelined.emplace_back(numLayers, tables.uniform);
    searchSegments(model.getConfig().strategy, /*exact=*/false, 1);
    tables.pipelined.clear();
  }
  PipelineResult result;
  if (candidates.areAll() && complete && target.exists() &&
      model.getConfig().objective == Objective::Throughput)
    result.areas = boundAnyPlan();
  boundByAlone();
  for (size_t beat = 0; beat < tables.beats.size(); ++beat)
    fillTables(beat, /*solo=*/false);
  pruneOptions();
  // Where the bound in hand leaves little, the exact search is the quickest.
  bool done = candidates.paceSteps == 0 && isTight() && tryExact();
  Strategy strategy = model.getConfig().strategy;
  done = done || searchPipelines(strategy);
  complete &= done;
  // Labels were left out, and with them perhaps the best plan of a part. The
  // clusters are there to look for it.
  if (!done && !outOfBudget && strategy == Strategy::Merged)
    for (Strategy part : {Strategy::Segmented, Strategy::FullPipeline})
      searchPipelines(part);
  result.complete = complete;
  result.leftOut = leftOut || outOfBudget;
  if (!found.empty()) {
    std::optional<Plan> plan = buildPlan();
    Evaluation evaluation;
    if (plan)
      evaluation = evaluate(model, *plan);
    // With few labels kept, a cluster may turn out better than was promised.
    bool kept = plan && !evaluation.infeasible &&
                objectiveValue(evaluation.cost, model.getConfig().objective) <=
                    objectiveValue(foundCost, model.getConfig().objective);
    assert(kept && "the search promised another plan");
    if (kept) {
      result.plan = std::move(plan);
      result.cost = std::move(evaluation.cost);
    } else {
      result.complete = false;
      result.leftOut = true;
    }
  }
  result.work = work + extraWork;
  return result;
}

PipelineResult scope::search::searchPipelines(
    const CostModel &model, const LayerClasses &classes, StateCatalog &catalog,
    const Candidates &candidates, const std::optional<PlanCost> &incumbent,
    const Budget &budget, const std::optional<CostToGo::Areas> &areas) {
  PipelineSearch search(model, classes, catalog, candidates, incumbent, budget);
  if (areas)
    search.startFrom(*areas);
  return search.run();
}

int64_t scope::search::estimateWork(const CostModel &model,
                                    const LayerClasses &classes,
                                    StateCatalog &catalog,
                                    const Candidates &candidates,
                                    const std::optional<PlanCost> &incumbent) {
  return PipelineSearch(model, classes, catalog, candidates, incumbent,
                        Budget())
      .estimate();
}
