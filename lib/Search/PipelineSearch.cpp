//===- PipelineSearch.cpp - Best pipelines over given candidates ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineSearch.h"

#include "ClusterSweep.h"
#include "WorkBounds.h"

#include "scope/Search/PinIndex.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <memory>

using namespace scope::search;

namespace {

/// The options of all clusters for one beat, by first layer, then by length.
/// An option that another one on a smaller region dominates is left out where
/// all regions of a size are alike.
class OptionTable {
public:
  OptionTable(int32_t numLayers, bool uniform)
      : uniform(uniform), options(numLayers) {}

  void insert(int32_t first, int32_t last, const Option &option) {
    std::vector<std::vector<Option>> &row = options[first];
    if (row.size() <= size_t(last - first))
      row.resize(last - first + 1);
    std::vector<Option> &cell = row[last - first];
    for (const Option &other : cell)
      if (beats(other, option))
        return;
    llvm::erase_if(cell,
                   [&](const Option &other) { return beats(option, other); });
    cell.push_back(option);
  }

  /// Options of the clusters that start at `first`, by length less one.
  const std::vector<std::vector<Option>> &from(int32_t first) const {
    return options[first];
  }

private:
  bool beats(const Option &a, const Option &b) const {
    return a.dominates(b) &&
           (uniform ? a.region.size <= b.region.size : a.region == b.region);
  }

  bool uniform;
  std::vector<std::vector<std::vector<Option>>> options;
};

/// A cluster of a segment under construction.
struct ClusterChoice {
  int32_t first, last, slot;
  Option option;
};

/// A way to run the layers from the start of a segment up to some layer.
struct PipelineLabel {
  CostModel::SegmentTotals totals;
  int64_t energy = 0;
  int32_t clusters = 0;
  /// Index of the choice that led here; -1 at the start.
  int32_t choice = -1;
};

/// A way to run all layers before some layer, in whole segments.
struct Prefix {
  int64_t cycles = 0, latency = 0, energy = 0;
  /// Where the last segment starts, the prefix before it, its beat and its
  /// clusters.
  int32_t start = -1;
  int32_t previous = -1;
  size_t beat = 0;
  bool solo = false;
  std::vector<ClusterChoice> clusters;
};

class PipelineSearch {
public:
  PipelineSearch(const CostModel &model, const LayerClasses &classes,
                 const Candidates &candidates,
                 const std::optional<PlanCost> &incumbent,
                 const Budget &budget);

  PipelineResult run();

private:
  void listRegions(const Candidates &candidates);
  void fillTables(size_t beat);
  void sweepFrom(ClusterSweep &sweep, size_t beat, const RegionType &region,
                 bool solo, int32_t first);
  int64_t longestStage(size_t beat, const RegionType &region, int32_t first,
                       int32_t last) const;
  void extendSolo(int32_t start, size_t beat);
  void extendPipelines(int32_t start, size_t beat);
  bool hopeless(int32_t start, size_t beat, int32_t next, int32_t usedSlots,
                const PipelineLabel &label) const;
  bool fullPipelineOnly() const {
    return model.getConfig().strategy == Strategy::FullPipeline;
  }
  void closeSegment(int32_t start, size_t beat, int32_t end,
                    const PipelineLabel &label,
                    llvm::function_ref<std::vector<ClusterChoice>()> clusters,
                    bool solo);
  void addPrefix(int32_t end, Prefix &&prefix);
  bool worthKeeping(int32_t end, const Prefix &prefix) const;
  Plan buildPlan(const Prefix &last);
  bool outOfBudget() const {
    return (budget.work >= 0 && work > budget.work) ||
           (budget.expired && budget.expired());
  }
  const CostModel::DramTraffic &traffic(int32_t first, int32_t last);

