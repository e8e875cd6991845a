//===- CostModel.cpp - Cycles, bytes and energy of a plan -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/CostModel.h"

#include "scope/Search/Partitions.h"

#include "Tiler.h"

#include <algorithm>

using namespace scope::search;

//===----------------------------------------------------------------------===//
// Package geometry
//===----------------------------------------------------------------------===//

/// Hops and links of the most compact rectangle of `used` chiplets on the grid.
/// Links are those inside it and those that cross its border, as far as the
/// grid goes on there.
static CostModel::Geometry makeGeometry(const Package &package, int64_t used) {
  int64_t shortSide = std::min(package.rows, package.cols);
  int64_t longSide = std::max(package.rows, package.cols);
  int64_t a = 1;
  while ((a + 1) * (a + 1) <= used)
    ++a;
  a = std::min(a, shortSide);
  int64_t b = std::min(ceilDiv(used, a), longSide);
  // Undirected links, then both directions of each.
  int64_t inside = a * (b - 1) + b * (a - 1);
  int64_t border = b * std::min<int64_t>(2, shortSide - a) +
                   a * std::min<int64_t>(2, longSide - b);
  CostModel::Geometry geometry;
  geometry.hops = std::max<int64_t>(1, ceilDiv(a + b, 3));
  geometry.links = std::max<int64_t>(1, 2 * (inside + border));
  geometry.across = a;
  geometry.columns = std::min<int64_t>(used, package.cols);
  geometry.used = used;
  geometry.allLinks = package.link * geometry.links;
  geometry.fourTimesAcross = package.link * (4 * geometry.across);
  geometry.fourTimesColumns = package.link * (4 * geometry.columns);
  return geometry;
}

CostModel::CostModel(const Problem &problem)
    : problem(problem), chiplets(snakeOrder(problem.package)),
      dramRate(dramBandwidth(problem.package)) {
  const Package &package = problem.package;
  for (Coordinate at : chiplets)
    slotKind.push_back(package.kindAt.empty()
                           ? 0
                           : package.kindAt[at.row * package.cols + at.col]);
  everyKind = kindsOf(0, numChiplets());
  geometries.resize(chiplets.size() + 1);
  for (size_t used = 1; used < geometries.size(); ++used)
    geometries[used] = makeGeometry(package, static_cast<int64_t>(used));
  for (size_t used = 0; used < geometries.size(); ++used)
    portsOf.push_back(package.port * static_cast<int64_t>(used));
  hopsOfPackage =
      std::max<int64_t>(1, ceilDiv(int64_t(package.rows) + package.cols, 3));
  for (const DramPort &port : package.dramPorts)
    for (Coordinate at : chiplets)
      if (isEnabled(package, port.at))
        hopsFromDram =
            std::max<int64_t>(hopsFromDram, std::abs(port.at.row - at.row) +
                                                std::abs(port.at.col - at.col));
  portLinkRate = package.link * std::max<int64_t>(1, dramPortLinks(package));
  for (const Layer &layer : problem.network.layers)
    layerWeights.push_back(weightBytes(layer));
  for (size_t value = 0; value < problem.network.values.size(); ++value)
    valueWidths.push_back(
        elementBytes(problem.network, static_cast<int32_t>(value)));
  findDramReads();
  findStreamedLayers();
  residentSum.push_back(0);
  for (size_t layer = 0; layer < layerWeights.size(); ++layer)
    residentSum.push_back(residentSum.back() +
                          (streamed[layer] ? 0 : layerWeights[layer]));
}

KindMask CostModel::kindsOf(int32_t firstSlot, int32_t size) const {
  KindMask mask = 0;
  for (int32_t slot = firstSlot; slot < firstSlot + size; ++slot)
    mask |= KindMask(1) << slotKind[slot];
  return mask;
}

int64_t CostModel::sram(KindMask kinds) const {
  int64_t least = kUnbounded;
  for (auto [index, kind] : llvm::enumerate(problem.package.kinds))
    if (kinds >> index & 1)
      least = std::min(least, kind.sram);
  return least;
}

