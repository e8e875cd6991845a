//===- TileKernels.h - The code of tiles ------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes the functions that compute tiles. A kernel takes the boxes of values
// and constants that its tile needs and gives the boxes of the layer's results
// that the tile makes, for one call; where in the layer the tile lies is not
// part of it, so equal tiles, in one layer or in several, share a kernel.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LOWERING_TILEKERNELS_H
#define SCOPE_LOWERING_TILEKERNELS_H

#include "scope/Lowering/LayerFunctions.h"
#include "scope/Programs/Layout.h"

#include "llvm/ADT/DenseMap.h"

#include <memory>

namespace scope {

class LayerGraph;

/// The computation of one tile, or of a piece of one.
struct TileWork {
  struct Read {
    /// Argument of the layer's function.
    int32_t input = 0;
    programs::Box box;
  };
  /// Number of the kernel.
  int32_t kernel = 0;
  /// In the order of the kernel's arguments.
  llvm::SmallVector<Read, 4> reads;
  /// The box of each result of the layer.
  llvm::SmallVector<programs::Box, 1> writes;
};

/// The kernels of a package.
class TileKernels {
public:
  /// Puts the kernels into `module`.
  explicit TileKernels(mlir::ModuleOp module);
  ~TileKernels();

  /// The work of making `results` (a box for each result of `layer`, without
  /// calls). The function of `layer` must not change afterwards.
  TileWork make(const LayerFunction &layer,
                llvm::ArrayRef<programs::Box> results);

  /// By number.
  llvm::ArrayRef<mlir::func::FuncOp> getKernels() const { return kernels; }

private:
  struct PerLayer;
  PerLayer &find(mlir::func::FuncOp function);

  mlir::ModuleOp module;
  std::vector<mlir::func::FuncOp> kernels;
  std::vector<std::unique_ptr<PerLayer>> graphs;
  llvm::DenseMap<mlir::Operation *, PerLayer *> layers;
  llvm::DenseMap<size_t, llvm::SmallVector<PerLayer *, 1>> byHash;
};

} // namespace scope

#endif // SCOPE_LOWERING_TILEKERNELS_H
