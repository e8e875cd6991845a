//===- OpDescription.h - What planning knows of an operation ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Planning sees an operation in one of three ways: as a *view*, which moves no
// data by itself; as a *structured* operation, a perfect nest of loops whose
// operands and results are accessed by affine maps; or as an *opaque* one, of
// which nothing is known but its types. The structs here say which, and carry
// the maps. They are what the LayerOpInterface returns.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_INTERFACES_OPDESCRIPTION_H
#define SCOPE_INTERFACES_OPDESCRIPTION_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/BitmaskEnum.h"

#include <optional>

namespace scope {

LLVM_ENABLE_BITMASK_ENUMS_IN_NAMESPACE();

/// What a loop of a structured operation stands for.
enum class LoopRole : uint8_t {
  /// Parallel: batch dimensions inside the program, heads, groups.
  Other,
  /// Parallel: output rows, rows of a matmul.
  Row,
  /// Parallel: output columns of an image.
  Column,
  /// Parallel: output channels, columns of a matmul.
  Channel,
  /// A reduction over the channels of the input.
  ChannelReduction,
  /// Any other reduction: windows, reduced axes.
  Reduction,
};

/// Whether loops of `role` may run in any order on different chiplets.
inline bool isParallel(LoopRole role) {
  return role != LoopRole::ChannelReduction && role != LoopRole::Reduction;
}

/// One loop of a structured operation.
struct Loop {
  /// Iterations, at least 1.
  int64_t size = 1;
  LoopRole role = LoopRole::Other;
};

/// Kinds of arithmetic in the body of an operation.
enum class Arithmetic : uint32_t {
  None = 0,
  /// Addition and subtraction.
  Add = 1 << 0,
  /// Multiplication and division.
  Multiply = 1 << 1,
  /// A change of type that keeps the value.
  Convert = 1 << 2,
  Exp = 1 << 3,
  /// The error function and the hyperbolic tangent.
  Sigmoidal = 1 << 4,
  /// Square root and its reciprocal.
  Root = 1 << 5,
  /// Everything else.
  Other = 1 << 6,
  LLVM_MARK_AS_BITMASK_ENUM(/*LargestValue=*/Other)
};

/// Which kind of structured operation it is.
enum class StructuredKind : uint8_t {
  /// Every loop is parallel and every result element is made once, from at most
  /// one element of every operand.
  Elementwise,
  /// Multiplies and accumulates: convolutions and matmuls.
  Contraction,
  /// Reduces windows of an image: pooling.
  Window,
  /// Reduces whole axes.
  Reduction,
  /// Reads rows of its first operand by an index.
  Gather,
  /// A softmax that is one operation.
  Softmax,
};

/// How a structured operation accesses one of its operands.
struct OperandAccess {
  /// An operand of the operation, or a value that its region reads from
  /// outside.
  mlir::Value value;
  /// From the loops to the coordinates of the value. Coordinates outside of the
  /// tensor are padding. A coordinate that no loop decides (the rows of a
  /// gather) is the symbol s0.
  mlir::AffineMap map;
  /// Whether a reduction starts from it (a bias, or an accumulator).
  bool isInit = false;
};

/// A perfect nest of loops.
struct StructuredOp {
  StructuredKind kind = StructuredKind::Elementwise;
  llvm::SmallVector<Loop, 6> loops;
  /// The operands that hold data, in order. Operands that are not listed
  /// (shapes, zero points, initial values that are overwritten) cost nothing.
  llvm::SmallVector<OperandAccess, 3> operands;
  /// From the loops to the coordinates of each result. Dimensions of a result
  /// that no loop runs along are made whole by every iteration.
  llvm::SmallVector<mlir::AffineMap, 1> results;
  /// Vector element-operations an iteration (none for multiply-accumulates),
  /// and further ones for each element of the result.
  int64_t opsPerPoint = 1;
  int64_t opsPerResult = 0;
};

/// A part of the result of a view that one operand provides.
struct ViewPiece {
  /// Along one dimension of the result: coordinate x of the result is
  /// coordinate x * stride + shift of dimension `dim` of the operand. With
  /// `dim` negative nothing is known, or the operand has no such dimension.
  struct Source {
    int32_t dim = -1;
    int64_t stride = 1;
    int64_t shift = 0;
  };
  mlir::Value operand;
  /// By dimension of the result.
  llvm::SmallVector<Source, 4> sources;
  /// Coordinates [begin, end) of the result, by dimension, that it provides.
  llvm::SmallVector<std::pair<int64_t, int64_t>, 4> box;
};

/// An operation that moves no data by itself: its one result shows elements of
/// its operands in other places. Elements that no piece provides are constant.
struct ViewOp {
  llvm::SmallVector<ViewPiece, 1> pieces;
};

/// What planning knows of an operation: a view, a structured operation, or
/// nothing (opaque).
struct OpDescription {
  std::optional<ViewOp> view;
  std::optional<StructuredOp> structured;

  bool isView() const { return view.has_value(); }
  bool isElementwise() const {
    return structured && structured->kind == StructuredKind::Elementwise;
  }
  bool isOpaque() const { return !view && !structured; }
};

/// The piece that shows the whole of `operand` in the shape `to`: dimensions
/// that both shapes have are followed, those that are split or joined are not.
ViewPiece makeReshapePiece(mlir::Value operand, llvm::ArrayRef<int64_t> to);

/// A piece that is all of a result of shape `to`, of whose dimensions nothing
/// is known.
ViewPiece makeWholePiece(mlir::Value operand, llvm::ArrayRef<int64_t> to);

/// The piece of a concatenation along `axis` that `operand` provides from
/// coordinate `begin` on.
ViewPiece makeConcatPiece(mlir::Value operand, llvm::ArrayRef<int64_t> to,
                          int64_t axis, int64_t begin);

/// The description of an elementwise operation of one result on `operands` of
/// the result's rank, whose dimensions of size 1 are repeated; others are no
/// tensors of data.
OpDescription describeElementwise(mlir::Operation *op,
                                  mlir::ValueRange operands);

/// Roles of the parallel loops of an operation that says nothing about them, by
/// the rank of what it makes: channels last, then columns and rows.
llvm::SmallVector<LoopRole, 4> defaultRoles(int64_t rank);

/// Roles of the parallel loops of an operation that reduces windows: `loopOf`
/// gives the loop along each dimension of its result (-1 for none), `isImage`
/// says by loop whether it moves a window.
void assignWindowRoles(llvm::MutableArrayRef<Loop> loops,
                       llvm::ArrayRef<int32_t> loopOf,
                       llvm::ArrayRef<bool> isImage);

} // namespace scope

#endif // SCOPE_INTERFACES_OPDESCRIPTION_H
