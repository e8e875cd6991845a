//===- Builder.h - Programs of a plan ---------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts the programs of a package together: a plan says which layer runs where,
// the lowering says what every tile reads, writes and costs; who sends what to
// whom, and where it lies, follows.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_BUILDER_H
#define SCOPE_PROGRAMS_BUILDER_H

#include "scope/Programs/Program.h"

namespace scope::programs {

/// A part of a tensor that a computation reads or makes, without calls.
struct TileAccess {
  /// Argument or result of the layer's function.
  int32_t number = 0;
  /// Distinguishes several boxes of one argument.
  int32_t copy = 0;
  Box box;
  /// Of a piece: the copy of the tile's boxes that has this one.
  int32_t inCopy = 0;
};

/// One run of a kernel for every call of a tile.
struct TilePiece {
  int32_t kernel = 0;
  /// In the order of the kernel's arguments and results.
  llvm::SmallVector<TileAccess, 4> reads;
  llvm::SmallVector<TileAccess, 1> writes;
  /// The iterations, by dimension of the layer without the batch.
  llvm::SmallVector<int64_t, 4> sizes;
};

/// What a layer's function reads.
struct LayerInput {
  /// Index into `PackageProgram::tensors`.
  int32_t tensor = 0;
  /// Constants: whether it lies in SRAM (otherwise it is read in DRAM).
  bool isResident = false;
};

/// The tiles of one layer.
struct LayerTiles {
  llvm::SmallVector<LayerInput> inputs;
  /// Tensor by result.
  llvm::SmallVector<int32_t> outputs;
  /// By tile number without the batch: all of what it reads (the union of its
  /// pieces) and makes, and its pieces.
  struct Tile {
    llvm::SmallVector<TileAccess, 4> reads;
    llvm::SmallVector<TileAccess, 1> writes;
    /// By piece of the weights, and by band.
    std::vector<std::vector<TilePiece>> pieces;
    /// Null if the tile has no such piece.
    const TilePiece *find(size_t piece, size_t band) const {
      return piece < pieces.size() && band < pieces[piece].size()
                 ? &pieces[piece][band]
                 : nullptr;
    }
  };
  std::vector<Tile> tiles;
  /// Whether a tile is computed piece by piece because its operands or results
  /// are there in bands only; all calls of a piece otherwise.
  bool isBanded = false;
};

/// The plan, placed and allocated.
struct PlacedPlan {
  const search::Plan *plan = nullptr;
  const search::PlanCost *cost = nullptr;
  /// By segment and cluster.
  std::vector<std::vector<std::vector<search::Coordinate>>> regions;
  std::vector<std::vector<std::vector<search::Buffer>>> buffers;
};

/// Fills in the segments and layouts of `program`, whose tensors, layers and
/// kernels are there. Returns an empty string, or what does not fit.
std::string buildPrograms(const search::CostModel &model,
                          const PlacedPlan &placed,
                          const std::vector<LayerTiles> &layers,
                          PackageProgram &program);

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_BUILDER_H