Tiling::Work CostModel::work(const Tiling &tiling, KindMask kinds,
                             bool inPieces) const {
  Tiling::Work most;
  for (auto [index, work] : llvm::enumerate(
           inPieces && tiling.hasPieces ? tiling.inPieces : tiling.whole))
    if (kinds >> index & 1) {
      most.cycles = std::max(most.cycles, work.cycles);
      most.energySram = std::max(most.energySram, work.energySram);
    }
  return most;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LayerTerms CostModel::layerTerms(const Tiling &tiling,
                                 const RegionContext &region,
                                 OperandMask externalOperands) const {
  const Layer &layer = problem.network.layers[tiling.layer];
  Transfer weights = weightTransfer(tiling, region.mode, region.size);
  Transfer external = externalTransfer(tiling, externalOperands, region.size);
  bool inPieces = weights.total > 0;
  Tiling::Work work = this->work(tiling, region.kinds, inPieces);
  LayerTerms terms;
  terms.compute = work.cycles;
  terms.weights = weights.cycles;
  terms.external = external.cycles;
  terms.used = tiling.used;
  terms.inPieces = inPieces && tiling.hasPieces;
  if (terms.inPieces)
    terms.lastPiece =
        terms.compute / ceilDiv(tiling.tile[layer.kDim], tiling.pieceChannels);
  terms.bands = tiling.tile[0] * tiling.rows;
  terms.energyBands = terms.inPieces ? 0 : tiling.energyBands;
  int64_t distinct = 0;
  for (auto [index, touched] : llvm::enumerate(tiling.operands)) {
    if (layer.operands[index].kind == OperandKind::Weight)
      continue;
    if (externalOperands >> index & 1) {
      distinct += touched.distinct;
      terms.bandsOverlap |= touched.band * terms.bands > touched.largest;
      terms.outside += touched.largest;
      terms.outsideBands += 2 * touched.band;
    } else {
      terms.inside += touched.largest;
    }
  }
  terms.externalNow =
      std::max(terms.external, region.solo ? dramCycles(distinct) : 0);
  if (terms.outside > 0)
    terms.bandWait =
        problem.package.dramLatency + hopsFromDram * problem.package.hop;
  terms.output = tiling.outputTile;
  terms.outputBands = std::min(tiling.outputTile, 2 * tiling.outputBand);
  if (inPieces) {
    terms.inside += 2 * tiling.pieceBytes;
    // Every piece goes over all of the operands, and makes some channels.
    if (terms.inPieces) {
      terms.outsideBands = 2 * terms.outside;
      terms.outputBands = std::min(terms.output, 2 * tiling.outputPiece);
    }
  }
  terms.energyMac = tiling.energyMac;
  terms.energySram = work.energySram + weights.energySram + external.energySram;
  terms.energyNop = weights.energyNop + external.energyNop;
  return terms;
}

namespace {
/// Bytes of SRAM that the tiles of a layer need, by how its edges to the
/// outside are buffered: twice, once, or in bands.
struct TileNeed {
  TileNeed(const LayerTerms &terms, const RegionContext &region,
           const LayerContext &context) {
    auto peak = [&](int64_t outside, int64_t output) {
      return terms.inside + outside +
             std::max(context.heldBefore, context.heldAfter + output);
    };
    bool leaves = region.solo && context.last;
    int64_t bands = leaves ? terms.outputBands : terms.output;
    // Results of pieces leave one by one.
    twice = peak(2 * terms.outside, terms.inPieces ? bands : terms.output);
    once = peak(terms.outside, bands);
    banded = region.solo ? peak(terms.outsideBands, bands) : kUnbounded;
  }
  int64_t twice, once, banded;
};
} // namespace

LayerCost CostModel::layerCost(const LayerTerms &terms,
                               const RegionContext &region,
                               const LayerContext &context) const {
  LayerCost cost;
  cost.used = terms.used;
  cost.compute = terms.compute;
  cost.weights = terms.weights;
  cost.external = terms.external;
  cost.energyMac = terms.energyMac;
  cost.energySram = terms.energySram;
  cost.energyNop = terms.energyNop;
  if (context.last) {
    cost.send = sendCycles(context.leaving, terms.used);
    cost.energySram +=
        multiplyUp(context.leaving, problem.package.energy.sramRead);
  }
  cost.cycles = layerCycles(terms, region, context, cost.send);
  TileNeed need(terms, region, context);
  bool isTwice = need.twice <= region.room;
  if (!isTwice || !worksAhead(region, context)) {
    cost.external = terms.externalNow;
    cost.send = sendNow(region, context, cost.send);
  }
  if (!isTwice) {
    bool isOnce = need.once <= region.room &&
                  cost.cycles == onceCycles(terms, region, context, cost.send);
    cost.banded = need.banded <= region.room &&
                  (!isOnce || cost.cycles == bandedCycles(terms, region,
                                                          context, cost.send));
    cost.overlapped = cost.banded || !isOnce;
    // Row by row, for the operands or for the results.
    if (cost.banded ||
        (region.solo && context.last && terms.outputBands < terms.output))
      cost.energySram += terms.energyBands;
  }
  return cost;
}

int64_t CostModel::bandedCycles(const LayerTerms &terms,
                                const RegionContext &region,
                                const LayerContext &context,
                                int64_t send) const {
  send = sendNow(region, context, send);
  int64_t moved = terms.weights + terms.externalNow + send;
  int64_t cycles = std::max(terms.compute, moved);
  // Two tiles are there, not bands of them.
  if (terms.inPieces)
    return context.only
               ? cycles
               : overlappedCycles(terms, region.solo, /*ahead=*/false, send);
  int64_t waits = terms.bands * terms.bandWait;
  // A band that shares rows with the one before comes after it, others come two
  // at a time.
  return std::max(cycles, terms.bandsOverlap ? waits + terms.externalNow
                                             : ceilDiv(waits + cycles, 2));
}

int64_t CostModel::layerCycles(const LayerTerms &terms,
                               const RegionContext &region,
                               const LayerContext &context,
                               int64_t send) const {
  TileNeed need(terms, region, context);
  if (need.twice <= region.room)
    return overlappedCycles(terms, region, context, send);
  int64_t cycles = kUnbounded;
  if (need.banded <= region.room)
    cycles = bandedCycles(terms, region, context, send);
  if (need.once <= region.room)
    cycles = std::min(cycles, onceCycles(terms, region, context, send));
  return cycles;
}

int64_t CostModel::leastTileBytes(const LayerTerms &terms,
                                  const RegionContext &region,
                                  const LayerContext &context) const {
  TileNeed need(terms, region, context);
  return std::min(need.once, need.banded);
}

//===----------------------------------------------------------------------===//
// Clusters and segments
//===----------------------------------------------------------------------===//

OperandMask CostModel::externalOperands(int32_t layer,
                                        int32_t firstLayer) const {
  OperandMask mask = 0;
  for (auto [index, operand] :
       llvm::enumerate(problem.network.layers[layer].operands)) {
    if (operand.kind == OperandKind::Weight)
      continue;
    if (operand.kind == OperandKind::Table ||
        problem.network.values[operand.value].producer < firstLayer)
      mask |= OperandMask(1) << index;
  }
  return mask;
}

int64_t CostModel::keptBytes(int32_t layer, int32_t lastLayer) const {
  int64_t bytes = 0;
  for (const Output &output : problem.network.layers[layer].outputs) {
    const Value &value = problem.network.values[output.value];
    if (value.isNetworkOutput ||
        (!value.consumers.empty() && value.consumers.back() > lastLayer))
      bytes += value.bytes;
  }
  return bytes;
}

int64_t CostModel::leavingBytes(int32_t firstLayer, int32_t lastLayer) const {
  int64_t bytes = 0;
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer)
    bytes += keptBytes(layer, lastLayer);
  return bytes;
}

