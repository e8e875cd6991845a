//===- PlanPass.cpp - What passes on plans have in common -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"

using namespace mlir;
using namespace scope;

LogicalResult scope::forPlannedFunctions(
    ModuleOp module,
    llvm::function_ref<LogicalResult(FunctionOpInterface)> each) {
  bool any = false;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    if (!function->hasAttr(kPlanAttrName))
      continue;
    any = true;
    if (failed(each(function)))
      return failure();
  }
  if (!any)
    return emitError(module.getLoc(), "has no planned function; run "
                                      "scope-merge-pipeline, or scope-search");
  return success();
}

FailureOr<search::PlanCost> scope::checkPlan(FunctionOpInterface function,
                                             const PlanOfFunction &plan,
                                             const search::CostModel &model) {
  search::Diagnosis wrong =
      search::checkShape(model, plan.plan, /*isPlaced=*/true);
  search::Evaluation evaluation;
  if (!wrong) {
    evaluation = search::evaluate(model, plan.plan);
    wrong = evaluation.infeasible;
  }
  if (!wrong)
    return std::move(evaluation.cost);
  emitDiagnosis(wrong, plan.problem->source, function);
  return failure();
}