  const CostModel &model;
  const LayerClasses &classes;
  Candidates candidates;
  std::optional<PlanCost> incumbent;
  const Budget &budget;
  PinIndex pins;
  WorkBounds bounds;
  int32_t numLayers;
  bool uniform;
  std::vector<int64_t> beats;
  std::vector<RegionType> regions;
  /// By position of the snake order and size: index into `regions`, or -1.
  std::vector<std::vector<int32_t>> regionAt;
  std::vector<std::unique_ptr<StateTable>> states;
  std::vector<OptionTable> pipelined, alone;
  std::vector<std::vector<CostModel::DramTraffic>> trafficTable;
  std::vector<std::vector<Prefix>> prefixes;
  bool complete = true;
  int64_t work = 0;
};

} // namespace

PipelineSearch::PipelineSearch(const CostModel &model,
                               const LayerClasses &classes,
                               const Candidates &candidates,
                               const std::optional<PlanCost> &incumbent,
                               const Budget &budget)
    : model(model), classes(classes), candidates(candidates),
      incumbent(incumbent), budget(budget), pins(model.getProblem()),
      bounds(model), numLayers(model.getNetwork().numLayers()),
      uniform(llvm::has_single_bit(model.allKinds())),
      trafficTable(numLayers), prefixes(numLayers + 1) {
  for (int64_t calls : beatCalls(model.getProblem()))
    if (candidates.beats.empty() ||
        llvm::is_contained(candidates.beats, calls))
      beats.push_back(calls);
  listRegions(candidates);
}

void PipelineSearch::listRegions(const Candidates &candidates) {
  int32_t numChiplets = model.numChiplets();
  std::vector<int32_t> sizes = candidates.sizes;
  if (sizes.empty())
    for (int32_t size = 1; size <= numChiplets; ++size)
      sizes.push_back(size);
  regionAt.assign(numChiplets, std::vector<int32_t>(numChiplets + 1, -1));
  for (int32_t size : sizes)
    for (int32_t slot = 0; slot + size <= numChiplets; ++slot) {
      RegionType type{size, model.kindsOf(slot, size)};
      auto known = llvm::find(regions, type);
      regionAt[slot][size] = static_cast<int32_t>(known - regions.begin());
      if (known == regions.end())
        regions.push_back(type);
    }
}

const CostModel::DramTraffic &PipelineSearch::traffic(int32_t first,
                                                      int32_t last) {
  std::vector<CostModel::DramTraffic> &row = trafficTable[first];
  while (static_cast<int32_t>(row.size()) <= last - first)
    row.push_back(model.dramTraffic(
        first, first + static_cast<int32_t>(row.size())));
  return row[last - first];
}

//===----------------------------------------------------------------------===//
// Clusters
//===----------------------------------------------------------------------===//

int64_t PipelineSearch::longestStage(size_t beat, const RegionType &region,
                                     int32_t first, int32_t last) const {
  if (!incumbent)
    return kUnbounded - 1;
  int64_t numBeats = model.getProblem().calls() / beats[beat];
  switch (model.getConfig().objective) {
  case Objective::Throughput: {
    // Chiplet-cycles that the incumbent has to spare, and what the layers of
    // the cluster need anyhow.
    __int128 area = bounds.spareArea(incumbent->cycles) +
                    bounds.work(first, last + 1);
    if (area < 0)
      return -1;
    int64_t byArea = saturate(area / (__int128(region.size) * numBeats));
    return std::min(byArea,
                    (incumbent->cycles - bounds.leastLoad(0)) / numBeats);
  }
  case Objective::Latency:
    return incumbent->latency - bounds.leastLoad(0) -
           bounds.latency(0, numLayers) + bounds.latency(first, last + 1);
  case Objective::Energy:
  case Objective::EDP:
    return kUnbounded - 1;
  }
  llvm_unreachable("unknown objective");
}

