//===- Evaluate.cpp - The cost of a given plan ---------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/CostModel.h"
#include "scope/Search/Partitions.h"
#include "scope/Search/PinIndex.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;

__int128 scope::search::objectiveValue(const PlanTotals &cost,
                                       Objective objective) {
  switch (objective) {
  case Objective::Throughput:
    return cost.cycles;
  case Objective::Latency:
    return cost.latency;
  case Objective::Energy:
    return cost.energy;
  case Objective::EDP:
  case Objective::ED2P:
  case Objective::E2DP:
    return productValue(objective, cost.energy, cost.cycles);
  }
  llvm_unreachable("unknown objective");
}

__int128 scope::search::productValue(Objective objective, int64_t energy,
                                     int64_t cycles) {
  __int128 product = static_cast<__int128>(energy) * cycles;
  if (objective == Objective::EDP)
    return product;
  // Where energies are squared they are counted in 2^16 femtojoules, and what
  // would be too large is as large as can be.
  __int128 value;
  bool isTooLarge;
  if (objective == Objective::ED2P) {
    isTooLarge = __builtin_mul_overflow(product, cycles, &value);
  } else {
    constexpr unsigned kEnergyBits = 16;
    __int128 coarse = energy >> kEnergyBits;
    isTooLarge = __builtin_mul_overflow(coarse * coarse, cycles, &value);
  }
  constexpr auto kMost =
      static_cast<__int128>(~static_cast<unsigned __int128>(0) >> 1);
  return isTooLarge ? kMost : value;
}

Diagnosis scope::search::evaluateCluster(const CostModel &model,
                                         const Plan &plan,
                                         const ClusterPlan &cluster,
                                         int64_t beatCalls, Edges edges,
                                         ClusterCost &cost) {
  const Network &network = model.getNetwork();
  int32_t first = cluster.firstLayer, last = cluster.lastLayer;
  RegionContext region;
  region.size = cluster.size;
  region.kinds = cluster.kinds;
  region.mode = cluster.mode;
  region.room = model.room(region.kinds, cluster.level);
  region.solo = edges == Edges::Alone;
  LayerContext context;
  context.leaving = model.leavingBytes(first, last) * beatCalls;
  context.only = first == last;

  std::vector<Tiling> tilings;
  for (int32_t layer = first; layer <= last; ++layer)
    tilings.push_back(
        model.makeTiling(layer, plan.partitions[layer], beatCalls));

  cost = ClusterCost();
  for (int32_t layer = first; layer <= last; ++layer) {
    const Tiling &tiling = tilings[layer - first];
    context.last = layer == last;
    OperandMask external = model.externalOperands(layer, first);
    context.heldBefore = context.heldAfter = 0;
    for (int32_t earlier = first; earlier < layer; ++earlier)
      for (auto [output, bytes] :
           llvm::zip_equal(network.layers[earlier].outputs,
                           tilings[earlier - first].outputs)) {
        const Value &value = network.values[output.value];
        int32_t lastReader =
            value.consumers.empty() ? -1 : value.consumers.back();
        if (lastReader >= layer)
          context.heldBefore += bytes;
        if (lastReader > layer)
          context.heldAfter += bytes;
      }
    LayerTerms terms = model.layerTerms(tiling, region, external);
    LayerCost local = model.layerCost(terms, region, context);
    if (local.cycles >= kUnbounded)
      return {llvm::formatv(
                  "the tiles of layer '{0}' need {1:N} bytes of SRAM on a "
                  "chiplet, {2:N} bytes are left for them",
                  network.layers[layer].name,
                  model.leastTileBytes(terms, region, context), region.room),
              layer};
    for (auto [index, operand] :
         llvm::enumerate(network.layers[layer].operands)) {
      if (operand.kind != OperandKind::Activation || (external >> index & 1))
        continue;
      int32_t producer = network.values[operand.value].producer;
      Transfer transfer = model.internalTransfer(tiling, unsigned(index),
                                                 tilings[producer - first]);
      local.internal += transfer.cycles;
      local.energySram += transfer.energySram;
      local.energyNop += transfer.energyNop;
    }
    local.cycles += local.internal;
    cost.stage += local.cycles;
    cost.tiles =
        std::max(cost.tiles, model.leastTileBytes(terms, region, context));
    if (!model.streams(layer)) {
      if (cluster.mode == WeightMode::Replicated) {
        cost.residentWeights += tiling.weightTile;
        cost.deliveredWeights += tiling.weightTotal;
      } else {
        cost.residentWeights += model.distributedWeights(layer, cluster.size);
        cost.deliveredWeights += model.weights(layer);
      }
    }
    cost.layers.push_back(local);
  }
  cost.resident = cost.residentWeights +
                  model.edgeBytes(first, last, cluster.size, beatCalls, edges);
  int64_t budget = model.budget(region.kinds, cluster.level);
  if (cost.resident > budget)
    return {llvm::formatv("weights and edge buffers of the cluster of layers "
                          "'{0}' to '{1}' need {2:N} bytes on a chiplet, its "
                          "level allows {3:N}",
                          network.layers[first].name, network.layers[last].name,
                          cost.resident, budget),
            first, last};
  return {};
}

