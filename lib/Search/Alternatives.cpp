//===- Alternatives.cpp - What else a plan could be -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Alternatives.h"

#include "scope/Search/Explain.h"
#include "scope/Search/Partitions.h"
#include "scope/Search/PinIndex.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace scope::search;

/// Partitions of a layer that are tried: those that compute fastest.
static constexpr size_t kMostPartitions = 256;

namespace {
/// Keeps the best of the changes of one segment.
class Changes {
public:
  Changes(const CostModel &model, const PlanCost &cost, size_t segment)
      : model(model), cost(cost), segment(segment) {}

  /// Looks at `changed`, which differs from the plan in this segment alone.
  void consider(const Plan &changed,
                llvm::function_ref<std::string()> describe) {
    // A plan that was placed has regions of its own.
    if (checkShape(model, changed, /*isPlaced=*/true))
      return;
    SegmentCost now;
    if (evaluateSegment(model, changed, changed.segments[segment], now))
      return;
    __int128 value = objectiveValue(cost.withSegment(segment, now),
                                    model.getConfig().objective);
    if (best && *best <= value)
      return;
    best = value;
    result.change = describe();
    result.more = static_cast<double>(value) /
                      static_cast<double>(
                          objectiveValue(cost, model.getConfig().objective)) -
                  1;
  }
  /// Whether the regions of the segment have room beside each other, wherever
  /// they are: only where all chiplets are alike.
  bool haveRoom(const Plan &changed) const {
    int32_t sum = 0;
    for (const ClusterPlan &cluster : changed.segments[segment].clusters)
      sum += cluster.size;
    return llvm::has_single_bit(model.allKinds()) && sum <= model.numChiplets();
  }
  const Alternative &take() const { return result; }

private:
  const CostModel &model;
  const PlanCost &cost;
  size_t segment;
  std::optional<__int128> best;
  Alternative result;
};
} // namespace

static std::string describePartition(const Layer &layer,
                                     llvm::ArrayRef<int32_t> factors) {
  std::string text;
  for (auto [dim, factor] : llvm::zip_equal(layer.dims, factors))
    if (factor > 1)
      text += llvm::formatv("{0}{1} = {2}", text.empty() ? "split " : ", ",
                            getRoleName(dim.role), factor);
  return text.empty() ? "not split" : text;
}

Alternative scope::search::nextBestStage(const CostModel &model,
                                         const Plan &plan, const PlanCost &cost,
                                         size_t segment, size_t cluster) {
  Changes changes(model, cost, segment);
  const SegmentPlan &segmentPlan = plan.segments[segment];
  const ClusterPlan &own = segmentPlan.clusters[cluster];
  int32_t slowest =
      limitOfStage(own, cost.segments[segment].clusters[cluster]).slowest;
  const Layer &layer = model.getNetwork().layers[slowest];
  std::vector<std::pair<int64_t, Partition>> partitions;
  for (Partition &factors : enumeratePartitions(
           model.getProblem(), slowest, segmentPlan.beatCalls, own.size)) {
    if (factors == plan.partitions[slowest])
      continue;
    Tiling tiling = model.makeTiling(slowest, factors, segmentPlan.beatCalls);
    int64_t compute = model.work(tiling, own.kinds, /*inPieces=*/false).cycles;
    partitions.push_back({compute, std::move(factors)});
  }
  llvm::stable_sort(partitions, [](const auto &a, const auto &b) {
    return a.first < b.first;
  });
  if (partitions.size() > kMostPartitions)
    partitions.resize(kMostPartitions);
  Plan changed = plan;
  for (const auto &[compute, factors] : partitions) {
    changed.partitions[slowest] = factors;
    changes.consider(changed, [&, &chosen = factors] {
      return llvm::formatv("layer '{0}' {1}", layer.name,
                           describePartition(layer, chosen))
          .str();
    });
  }
  changed.partitions[slowest] = plan.partitions[slowest];
  ClusterPlan &other = changed.segments[segment].clusters[cluster];
  // The other way round a search has looked.
  if (own.ahead) {
    other.ahead = false;
    changes.consider(
        changed, [] { return std::string("a DRAM that does not work ahead"); });
    other.ahead = true;
  }
  // The other weight mode at whatever level; a level alone makes no difference
  // as long as all fits. The published space has no choice of modes.
  other.mode = own.mode == WeightMode::Replicated ? WeightMode::Distributed
                                                  : WeightMode::Replicated;
  if (model.getConfig().space == Space::Full)
    for (int64_t level : kLevels) {
      other.level = static_cast<int32_t>(level);
      changes.consider(changed, [&] {
        return std::string(other.mode == WeightMode::Replicated
                               ? "replicated weights"
                               : "distributed weights");
      });
    }
  return changes.take();
}

