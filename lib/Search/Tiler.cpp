//===- Tiler.cpp - Makes the tilings of one layer ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tiler.h"

#include <algorithm>

using namespace scope::search;

std::pair<int64_t, int64_t>
scope::search::touchedRange(const Access &access, int64_t low, int64_t high) {
  if (access.dim < 0)
    return {access.begin, access.end};
  int64_t begin = low * access.stride + access.offset;
  int64_t end = (high - 1) * access.stride + access.offset + access.window;
  begin = std::clamp(begin, access.begin, access.end);
  end = std::clamp(end, begin, access.end);
  return {begin, end};
}

int64_t scope::search::touchedBytes(const Layer &layer,
                                    const Operand &operand) {
  int64_t bytes = operand.elementBytes;
  for (const Access &access : operand.accesses) {
    auto [begin, end] = touchedRange(
        access, 0, access.dim < 0 ? 1 : layer.dims[access.dim].size);
    bytes *= end - begin;
  }
  return bytes;
}

Tiler::Tiler(const CostModel &model, int32_t layer, int64_t calls)
    : model(model), layer(model.getNetwork().layers[layer]), index(layer),
      calls(calls), kinds(model.allKinds()) {
  cache.resize(this->layer.operands.size() * this->layer.dims.size());
  rows.assign(cache.size(), -1);
  for (const Operand &operand : this->layer.operands) {
    int64_t elements = 1;
    for (const Access &access : operand.accesses)
      if (access.dim < 0)
        elements *= access.end - access.begin;
    fixed.push_back(elements);
    distinct.push_back(touchedBytes(this->layer, operand));
  }
}

Tiler::Extents Tiler::measure(unsigned operand, unsigned dim,
                              int64_t tile) const {
  Extents result{0, 0};
  int64_t size = sizeOf(dim);
  const Operand &read = layer.operands[operand];
  for (int64_t low = 0; low < size; low += tile) {
    int64_t extent = 1;
    for (const Access &access : read.accesses)
      if (access.dim == int32_t(dim)) {
        auto [begin, end] =
            touchedRange(access, low, std::min(low + tile, size));
        extent *= end - begin;
      }
    result.largest = std::max(result.largest, extent);
    result.total += extent;
  }
  return result;
}

const Tiler::Extents &Tiler::extents(unsigned operand, unsigned dim,
                                     int32_t count) {
  std::vector<Extents> &known = cache[operand * layer.dims.size() + dim];
  if (static_cast<int32_t>(known.size()) <= count)
    known.resize(count + 1);
  Extents &result = known[count];
  if (result.largest < 0)
    result = measure(operand, dim, ceilDiv(sizeOf(dim), count));
  return result;
}

int64_t Tiler::rowExtent(unsigned operand, unsigned dim) {
  int64_t &extent = rows[operand * layer.dims.size() + dim];
  if (extent < 0)
    extent = measure(operand, dim, 1).largest;
  return extent;
}

int64_t Tiler::largestBytes(unsigned operand, llvm::ArrayRef<int32_t> factors) {
  int64_t bytes = layer.operands[operand].elementBytes * fixed[operand];
  for (unsigned d = 0; d < factors.size(); ++d)
    bytes *= d == 0 && layer.operands[operand].kind != OperandKind::Weight
                 ? ceilDiv(calls, factors[0])
                 : extents(operand, d, factors[d]).largest;
  return bytes;
}

int64_t Tiler::weightTile(llvm::ArrayRef<int32_t> factors) {
  int64_t bytes = 0;
  for (auto [operand, read] : llvm::enumerate(layer.operands))
    if (read.kind == OperandKind::Weight)
      bytes += largestBytes(unsigned(operand), factors);
  return bytes;
}

int64_t Tiler::incoming(llvm::ArrayRef<int32_t> factors) {
  int64_t bytes = 0;
  for (auto [operand, read] : llvm::enumerate(layer.operands))
    if (read.kind != OperandKind::Weight)
      bytes += largestBytes(unsigned(operand), factors);
  return bytes;
}

