//===- ScalarModels.cpp - Elementwise operations of arith and math --------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarArithmetic.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace scope;

namespace {
template <typename Op>
struct ScalarModel : LayerOpInterface::ExternalModel<ScalarModel<Op>, Op> {
  OpDescription describe(Operation *op) const {
    return describeElementwise(op, op->getOperands());
  }
  Arithmetic getArithmetic(Operation *op, ArrayRef<bool> isConstant) const {
    return classifyScalarOp(op, isConstant);
  }
};
} // namespace

/// Attaches the model to `Op` if it may act on tensors element by element.
template <typename Op> static void attachOne(MLIRContext *context) {
  if constexpr (Op::template hasTrait<OpTrait::Elementwise>())
    Op::template attachInterface<ScalarModel<Op>>(*context);
}

template <typename... Ops> static void attachAll(MLIRContext *context) {
  (attachOne<Ops>(context), ...);
}

void scope::registerScalarModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    attachAll<
#define GET_OP_LIST
#include "mlir/Dialect/Arith/IR/ArithOps.cpp.inc"
        >(context);
  });
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    attachAll<
#define GET_OP_LIST
#include "mlir/Dialect/Math/IR/MathOps.cpp.inc"
        >(context);
  });
}
