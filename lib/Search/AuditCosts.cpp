//===- AuditCosts.cpp - The costs of a plan, computed again ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditCosts.h"

#include "AuditTraffic.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;
using namespace scope::search::auditing;

/// Product of the sizes of `tile` without dimension `without`.
static Wide points(const Tile &tile, int32_t without) {
  Wide product = 1;
  for (auto [dim, range] : llvm::enumerate(tile))
    if (static_cast<int32_t>(dim) != without)
      product *= range.size();
  return product;
}

/// The output channels of every tile of a layer, piece by piece.
using Pieces = std::vector<std::vector<Range>>;

/// Passes over the input that the lanes over output channels need for a piece.
static int64_t passesOver(const Layer &layer, const Range &channels,
                          const ChipletKind &kind) {
  return layer.kDim < 0 ? 1 : ceilDiv(channels.size(), kind.macK);
}

/// Cycles of the slowest tile on a chiplet of `kind`.
static int64_t computeCycles(const LayerFacts &facts, const Pieces &pieces,
                             const ChipletKind &kind) {
  const Layer &layer = *facts.layer;
  Wide slowest = 0;
  for (auto [tile, ranges] : llvm::zip_equal(facts.tiles, pieces)) {
    Wide cycles = 0;
    for (const Range &channels : ranges) {
      Wide mac = 0, others = points(tile, layer.kDim);
      if (layer.macs > 0)
        mac = Wide(passesOver(layer, channels, kind)) *
              ceilDiv(layer.channelReduction, kind.macC) * others *
              layer.otherReduction;
      Wide operations = others * channels.size() * layer.streamOps;
      Wide vec = (operations + kind.vector - 1) / kind.vector;
      cycles += std::max(mac, vec);
    }
    slowest = std::max(slowest, cycles);
  }
  // Serial work is counted on the largest box of each operand.
  Wide serial = 0;
  for (auto [operand, touched] :
       llvm::zip_equal(layer.operands, facts.operands))
    serial +=
        Wide(operand.serialOps) * (touched.largest / operand.elementBytes);
  return saturate(slowest + (serial + kind.vector - 1) / kind.vector);
}

/// Femtojoules of a beat in the SRAMs that the computation itself takes.
static int64_t computeEnergySram(const Problem &problem,
                                 const LayerFacts &facts, const Pieces &pieces,
                                 int64_t beatCalls, const ChipletKind &kind) {
  const Layer &layer = *facts.layer;
  // The tile with most output channels says how often inputs are read.
  int64_t passes = 0;
  for (const std::vector<Range> &ranges : pieces) {
    int64_t ofTile = 0;
    for (const Range &channels : ranges)
      ofTile += passesOver(layer, channels, kind);
    passes = std::max(passes, ofTile);
  }
  Wide read = 0, written = 0;
  for (const Tile &tile : facts.tiles)
    for (const Operand &operand : layer.operands) {
      int64_t bytes = touchedBox(operand, tile).bytes();
      read += operand.kind == OperandKind::Weight ? Wide(bytes) * tile[0].size()
                                                  : Wide(bytes) * passes;
    }
  for (const Output &output : layer.outputs)
    written += Wide(problem.network.values[output.value].bytes) * beatCalls;
  return energyFor(read, problem.package.energy.sramRead) +
         energyFor(written, problem.package.energy.sramWrite);
}

namespace {
/// Computes the costs of one segment.
class Recomputation {
public:
  Recomputation(const Problem &problem, const Grid &grid, const Memory &memory)
      : problem(problem), network(problem.network), grid(grid), memory(memory) {
  }

  ClusterCost cluster(const ClusterFacts &facts) const;
  SegmentCost segment(llvm::ArrayRef<ClusterFacts> clusters) const;
  LayerCost layer(const ClusterFacts &facts, int32_t index,
                  Buffering buffering) const;

private:
  int64_t cyclesInBands(const ClusterFacts &facts, int32_t index,
                        const LayerCost &cost, bool inPieces) const;

  const Problem &problem;
  const Network &network;
  const Grid &grid;
  const Memory &memory;
};
} // namespace

