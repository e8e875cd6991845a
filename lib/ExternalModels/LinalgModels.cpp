//===- LinalgModels.cpp - Structured operations of linalg -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One general rule for all of linalg: loops, maps and the body say what an
// operation is. Names are not looked at, so a `linalg.generic` is planned like
// the named operation that it was made from.
//
//===----------------------------------------------------------------------===//

#include "ScalarArithmetic.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace scope;

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// The view that `op` is if its body passes on an input as it is.
static std::optional<ViewOp> asView(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  if (op->getNumResults() != 1 || op.getNumReductionLoops() > 0 ||
      !llvm::hasSingleElement(*body))
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(body->getTerminator()->getOperand(0));
  if (!argument || argument.getOwner() != body)
    return std::nullopt;
  OpOperand *input = op.getMatchingOpOperand(argument);
  if (!op.isDpsInput(input) || !isa<RankedTensorType>(input->get().getType()))
    return std::nullopt;
  AffineMap read = op.getMatchingIndexingMap(input);
  AffineMap written = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!written.isPermutation())
    return std::nullopt;
  ViewPiece piece = makeWholePiece(
      input->get(),
      cast<RankedTensorType>(op->getResult(0).getType()).getShape());
  for (auto [source, loop] :
       llvm::zip_equal(piece.sources, written.getResults()))
    for (auto [dim, coordinate] : llvm::enumerate(read.getResults()))
      if (coordinate == loop)
        source.dim = static_cast<int32_t>(dim);
  ViewOp view;
  view.pieces.push_back(std::move(piece));
  return view;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Whether the body adds products of two inputs to what it reduces.
static bool multipliesAndAdds(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInputs() < 2)
    return false;
  Block *body = op.getBlock();
  Value accumulator = body->getArguments().back();
  for (Operation *user : accumulator.getUsers()) {
    if (!isa<arith::AddFOp, arith::AddIOp>(user))
      continue;
    Value added = user->getOperand(user->getOperand(0) == accumulator ? 1 : 0);
    // The product may be converted before it is added.
    while (isa_and_nonnull<CastOpInterface>(added.getDefiningOp()))
      added = added.getDefiningOp()->getOperand(0);
    if (isa_and_nonnull<arith::MulFOp, arith::MulIOp>(added.getDefiningOp()))
      return true;
  }
  return false;
}

/// Roles of the loops of a convolution or a matmul, from where they stand in
/// the maps of its input and its weights (the first two operands).
static void assignContractionRoles(StructuredOp &nest,
                                   ArrayRef<int32_t> loopOf) {
  AffineMap input = nest.operands[0].map, weights = nest.operands[1].map;
  size_t numLoops = nest.loops.size();
  // Loops that move a window, and those that stand alone in a coordinate.
  SmallVector<bool> moves(numLoops, false), inInput(numLoops, false),
      inWeights(numLoops, false);
  for (size_t loop = 0; loop < numLoops; ++loop) {
    for (AffineExpr coordinate : input.getResults())
      if (coordinate.isFunctionOfDim(loop))
        (isa<AffineDimExpr>(coordinate) ? inInput : moves)[loop] = true;
    inWeights[loop] = weights.isFunctionOfDim(loop);
  }
  bool isConvolution = llvm::is_contained(moves, true);
  int32_t channelReduction = -1;
  for (size_t loop = 0; loop < numLoops; ++loop)
    if (!isParallel(nest.loops[loop].role) && !moves[loop])
      channelReduction = static_cast<int32_t>(loop);
  if (channelReduction >= 0)
    nest.loops[channelReduction].role = LoopRole::ChannelReduction;

  static constexpr LoopRole imageRoles[] = {LoopRole::Other, LoopRole::Row,
                                            LoopRole::Column};
  size_t numImage = 0;
  for (size_t loop = 0; loop < numLoops; ++loop)
    numImage += isParallel(nest.loops[loop].role) && moves[loop];
  size_t nextImage = numImage > 2 ? 0 : 1;
  for (int32_t loop : loopOf) {
    if (loop < 0 || !isParallel(nest.loops[loop].role))
      continue;
    LoopRole &role = nest.loops[loop].role;
    if (moves[loop])
      role = imageRoles[std::min<size_t>(nextImage++, 2)];
    else if (!inInput[loop])
      role = LoopRole::Channel;
    else if (!inWeights[loop])
      role = isConvolution ? LoopRole::Other : LoopRole::Row;
    else // Of a depthwise convolution the channels; else groups and batches.
      role = isConvolution && channelReduction < 0 ? LoopRole::Channel
                                                   : LoopRole::Other;
  }
}

/// The loop that runs along each dimension of the first result; -1 for none.
static SmallVector<int32_t> loopsOfResult(const StructuredOp &nest) {
  SmallVector<int32_t> loops;
  for (AffineExpr coordinate : nest.results.front().getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(coordinate);
    loops.push_back(dim ? static_cast<int32_t>(dim.getPosition()) : -1);
  }
  return loops;
}

/// Loops of parallel iterators that stand together with another loop in a
/// coordinate of an input.
static SmallVector<bool> imageLoops(linalg::LinalgOp op) {
  SmallVector<bool> isImage(op.getNumLoops(), false);
  for (OpOperand *input : op.getDpsInputOperands())
    for (AffineExpr coordinate :
         op.getMatchingIndexingMap(input).getResults()) {
      if (isa<AffineDimExpr, AffineConstantExpr>(coordinate))
        continue;
      for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
        isImage[loop] = isImage[loop] || coordinate.isFunctionOfDim(loop);
    }
  return isImage;
}

