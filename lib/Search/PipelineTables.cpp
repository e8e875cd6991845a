//===- PipelineTables.cpp - The options of all clusters -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sweeps over the clusters from every layer, on every region, for every beat.
// Those of one beat share what they learn of transfers; those from different
// layers, and for different beats, may run at once.
//
//===----------------------------------------------------------------------===//

#include "PipelineSolver.h"

#include "Parallel.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <queue>

using namespace scope::search;

std::vector<int32_t> PipelineSolver::findLast() const {
  // A cluster that follows the strategy does so without its first layer, too.
  std::vector<int32_t> lastLayers;
  int32_t last = 0;
  for (int32_t first = 0; first < numLayers; ++first) {
    last = std::max(last, first);
    while (last + 1 < numLayers &&
           clusterFollowsStrategy(model.getProblem(), first, last + 1))
      ++last;
    lastLayers.push_back(last);
  }
  return lastLayers;
}

int32_t PipelineSolver::lastOf(int32_t first) const {
  return candidates.mostLayers > 0
             ? std::min(lastLayers[first], first + candidates.mostLayers - 1)
             : lastLayers[first];
}

PipelineSolver::Sweep
PipelineSolver::sweepFrom(ClusterSweep &sweep, size_t beat,
                          const RegionType &region, bool solo, int32_t first,
                          SweepLimits limits, ClusterSweep::Reach reach) const {
  Sweep result;
  result.from = result.furthest = first;
  result.within = limits;
  const StateTable &partitions = *(solo ? statesAlone : states)[beat];
  int32_t last = lastOf(first);
  if (limits.isSet)
    last = first + static_cast<int32_t>(limits.ends.size()) - 1;
  if (last < first)
    return result;
  sweep.takeFurthest();
  // A sweep that ended because no cluster may be longer took the next layer
  // into account as well.
  auto withNext = [&](int32_t layer) { return layer + (layer == last); };
  auto reachNext = [&](int32_t layer) { reach(withNext(layer)); };
  // Regions come in ascending order: a stage has to be shorter than on a
  // smaller one, where nothing else counts.
  Criteria criteria = criteriaFor(model);
  if (!criteria.delivered && !criteria.energy) {
    limits.ends.resize(last - first + 1, kUnbounded - 1);
    for (int32_t end = first; end <= last; ++end) {
      int64_t &longest = limits.ends[end - first];
      longest = std::min(
          longest, (solo ? tables.alone : tables.pipelined)[beat].longestUseful(
                       first, end));
    }
    limits.findInside(partitions, classes, region.size, first);
  }
  ClusterSweep::Request request{first, last, region, WeightMode::Replicated,
                                solo ? Edges::Alone : Edges::Pipelined};
  sweepModes(sweep, partitions, request, limits, result, reachNext);
  if (solo) {
    // Where only the time counts, what is kept for the DRAM must make the
    // cluster faster.
    if (!criteria.delivered && !criteria.energy) {
      limits.ends.front() = -1;
      for (const auto &[end, option] : result.emitted)
        if (option.share == 0)
          limits.ends[end - first] =
              std::min(limits.ends[end - first], option.stage - 1);
      limits.findInside(partitions, classes, region.size, first);
    }
    request.edges = Edges::Ahead;
    sweepModes(sweep, partitions, request, limits, result, reachNext);
  }
  result.furthest = withNext(std::max(first, sweep.takeFurthest()));
  return result;
}

void PipelineSolver::sweepModes(ClusterSweep &sweep,
                                const StateTable &partitions,
                                ClusterSweep::Request request,
                                const SweepLimits &limits, Sweep &result,
                                ClusterSweep::Reach reach) const {
  int32_t first = request.first, last = request.last;
  auto limit = [&](int32_t end) {
    return limits.inside.empty() ? kUnbounded - 1 : limits.inside[end - first];
  };
  auto endLimit = [&](int32_t end) {
    return limits.ends.empty() ? kUnbounded - 1 : limits.ends[end - first];
  };
  if (limit(first) < 0)
    return;
  Emitted &emitted = result.emitted;
  bool &complete = result.isComplete;
  const Config &config = model.getConfig();
  Criteria criteria = criteriaFor(model);
  bool published = config.space == Space::Published;
  std::vector<bool> replicable(last - first + 1, false);
  std::vector<int64_t> distributed(last - first + 1, kUnbounded);
  auto emit = [&](int32_t end, const Option &option) {
    // The DRAM works ahead of a layer by itself in any case.
    if (!option.ahead || end > first)
      emitted.push_back({end, option});
  };
  auto runReplicated = [&](ClusterSweep::Limit bound,
                           ClusterSweep::Limit endBound) {
    request.mode = WeightMode::Replicated;
    complete &= sweep.run(request, bound, endBound, emit, reach);
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
    complete &= sweep.run(
        request, limit, endLimit,
        [&](int32_t end, const Option &option) {
          int64_t &best = distributed[end - first];
          best = std::min(best, option.stage);
          if (!replicable[end - first])
            emit(end, option);
        },
        reach);
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
                           partitions.leastCompute(classes.classOf(end + 1),
                                                   request.region.size));
      }
      runReplicated([&](int32_t end) { return faster[end - first]; },
                    [&](int32_t end) { return distributed[end - first]; });
    }
  }
}