void PipelineSearch::sweepFrom(ClusterSweep &sweep, size_t beat,
                               const RegionType &region, bool solo,
                               int32_t first) {
  const Config &config = model.getConfig();
  // How far a cluster from here may go.
  int32_t last = first;
  while (last + 1 < numLayers &&
         clusterFollowsStrategy(model.getProblem(), first, last + 1))
    ++last;
  auto allowed = [&](int32_t end) {
    return pins.allowsCluster(first, end) &&
           pins.allowsSize(first, end, region.size) &&
           (!fullPipelineOnly() || !solo ||
            (first == 0 && end == numLayers - 1));
  };
  OptionTable &table = solo ? alone[beat] : pipelined[beat];
  auto limit = [&](int32_t end) {
    return longestStage(beat, region, first, end);
  };
  bool published = config.space == Space::Published;
  std::vector<bool> replicable(last - first + 1, false);
  std::vector<int64_t> distributed(last - first + 1, kUnbounded);
  ClusterSweep::Request request{first, last, region, WeightMode::Replicated,
                                solo};
  auto runReplicated = [&](ClusterSweep::Limit bound) {
    request.mode = WeightMode::Replicated;
    auto feasible = [&](int32_t end) { replicable[end - first] = true; };
    complete &= sweep.run(
        request, bound,
        [&](int32_t end, const Option &option) {
          if (allowed(end))
            table.insert(first, end, option);
        },
        published ? ClusterSweep::Feasible(feasible)
                  : ClusterSweep::Feasible());
  };
  if (published && config.weights != WeightMode::Distributed)
    runReplicated(limit);
  if (config.weights != WeightMode::Replicated) {
    request.mode = WeightMode::Distributed;
    complete &= sweep.run(
        request, limit,
        [&](int32_t end, const Option &option) {
          int64_t &best = distributed[end - first];
          best = std::min(best, option.stage);
          if (allowed(end) && !replicable[end - first])
            table.insert(first, end, option);
        },
        nullptr);
  }
  if (!published && config.weights != WeightMode::Distributed) {
    if (criteriaFor(model).delivered) {
      runReplicated(limit);
      return;
    }
    // Only the time counts, and distributed weights never cost more in any
    // other way: replicated ones must be faster. `faster[n]` is what a cluster
    // may have taken by layer n to become faster at some later one.
    std::vector<int64_t> faster(distributed);
    for (int32_t end = last; end >= first; --end) {
      int64_t &longest = faster[end - first];
      longest = std::min(longest, limit(end) + 1) - 1;
      if (end < last)
        longest = std::max(longest,
                           faster[end + 1 - first] -
                               ceilDiv(bounds.beatWork(end + 1, beats[beat]),
                                       region.size));
    }
    runReplicated([&](int32_t end) { return faster[end - first]; });
  }
}

void PipelineSearch::fillTables(size_t beat) {
  const Config &config = model.getConfig();
  pipelined.emplace_back(numLayers, uniform);
  alone.emplace_back(numLayers, uniform);
  states.push_back(std::make_unique<StateTable>(model, classes, candidates,
                                                beats[beat]));
  ClusterSweep sweep(model, classes, *states[beat]);
  bool pipelines = config.strategy == Strategy::Merged ||
                   config.strategy == Strategy::Segmented ||
                   config.strategy == Strategy::FullPipeline;
  for (const RegionType &region : regions)
    for (bool solo : {true, false}) {
      if (solo ? uniform && region.size != model.numChiplets() : !pipelines)
        continue;
      for (int32_t first = 0; first < numLayers; ++first) {
        int64_t before = sweep.getWork();
        sweepFrom(sweep, beat, region, solo, first);
        work += sweep.getWork() - before;
        if (outOfBudget()) {
          complete = false;
          break;
        }
      }
    }
  states[beat]->forgetTransfers();
}

//===----------------------------------------------------------------------===//
// Segments
//===----------------------------------------------------------------------===//

