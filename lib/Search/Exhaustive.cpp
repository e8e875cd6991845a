//===- Exhaustive.cpp - Every plan of a small space ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Exhaustive.h"

#include "scope/Search/Partitions.h"
#include "scope/Search/PinIndex.h"

#include "llvm/ADT/bit.h"

#include <map>
#include <tuple>

using namespace scope::search;

namespace {

/// One feasible way to run a cluster.
struct Outcome {
  int64_t stage, share, delivered, energy;
  ClusterPlan cluster;
  std::vector<Partition> partitions;
};

class Enumeration {
public:
  Enumeration(const CostModel &model) : model(model), pins(model.getProblem()) {
    const Config &config = model.getConfig();
    manyClusters = config.strategy == Strategy::Merged ||
                   config.strategy == Strategy::Segmented ||
                   config.strategy == Strategy::FullPipeline;
  }

  /// Number of clusterings times partitions, before feasibility; saturated.
  int64_t countUpperBound();
  /// Number of feasible plans of the layers from `first` on; saturated.
  int64_t countFrom(int32_t first);

  using Visit =
      llvm::function_ref<void(const PlanTotals &, llvm::function_ref<Plan()>)>;
  void visitAll(Visit visit) { visitSegments(0, {}, visit); }

private:
  struct OpenSegment {
    int32_t first = 0;
    int64_t beatCalls = 1;
    CostModel::SegmentTotals totals;
    int64_t energy = 0;
  };

  const std::vector<Outcome> &outcomes(int32_t first, int32_t last,
                                       int32_t slot, int32_t size,
                                       int64_t calls, Edges edges);
  void listOutcomes(ClusterPlan cluster, int64_t calls, Edges edges,
                    std::vector<Outcome> &result);
  int64_t countClusters(int32_t first, int32_t next, int32_t slot,
                        int64_t calls, int32_t clusters);
  void visitSegments(int32_t first, PlanTotals before, Visit visit);
  void visitClusters(const OpenSegment &segment, int32_t next, int32_t slot,
                     int32_t clusters, PlanTotals before, Visit visit);
  void visitOutcomes(const OpenSegment &segment, int32_t next, int32_t last,
                     int32_t slot, int32_t size, Edges edges, int32_t clusters,
                     PlanTotals before, Visit visit);
  bool segmentMayEnd(int32_t first, int32_t last) const {
    return pins.allowsSegment(first, last) &&
           (model.getConfig().strategy != Strategy::FullPipeline ||
            (first == 0 && last == model.getNetwork().numLayers() - 1));
  }
  bool clusterMayBe(int32_t first, int32_t last, int32_t size) const {
    return pins.allowsCluster(first, last) &&
           pins.allowsSize(first, last, size) &&
           clusterFollowsStrategy(model.getProblem(), first, last);
  }
  /// Calls `each` for the regions and edges that the cluster first..last may
  /// have alone in its segment.
  void forAlone(
      int32_t first, int32_t last,
      llvm::function_ref<void(int32_t slot, int32_t size, Edges edges)> each);

  const CostModel &model;
  PinIndex pins;
  bool manyClusters;
  std::map<std::tuple<int32_t, int32_t, KindMask, int32_t, int64_t, Edges>,
           std::vector<Outcome>>
      cache;
  /// The plan being visited.
  struct Chosen {
    int64_t beatCalls;
    bool startsSegment;
    const Outcome *outcome;
    int32_t slot;
  };
  std::vector<Chosen> chosen;
};

} // namespace

void Enumeration::forAlone(
    int32_t first, int32_t last,
    llvm::function_ref<void(int32_t, int32_t, Edges)> each) {
  int32_t numChiplets = model.numChiplets();
  bool isWhole = llvm::has_single_bit(model.allKinds());
  for (Edges edges : {Edges::Alone, Edges::Ahead}) {
    if (edges == Edges::Ahead && first == last)
      continue;
    for (int32_t slot = 0; slot < (isWhole ? 1 : numChiplets); ++slot)
      for (int32_t size = isWhole ? numChiplets : 1; slot + size <= numChiplets;
           ++size)
        each(slot, size, edges);
  }
}

