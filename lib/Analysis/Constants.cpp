//===- Constants.cpp - What is known before the program runs --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/Constants.h"

#include "scope/IR/ScopeOps.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace scope;

SmallVector<Value, 4> scope::readValues(Operation *op) {
  SmallVector<Value, 4> values(op->getOperands());
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  llvm::append_range(values, captured);
  return values;
}

bool Constants::isConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && isConstant(op);
}

bool Constants::isConstant(Operation *op) {
  if (auto known = constant.find(op); known != constant.end())
    return known->second;
  bool result = !isa<LayerOp, ClusterOp, SegmentOp, PackageOp>(op) &&
                !op->hasTrait<OpTrait::IsTerminator>() &&
                op->getNumResults() > 0 && isMemoryEffectFree(op) &&
                llvm::all_of(readValues(op),
                             [&](Value value) { return isConstant(value); });
  constant[op] = result;
  return result;
}

/// Dimensions of more than one element.
static llvm::SmallBitVector allDims(ShapedType type) {
  llvm::SmallBitVector dims(type.getRank());
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    dims[dim] = size != 1;
  return dims;
}

llvm::SmallBitVector Constants::varyingDims(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return {};
  if (auto known = varying.find(value); known != varying.end())
    return known->second;
  llvm::SmallBitVector result(type.getRank());
  Operation *op = value.getDefiningOp();
  ElementsAttr elements;
  bool isUnknown = !op;
  if (isUnknown) {
    // An argument of a region: nothing is known.
  } else if (matchPattern(value, m_Constant(&elements))) {
    if (!elements.isSplat())
      result = allDims(type);
  } else if (OpDescription description = describe(op); description.view) {
    for (const ViewPiece &piece : description.view->pieces) {
      llvm::SmallBitVector from = varyingDims(piece.operand);
      llvm::SmallBitVector lost = from;
      for (auto [dim, source] : llvm::enumerate(piece.sources)) {
        bool partial = piece.box[dim].second - piece.box[dim].first !=
                       type.getDimSize(dim);
        if (partial || (source.dim >= 0 && from[source.dim]))
          result.set(dim);
        if (source.dim >= 0)
          lost.reset(source.dim);
      }
      // What was split or joined may vary along any dimension that replaced it.
      if (lost.any())
        for (auto [dim, source] : llvm::enumerate(piece.sources))
          if (source.dim < 0 && type.getDimSize(dim) != 1)
            result.set(dim);
    }
  } else if (description.structured &&
             description.structured->kind != StructuredKind::Gather) {
    const StructuredOp &nest = *description.structured;
    llvm::SmallBitVector loops(nest.loops.size());
    for (const OperandAccess &operand : nest.operands) {
      llvm::SmallBitVector from = varyingDims(operand.value);
      for (unsigned dim : from.set_bits())
        for (size_t loop = 0; loop < nest.loops.size(); ++loop)
          if (operand.map.getResult(dim).isFunctionOfDim(loop))
            loops.set(loop);
    }
    AffineMap map = nest.results[cast<OpResult>(value).getResultNumber()];
    for (auto [dim, coordinate] : llvm::enumerate(map.getResults()))
      for (unsigned loop : loops.set_bits())
        if (coordinate.isFunctionOfDim(loop) && type.getDimSize(dim) != 1)
          result.set(dim);
  } else {
    // An operation that reads nothing (tensor.empty) makes no difference.
    isUnknown = op->getNumOperands() > 0 || op->getNumRegions() > 0;
  }
  if (isUnknown)
    result = allDims(type);
  varying[value] = result;
  return result;
}

bool Constants::isZero(Value value) {
  if (matchPattern(value, m_AnyZeroFloat()) || matchPattern(value, m_Zero()))
    return true;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  OpDescription description = describe(op);
  if (description.view && description.view->pieces.size() == 1) {
    const ViewPiece &piece = description.view->pieces.front();
    auto type = cast<RankedTensorType>(value.getType());
    bool whole = llvm::all_of(llvm::enumerate(piece.box), [&](auto entry) {
      auto [dim, box] = entry;
      return box.second - box.first == type.getDimSize(dim);
    });
    return whole && isZero(piece.operand);
  }
  // A fill: the one value that it reads is a scalar.
  if (description.isElementwise() && description.structured->operands.empty() &&
      op->getNumOperands() > 0 && !isa<ShapedType>(op->getOperand(0).getType()))
    return isZero(op->getOperand(0));
  return false;
}
