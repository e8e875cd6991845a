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
  cl::opt<std::string> package{
      "package", cl::desc("Built-in package to plan for; simba-6x6 unless the "
                          "module has one")};
  cl::opt<std::string> packageFile{
      "package-file", cl::desc("File with the package to plan for")};
  cl::opt<int64_t> batch{"batch", cl::init(0),
                         cl::desc("Calls of the function; the package's if not "
                                  "given")};
  cl::opt<std::string> planOptions{
      "plan-options",
      cl::desc("Further options of scope-merge-pipeline, for example "
               "\"strategy=segmented space=full\"")};
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
  request.planOptions = options.planOptions;
  auto add = [&](StringRef key, const Twine &value) {
    request.planOptions += (" " + key + "=" + value).str();
  };
  if (options.package.getNumOccurrences())
    add("package", options.package.getValue());
  if (options.packageFile.getNumOccurrences())
    add("package-file", "\"" + Twine(options.packageFile.getValue()) + "\"");
  if (options.batch > 0)
    add("batch", Twine(options.batch.getValue()));
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
