//===- PipelineSearch.cpp - Best pipelines over given candidates ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineSolver.h"

#include "llvm/ADT/bit.h"

#include <algorithm>

using namespace scope::search;

/// Work that the exact search over segments may take without bounds by pace.
static constexpr int64_t kFirstTry = 60000000;

PipelineSolver::PipelineSolver(const CostModel &model,
                               const LayerClasses &classes,
                               StateCatalog &catalog,
                               const Candidates &candidates,
                               const std::optional<PlanCost> &incumbent,
                               const Budget &budget)
    : model(model), classes(classes), catalog(catalog), candidates(candidates),
      budget(budget), target(model.getConfig().objective, incumbent),
      pins(model.getProblem()), bounds(model), toGo(model, bounds),
      repeats(model, classes), numLayers(model.getNetwork().numLayers()) {
  pipelines = !candidates.soloOnly && hasPipelines(model);
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

void PipelineSolver::listRegions() {
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

int32_t PipelineSolver::lastOf(int32_t first) const {
  int32_t last = first, numAllowed = numLayers - first;
  if (candidates.mostLayers > 0)
    numAllowed = std::min(numAllowed, candidates.mostLayers);
  while (last + 1 < first + numAllowed &&
         clusterFollowsStrategy(model.getProblem(), first, last + 1))
    ++last;
  return last;
}

int32_t PipelineSolver::sweepFrom(ClusterSweep &sweep, size_t beat,
                                  const RegionType &region, bool solo,
                                  int32_t first, SweepLimits limits,
                                  Emitted &emitted) {
  const Config &config = model.getConfig();
  const StateTable &partitions = *(solo ? statesAlone : states)[beat];
  int32_t last = lastOf(first);
  if (limits.isSet)
    last = first + static_cast<int32_t>(limits.ends.size()) - 1;
  if (last < first)
    return first;
  sweep.takeFurthest();
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
  auto limit = [&](int32_t end) {
    return limits.inside.empty() ? kUnbounded - 1 : limits.inside[end - first];
  };
  auto endLimit = [&](int32_t end) {
    return limits.ends.empty() ? kUnbounded - 1 : limits.ends[end - first];
  };
  if (limit(first) < 0)
    return first;
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
          longest =
              std::max(longest, faster[end + 1 - first] -
                                    partitions.leastCompute(
                                        classes.classOf(end + 1), region.size));
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

std::unique_ptr<StateTable> PipelineSolver::makeStates(size_t beat, bool solo) {
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
    bySegment = {byClass(ofLayers.longest), byClass(ofLayers.byWork),
                 byClass(ofLayers.byOptions)};
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
        int64_t longest = longestByArea(beat, size, size == model.numChiplets(),
                                        byWork, byOptions);
        if (!paths)
          return longest;
        longest = std::min(longest, bySegment.longest[layerClass]);
        return solo ? longest
                    : std::min(longest,
                               longestByArea(beat, size, /*solo=*/false,
                                             bySegment.byWork[layerClass],
                                             bySegment.byOptions[layerClass]));
      });
}

int64_t PipelineSolver::estimateFrom(size_t beat, const RegionType &region,
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

int64_t PipelineSolver::estimate() {
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
    states.push_back(makeStates(beat, /*solo=*/false));
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

void PipelineSolver::lookAhead(ClusterSweep &sweep, size_t beat,
                               const RegionType &region) {
  const StateTable &partitions = *statesAlone[beat];
  std::vector<int64_t> least, beyond(numLayers, -1);
  for (int32_t layer = 0; layer < numLayers; ++layer)
    least.push_back(
        partitions.leastCompute(classes.classOf(layer), region.size));
  bool isSet = false;
  for (int32_t first = 0; first < numLayers; ++first) {
    SweepLimits within = limitsFrom(beat, region.size, /*solo=*/true, first,
                                    limits, /*forAlike=*/true);
    isSet |= within.isSet;
    int64_t sum = 0;
    for (size_t index = 0; index < within.ends.size(); ++index) {
      int64_t &most = beyond[first + index];
      sum += least[first + index];
      if (index > 0)
        most = std::max(most, within.ends[index] - sum);
    }
  }
  if (!isSet)
    return;
  for (WeightMode mode : {WeightMode::Replicated, WeightMode::Distributed})
    sweep.lookAhead({0, numLayers - 1, region, mode, /*solo=*/true}, least,
                    beyond);
}

void PipelineSolver::fillTables(size_t beat, bool solo) {
  const Config &config = model.getConfig();
  OptionTable &table = (solo ? tables.alone : tables.pipelined)
                           .emplace_back(numLayers, tables.uniform);
  std::vector<std::unique_ptr<StateTable>> &all = solo ? statesAlone : states;
  if (paths)
    limits = solo ? paths->aloneLimits(beat) : paths->pipelineLimits(beat);
  if (all.size() <= beat)
    all.push_back(makeStates(beat, solo));
  StageLimits own = limits;
  limits.coverAlike(repeats);
  StateTable &partitions = *all[beat];
  ClusterSweep sweep(model, classes, partitions, candidates.mostEntries);
  bool wholeOnly = config.strategy == Strategy::FullPipeline;
  std::vector<Emitted> emitted(numLayers);
  // How far the options from a layer depend on layers, the layer whose sweep
  // they are from, and the limits of that.
  std::vector<int32_t> furthest(numLayers), sweptFrom(numLayers);
  std::vector<SweepLimits> sweptWithin(numLayers);
  for (const RegionType &region : tables.regions) {
    if (solo ? tables.uniform && region.size != model.numChiplets()
             : !pipelines || region.size == model.numChiplets() ||
                   (!candidates.pipelineBeats.empty() &&
                    !llvm::is_contained(candidates.pipelineBeats,
                                        tables.beats[beat])))
      continue;
    // Sweeps for pipelines end after few layers, and there are many regions.
    if (candidates.areAll() && solo)
      lookAhead(sweep, beat, region);
    for (int32_t first = 0; first < numLayers && !outOfBudget; ++first) {
      if (solo && wholeOnly && first > 0)
        break;
      emitted[first].clear();
      // Starts of equal runs of layers have equal options, as far as the limits
      // that they were found within are no narrower.
      int32_t like = repeats.earlier(first);
      if (like >= 0 && pins.empty() &&
          furthest[like] < like + repeats.length(first) &&
          limitsFrom(beat, region.size, solo, first, own, /*forAlike=*/false)
              .isWithin(sweptWithin[sweptFrom[like]], furthest[like] - like)) {
        sweptFrom[first] = sweptFrom[like];
        for (const auto &[end, option] : emitted[like])
          emitted[first].push_back({end + first - like, option});
        furthest[first] = furthest[like] + first - like;
      } else {
        int64_t before = sweep.getWork();
        sweptFrom[first] = first;
        sweptWithin[first] = limitsFrom(beat, region.size, solo, first, limits,
                                        /*forAlike=*/true);
        furthest[first] = sweepFrom(sweep, beat, region, solo, first,
                                    sweptWithin[first], emitted[first]);
        if (spend(sweep.getWork() - before))
          complete = false;
      }
      for (const auto &[end, option] : emitted[first])
        if (pins.allowsCluster(first, end) &&
            pins.allowsSize(first, end, region.size) &&
            (!wholeOnly || !solo || end == numLayers - 1)) {
          table.insert(first, end, option);
          if (paths && solo)
            paths->foundAlone(
                beat, first, end,
                {option.stage, option.stage, option.share, option.delivered});
        }
    }
  }
  leftOut |= sweep.hasLeftOut();
  partitions.forget();
}

//===----------------------------------------------------------------------===//
// Segments and plans
//===----------------------------------------------------------------------===//

bool PipelineSolver::isTight() const {
  if (!target.exists() || !pipelines ||
      model.getConfig().objective != Objective::Throughput)
    return false;
  int64_t bound =
      bounds.leastLoad(0) + ceilDiv(toGo.after(0).area, model.numChiplets());
  return target.cycles() - bound <= bound / 50;
}

bool PipelineSolver::tryExact() {
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

bool PipelineSolver::searchSegments(Strategy strategy, bool exact,
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

void PipelineSolver::take(llvm::ArrayRef<const Prefix *> chain) {
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

std::optional<Plan> PipelineSolver::buildPlan() {
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

bool PipelineSolver::searchPipelines(Strategy strategy) {
  if (candidates.paceSteps > 0)
    return searchSegments(strategy, /*exact=*/false, candidates.paceSteps);
  if (pipelines && tables.uniform) {
    searchSegments(strategy, /*exact=*/false, 12);
    searchSegments(strategy, /*exact=*/false, 80);
  }
  return searchSegments(strategy, /*exact=*/true, 0);
}

PipelineResult PipelineSolver::run(KnownBounds &known) {
  startFrom(known);
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
  learnFromAlone(known);
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
    const Budget &budget, KnownBounds &known) {
  return PipelineSolver(model, classes, catalog, candidates, incumbent, budget)
      .run(known);
}

int64_t scope::search::estimateWork(const CostModel &model,
                                    const LayerClasses &classes,
                                    StateCatalog &catalog,
                                    const Candidates &candidates,
                                    const std::optional<PlanCost> &incumbent) {
  return PipelineSolver(model, classes, catalog, candidates, incumbent,
                        Budget())
      .estimate();
}
