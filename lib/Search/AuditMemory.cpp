//===- AuditMemory.cpp - Bytes that a plan needs on a chiplet -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditMemory.h"

#include "AuditSpace.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>
#include <set>

using namespace scope::search;
using namespace scope::search::auditing;

Memory::Memory(const Problem &problem, const Grid &grid)
    : problem(problem), network(problem.network), grid(grid),
      widths(elementWidths(problem.network)),
      streamed(problem.network.layers.size(), false) {
  for (int32_t layer = 0; layer < network.numLayers(); ++layer)
    if (distinctWeights(network.layers[layer]) > 0)
      streamed[layer] = !fitsResident(layer);
}

int64_t Memory::budget(const ClusterView &view) const {
  return grid.leastSram(view.kinds) * view.level / 16;
}

int64_t Memory::room(const ClusterView &view) const {
  return grid.leastSram(view.kinds) - budget(view) - problem.config.tileReserve;
}

bool Memory::isExternal(const ClusterView &view, const Operand &operand) const {
  if (operand.kind == OperandKind::Table)
    return true;
  return operand.kind == OperandKind::Activation &&
         network.values[operand.value].producer < view.first;
}

Memory::Fetched Memory::fetchedWeights(const ClusterView &view, int32_t layer,
                                       const LayerFacts &facts) const {
  if (streams(layer))
    return {facts.weightTile, facts.weightTotal};
  if (view.mode == WeightMode::Replicated)
    return {};
  if (facts.weightTile <= distinctWeights(*facts.layer) / view.size)
    return {};
  int64_t fetched = facts.weightTile - facts.weightTile / view.size;
  return {fetched, fetched * facts.used()};
}

Memory::Pieces Memory::pieces(const LayerFacts &facts) const {
  const Layer &layer = *facts.layer;
  Pieces pieces;
  for (const Tile &tile : facts.tiles)
    if (layer.kDim >= 0)
      pieces.all = std::max(pieces.all, tile[layer.kDim].size());
  Wide byChannel = facts.weightTile - facts.commonWeights;
  auto take = [&](int64_t channels) {
    pieces.channels = channels;
    pieces.bytes = static_cast<int64_t>(
        facts.commonWeights +
        (byChannel * channels + pieces.all - 1) / pieces.all);
    return pieces.bytes;
  };
  if (take(pieces.all) <= kWeightPiece || byChannel == 0)
    return pieces;
  // The lanes over output channels of the widest kind are filled, or a piece is
  // some part of one pass.
  int64_t lanes = 1;
  for (Coordinate at : grid.usable())
    lanes = std::max(lanes, grid.getPackage().kinds[grid.kindAt(at)].macK);
  int64_t fit = 0;
  while (fit < pieces.all && take(fit + lanes) <= kWeightPiece)
    fit += lanes;
  if (fit == 0) {
    int64_t room =
        std::max(kWeightPiece, grid.leastSram(grid.allKinds()) / kPiecesInSram);
    for (fit = 1; fit < lanes && take(fit + 1) <= room;)
      ++fit;
  }
  take(std::min(fit, pieces.all));
  return pieces;
}

std::vector<std::vector<Range>>
Memory::channelsOf(const ClusterView &view, int32_t layer,
                   const LayerFacts &facts) const {
  int32_t dim = facts.layer->kDim;
  Pieces of = pieces(facts);
  bool inPieces =
      of.areSeveral() && fetchedWeights(view, layer, facts).total > 0;
  std::vector<std::vector<Range>> channels;
  for (const Tile &tile : facts.tiles) {
    std::vector<Range> &ranges = channels.emplace_back();
    Range own = dim < 0 ? Range{0, 1} : tile[dim];
    int64_t step = inPieces ? of.channels : own.size();
    for (int64_t low = own.low; low < own.high; low += step)
      ranges.push_back({low, std::min(low + step, own.high)});
  }
  return channels;
}

/// The last layer that reads `value`; -1 if none does.
static int32_t lastReader(const Value &value) {
  int32_t last = -1;
  for (int32_t reader : value.consumers)
    last = std::max(last, reader);
  return last;
}