bool PipelineSearch::worthKeeping(int32_t end, const Prefix &prefix) const {
  Objective objective = model.getConfig().objective;
  for (const Prefix &other : prefixes[end]) {
    switch (objective) {
    case Objective::Throughput:
      if (other.cycles <= prefix.cycles)
        return false;
      break;
    case Objective::Latency:
      if (other.latency <= prefix.latency)
        return false;
      break;
    case Objective::Energy:
      if (other.energy <= prefix.energy)
        return false;
      break;
    case Objective::EDP:
      if (other.cycles <= prefix.cycles && other.energy <= prefix.energy)
        return false;
      break;
    }
  }
  return true;
}

void PipelineSearch::addPrefix(int32_t end, Prefix &&prefix) {
  std::vector<Prefix> &list = prefixes[end];
  if (model.getConfig().objective == Objective::EDP)
    llvm::erase_if(list, [&](const Prefix &other) {
      return prefix.cycles <= other.cycles && prefix.energy <= other.energy;
    });
  else
    list.clear();
  list.push_back(std::move(prefix));
}

void PipelineSearch::closeSegment(
    int32_t start, size_t beat, int32_t end, const PipelineLabel &label,
    llvm::function_ref<std::vector<ClusterChoice>()> clusters, bool solo) {
  SegmentCost cost = model.closeSegment(start, end - 1, beats[beat],
                                        traffic(start, end - 1), label.totals);
  for (int32_t index = 0;
       index < static_cast<int32_t>(prefixes[start].size()); ++index) {
    const Prefix &before = prefixes[start][index];
    Prefix prefix;
    prefix.cycles = before.cycles + cost.cycles;
    prefix.latency = before.latency + cost.latency;
    prefix.energy = before.energy + cost.energy() + label.energy;
    prefix.start = start;
    prefix.previous = index;
    prefix.beat = beat;
    prefix.solo = solo;
    if (!worthKeeping(end, prefix))
      continue;
    prefix.clusters = clusters();
    addPrefix(end, std::move(prefix));
  }
}

void PipelineSearch::extendSolo(int32_t start, size_t beat) {
  const std::vector<std::vector<Option>> &row = alone[beat].from(start);
  for (size_t length = 0; length < row.size(); ++length) {
    int32_t last = start + static_cast<int32_t>(length);
    if (!pins.allowsSegment(start, last))
      break;
    for (const Option &option : row[length]) {
      PipelineLabel label;
      label.totals = {option.stage, option.stage, option.share,
                      option.delivered};
      label.energy = option.energy;
      auto clusters = [&]() -> std::vector<ClusterChoice> {
        int32_t slot = 0;
        while (slot + option.region.size > model.numChiplets() ||
               !(regions[regionAt[slot][option.region.size]] == option.region))
          ++slot;
        return {{start, last, slot, option}};
      };
      closeSegment(start, beat, last + 1, label, clusters, /*solo=*/true);
    }
  }
}

bool PipelineSearch::hopeless(int32_t start, size_t beat, int32_t next,
                              int32_t usedSlots,
                              const PipelineLabel &label) const {
  if (!incumbent)
    return false;
  int64_t numBeats = model.getProblem().calls() / beats[beat];
  const Prefix &before = prefixes[start].front();
  switch (model.getConfig().objective) {
  case Objective::Throughput: {
    // The chiplets taken so far are busy for the segment's beats at the pace
    // of the slowest stage; the rest of the network needs its own work.
    int64_t steady = label.totals.slowest * numBeats;
    int64_t time = before.cycles + bounds.leastLoad(start);
    if (time + steady + label.totals.sum - label.totals.slowest >
        incumbent->cycles)
      return true;
    __int128 area = __int128(model.numChiplets()) * time +
                    __int128(usedSlots) * steady +
                    bounds.work(next, numLayers);
    return area > __int128(model.numChiplets()) * incumbent->cycles;
  }
  case Objective::Latency:
    return before.latency + bounds.leastLoad(start) + label.totals.sum +
               bounds.latency(next, numLayers) >
           incumbent->latency;
  case Objective::Energy:
    return before.energy + label.energy > incumbent->energy;
  case Objective::EDP:
    return false;
  }
  llvm_unreachable("unknown objective");
}