/// Cycles of a layer of which the DRAM sends bands of rows, two of which there
/// is room for.
int64_t Recomputation::cyclesInBands(const ClusterFacts &facts, int32_t index,
                                     const LayerCost &cost,
                                     bool inPieces) const {
  const LayerFacts &own = facts.layers[index - facts.view.first];
  int64_t moved = cost.weights + cost.external + cost.send;
  int64_t longer = std::max(cost.compute, moved);
  if (inPieces)
    return longer;
  bool isRead = false, share = false;
  for (auto [operand, touched] :
       llvm::zip_equal(own.layer->operands, own.operands))
    if (memory.isExternal(facts.view, operand) && touched.largest > 0) {
      isRead = true;
      share |= Wide(touched.band) * own.bands > touched.largest;
    }
  if (!isRead)
    return longer;
  int64_t answers = own.bands * (problem.package.dramLatency +
                                 grid.farthestFromDram() * problem.package.hop);
  return std::max(longer,
                  share ? answers + cost.external : (answers + longer + 1) / 2);
}

LayerCost Recomputation::layer(const ClusterFacts &facts, int32_t index,
                               Buffering buffering) const {
  const ClusterView &view = facts.view;
  const LayerFacts &own = facts.layers[index - view.first];
  const Package &package = problem.package;
  LayerCost cost;
  cost.used = own.used();
  Pieces pieces = memory.channelsOf(view, index, own);
  for (auto [number, kind] : llvm::enumerate(package.kinds))
    if (view.kinds >> number & 1) {
      cost.compute = std::max(cost.compute, computeCycles(own, pieces, kind));
      cost.energySram =
          std::max(cost.energySram, computeEnergySram(problem, own, pieces,
                                                      view.beatCalls, kind));
    }
  cost.energyMac =
      energyFor(Wide(own.layer->macs) * view.beatCalls, package.energy.mac);
  auto count = [&](const Move &move, int64_t &cycles) {
    cycles += move.cycles;
    cost.energySram += move.energySram;
    cost.energyNop += move.energyNop;
  };
  for (auto [number, operand] : llvm::enumerate(own.layer->operands))
    if (operand.kind == OperandKind::Activation &&
        !memory.isExternal(view, operand)) {
      int32_t producer = network.values[operand.value].producer;
      count(
          moveInternal(grid, own, number, facts.layers[producer - view.first]),
          cost.internal);
    }
  count(moveExternal(grid, memory, view, own), cost.external);
  count(moveWeights(grid, memory, view, index, own), cost.weights);
  if (index == view.last) {
    int64_t leaving =
        leavingBytes(network, view.first, view.last) * view.beatCalls;
    cost.send = cyclesFor(leaving, package.port, own.used());
    cost.energySram += energyFor(leaving, package.energy.sramRead);
  }
  // What has no second buffer for the whole beat is read and written while the
  // layer is at work.
  if (view.solo && (buffering != Buffering::Twice || view.first != view.last)) {
    Wide read = 0, written = 0;
    for (auto [operand, touched] :
         llvm::zip_equal(own.layer->operands, own.operands))
      if (memory.isExternal(view, operand))
        read += touched.distinct;
    if (index == view.last)
      written =
          Wide(leavingBytes(network, view.first, view.last)) * view.beatCalls;
    cost.external = std::max(cost.external, grid.dramCycles(read));
    cost.send = std::max(cost.send, grid.dramCycles(written));
  }
  cost.overlapped = buffering != Buffering::Once;
  cost.banded = buffering == Buffering::Bands;
  size_t numPieces = 0;
  for (llvm::ArrayRef<Range> ranges : pieces)
    numPieces = std::max(numPieces, ranges.size());
  bool inPieces = numPieces > 1;
  int64_t moved = cost.weights + cost.external + cost.send;
  if (!cost.overlapped)
    cost.cycles = cost.compute + moved;
  else if (inPieces && view.solo && view.first != view.last)
    // Every piece needs whole tiles of the operands.
    cost.cycles =
        cost.external + std::max(cost.compute, cost.weights + cost.send);
  else if (cost.banded)
    cost.cycles = cyclesInBands(facts, index, cost, inPieces);
  else if (inPieces && !view.solo)
    // Results leave for other clusters when the last piece makes them.
    cost.cycles = std::max(
        moved, std::max(cost.compute, cost.weights + cost.external) +
                   std::max<int64_t>(0, cost.send -
                                            cost.compute / int64_t(numPieces)));
  else
    cost.cycles = std::max(cost.compute, moved);
  cost.cycles += cost.internal;
  // Who computes row by row reads the weights of a tile for every row.
  bool byRows = cost.banded;
  if (buffering == Buffering::Once)
    for (const Buffer &buffer : memory.tileBuffers(view, index, own, buffering))
      byRows |= buffer.role == BufferRole::Output && buffer.copies > 1;
  if (byRows && !inPieces) {
    Wide again = 0;
    for (const Tile &tile : own.tiles)
      for (const Operand &operand : own.layer->operands)
        if (operand.kind == OperandKind::Weight)
          again += Wide(touchedBox(operand, tile).bytes()) * tile[0].size();
    cost.energySram +=
        energyFor(again * (own.bandsOfCall - 1), package.energy.sramRead);
  }
  return cost;
}

