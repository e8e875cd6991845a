//===- KernelBuilder.h - One tile as a function -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the operations that make the boxes of one tile.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_LOWERING_KERNELBUILDER_H
#define SCOPE_LIB_LOWERING_KERNELBUILDER_H

#include "LayerGraph.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace scope {

class KernelBuilder {
public:
  KernelBuilder(const LayerGraph &graph, const TileBoxes &tile)
      : graph(graph), tile(tile), rewriter(graph.getFunction().getContext()),
        made(tile.boxes.size()) {}

  /// Adds a function `name` to `module` that makes `results`.
  mlir::func::FuncOp build(mlir::ModuleOp module, llvm::StringRef name,
                           llvm::ArrayRef<Box> results);

private:
  /// The elements `box` of `value`, cut out of what was made of it, or put
  /// together of several parts that were made.
  mlir::Value get(int32_t value, llvm::ArrayRef<Interval> box);
  /// `box` of the tensor `from`, which holds `outer`.
  mlir::Value cut(mlir::Value from, llvm::ArrayRef<Interval> outer,
                  llvm::ArrayRef<Interval> box,
                  llvm::ArrayRef<int64_t> strides);
  mlir::Value putTogether(int32_t value, llvm::ArrayRef<Interval> box);
  void addStructured(const Node &node, llvm::ArrayRef<Interval> loops);
  mlir::Value makeBox(const Node &node, llvm::ArrayRef<Interval> box);
  mlir::Value makePad(mlir::tensor::PadOp pad, llvm::ArrayRef<Interval> box,
                      const Node &node);
  mlir::Value makeInsert(mlir::tensor::InsertSliceOp insert,
                         llvm::ArrayRef<Interval> box, const Node &node);
  void addWhole(const Node &node);

  const LayerGraph &graph;
  const TileBoxes &tile;
  mlir::IRRewriter rewriter;
  /// By value and box.
  std::vector<llvm::SmallVector<mlir::Value, 1>> made;
};

} // namespace scope

#endif // SCOPE_LIB_LOWERING_KERNELBUILDER_H
