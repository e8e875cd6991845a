//===- CostModel.cpp - Cycles, bytes and energy of a plan -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/CostModel.h"

#include "scope/Search/Partitions.h"

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
  int64_t border =
      b * std::min<int64_t>(2, shortSide - a) + a * std::min<int64_t>(2, longSide - b);
  CostModel::Geometry geometry;
  geometry.hops = std::max<int64_t>(1, ceilDiv(a + b, 3));
  geometry.links = std::max<int64_t>(1, 2 * (inside + border));
  return geometry;
}

CostModel::CostModel(const Problem &problem)
    : problem(problem), chiplets(snakeOrder(problem.package)),
      dramRate(dramBandwidth(problem.package)) {
  const Package &package = problem.package;
  for (Coordinate at : chiplets)
    slotKind.push_back(
        package.kindAt.empty() ? 0 : package.kindAt[at.row * package.cols + at.col]);
  geometries.resize(chiplets.size() + 1);
  for (size_t used = 1; used < geometries.size(); ++used)
    geometries[used] = makeGeometry(package, static_cast<int64_t>(used));
  for (size_t used = 0; used < geometries.size(); ++used)
    portsOf.push_back(package.port * static_cast<int64_t>(used));
  hopsOfPackage =
      std::max<int64_t>(1, ceilDiv(int64_t(package.rows) + package.cols, 3));
  portLinkRate = package.link * std::max<int64_t>(1, dramPortLinks(package));
  for (const Layer &layer : problem.network.layers)
    layerWeights.push_back(weightBytes(layer));
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

int64_t CostModel::compute(const Tiling &tiling, KindMask kinds) const {
  int64_t slowest = 0;
  for (auto [index, cycles] : llvm::enumerate(tiling.compute))
    if (kinds >> index & 1)
      slowest = std::max(slowest, cycles);
  return slowest;
}

//===----------------------------------------------------------------------===//
// Tilings
//===----------------------------------------------------------------------===//

/// The coordinates that iterations [low, high) of the access's dimension touch.
static std::pair<int64_t, int64_t> touchedRange(const Access &access,
                                                int64_t low, int64_t high) {
  if (access.dim < 0)
    return {access.begin, access.end};
  int64_t begin = low * access.stride + access.offset;
  int64_t end = (high - 1) * access.stride + access.offset + access.window;
  begin = std::clamp(begin, access.begin, access.end);
  end = std::clamp(end, begin, access.end);
  return {begin, end};
}

/// Largest and summed extents that tiles of size `tile` of dimension `dim`
/// touch through all accesses that run along it.
static std::pair<int64_t, int64_t> dimExtents(llvm::ArrayRef<Access> accesses,
                                              int32_t dim, int64_t size,
                                              int64_t tile) {
  int64_t largest = 0, total = 0;
  for (int64_t low = 0; low < size; low += tile) {
    int64_t extent = 1;
    for (const Access &access : accesses)
      if (access.dim == dim) {
        auto [begin, end] =
            touchedRange(access, low, std::min(low + tile, size));
        extent *= end - begin;
      }
    largest = std::max(largest, extent);
    total += extent;
  }
  return {largest, total};
}

Tiling CostModel::makeTiling(int32_t layerIndex,
                             llvm::ArrayRef<int32_t> factors,
                             int64_t calls) const {
  const Layer &layer = problem.network.layers[layerIndex];
  const Package &package = problem.package;
  Tiling tiling;
  tiling.layer = layerIndex;
  tiling.calls = calls;
  unsigned numDims = layer.dims.size();
  int64_t points = 1, batchTile = 1;
  for (unsigned d = 0; d < numDims; ++d) {
    int64_t size = d == 0 ? calls : layer.dims[d].size;
    int64_t tile = ceilDiv(size, factors[d]);
    int64_t used = ceilDiv(size, tile);
    tiling.tile.push_back(tile);
    tiling.factors.push_back(static_cast<int32_t>(used));
    tiling.used *= static_cast<int32_t>(used);
    points *= tile;
    if (d == 0)
      batchTile = tile;
  }

  // Which dimension the bands of a streamed feature map run along.
  int32_t bandDim = -1;
  for (unsigned d = 1; d < numDims && bandDim < 0; ++d)
    if (layer.dims[d].role == DimRole::Row && tiling.tile[d] > 1)
      bandDim = static_cast<int32_t>(d);

  int64_t serialOps = 0;
  for (const Operand &operand : layer.operands) {
    Tiling::Touched touched;
    bool isWeight = operand.kind == OperandKind::Weight;
    touched.largest = touched.total = touched.band = operand.elementBytes;
    for (unsigned d = 0; d < numDims; ++d) {
      if (d == 0 && !isWeight) {
        touched.largest *= batchTile;
        touched.total *= calls;
        continue;
      }
      int64_t size = d == 0 ? calls : layer.dims[d].size;
      auto [largest, total] = dimExtents(operand.accesses, int32_t(d), size,
                                         tiling.tile[d]);
      touched.largest *= largest;
      touched.total *= total;
      touched.band *= int32_t(d) == bandDim
                          ? dimExtents(operand.accesses, bandDim, size, 1).first
                          : largest;
    }
    for (const Access &access : operand.accesses)
      if (access.dim < 0) {
        touched.largest *= access.end - access.begin;
        touched.total *= access.end - access.begin;
        touched.band *= access.end - access.begin;
      }
    serialOps += operand.serialOps * (touched.largest / operand.elementBytes);
    if (isWeight) {
      tiling.weightTile += touched.largest;
      tiling.weightTotal += touched.total;
    }
    tiling.operands.push_back(touched);
  }

  for (const Output &output : layer.outputs) {
    int64_t bytes = output.elementBytes * output.constantElements;
    int64_t band = bytes;
    for (int32_t d : output.dims) {
      bytes *= tiling.tile[d];
      band *= d == bandDim ? 1 : tiling.tile[d];
    }
    bytes *= batchTile;
    tiling.outputs.push_back(bytes);
    tiling.outputTile += bytes;
    tiling.outputBand += band;
  }

  int64_t tileK = layer.kDim >= 0 ? tiling.tile[layer.kDim] : 1;
  int64_t energyWrites = 0;
  for (const Output &output : layer.outputs)
    energyWrites += problem.network.values[output.value].bytes * calls;
  tiling.energyMac = multiplyUp(saturate(__int128(layer.macs) * calls),
                                package.energy.mac);
  for (const ChipletKind &kind : package.kinds) {
    int64_t passes = ceilDiv(tileK, kind.macK);
    int64_t mac = 0;
    if (layer.macs > 0)
      mac = saturate(__int128(passes) *
                     ceilDiv(layer.channelReduction, kind.macC) *
                     (points / tileK) * layer.otherReduction);
    int64_t vec = saturate(
        (__int128(layer.streamOps) * points + kind.vector - 1) / kind.vector);
    tiling.serial.push_back(ceilDiv(serialOps, kind.vector));
    tiling.compute.push_back(std::max(mac, vec) + tiling.serial.back());
    // Every sample reads the weights of its tile once; the tiles of one call are
    // there once for each part of the batch.
    int64_t reads = tiling.weightTotal / tiling.factors[0] * calls;
    for (auto [operand, touched] :
         llvm::zip_equal(layer.operands, tiling.operands))
      if (operand.kind != OperandKind::Weight)
        reads += touched.total * passes;
    tiling.energySram.push_back(
        multiplyUp(reads, package.energy.sramRead) +
        multiplyUp(energyWrites, package.energy.sramWrite));
  }
  return tiling;
}

//===----------------------------------------------------------------------===//
// Transfers
//===----------------------------------------------------------------------===//

int64_t CostModel::commCycles(int64_t in, int64_t out, int64_t total,
                              int64_t links, int64_t hops) const {
  const Package &package = problem.package;
  int64_t crossing = package.multicast ? total : saturate(__int128(total) * hops);
  return std::max({divideUp(in, package.port), divideUp(out, package.port),
                   divideUp(crossing, package.link * links)}) +
         hops * package.hop;
}

/// What one chiplet must send when `total` bytes go out from `senders` of which
/// each holds `own`, and nobody receives more than `in`. With multicast a byte
/// leaves its sender once however many receive it.
static int64_t sentByOne(const Package &package, int64_t in, int64_t total,
                         int64_t own, int64_t senders) {
  int64_t even = std::max(in, ceilDiv(total, senders));
  return package.multicast ? std::min(own, even) : even;
}

Transfer CostModel::internalTransfer(const Tiling &consumer, unsigned operand,
                                     const Tiling &producer) const {
  const Network &network = problem.network;
  const Package &package = problem.package;
  const Layer &to = network.layers[consumer.layer];
  const Layer &from = network.layers[producer.layer];
  const Operand &read = to.operands[operand];
  const Output *made = nullptr;
  int64_t own = 0;
  for (auto [output, bytes] : llvm::zip_equal(from.outputs, producer.outputs))
    if (output.value == read.value) {
      made = &output;
      own = bytes;
    }
  assert(made && "operand is not made by the producer");

  // Dimensions of the producer that are split must be followed one to one by
  // the consumer, or nothing of its tiles can be reused.
  bool reusable = true;
  for (unsigned d = 1; d < producer.factors.size(); ++d) {
    if (producer.factors[d] == 1)
      continue;
    reusable &= llvm::any_of(read.accesses, [&](const Access &access) {
      return access.producerDim == int32_t(d);
    });
  }

  Transfer transfer;
  unsigned consumerDims = consumer.factors.size();
  unsigned producerDims = producer.factors.size();
  llvm::SmallVector<int32_t, 6> toDigits(consumerDims, 0);
  llvm::SmallVector<int32_t, 6> fromDigits(producerDims, 0);
  for (int32_t chiplet = 0; chiplet < consumer.used; ++chiplet) {
    auto range = [&](const Tiling &tiling, const Layer &layer,
                     llvm::ArrayRef<int32_t> digits, unsigned d) {
      int64_t size = d == 0 ? tiling.calls : layer.dims[d].size;
      int64_t low = digits[d] * tiling.tile[d];
      return std::make_pair(low, std::min(low + tiling.tile[d], size));
    };
    bool computes = reusable && chiplet < producer.used;
    auto [callLow, callHigh] = range(consumer, to, toDigits, 0);
    int64_t touched = read.elementBytes * (callHigh - callLow);
    int64_t reused = read.elementBytes;
    if (computes) {
      auto [madeLow, madeHigh] = range(producer, from, fromDigits, 0);
      reused *= std::max<int64_t>(0, std::min(callHigh, madeHigh) -
                                         std::max(callLow, madeLow));
    }
    for (const Access &access : read.accesses) {
      std::pair<int64_t, int64_t> tile = {0, 0};
      if (access.dim >= 0)
        tile = range(consumer, to, toDigits, access.dim);
      auto [begin, end] = touchedRange(access, tile.first, tile.second);
      touched *= end - begin;
      if (computes && access.producerDim >= 0) {
        auto [madeLow, madeHigh] =
            range(producer, from, fromDigits, access.producerDim);
        begin = std::max(begin, madeLow);
        end = std::max(begin, std::min(end, madeHigh));
      }
      reused *= end - begin;
    }
    int64_t received = computes ? touched - reused : touched;
    transfer.largest = std::max(transfer.largest, received);
    transfer.total += received;
    for (unsigned d = consumerDims; d-- > 0;) {
      if (++toDigits[d] < consumer.factors[d])
        break;
      toDigits[d] = 0;
    }
    for (unsigned d = producerDims; d-- > 0;) {
      if (++fromDigits[d] < producer.factors[d])
        break;
      fromDigits[d] = 0;
    }
  }
  if (transfer.total == 0)
    return transfer;

  const Geometry &region =
      geometry(std::max(consumer.used, producer.used));
  int64_t out = sentByOne(package, transfer.largest, transfer.total, own,
                          producer.used);
  transfer.cycles = commCycles(transfer.largest, out, transfer.total,
                               region.links, region.hops);
  int64_t sent = package.multicast
                     ? std::min(transfer.total, own * producer.used)
                     : transfer.total;
  transfer.energySram = multiplyUp(transfer.total, package.energy.sramWrite) +
                        multiplyUp(sent, package.energy.sramRead);
  transfer.energyNop =
      multiplyUp(transfer.total * region.hops, package.energy.hop);
  return transfer;
}

Transfer CostModel::externalTransfer(const Tiling &tiling,
                                     uint32_t operands) const {
  Transfer transfer;
  for (auto [index, touched] : llvm::enumerate(tiling.operands))
    if (operands >> index & 1) {
      transfer.largest += touched.largest;
      transfer.total += touched.total;
    }
  if (transfer.total == 0)
    return transfer;
  const EnergyTable &energy = problem.package.energy;
  transfer.cycles =
      commCycles(transfer.largest, 0, transfer.total,
                 geometry(tiling.used).links, hopsOfPackage);
  transfer.energySram = multiplyUp(transfer.total, energy.sramWrite);
  transfer.energyNop = multiplyUp(transfer.total * hopsOfPackage, energy.hop);
  return transfer;
}

Transfer CostModel::weightTransfer(const Tiling &tiling, WeightMode mode,
                                   int32_t size) const {
  const Package &package = problem.package;
  Transfer transfer;
  int64_t distinct = layerWeights[tiling.layer];
  if (distinct == 0)
    return transfer;
  int64_t out = 0, hops = hopsOfPackage, sent = 0;
  if (streams(tiling.layer)) {
    transfer.largest = tiling.weightTile;
    transfer.total = tiling.weightTotal;
  } else if (mode == WeightMode::Distributed) {
    // Each chiplet of the region holds an even share, of its own slice first.
    transfer.largest = std::max<int64_t>(0, tiling.weightTile - distinct / size);
    transfer.total = transfer.largest * tiling.used;
    int64_t own = ceilDiv(distinct, size);
    out = sentByOne(package, transfer.largest, transfer.total, own, size);
    hops = geometry(tiling.used).hops;
    sent = package.multicast ? std::min(transfer.total, own * size)
                             : transfer.total;
  }
  if (transfer.total == 0)
    return transfer;
  transfer.cycles = commCycles(transfer.largest, out, transfer.total,
                               geometry(tiling.used).links, hops);
  transfer.energySram = multiplyUp(transfer.total, package.energy.sramWrite) +
                        multiplyUp(sent, package.energy.sramRead);
  transfer.energyNop = multiplyUp(transfer.total * hops, package.energy.hop);
  return transfer;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LayerTerms CostModel::layerTerms(const Tiling &tiling,
                                 const RegionContext &region,
                                 uint32_t externalOperands) const {
  const Layer &layer = problem.network.layers[tiling.layer];
  Transfer weights = weightTransfer(tiling, region.mode, region.size);
  Transfer external = externalTransfer(tiling, externalOperands);
  LayerTerms terms;
  terms.compute = compute(tiling, region.kinds);
  terms.weights = weights.cycles;
  terms.external = external.cycles;
  terms.used = tiling.used;
  for (auto [index, touched] : llvm::enumerate(tiling.operands)) {
    if (layer.operands[index].kind == OperandKind::Weight)
      continue;
    if (externalOperands >> index & 1) {
      terms.outside += touched.largest;
      terms.outsideBands += 2 * touched.band;
    } else {
      terms.inside += touched.largest;
    }
  }
  if (weights.total > 0)
    terms.inside += 2 * std::min(kWeightChunk, tiling.weightTile);
  terms.output = tiling.outputTile;
  terms.outputBands = std::min(tiling.outputTile, 2 * tiling.outputBand);
  terms.energyMac = tiling.energyMac;
  for (auto [index, energy] : llvm::enumerate(tiling.energySram))
    if (region.kinds >> index & 1)
      terms.energySram = std::max(terms.energySram, energy);
  terms.energySram += weights.energySram + external.energySram;
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
    twice = peak(2 * terms.outside, terms.output);
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
    cost.send = divideUp(context.leaving, portsOf[terms.used]);
    cost.energySram +=
        multiplyUp(context.leaving, problem.package.energy.sramRead);
  }
  TileNeed need(terms, region, context);
  int64_t moved = cost.weights + cost.external + cost.send;
  if (need.twice <= region.room) {
    cost.cycles = std::max(cost.compute, moved);
  } else if (need.banded <= region.room) {
    cost.banded = true;
    cost.cycles = std::max(cost.compute, moved);
  } else if (need.once <= region.room) {
    cost.overlapped = false;
    cost.cycles = cost.compute + moved;
  } else {
    cost.cycles = kUnbounded;
  }
  return cost;
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

uint32_t CostModel::externalOperands(int32_t layer, int32_t firstLayer) const {
  uint32_t mask = 0;
  for (auto [index, operand] :
       llvm::enumerate(problem.network.layers[layer].operands)) {
    if (operand.kind == OperandKind::Weight)
      continue;
    if (operand.kind == OperandKind::Table ||
        problem.network.values[operand.value].producer < firstLayer)
      mask |= 1u << index;
  }
  return mask;
}

int64_t CostModel::leavingBytes(int32_t firstLayer, int32_t lastLayer) const {
  int64_t bytes = 0;
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer)
    for (const Output &output : problem.network.layers[layer].outputs) {
      const Value &value = problem.network.values[output.value];
      if (value.isNetworkOutput ||
          (!value.consumers.empty() && value.consumers.back() > lastLayer))
        bytes += value.bytes;
    }
  return bytes;
}

llvm::SmallVector<CostModel::WaitingBeats, 2>
CostModel::edgesOf(int32_t firstLayer, int32_t lastLayer, int32_t layer,
                   int64_t calls) const {
  const Network &network = problem.network;
  llvm::SmallVector<WaitingBeats, 2> edges;
  for (const Operand &operand : network.layers[layer].operands) {
    if (operand.kind != OperandKind::Activation)
      continue;
    const Value &value = network.values[operand.value];
    // Count an arriving value at its first reader inside, and once there.
    if (value.producer < firstLayer &&
        *llvm::lower_bound(value.consumers, firstLayer) == layer &&
        llvm::none_of(edges, [&](const WaitingBeats &edge) {
          return edge.value == operand.value;
        }))
      edges.push_back({operand.value, 1, /*arrives=*/true});
  }
  // A result for a layer further down waits one beat for every stage between;
  // there are never more stages than chiplets, or more beats than the batch has.
  int64_t mostWaiting =
      std::min<int64_t>(std::max<int32_t>(0, numChiplets() - 2),
                        problem.calls() / calls - 1);
  for (const Output &output : network.layers[layer].outputs) {
    const Value &value = network.values[output.value];
    if (value.consumers.empty() || value.consumers.back() <= lastLayer)
      continue;
    int64_t skipped = std::min<int64_t>(
        value.consumers.back() - lastLayer - 1, mostWaiting);
    if (skipped > 0)
      edges.push_back({output.value, skipped, /*arrives=*/false});
  }
  return edges;
}

int64_t CostModel::edgeBytes(int32_t firstLayer, int32_t lastLayer,
                             int32_t size, int64_t calls, bool solo) const {
  if (solo)
    return 0;
  int64_t bytes = 0;
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer)
    for (const WaitingBeats &edge :
         edgesOf(firstLayer, lastLayer, layer, calls))
      bytes += edge.beats *
               ceilDiv(problem.network.values[edge.value].bytes * calls, size);
  return bytes;
}

