//===- ScopeDialect.cpp - The scope dialect -------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeDialect.h"
#include "scope/IR/ScopeAttrs.h"
#include "scope/IR/ScopeOps.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace scope;

#include "scope/IR/ScopeDialect.cpp.inc"

void ScopeDialect::initialize() {
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "scope/IR/ScopeOps.cpp.inc"
      >();
}

/// Checks the dialect's attributes on operations of other dialects.
LogicalResult ScopeDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  if (name == kConfigAttrName) {
    if (!isa<ModuleOp>(op))
      return op->emitError() << "'" << name << "' belongs on a module, not on '"
                             << op->getName() << "'";
    if (!isa<ConfigAttr>(value))
      return op->emitError() << "'" << name << "' must be a #scope.config";
    return success();
  }
  if (name == kPlanAttrName) {
    if (!isa<FunctionOpInterface>(op))
      return op->emitError()
             << "'" << name << "' belongs on a function, not on '"
             << op->getName() << "'";
    if (!isa<PlanAttr>(value))
      return op->emitError() << "'" << name << "' must be a #scope.plan";
    return success();
  }
  if (name == kFrontAttrName) {
    if (!op->hasAttr(kPlanAttrName))
      return op->emitError()
             << "'" << name << "' belongs on a planned function";
    auto figures = dyn_cast<DenseI64ArrayAttr>(value);
    if (!figures || figures.empty() || figures.size() % 3 != 0 ||
        llvm::any_of(figures.asArrayRef(),
                     [](int64_t figure) { return figure < 0; }))
      return op->emitError()
             << "'" << name
             << "' must be an array of i64 with cycles, latency and energy of "
                "every plan, none negative";
    return success();
  }
  if (name == kPinAttrName) {
    if (isa<LayerOp>(op))
      return op->emitError()
             << "a layer has its pin as 'pin', not as '" << name << "'";
    if (op->getNumResults() == 0)
      return op->emitError()
             << "'" << name << "' belongs on the anchor of a layer, and '"
             << op->getName() << "' has no result";
    if (!isa<PinAttr>(value))
      return op->emitError() << "'" << name << "' must be a #scope.pin";
    return success();
  }
  return op->emitError() << "unknown attribute '" << name << "'; known are '"
                         << kConfigAttrName << "', '" << kPlanAttrName << "', '"
                         << kFrontAttrName << "' and '" << kPinAttrName << "'";
}