Alternative scope::search::nextBestSegment(const CostModel &model,
                                           const Plan &plan,
                                           const PlanCost &cost,
                                           size_t segment) {
  Changes changes(model, cost, segment);
  const Network &network = model.getNetwork();
  const SegmentPlan &own = plan.segments[segment];
  for (int64_t calls : beatCalls(model.getProblem())) {
    if (calls == own.beatCalls)
      continue;
    Plan changed = plan;
    changed.segments[segment].beatCalls = calls;
    changes.consider(changed, [&] {
      int64_t samples = calls * network.samplesPerCall;
      return llvm::formatv("a beat of {0:N} sample{1}", samples,
                           samples == 1 ? "" : "s")
          .str();
    });
  }
  size_t count = own.clusters.size();
  auto name = [&](size_t cluster) {
    return llvm::formatv("{0}.{1}", segment, cluster).str();
  };
  for (size_t from = 0; from < count; ++from)
    for (size_t to = 0; to < count; ++to) {
      if (from == to || own.clusters[from].size == 1)
        continue;
      Plan changed = plan;
      --changed.segments[segment].clusters[from].size;
      ++changed.segments[segment].clusters[to].size;
      if (changes.haveRoom(changed))
        changes.consider(changed, [&] {
          return "one chiplet of cluster " + name(from) + " in cluster " +
                 name(to);
        });
    }
  for (size_t left = 0; left + 1 < count; ++left) {
    for (int32_t by : {-1, 1}) {
      Plan changed = plan;
      ClusterPlan &before = changed.segments[segment].clusters[left];
      ClusterPlan &after = changed.segments[segment].clusters[left + 1];
      before.lastLayer += by;
      after.firstLayer += by;
      if (before.lastLayer < before.firstLayer ||
          after.lastLayer < after.firstLayer)
        continue;
      int32_t moved = by < 0 ? after.firstLayer : before.lastLayer;
      changes.consider(changed, [&] {
        return "layer '" + network.layers[moved].name + "' in cluster " +
               name(by < 0 ? left + 1 : left);
      });
    }
    Plan changed = plan;
    auto &clusters = changed.segments[segment].clusters;
    clusters[left].lastLayer = clusters[left + 1].lastLayer;
    clusters[left].size += clusters[left + 1].size;
    clusters[left].level =
        std::max(clusters[left].level, clusters[left + 1].level);
    clusters.erase(clusters.begin() + static_cast<ptrdiff_t>(left) + 1);
    if (clusters.size() == 1 && llvm::has_single_bit(model.allKinds()))
      clusters[0].size = model.numChiplets();
    if (!changes.haveRoom(changed))
      continue;
    auto describe = [&] {
      return "clusters " + name(left) + " and " + name(left + 1) + " in one";
    };
    changes.consider(changed, describe);
    if (clusters.size() > 1)
      continue;
    clusters[0].ahead = true;
    changes.consider(changed, describe);
  }
  return changes.take();
}

std::string scope::search::describeAlternative(const Alternative &alternative,
                                               Objective objective) {
  constexpr double kPercent = 100;
  if (alternative.change.empty())
    return "no other choice is possible";
  llvm::StringRef what = objective == Objective::Throughput ? "cycles"
                         : objective == Objective::Latency  ? "latency"
                         : objective == Objective::Energy   ? "energy"
                         : objective == Objective::EDP      ? "energy x delay"
                         : objective == Objective::ED2P ? "energy x delay^2"
                                                        : "energy^2 x delay";
  std::string more = llvm::formatv("{0:F2}", alternative.more * kPercent);
  if (more == "-0.00")
    more = "0.00";
  return llvm::formatv("next best is {0}: {1}{2} % {3}", alternative.change,
                       more.front() == '-' ? "" : "+", more, what);
}
