//===- DestinationPassing.cpp - Results at given places -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DestinationPassing.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

using namespace mlir;
using namespace scope;

static MemRefType getBufferType(RankedTensorType type, BufferLayout layout) {
  MemRefLayoutAttrInterface strided;
  if (layout == BufferLayout::Strided && type.getRank() > 0) {
    SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
    strides.back() = 1;
    strided = StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic,
                                     strides);
  }
  return MemRefType::get(type.getShape(), type.getElementType(), strided);
}

LogicalResult scope::passDestinations(func::FuncOp function,
                                      BufferLayout layout) {
  auto isStatic = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape();
  };
  FunctionType type = function.getFunctionType();
  if (function.isExternal() || !function.getBody().hasOneBlock() ||
      !llvm::all_of(type.getInputs(), isStatic) ||
      !llvm::all_of(type.getResults(), isStatic))
    return function.emitError("@")
           << function.getName()
           << " cannot be executed: it needs a body of one block, and operands "
              "and results that are tensors of static shape";
  Block &body = function.front();
  OpBuilder builder = OpBuilder::atBlockBegin(&body);
  for (BlockArgument argument : body.getArguments()) {
    auto tensor = cast<RankedTensorType>(argument.getType());
    argument.setType(getBufferType(tensor, layout));
    auto read = bufferization::ToTensorOp::create(
        builder, argument.getLoc(), tensor, argument, /*restrict=*/true);
    argument.replaceAllUsesExcept(read, read);
  }
  Operation *end = body.getTerminator();
  builder.setInsertionPoint(end);
  for (Value result : end->getOperands()) {
    auto tensor = cast<RankedTensorType>(result.getType());
    BlockArgument place =
        body.addArgument(getBufferType(tensor, layout), result.getLoc());
    auto write = bufferization::MaterializeInDestinationOp::create(
        builder, result.getLoc(), result, place);
    write.setRestrict(true);
    write.setWritable(true);
  }
  end->setOperands({});
  function.removeArgAttrsAttr();
  function.removeResAttrsAttr();
  function.setType(
      FunctionType::get(function.getContext(), body.getArgumentTypes(), {}));
  return success();
}
