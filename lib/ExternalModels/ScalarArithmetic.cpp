//===- ScalarArithmetic.cpp - Kinds of scalar operations ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace scope;

Arithmetic scope::classifyScalarOp(Operation *op, ArrayRef<bool> isConstant) {
  if (isa<arith::AddFOp, arith::AddIOp, arith::SubFOp, arith::SubIOp>(op))
    return Arithmetic::Add;
  if (isa<arith::MulFOp, arith::MulIOp>(op))
    return Arithmetic::Multiply;
  if (isa<arith::DivFOp, arith::DivSIOp, arith::DivUIOp>(op))
    return isConstant[1] ? Arithmetic::Multiply : Arithmetic::Other;
  if (isa<math::FmaOp>(op))
    return Arithmetic::Multiply | Arithmetic::Add;
  if (isa<CastOpInterface>(op))
    return Arithmetic::Convert;
  if (isa<math::ExpOp>(op))
    return Arithmetic::Exp;
  if (isa<math::ErfOp, math::TanhOp>(op))
    return Arithmetic::Sigmoidal;
  if (isa<math::SqrtOp, math::RsqrtOp>(op))
    return Arithmetic::Root;
  return Arithmetic::Other;
}

Arithmetic scope::classifyBody(Block &body, ArrayRef<bool> isConstant) {
  llvm::SmallPtrSet<Value, 16> onData;
  for (auto [argument, constant] :
       llvm::zip_equal(body.getArguments(), isConstant))
    if (!constant)
      onData.insert(argument);
  Arithmetic result = Arithmetic::None;
  SmallVector<bool, 4> operandIsConstant;
  for (Operation &op : body.without_terminator()) {
    operandIsConstant.clear();
    for (Value operand : op.getOperands())
      operandIsConstant.push_back(!onData.contains(operand));
    if (llvm::all_of(operandIsConstant, [](bool constant) { return constant; }))
      continue;
    onData.insert_range(op.getResults());
    result |= classifyScalarOp(&op, operandIsConstant);
  }
  return result;
}