std::vector<Buffer> Memory::residentBuffers(const ClusterView &view,
                                            int32_t layer,
                                            const LayerFacts &facts) const {
  std::vector<Buffer> buffers;
  auto add = [&](BufferRole role, int32_t index, int64_t beat, int64_t beats) {
    if (beat > 0 && beats > 0)
      buffers.push_back(
          {role, layer, index, 0, beat * beats, beats, 0, view.lastStep()});
  };
  auto spread = [&](int32_t value) {
    return spreadEvenly(network.values[value].bytes * view.beatCalls, view.size,
                        widths[value]);
  };

  // Nothing is kept where the cluster takes turns with the DRAM.
  if (!view.solo) {
    std::set<int32_t> arriving;
    for (const Operand &operand : facts.layer->operands)
      if (operand.kind == OperandKind::Activation &&
          isExternal(view, operand)) {
        bool readBefore = false;
        for (int32_t reader : network.values[operand.value].consumers)
          readBefore |= reader >= view.first && reader < layer;
        if (!readBefore)
          arriving.insert(operand.value);
      }
    for (int32_t value : arriving)
      add(BufferRole::Arriving, value, spread(value), 1);

    for (const Output &output : facts.layer->outputs) {
      const Value &value = network.values[output.value];
      int32_t reader = lastReader(value);
      if (view.ahead) {
        if (value.isNetworkOutput || reader > view.last)
          add(BufferRole::Waiting, output.value, spread(output.value), 1);
        continue;
      }
      // Every layer between is a stage of its own, but each stage has a
      // chiplet, as have this cluster and the reader; and one beat of the batch
      // is always on its way.
      int64_t stages = 0;
      for (int32_t between = view.last + 1; between < reader; ++between)
        if (stages + 2 < grid.numUsable() &&
            stages + 1 < problem.calls() / view.beatCalls)
          ++stages;
      add(BufferRole::Waiting, output.value, spread(output.value), stages);
    }
  }

  int64_t widest = 1;
  for (const Operand &operand : facts.layer->operands)
    if (operand.kind == OperandKind::Weight)
      widest = std::max(widest, operand.elementBytes);
  if (!streams(layer))
    add(BufferRole::Weights, -1,
        view.mode == WeightMode::Replicated
            ? facts.weightTile
            : spreadEvenly(distinctWeights(*facts.layer), view.size, widest),
        1);
  return buffers;
}

std::vector<Buffer> Memory::tileBuffers(const ClusterView &view, int32_t layer,
                                        const LayerFacts &facts,
                                        Buffering buffering) const {
  std::vector<Buffer> buffers;
  int32_t exchange = 2 * (layer - view.first), compute = exchange + 1;
  auto add = [&](BufferRole role, int32_t index, int64_t copy, int64_t copies,
                 int32_t from, int32_t to) {
    if (copy > 0)
      buffers.push_back(
          {role, layer, index, 0, copy * copies, copies, from, to});
  };

  std::optional<Pieces> fetched;
  if (fetchedWeights(view, layer, facts).total > 0) {
    fetched = pieces(facts);
    add(BufferRole::Chunk, -1, fetched->bytes, 2, exchange, compute);
  }
  bool inPieces = fetched && fetched->areSeveral();
  for (auto [index, operand] : llvm::enumerate(facts.layer->operands)) {
    if (operand.kind == OperandKind::Weight)
      continue;
    const LayerFacts::Touched &touched = facts.operands[index];
    if (!isExternal(view, operand) || buffering == Buffering::Once)
      add(BufferRole::Input, int32_t(index), touched.largest, 1, exchange,
          compute);
    else
      add(BufferRole::Input, int32_t(index),
          buffering == Buffering::Bands && !inPieces ? touched.band
                                                     : touched.largest,
          2, exchange, compute);
  }

  int64_t whole = 0, band = 0;
  for (auto [output, outputBand] :
       llvm::zip_equal(facts.outputs, facts.outputBands)) {
    whole += output;
    band += outputBand;
  }
  // A piece makes its channels of the largest tile.
  if (inPieces) {
    band = 0;
    for (auto [output, bytes] :
         llvm::zip_equal(facts.layer->outputs, facts.outputs)) {
      bool differs = false;
      for (int32_t dim : output.dims)
        differs |= dim == facts.layer->kDim;
      band += differs ? bytes / fetched->all * fetched->channels : bytes;
    }
  }
  if (view.solo && layer == view.last &&
      (buffering != Buffering::Twice || inPieces) && 2 * band < whole) {
    add(BufferRole::Output, 0, band, 2, compute, compute);
    return buffers;
  }
  for (auto [index, bytes] : llvm::enumerate(facts.outputs)) {
    int32_t reader =
        lastReader(network.values[facts.layer->outputs[index].value]);
    int32_t until = compute;
    if (reader > view.last)
      until = view.lastStep();
    else if (reader > layer)
      until = 2 * (reader - view.first);
    add(BufferRole::Output, int32_t(index), bytes, 1, compute, until);
  }
  return buffers;
}

