//===- Plannable.cpp - What can be planned --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/Plannable.h"

#include "scope/Analysis/PackageReader.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace scope;

FailureOr<SmallVector<FunctionOpInterface>>
scope::functionsToPlan(ModuleOp module) {
  SmallVector<FunctionOpInterface> functions;
  FlatSymbolRefAttr name = getConfig(module).getFunction();
  for (auto function : module.getOps<FunctionOpInterface>())
    if (!function.isExternal() &&
        (!name || function.getName() == name.getValue()))
      functions.push_back(function);
  if (!functions.empty())
    return functions;
  if (name)
    return emitError(module.getLoc()) << "has no function '@" << name.getValue()
                                      << "' with a body to plan";
  return emitError(module.getLoc(), "has no function with a body to plan");
}

/// What is wrong with the type of a value that a planned operation reads or
/// makes; empty if nothing is.
static StringRef findTypeFault(Type type) {
  if (isa<UnrankedTensorType>(type))
    return "an unranked tensor; give every tensor a shape";
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return "data that is no tensor; keep it out of the function";
  if (!tensor.hasStaticShape())
    return "a dynamic shape; give every tensor static sizes";
  if (tensor.getNumElements() == 0)
    return "a tensor without elements; remove it";
  return "";
}

/// Why `op` cannot be planned; empty if it can.
static StringRef findFault(Operation &op, Constants &constants) {
  if (isa<CallOpInterface>(op))
    return "calls are not planned; inline them first";
  for (Value value : readValues(&op))
    if (!constants.isConstant(value))
      if (StringRef fault = findTypeFault(value.getType()); !fault.empty())
        return fault;
  for (Type type : op.getResultTypes())
    if (StringRef fault = findTypeFault(type); !fault.empty())
      return fault;
  if (op.getNumRegions() > 0 && !isa<LayerOpInterface>(op))
    return "operations with regions are planned in linalg only; convert it or "
           "unroll it first";
  // An operation that says nothing of its effects (tosa.custom) is taken to
  // compute its results from its operands, if it has both.
  bool mayCompute = !isa<MemoryEffectOpInterface>(op) &&
                    op.getNumOperands() > 0 && op.getNumResults() > 0;
  if (!isMemoryEffectFree(&op) && !mayCompute)
    return "operations with side effects are not planned; remove it or keep it "
           "out of the function";
  return "";
}

LogicalResult scope::checkPlannable(FunctionOpInterface function,
                                    Constants &constants) {
  if (!function.getFunctionBody().hasOneBlock())
    return emitError(
        function.getLoc(),
        "has control flow between blocks, which is not planned; give it one "
        "block");
  for (BlockArgument argument : function.getArguments())
    if (StringRef fault = findTypeFault(argument.getType()); !fault.empty())
      return emitError(function.getLoc())
             << "cannot be planned: argument " << argument.getArgNumber()
             << " is " << fault;
  Operation *first = nullptr;
  StringRef firstFault;
  llvm::MapVector<OperationName, int64_t> counts;
  Block &body = function.getFunctionBody().front();
  for (Operation &op : body.without_terminator()) {
    if (constants.isConstant(&op))
      continue;
    StringRef fault = findFault(op, constants);
    if (fault.empty())
      continue;
    if (!first) {
      first = &op;
      firstFault = fault;
    }
    ++counts[op.getName()];
  }
  if (first) {
    InFlightDiagnostic error = first->emitError()
                               << "cannot be planned: " << firstFault;
    Diagnostic &note = error.attachNote(function.getLoc())
                       << "operations of '@" << function.getName()
                       << "' that cannot be planned: ";
    llvm::interleaveComma(counts, note, [&](const auto &entry) {
      note << entry.second << " x " << entry.first.getStringRef();
    });
    return error;
  }
  for (Value returned : body.getTerminator()->getOperands())
    if (StringRef fault = findTypeFault(returned.getType()); !fault.empty())
      return body.getTerminator()->emitError()
             << "cannot be planned: a result is " << fault;
  return success();
}
