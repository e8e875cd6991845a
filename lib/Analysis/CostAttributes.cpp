//===- CostAttributes.cpp - Costs in the IR and in the search -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/CostAttributes.h"

using namespace mlir;
using namespace scope;

CostAttr scope::toCostAttr(MLIRContext *context,
                           const search::LayerCost &cost) {
  return CostAttr::get(
      context,
      {{CostKey::Cycles, cost.cycles},
       {CostKey::Compute, cost.compute},
       {CostKey::Internal, cost.internal},
       {CostKey::External, cost.external},
       {CostKey::Weights, cost.weights},
       {CostKey::Send, cost.send},
       {CostKey::Overlapped, cost.overlapped},
       {CostKey::Banded, cost.banded},
       {CostKey::Used, cost.used},
       {CostKey::Energy, cost.energyMac + cost.energySram + cost.energyNop},
       {CostKey::EnergyMac, cost.energyMac},
       {CostKey::EnergySram, cost.energySram},
       {CostKey::EnergyNop, cost.energyNop}});
}

CostAttr scope::toCostAttr(MLIRContext *context,
                           const search::ClusterCost &cost) {
  int64_t mac = 0, sram = 0, nop = 0;
  for (const search::LayerCost &layer : cost.layers) {
    mac += layer.energyMac;
    sram += layer.energySram;
    nop += layer.energyNop;
  }
  return CostAttr::get(context,
                       {{CostKey::Stage, cost.stage},
                        {CostKey::Resident, cost.resident},
                        {CostKey::ResidentWeights, cost.residentWeights},
                        {CostKey::DeliveredWeights, cost.deliveredWeights},
                        {CostKey::Tiles, cost.tiles},
                        {CostKey::Energy, mac + sram + nop},
                        {CostKey::EnergyMac, mac},
                        {CostKey::EnergySram, sram},
                        {CostKey::EnergyNop, nop}});
}

CostAttr scope::toCostAttr(MLIRContext *context,
                           const search::SegmentCost &cost) {
  return CostAttr::get(context, {{CostKey::Cycles, cost.cycles},
                                 {CostKey::Latency, cost.latency},
                                 {CostKey::Load, cost.load},
                                 {CostKey::Fill, cost.fill},
                                 {CostKey::Pace, cost.pace},
                                 {CostKey::SlowestStage, cost.slowestStage},
                                 {CostKey::Dram, cost.dramBeat},
                                 {CostKey::Beats, cost.beats},
                                 {CostKey::DramBytes, cost.dramBytes},
                                 {CostKey::Energy, cost.energy()},
                                 {CostKey::EnergyMac, cost.energyMac},
                                 {CostKey::EnergySram, cost.energySram},
                                 {CostKey::EnergyNop, cost.energyNop},
                                 {CostKey::EnergyDram, cost.energyDram},
                                 {CostKey::EnergyIdle, cost.energyIdle}});
}

/// The figure `key`, or -1.
static int64_t read(CostAttr cost, CostKey key) {
  return cost ? cost.lookup(key).value_or(-1) : -1;
}

search::LayerCost scope::toLayerCost(CostAttr attr) {
  search::LayerCost cost;
  cost.cycles = read(attr, CostKey::Cycles);
  cost.compute = read(attr, CostKey::Compute);
  cost.internal = read(attr, CostKey::Internal);
  cost.external = read(attr, CostKey::External);
  cost.weights = read(attr, CostKey::Weights);
  cost.send = read(attr, CostKey::Send);
  cost.overlapped = read(attr, CostKey::Overlapped) == 1;
  cost.banded = read(attr, CostKey::Banded) == 1;
  cost.used = static_cast<int32_t>(
      std::min<int64_t>(read(attr, CostKey::Used), kMaxGrid * kMaxGrid + 1));
  cost.energyMac = read(attr, CostKey::EnergyMac);
  cost.energySram = read(attr, CostKey::EnergySram);
  cost.energyNop = read(attr, CostKey::EnergyNop);
  return cost;
}

search::ClusterCost scope::toClusterCost(CostAttr attr) {
  search::ClusterCost cost;
  cost.stage = read(attr, CostKey::Stage);
  cost.resident = read(attr, CostKey::Resident);
  cost.residentWeights = read(attr, CostKey::ResidentWeights);
  cost.deliveredWeights = read(attr, CostKey::DeliveredWeights);
  cost.tiles = read(attr, CostKey::Tiles);
  return cost;
}

search::SegmentCost scope::toSegmentCost(CostAttr attr) {
  search::SegmentCost cost;
  cost.cycles = read(attr, CostKey::Cycles);
  cost.latency = read(attr, CostKey::Latency);
  cost.load = read(attr, CostKey::Load);
  cost.fill = read(attr, CostKey::Fill);
  cost.pace = read(attr, CostKey::Pace);
  cost.slowestStage = read(attr, CostKey::SlowestStage);
  cost.dramBeat = read(attr, CostKey::Dram);
  cost.beats = read(attr, CostKey::Beats);
  cost.dramBytes = read(attr, CostKey::DramBytes);
  cost.energyMac = read(attr, CostKey::EnergyMac);
  cost.energySram = read(attr, CostKey::EnergySram);
  cost.energyNop = read(attr, CostKey::EnergyNop);
  cost.energyDram = read(attr, CostKey::EnergyDram);
  cost.energyIdle = read(attr, CostKey::EnergyIdle);
  return cost;
}
