//===- TileMaker.cpp - The tiles of all layers ----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileMaker.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
using namespace scope::programs;

TileWork TileMaker::work(const LayerInPlan &layer, llvm::ArrayRef<Range> dims) {
  const LayerFunction &function = functions.layers[layer.layer];
  llvm::SmallVector<Box, 1> results;
  for (int32_t value : function.outputs) {
    const ValueOfFunction &from = source.values[value];
    auto shape = mlir::cast<mlir::ShapedType>(from.root.getType()).getShape();
    Box &box = results.emplace_back();
    for (auto [made, size] : llvm::zip_equal(from.madeBy, shape))
      box.push_back(made.dim < 0 ? Range{0, size}
                                 : Range{dims[made.dim].begin * made.block,
                                         std::min(size, dims[made.dim].end *
                                                            made.block)});
  }
  return kernels.make(function, results);
}

static llvm::SmallVector<TileAccess, 4> readsOf(const TileWork &work) {
  llvm::SmallVector<TileAccess, 4> reads;
  for (const TileWork::Read &read : work.reads) {
    int32_t copy = 0;
    if (!reads.empty() && reads.back().number == read.input)
      copy = reads.back().copy + 1;
    reads.push_back({read.input, copy, read.box});
  }
  return reads;
}

/// Numbers the boxes of each operand by their size, the largest first: they are
/// given to the operand's buffers in that order, and a large one does not find
/// its buffer taken by a smaller one.
static void numberBySize(llvm::MutableArrayRef<TileAccess> reads) {
  llvm::SmallVector<TileAccess *, 4> order;
  for (TileAccess &access : reads)
    order.push_back(&access);
  llvm::stable_sort(order, [](const TileAccess *a, const TileAccess *b) {
    return elements(a->box) > elements(b->box);
  });
  llvm::SmallVector<int32_t, 4> next;
  for (TileAccess *access : order) {
    if (access->number >= static_cast<int32_t>(next.size()))
      next.resize(access->number + 1, 0);
    access->copy = next[access->number]++;
  }
}

static llvm::SmallVector<TileAccess, 1> writesOf(const TileWork &work) {
  llvm::SmallVector<TileAccess, 1> writes;
  for (auto [number, box] : llvm::enumerate(work.writes))
    writes.push_back({static_cast<int32_t>(number), 0, box});
  return writes;
}

static TilePiece pieceOf(const TileWork &work, const LayerTiles::Tile &tile,
                         llvm::ArrayRef<Range> dims) {
  TilePiece piece;
  piece.kernel = work.kernel;
  piece.reads = readsOf(work);
  piece.writes = writesOf(work);
  for (TileAccess &access : piece.reads)
    for (const TileAccess &whole : tile.reads)
      if (whole.number == access.number && contains(whole.box, access.box))
        access.inCopy = whole.copy;
  for (const Range &range : dims.drop_front())
    piece.sizes.push_back(range.size());
  return piece;
}

/// Decides which constants lie in SRAM: the largest ones that fit where the
/// model counts the layer's weights. What is left are tables, and vectors of
/// per-channel scalings, of which the model counts two however many there are.
void TileMaker::chooseResidents(const LayerInPlan &layer,
                                const search::Tiling &tiling,
                                LayerTiles &made) {
  llvm::SmallVector<std::pair<int64_t, size_t>> constants;
  llvm::SmallVector<int64_t, 4> largest(made.inputs.size(), 0);
  for (const LayerTiles::Tile &tile : made.tiles)
    for (const TileAccess &access : tile.reads)
      largest[access.number] = std::max(
          largest[access.number],
          elements(access.box) *
              program.tensors[made.inputs[access.number].tensor].elementBytes);
  for (auto [number, input] : llvm::enumerate(made.inputs))
    if (program.tensors[input.tensor].isConstant())
      constants.push_back({largest[number], number});
  llvm::stable_sort(constants, [](const auto &a, const auto &b) {
    return a.first > b.first;
  });
  int64_t room = tiling.weightTile, all = model.weights(layer.layer);
  for (auto [bytes, number] : constants) {
    const Tensor &tensor = program.tensors[made.inputs[number].tensor];
    int64_t size = elements(wholeBox(tensor.shape)) * tensor.elementBytes;
    bool fits = bytes <= room && size <= all;
    made.inputs[number].isResident = fits;
    if (fits) {
      room -= bytes;
      all -= size;
    }
  }
}