void Enumeration::listOutcomes(ClusterPlan cluster, int64_t calls, Edges edges,
                               std::vector<Outcome> &result) {
  const Problem &problem = model.getProblem();
  Plan plan;
  plan.partitions.resize(problem.network.layers.size());
  std::vector<std::vector<Partition>> lists;
  for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer; ++layer)
    lists.push_back(enumeratePartitions(problem, layer, calls, cluster.size));
  int64_t beats = problem.calls() / calls;
  auto descend = [&](auto &&self, size_t depth) -> void {
    if (depth < lists.size()) {
      for (const Partition &factors : lists[depth]) {
        plan.partitions[cluster.firstLayer + depth] = factors;
        self(self, depth + 1);
      }
      return;
    }
    ClusterCost cost;
    if (evaluateCluster(model, plan, cluster, calls, edges, cost))
      return;
    Outcome outcome{
        cost.stage, cost.residentWeights, cost.deliveredWeights, 0, cluster,
        {}};
    for (const LayerCost &layer : cost.layers)
      outcome.energy +=
          (layer.energyMac + layer.energySram + layer.energyNop) * beats;
    outcome.partitions.assign(plan.partitions.begin() + cluster.firstLayer,
                              plan.partitions.begin() + cluster.lastLayer + 1);
    result.push_back(std::move(outcome));
  };
  descend(descend, 0);
}

