//===- AuditTraffic.cpp - Bytes that move, and how long -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditTraffic.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;
using namespace scope::search::auditing;

/// Bytes that cross links: those of every copy on its own way, or with
/// multicast a way for every byte and a hop for each further copy of it.
static Wide crossingLinks(const Package &package, int64_t sent,
                          int64_t received, int64_t hops) {
  if (package.multicast && sent < received)
    return Wide(sent) * (hops - 1) + received;
  return Wide(received) * hops;
}

/// How the chiplets stand that receive the same: in how many columns, and
/// whether one follows the other.
struct Standing {
  int64_t columns;
  bool inRows;
};

/// Cycles of the busiest links along the columns. With m copies of a byte in
/// each of its columns, evenly, m / 4 of them cross the middle one way, or,
/// with two and more, a byte crosses before the last copy: 1 - 1 / m. If its
/// copies fill rows of their own, with f such parts of the region, it is f + 1
/// parts of 4 f that the link at the middle has something for.
static int64_t columnCycles(const Package &package, int64_t sent,
                            int64_t received, int64_t used, Standing standing,
                            const Rectangle &rectangle) {
  Wide all = Wide(sent) * standing.columns, quarters = received;
  if (package.multicast) {
    if (received > 2 * all)
      quarters = 4 * (all - all * all / received);
    Wide tile = (Wide(received) + used - 1) / used, sum = sent + tile;
    if (standing.inRows)
      quarters =
          std::min(quarters, (sum * sum + sent - 1) / sent * standing.columns);
  }
  return cyclesFor(quarters, package.link, 4 * rectangle.columns);
}

/// How chiplets stand of which every `every`-th of the snake has the same
/// weights: it walks along the rows until it comes to where it began.
static Standing standingOfWeights(int64_t every, const Rectangle &rectangle) {
  int64_t twoRows = 2 * rectangle.columns, places = 0, at = 0;
  do {
    at = (at + every) % twoRows;
    ++places;
  } while (at != 0);
  return {std::min(places, rectangle.columns), every == 1};
}

/// The first tile after that of chiplet 0 that has the same weights.
static int64_t nextWithSameWeights(const LayerFacts &facts) {
  for (int64_t chiplet = 1; chiplet < facts.used(); ++chiplet) {
    bool isSame = true;
    for (const Operand &operand : facts.layer->operands)
      if (operand.kind == OperandKind::Weight)
        for (const Access &access : operand.accesses)
          if (access.dim > 0)
            isSame &= facts.tiles[chiplet][access.dim].low ==
                      facts.tiles[0][access.dim].low;
    if (isSame)
      return chiplet;
  }
  return facts.used();
}

/// How far a run of m places among n is from any of the n, on the average:
/// M (M + 2) / 3 n with M = n - m. Here `run` and the result are multiples of
/// 1 / `unit`.
static Wide wayToRun(Wide n, Wide run, Wide unit) {
  Wide rest = n * unit > run ? n * unit - run : 0;
  return rest * (rest + 2 * unit) / (3 * n * unit);
}

/// How much of `way` lies between any place of it and all of m copies that
/// stand evenly on it, on the average: all but a part of m, but of a single one
/// a third. `each` is what one copy is, `all` what m are.
static Wide wayAmong(Wide way, Wide each, Wide all) {
  Wide part = way * each / all;
  return way - part + part * each / (3 * all);
}

/// Bytes on the links of all trees from anywhere among `places` chiplets, along
/// a row and then down every column that a copy stands in.
static Wide treeLinks(const Package &package, int64_t sent, int64_t received,
                      int64_t used, Standing standing,
                      const Rectangle &rectangle, int64_t places) {
  Wide cols = std::min<int64_t>(places, package.cols);
  Wide rows = std::min<int64_t>((places + package.cols - 1) / package.cols,
                                package.rows);
  Wide inColumns = std::min(Wide(sent) * standing.columns, Wide(received));
  // A link to every copy but the first, and the way to them.
  if (standing.inRows)
    return Wide(received) - sent + wayToRun(cols, inColumns, sent) +
           wayToRun(rows, received, inColumns);
  Wide height = inColumns * used / rectangle.columns;
  return wayAmong(Wide(sent) * rectangle.columns, sent, inColumns) +
         wayAmong(height, inColumns, received) +
         wayToRun(rows, height, inColumns);
}

