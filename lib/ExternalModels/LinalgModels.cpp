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
    while (added.getDefiningOp() && isa<CastOpInterface>(added.getDefiningOp()))
      added = added.getDefiningOp()->getOperand(0);
    if (added.getDefiningOp() &&
        isa<arith::MulFOp, arith::MulIOp>(added.getDefiningOp()))
      return true;
  }
  return false;
}

static void setRoles(ArrayRef<unsigned> dims, LoopRole role,
                     StructuredOp &nest) {
  for (unsigned dim : dims)
    nest.loops[dim].role = role;
}

/// Roles of the loops of a convolution or a matmul; false if `op` is neither.
static bool assignContractionRoles(linalg::LinalgOp op, StructuredOp &nest) {
  // Upstream takes a convolution for a contraction of what is left without its
  // image, so the maps have to be looked at first.
  bool isImageless = llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
    return map.isProjectedPermutation();
  });
  if (FailureOr<linalg::ContractionDimensions> dims =
          linalg::inferContractionDims(op);
      isImageless && succeeded(dims)) {
    setRoles(dims->batch, LoopRole::Other, nest);
    setRoles(dims->m, LoopRole::Row, nest);
    setRoles(dims->n, LoopRole::Channel, nest);
    setRoles(dims->k, LoopRole::Reduction, nest);
    nest.loops[dims->k.back()].role = LoopRole::ChannelReduction;
    return true;
  }
  FailureOr<linalg::ConvolutionDimensions> dims =
      linalg::inferConvolutionDims(op);
  if (failed(dims))
    return false;
  static constexpr LoopRole imageRoles[] = {LoopRole::Other, LoopRole::Row,
                                            LoopRole::Column};
  size_t skipped = dims->outputImage.size() > 2 ? 0 : 1;
  setRoles(dims->batch, LoopRole::Other, nest);
  for (auto [index, dim] : llvm::enumerate(dims->outputImage))
    nest.loops[dim].role = imageRoles[std::min<size_t>(index + skipped, 2)];
  setRoles(dims->filterLoop, LoopRole::Reduction, nest);
  setRoles(dims->inputChannel, LoopRole::Reduction, nest);
  if (!dims->inputChannel.empty()) {
    nest.loops[dims->inputChannel.back()].role = LoopRole::ChannelReduction;
    // Next to channels, what runs along with the input are groups.
    setRoles(dims->depth, LoopRole::Other, nest);
  } else {
    setRoles(dims->depth, LoopRole::Channel, nest);
  }
  setRoles(dims->outputChannel, LoopRole::Channel, nest);
  return true;
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
      for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
        if (iterator == utils::IteratorType::parallel)
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

  if (multipliesAndAdds(op) && assignContractionRoles(op, nest)) {
    nest.kind = StructuredKind::Contraction;
    nest.opsPerPoint = 0;
    return nest;
  }
  SmallVector<int32_t> loopOf = loopsOfResult(nest);
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