int64_t Tiler::leastTotal(unsigned operand) const {
  const Operand &read = layer.operands[operand];
  int64_t bytes = read.elementBytes * fixed[operand];
  for (unsigned d = 1; d < layer.dims.size(); ++d) {
    int64_t size = layer.dims[d].size;
    // Tiles of a window at least as wide as its stride cover what the layer as
    // one tile touches. A narrower one leaves out least where every iteration
    // is a tile. Accesses that share a dimension may do either.
    int64_t least =
        std::min(measure(operand, d, size).total, measure(operand, d, 1).total);
    int64_t sharing = llvm::count_if(read.accesses, [&](const Access &access) {
      return access.dim == int32_t(d);
    });
    for (int64_t tile = 2; sharing > 1 && tile < size; ++tile)
      least = std::min(least, measure(operand, d, tile).total);
    bytes *= least;
  }
  return bytes;
}

/// Cycles of a tile on `kind` where what is fused streams with the anchor: the
/// longer of multiply-accumulates and vector operations.
static int64_t streamCycles(const Layer &layer, const ChipletKind &kind,
                            int64_t points, int64_t tileK) {
  int64_t mac = 0;
  if (layer.macs > 0)
    mac = saturate(__int128(ceilDiv(tileK, kind.macK)) *
                   ceilDiv(layer.channelReduction, kind.macC) *
                   (points / tileK) * layer.otherReduction);
  int64_t vec = saturate(
      (__int128(layer.streamOps) * points + kind.vector - 1) / kind.vector);
  return std::max(mac, vec);
}

int64_t Tiler::leastCompute(llvm::ArrayRef<int32_t> factors) const {
  int64_t points = 1, tileK = 1;
  for (unsigned d = 0; d < factors.size(); ++d) {
    int64_t tile = ceilDiv(sizeOf(d), factors[d]);
    points *= tile;
    if (int32_t(d) == layer.kDim)
      tileK = tile;
  }
  int64_t least = kUnbounded;
  for (auto [number, kind] : llvm::enumerate(model.getPackage().kinds))
    if (kinds >> number & 1)
      least = std::min(least, streamCycles(layer, kind, points, tileK));
  return least;
}

void Tiler::choosePieces(Tiling &tiling, int64_t byChannel) const {
  int64_t channels = layer.kDim >= 0 ? tiling.tile[layer.kDim] : 1;
  tiling.pieceChannels = channels;
  tiling.pieceBytes = tiling.weightTile;
  if (tiling.weightTile <= kWeightPiece || byChannel == 0)
    return;
  int64_t common = tiling.weightTile - byChannel, lanes = 1;
  for (auto [number, kind] : llvm::enumerate(model.getPackage().kinds))
    if (kinds >> number & 1)
      lanes = std::max(lanes, kind.macK);
  // As many channels as there is room for.
  auto fitting = [&](int64_t room) {
    return saturate(__int128(std::max<int64_t>(0, room - common)) * channels /
                    byChannel);
  };
  int64_t fit = fitting(kWeightPiece);
  fit -= fit % lanes;
  if (fit == 0)
    fit = std::clamp<int64_t>(
        fitting(std::max(kWeightPiece, model.sram(kinds) / kPiecesInSram)), 1,
        lanes);
  tiling.pieceChannels = std::min(channels, fit);
  tiling.pieceBytes =
      common +
      saturate((__int128(byChannel) * tiling.pieceChannels + channels - 1) /
               channels);
  tiling.hasPieces = tiling.pieceChannels < channels;
}