/// Cuts `range` into pieces of `step`.
static llvm::SmallVector<Range> cut(const Range &range, int64_t step) {
  llvm::SmallVector<Range> pieces;
  for (int64_t begin = range.begin; begin < range.end; begin += step)
    pieces.push_back({begin, std::min(range.end, begin + step)});
  return pieces;
}

void TileMaker::addPieces(const LayerInPlan &layer,
                          const search::Tiling &tiling, const Ranges &dims,
                          bool isBanded, LayerTiles::Tile &tile) {
  const search::Layer &described = model.getNetwork().layers[layer.layer];
  // Rows of the bands, all of the tile otherwise.
  unsigned rowDim = 0;
  for (unsigned dim = 1; dim < described.dims.size() && rowDim == 0; ++dim)
    if (isBanded && described.dims[dim].role == search::DimRole::Row &&
        dims[dim].size() > 1)
      rowDim = dim;
  auto addBands = [&](Ranges inside) {
    std::vector<TilePiece> &bands = tile.pieces.emplace_back();
    if (rowDim == 0) {
      bands.push_back(pieceOf(work(layer, inside), tile, inside));
      return;
    }
    for (const Range &row : cut(dims[rowDim], 1)) {
      inside[rowDim] = row;
      bands.push_back(pieceOf(work(layer, inside), tile, inside));
    }
  };
  if (!layer.fetchesWeights || !tiling.hasPieces)
    return addBands(dims);
  Ranges inside = dims;
  for (const Range &range : cut(dims[described.kDim], tiling.pieceChannels)) {
    inside[described.kDim] = range;
    addBands(inside);
  }
}

void TileMaker::make(const LayerInPlan &layer, LayerTiles &made) {
  const search::Layer &described = model.getNetwork().layers[layer.layer];
  search::Tiling tiling =
      model.makeTiling(layer.layer, layer.partition, layer.beatCalls);
  // Pieces of weights go over all of the operands.
  made.isBanded = layer.isBanded && !(layer.fetchesWeights && tiling.hasPieces);
  // Tile numbers without the batch, the last dimension innermost.
  int64_t count = 1;
  for (size_t dim = 1; dim < described.dims.size(); ++dim)
    count *= tiling.factors[dim];
  std::vector<Ranges> tiles;
  for (int64_t number = 0; number < count; ++number) {
    Ranges &dims = tiles.emplace_back(described.dims.size());
    int64_t rest = number;
    for (size_t dim = described.dims.size(); dim-- > 1;) {
      int64_t at = rest % tiling.factors[dim];
      rest /= tiling.factors[dim];
      dims[dim] = {
          at * tiling.tile[dim],
          std::min(described.dims[dim].size, (at + 1) * tiling.tile[dim])};
    }
    LayerTiles::Tile &tile = made.tiles.emplace_back();
    if (made.outputs.empty())
      continue;
    TileWork whole = work(layer, dims);
    tile.reads = readsOf(whole);
    numberBySize(tile.reads);
    tile.writes = writesOf(whole);
  }
  // A layer that shows what others make, or makes what nobody reads, computes
  // nothing.
  if (made.outputs.empty())
    return;
  chooseResidents(layer, tiling, made);
  for (auto [dims, tile] : llvm::zip_equal(tiles, made.tiles))
    addPieces(layer, tiling, dims, made.isBanded, tile);
}
