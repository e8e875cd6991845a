//===- Strip.cpp - Give the original program back -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeOps.h"
#include "scope/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace scope {
#define GEN_PASS_DEF_STRIP
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

/// Replaces `op`, a layer, a cluster or a segment, by the operations of its
/// body.
static void inlineBody(RewriterBase &rewriter, Operation *op) {
  Block &body = op->getRegion(0).front();
  Operation *yield = body.getTerminator();
  rewriter.inlineBlockBefore(&body, op);
  rewriter.replaceOp(op, yield->getOperands());
  rewriter.eraseOp(yield);
}

namespace {
struct Strip : scope::impl::StripBase<Strip> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Inner operations come first, so that each body is final when it is moved.
    getOperation()->walk([&](Operation *op) {
      if (isa<LayerOp, ClusterOp, SegmentOp>(op))
        inlineBody(rewriter, op);
      else if (isa<PackageOp>(op))
        rewriter.eraseOp(op);
      else if (isa<ModuleOp>(op))
        op->removeDiscardableAttr(kConfigAttrName);
      else if (isa<FunctionOpInterface>(op))
        op->removeDiscardableAttr(kPlanAttrName);
    });
  }
};
} // namespace
