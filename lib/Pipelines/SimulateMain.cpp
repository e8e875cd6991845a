//===- SimulateMain.cpp - The command scope-simulate ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Pipelines/SimulateMain.h"

#include "scope/IR/ScopeOps.h"
#include "scope/Target/Trace.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
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
  cl::opt<std::string> package{
      "package", cl::desc("Built-in package to plan for; simba-6x6 unless the "
                          "module has one")};
  cl::opt<std::string> packageFile{
      "package-file", cl::desc("File with the package to plan for")};
  cl::opt<int64_t> batch{"batch", cl::init(0),
                         cl::desc("Samples of the batch; the package's if not "
                                  "given")};
  cl::opt<std::string> planOptions{
      "plan-options",
      cl::desc("Further options of scope-merge-pipeline, for example "
               "\"strategy=segmented space=full\"")};
  cl::opt<bool> allBeats{"all-beats", cl::desc("Simulate every beat")};
  cl::opt<std::string> output{"o", cl::desc("File for the report"),
                              cl::init("-")};
  cl::opt<std::string> trace{
      "trace", cl::desc("File for a trace for Perfetto, of one function")};

  /// What scope-merge-pipeline is told; empty if nothing was said.
  std::string forPipeline() const {
    std::string text = planOptions;
    if (package.getNumOccurrences())
      text += " package=" + package;
    if (packageFile.getNumOccurrences())
      text += " package-file=\"" + packageFile + "\"";
    if (batch > 0)
      text += " batch=" + std::to_string(batch);
    return text;
  }
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

static LogicalResult plan(ModuleOp module, const std::string &options) {
  if (options.empty() && isPlanned(module))
    return success();
  FailureOr<OpPassManager> parsed = parsePassPipeline(
      "builtin.module(scope-merge-pipeline{" + options + "})");
  if (failed(parsed))
    return failure();
  PassManager manager(module.getContext());
  static_cast<OpPassManager &>(manager) = *parsed;
  return manager.run(module);
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
  if (!module || failed(plan(*module, options.forPipeline())))
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
