//===- Strip.cpp - Give the original program back -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/IR/ScopeOps.h"
#include "scope/Interfaces/LayerOpInterface.h"
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

/// Moves the pin of `layer` to the operation that the layer is named after, or
/// to its first.
static void movePinInside(LayerOp layer) {
  PinAttr pin = layer.getPinAttr();
  Block &body = layer.getBody().front();
  if (!pin || llvm::hasSingleElement(body))
    return;
  Operation *target = nullptr;
  for (Operation &op : body.without_terminator()) {
    if (op.hasAttr(kPinAttrName))
      return;
    OpDescription description = describe(&op);
    if (!target || (description.structured && !description.isElementwise()))
      target = &op;
  }
  target->setAttr(kPinAttrName, pin);
}

namespace {
struct Strip : scope::impl::StripBase<Strip> {
  using StripBase::StripBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    StripBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Inner operations come first, so that each body is final when it is moved.
    getOperation()->walk([&](Operation *op) {
      if (auto layer = dyn_cast<LayerOp>(op); layer && keepPackage)
        movePinInside(layer);
      if (isa<LayerOp, ClusterOp, SegmentOp>(op))
        inlineBody(rewriter, op);
      else if (isa<ProgramsOp>(op) || (isa<PackageOp>(op) && !keepPackage))
        rewriter.eraseOp(op);
      else if (isa<ModuleOp>(op) && !keepPackage)
        op->removeDiscardableAttr(kConfigAttrName);
      else if (isa<FunctionOpInterface>(op))
        for (StringRef name : {kPlanAttrName, kFrontAttrName})
          op->removeDiscardableAttr(name);
    });
  }
};
} // namespace
