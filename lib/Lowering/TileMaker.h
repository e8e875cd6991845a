//===- TileMaker.h - The tiles of all layers --------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cuts layers into the tiles of their partitions, and tiles into the pieces
// that their buffers have room for.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_LOWERING_TILEMAKER_H
#define SCOPE_LIB_LOWERING_TILEMAKER_H

#include "scope/Lowering/LayerFunctions.h"
#include "scope/Lowering/TileKernels.h"
#include "scope/Programs/Builder.h"
#include "scope/Search/CostModel.h"

namespace scope {

/// What a layer's tiles depend on besides the layer.
struct LayerInPlan {
  int32_t layer = 0;
  search::Partition partition;
  int64_t beatCalls = 1;
  /// Whether weights are fetched every beat, in pieces.
  bool fetchesWeights = false;
  /// Whether operands or results are there in bands.
  bool isBanded = false;
};

class TileMaker {
public:
  TileMaker(const search::CostModel &model, const NetworkOfFunction &source,
            const LayerFunctions &functions, TileKernels &kernels,
            const programs::PackageProgram &program)
      : model(model), source(source), functions(functions), kernels(kernels),
        program(program) {}

  /// The tiles of one layer, whose arguments and results are `made.inputs` and
  /// `made.outputs`.
  void make(const LayerInPlan &layer, programs::LayerTiles &made);

private:
  using Ranges = llvm::SmallVector<programs::Range, 5>;
  TileWork work(const LayerInPlan &layer, llvm::ArrayRef<programs::Range> dims);
  void chooseResidents(const LayerInPlan &layer, const search::Tiling &tiling,
                       programs::LayerTiles &made);
  void addPieces(const LayerInPlan &layer, const search::Tiling &tiling,
                 const Ranges &dims, bool isBanded,
                 programs::LayerTiles::Tile &tile);

  const search::CostModel &model;
  const NetworkOfFunction &source;
  const LayerFunctions &functions;
  TileKernels &kernels;
  const programs::PackageProgram &program;
};

} // namespace scope

#endif // SCOPE_LIB_LOWERING_TILEMAKER_H