llvm::SmallVector<CostModel::WaitingBeats, 2>
CostModel::edgesOf(int32_t firstLayer, int32_t lastLayer, int32_t layer,
                   int64_t calls, Edges mode) const {
  const Network &network = problem.network;
  llvm::SmallVector<WaitingBeats, 2> edges;
  if (mode == Edges::Alone)
    return edges;
  for (const Operand &operand : network.layers[layer].operands) {
    if (operand.kind != OperandKind::Activation)
      continue;
    const Value &value = network.values[operand.value];
    // Count an arriving value at its first reader inside, and once there.
    if (value.producer < firstLayer &&
        *llvm::lower_bound(value.consumers, firstLayer) == layer &&
        llvm::none_of(
            edges,
            [&](const WaitingBeats &edge) {
              return edge.value == operand.value;
            }))
      edges.push_back({operand.value, 1, /*arrives=*/true});
  }
  // A result for a layer further down waits one beat for every stage between,
  // one for the DRAM one.
  int64_t mostWaiting = mostWaitingBeats(calls);
  for (const Output &output : network.layers[layer].outputs) {
    const Value &value = network.values[output.value];
    int32_t lastReader = value.consumers.empty() ? -1 : value.consumers.back();
    int64_t waiting = 0;
    if (mode == Edges::Ahead)
      waiting = value.isNetworkOutput || lastReader > lastLayer;
    else if (lastReader > lastLayer)
      waiting = std::min<int64_t>(lastReader - lastLayer - 1, mostWaiting);
    if (waiting > 0)
      edges.push_back({output.value, waiting, /*arrives=*/false});
  }
  return edges;
}

