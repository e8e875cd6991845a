//===- TosaModels.cpp - Operations of TOSA --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TosaWindows.h"
#include "ViewModel.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace scope;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// The numbers of a `!tosa.shape` that is a constant.
static std::optional<SmallVector<int64_t>> constantShape(Value shape) {
  DenseIntElementsAttr values;
  if (!matchPattern(shape, m_Constant(&values)))
    return std::nullopt;
  return llvm::map_to_vector(values.getValues<APInt>(), [](const APInt &value) {
    return value.getSExtValue();
  });
}

//===----------------------------------------------------------------------===//
// Elementwise operations
//===----------------------------------------------------------------------===//

static Arithmetic classify(Operation *op) {
  if (isa<tosa::AddOp, tosa::SubOp>(op))
    return Arithmetic::Add;
  if (isa<tosa::MulOp>(op))
    return Arithmetic::Multiply;
  if (isa<tosa::CastOp>(op))
    return Arithmetic::Convert;
  if (isa<tosa::ExpOp>(op))
    return Arithmetic::Exp;
  if (isa<tosa::ErfOp, tosa::TanhOp>(op))
    return Arithmetic::Sigmoidal;
  if (isa<tosa::RsqrtOp>(op))
    return Arithmetic::Root;
  return Arithmetic::Other;
}