int64_t CostModel::distributedWeights(int32_t layer, int32_t size) const {
  return streams(layer) ? 0 : ceilDiv(layerWeights[layer], size);
}

CostModel::DramTraffic CostModel::dramTraffic(int32_t firstLayer,
                                              int32_t lastLayer) const {
  const Network &network = problem.network;
  DramTraffic traffic;
  for (const Value &value : network.values) {
    bool madeInside =
        value.producer >= firstLayer && value.producer <= lastLayer;
    if (madeInside && (value.isNetworkOutput ||
                       (!value.consumers.empty() &&
                        value.consumers.back() > lastLayer)))
      traffic.written += value.bytes;
    const int32_t *reader = llvm::lower_bound(value.consumers, firstLayer);
    if (value.producer < firstLayer && reader != value.consumers.end() &&
        *reader <= lastLayer)
      traffic.read += value.bytes;
  }
  for (int32_t layer = firstLayer; layer <= lastLayer; ++layer) {
    if (streams(layer))
      traffic.streamed += layerWeights[layer];
    for (const Operand &operand : network.layers[layer].operands) {
      if (operand.kind != OperandKind::Table)
        continue;
      int64_t bytes = operand.elementBytes;
      for (const Access &access : operand.accesses)
        bytes *= access.end - access.begin;
      traffic.read += bytes;
    }
  }
  return traffic;
}

