//===- OutlineLoops.cpp - One function for each kind of loop nest
//------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutlineLoops.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace scope;

/// A function with nothing but `op` in its body. `arguments` are the values of
/// `op` that it takes; constants are copied into it.
static func::FuncOp makeFunction(linalg::LinalgOp op,
                                 SetVector<Value> &arguments) {
  SetVector<Value> read;
  read.insert_range(op->getOperands());
  getUsedValuesDefinedAbove(op->getRegions(), read);
  SmallVector<Operation *> copied;
  for (Value value : read) {
    Operation *source = value.getDefiningOp();
    if (source && source->hasTrait<OpTrait::ConstantLike>())
      copied.push_back(source);
    else
      arguments.insert(value);
  }
  OpBuilder builder(op->getContext());
  SmallVector<Type> types = llvm::map_to_vector(
      arguments, [](Value value) { return value.getType(); });
  Location loc = builder.getUnknownLoc();
  auto function =
      func::FuncOp::create(loc, "", builder.getFunctionType(types, {}));
  function.setPrivate();
  // Inlined, it would be compiled once a call again.
  function->setAttr("passthrough",
                    builder.getArrayAttr(builder.getStringAttr("noinline")));
  builder.setInsertionPointToStart(function.addEntryBlock());
  IRMapping mapping;
  for (auto [value, argument] :
       llvm::zip_equal(arguments, function.getArguments()))
    mapping.map(value, argument);
  for (Operation *source : copied)
    builder.clone(*source, mapping);
  builder.clone(*op, mapping);
  func::ReturnOp::create(builder, loc);
  return function;
}

void scope::outlineLoops(ModuleOp module) {
  SmallVector<linalg::LinalgOp> ops;
  module.walk([&](linalg::LinalgOp op) {
    if (op.hasPureBufferSemantics())
      ops.push_back(op);
  });
  llvm::StringMap<std::string> known;
  for (linalg::LinalgOp op : ops) {
    SetVector<Value> arguments;
    func::FuncOp function = makeFunction(op, arguments);
    std::string text;
    llvm::raw_string_ostream stream(text);
    function.print(stream, OpPrintingFlags().useLocalScope());
    auto [entry, isNew] = known.try_emplace(text);
    if (isNew) {
      entry->second = "scope_loops_" + std::to_string(known.size());
      function.setName(entry->second);
      module.push_back(function);
    } else {
      function.erase();
    }
    OpBuilder builder(op);
    func::CallOp::create(builder, op.getLoc(), entry->second, TypeRange(),
                         arguments.getArrayRef());
    op->erase();
  }
}
