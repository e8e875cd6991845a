//===- ChoosePlan.cpp - Let the simulator choose --------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plans to choose from are the best ones of parts of the space that was
// asked for: each is found by the same search, with one more restriction. They
// differ more than the runners-up of one search, which are the same plan with a
// chiplet more here and a chiplet less there.
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PackageReader.h"
#include "scope/Analysis/Plannable.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Lowering/ModulePrograms.h"
#include "scope/Simulator/Simulator.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Pass/PassManager.h"

namespace scope {
#define GEN_PASS_DEF_CHOOSEPLAN
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

/// `asked`, and parts of its space.
static SmallVector<ConfigAttr> restrictions(ConfigAttr asked) {
  SmallVector<ConfigAttr> result = {asked};
  auto add = [&](Objective objective, Strategy strategy,
                 PartitionSpace partitions, bool splitBatch, int64_t maxBeat,
                 WeightChoice weights) {
    auto made = ConfigAttr::get(
        asked.getContext(), asked.getBatch(), asked.getAssumeBits(), objective,
        strategy, asked.getSpace(), asked.getSearch(), asked.getWorkBudget(),
        asked.getTimeLimitMs(), partitions, splitBatch, maxBeat, weights,
        asked.getMaxLatency(), asked.getMaxEnergy(), asked.getSamples(),
        asked.getSeed(), asked.getFunction());
    if (!llvm::is_contained(result, made))
      result.push_back(made);
  };
  auto objective = asked.getObjective();
  auto strategy = asked.getStrategy();
  auto partitions = asked.getPartitionSpace();
  bool splitBatch = asked.getSplitBatch();
  int64_t maxBeat = asked.getMaxBeat();
  auto weights = asked.getWeights();
  if (strategy == Strategy::Merged)
    for (Strategy part :
         {Strategy::Segmented, Strategy::Sequential, Strategy::FullPipeline})
      add(objective, part, partitions, splitBatch, maxBeat, weights);
  if (weights == WeightChoice::Any)
    for (WeightChoice part :
         {WeightChoice::Replicated, WeightChoice::Distributed})
      add(objective, strategy, partitions, splitBatch, maxBeat, part);
  add(objective, strategy, PartitionSpace::Pure, splitBatch, maxBeat, weights);
  add(objective, strategy, partitions, /*splitBatch=*/false, maxBeat, weights);
  for (Objective part :
       {Objective::Throughput, Objective::Latency, Objective::Energy})
    add(part, strategy, partitions, splitBatch, maxBeat, weights);
  return result;
}

/// What `result` is worth under `objective`; less is better.
static __int128 valueOf(const simulator::SimulationResult &result,
                        Objective objective) {
  int64_t firstBeats = 0;
  for (const simulator::SegmentResult &segment : result.segments)
    firstBeats += segment.firstBeat;
  switch (objective) {
  case Objective::Throughput:
    return result.cycles;
  case Objective::Latency:
    return firstBeats;
  case Objective::Energy:
    return result.energy.total();
  case Objective::Edp:
  case Objective::Ed2p:
  case Objective::E2dp:
    return search::productValue(static_cast<search::Objective>(objective),
                                result.energy.total(), result.cycles);
  }
  return 0;
}

namespace {
struct ChoosePlan : scope::impl::ChoosePlanBase<ChoosePlan> {
  using ChoosePlanBase::ChoosePlanBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    ChoosePlanBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }

  void runOnOperation() override {
    FailureOr<SmallVector<FunctionOpInterface>> functions =
        functionsToPlan(getOperation());
    if (failed(functions))
      return signalPassFailure();
    SmallVector<Choice> choices;
    for (FunctionOpInterface function : *functions)
      choices.push_back({function, {}, {}, 0, 0, 0, {}});
    ConfigAttr asked = getConfig(getOperation());
    for (ConfigAttr config : restrictions(asked))
      if (failed(tryConfig(config, config == asked, choices)))
        return signalPassFailure();
    for (Choice &choice : choices)
      replace(choice, asked);
  }

private:
  /// The best plan so far of one function.
  struct Choice {
    FunctionOpInterface function;
    /// The function with the plan, in a module of its own.
    OwningOpRef<ModuleOp> module;
    /// Totals of the plan that was asked for.
    PlanAttr asked;
    int64_t plans = 0;
    int64_t cycles = 0;
    __int128 value = 0;
    /// Figures of the plans that were simulated.
    SmallVector<std::array<int64_t, 3>> seen;
  };

