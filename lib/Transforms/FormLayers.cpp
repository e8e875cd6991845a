//===- FormLayers.cpp - Group operations into layers ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerGroups.h"

#include "scope/Analysis/Plannable.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/IR/ScopeOps.h"
#include "scope/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

namespace scope {
#define GEN_PASS_DEF_FORMLAYERS
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

/// The wish that the user attached to an operation of the group. Two different
/// ones are an error.
static FailureOr<PinAttr> findPin(const LayerGroup &group) {
  Operation *pinned = nullptr;
  for (Operation *op : group.ops) {
    auto pin = op->getAttrOfType<PinAttr>(kPinAttrName);
    if (!pin)
      continue;
    if (pinned && pinned->getAttr(kPinAttrName) != pin) {
      InFlightDiagnostic error =
          op->emitError("has another pin than an operation of the same layer; "
                        "leave one of them away");
      error.attachNote(pinned->getLoc()) << "the other operation is here";
      return error;
    }
    pinned = op;
  }
  return pinned ? pinned->getAttrOfType<PinAttr>(kPinAttrName) : PinAttr();
}

/// The values of `group` that are read outside of it, in order.
static SmallVector<Value> resultsOf(const LayerGroup &group) {
  llvm::SmallSetVector<Operation *, 8> inside(group.ops.begin(),
                                              group.ops.end());
  SmallVector<Value> results;
  for (Operation *op : group.ops)
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) {
            return !inside.contains(
                op->getBlock()->findAncestorOpInBlock(*user));
          }))
        results.push_back(result);
  return results;
}

/// Moves `group` into a layer at the end of the block.
static LayerOp makeLayer(const LayerGroup &group, StringRef name, PinAttr pin,
                         OpBuilder &builder) {
  SmallVector<Value> results = resultsOf(group);
  SmallVector<Location> locations;
  for (Operation *op : group.ops)
    locations.push_back(op->getLoc());
  auto layer = LayerOp::create(builder, group.anchor->getLoc(),
                               TypeRange(ValueRange(results)),
                               builder.getStringAttr(name),
                               PartitionAttr(), UnitAttr(), pin, CostAttr(),
                               ArrayAttr());
  Block &body = layer.getBody().emplaceBlock();
  for (auto [value, result] : llvm::zip_equal(results, layer.getResults()))
    value.replaceUsesWithIf(result, [&](OpOperand &use) {
      Operation *user = layer->getBlock()->findAncestorOpInBlock(*use.getOwner());
      return user && !llvm::is_contained(group.ops, user);
    });
  for (Operation *op : group.ops)
    op->moveBefore(&body, body.end());
  OpBuilder inside = OpBuilder::atBlockEnd(&body);
  YieldOp::create(inside, group.anchor->getLoc(), results);
  return layer;
}

namespace {
struct FormLayers : scope::impl::FormLayersBase<FormLayers> {
  void getDependentDialects(DialectRegistry &registry) const override {
    FormLayersBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }

  void runOnOperation() override {
    FailureOr<SmallVector<FunctionOpInterface>> functions =
        functionsToPlan(getOperation());
    if (failed(functions))
      return signalPassFailure();
    for (FunctionOpInterface function : *functions)
      if (failed(formLayers(function)))
        return signalPassFailure();
  }

private:
  static LogicalResult formLayers(FunctionOpInterface function) {
    WalkResult planned = function->walk([&](Operation *op) {
      return isa<LayerOp, SegmentOp>(op) ? WalkResult::interrupt()
                                         : WalkResult::advance();
    });
    if (planned.wasInterrupted())
      return function.emitError(
          "has layers already; run scope-strip on it first");
    std::vector<LayerGroup> groups;
    SmallVector<PinAttr> pins;
    {
      Constants constants;
      if (failed(checkPlannable(function, constants)))
        return failure();
      groups = groupLayers(function.getFunctionBody().front(), constants);
    }
    for (const LayerGroup &group : groups) {
      FailureOr<PinAttr> pin = findPin(group);
      if (failed(pin))
        return failure();
      pins.push_back(*pin);
    }
    llvm::StringMap<int64_t> used;
    OpBuilder builder(function.getFunctionBody().front().getTerminator());
    for (auto [group, pin] : llvm::zip_equal(groups, pins)) {
      StringRef kind = group.anchor->getName().stripDialect();
      std::string name = (kind + "_" + Twine(used[kind]++)).str();
      makeLayer(group, name, pin, builder);
      if (describe(group.anchor).isOpaque())
        remark::passed(group.anchor->getLoc(),
                       remark::RemarkOpts::name("UnsplitLayer")
                           .category("scope-form-layers"))
            << "layer" << remark::metric("layer", name)
            << "runs on one chiplet: nothing is known of"
            << remark::metric("operation",
                              group.anchor->getName().getStringRef());
    }
    return success();
  }
};
} // namespace