std::unique_ptr<StateTable>
PipelineSolver::makeStates(size_t beat, bool solo,
                           const StageLimits &limits) const {
  // What whole segments leave to a layer, by class.
  StageLimits::OfLayers bySegment;
  if (paths) {
    StageLimits::OfLayers ofLayers = paths->ofLayers(beat, limits);
    auto byClass = [&](llvm::ArrayRef<int64_t> from) {
      std::vector<int64_t> most(classes.numClasses(), -1);
      for (int32_t layer = 0; layer < numLayers; ++layer) {
        int64_t &known = most[classes.classOf(layer)];
        known = std::max(known, from[layer]);
      }
      return most;
    };
    bySegment.longest = byClass(ofLayers.longest);
    bySegment.byWork = byClass(ofLayers.byWork);
    bySegment.byOptions = byClass(ofLayers.byOptions);
    for (const std::vector<int64_t> &ofSize : ofLayers.bySize)
      bySegment.bySize.push_back(byClass(ofSize));
  }
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
        int32_t layerClass = classes.classOf(layer);
        auto [byWork, byOptions] = areas[layerClass];
        int64_t longest = kUnbounded - 1;
        if (!isLimitedBySegments())
          longest = longestByArea(beat, size, size == model.numChiplets(),
                                  byWork, byOptions);
        if (!paths)
          return longest;
        longest = std::min(longest, bySegment.longest[layerClass]);
        if (solo)
          return longest;
        if (!bySegment.bySize.empty())
          longest = std::min(longest, bySegment.bySize[size][layerClass]);
        return std::min(longest,
                        longestByArea(beat, size, /*solo=*/false,
                                      bySegment.byWork[layerClass],
                                      bySegment.byOptions[layerClass]));
      },
      budget.threads);
}

int64_t PipelineSolver::estimateFrom(StateTable &table, size_t beat,
                                     const RegionType &region, int32_t first,
                                     int32_t &furthest) const {
  // Times without any transfers, and weights if nothing is held twice, tell how
  // long clusters can get.
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

int64_t PipelineSolver::estimate() const {
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
    std::unique_ptr<StateTable> table =
        makeStates(beat, /*solo=*/false, StageLimits());
    for (const RegionType &region : tables.regions)
      for (int32_t first = 0; first < numLayers; ++first) {
        int32_t like = repeats.earlier(first);
        if (like >= 0 && furthest[like] < like + repeats.length(first)) {
          furthest[first] = furthest[like] + first - like;
          continue;
        }
        sum += __int128(passes) *
               estimateFrom(*table, beat, region, first, furthest[first]);
      }
  }
  return saturate(sum);
}

bool PipelineSolver::isRegionOf(size_t beat, bool solo,
                                const RegionType &region) const {
  if (solo)
    return !tables.uniform || region.size == model.numChiplets();
  return region.size != model.numChiplets() && hasPipelinesOf(beat);
}

/// The sweeps for one beat.
struct PipelineSolver::BeatSweeps {
  size_t beat;
  /// Null if there is nothing of interest.
  StateTable *partitions = nullptr;
  /// Limits on the clusters from a layer, and on those from it and from all
  /// equal runs of layers.
  StageLimits own, raised;
  /// One a worker.
  std::vector<std::unique_ptr<ClusterSweep>> sweeps;
  /// What was found on the region at hand, by first layer.
  std::vector<Sweep> swept;
  bool isComplete = true;
};

std::vector<int32_t> PipelineSolver::pipelineSizes() const {
  // Regions of one size follow each other.
  std::vector<int32_t> sizes;
  for (const RegionType &region : tables.regions)
    if (region.size < model.numChiplets() &&
        (sizes.empty() || sizes.back() != region.size))
      sizes.push_back(region.size);
  return sizes;
}

