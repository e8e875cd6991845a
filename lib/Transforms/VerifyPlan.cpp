//===- VerifyPlan.cpp - Check every promise of a plan ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Transforms/Passes.h"

namespace scope {
#define GEN_PASS_DEF_VERIFYPLAN
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

static LogicalResult verifyPlan(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> read = readPlan(function, /*requireHashes=*/true);
  if (failed(read))
    return failure();
  search::CostModel model(read->problem->get());
  return success(succeeded(checkPlan(function, *read, model)));
}

namespace {
struct VerifyPlan : scope::impl::VerifyPlanBase<VerifyPlan> {
  void getDependentDialects(DialectRegistry &registry) const override {
    VerifyPlanBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }
  void runOnOperation() override {
    if (failed(forPlannedFunctions(getOperation(), verifyPlan)))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
