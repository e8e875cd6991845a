//===- LayerOps.h - The operations of a layer by their part -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sorts the operations of a layer: which do work, which of them is the anchor,
// and which together are a softmax, a layer norm or a GELU that an importer
// took apart.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_ANALYSIS_LAYEROPS_H
#define SCOPE_LIB_ANALYSIS_LAYEROPS_H

#include "scope/Analysis/Constants.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "llvm/ADT/DenseSet.h"

#include <vector>

namespace scope {

/// Vector element-operations an element of what importers take apart.
inline constexpr int64_t kSoftmaxOps = 5;
inline constexpr int64_t kLayerNormOps = 6;
inline constexpr int64_t kGeluOps = 8;

/// An operation of a layer that is no view and no constant.
struct LayerWorkOp {
  mlir::Operation *op = nullptr;
  /// Nothing if the operation is opaque.
  std::optional<StructuredOp> nest;
  Arithmetic arithmetic = Arithmetic::None;
  /// Elementwise scaling, shift or conversion of one value by constants.
  bool isAffine = false;

  /// Iterations of all loops.
  int64_t volume() const;
};

/// The operations of one layer.
class LayerOps {
public:
  LayerOps(mlir::Block &body, Constants &constants);

  llvm::ArrayRef<LayerWorkOp> work() const { return workOps; }
  /// The operation whose loops are the layer's; null if there is no work.
  const LayerWorkOp *anchor() const {
    return anchorIndex < 0 ? nullptr : &workOps[anchorIndex];
  }
  /// The work operation `op`, or null.
  const LayerWorkOp *find(mlir::Operation *op) const;

  /// If the layer is a softmax or a layer norm in parts: operations an element
  /// of the anchor, for all of `isCore` together; 0 if it is neither.
  int64_t compositeOps() const { return opsOfComposite; }
  /// Whether `op` is a part of the softmax or layer norm, or comes before it.
  bool isCore(mlir::Operation *op) const { return core.contains(op); }
  /// If `op` is the last operation of a GELU: operations an element. 0 for the
  /// other operations of the GELU; nothing for all others.
  std::optional<int64_t> geluOps(mlir::Operation *op) const;

private:
  void findComposite();
  void findGelus(Constants &constants);

  mlir::Block &body;
  std::vector<LayerWorkOp> workOps;
  llvm::DenseMap<mlir::Operation *, size_t> indexOf;
  int32_t anchorIndex = -1;
  int64_t opsOfComposite = 0;
  llvm::DenseSet<mlir::Operation *> core;
  llvm::DenseMap<mlir::Operation *, int64_t> gelu;
};

} // namespace scope

#endif // SCOPE_LIB_ANALYSIS_LAYEROPS_H
