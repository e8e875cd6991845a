//===- Simulate.cpp - Time a plan on a package whose links contend --------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Lowering/ModulePrograms.h"
#include "scope/Target/SimulationReport.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ToolOutputFile.h"

namespace scope {
#define GEN_PASS_DEF_SIMULATE
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

namespace {
struct Simulate : scope::impl::SimulateBase<Simulate> {
  using SimulateBase::SimulateBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    SimulateBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    std::string error;
    std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(output, &error);
    if (!file) {
      emitError(module.getLoc(), "the simulation cannot be written: ") << error;
      return signalPassFailure();
    }
    simulator::SimulatorOptions options;
    options.allBeats = allBeats;
    auto each = [&](const ModulePrograms &of) -> LogicalResult {
      simulator::SimulationResult result =
          simulator::simulate(of.programs, of.package, options);
      if (!result.failure.empty())
        return emitError(of.loc, result.failure);
      writeSimulationReport(file->os(), of.programs, of.package,
                            of.cost ? &*of.cost : nullptr, result);
      return success();
    };
    if (failed(forEachPrograms(module, each)))
      return signalPassFailure();
    file->keep();
    markAllAnalysesPreserved();
  }
};
} // namespace