int64_t CostModel::loadCycles(int64_t weights, int64_t largestShare,
                              int64_t delivered) const {
  const Package &package = problem.package;
  int64_t cycles = std::max(dramCycles(weights),
                            divideUp(largestShare, package.port));
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
  cost.fill = totals.sum - totals.slowest;
  cost.dramBeat = dramCycles(traffic.ofBeat(beatCalls));
  cost.pace = std::max(cost.slowestStage, cost.dramBeat);
  cost.cycles = saturate(cost.load + cost.fill +
                         static_cast<__int128>(cost.beats) * cost.pace);
  cost.latency = cost.load + totals.sum;
  cost.dramBytes = weights + traffic.ofBeat(beatCalls) * cost.beats;
  cost.energySram = multiplyUp(totals.delivered, energy.sramWrite);
  cost.energyNop =
      multiplyUp(totals.delivered * hopsOfPackage, energy.hop) +
      multiplyUp(traffic.written * calls * hopsOfPackage, energy.hop);
  cost.energyDram = multiplyUp(cost.dramBytes, energy.dram);
  cost.energyIdle = multiplyUp(cost.cycles, energy.idle);
  return cost;
}

//===----------------------------------------------------------------------===//
// Streamed layers
//===----------------------------------------------------------------------===//

/// Whether `layer` alone on the whole package fits with resident weights.
static bool fitsResident(const CostModel &model, int32_t layer,
                         llvm::ArrayRef<Tiling> tilings) {
  RegionContext region;
  region.size = model.numChiplets();
  region.kinds = model.allKinds();
  region.solo = true;
  LayerContext context;
  context.last = true;
  uint32_t external = model.externalOperands(layer, layer);
  for (WeightMode mode : {WeightMode::Distributed, WeightMode::Replicated}) {
    region.mode = mode;
    for (const Tiling &tiling : tilings) {
      int64_t resident = mode == WeightMode::Distributed
                             ? ceilDiv(model.weights(layer), region.size)
                             : tiling.weightTile;
      LayerTerms terms = model.layerTerms(tiling, region, external);
      int64_t tiles = model.leastTileBytes(terms, region, context);
      for (int64_t level : kLevels)
        if (resident <= model.budget(region.kinds, level) &&
            tiles <= model.room(region.kinds, level))
          return true;
    }
  }
  return false;
}

void CostModel::findStreamedLayers() {
  streamed.assign(problem.network.layers.size(), false);
  for (int32_t layer = 0; layer < problem.network.numLayers(); ++layer) {
    if (layerWeights[layer] == 0)
      continue;
    std::vector<Tiling> tilings;
    int64_t calls = 1;
    for (const Partition &factors :
         enumerateSmallestTiles(problem, layer, numChiplets(), calls))
      tilings.push_back(makeTiling(layer, factors, calls));
    streamed[layer] = !fitsResident(*this, layer, tilings);
  }
}
