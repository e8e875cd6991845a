//===- FunctionReport.h - The figures of a planned function -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every report says, whatever its format: the plan as it stands in the IR,
// and the figures that follow from it. Costs are those of the IR's attributes;
// nothing is computed that the IR promises, only what it leaves out (rates,
// shares, bounds).
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_FUNCTIONREPORT_H
#define SCOPE_TARGET_FUNCTIONREPORT_H

#include "scope/Analysis/PlanReader.h"
#include "scope/Search/Search.h"

namespace scope {

inline constexpr double kFemtojoulesPerJoule = 1e15;

/// Femtojoules by what they go into. A figure that the IR does not have is
/// nothing.
struct EnergyFigures {
  std::optional<int64_t> total, mac, sram, nop, dram, idle;
};

/// The energy of a layer, cluster or segment with cost `cost`, which may be
/// null.
EnergyFigures energyOf(CostAttr cost);

/// The figure `key` of `cost`, which may be null.
std::optional<int64_t> lookupCost(CostAttr cost, CostKey key);

/// What one call of a network does.
struct NetworkFigures {
  int64_t layers = 0;
  /// Multiply-accumulates of one call and of one sample.
  int64_t macsPerCall = 0;
  int64_t macsPerSample = 0;
  /// Bytes of weights, each distinct byte once.
  int64_t weightBytes = 0;
};
NetworkFigures figuresOf(const search::Network &network);

/// Vector element-operations of one call of `layer`.
int64_t vectorOpsOf(const search::Layer &layer);

/// Bytes that one call of a whole layer touches of `operand`.
int64_t touchedBytes(const search::Operand &operand);

/// The names of the operations in `layer` but for constants, in the order of
/// the program.
llvm::SmallVector<llvm::StringRef> operationsIn(LayerOp layer);

/// What stands between the brackets in the text of `attr`: "row = 2" of
/// `#scope.partition<row = 2>`.
std::string printParameters(mlir::Attribute attr);

/// Bytes of SRAM up to the end of the highest buffer of `cluster`; nothing
/// before allocation.
std::optional<int64_t> allocatedBytes(const ClusterInIR &cluster);

/// What a plan costs as a whole. Rates are nothing where the plan takes no time
/// (its costs were never computed).
struct PlanFigures {
  EnergyFigures energy;
  std::optional<int64_t> dramBytes;
  double seconds = 0;
  double latencySeconds = 0;
  std::optional<double> samplesPerSecond;
  double joules = 0;
  /// Energy times time of the batch, in joule-seconds.
  double energyDelay = 0;
  /// MACs of the batch / MACs that all enabled chiplets could do in the time.
  std::optional<double> utilisation;
  /// Value of the objective / the largest bound on it - 1.
  std::optional<double> gapToBound;
};

/// A function with a plan.
struct PlanReport {
  PlanOfFunction plan;
  /// Of the plan's problem.
  std::unique_ptr<search::CostModel> model;
  search::Bounds bounds;
  PlanFigures figures;
  /// Why the plan and its costs do not go together; empty if they do.
  std::string stale;
  /// The costs of the plan computed again; nothing where they are not those in
  /// the IR.
  std::optional<search::PlanCost> cost;
  /// The front that the search found, if it made one.
  std::vector<search::PlanTotals> front;

  int64_t samplesPerCall() const { return model->getNetwork().samplesPerCall; }
  int64_t beats(const search::SegmentPlan &segment) const {
    return model->getProblem().calls() / segment.beatCalls;
  }
};

/// A function with layers, planned or not.
struct FunctionReport {
  mlir::FunctionOpInterface function;
  std::optional<PlanReport> plan;
  /// Width that elements are counted with; 0: the program's own.
  int64_t assumeBits = 0;

  const NetworkOfFunction &getSource() const {
    return plan ? plan->plan.problem->source : unplanned;
  }
  const search::Network &getNetwork() const { return getSource().network; }

  /// The network if there is no plan.
  NetworkOfFunction unplanned;
};

/// What reports are about.
enum class ReportScope : uint8_t {
  /// Functions with a plan.
  Plans,
  /// Functions with layers too.
  Networks,
};

/// Reads the functions of `module`, in their order. Emits an error and fails if
/// there is none to report on, or if a plan cannot be read or belongs to
/// another program or package; warns if costs are not those of the plan.
llvm::FailureOr<std::vector<FunctionReport>> readReports(mlir::ModuleOp module,
                                                         ReportScope scope);

} // namespace scope

#endif // SCOPE_TARGET_FUNCTIONREPORT_H