ClusterCost Recomputation::cluster(const ClusterFacts &facts) const {
  ClusterCost cost;
  for (int32_t index = facts.view.first; index <= facts.view.last; ++index) {
    cost.layers.push_back(
        layer(facts, index, facts.buffering[index - facts.view.first]));
    cost.stage += cost.layers.back().cycles;
    cost.tiles =
        std::max(cost.tiles, facts.needs[index - facts.view.first].least());
  }
  cost.residentWeights = facts.residents.weights;
  cost.resident = facts.residents.weights + facts.residents.edges;
  cost.deliveredWeights = facts.residents.delivered;
  return cost;
}

SegmentCost
Recomputation::segment(llvm::ArrayRef<ClusterFacts> clusters) const {
  const Package &package = problem.package;
  const EnergyTable &energy = package.energy;
  int32_t first = clusters.front().view.first;
  int32_t last = clusters.back().view.last;
  SegmentCost cost;
  cost.beats = problem.calls() / clusters.front().view.beatCalls;
  int64_t stages = 0, largestShare = 0, delivered = 0;
  for (const ClusterFacts &facts : clusters) {
    cost.clusters.push_back(cluster(facts));
    const ClusterCost &part = cost.clusters.back();
    stages += part.stage;
    cost.slowestStage = std::max(cost.slowestStage, part.stage);
    largestShare = std::max(largestShare, part.residentWeights);
    delivered += part.deliveredWeights;
  }

  int64_t loaded = 0;
  for (int32_t index = first; index <= last; ++index)
    if (!memory.streams(index))
      loaded += distinctWeights(network.layers[index]);
  cost.load =
      std::max(grid.dramCycles(loaded), cyclesFor(largestShare, package.port));
  if (!package.multicast)
    cost.load = std::max(cost.load,
                         cyclesFor(delivered, package.link, grid.dramLinks()));
  cost.load += package.dramLatency;

  DramBytes dram = dramBytes(network, memory, first, last);
  int64_t calls = clusters.front().view.beatCalls;
  int64_t beat = (dram.read + dram.written) * calls + dram.streamed;
  cost.dramBeat = grid.dramCycles(beat);
  cost.pace = std::max(cost.slowestStage, cost.dramBeat);
  // The first beat meets nothing on its way, and the last one neither.
  int64_t alone = grid.dramCycles(Wide(dram.arriving) * calls) + stages +
                  grid.dramCycles(Wide(dram.leaving) * calls);
  cost.fill = std::max(cost.dramBeat, alone) - cost.pace;
  cost.cycles =
      saturate(Wide(cost.load) + cost.fill + Wide(cost.beats) * cost.pace);
  cost.latency = cost.load + cost.fill + cost.pace;
  cost.dramBytes = loaded + beat * cost.beats;

  int64_t hops = grid.packageHops();
  int64_t stored = dram.written * problem.calls();
  cost.energySram = energyFor(delivered, energy.sramWrite);
  cost.energyNop = networkEnergy(package, loaded, delivered, hops) +
                   energyFor(Wide(stored) * hops, energy.hop);
  cost.energyDram = energyFor(cost.dramBytes, energy.dram);
  cost.energyIdle = energyFor(cost.cycles, energy.idle);
  for (const ClusterCost &part : cost.clusters)
    for (const LayerCost &layer : part.layers) {
      cost.energyMac += layer.energyMac * cost.beats;
      cost.energySram += layer.energySram * cost.beats;
      cost.energyNop += layer.energyNop * cost.beats;
    }
  return cost;
}

SegmentCost auditing::recompute(const Problem &problem, const Grid &grid,
                                const Memory &memory,
                                llvm::ArrayRef<ClusterFacts> clusters) {
  return Recomputation(problem, grid, memory).segment(clusters);
}

bool auditing::isSlower(const Problem &problem, const Grid &grid,
                        const Memory &memory, const ClusterFacts &facts,
                        int32_t index, Buffering one, Buffering other) {
  Recomputation costs(problem, grid, memory);
  return costs.layer(facts, index, one).cycles >
         costs.layer(facts, index, other).cycles;
}
