//===- PipelineSearch.cpp - Best pipelines over given candidates ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineSolver.h"

#include "Parallel.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <atomic>

using namespace scope::search;

/// Work that the exact search over segments may take without bounds by pace.
static constexpr int64_t kFirstTry = 60000000;

PipelineSolver::PipelineSolver(const CostModel &model,
                               const LayerClasses &classes,
                               StateCatalog &catalog,
                               const Candidates &candidates,
                               const std::optional<PlanCost> &incumbent,
                               const Budget &budget, const LowerBounds &lower)
    : model(model), classes(classes), catalog(catalog), candidates(candidates),
      budget(budget), target(model.getConfig().objective, incumbent),
      pins(model.getProblem()), lower(lower), bounds(lower.works),
      toGo(model, bounds), repeats(model, classes),
      numLayers(model.getNetwork().numLayers()) {
  pipelines = !candidates.soloOnly && hasPipelines(model);
  for (int64_t calls : beatCalls(model.getProblem()))
    tables.beats.push_back(calls);
  // Where a budget ends the search, the beats that promise most come first.
  if (model.getConfig().objective != Objective::Latency)
    std::reverse(tables.beats.begin(), tables.beats.end());
  tables.uniform = llvm::has_single_bit(model.allKinds());
  alike.resize(numLayers);
  for (int32_t layer = 0; layer < numLayers; ++layer)
    if (int32_t like = repeats.earlier(layer); like >= 0)
      alike[like].push_back(layer);
    else
      unlike.push_back(layer);
  lastLayers = findLast();
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
// Segments and plans
//===----------------------------------------------------------------------===//

bool PipelineSolver::isTight() const {
  if (!target.exists() || !pipelines ||
      model.getConfig().objective != Objective::Throughput)
    return false;
  int64_t bound =
      bounds.leastLoad(0) + ceilDiv(toGo.after(0).area, model.numChiplets());
  return target.cycles() - bound <= bound / 10;
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
  search.setPaths(paths);
  PaceBounds paceBounds(model, model.getConfig().strategy, tables, toGo,
                        target.cycles(), budget.threads);
  search.setPaceBounds(&paceBounds);
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
  search.setPaths(paths);
  std::optional<PaceBounds> paceBounds;
  if (exact && pipelines && target.exists() &&
      model.getConfig().objective == Objective::Throughput) {
    paceBounds.emplace(model, strategy, tables, toGo, target.cycles(),
                       budget.threads);
    search.setPaceBounds(&*paceBounds);
  }
  bool done = search.run(exact, steps);
  extraWork += spent;
  take(search.best());
  return done;
}

void PipelineSolver::searchAlone(KnownBounds &known) {
  tables.pipelined.assign(tables.beats.size(),
                          OptionTable(numLayers, tables.uniform));
  SegmentSearch search(model, model.getConfig().strategy, pins, bounds, toGo,
                       tables, target, [](int64_t) { return false; });
  search.run(/*exact=*/false, /*steps=*/1);
  take(search.best());
  if (paths) {
    paths->lower(target.cycles());
    return;
  }
  startFrom(known);
  for (size_t beat = 0; paths && beat < tables.beats.size(); ++beat)
    for (int32_t first = 0; first < numLayers; ++first)
      for (auto [length, options] :
           llvm::enumerate(tables.alone[beat].from(first)))
        for (const Option &option : options)
          foundAlone(beat, first, first + static_cast<int32_t>(length), option);
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

static Edges edgesOf(bool solo, const Option &option) {
  if (!solo)
    return Edges::Pipelined;
  return option.ahead ? Edges::Ahead : Edges::Alone;
}

std::vector<int64_t>
PipelineSolver::longestOf(const FoundSegment &segment) const {
  int64_t calls = tables.beats[segment.beat];
  std::vector<std::vector<int64_t>> least(classes.numClasses());
  std::vector<int64_t> longest(classes.numClasses(), -1);
  for (const FoundCluster &cluster : segment.clusters) {
    auto leastOf = [&](int32_t layer) {
      int32_t layerClass = classes.classOf(layer);
      if (least[layerClass].empty())
        least[layerClass] = catalog.partitions(layerClass, calls)
                                .leastCompute(model.numChiplets());
      return least[layerClass][cluster.option.region.size];
    };
    int64_t spare = cluster.option.stage;
    for (int32_t layer = cluster.first; layer <= cluster.last; ++layer)
      spare -= leastOf(layer);
    for (int32_t layer = cluster.first; layer <= cluster.last; ++layer) {
      int64_t &most = longest[classes.classOf(layer)];
      most = std::max(most, leastOf(layer) + spare);
    }
  }
  return longest;
}

bool PipelineSolver::buildSegment(const FoundSegment &from,
                                  SegmentPlan &segment,
                                  std::vector<Partition> &partitions) {
  StateTable *table = (from.solo ? statesAlone : states)[from.beat].get();
  // What was known before may be outside of what this search looked at.
  std::optional<StateTable> ofSegment;
  if (knownOf(from.beat, from.solo)) {
    std::vector<int64_t> longest = longestOf(from);
    table = &ofSegment.emplace(model, classes, catalog, candidates,
                               tables.beats[from.beat],
                               [&](int32_t layer, int32_t) {
                                 return longest[classes.classOf(layer)];
                               });
  }
  ClusterSweep sweep(model, classes, *table, candidates.mostEntries);
  // In a search of a part, what is known is of other partitions.
  if (ofSegment)
    sweep.useEdges(paths->edgesOf(from.beat));
  segment.beatCalls = tables.beats[from.beat];
  for (const FoundCluster &cluster : from.clusters) {
    const Option &option = cluster.option;
    ClusterSweep::Request request{cluster.first, cluster.last, option.region,
                                  option.mode, edgesOf(from.solo, option)};
    std::vector<Partition> traced = sweep.trace(request, option);
    if (traced.empty())
      return false;
    std::move(traced.begin(), traced.end(), partitions.begin() + cluster.first);
    segment.clusters.push_back({cluster.first, cluster.last, cluster.slot,
                                option.region.size, option.region.kinds,
                                option.mode, option.level, option.ahead});
  }
  return true;
}

std::optional<Plan> PipelineSolver::buildPlan() {
  Plan plan;
  plan.partitions.resize(numLayers);
  plan.segments.resize(found.size());
  std::atomic<bool> isFound = true;
  // Segments with tables of their own have nothing in common.
  size_t workers = knownAlone.empty() ? 1 : numThreads(budget.threads);
  forEach(budget.threads, found.size(), workers, [&](size_t, size_t index) {
    if (!buildSegment(found[index], plan.segments[index], plan.partitions))
      isFound = false;
  });
  if (!isFound)
    return std::nullopt;
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
  catalog.prepare(tables.beats, budget.threads);
  startFrom(known);
  // No plan at all is good enough.
  if (paths && paths->before(numLayers) > target.cycles())
    return {};
  fillTables(/*solo=*/true);
  PipelineResult result;
  // A search with a time limit has a plan in hand.
  auto isExpired = [&] { return budget.expired && budget.expired(); };
  auto giveUp = [&] {
    result.complete = false;
    result.leftOut = true;
    result.work = work + extraWork;
    return std::move(result);
  };
  if (isExpired())
    return giveUp();
  learnFromAlone(known);
  if (pipelines)
    searchAlone(known);
  boundByAlone();
  restrictPaths();
  fillTables(/*solo=*/false);
  if (isExpired())
    return giveUp();
  // What segments take at least follows from all clusters within their limits,
  // those as well that the bounds of whole plans rule out below.
  std::vector<OptionTable> clusters;
  if (isLimitedBySegments())
    clusters = tables.pipelined;
  pruneOptions();
  // Where the bound in hand leaves little, the exact search is the quickest.
  bool done = candidates.paceSteps == 0 && isTight() && tryExact();
  Strategy strategy = model.getConfig().strategy;
  done = done || searchPipelines(strategy);
  complete &= done;
  // Labels were left out, and with them perhaps the best plan of a part. The
  // clusters are there to look for it. Where energy counts no plan in hand
  // limits them, so they are those that a search of the part would have.
  bool hasAllOptions = criteriaFor(model).energy && leftOut;
  if ((!done || hasAllOptions) && !outOfBudget && strategy == Strategy::Merged)
    for (Strategy part : {Strategy::Segmented, Strategy::FullPipeline})
      searchPipelines(part);
  // Nobody asks any more once there is a plan.
  if (found.empty())
    learnFromPipelines(clusters);
  result.complete = complete;
  result.leftOut = (leftOut && !hasAllOptions) || outOfBudget;
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
    const Budget &budget, const LowerBounds &lower, KnownBounds &known) {
  return PipelineSolver(model, classes, catalog, candidates, incumbent, budget,
                        lower)
      .run(known);
}

int64_t scope::search::estimateWork(const CostModel &model,
                                    const LayerClasses &classes,
                                    StateCatalog &catalog,
                                    const Candidates &candidates,
                                    const std::optional<PlanCost> &incumbent,
                                    const LowerBounds &lower) {
  return PipelineSolver(model, classes, catalog, candidates, incumbent,
                        Budget(), lower)
      .estimate();
}