const std::vector<Outcome> &Enumeration::outcomes(int32_t first, int32_t last,
                                                  int32_t slot, int32_t size,
                                                  int64_t calls, Edges edges) {
  auto [entry, isNew] = cache.try_emplace(
      {first, last, model.kindsOf(slot, size), size, calls, edges});
  std::vector<Outcome> &result = entry->second;
  if (!isNew)
    return result;
  const Config &config = model.getConfig();
  for (WeightMode mode : {WeightMode::Replicated, WeightMode::Distributed}) {
    if (config.weights && *config.weights != mode)
      continue;
    // The published space distributes weights only where it has to.
    if (config.space == Space::Published && !result.empty())
      continue;
    for (int64_t level : kLevels)
      listOutcomes({first, last, slot, size, model.kindsOf(slot, size), mode,
                    static_cast<int32_t>(level), edges == Edges::Ahead},
                   calls, edges, result);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

int64_t Enumeration::countUpperBound() {
  // Every layer with every partition, twice for a boundary or none, and every
  // level and weight mode: rough, and never much too low.
  __int128 count = 1;
  for (int32_t layer = 0; layer < model.getNetwork().numLayers(); ++layer) {
    int64_t partitions = 0;
    for (int64_t calls : beatCalls(model.getProblem()))
      partitions +=
          static_cast<int64_t>(enumeratePartitions(model.getProblem(), layer,
                                                   calls, model.numChiplets())
                                   .size());
    count = saturate(count * partitions * 2);
  }
  return saturate(count * 2 * std::size(kLevels));
}

int64_t Enumeration::countClusters(int32_t first, int32_t next, int32_t slot,
                                   int64_t calls, int32_t clusters) {
  __int128 count = 0;
  int32_t numLayers = model.getNetwork().numLayers();
  if (clusters > 1 && segmentMayEnd(first, next - 1))
    count += countFrom(next);
  for (int32_t last = next; manyClusters && last < numLayers; ++last)
    for (int32_t at = slot; at < model.numChiplets(); ++at) {
      if (at > slot && llvm::has_single_bit(model.allKinds()))
        break;
      for (int32_t size = 1; at + size <= model.numChiplets(); ++size)
        if (clusterMayBe(next, last, size) && pins.allowsSegment(first, last) &&
            pins.allowsNext(first, next, last))
          if (int64_t own = static_cast<int64_t>(
                  outcomes(next, last, at, size, calls, Edges::Pipelined)
                      .size()))
            count += __int128(own) * countClusters(first, last + 1, at + size,
                                                   calls, clusters + 1);
    }
  return saturate(count);
}

int64_t Enumeration::countFrom(int32_t first) {
  int32_t numLayers = model.getNetwork().numLayers();
  if (first == numLayers)
    return 1;
  __int128 count = 0;
  for (int64_t calls : beatCalls(model.getProblem())) {
    for (int32_t last = first; last < numLayers; ++last)
      forAlone(first, last, [&](int32_t slot, int32_t size, Edges edges) {
        if (clusterMayBe(first, last, size) && segmentMayEnd(first, last))
          if (int64_t own = static_cast<int64_t>(
                  outcomes(first, last, slot, size, calls, edges).size()))
            count += __int128(own) * countFrom(last + 1);
      });
    if (manyClusters)
      count += countClusters(first, first, 0, calls, 0);
  }
  return saturate(count);
}

//===----------------------------------------------------------------------===//
// Visiting
//===----------------------------------------------------------------------===//

void Enumeration::visitOutcomes(const OpenSegment &segment, int32_t next,
                                int32_t last, int32_t slot, int32_t size,
                                Edges edges, int32_t clusters,
                                PlanTotals before, Visit visit) {
  bool solo = edges != Edges::Pipelined;
  if (!clusterMayBe(next, last, size) ||
      !pins.allowsSegment(segment.first, last) ||
      !pins.allowsNext(segment.first, next, last))
    return;
  for (const Outcome &outcome :
       outcomes(next, last, slot, size, segment.beatCalls, edges)) {
    OpenSegment extended = segment;
    extended.totals.sum += outcome.stage;
    extended.totals.slowest = std::max(extended.totals.slowest, outcome.stage);
    extended.totals.share = std::max(extended.totals.share, outcome.share);
    extended.totals.delivered += outcome.delivered;
    extended.energy += outcome.energy;
    chosen.push_back({segment.beatCalls, clusters == 0, &outcome, slot});
    if ((solo || clusters > 0) && segmentMayEnd(segment.first, last)) {
      SegmentCost cost = model.closeSegment(
          segment.first, last, segment.beatCalls,
          model.dramTraffic(segment.first, last), extended.totals);
      visitSegments(last + 1,
                    {before.cycles + cost.cycles, before.latency + cost.latency,
                     before.energy + cost.energy() + extended.energy},
                    visit);
    }
    if (!solo)
      visitClusters(extended, last + 1, slot + size, clusters + 1, before,
                    visit);
    chosen.pop_back();
  }
}

void Enumeration::visitClusters(const OpenSegment &segment, int32_t next,
                                int32_t slot, int32_t clusters,
                                PlanTotals before, Visit visit) {
  for (int32_t last = next; last < model.getNetwork().numLayers(); ++last)
    for (int32_t at = slot; at < model.numChiplets(); ++at) {
      if (at > slot && llvm::has_single_bit(model.allKinds()))
        break;
      for (int32_t size = 1; at + size <= model.numChiplets(); ++size)
        visitOutcomes(segment, next, last, at, size, Edges::Pipelined, clusters,
                      before, visit);
    }
}

void Enumeration::visitSegments(int32_t first, PlanTotals before, Visit visit) {
  int32_t numLayers = model.getNetwork().numLayers();
  if (first == numLayers) {
    visit(before, [&] {
      Plan plan;
      plan.partitions.resize(numLayers);
      for (const Chosen &choice : chosen) {
        if (choice.startsSegment) {
          plan.segments.emplace_back();
          plan.segments.back().beatCalls = choice.beatCalls;
        }
        ClusterPlan cluster = choice.outcome->cluster;
        cluster.firstSlot = choice.slot;
        plan.segments.back().clusters.push_back(cluster);
        llvm::copy(choice.outcome->partitions,
                   plan.partitions.begin() + cluster.firstLayer);
      }
      return plan;
    });
    return;
  }
  for (int64_t calls : beatCalls(model.getProblem())) {
    OpenSegment segment;
    segment.first = first;
    segment.beatCalls = calls;
    for (int32_t last = first; last < numLayers; ++last)
      forAlone(first, last, [&](int32_t slot, int32_t size, Edges edges) {
        visitOutcomes(segment, first, last, slot, size, edges, 0, before,
                      visit);
      });
    if (manyClusters)
      visitClusters(segment, first, 0, 0, before, visit);
  }
}

int64_t scope::search::countPlans(const CostModel &model) {
  return Enumeration(model).countUpperBound();
}

std::optional<int64_t> scope::search::enumeratePlans(
    const CostModel &model, int64_t mostPlans,
    llvm::function_ref<void(const PlanTotals &, llvm::function_ref<Plan()>)>
        visit) {
  Enumeration enumeration(model);
  // The outcomes of single clusters are listed before plans are counted, so
  // what is hopeless is refused by the rough count.
  constexpr int64_t kRoughFactor = 1000000;
  if (enumeration.countUpperBound() / kRoughFactor > mostPlans)
    return std::nullopt;
  int64_t count = enumeration.countFrom(0);
  if (count > mostPlans)
    return std::nullopt;
  enumeration.visitAll(visit);
  return count;
}