  /// Plans a copy of the module with `config`, and keeps what is better. Only
  /// what was asked for has to succeed.
  LogicalResult tryConfig(ConfigAttr config, bool isAsked,
                          MutableArrayRef<Choice> choices) {
    std::optional<ScopedDiagnosticHandler> quiet;
    if (!isAsked)
      quiet.emplace(&getContext(), [](Diagnostic &) { return success(); });
    OwningOpRef<ModuleOp> trial = getOperation().clone();
    (*trial)->setAttr(kConfigAttrName, config);
    PassManager manager(&getContext());
    manager.addPass(createSearch());
    manager.addPass(createPlace());
    manager.addPass(createAllocateBuffers());
    if (failed(manager.run(*trial)))
      return failure(isAsked);
    auto isNew = [&](Choice &choice) {
      auto function = trial->lookupSymbol<FunctionOpInterface>(
          choice.function.getNameAttr());
      auto plan = function->getAttrOfType<PlanAttr>(kPlanAttrName);
      if (isAsked)
        choice.asked = plan;
      std::array<int64_t, 3> figures = {plan.getCycles(), plan.getLatency(),
                                        plan.getEnergy()};
      if (llvm::is_contained(choice.seen, figures))
        return false;
      choice.seen.push_back(figures);
      return true;
    };
    SmallVector<bool> toSimulate;
    for (Choice &choice : choices)
      toSimulate.push_back(isNew(choice));
    if (llvm::none_of(toSimulate, [](bool of) { return of; }))
      return success();
    auto simulate = [&](const ModulePrograms &of) -> LogicalResult {
      auto *choice = llvm::find_if(choices, [&](Choice &candidate) {
        return candidate.function.getName() == of.programs.name;
      });
      if (choice == choices.end() || !toSimulate[choice - choices.begin()])
        return success();
      simulator::SimulationResult result =
          simulator::simulate(of.programs, of.package);
      if (!result.failure.empty())
        return emitError(of.loc, result.failure);
      __int128 value = valueOf(result, choice->asked.getObjective());
      if (choice->plans++ > 0 && value >= choice->value)
        return success();
      choice->value = value;
      choice->cycles = result.cycles;
      choice->module = cast<ModuleOp>(trial.get()->clone());
      return success();
    };
    return failure(failed(forEachPrograms(*trial, simulate)) && isAsked);
  }

  /// Puts the chosen plan of a function in its place. It is a plan of the space
  /// that was asked for, though not proved to be its best.
  void replace(Choice &choice, ConfigAttr asked) {
    auto chosen = choice.module->lookupSymbol<FunctionOpInterface>(
        choice.function.getNameAttr());
    auto plan = chosen->getAttrOfType<PlanAttr>(kPlanAttrName);
    PlanAttr first = choice.asked;
    bool isFirst = plan.getCycles() == first.getCycles() &&
                   plan.getLatency() == first.getLatency() &&
                   plan.getEnergy() == first.getEnergy();
    chosen->setAttr(
        kPlanAttrName,
        PlanAttr::get(
            &getContext(), plan.getVersion(), plan.getPackage(),
            plan.getNetworkHash(), plan.getPackageHash(), plan.getBatch(),
            plan.getAssumeBits(), first.getObjective(), first.getStrategy(),
            first.getSpace(), plan.getCycles(), plan.getLatency(),
            plan.getEnergy(), first.getBound(), isFirst && first.getProved(),
            first.getAlgorithm(), first.getCandidates(), plan.getReserve(),
            choice.plans, choice.cycles));
    chosen->moveBefore(choice.function);
    choice.function.erase();
  }
};
} // namespace
