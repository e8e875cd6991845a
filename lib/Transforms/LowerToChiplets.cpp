//===- LowerToChiplets.cpp - Make one program a chiplet -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Lowering/ProgramWriter.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace scope {
#define GEN_PASS_DEF_LOWERTOCHIPLETS
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

namespace {
struct LowerToChiplets : scope::impl::LowerToChipletsBase<LowerToChiplets> {
  void getDependentDialects(DialectRegistry &registry) const override {
    LowerToChipletsBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto lower = [&](FunctionOpInterface function) -> LogicalResult {
      FailureOr<LoweredPlan> lowered = lowerPlan(function);
      if (failed(lowered))
        return failure();
      writePrograms(module, function, *lowered);
      return success();
    };
    if (failed(forPlannedFunctions(module, lower)))
      signalPassFailure();
  }
};
} // namespace