int64_t CostModel::edgeBytes(int32_t firstLayer, int32_t lastLayer,
                             int32_t size, int64_t calls, Edges edges) const {
  int64_t bytes = 0;
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer)
    for (const WaitingBeats &edge :
         edgesOf(firstLayer, lastLayer, layer, calls, edges))
      bytes += edge.beats * shareOfBeat(edge.value, calls, size);
  return bytes;
}

int64_t CostModel::distributedWeights(int32_t layer, int32_t size) const {
  return streams(layer)
             ? 0
             : evenShare(layerWeights[layer], size,
                         widestWeight(problem.network.layers[layer]));
}

void CostModel::findDramReads() {
  for (auto [index, layer] : llvm::enumerate(problem.network.layers)) {
    llvm::SmallVector<DramRead, 3> &reads = layerReads.emplace_back();
    llvm::SmallVector<int64_t, 3> &least = leastReads.emplace_back();
    Tiler tiler(*this, static_cast<int32_t>(index), /*calls=*/1);
    for (auto [number, operand] : llvm::enumerate(layer.operands)) {
      int64_t bytes = touchedBytes(layer, operand);
      least.push_back(
          std::min(bytes, tiler.leastTotal(static_cast<unsigned>(number))));
      if (operand.kind == OperandKind::Weight)
        continue;
      int32_t producer = operand.kind == OperandKind::Table
                             ? -1
                             : problem.network.values[operand.value].producer;
      reads.push_back({producer, bytes, least.back()});
    }
  }
}

int64_t CostModel::dramReads(int32_t layer, int32_t firstLayer) const {
  int64_t bytes = 0;
  for (const DramRead &read : layerReads[layer])
    if (read.producer < firstLayer)
      bytes += read.bytes;
  return bytes;
}

int64_t CostModel::leastDramReads(int32_t layer, int32_t firstLayer) const {
  int64_t bytes = 0;
  for (const DramRead &read : layerReads[layer])
    if (read.producer < firstLayer)
      bytes += read.leastBytes;
  return bytes;
}

CostModel::DramTraffic CostModel::dramTraffic(int32_t firstLayer,
                                              int32_t lastLayer) const {
  DramTraffic traffic;
  traffic.written = leavingBytes(firstLayer, lastLayer);
  traffic.arriving = dramReads(firstLayer, firstLayer);
  traffic.leaving = keptBytes(lastLayer, lastLayer);
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer) {
    traffic.read += dramReads(layer, firstLayer);
    if (streams(layer))
      traffic.streamed += layerWeights[layer];
  }
  return traffic;
}