/// Whether `a` is at least as good as `b` whatever follows.
static bool dominates(const PipelineLabel &a, const PipelineLabel &b) {
  // Where the DRAM sets the pace, a slow stage takes nothing but shortens the
  // fill (sum less slowest), so the fill counts by itself. A segment of one
  // cluster is another kind of segment, so a single cluster may not stand in
  // for several.
  return a.totals.sum <= b.totals.sum && a.totals.slowest <= b.totals.slowest &&
         a.totals.sum - a.totals.slowest <= b.totals.sum - b.totals.slowest &&
         a.totals.share <= b.totals.share &&
         a.totals.delivered <= b.totals.delivered && a.energy <= b.energy &&
         (a.clusters > 1 || b.clusters <= 1);
}

void PipelineSearch::extendPipelines(int32_t start, size_t beat) {
  const OptionTable &table = pipelined[beat];
  int32_t numChiplets = model.numChiplets();
  struct Choice {
    ClusterChoice cluster;
    int32_t previous;
  };
  std::vector<Choice> choices;
  // Labels by next layer (from `start`) and chiplets used.
  std::vector<std::vector<std::vector<PipelineLabel>>> labels(
      numLayers - start + 1);
  labels[0].resize(numChiplets + 1);
  labels[0][0].push_back(PipelineLabel());

  auto insert = [&](int32_t next, int32_t used, const PipelineLabel &label) {
    std::vector<std::vector<PipelineLabel>> &row = labels[next - start];
    if (row.empty())
      row.resize(numChiplets + 1);
    std::vector<PipelineLabel> &cell = row[used];
    for (const PipelineLabel &other : cell)
      if (dominates(other, label))
        return false;
    llvm::erase_if(cell, [&](const PipelineLabel &other) {
      return dominates(label, other);
    });
    cell.push_back(label);
    return true;
  };

  for (int32_t next = start; next <= numLayers; ++next) {
    std::vector<std::vector<PipelineLabel>> row =
        std::move(labels[next - start]);
    labels[next - start].clear();
    if (row.empty())
      continue;
    // Labels with fewer chiplets, where all chiplets are alike.
    std::vector<PipelineLabel> front;
    for (int32_t used = 0; used <= numChiplets; ++used) {
      for (size_t index = 0; index < row[used].size(); ++index) {
        PipelineLabel label = row[used][index];
        if (uniform) {
          if (llvm::any_of(front, [&](const PipelineLabel &other) {
                return dominates(other, label);
              }))
            continue;
          front.push_back(label);
        } else if (used < numChiplets) {
          // A chiplet may stay idle between two regions.
          if (llvm::none_of(row[used + 1], [&](const PipelineLabel &other) {
                return dominates(other, label);
              }))
            row[used + 1].push_back(label);
        }
        if (label.clusters > 1 &&
            (!fullPipelineOnly() || next == numLayers)) {
          closeSegment(
              start, beat, next, label,
              [&] {
                std::vector<ClusterChoice> clusters;
                for (int32_t at = label.choice; at >= 0;
                     at = choices[at].previous)
                  clusters.insert(clusters.begin(), choices[at].cluster);
                return clusters;
              },
              /*solo=*/false);
        }
        if (next == numLayers || used == numChiplets)
          continue;
        const std::vector<std::vector<Option>> &clusters = table.from(next);
        for (size_t length = 0; length < clusters.size(); ++length) {
          int32_t last = next + static_cast<int32_t>(length);
          if (!pins.allowsSegment(start, last) ||
              !pins.allowsNext(start, next, last))
            break;
          work += static_cast<int64_t>(clusters[length].size());
          for (const Option &option : clusters[length]) {
            int32_t size = option.region.size;
            if (used + size > numChiplets ||
                (!uniform &&
                 !(regions[regionAt[used][size]] == option.region)))
              continue;
            PipelineLabel extended = label;
            extended.totals.sum += option.stage;
            extended.totals.slowest =
                std::max(extended.totals.slowest, option.stage);
            extended.totals.share =
                std::max(extended.totals.share, option.share);
            extended.totals.delivered += option.delivered;
            extended.energy += option.energy;
            extended.clusters += 1;
            extended.choice = static_cast<int32_t>(choices.size());
            if (hopeless(start, beat, last + 1, used + size, extended))
              continue;
            if (insert(last + 1, used + size, extended))
              choices.push_back(
                  {{next, last, used, option}, label.choice});
          }
        }
        if (outOfBudget()) {
          complete = false;
          return;
        }
      }
    }
  }
}

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

