//===- Translations.cpp - Plans in other formats --------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Target/Translations.h"

#include "JsonPackage.h"

#include "scope/Target/ReportWriters.h"
#include "scope/Target/SimulationJson.h"
#include "scope/Target/Trace.h"

#include "mlir/Tools/mlir-translate/Translation.h"

using namespace mlir;
using namespace scope;

void scope::registerToJson(void (*registerDialects)(DialectRegistry &)) {
  TranslateFromMLIRRegistration registration(
      "scope-to-json", "Write the plans of a module as versioned JSON",
      [](ModuleOp module, raw_ostream &os) -> LogicalResult {
        FailureOr<std::vector<FunctionReport>> reports =
            readReports(module, ReportScope::Plans);
        if (failed(reports))
          return failure();
        writeJsonReport(os, module, *reports);
        return success();
      },
      registerDialects);
}

void scope::registerToDot(void (*registerDialects)(DialectRegistry &)) {
  TranslateFromMLIRRegistration registration(
      "scope-to-dot", "Write the plans of a module as graphs",
      [](ModuleOp module, raw_ostream &os) -> LogicalResult {
        FailureOr<std::vector<FunctionReport>> reports =
            readReports(module, ReportScope::Plans);
        if (failed(reports))
          return failure();
        writeDotPlans(os, *reports);
        return success();
      },
      registerDialects);
}

void scope::registerToTrace(void (*registerDialects)(DialectRegistry &)) {
  TranslateFromMLIRRegistration registration(
      "scope-to-trace",
      "Simulate the programs of a module and write a trace for Perfetto",
      [](ModuleOp module, raw_ostream &os) { return writeTraceOf(module, os); },
      registerDialects);
}

void scope::registerToSimulation(void (*registerDialects)(DialectRegistry &)) {
  TranslateFromMLIRRegistration registration(
      "scope-to-simulation",
      "Simulate the programs of a module and write the result as versioned "
      "JSON",
      [](ModuleOp module, raw_ostream &os) {
        return writeSimulationJsonOf(module, os);
      },
      registerDialects);
}

void scope::registerPresetsToJson() {
  TranslateFromMLIRRegistration registration(
      "scope-presets-to-json",
      "Write the packages known by name as JSON; the input is not used",
      [](ModuleOp, raw_ostream &os) -> LogicalResult {
        writeJsonPresets(os);
        return success();
      },
      [](DialectRegistry &) {});
}
