//===- ConstantParts.cpp - Constants apart from the code ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/ConstantParts.h"

#include "scope/Execution/RandomData.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace scope;

/// The elements of the constant `op` if it is a tensor that is no splat.
static ElementsAttr findData(Operation &op) {
  ElementsAttr elements;
  if (op.getNumResults() != 1 ||
      !isa<RankedTensorType>(op.getResult(0).getType()) ||
      !matchPattern(op.getResult(0), m_Constant(&elements)) ||
      isa<SplatElementsAttr>(elements))
    return {};
  return elements;
}

/// Adds an argument like `value` to `function`.
static Value addArgument(func::FuncOp function, Value value) {
  Value argument =
      function.front().addArgument(value.getType(), value.getLoc());
  function.setType(FunctionType::get(function.getContext(),
                                     function.front().getArgumentTypes(),
                                     function.getResultTypes()));
  return argument;
}

FailureOr<SmallVector<ElementsAttr>>
scope::hoistConstantData(func::FuncOp function, int64_t minBytes) {
  SmallVector<ElementsAttr> data;
  for (Operation &op : llvm::make_early_inc_range(function.front())) {
    ElementsAttr elements = findData(op);
    if (!elements ||
        elements.getNumElements() * getElementBytes(elements.getElementType()) <
            minBytes)
      continue;
    auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
    if (resource && !resource.getRawHandle().getBlob())
      return op.emitError("the resource '")
             << resource.getRawHandle().getKey()
             << "' has no data; fill it in, or give a seed to make it from";
    data.push_back(elements);
    op.getResult(0).replaceAllUsesWith(addArgument(function, op.getResult(0)));
    op.erase();
  }
  return data;
}

ArrayRef<char> scope::getDenseData(ElementsAttr elements,
                                   SmallVectorImpl<char> &storage) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return resource.getData();
  auto dense = cast<DenseElementsAttr>(elements);
  int64_t bytes = getElementBytes(elements.getElementType());
  bool isPacked = elements.getElementType().isInteger(1);
  if (!dense.isSplat() && !isPacked)
    return dense.getRawData();
  storage.clear();
  storage.reserve(dense.getNumElements() * bytes);
  if (isPacked) {
    llvm::append_range(storage, dense.getValues<bool>());
    return storage;
  }
  for (int64_t index = 0; index < dense.getNumElements(); ++index)
    llvm::append_range(storage, dense.getRawData());
  return storage;
}

/// The values that `op` and the operations inside it read from outside.
static SetVector<Value> readFromOutside(Operation &op) {
  SetVector<Value> values;
  values.insert_range(op.getOperands());
  getUsedValuesDefinedAbove(op.getRegions(), values);
  return values;
}

func::FuncOp scope::splitConstants(func::FuncOp function, StringRef name) {
  // Constant operations, and those of them that depend on data.
  DenseSet<Operation *> constant, withData;
  SetVector<Value> leaving;
  for (Operation &op : function.front().without_terminator()) {
    SetVector<Value> operands = readFromOutside(op);
    auto isIn = [](const DenseSet<Operation *> &set, Value value) {
      return value.getDefiningOp() && set.contains(value.getDefiningOp());
    };
    bool isConstant =
        isMemoryEffectFree(&op) && op.getNumResults() > 0 &&
        llvm::all_of(op.getResultTypes(), llvm::IsaPred<RankedTensorType>) &&
        llvm::all_of(operands,
                     [&](Value value) { return isIn(constant, value); });
    bool isScalar = op.hasTrait<OpTrait::ConstantLike>();
    if (isConstant || isScalar)
      constant.insert(&op);
    if (isConstant && (findData(op) || llvm::any_of(operands, [&](Value value) {
                         return isIn(withData, value);
                       })))
      withData.insert(&op);
    else
      for (Value value : operands)
        if (isIn(withData, value))
          leaving.insert(value);
  }
  for (Value value : function.front().getTerminator()->getOperands())
    if (Operation *op = value.getDefiningOp(); op && withData.contains(op))
      leaving.insert(value);

  OpBuilder builder(function);
  builder.setInsertionPointAfter(function);
  SmallVector<Type> types =
      llvm::map_to_vector(leaving, [](Value value) { return value.getType(); });
  auto constants = func::FuncOp::create(builder, function.getLoc(), name,
                                        builder.getFunctionType({}, types));
  builder.setInsertionPointToStart(constants.addEntryBlock());
  IRMapping mapping;
  SmallVector<Operation *> copied, copies;
  for (Operation &op : function.front().without_terminator()) {
    if (!constant.contains(&op))
      continue;
    copied.push_back(&op);
    copies.push_back(builder.clone(op, mapping));
  }
  SmallVector<Value> results = llvm::map_to_vector(
      leaving, [&](Value value) { return mapping.lookup(value); });
  func::ReturnOp::create(builder, function.getLoc(), results);
  for (Value value : leaving)
    value.replaceAllUsesWith(addArgument(function, value));

  for (ArrayRef<Operation *> ops : {copies, copied})
    for (Operation *op : llvm::reverse(ops))
      if (op->use_empty() && isMemoryEffectFree(op))
        op->erase();
  return constants;
}