Plan PipelineSearch::buildPlan(const Prefix &last) {
  std::vector<const Prefix *> chain;
  for (const Prefix *prefix = &last; prefix->start >= 0;
       prefix = &prefixes[prefix->start][prefix->previous])
    chain.push_back(prefix);
  Plan plan;
  plan.partitions.resize(numLayers);
  for (const Prefix *prefix : llvm::reverse(chain)) {
    ClusterSweep sweep(model, classes, *states[prefix->beat]);
    SegmentPlan segment;
    segment.beatCalls = beats[prefix->beat];
    for (const ClusterChoice &choice : prefix->clusters) {
      const Option &option = choice.option;
      ClusterSweep::Request request{choice.first, choice.last, option.region,
                                    option.mode, prefix->solo};
      std::vector<Partition> partitions = sweep.trace(request, option);
      assert(!partitions.empty() && "an option lost its partitions");
      std::move(partitions.begin(), partitions.end(),
                plan.partitions.begin() + choice.first);
      segment.clusters.push_back({choice.first, choice.last, choice.slot,
                                  option.region.size, option.region.kinds,
                                  option.mode, option.level});
    }
    plan.segments.push_back(std::move(segment));
  }
  return plan;
}

PipelineResult PipelineSearch::run() {
  for (size_t beat = 0; beat < beats.size(); ++beat)
    fillTables(beat);
  prefixes[0].emplace_back();
  for (int32_t start = 0; start < numLayers; ++start) {
    if (prefixes[start].empty() || (fullPipelineOnly() && start > 0))
      continue;
    for (size_t beat = 0; beat < beats.size(); ++beat) {
      extendSolo(start, beat);
      extendPipelines(start, beat);
    }
  }
  PipelineResult result;
  result.complete = complete;
  Objective objective = model.getConfig().objective;
  const Prefix *best = nullptr;
  __int128 bestValue = 0;
  for (const Prefix &prefix : prefixes[numLayers]) {
    PlanCost cost;
    cost.cycles = prefix.cycles;
    cost.latency = prefix.latency;
    cost.energy = prefix.energy;
    __int128 value = objectiveValue(cost, objective);
    if (!best || value < bestValue) {
      best = &prefix;
      bestValue = value;
    }
  }
  if (best) {
    result.plan = buildPlan(*best);
    Evaluation evaluation = evaluate(model, *result.plan);
    assert(!evaluation.infeasible && "the search promised a feasible plan");
    result.cost = std::move(evaluation.cost);
    // With few labels kept, a cluster may turn out better than was promised.
    assert(objectiveValue(result.cost, objective) <= bestValue &&
           (candidates.statesPerRegion > 0 ||
            objectiveValue(result.cost, objective) == bestValue) &&
           "the search promised another cost");
  }
  result.work = work;
  return result;
}

PipelineResult scope::search::searchPipelines(
    const CostModel &model, const LayerClasses &classes,
    const Candidates &candidates, const std::optional<PlanCost> &incumbent,
    const Budget &budget) {
  return PipelineSearch(model, classes, candidates, incumbent, budget).run();
}
