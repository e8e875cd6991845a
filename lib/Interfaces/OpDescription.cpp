//===- OpDescription.cpp - What planning knows of an operation ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Interfaces/OpDescription.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace scope;

/// The box that is all of `shape`.
static void coverAll(ViewPiece &piece, ArrayRef<int64_t> shape) {
  for (int64_t size : shape)
    piece.box.push_back({0, size});
}

ViewPiece scope::makeWholePiece(Value operand, ArrayRef<int64_t> to) {
  ViewPiece piece;
  piece.operand = operand;
  piece.sources.resize(to.size());
  coverAll(piece, to);
  return piece;
}

ViewPiece scope::makeReshapePiece(Value operand, ArrayRef<int64_t> to) {
  ViewPiece piece = makeWholePiece(operand, to);
  ArrayRef<int64_t> from = cast<ShapedType>(operand.getType()).getShape();
  // Both shapes are cut into the smallest groups of dimensions with equal
  // products. A group of one dimension each, beside ones, is followed.
  size_t i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    int64_t fromProduct = from[i], toProduct = to[j];
    size_t fromEnd = i + 1, toEnd = j + 1;
    while (fromProduct != toProduct) {
      if (fromProduct < toProduct && fromEnd < from.size())
        fromProduct *= from[fromEnd++];
      else if (toEnd < to.size())
        toProduct *= to[toEnd++];
      else
        return piece;
    }
    int32_t fromDim = -1, toDim = -1, fromCount = 0, toCount = 0;
    for (size_t d = i; d < fromEnd; ++d)
      if (from[d] != 1) {
        fromDim = static_cast<int32_t>(d);
        ++fromCount;
      }
    for (size_t d = j; d < toEnd; ++d)
      if (to[d] != 1) {
        toDim = static_cast<int32_t>(d);
        ++toCount;
      }
    if (fromCount == 1 && toCount == 1)
      piece.sources[toDim].dim = fromDim;
    i = fromEnd;
    j = toEnd;
  }
  return piece;
}

ViewPiece scope::makeConcatPiece(Value operand, ArrayRef<int64_t> to,
                                 int64_t axis, int64_t begin) {
  ViewPiece piece = makeWholePiece(operand, to);
  for (auto [dim, source] : llvm::enumerate(piece.sources))
    source.dim = static_cast<int32_t>(dim);
  piece.sources[axis].shift = -begin;
  piece.box[axis] = {
      begin, begin + cast<ShapedType>(operand.getType()).getDimSize(axis)};
  return piece;
}

SmallVector<LoopRole, 4> scope::defaultRoles(int64_t rank) {
  SmallVector<LoopRole, 4> roles(rank, LoopRole::Other);
  if (rank >= 1)
    roles[rank - 1] = LoopRole::Channel;
  if (rank == 2 || rank == 3)
    roles[rank - 2] = LoopRole::Row;
  if (rank >= 4) {
    roles[rank - 2] = LoopRole::Column;
    roles[rank - 3] = LoopRole::Row;
  }
  return roles;
}

OpDescription scope::describeElementwise(Operation *op, ValueRange operands) {
  OpDescription description;
  if (op->getNumResults() != 1)
    return description;
  auto resultType = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!resultType || !resultType.hasStaticShape())
    return description;
  MLIRContext *context = op->getContext();
  int64_t rank = resultType.getRank();
  StructuredOp structured;
  for (auto [size, role] :
       llvm::zip_equal(resultType.getShape(), defaultRoles(rank)))
    structured.loops.push_back({size, role});
  structured.results.push_back(
      AffineMap::getMultiDimIdentityMap(rank, context));
  for (Value operand : operands) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || type.getRank() != rank)
      continue;
    SmallVector<AffineExpr> coordinates;
    for (auto [dim, size] : llvm::enumerate(type.getShape()))
      coordinates.push_back(size == resultType.getDimSize(dim)
                                ? getAffineDimExpr(dim, context)
                                : getAffineConstantExpr(0, context));
    structured.operands.push_back(
        {operand, AffineMap::get(rank, 0, coordinates, context)});
  }
  description.structured = std::move(structured);
  return description;
}

void scope::assignWindowRoles(MutableArrayRef<Loop> loops,
                              ArrayRef<int32_t> loopOf,
                              ArrayRef<bool> isImage) {
  static constexpr LoopRole imageRoles[] = {LoopRole::Other, LoopRole::Row,
                                            LoopRole::Column};
  // Of three image dimensions the first is none of rows and columns.
  size_t numImage = 0;
  for (auto [loop, image] : llvm::zip_equal(loops, isImage))
    numImage += image && isParallel(loop.role);
  size_t next = numImage > 2 ? 0 : 1;
  bool seenImage = false;
  for (auto [position, loop] : llvm::enumerate(loopOf)) {
    if (loop < 0 || !isParallel(loops[loop].role))
      continue;
    if (isImage[loop]) {
      loops[loop].role = imageRoles[std::min<size_t>(next++, 2)];
      seenImage = true;
    } else {
      loops[loop].role =
          seenImage || position > 0 ? LoopRole::Channel : LoopRole::Other;
    }
  }
}