void PipelineSolver::prepareSweeps(BeatSweeps &of, bool solo,
                                   size_t numWorkers) {
  if (paths)
    of.own = solo ? paths->aloneLimits(of.beat)
                  : paths->pipelineLimits(of.beat, pipelineSizes());
  if (!solo && of.own.leaveNothing())
    return;
  std::unique_ptr<StateTable> &known = (solo ? statesAlone : states)[of.beat];
  if (!known)
    known = makeStates(of.beat, solo, of.own);
  of.partitions = known.get();
  of.raised = of.own;
  of.raised.coverAlike(repeats);
  of.swept.resize(numLayers);
  for (size_t worker = 0; worker < numWorkers; ++worker)
    of.sweeps.push_back(std::make_unique<ClusterSweep>(
        model, classes, *known, candidates.mostEntries,
        /*shares=*/budget.work < 0));
  for (const std::unique_ptr<ClusterSweep> &sweep : of.sweeps) {
    sweep->limitTime(budget.expired);
    if (paths)
      sweep->useEdges(paths->edgesOf(of.beat));
  }
}

void PipelineSolver::sweepOne(BeatSweeps &of, ClusterSweep &sweep, bool solo,
                              const RegionType &region, int32_t first,
                              bool mayTakeOver, ClusterSweep::Reach reach) {
  // Starts of equal runs of layers have equal options, as far as the limits
  // that they were found within are no narrower.
  Sweep &result = of.swept[first];
  int32_t like = repeats.earlier(first);
  if (mayTakeOver && pins.empty() && of.swept[like].from >= 0) {
    const Sweep &known = of.swept[like];
    if (known.furthest < like + repeats.length(first) &&
        limitsFrom(of.beat, region.size, solo, first, of.own,
                   /*forAlike=*/false)
            .isWithin(of.swept[known.from].within, known.furthest - like)) {
      result = known.shifted(first - like);
      return;
    }
  }
  result = sweepFrom(sweep, of.beat, region, solo, first,
                     limitsFrom(of.beat, region.size, solo, first, of.raised,
                                /*forAlike=*/true),
                     reach);
}

void PipelineSolver::takeOption(size_t beat, bool solo, int32_t first,
                                int32_t last, const Option &option) {
  (solo ? tables.alone : tables.pipelined)[beat].insert(first, last, option);
  if (paths && solo)
    foundAlone(beat, first, last, option);
}

void PipelineSolver::foundAlone(size_t beat, int32_t first, int32_t last,
                                const Option &option) {
  paths->foundAlone(
      beat, first, last,
      {option.stage, option.stage, option.share, option.delivered});
}

void PipelineSolver::settle(const BeatSweeps &of, KnownClusters &known,
                            int32_t size) const {
  for (int32_t first = 0; first < numLayers; ++first) {
    const Sweep &sweep = of.swept[first];
    if (sweep.from < 0 || !of.swept[sweep.from].isComplete)
      continue;
    const std::vector<int64_t> &ends = of.swept[sweep.from].within.ends;
    // Of a run that is like another one, so much is the same.
    size_t length =
        sweep.from == first
            ? ends.size()
            : std::min<size_t>(ends.size(), sweep.furthest + 1 - first);
    for (size_t index = 0; index < length; ++index)
      known.settle(first, first + static_cast<int32_t>(index), size,
                   ends[index]);
  }
}

void PipelineSolver::takeSwept(BeatSweeps &of, bool solo,
                               const RegionType &region) {
  KnownClusters *known = knownOf(of.beat, solo);
  // Those of smaller regions say what is of use on larger ones, so they come
  // one size after the other.
  if (known && !solo)
    for (const KnownClusters::Found &found : known->onSize(region.size))
      takeOption(of.beat, solo, found.first, found.last, found.option);
  for (int32_t first = 0; first < numLayers; ++first) {
    of.isComplete &= of.swept[first].isComplete;
    for (const auto &[end, option] : of.swept[first].emitted)
      if (pins.allowsCluster(first, end) &&
          pins.allowsSize(first, end, region.size) &&
          (!isWholeOnly(solo) || end == numLayers - 1)) {
        takeOption(of.beat, solo, first, end, option);
        if (known)
          known->add(first, end, option);
      }
  }
  if (known)
    settle(of, *known, region.size);
}