TileNeeds Memory::needs(const ClusterView &view, int32_t layer,
                        const LayerFacts &facts,
                        llvm::ArrayRef<Buffer> held) const {
  auto peak = [&](Buffering buffering) {
    std::vector<Buffer> buffers = tileBuffers(view, layer, facts, buffering);
    buffers.insert(buffers.end(), held.begin(), held.end());
    int64_t most = 0;
    int32_t exchange = 2 * (layer - view.first);
    for (int32_t step : {exchange, exchange + 1}) {
      int64_t live = 0;
      for (const Buffer &buffer : buffers)
        if (buffer.firstStep <= step && step <= buffer.lastStep)
          live += buffer.bytes;
      most = std::max(most, live);
    }
    return most;
  };
  return {peak(Buffering::Twice),
          view.solo ? peak(Buffering::Bands) : kUnbounded,
          peak(Buffering::Once)};
}

std::optional<Buffering> Memory::choose(const ClusterView &view,
                                        const TileNeeds &needs) const {
  int64_t bytes = room(view);
  if (needs.twice <= bytes)
    return Buffering::Twice;
  if (needs.bands <= bytes)
    return Buffering::Bands;
  if (needs.once <= bytes)
    return Buffering::Once;
  return std::nullopt;
}

Residents Memory::residents(const ClusterView &view,
                            llvm::ArrayRef<LayerFacts> facts) const {
  Residents residents;
  for (int32_t layer = view.first; layer <= view.last; ++layer) {
    const LayerFacts &own = facts[layer - view.first];
    for (const Buffer &buffer : residentBuffers(view, layer, own))
      (buffer.role == BufferRole::Weights ? residents.weights
                                          : residents.edges) += buffer.bytes;
    if (!streams(layer))
      residents.delivered += view.mode == WeightMode::Replicated
                                 ? own.weightTotal
                                 : distinctWeights(*own.layer);
  }
  return residents;
}

bool Memory::fitsResident(int32_t layer) const {
  // A layer streams in a strategy of few partitions only if it does in the one
  // that has all of them.
  Problem problem = this->problem;
  problem.config.strategy = Strategy::Merged;
  ClusterView view;
  view.first = view.last = layer;
  view.solo = true;
  view.size = grid.numUsable();
  view.kinds = grid.allKinds();
  auto fits = [&](const Partition &factors) {
    LayerFacts facts = examine(network.layers[layer], factors, view.beatCalls);
    for (WeightMode mode : {WeightMode::Replicated, WeightMode::Distributed}) {
      view.mode = mode;
      int64_t weights = residents(view, facts).weights;
      int64_t tiles = needs(view, layer, facts, {}).least();
      for (int64_t level : kLevels) {
        view.level = level;
        if (weights <= budget(view) && tiles <= room(view))
          return true;
      }
    }
    return false;
  };
  // Mostly one dimension split as far as it goes does, and there is no need to
  // list all partitions.
  bool isPinned = llvm::any_of(problem.config.pins, [&](const Pin &pin) {
    return pin.layer == layer && pin.partition;
  });
  view.beatCalls = allowedBeats(problem).front();
  const llvm::SmallVector<ParallelDim, 5> &dims = network.layers[layer].dims;
  for (size_t dim = 1; dim < dims.size() && !isPinned; ++dim) {
    int64_t size = dims[dim].size, tile = ceilDiv(size, view.size);
    Partition factors(dims.size(), 1);
    factors[dim] = static_cast<int32_t>(ceilDiv(size, tile));
    if (whyNoPartition(problem, layer, factors, view.beatCalls).empty() &&
        fits(factors))
      return true;
  }
  // The smallest beat for which the space has a partition; more calls only make
  // tiles larger.
  std::vector<Partition> partitions;
  for (int64_t calls : allowedBeats(problem)) {
    view.beatCalls = calls;
    partitions = allowedPartitions(problem, layer, calls, view.size);
    if (!partitions.empty())
      break;
  }
  // Small tiles first: mostly one of them fits.
  auto used = [](const Partition &factors) {
    int64_t product = 1;
    for (int32_t factor : factors)
      product *= factor;
    return product;
  };
  llvm::stable_sort(partitions, [&](const Partition &a, const Partition &b) {
    return used(a) > used(b);
  });
  return llvm::any_of(partitions, fits);
}