/// Cycles until `received` bytes, of `sent` different ones, have arrived from
/// outside to `used` chiplets; one of them takes in `in`.
static int64_t arrivalCycles(const Grid &grid, int64_t in, int64_t sent,
                             int64_t received, int64_t used, Standing standing,
                             const Rectangle &rectangle) {
  const Package &package = grid.getPackage();
  Wide onLinks =
      package.multicast ? Wide(received) : Wide(received) * grid.packageHops();
  return std::max({cyclesFor(in, package.port),
                   cyclesFor(onLinks, package.link, rectangle.links),
                   columnCycles(package, sent, received, used, standing,
                                rectangle)}) +
         grid.packageHops() * package.hop;
}

/// Cycles until `received` bytes, of which `sent` are different, are exchanged
/// inside `rectangle`; one chiplet takes in `in`, and another sends `out`.
static int64_t exchangeCycles(const Package &package, int64_t in, int64_t out,
                              int64_t sent, int64_t received,
                              const Rectangle &rectangle) {
  int64_t receiving = cyclesFor(in, package.port);
  int64_t sending = cyclesFor(out, package.port);
  int64_t onLinks =
      cyclesFor(crossingLinks(package, sent, received, rectangle.hops),
                package.link, rectangle.links);
  // A quarter of all copies crosses the middle one way; with multicast no more
  // than all bytes of one side.
  Wide quarters = received;
  if (package.multicast && 2 * Wide(sent) < quarters)
    quarters = 2 * Wide(sent);
  int64_t middle = cyclesFor(quarters, package.link, 4 * rectangle.width);
  return std::max({receiving, sending, onLinks, middle}) +
         rectangle.hops * package.hop;
}

/// Bytes that the busiest of `senders` sends, of which each holds `own`.
static int64_t busiestSender(const Package &package, int64_t in,
                             int64_t received, int64_t own, int64_t senders) {
  int64_t even = std::max(in, ceilDiv(received, senders));
  return package.multicast ? std::min(own, even) : even;
}

int64_t auditing::networkEnergy(const Package &package, int64_t sent,
                                int64_t received, int64_t hops) {
  return energyFor(crossingLinks(package, sent, received, hops),
                   package.energy.hop);
}

Move auditing::moveInternal(const Grid &grid, const LayerFacts &consumer,
                            size_t index, const LayerFacts &producer) {
  const Package &package = grid.getPackage();
  const Operand &read = consumer.layer->operands[index];
  int64_t own = 0;
  for (auto [output, bytes] :
       llvm::zip_equal(producer.layer->outputs, producer.outputs))
    if (output.value == read.value)
      own = bytes;

  // A tile of the producer says what its chiplet has only if the operand runs
  // along all dimensions in which tiles of the producer differ.
  bool known = true;
  for (size_t dim = 1; dim < producer.layer->dims.size(); ++dim) {
    bool split = false, followed = false;
    for (const Tile &tile : producer.tiles)
      split |= tile[dim].size() != producer.layer->dims[dim].size;
    for (const Access &access : read.accesses)
      followed |= access.producerDim == static_cast<int32_t>(dim);
    known &= !split || followed;
  }

  int64_t most = 0, received = 0;
  for (auto [chiplet, tile] : llvm::enumerate(consumer.tiles)) {
    Box touched = touchedBox(read, tile);
    int64_t bytes = touched.bytes();
    if (known && chiplet < producer.tiles.size())
      bytes -= madeBox(read, touched, producer.tiles[chiplet]).bytes();
    most = std::max(most, bytes);
    received += bytes;
  }
  if (received == 0)
    return {};

  Rectangle rectangle =
      grid.rectangle(std::max(consumer.used(), producer.used()));
  int64_t senders = producer.used();
  int64_t out = busiestSender(package, most, received, own, senders);
  int64_t sent =
      package.multicast ? std::min(received, own * senders) : received;
  Move move;
  move.cycles = exchangeCycles(package, most, out, sent, received, rectangle);
  move.energySram = energyFor(received, package.energy.sramWrite) +
                    energyFor(sent, package.energy.sramRead);
  move.energyNop = networkEnergy(package, sent, received, rectangle.hops);
  return move;
}