/// Reads of whole tensors by index inside the body, as gathers have them;
/// false if there is another use of a tensor from outside.
static bool addGathers(linalg::LinalgOp op, StructuredOp &nest) {
  MLIRContext *context = op.getContext();
  WalkResult result = op->walk([&](Operation *inside) {
    if (inside == op.getOperation() ||
        !llvm::any_of(inside->getOperandTypes(), llvm::IsaPred<TensorType>))
      return WalkResult::advance();
    auto extract = dyn_cast<tensor::ExtractOp>(inside);
    if (!extract)
      return WalkResult::interrupt();
    SmallVector<AffineExpr> coordinates;
    for (Value index : extract.getIndices()) {
      if (auto loop = index.getDefiningOp<linalg::IndexOp>())
        coordinates.push_back(getAffineDimExpr(loop.getDim(), context));
      else
        coordinates.push_back(getAffineSymbolExpr(0, context));
    }
    nest.kind = StructuredKind::Gather;
    nest.operands.insert(
        nest.operands.begin(),
        {extract.getTensor(),
         AffineMap::get(op.getNumLoops(), 1, coordinates, context)});
    return WalkResult::advance();
  });
  return !result.wasInterrupted();
}

static std::optional<StructuredOp> asNest(linalg::LinalgOp op) {
  StructuredOp nest;
  for (auto [size, iterator] :
       llvm::zip_equal(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    nest.loops.push_back({size, iterator == utils::IteratorType::parallel
                                    ? LoopRole::Other
                                    : LoopRole::Reduction});
  for (OpOperand &operand : op->getOpOperands()) {
    bool isInit = op.isDpsInit(&operand);
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (isInit)
      nest.results.push_back(map);
    if (isa<RankedTensorType>(operand.get().getType()) &&
        op.payloadUsesValueFromOperand(&operand))
      nest.operands.push_back({operand.get(), map, isInit});
  }
  if (!addGathers(op, nest))
    return std::nullopt;

  SmallVector<int32_t> loopOf = loopsOfResult(nest);
  if (multipliesAndAdds(op) && nest.operands.size() >= 2) {
    nest.kind = StructuredKind::Contraction;
    nest.opsPerPoint = 0;
    assignContractionRoles(nest, loopOf);
    return nest;
  }
  SmallVector<bool> isImage = imageLoops(op);
  if (op.getNumReductionLoops() > 0 && llvm::is_contained(isImage, true)) {
    nest.kind = StructuredKind::Window;
    assignWindowRoles(nest.loops, loopOf, isImage);
    return nest;
  }
  // The roles that a tensor of the shape of all loops would have.
  if (op.getNumReductionLoops() > 0)
    nest.kind = StructuredKind::Reduction;
  AffineMap shape = op.getNumReductionLoops() > 0 ? nest.operands.front().map
                                                  : nest.results.front();
  auto roles = defaultRoles(shape.getNumResults());
  for (auto [coordinate, role] : llvm::zip_equal(shape.getResults(), roles))
    if (auto dim = dyn_cast<AffineDimExpr>(coordinate))
      if (isParallel(nest.loops[dim.getPosition()].role))
        nest.loops[dim.getPosition()].role = role;
  return nest;
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

namespace {
template <typename Op>
struct StructuredModel
    : LayerOpInterface::ExternalModel<StructuredModel<Op>, Op> {
  OpDescription describe(Operation *op) const {
    OpDescription description;
    auto linalgOp = cast<linalg::LinalgOp>(op);
    if (!linalgOp.hasPureTensorSemantics() || linalgOp.hasDynamicShape() ||
        op->getNumResults() == 0)
      return description;
    description.view = asView(linalgOp);
    if (!description.view)
      description.structured = asNest(linalgOp);
    return description;
  }
  Arithmetic getArithmetic(Operation *op, ArrayRef<bool> isConstant) const {
    auto linalgOp = cast<linalg::LinalgOp>(op);
    SmallVector<bool> ofArguments;
    for (BlockArgument argument : linalgOp.getBlock()->getArguments())
      ofArguments.push_back(isConstant[linalgOp.getMatchingOpOperand(argument)
                                           ->getOperandNumber()]);
    return classifyBody(*linalgOp.getBlock(), ofArguments);
  }
};

struct SoftmaxModel
    : LayerOpInterface::ExternalModel<SoftmaxModel, linalg::SoftmaxOp> {
  OpDescription describe(Operation *op) const {
    OpDescription description;
    auto softmax = cast<linalg::SoftmaxOp>(op);
    auto type = dyn_cast<RankedTensorType>(softmax.getInput().getType());
    if (!type || !type.hasStaticShape() || op->getNumResults() != 1)
      return description;
    StructuredOp nest;
    nest.kind = StructuredKind::Softmax;
    for (auto [dim, role] : llvm::enumerate(defaultRoles(type.getRank())))
      nest.loops.push_back({type.getDimSize(dim), dim == softmax.getDimension()
                                                      ? LoopRole::Reduction
                                                      : role});
    AffineMap identity =
        AffineMap::getMultiDimIdentityMap(type.getRank(), op->getContext());
    nest.operands = {{softmax.getInput(), identity}};
    nest.results = {identity};
    description.structured = std::move(nest);
    return description;
  }
  Arithmetic getArithmetic(Operation *, ArrayRef<bool>) const {
    return Arithmetic::Exp;
  }
};
} // namespace

template <typename... Ops> static void attachAll(MLIRContext *context) {
  (Ops::template attachInterface<StructuredModel<Ops>>(*context), ...);
}

void scope::registerLinalgModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *) {
    attachAll<
#define GET_OP_LIST
#include "mlir/Dialect/Linalg/IR/LinalgStructuredOps.cpp.inc"
        >(context);
    linalg::SoftmaxOp::attachInterface<SoftmaxModel>(*context);
  });
}
