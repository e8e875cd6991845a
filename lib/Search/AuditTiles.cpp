//===- AuditTiles.cpp - Tiles of a layer as explicit ranges ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditTiles.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;
using namespace scope::search::auditing;

int64_t Box::bytes() const {
  __int128 product = elementBytes;
  product *= calls.size();
  for (Range range : ranges)
    product = saturate(product * range.size());
  return saturate(product);
}

std::vector<Range> auditing::cut(int64_t size, int64_t factor) {
  int64_t step = ceilDiv(size, factor);
  std::vector<Range> ranges;
  for (int64_t low = 0; low < size; low += step)
    ranges.push_back({low, std::min(low + step, size)});
  return ranges;
}

std::vector<Tile> auditing::makeTiles(const Layer &layer,
                                      llvm::ArrayRef<int32_t> factors,
                                      int64_t calls) {
  std::vector<Tile> tiles(1);
  for (auto [index, dim] : llvm::enumerate(layer.dims)) {
    std::vector<Tile> longer;
    for (const Tile &tile : tiles)
      for (Range range : cut(index == 0 ? calls : dim.size, factors[index])) {
        longer.push_back(tile);
        longer.back().push_back(range);
      }
    tiles = std::move(longer);
  }
  return tiles;
}

Box auditing::touchedBox(const Operand &operand, const Tile &tile) {
  Box box;
  box.elementBytes = operand.elementBytes;
  if (operand.kind != OperandKind::Weight)
    box.calls = tile[0];
  for (const Access &access : operand.accesses) {
    Range tensor{access.begin, access.end};
    if (access.dim < 0) {
      box.ranges.push_back(tensor);
      continue;
    }
    Range range = tile[access.dim];
    Range windows{range.low * access.stride + access.offset,
                  (range.high - 1) * access.stride + access.offset +
                      access.window};
    box.ranges.push_back(intersect(windows, tensor));
  }
  return box;
}

Box auditing::madeBox(const Operand &read, const Box &touched,
                      const Tile &tile) {
  Box made = touched;
  made.calls = intersect(touched.calls, tile[0]);
  for (auto [range, access] : llvm::zip_equal(made.ranges, read.accesses))
    if (access.producerDim >= 0)
      range = intersect(range, tile[access.producerDim]);
  return made;
}

/// Bytes of `output` that `tile` makes.
static int64_t madeBytes(const Output &output, const Tile &tile) {
  __int128 bytes = output.elementBytes;
  bytes *= output.constantElements;
  bytes *= tile[0].size();
  for (int32_t dim : output.dims)
    bytes = saturate(bytes * tile[dim].size());
  return saturate(bytes);
}

/// Calls `each` for all bands of `tile`: one call, and one row of the first
/// dimension of rows that has several in `tiles`, if there is one.
static void forBands(const Layer &layer, llvm::ArrayRef<Tile> tiles,
                     const Tile &tile,
                     llvm::function_ref<void(const Tile &)> each) {
  size_t rows = 0;
  for (size_t dim = 1; dim < layer.dims.size() && rows == 0; ++dim)
    if (layer.dims[dim].role == DimRole::Row && tiles.front()[dim].size() > 1)
      rows = dim;
  Tile band = tile;
  band[0] = {0, 1};
  if (rows == 0)
    return each(band);
  for (int64_t row = tile[rows].low; row < tile[rows].high; ++row) {
    band[rows] = {row, row + 1};
    each(band);
  }
}

LayerFacts auditing::examine(const Layer &layer,
                             llvm::ArrayRef<int32_t> factors, int64_t calls) {
  LayerFacts facts;
  facts.layer = &layer;
  facts.tiles = makeTiles(layer, factors, calls);
  facts.operands.resize(layer.operands.size());
  facts.outputs.assign(layer.outputs.size(), 0);
  facts.outputBands.assign(layer.outputs.size(), 0);
  for (const Tile &tile : facts.tiles) {
    for (auto [operand, touched] :
         llvm::zip_equal(layer.operands, facts.operands)) {
      int64_t bytes = touchedBox(operand, tile).bytes();
      touched.largest = std::max(touched.largest, bytes);
      touched.total = saturate(__int128(touched.total) + bytes);
    }
    for (auto [output, largest] : llvm::zip_equal(layer.outputs, facts.outputs))
      largest = std::max(largest, madeBytes(output, tile));
    int64_t bands = 0;
    forBands(layer, facts.tiles, tile, [&](const Tile &band) {
      ++bands;
      for (auto [operand, touched] :
           llvm::zip_equal(layer.operands, facts.operands))
        touched.band =
            std::max(touched.band, touchedBox(operand, band).bytes());
      for (auto [output, largest] :
           llvm::zip_equal(layer.outputs, facts.outputBands))
        largest = std::max(largest, madeBytes(output, band));
    });
    facts.bandsOfCall = std::max(facts.bandsOfCall, bands);
    facts.bands = std::max(facts.bands, bands * tile[0].size());
  }
  Tile everything =
      makeTiles(layer, Partition(layer.dims.size(), 1), calls).front();
  for (auto [operand, touched] :
       llvm::zip_equal(layer.operands, facts.operands)) {
    touched.distinct =
        std::min(touched.total, touchedBox(operand, everything).bytes());
    if (operand.kind == OperandKind::Weight) {
      facts.weightTile += touched.largest;
      facts.weightTotal += touched.total;
      bool differs = false;
      for (const Access &access : operand.accesses)
        differs |= layer.kDim >= 0 && access.dim == layer.kDim;
      if (!differs)
        facts.commonWeights += touched.largest;
    }
  }
  return facts;
}

int64_t auditing::spreadEvenly(int64_t bytes, int64_t size,
                               int64_t elementBytes) {
  return ceilDiv(ceilDiv(bytes, size), elementBytes) * elementBytes;
}

std::vector<int64_t> auditing::elementWidths(const Network &network) {
  std::vector<int64_t> widths(network.values.size(), 0);
  for (const Layer &layer : network.layers) {
    // What comes from outside is as wide as its first reader says.
    for (const Operand &operand : layer.operands)
      if (operand.kind == OperandKind::Activation && widths[operand.value] == 0)
        widths[operand.value] = operand.elementBytes;
    for (const Output &output : layer.outputs)
      widths[output.value] = output.elementBytes;
  }
  for (int64_t &width : widths)
    width = std::max<int64_t>(1, width);
  return widths;
}

int64_t auditing::distinctWeights(const Layer &layer) {
  int64_t bytes = 0;
  for (const Operand &operand : layer.operands)
    if (operand.kind == OperandKind::Weight) {
      Box whole;
      whole.elementBytes = operand.elementBytes;
      for (const Access &access : operand.accesses)
        whole.ranges.push_back({access.begin, access.end});
      bytes += whole.bytes();
    }
  return bytes;
}