Diagnosis scope::search::evaluateSegment(const CostModel &model,
                                         const Plan &plan,
                                         const SegmentPlan &segment,
                                         SegmentCost &cost) {
  std::vector<ClusterCost> clusters;
  CostModel::SegmentTotals totals;
  for (const ClusterPlan &cluster : segment.clusters) {
    ClusterCost &part = clusters.emplace_back();
    if (Diagnosis wrong = evaluateCluster(
            model, plan, cluster, segment.beatCalls, segment.edges(), part))
      return wrong;
    totals.sum += part.stage;
    totals.slowest = std::max(totals.slowest, part.stage);
    totals.share = std::max(totals.share, part.residentWeights);
    totals.delivered += part.deliveredWeights;
  }
  int32_t first = segment.firstLayer(), last = segment.lastLayer();
  cost = model.closeSegment(first, last, segment.beatCalls,
                            model.dramTraffic(first, last), totals);
  for (const ClusterCost &cluster : clusters)
    for (const LayerCost &layer : cluster.layers) {
      cost.energyMac += layer.energyMac * cost.beats;
      cost.energySram += layer.energySram * cost.beats;
      cost.energyNop += layer.energyNop * cost.beats;
    }
  cost.clusters = std::move(clusters);
  return {};
}

Evaluation scope::search::evaluate(const CostModel &model, const Plan &plan) {
  Evaluation result;
  for (const SegmentPlan &segment : plan.segments) {
    SegmentCost cost;
    if (Diagnosis wrong = evaluateSegment(model, plan, segment, cost)) {
      result.infeasible = wrong;
      return result;
    }
    result.cost.cycles += cost.cycles;
    result.cost.latency += cost.latency;
    result.cost.energy += cost.energy();
    result.cost.segments.push_back(std::move(cost));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Legality
//===----------------------------------------------------------------------===//

bool scope::search::clusterFollowsStrategy(const Problem &problem,
                                           int32_t firstLayer,
                                           int32_t lastLayer) {
  if (problem.config.strategy == Strategy::LayerByLayer)
    return firstLayer == lastLayer;
  if (problem.config.strategy != Strategy::Segmented)
    return true;
  int64_t withMacs = 0;
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer)
    withMacs += problem.network.layers[layer].macs > 0;
  return withMacs <= 1;
}

/// Checks the clusters of one segment: regions, levels, strategy, pins.
static Diagnosis checkClusters(const CostModel &model, const PinIndex &pins,
                               const SegmentPlan &segment, bool isPlaced) {
  const Config &config = model.getConfig();
  bool oneCluster = config.strategy == Strategy::Sequential ||
                    config.strategy == Strategy::LayerByLayer ||
                    config.strategy == Strategy::DataParallel;
  if (oneCluster && segment.clusters.size() != 1)
    return {"the strategy allows one cluster a segment", segment.firstLayer()};
  bool wholePackage =
      segment.clusters.size() == 1 && llvm::has_single_bit(model.allKinds());
  int32_t nextSlot = 0;
  for (const ClusterPlan &cluster : segment.clusters) {
    Diagnosis wrong{"", cluster.firstLayer, -1};
    int32_t slot = isPlaced ? nextSlot : cluster.firstSlot;
    if (cluster.size < 1 || slot < nextSlot ||
        slot + cluster.size > model.numChiplets())
      wrong.message = llvm::formatv(
          "a region of {0} chiplets from position {1} overlaps another or "
          "leaves the package of {2}",
          cluster.size, slot, model.numChiplets());
    else if (!isPlaced && cluster.kinds != model.kindsOf(slot, cluster.size))
      wrong.message = "the region has other kinds of chiplets than the plan "
                      "says";
    else if (wholePackage && cluster.size != model.numChiplets())
      wrong.message = "a cluster alone in its segment has the whole package";
    else if (cluster.ahead && (segment.clusters.size() > 1 ||
                               cluster.firstLayer == cluster.lastLayer))
      wrong.message = "the DRAM works ahead only of clusters of several layers "
                      "that are alone in their segment";
    else if (!llvm::is_contained(kLevels, cluster.level))
      wrong.message =
          llvm::formatv("{0} sixteenths is no level", cluster.level);
    else if (config.weights && cluster.mode != *config.weights)
      wrong.message = "the configuration asks for another weight mode";
    else if (!clusterFollowsStrategy(model.getProblem(), cluster.firstLayer,
                                     cluster.lastLayer))
      wrong.message = "the strategy does not allow these layers in a cluster";
    else if (!pins.allowsCluster(cluster.firstLayer, cluster.lastLayer))
      wrong.message = "a pin forbids this cluster";
    else if (!pins.allowsNext(segment.firstLayer(), cluster.firstLayer,
                              cluster.lastLayer))
      wrong.message = "pins ask for the same chiplets in two clusters of a "
                      "segment";
    else if (!pins.allowsSize(cluster.firstLayer, cluster.lastLayer,
                              cluster.size))
      wrong.message = llvm::formatv("a pin forbids {0} chiplets for this "
                                    "cluster",
                                    cluster.size);
    if (wrong)
      return wrong;
    nextSlot = slot + cluster.size;
  }
  return {};
}

Diagnosis scope::search::checkShape(const CostModel &model, const Plan &plan,
                                    bool isPlaced) {
  const Problem &problem = model.getProblem();
  int32_t numLayers = problem.network.numLayers();
  if (static_cast<int32_t>(plan.partitions.size()) != numLayers)
    return {llvm::formatv("the plan has {0} partitions for {1} layers",
                          plan.partitions.size(), numLayers)};
  if (problem.config.strategy == Strategy::FullPipeline &&
      plan.segments.size() > 1)
    return {"the strategy allows one segment"};
  PinIndex pins(problem);
  int32_t next = 0;
  for (const SegmentPlan &segment : plan.segments) {
    if (!llvm::is_contained(beatCalls(problem), segment.beatCalls))
      return {llvm::formatv("a beat of {0} calls is not allowed for {1} calls "
                            "in a batch",
                            segment.beatCalls, problem.calls()),
              next};
    if (segment.clusters.empty())
      return {"a segment has no cluster", next};
    for (const ClusterPlan &cluster : segment.clusters) {
      if (cluster.firstLayer != next || cluster.lastLayer < next ||
          cluster.lastLayer >= numLayers)
        return {llvm::formatv("layers {0} to {1} do not follow layer {2}",
                              cluster.firstLayer, cluster.lastLayer, next - 1),
                std::min(next, numLayers - 1)};
      next = cluster.lastLayer + 1;
      for (int32_t layer = cluster.firstLayer; layer < next; ++layer) {
        const Partition &factors = plan.partitions[layer];
        std::string wrong =
            checkPartition(problem, layer, factors, segment.beatCalls);
        int64_t used = 1;
        for (int32_t factor : factors)
          used *= factor;
        if (wrong.empty() && used > cluster.size)
          wrong = llvm::formatv("the partition uses {0} chiplets of a region "
                                "of {1}",
                                used, cluster.size);
        if (wrong.empty() && !pins.allowsPartition(layer, factors))
          wrong = "a pin asks for another partition";
        if (!wrong.empty())
          return {wrong, layer};
      }
    }
    if (!pins.allowsSegment(segment.firstLayer(), segment.lastLayer()))
      return {"a pin starts a segment inside this one", segment.firstLayer()};
    if (Diagnosis wrong = checkClusters(model, pins, segment, isPlaced))
      return wrong;
  }
  if (next != numLayers)
    return {
        llvm::formatv("the plan ends before layer {0} of {1}", next, numLayers),
        next};
  return {};
}

Diagnosis scope::search::verify(const CostModel &model, const Plan &plan,
                                const PlanCost &cost) {
  if (Diagnosis wrong = checkShape(model, plan))
    return wrong;
  Evaluation again = evaluate(model, plan);
  if (again.infeasible)
    return again.infeasible;
  if (again.cost.cycles != cost.cycles || again.cost.latency != cost.latency ||
      again.cost.energy != cost.energy)
    return {llvm::formatv("the plan takes {0:N} cycles, {1:N} of them to the "
                          "first beat, and {2:N} fJ; promised were {3:N}, "
                          "{4:N} and {5:N}",
                          again.cost.cycles, again.cost.latency,
                          again.cost.energy, cost.cycles, cost.latency,
                          cost.energy)};
  return {};
}