namespace {
template <typename Op>
struct ElementwiseModel
    : LayerOpInterface::ExternalModel<ElementwiseModel<Op>, Op> {
  OpDescription describe(Operation *op) const {
    // The other operands of these hold tables, zero points and factors.
    if (isa<tosa::NegateOp, tosa::RescaleOp, tosa::TableOp>(op))
      return describeElementwise(op, op->getOperands().take_front());
    if (isa<tosa::MulOp>(op))
      return describeElementwise(op, op->getOperands().take_front(2));
    return describeElementwise(op, op->getOperands());
  }
  Arithmetic getArithmetic(Operation *op, ArrayRef<bool>) const {
    return classify(op);
  }
};

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

struct ReshapeModel : ViewModel<ReshapeModel, tosa::ReshapeOp> {
  static LogicalResult addPieces(tosa::ReshapeOp op, ViewOp &view) {
    view.pieces.push_back(
        makeReshapePiece(op.getInput1(), shapeOf(op.getResult())));
    return success();
  }
};

struct IdentityModel : ViewModel<IdentityModel, tosa::IdentityOp> {
  static LogicalResult addPieces(tosa::IdentityOp op, ViewOp &view) {
    view.pieces.push_back(
        makeReshapePiece(op.getInput1(), shapeOf(op.getResult())));
    return success();
  }
};

struct TransposeModel : ViewModel<TransposeModel, tosa::TransposeOp> {
  static LogicalResult addPieces(tosa::TransposeOp op, ViewOp &view) {
    ViewPiece piece = makeWholePiece(op.getInput1(), shapeOf(op.getResult()));
    for (auto [source, dim] : llvm::zip_equal(piece.sources, op.getPerms()))
      source.dim = dim;
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

struct SliceModel : ViewModel<SliceModel, tosa::SliceOp> {
  static LogicalResult addPieces(tosa::SliceOp op, ViewOp &view) {
    auto start = constantShape(op.getStart());
    if (!start)
      return failure();
    ViewPiece piece = makeWholePiece(op.getInput1(), shapeOf(op.getResult()));
    for (auto [dim, source] : llvm::enumerate(piece.sources))
      source = {static_cast<int32_t>(dim), 1, (*start)[dim]};
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

struct PadModel : ViewModel<PadModel, tosa::PadOp> {
  static LogicalResult addPieces(tosa::PadOp op, ViewOp &view) {
    auto padding = constantShape(op.getPadding());
    if (!padding)
      return failure();
    ViewPiece piece = makeWholePiece(op.getInput1(), shapeOf(op.getResult()));
    for (auto [dim, source] : llvm::enumerate(piece.sources)) {
      int64_t low = (*padding)[2 * dim];
      source = {static_cast<int32_t>(dim), 1, -low};
      piece.box[dim] = {low, low + shapeOf(op.getInput1())[dim]};
    }
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

struct ConcatModel : ViewModel<ConcatModel, tosa::ConcatOp> {
  static LogicalResult addPieces(tosa::ConcatOp op, ViewOp &view) {
    int64_t begin = 0;
    for (Value operand : op.getInput1()) {
      view.pieces.push_back(makeConcatPiece(operand, shapeOf(op.getResult()),
                                            op.getAxis(), begin));
      begin += shapeOf(operand)[op.getAxis()];
    }
    return success();
  }
};

struct TileModel : ViewModel<TileModel, tosa::TileOp> {
  static LogicalResult addPieces(tosa::TileOp op, ViewOp &view) {
    ViewPiece piece = makeWholePiece(op.getInput1(), shapeOf(op.getResult()));
    for (auto [dim, source] : llvm::enumerate(piece.sources))
      if (shapeOf(op.getInput1())[dim] == shapeOf(op.getResult())[dim])
        source.dim = static_cast<int32_t>(dim);
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

struct ReverseModel : ViewModel<ReverseModel, tosa::ReverseOp> {
  static LogicalResult addPieces(tosa::ReverseOp op, ViewOp &view) {
    ViewPiece piece = makeWholePiece(op.getInput1(), shapeOf(op.getResult()));
    for (auto [dim, source] : llvm::enumerate(piece.sources))
      if (dim != op.getAxis())
        source.dim = static_cast<int32_t>(dim);
    view.pieces.push_back(std::move(piece));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Matmuls, reductions, gathers
//===----------------------------------------------------------------------===//

template <typename Model, typename Op>
struct NestModel : LayerOpInterface::ExternalModel<Model, Op> {
  OpDescription describe(Operation *op) const {
    OpDescription description;
    description.structured = Model::makeNest(cast<Op>(op));
    return description;
  }
  Arithmetic getArithmetic(Operation *, ArrayRef<bool>) const {
    return Arithmetic::Other;
  }
};

struct MatMulModel : NestModel<MatMulModel, tosa::MatMulOp> {
  static StructuredOp makeNest(tosa::MatMulOp op) {
    ArrayRef<int64_t> a = shapeOf(op.getA()), b = shapeOf(op.getB());
    MLIRContext *context = op.getContext();
    AffineExpr n, row, col, inner;
    bindDims(context, n, row, col, inner);
    StructuredOp nest;
    nest.kind = StructuredKind::Contraction;
    nest.opsPerPoint = 0;
    nest.loops = {{a[0], LoopRole::Other},
                  {a[1], LoopRole::Row},
                  {b[2], LoopRole::Channel},
                  {a[2], LoopRole::ChannelReduction}};
    nest.operands = {
        {op.getA(), AffineMap::get(4, 0, {n, row, inner}, context)},
        {op.getB(), AffineMap::get(4, 0, {n, inner, col}, context)}};
    nest.results = {AffineMap::get(4, 0, {n, row, col}, context)};
    return nest;
  }
};

/// Reductions along one axis, which stays with size 1 (`keepsAxis`) or goes.
template <typename Op, bool keepsAxis>
struct ReduceModel : NestModel<ReduceModel<Op, keepsAxis>, Op> {
  static StructuredOp makeNest(Op op) {
    Value input = op->getOperand(0);
    MLIRContext *context = op.getContext();
    ArrayRef<int64_t> shape = shapeOf(input);
    int64_t rank = shape.size();
    StructuredOp nest;
    nest.kind = StructuredKind::Reduction;
    SmallVector<AffineExpr> result;
    for (auto [dim, role] : llvm::enumerate(defaultRoles(rank))) {
      bool reduced = dim == op.getAxis();
      nest.loops.push_back({shape[dim], reduced ? LoopRole::Reduction : role});
      if (!reduced)
        result.push_back(getAffineDimExpr(dim, context));
      else if (keepsAxis)
        result.push_back(getAffineConstantExpr(0, context));
    }
    nest.operands = {{input, AffineMap::getMultiDimIdentityMap(rank, context)}};
    nest.results = {AffineMap::get(rank, 0, result, context)};
    return nest;
  }
};

struct GatherModel : NestModel<GatherModel, tosa::GatherOp> {
  static StructuredOp makeNest(tosa::GatherOp op) {
    ArrayRef<int64_t> out = shapeOf(op.getOutput());
    MLIRContext *context = op.getContext();
    AffineExpr n, row, channel;
    bindDims(context, n, row, channel);
    AffineExpr selected = getAffineSymbolExpr(0, context);
    StructuredOp nest;
    nest.kind = StructuredKind::Gather;
    nest.loops = {{out[0], LoopRole::Other},
                  {out[1], LoopRole::Row},
                  {out[2], LoopRole::Channel}};
    nest.operands = {
        {op.getValues(), AffineMap::get(3, 1, {n, selected, channel}, context)},
        {op.getIndices(), AffineMap::get(3, 0, {n, row}, context)}};
    nest.results = {AffineMap::get(3, 0, {n, row, channel}, context)};
    return nest;
  }
};

/// Rows that are written anywhere: they are not split.
struct ScatterModel : NestModel<ScatterModel, tosa::ScatterOp> {
  static StructuredOp makeNest(tosa::ScatterOp op) {
    ArrayRef<int64_t> out = shapeOf(op.getValuesOut());
    MLIRContext *context = op.getContext();
    AffineExpr n, row, channel;
    bindDims(context, n, row, channel);
    AffineExpr any = getAffineSymbolExpr(0, context);
    StructuredOp nest;
    nest.kind = StructuredKind::Reduction;
    nest.loops = {{out[0], LoopRole::Other},
                  {out[1], LoopRole::Reduction},
                  {out[2], LoopRole::Channel}};
    nest.operands = {
        {op.getValuesIn(), AffineMap::get(3, 0, {n, row, channel}, context)},
        {op.getIndices(), AffineMap::get(3, 1, {n, any}, context)},
        {op.getInput(), AffineMap::get(3, 1, {n, any, channel}, context)}};
    nest.results = {AffineMap::get(3, 0, {n, row, channel}, context)};
    return nest;
  }
};

/// Rows and columns are interpolated from any others: they are not split.
struct ResizeModel : NestModel<ResizeModel, tosa::ResizeOp> {
  static StructuredOp makeNest(tosa::ResizeOp op) {
    ArrayRef<int64_t> out = shapeOf(op.getOutput());
    MLIRContext *context = op.getContext();
    AffineExpr n, row, col, channel;
    bindDims(context, n, row, col, channel);
    AffineExpr any = getAffineSymbolExpr(0, context);
    StructuredOp nest;
    nest.kind = StructuredKind::Reduction;
    nest.loops = {{out[0], LoopRole::Other},
                  {out[1], LoopRole::Reduction},
                  {out[2], LoopRole::Reduction},
                  {out[3], LoopRole::Channel}};
    // A bilinear result mixes four pixels.
    nest.opsPerPoint = op.getMode() == tosa::ResizeMode::BILINEAR ? 4 : 1;
    nest.operands = {
        {op.getInput(), AffineMap::get(4, 1, {n, any, any, channel}, context)}};
    nest.results = {AffineMap::get(4, 0, {n, row, col, channel}, context)};
    return nest;
  }
};

} // namespace

/// Attaches a model to `Op` if it works element by element.
template <typename Op> static void attachIfElementwise(MLIRContext *context) {
  if constexpr (Op::template hasTrait<
                    OpTrait::tosa::TosaElementwiseOperator>() ||
                llvm::is_one_of<Op, tosa::CastOp, tosa::ClampOp, tosa::MulOp,
                                tosa::NegateOp, tosa::RescaleOp, tosa::SelectOp,
                                tosa::SigmoidOp, tosa::TableOp, tosa::TanhOp,
                                tosa::ErfOp>::value)
    Op::template attachInterface<ElementwiseModel<Op>>(*context);
}

template <typename... Ops> static void attachElementwise(MLIRContext *context) {
  (attachIfElementwise<Ops>(context), ...);
}

template <bool keepsAxis, typename... Ops>
static void attachReductions(MLIRContext *context) {
  (Ops::template attachInterface<ReduceModel<Ops, keepsAxis>>(*context), ...);
}

void scope::registerTosaModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tosa::TosaDialect *) {
    attachElementwise<
#define GET_OP_LIST
#include "mlir/Dialect/Tosa/IR/TosaOps.cpp.inc"
        >(context);
    attachReductions<true, tosa::ReduceAllOp, tosa::ReduceAnyOp,
                     tosa::ReduceMaxOp, tosa::ReduceMinOp,
                     tosa::ReduceProductOp, tosa::ReduceSumOp>(context);
    attachReductions<false, tosa::ArgMaxOp>(context);
    tosa::ConcatOp::attachInterface<ConcatModel>(*context);
    tosa::GatherOp::attachInterface<GatherModel>(*context);
    tosa::IdentityOp::attachInterface<IdentityModel>(*context);
    tosa::MatMulOp::attachInterface<MatMulModel>(*context);
    tosa::PadOp::attachInterface<PadModel>(*context);
    tosa::ReshapeOp::attachInterface<ReshapeModel>(*context);
    tosa::ResizeOp::attachInterface<ResizeModel>(*context);
    tosa::ReverseOp::attachInterface<ReverseModel>(*context);
    tosa::ScatterOp::attachInterface<ScatterModel>(*context);
    tosa::SliceOp::attachInterface<SliceModel>(*context);
    tosa::TileOp::attachInterface<TileModel>(*context);
    tosa::TransposeOp::attachInterface<TransposeModel>(*context);
    attachTosaWindowModels(context);
  });
}
