//===- OutlineLoops.cpp - One function for each kind of loop nest ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutlineLoops.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace scope;

/// The type of `value` without what may differ between tiles: sizes other than
/// those in `isFixed`, strides and offset. The last dimension stays contiguous.
static Type relax(Value value, function_ref<bool(unsigned)> isFixed) {
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type || type.getRank() == 0)
    return value.getType();
  SmallVector<int64_t> sizes(type.getShape());
  for (unsigned dim = 0; dim < sizes.size(); ++dim)
    if (!isFixed(dim))
      sizes[dim] = ShapedType::kDynamic;
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  if (type.isLastDimUnitStride())
    strides.back() = 1;
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(sizes, type.getElementType(), layout,
                         type.getMemorySpace());
}

/// Whether the size of dimension `dim` of `operand` is part of what `op` does:
/// that of a window, of a sum, or of the innermost loop, but not the extent of
/// a tile.
static bool isFixed(linalg::LinalgOp op, OpOperand &operand, unsigned dim) {
  AffineExpr expr = op.getMatchingIndexingMap(&operand).getResult(dim);
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if (loop + 1 < op.getNumLoops() && expr.isFunctionOfDim(loop) &&
        kind == utils::IteratorType::parallel)
      return false;
  return true;
}

/// Whether nothing that `op` reads can share memory with what it writes. An
/// operation may work in place where it reads an element and writes the same
/// one; bufferization lets no other operands overlap.
static bool writesElsewhere(linalg::LinalgOp op, OpOperand &written) {
  AffineMap map = op.getMatchingIndexingMap(&written);
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &other) {
    return &other == &written || !isa<MemRefType>(other.get().getType()) ||
           (other.get() != written.get() &&
            op.getMatchingIndexingMap(&other) != map);
  });
}

/// Says of `function`, which takes `arguments`, which pointers it alone writes
/// through. A memref becomes two pointers, the second of which is used, an
/// offset, sizes and strides.
static void markUnaliased(func::FuncOp function, linalg::LinalgOp op,
                          const SetVector<Value> &arguments) {
  SmallVector<int64_t> pointers;
  int64_t next = 0;
  for (Value value : arguments) {
    auto type = dyn_cast<MemRefType>(value.getType());
    for (OpOperand &operand : op.getDpsInitsMutable())
      if (type && operand.get() == value && writesElsewhere(op, operand))
        pointers.push_back(next + 1);
    next += type ? 3 + 2 * type.getRank() : 1;
  }
  function->setAttr(kUnaliasedAttrName,
                    DenseI64ArrayAttr::get(op->getContext(), pointers));
}

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
  SmallVector<Type> types = llvm::map_to_vector(arguments, [&](Value value) {
    return relax(value, [&](unsigned dim) {
      return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
        return operand.get() != value || isFixed(op, operand, dim);
      });
    });
  });
  OpBuilder builder(op->getContext());
  Location loc = builder.getUnknownLoc();
  auto function =
      func::FuncOp::create(loc, "", builder.getFunctionType(types, {}));
  function.setPrivate();
  // Inlined, it would be compiled once a call again.
  function->setAttr("passthrough",
                    builder.getArrayAttr(builder.getStringAttr("noinline")));
  markUnaliased(function, op, arguments);
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
  llvm::StringMap<func::FuncOp> known;
  for (linalg::LinalgOp op : ops) {
    SetVector<Value> arguments;
    func::FuncOp function = makeFunction(op, arguments);
    std::string text;
    llvm::raw_string_ostream stream(text);
    function.print(stream, OpPrintingFlags().useLocalScope());
    auto [entry, isNew] = known.try_emplace(text);
    if (isNew) {
      function.setName((kLoopsPrefix + Twine(known.size())).str());
      module.push_back(function);
      entry->second = function;
    } else {
      function.erase();
    }
    OpBuilder builder(op);
    func::FuncOp target = entry->second;
    SmallVector<Value> operands;
    for (auto [value, type] :
         llvm::zip_equal(arguments, target.getArgumentTypes()))
      operands.push_back(
          value.getType() == type
              ? value
              : memref::CastOp::create(builder, op.getLoc(), type, value));
    func::CallOp::create(builder, op.getLoc(), target, operands);
    op->erase();
  }
}