int64_t CostModel::loadCycles(int64_t weights, int64_t largestShare,
                              int64_t delivered) const {
  const Package &package = problem.package;
  int64_t cycles =
      std::max(dramCycles(weights), divideUp(largestShare, package.port));
  if (!package.multicast)
    cycles = std::max(cycles, divideUp(delivered, portLinkRate));
  return cycles + package.dramLatency;
}

SegmentCost CostModel::closeSegment(int32_t firstLayer, int32_t lastLayer,
                                    int64_t beatCalls,
                                    const DramTraffic &traffic,
                                    const SegmentTotals &totals) const {
  const EnergyTable &energy = problem.package.energy;
  int64_t calls = problem.calls();
  int64_t weights = loadedWeights(firstLayer, lastLayer);
  SegmentCost cost;
  cost.beats = calls / beatCalls;
  cost.slowestStage = totals.slowest;
  cost.load = loadCycles(weights, totals.share, totals.delivered);
  cost.dramBeat = dramCycles((traffic.read + traffic.written) * beatCalls +
                             traffic.streamed);
  cost.pace = std::max(cost.slowestStage, cost.dramBeat);
  int64_t beat =
      std::max(cost.dramBeat, totals.sum + edgeCycles(traffic, beatCalls));
  cost.fill = beat - cost.pace;
  cost.cycles = saturate(cost.load + cost.fill +
                         static_cast<__int128>(cost.beats) * cost.pace);
  cost.latency = cost.load + beat;
  cost.dramBytes = weights + (traffic.read + traffic.written) * calls +
                   traffic.streamed * cost.beats;
  cost.energySram = multiplyUp(totals.delivered, energy.sramWrite);
  cost.energyNop =
      networkEnergy(weights, totals.delivered, hopsOfPackage) +
      multiplyUp(traffic.written * calls * hopsOfPackage, energy.hop);
  cost.energyDram = multiplyUp(cost.dramBytes, energy.dram);
  cost.energyIdle = multiplyUp(cost.cycles, energy.idle);
  return cost;
}

//===----------------------------------------------------------------------===//
// Streamed layers
//===----------------------------------------------------------------------===//

bool CostModel::fitsAlone(const Tiling &tiling, int32_t size) const {
  RegionContext region;
  region.size = size;
  region.kinds = allKinds();
  region.solo = true;
  LayerContext context;
  context.last = true;
  OperandMask external = externalOperands(tiling.layer, tiling.layer);
  for (WeightMode mode : {WeightMode::Distributed, WeightMode::Replicated}) {
    region.mode = mode;
    int64_t resident = streams(tiling.layer) ? 0
                       : mode == WeightMode::Distributed
                           ? distributedWeights(tiling.layer, size)
                           : tiling.weightTile;
    LayerTerms terms = layerTerms(tiling, region, external);
    int64_t tiles = leastTileBytes(terms, region, context);
    for (int64_t level : kLevels)
      if (resident <= budget(region.kinds, level) &&
          tiles <= room(region.kinds, level))
        return true;
  }
  return false;
}

/// Whether `layer` alone on the whole package fits with resident weights.
static bool fitsResident(const CostModel &model, int32_t layer) {
  // Data parallelism has few partitions of its own. A layer must not stream
  // there that is resident in `merged`, or its plans would be no plans of it.
  Problem problem = model.getProblem();
  problem.config.strategy = Strategy::Merged;
  int64_t calls = 1;
  std::vector<Partition> partitions =
      enumerateSmallestTiles(problem, layer, model.numChiplets(), calls);
  Tiler tiler(model, layer, calls);
  return llvm::any_of(partitions, [&](const Partition &factors) {
    return model.fitsAlone(tiler.make(factors), model.numChiplets());
  });
}

void CostModel::findStreamedLayers() {
  streamed.assign(problem.network.layers.size(), false);
  for (int32_t layer = 0; layer < problem.network.numLayers(); ++layer)
    streamed[layer] = layerWeights[layer] > 0 && !fitsResident(*this, layer);
}
