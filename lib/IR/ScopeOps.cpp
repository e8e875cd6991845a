//===- ScopeOps.cpp - Layers, clusters and segments -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeOps.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace scope;

/// The region runs once: in at the top, out at the yield.
static void getSuccessors(Operation *op, RegionBranchPoint point,
                          SmallVectorImpl<RegionSuccessor> &successors) {
  if (point.isParent())
    successors.emplace_back(&op->getRegion(0));
  else
    successors.emplace_back(op, op->getResults());
}

/// Checks that the body ends in a yield of the operation's result types.
static LogicalResult verifyYield(Operation *op) {
  Block &body = op->getRegion(0).front();
  auto yield = dyn_cast_or_null<YieldOp>(
      body.empty() ? nullptr : static_cast<Operation *>(&body.back()));
  if (!yield)
    return op->emitOpError("must end in a 'scope.yield'");
  if (yield.getOperandTypes() != op->getResultTypes())
    return yield.emitOpError()
           << "gives (" << yield.getOperandTypes() << ") where '"
           << op->getName() << "' has (" << op->getResultTypes() << ")";
  return success();
}

#define SCOPE_REGION_OP(OP)                                                    \
  void OP::getSuccessorRegions(RegionBranchPoint point,                        \
                               SmallVectorImpl<RegionSuccessor> &successors) { \
    getSuccessors(*this, point, successors);                                   \
  }                                                                            \
  void OP::getRegionInvocationBounds(                                          \
      ArrayRef<Attribute>, SmallVectorImpl<InvocationBounds> &bounds) {        \
    bounds.emplace_back(1, 1);                                                 \
  }                                                                            \
  YieldOp OP::getYield() {                                                     \
    return cast<YieldOp>(getBody().front().getTerminator());                   \
  }                                                                            \
  LogicalResult OP::verifyRegions() { return verifyYield(*this); }
SCOPE_REGION_OP(LayerOp)
SCOPE_REGION_OP(ClusterOp)
SCOPE_REGION_OP(SegmentOp)
#undef SCOPE_REGION_OP

LogicalResult LayerOp::verify() { return success(); }
LogicalResult ClusterOp::verify() { return success(); }
LogicalResult SegmentOp::verify() { return success(); }

#define GET_OP_CLASSES
#include "scope/IR/ScopeOps.cpp.inc"
