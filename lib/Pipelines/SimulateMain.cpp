//===- SimulateMain.cpp - The command scope-simulate ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Pipelines/SimulateMain.h"

#include "scope/IR/ScopeOps.h"
#include "scope/Pipelines/Planning.h"
#include "scope/Target/Trace.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace scope;

namespace cl = llvm::cl;

namespace {
struct Options {
  cl::opt<std::string> file{cl::Positional, cl::desc("<module>"),
                            cl::init("-")};
  PlanningFlags planning;
  cl::opt<bool> allBeats{"all-beats", cl::desc("Simulate every beat")};
  cl::opt<std::string> output{"o", cl::desc("File for the report"),
                              cl::init("-")};
  cl::opt<std::string> trace{
      "trace", cl::desc("File for a trace for Perfetto, of one function")};
};
} // namespace

/// Whether programs or a plan stand in `module`.
static bool isPlanned(ModuleOp module) {
  return !module.getOps<ProgramsOp>().empty() ||
         llvm::any_of(module.getOps<FunctionOpInterface>(),
                      [](FunctionOpInterface function) {
                        return function->hasAttr(kPlanAttrName);
                      });
}

static LogicalResult trace(ModuleOp module, const std::string &path) {
  std::string error;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &error);
  if (!file)
    return emitError(module.getLoc(), "the trace cannot be written: ") << error;
  if (failed(writeTraceOf(module, file->os())))
    return failure();
  file->keep();
  return success();
}

LogicalResult scope::simulateMain(int argc, char **argv,
                                  DialectRegistry &registry) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::ParseCommandLineOptions(
      argc, argv, "Times networks on packages whose links contend\n");
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(options.file, &error);
  if (!file)
    return emitError(UnknownLoc::get(&context)) << error;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return failure();
  std::string planOptions = options.planning.forPipeline();
  if ((!planOptions.empty() || !isPlanned(*module)) &&
      failed(planModule(*module, planOptions)))
    return failure();
  SimulateOptions simulate;
  simulate.output = options.output;
  simulate.allBeats = options.allBeats;
  PassManager manager(&context);
  manager.addPass(createSimulate(simulate));
  if (failed(manager.run(*module)))
    return failure();
  return options.trace.empty() ? success() : trace(*module, options.trace);
}