Move auditing::moveExternal(const Grid &grid, const Memory &memory,
                            const ClusterView &view, const LayerFacts &facts) {
  const Package &package = grid.getPackage();
  int64_t most = 0, received = 0, sent = 0;
  for (auto [operand, touched] :
       llvm::zip_equal(facts.layer->operands, facts.operands))
    if (memory.isExternal(view, operand)) {
      most += touched.largest;
      sent += touched.distinct;
      received += touched.total;
    }
  if (received == 0)
    return {};
  Move move;
  Rectangle rectangle = grid.rectangle(facts.used());
  move.cycles = arrivalCycles(grid, most, sent, received, facts.used(),
                              {rectangle.columns, true}, rectangle);
  move.energySram = energyFor(received, package.energy.sramWrite);
  Wide links = Wide(received) * grid.packageHops();
  if (package.multicast)
    links = treeLinks(package, sent, received, facts.used(),
                      {rectangle.columns, true}, rectangle,
                      std::min<int64_t>(3 * view.size, grid.numUsable()));
  move.energyNop = energyFor(links, package.energy.hop);
  return move;
}

Move auditing::moveWeights(const Grid &grid, const Memory &memory,
                           const ClusterView &view, int32_t layer,
                           const LayerFacts &facts) {
  const Package &package = grid.getPackage();
  Memory::Fetched fetched = memory.fetchedWeights(view, layer, facts);
  if (fetched.total == 0)
    return {};
  Rectangle rectangle = grid.rectangle(facts.used());
  int64_t hops = rectangle.hops, out = 0, sent = 0, read = 0;
  if (memory.streams(layer)) {
    hops = grid.packageHops();
    sent = std::min(distinctWeights(*facts.layer), fetched.total);
  } else {
    int64_t own = ceilDiv(distinctWeights(*facts.layer), view.size);
    out =
        busiestSender(package, fetched.largest, fetched.total, own, view.size);
    sent = read = package.multicast ? std::min(fetched.total, own * view.size)
                                    : fetched.total;
  }
  Standing standing = standingOfWeights(nextWithSameWeights(facts), rectangle);
  Move move;
  // Two pieces at a time come as fast as the DRAM gives them.
  if (memory.streams(layer))
    move.cycles =
        std::max(arrivalCycles(grid, fetched.largest, sent, fetched.total,
                               facts.used(), standing, rectangle),
                 grid.dramCycles(distinctWeights(*facts.layer)));
  else
    move.cycles = std::max(exchangeCycles(package, fetched.largest, out, sent,
                                          fetched.total, rectangle),
                           columnCycles(package, sent, fetched.total,
                                        facts.used(), standing, rectangle) +
                               rectangle.hops * package.hop);
  move.energySram = energyFor(fetched.total, package.energy.sramWrite) +
                    energyFor(read, package.energy.sramRead);
  Wide links = Wide(fetched.total) * hops;
  if (package.multicast)
    links = treeLinks(package, sent, fetched.total, facts.used(), standing,
                      rectangle,
                      memory.streams(layer) ? grid.numUsable() : view.size);
  move.energyNop = energyFor(links, package.energy.hop);
  return move;
}

/// Whether a layer after `last` reads `value`.
static bool isReadAfter(const Value &value, int32_t last) {
  return llvm::any_of(value.consumers,
                      [&](int32_t reader) { return reader > last; });
}

DramBytes auditing::dramBytes(const Network &network, const Memory &memory,
                              int32_t first, int32_t last) {
  DramBytes bytes;
  bytes.written = leavingBytes(network, first, last);
  bytes.leaving = leavingBytes(network, last, last);
  for (int32_t index = first; index <= last; ++index) {
    const Layer &layer = network.layers[index];
    if (memory.streams(index))
      bytes.streamed += distinctWeights(layer);
    // Every layer reads for itself what it touches of what was made before.
    Tile everything =
        makeTiles(layer, Partition(layer.dims.size(), 1), 1).front();
    for (const Operand &operand : layer.operands) {
      if (operand.kind == OperandKind::Weight ||
          (operand.kind == OperandKind::Activation &&
           network.values[operand.value].producer >= first))
        continue;
      int64_t touched = touchedBox(operand, everything).bytes();
      bytes.read += touched;
      if (index == first)
        bytes.arriving += touched;
    }
  }
  return bytes;
}

int64_t auditing::leavingBytes(const Network &network, int32_t first,
                               int32_t last) {
  int64_t bytes = 0;
  for (const Value &value : network.values)
    if (value.producer >= first && value.producer <= last &&
        (value.isNetworkOutput || isReadAfter(value, last)))
      bytes += value.bytes;
  return bytes;
}
