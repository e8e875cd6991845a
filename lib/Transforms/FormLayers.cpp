//===- FormLayers.cpp - Group operations into layers ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerGroups.h"
#include "RegionWrapping.h"

#include "scope/Analysis/Plannable.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/IR/ScopeOps.h"
#include "scope/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

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

/// Moves `group` into a layer in front of where `builder` stands.
static void makeLayer(const LayerGroup &group, StringRef name, PinAttr pin,
                      OpBuilder &builder) {
  Location loc = group.anchor->getLoc();
  wrapInRegion(group.ops, loc, [&](TypeRange types) {
    return LayerOp::create(builder, loc, types, builder.getStringAttr(name),
                           PartitionAttr(), UnitAttr(), pin, CostAttr(),
                           ArrayAttr());
  });
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
      return emitError(function.getLoc(),
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
      if (!describe(group.anchor).isOpaque())
        continue;
      std::string text = llvm::formatv(
          "layer '{0}' runs on one chiplet: nothing is known of '{1}'", name,
          group.anchor->getName().getStringRef());
      remark::missed(
          group.anchor->getLoc(),
          remark::RemarkOpts::name("Unsplit").category("scope-form-layers"))
          << text << remark::metric("layer", name);
    }
    return success();
  }
};
} // namespace