Tiling Tiler::make(llvm::ArrayRef<int32_t> factors) {
  const Package &package = model.getPackage();
  Tiling tiling;
  tiling.layer = index;
  tiling.calls = calls;
  unsigned numDims = layer.dims.size();
  int64_t points = 1;
  for (unsigned d = 0; d < numDims; ++d) {
    int64_t tile = ceilDiv(sizeOf(d), factors[d]);
    int64_t used = ceilDiv(sizeOf(d), tile);
    tiling.tile.push_back(tile);
    tiling.factors.push_back(static_cast<int32_t>(used));
    tiling.used *= static_cast<int32_t>(used);
    points *= tile;
  }
  int64_t batchTile = tiling.tile[0];

  // Which dimension the bands of a streamed feature map run along.
  int32_t bandDim = -1;
  for (unsigned d = 1; d < numDims && bandDim < 0; ++d)
    if (layer.dims[d].role == DimRole::Row && tiling.tile[d] > 1)
      bandDim = static_cast<int32_t>(d);

  if (bandDim >= 0)
    tiling.rows = tiling.tile[bandDim];

  int64_t serialOps = 0, byChannel = 0;
  for (auto [number, operand] : llvm::enumerate(layer.operands)) {
    Tiling::Touched touched;
    bool isWeight = operand.kind == OperandKind::Weight;
    touched.largest = touched.total = touched.band =
        operand.elementBytes * fixed[number];
    for (unsigned d = 0; d < numDims; ++d) {
      if (d == 0 && !isWeight) {
        touched.largest *= batchTile;
        touched.total *= calls;
        continue;
      }
      const Extents &along = extents(unsigned(number), d, tiling.factors[d]);
      touched.largest *= along.largest;
      touched.total *= along.total;
      touched.band *= int32_t(d) == bandDim ? rowExtent(unsigned(number), d)
                                            : along.largest;
    }
    serialOps += operand.serialOps * (touched.largest / operand.elementBytes);
    touched.distinct =
        std::min(touched.total, distinct[number] * (isWeight ? 1 : calls));
    if (isWeight) {
      if (layer.kDim >= 0 &&
          llvm::any_of(operand.accesses, [&](const Access &access) {
            return access.dim == layer.kDim;
          }))
        byChannel += touched.largest;
      tiling.weightTile += touched.largest;
      tiling.weightTotal += touched.total;
    }
    tiling.operands.push_back(touched);
  }

  int64_t energyWrites = 0;
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
    energyWrites += model.getNetwork().values[output.value].bytes * calls;
  }

  // The last dimension is the innermost one of the numbers of tiles.
  for (unsigned d = numDims; d-- > 0;) {
    bool changes =
        d > 0 && llvm::any_of(layer.operands, [&](const Operand &of) {
          return of.kind == OperandKind::Weight &&
                 llvm::any_of(of.accesses, [&](const Access &access) {
                   return access.dim == int32_t(d);
                 });
        });
    if (tiling.factors[d] > 1 && !changes)
      break;
    tiling.sameWeights *= tiling.factors[d];
  }

  choosePieces(tiling, byChannel);
  int64_t tileK = layer.kDim >= 0 ? tiling.tile[layer.kDim] : 1;
  for (auto [output, bytes] : llvm::zip_equal(layer.outputs, tiling.outputs))
    tiling.outputPiece += llvm::is_contained(output.dims, layer.kDim)
                              ? bytes / tileK * tiling.pieceChannels
                              : bytes;
  int64_t pieces = tileK / tiling.pieceChannels;
  int64_t rest = tileK % tiling.pieceChannels;
  tiling.energyMac =
      multiplyUp(saturate(__int128(layer.macs) * calls), package.energy.mac);
  // Every sample reads the weights of its tile once; the tiles of one call are
  // there once for each part of the batch. Inputs are read once for every pass
  // over the lanes.
  int64_t fixedReads = tiling.weightTotal / tiling.factors[0] * calls;
  tiling.energyBands =
      multiplyUp(saturate(__int128(fixedReads) * (tiling.rows - 1)),
                 package.energy.sramRead);
  int64_t inputs = 0;
  for (auto [operand, touched] :
       llvm::zip_equal(layer.operands, tiling.operands))
    if (operand.kind != OperandKind::Weight)
      inputs += touched.total;
  int64_t energyWritten = multiplyUp(energyWrites, package.energy.sramWrite);
  for (const ChipletKind &kind : package.kinds) {
    int64_t serial = ceilDiv(serialOps, kind.vector);
    auto work = [&](__int128 cycles, int64_t passes) -> Tiling::Work {
      return {
          saturate(cycles + serial),
          multiplyUp(fixedReads + inputs * passes, package.energy.sramRead) +
              energyWritten};
    };
    tiling.serial.push_back(serial);
    tiling.whole.push_back(work(streamCycles(layer, kind, points, tileK),
                                ceilDiv(tileK, kind.macK)));
    if (!tiling.hasPieces)
      continue;
    auto ofPiece = [&](int64_t channels) -> __int128 {
      return channels == 0 ? 0
                           : streamCycles(layer, kind,
                                          points / tileK * channels, channels);
    };
    tiling.inPieces.push_back(
        work(ofPiece(tiling.pieceChannels) * pieces + ofPiece(rest),
             ceilDiv(tiling.pieceChannels, kind.macK) * pieces +
                 ceilDiv(rest, kind.macK)));
  }
  return tiling;
}

Tiling CostModel::makeTiling(int32_t layer, llvm::ArrayRef<int32_t> factors,
                             int64_t calls) const {
  return Tiler(*this, layer, calls).make(factors);
}
