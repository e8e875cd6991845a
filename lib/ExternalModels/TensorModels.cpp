//===- TensorModels.cpp - Views of the tensor dialect ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ViewModel.h"

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace scope;

namespace {

/// Reshapes that say by their types what they do.
template <typename Op> struct ReshapeModel : ViewModel<ReshapeModel<Op>, Op> {
  static LogicalResult addPieces(Op op, ViewOp &view) {
    view.pieces.push_back(makeReshapePiece(
        op->getOperand(0),
        cast<RankedTensorType>(op->getResult(0).getType()).getShape()));
    return success();
  }
};

struct ExtractSliceModel
    : ViewModel<ExtractSliceModel, tensor::ExtractSliceOp> {
  static LogicalResult addPieces(tensor::ExtractSliceOp op, ViewOp &view) {
    auto offsets = getConstantIntValues(op.getMixedOffsets());
    auto strides = getConstantIntValues(op.getMixedStrides());
    if (!offsets || !strides)
      return failure();
    ViewPiece piece =
        makeWholePiece(op.getSource(), op.getResultType().getShape());
    llvm::SmallBitVector dropped = op.getDroppedDims();
    size_t next = 0;
    for (int64_t dim = 0; dim < op.getSourceType().getRank(); ++dim)
      if (!dropped[dim])
        piece.sources[next++] = {static_cast<int32_t>(dim), (*strides)[dim],
                                 (*offsets)[dim]};
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

struct InsertSliceModel : ViewModel<InsertSliceModel, tensor::InsertSliceOp> {
  static LogicalResult addPieces(tensor::InsertSliceOp op, ViewOp &view) {
    auto offsets = getConstantIntValues(op.getMixedOffsets());
    auto sizes = getConstantIntValues(op.getMixedSizes());
    if (!offsets || !sizes || !op.hasUnitStride())
      return failure();
    ArrayRef<int64_t> shape = op.getResultType().getShape();
    // What is inserted hides a part of the destination; the destination's piece
    // is not cut for it.
    ViewPiece around = makeWholePiece(op.getDest(), shape);
    for (auto [dim, source] : llvm::enumerate(around.sources))
      source.dim = static_cast<int32_t>(dim);
    ViewPiece inserted = makeWholePiece(op.getSource(), shape);
    llvm::SmallBitVector dropped = op.getDroppedDims();
    int32_t next = 0;
    for (auto [dim, source] : llvm::enumerate(inserted.sources)) {
      int64_t offset = (*offsets)[dim];
      inserted.box[dim] = {offset, offset + (*sizes)[dim]};
      if (!dropped[dim])
        source = {next++, 1, -offset};
    }
    view.pieces.push_back(std::move(inserted));
    view.pieces.push_back(std::move(around));
    return success();
  }
};

struct PadModel : ViewModel<PadModel, tensor::PadOp> {
  static LogicalResult addPieces(tensor::PadOp op, ViewOp &view) {
    // What is padded with must not depend on the place.
    bool isUniform =
        llvm::all_of(op.getBody()->getArguments(), [](BlockArgument argument) {
          return argument.use_empty();
        });
    auto lowPad = getConstantIntValues(op.getMixedLowPad());
    if (!lowPad || !isUniform)
      return failure();
    ViewPiece piece =
        makeWholePiece(op.getSource(), op.getResultType().getShape());
    for (auto [dim, source] : llvm::enumerate(piece.sources)) {
      int64_t low = (*lowPad)[dim];
      source = {static_cast<int32_t>(dim), 1, -low};
      piece.box[dim] = {low, low + op.getSourceType().getDimSize(dim)};
    }
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

struct ConcatModel : ViewModel<ConcatModel, tensor::ConcatOp> {
  static LogicalResult addPieces(tensor::ConcatOp op, ViewOp &view) {
    int64_t begin = 0;
    for (Value operand : op.getInputs()) {
      view.pieces.push_back(makeConcatPiece(
          operand, op.getResultType().getShape(), op.getDim(), begin));
      begin +=
          cast<RankedTensorType>(operand.getType()).getDimSize(op.getDim());
    }
    return success();
  }
};

} // namespace

void scope::registerTensorModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::CastOp::attachInterface<ReshapeModel<tensor::CastOp>>(*context);
    tensor::CollapseShapeOp::attachInterface<
        ReshapeModel<tensor::CollapseShapeOp>>(*context);
    tensor::ExpandShapeOp::attachInterface<ReshapeModel<tensor::ExpandShapeOp>>(
        *context);
    tensor::ReshapeOp::attachInterface<ReshapeModel<tensor::ReshapeOp>>(
        *context);
    tensor::ExtractSliceOp::attachInterface<ExtractSliceModel>(*context);
    tensor::InsertSliceOp::attachInterface<InsertSliceModel>(*context);
    tensor::PadOp::attachInterface<PadModel>(*context);
    tensor::ConcatOp::attachInterface<ConcatModel>(*context);
  });
}