bool PipelineSolver::fillBeats(llvm::MutableArrayRef<BeatSweeps> group,
                               bool solo, size_t numWorkers) {
  llvm::ThreadPoolInterface *threads = budget.threads;
  forEach(threads, group.size(), numWorkers, [&](size_t, size_t index) {
    prepareSweeps(group[index], solo, numWorkers);
  });
  // Where work is bound, what is done must not depend on what runs at once.
  bool isBound = budget.work >= 0;
  std::atomic<bool> stop = outOfBudget;
  auto begin = [&](size_t beat, size_t number) {
    BeatSweeps &of = group[beat];
    const RegionType &region = tables.regions[number];
    if (!of.partitions || !isRegionOf(of.beat, solo, region))
      return false;
    of.swept.assign(numLayers, Sweep());
    if (!solo && numWorkers > 1)
      of.partitions->prepare(region.size);
    return true;
  };
  auto run = [&](size_t worker, size_t beat, size_t number, int32_t task,
                 Rounds::Add add) {
    BeatSweeps &of = group[beat];
    ClusterSweep &sweep = *of.sweeps[worker];
    // With those that may take over from it, one after the other.
    std::priority_queue<int32_t, std::vector<int32_t>, std::greater<>> layers;
    layers.push(task);
    while (!layers.empty()) {
      int32_t first = layers.top();
      layers.pop();
      if (stop || (isWholeOnly(solo) && first > 0))
        return;
      int64_t before = sweep.getWork();
      if (isBound)
        sweep.limitWork(std::max<int64_t>(0, budget.work - work));
      std::vector<int32_t> next = alike[first];
      // Where a sweep goes beyond what is alike, others need not wait for it.
      auto addUnlike = [&](int32_t reached) {
        llvm::erase_if(next, [&](int32_t layer) {
          if (numWorkers == 1 || reached < first + repeats.length(layer))
            return false;
          add(layer);
          return true;
        });
      };
      sweepOne(of, sweep, solo, tables.regions[number], first,
               /*mayTakeOver=*/first != task, addUnlike);
      for (int32_t layer : next)
        layers.push(layer);
      if (isBound ? spend(sweep.getWork() - before)
                  : budget.expired && budget.expired())
        stop = true;
    }
  };
  auto take = [&](size_t beat, size_t number) {
    takeSwept(group[beat], solo, tables.regions[number]);
  };
  // Where a few are much longer than others, they must not be the last.
  std::vector<int32_t> tasks = unlike;
  if (!isBound)
    llvm::stable_sort(tasks, [&](int32_t a, int32_t b) {
      return alike[a].size() > alike[b].size();
    });
  size_t numRegions = tables.regions.size();
  if (!solo) {
    runRounds(threads, numWorkers,
              {group.size(), numRegions, tasks, begin, run, take});
  } else {
    // What is found of clusters that are alone leaves less for other beats, so
    // all of them see the same.
    for (size_t number = 0; number < numRegions; ++number) {
      if (!isRegionOf(group.front().beat, solo, tables.regions[number]))
        continue;
      for (BeatSweeps &of : group)
        if (of.partitions && numWorkers > 1)
          of.partitions->prepare(tables.regions[number].size, threads);
      runRounds(threads, numWorkers,
                {group.size(), 1, tasks,
                 [&](size_t beat, size_t) { return begin(beat, number); },
                 [&](size_t worker, size_t beat, size_t, int32_t task,
                     Rounds::Add add) { run(worker, beat, number, task, add); },
                 [](size_t, size_t) {}});
      for (size_t beat = 0; beat < group.size(); ++beat)
        if (group[beat].partitions)
          take(beat, number);
    }
  }
  for (const BeatSweeps &of : group) {
    complete &= of.isComplete;
    for (const std::unique_ptr<ClusterSweep> &sweep : of.sweeps) {
      leftOut |= sweep->hasLeftOut();
      work += isBound ? 0 : sweep->getWork();
    }
  }
  forEach(threads, group.size(), numWorkers, [&](size_t, size_t index) {
    group[index].sweeps.clear();
    if (group[index].partitions)
      group[index].partitions->forget();
  });
  return !stop;
}

void PipelineSolver::fillTables(bool solo) {
  size_t numBeats = tables.beats.size();
  (solo ? tables.alone : tables.pipelined)
      .assign(numBeats, OptionTable(numLayers, tables.uniform));
  (solo ? statesAlone : states).resize(numBeats);
  // What is known of clusters that are alone leaves less for the others.
  if (solo)
    for (size_t beat = 0; beat < knownAlone.size(); ++beat)
      for (const KnownClusters::Found &found :
           knownAlone[beat].onSize(model.numChiplets()))
        takeOption(beat, solo, found.first, found.last, found.option);
  // Where work is bound, one beat after the other: those that promise most come
  // first. Of clusters that are alone what one finds leaves less for the next;
  // steps of an exact search find none or few.
  bool isBound = budget.work >= 0;
  size_t atOnce = isBound || (solo && !candidates.areAll()) ? 1 : numBeats;
  size_t numWorkers = isBound ? 1 : numThreads(budget.threads);
  for (size_t beat = 0; beat < numBeats; beat += atOnce) {
    std::vector<BeatSweeps> group(atOnce);
    for (size_t index = 0; index < atOnce; ++index)
      group[index].beat = beat + index;
    bool isDone = fillBeats(group, solo, numWorkers);
    complete &= isDone;
    outOfBudget |= !isDone;
  }
}
