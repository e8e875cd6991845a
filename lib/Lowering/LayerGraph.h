//===- LayerGraph.h - What the tiles of a layer need ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows boxes of the results of a layer backward through its function, in
// integers: what every operation has to make of every value, down to what the
// arguments have to provide. The same boxes are then made into a kernel.
//
// An operation that cannot be followed is needed whole. Where one value is
// needed in several boxes, boxes are joined if that makes fewer elements than
// the boxes have; each of the rest is made by itself. Boxes that merely lie
// side by side stay apart: before a reshape they may be far from each other.
// For the same reason a reshape may make a box in parts.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_LOWERING_LAYERGRAPH_H
#define SCOPE_LIB_LOWERING_LAYERGRAPH_H

#include "scope/Programs/Layout.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"

namespace scope {

using programs::Box;
using Interval = programs::Range;

/// A sum of multiples of loops.
struct LinearExpr {
  llvm::SmallVector<std::pair<int64_t, int64_t>, 2> terms; // loop, coefficient
  int64_t constant = 0;
};

/// A value that the body of a structured operation reads element by element.
struct Capture {
  mlir::Value value;
  /// By dimension: the loop whose index is the coordinate; -1 for anything
  /// else.
  llvm::SmallVector<int64_t, 4> loops;
};

/// How an operation is followed.
enum class NodeKind {
  Structured,
  Pad,
  ExtractSlice,
  InsertSlice,
  Expand,
  Collapse,
  /// A constant of which any box is as good as another.
  Uniform,
  /// Everything else: all of it is made of all that it reads.
  Whole,
};

struct Node {
  mlir::Operation *op = nullptr;
  NodeKind kind = NodeKind::Whole;
  /// Values that it reads, by the number of the value.
  llvm::SmallVector<int32_t, 3> reads;
  llvm::SmallVector<int32_t, 1> results;
  // Structured:
  llvm::SmallVector<int64_t, 6> loops;
  /// By operand and by dimension.
  llvm::SmallVector<llvm::SmallVector<LinearExpr, 4>, 3> operandExprs;
  /// By result and by dimension: the loop; -1 where there is one element, 0.
  llvm::SmallVector<llvm::SmallVector<int64_t, 4>, 1> resultLoops;
  llvm::SmallVector<Capture, 1> captures;
  /// Whether the body knows where in the iteration space it is.
  bool readsIndex = false;
};

/// The boxes of all values for one tile.
struct TileBoxes {
  /// By value: the boxes that are made.
  std::vector<llvm::SmallVector<Box, 1>> boxes;
  /// By node: the loops of a structured operation, for each box of its result.
  /// One with several results is made once.
  std::vector<llvm::SmallVector<Box, 1>> loops;
};

/// A layer's function, prepared for following boxes.
class LayerGraph {
public:
  explicit LayerGraph(mlir::func::FuncOp function);

  /// What has to be made for `results`, a box for each result of the function.
  /// Boxes of the arguments for which `keepsApart` is true are not joined: each
  /// has a buffer of its own. Other arguments, the constants, have one box.
  TileBoxes follow(llvm::ArrayRef<Box> results,
                   llvm::ArrayRef<bool> keepsApart) const;

  /// Everything about `tile` that its kernel depends on: two tiles with the
  /// same key have the same kernel.
  std::string key(const TileBoxes &tile, llvm::ArrayRef<Box> results) const;

  mlir::func::FuncOp getFunction() const { return function; }
  mlir::Operation *getReturn() const;
  llvm::ArrayRef<Node> getNodes() const { return nodes; }
  int32_t numberOf(mlir::Value value) const { return numbers.lookup(value); }
  mlir::Value valueOf(int32_t number) const { return values[number]; }
  llvm::ArrayRef<int64_t> shapeOf(int32_t value) const { return shapes[value]; }

  /// The boxes that `node` reads of its operands (in the order of
  /// `Node::reads`) to make `box` of its result number `result`; structured
  /// operations make their whole tile of `loops`. Boxes may be empty.
  llvm::SmallVector<Box, 3> boxesRead(const Node &node,
                                      llvm::ArrayRef<Interval> box,
                                      llvm::ArrayRef<Interval> loops) const;
  /// The box of result `result` that iterations `loops` make.
  Box boxMade(const Node &node, unsigned result,
              llvm::ArrayRef<Interval> loops) const;

private:
  void addNode(mlir::Operation &op);
  bool addStructured(mlir::linalg::LinalgOp op, Node &node);
  int32_t number(mlir::Value value);
  /// The loops of structured `node` that make `boxes`: by its result, the boxes
  /// that are needed. Nothing if nothing is needed.
  llvm::SmallVector<Box, 1>
  loopsFor(const Node &node,
           llvm::ArrayRef<llvm::SmallVector<Box, 1>> boxes) const;
  /// The boxes of reshape `node` that make `box`: each is a box of its source
  /// as well. They have exactly the elements of `box`, or, if that took too
  /// many of them, more.
  llvm::SmallVector<Box, 1> boxesOfReshape(const Node &node,
                                           llvm::ArrayRef<Interval> box) const;
  Box whole(int32_t value) const { return programs::wholeBox(shapes[value]); }

  mlir::func::FuncOp function;
  std::vector<Node> nodes;
  llvm::DenseMap<mlir::Value, int32_t> numbers;
  std::vector<mlir::Value> values;
  std::vector<llvm::SmallVector<int64_t, 4>> shapes;
};

} // namespace scope

#endif // SCOPE_LIB_LOWERING_LAYERGRAPH_H
