//===- ModulePrograms.cpp - The programs of a module ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Lowering/ModulePrograms.h"

#include "scope/Analysis/ProgramReader.h"
#include "scope/Lowering/LowerPlan.h"
#include "scope/Programs/Check.h"

using namespace mlir;
using namespace scope;

/// What the cost model says about the plan of `function`; nothing if it has no
/// plan that can be evaluated.
static FailureOr<std::optional<search::PlanCost>>
readCost(FunctionOpInterface function) {
  std::optional<search::PlanCost> none;
  if (!function || !function->hasAttr(kPlanAttrName))
    return none;
  FailureOr<PlanOfFunction> plan = readPlan(function, /*requireHashes=*/true);
  if (failed(plan))
    return failure();
  search::CostModel model(plan->problem->get());
  search::Evaluation evaluation = search::evaluate(model, plan->plan);
  if (evaluation.infeasible)
    return none;
  return std::optional(std::move(evaluation.cost));
}

LogicalResult scope::checkPrograms(const programs::PackageProgram &programs,
                                   const search::Package &package,
                                   Location loc) {
  std::vector<programs::Diagnostic> wrong = programs::check(programs, package);
  for (const programs::Diagnostic &diagnostic : wrong)
    emitError(loc, "the programs are broken: ") << diagnostic.message;
  return success(wrong.empty());
}

static LogicalResult
checkAndVisit(ModulePrograms &&found,
              function_ref<LogicalResult(const ModulePrograms &)> visit) {
  return success(
      succeeded(checkPrograms(found.programs, found.package, found.loc)) &&
      succeeded(visit(found)));
}

LogicalResult scope::forEachPrograms(
    ModuleOp module,
    function_ref<LogicalResult(const ModulePrograms &)> visit) {
  bool any = false;
  for (auto op : module.getOps<ProgramsOp>()) {
    any = true;
    FailureOr<ProgramsInIR> read = readPrograms(op);
    auto cost = readCost(
        module.lookupSymbol<FunctionOpInterface>(op.getFunctionAttr()));
    if (failed(read) || failed(cost) ||
        failed(checkAndVisit({op.getLoc(), std::move(read->programs),
                              std::move(read->package), std::move(*cost)},
                             visit)))
      return failure();
  }
  for (auto function : module.getOps<FunctionOpInterface>()) {
    bool isLowered =
        llvm::any_of(module.getOps<ProgramsOp>(), [&](ProgramsOp op) {
          return op.getFunctionAttr().getAttr() == function.getNameAttr();
        });
    if (isLowered || !function->hasAttr(kPlanAttrName))
      continue;
    any = true;
    FailureOr<LoweredPlan> lowered = lowerPlan(function);
    auto cost = readCost(function);
    if (failed(lowered) || failed(cost) ||
        failed(checkAndVisit({function.getLoc(), std::move(lowered->programs),
                              std::move(lowered->package), std::move(*cost)},
                             visit)))
      return failure();
  }
  if (!any)
    return emitError(module.getLoc(),
                     "has neither programs nor a planned function; run "
                     "scope-merge-pipeline");
  return success();
}
