//===- RegionTraffic.cpp - What regions send each other -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegionTraffic.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;

int32_t RegionTraffic::wayOf(int32_t from, int32_t to) {
  auto way = llvm::find_if(ways, [&](const RegionWay &other) {
    return other.from == from && other.to == to;
  });
  auto number = static_cast<int32_t>(way - ways.begin());
  if (way == ways.end())
    ways.push_back({from, to, {}, 0});
  return number;
}

int64_t RegionTraffic::send(const CostModel &model, int32_t way, int64_t sent,
                            int64_t received, int64_t hops) {
  if (received == 0)
    return 0;
  bool share = model.getPackage().multicast && sent > 0 && sent < received;
  RegionWay &to = ways[way];
  to.flows.push_back({share ? sent : received, received});
  int64_t alone = model.bytesOnLinks(sent, received, hops) / hops;
  to.alone += alone;
  return alone;
}

void RegionTraffic::addCluster(const CostModel &model, const Plan &plan,
                               const SegmentPlan &segment, int32_t index) {
  const Network &network = model.getNetwork();
  const ClusterPlan &cluster = segment.clusters[index];
  int64_t calls = segment.beatCalls;
  auto clusterOf = [&](int32_t layer) {
    for (auto [number, other] : llvm::enumerate(segment.clusters))
      if (layer >= other.firstLayer && layer <= other.lastLayer)
        return static_cast<int32_t>(number);
    return dram();
  };
  int32_t inside = clusters[index].inside = wayOf(index, index);
  std::vector<Tiling> tilings;
  for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
       ++layer) {
    tilings.push_back(model.makeTiling(layer, plan.partitions[layer], calls));
    const Tiling &tiling = tilings.back();
    LayerTraffic &traffic = clusters[index].layers[layer - cluster.firstLayer];
    int64_t hops = model.geometry(tiling.used).hops;
    for (auto [position, operand] :
         llvm::enumerate(network.layers[layer].operands)) {
      if (operand.kind == OperandKind::Weight)
        continue;
      int32_t producer = operand.kind == OperandKind::Table
                             ? -1
                             : network.values[operand.value].producer;
      int32_t from = producer < 0 ? dram() : clusterOf(producer);
      if (from == index) {
        const Tiling &made = tilings[producer - cluster.firstLayer];
        traffic.internal +=
            send(model, inside,
                 model.bytesMade(made, producer, operand.value) * made.used,
                 model.internalTransfer(tiling, unsigned(position), made).total,
                 hops);
        continue;
      }
      const Tiling::Touched &touched = tiling.operands[position];
      int32_t way = wayOf(from, index);
      int64_t bytes = send(model, way, touched.distinct, touched.total,
                           model.packageHops());
      traffic.arrivals.push_back({way, bytes});
    }
    bool streams = model.streams(layer);
    traffic.weightsWay = streams ? wayOf(dram(), index) : inside;
    traffic.weights =
        send(model, traffic.weightsWay, model.weights(layer),
             model.weightTransfer(tiling, cluster.mode, cluster.size).total,
             streams ? model.packageHops() : hops);
    for (const Output &output : network.layers[layer].outputs) {
      const Value &value = network.values[output.value];
      if (value.isNetworkOutput ||
          (!value.consumers.empty() &&
           value.consumers.back() > segment.lastLayer()))
        send(model, wayOf(index, dram()), value.bytes * calls,
             value.bytes * calls, model.packageHops());
    }
  }
}

RegionTraffic::RegionTraffic(const CostModel &model, const Plan &plan,
                             const SegmentPlan &segment)
    : clusters(segment.clusters.size()) {
  SegmentCost cost;
  Diagnosis infeasible = evaluateSegment(model, plan, segment, cost);
  assert(!infeasible && "the plan is feasible");
  (void)infeasible;
  pace = cost.pace;
  for (int32_t index = 0; index < dram(); ++index) {
    for (const LayerCost &layer : cost.clusters[index].layers)
      clusters[index].layers.push_back({layer, 0, 0, 0, {}});
    addCluster(model, plan, segment, index);
  }
}
