//===- Bufferization.cpp - Plans on buffers -------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeOps.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace scope;

AliasingOpOperandList scope::detail::getAliasingYieldOperand(Value value) {
  auto result = cast<OpResult>(value);
  Operation *yield = result.getOwner()->getRegion(0).front().getTerminator();
  return {{&yield->getOpOperand(result.getResultNumber()),
           BufferRelation::Equivalent}};
}

LogicalResult
scope::detail::bufferizeRegionOp(Operation *op, RewriterBase &rewriter,
                                 const BufferizationOptions &options,
                                 const BufferizationState &state) {
  // The body was bufferized before; its yield says which types came out.
  SmallVector<Type> types;
  for (Value value : op->getRegion(0).front().getTerminator()->getOperands()) {
    if (!isa<TensorLikeType>(value.getType())) {
      types.push_back(value.getType());
      continue;
    }
    FailureOr<BufferLikeType> type = getBufferType(value, options, state);
    if (failed(type))
      return failure();
    types.push_back(*type);
  }

  OperationState replacement(op->getLoc(), op->getName(), {}, types,
                             op->getDiscardableAttrDictionary().getValue());
  replacement.propertiesAttr = op->getPropertiesAsAttribute();
  replacement.addRegion();
  Operation *newOp = rewriter.create(replacement);
  rewriter.inlineRegionBefore(op->getRegion(0), newOp->getRegion(0),
                              newOp->getRegion(0).end());
  replaceOpWithBufferizedValues(rewriter, op, newOp->getResults());
  return success();
}

bool YieldOp::bufferizesToMemoryRead(OpOperand &, const AnalysisState &) {
  return true;
}

bool YieldOp::bufferizesToMemoryWrite(OpOperand &, const AnalysisState &) {
  return false;
}

AliasingValueList YieldOp::getAliasingValues(OpOperand &operand,
                                             const AnalysisState &) {
  return {{(*this)->getParentOp()->getResult(operand.getOperandNumber()),
           BufferRelation::Equivalent}};
}

/// A copy in front of the yield would be an allocation that leaves the region.
bool YieldOp::mustBufferizeInPlace(OpOperand &, const AnalysisState &) {
  return true;
}

LogicalResult YieldOp::bufferize(RewriterBase &rewriter,
                                 const BufferizationOptions &options,
                                 BufferizationState &state) {
  SmallVector<Value> values;
  for (Value operand : getOperands()) {
    if (!isa<TensorLikeType>(operand.getType())) {
      values.push_back(operand);
      continue;
    }
    FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
    if (failed(buffer))
      return failure();
    values.push_back(*buffer);
  }
  replaceOpWithNewBufferizedOp<YieldOp>(rewriter, *this, values);
  return success();
}
