//===- RunMain.cpp - The tool that executes plans -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/RunMain.h"

#include "RunSession.h"

#include "scope/Execution/Lowering.h"
#include "scope/Pipelines/Planning.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace scope;

namespace cl = llvm::cl;

namespace {
/// The command line.
struct Options {
  cl::opt<std::string> file{cl::Positional, cl::desc("<module>"),
                            cl::init("-")};
  PlanningFlags planning;
  cl::opt<std::string> function{
      "function", cl::desc("The function to execute, if there are several")};
  cl::opt<uint64_t> seed{
      "seed", cl::init(0),
      cl::desc("What constants without data, and inputs without file, are "
               "made from")};
  cl::list<std::string> inputs{
      "input", cl::CommaSeparated,
      cl::desc(".npy files with the arguments, in order; with a batch, the "
               "calls are a first dimension")};
  cl::list<std::string> outputs{
      "output", cl::CommaSeparated,
      cl::desc(".npy files to write the results to, in order")};
  cl::opt<bool> check{
      "check", cl::desc("Compare with the original function, bit for bit")};
  cl::opt<bool> mpi{
      "mpi", cl::desc("Execute one chiplet a process, as mpiexec -n CHIPLETS "
                      "scope-run --mpi ... starts them")};
  cl::opt<bool> times{"times", cl::desc("Say how long each step took")};
};
} // namespace

LogicalResult scope::runMain(int argc, char **argv, DialectRegistry &registry) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::ParseCommandLineOptions(argc, argv,
                              "Executes networks on virtual packages\n");
  registerExecutionDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  // A module of another tool may name what is registered elsewhere.
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);

  RunRequest request;
  request.path = options.file;
  request.planOptions = options.planning.forPipeline();
  request.function = options.function;
  request.seed = options.seed;
  request.hasSeed = options.seed.getNumOccurrences() > 0;
  request.inputs.assign(options.inputs.begin(), options.inputs.end());
  request.outputs.assign(options.outputs.begin(), options.outputs.end());
  request.check = options.check;
  request.mpi = options.mpi;
  request.times = options.times;
  return RunSession(context, sources, std::move(request)).run();
}
