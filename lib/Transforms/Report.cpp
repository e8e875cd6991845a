//===- Report.cpp - Say what a plan is and what it costs ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Target/ReportWriters.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ToolOutputFile.h"

namespace scope {
#define GEN_PASS_DEF_REPORT
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

namespace {
struct Report : scope::impl::ReportBase<Report> {
  using ReportBase::ReportBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    ReportBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }

  void runOnOperation() override {
    if (failed(report()))
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult report() {
    ModuleOp module = getOperation();
    if (output.empty())
      return emitError(module.getLoc(),
                       "scope-report needs a file to write to: give "
                       "output=FILE, or output=- for standard output");
    FailureOr<std::vector<FunctionReport>> reports = readReports(
        module, format == ReportFormat::Json ? ReportScope::Plans
                                             : ReportScope::Networks);
    if (failed(reports))
      return failure();
    std::string error;
    std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(output, &error);
    if (!file)
      return emitError(module.getLoc(), "the report cannot be written: ")
             << error;
    write(file->os(), *reports);
    file->os().flush();
    if (file->os().has_error()) {
      error = file->os().error().message();
      file->os().clear_error();
      return emitError(module.getLoc(), "the report cannot be written to '")
             << output << "': " << error;
    }
    file->keep();
    return success();
  }

  void write(raw_ostream &os, ArrayRef<FunctionReport> reports) {
    switch (format.getValue()) {
    case ReportFormat::Text:
      return writeTextReport(os, reports);
    case ReportFormat::Json:
      return writeJsonReport(os, getOperation(), reports);
    case ReportFormat::Csv:
      return writeCsvReport(os, reports);
    }
  }
};
} // namespace
