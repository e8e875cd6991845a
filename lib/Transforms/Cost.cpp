//===- Cost.cpp - Compute the costs of a plan anew ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"
#include "PlanWriting.h"

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Transforms/Passes.h"

namespace scope {
#define GEN_PASS_DEF_COST
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

static LogicalResult computeCosts(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> read = readPlan(function, /*requireHashes=*/false);
  if (failed(read))
    return failure();
  search::CostModel model(read->problem->get());
  FailureOr<search::PlanCost> cost = checkPlan(function, *read, model);
  if (failed(cost))
    return failure();
  writeCosts(read->segments, *cost);
  for (auto [index, layer] : llvm::enumerate(read->problem->source.layers))
    layer.setStreamed(model.streams(static_cast<int32_t>(index)));

  // What the search promised holds for the plan that it made only.
  PlanAttr plan = read->attr;
  std::string network = printHash(search::hash(read->problem->source.network));
  std::string package = printHash(search::hash(read->problem->package));
  bool sameProblem =
      plan.getNetworkHash() == network && plan.getPackageHash() == package;
  auto objective = read->problem->config.objective;
  bool sameValue = search::objectiveValue(*cost, objective) ==
                   search::objectiveValue(read->cost, objective);
  function->setAttr(
      kPlanAttrName,
      PlanAttr::get(
          function.getContext(), planVersion(), plan.getPackage(), network,
          package, plan.getBatch(), plan.getAssumeBits(), plan.getObjective(),
          plan.getStrategy(), plan.getSpace(), cost->cycles, cost->latency,
          cost->energy, sameProblem ? plan.getBound() : 0,
          sameProblem && sameValue && plan.getProved(), plan.getAlgorithm(),
          plan.getCandidates(), plan.getReserve(),
          sameProblem && sameValue ? plan.getSimulatedPlans() : 0,
          sameProblem && sameValue ? plan.getSimulatedCycles() : 0));
  return success();
}

namespace {
struct Cost : scope::impl::CostBase<Cost> {
  void getDependentDialects(DialectRegistry &registry) const override {
    CostBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }
  void runOnOperation() override {
    if (failed(forPlannedFunctions(getOperation(), computeCosts)))
      signalPassFailure();
  }
};
} // namespace
