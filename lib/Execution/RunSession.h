//===- RunSession.h - One execution from file to results ------ -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps of scope-run: read, plan, lower, compile, run, compare, write.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_RUNSESSION_H
#define SCOPE_LIB_EXECUTION_RUNSESSION_H

#include "scope/Execution/HostTensor.h"
#include "scope/Execution/MpiHost.h"
#include "scope/Execution/VirtualPackage.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <chrono>
#include <ctime>

namespace scope {

/// What the command line says.
struct RunRequest {
  std::string path;
  /// Options of scope-merge-pipeline; empty: those of the module.
  std::string planOptions;
  std::string function;
  uint64_t seed = 0;
  bool hasSeed = false;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  bool check = false;
  bool mpi = false;
  bool times = false;
};

/// Executes one request.
class RunSession {
public:
  RunSession(mlir::MLIRContext &context, llvm::SourceMgr &sources,
             RunRequest request)
      : context(context), sources(sources), request(std::move(request)) {}

  /// Fails with an error on standard error.
  llvm::LogicalResult run();

private:
  llvm::LogicalResult prepareModule();
  llvm::LogicalResult readModule();
  llvm::LogicalResult selectFunction();
  llvm::LogicalResult fillWeights();
  llvm::LogicalResult keepOriginal();
  llvm::LogicalResult planModule();
  llvm::LogicalResult sharePlan(bool isReady);
  llvm::LogicalResult lowerAndCompile();
  /// Programs that stand in the module, or what the plan is lowered to.
  llvm::FailureOr<LoweredPlan> lower();
  llvm::LogicalResult readInputs();
  llvm::LogicalResult execute();
  llvm::LogicalResult compare();
  llvm::LogicalResult writeOutputs();
  /// `type` with the calls as first dimension, if there are several.
  mlir::RankedTensorType batched(mlir::Type type) const;
  /// Ends a step: says how long it took, if that is wanted.
  void endStep(llvm::StringRef name);
  bool isFirst() const { return host->isFirst(); }
  mlir::Location loc() const { return mlir::UnknownLoc::get(&context); }

  mlir::MLIRContext &context;
  llvm::SourceMgr &sources;
  RunRequest request;
  std::unique_ptr<PackageHost> host;
  MpiHost *mpi = nullptr;

  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// The function as it was before it was planned, in a module of its own.
  mlir::OwningOpRef<mlir::ModuleOp> original;
  mlir::func::FuncOp function;
  std::string functionName;
  std::optional<LoweredPlan> lowered;
  PackageTypes types;
  ObjectFiles objects;
  llvm::SmallVector<mlir::ElementsAttr> constantData;
  /// By argument and by result, all calls of each.
  std::vector<HostTensor> inputs, results;
  std::chrono::steady_clock::time_point stepStart;
  std::clock_t stepClock = 0;
};

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_RUNSESSION_H
