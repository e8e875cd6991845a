//===- MutantTest.cpp - Broken programs are caught ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Breaks the programs of whole plans in every way of Mutations.h. Each mutant
// has to be found by the static checks, by kernels that do not fit or, if these
// let it pass, by comparing what it computes; where that is right all the same,
// by the simulator, which sees more time or energy than without the mistake;
// and by what docs/programs.md says. Where the checks find operations that wait
// for each other, and nothing else that keeps the simulator from running the
// mutant, the simulator has to stop too.
//
//===----------------------------------------------------------------------===//

#include "Mutations.h"

#include "scope/Execution/Lowering.h"
#include "scope/Execution/RandomData.h"
#include "scope/Execution/VirtualPackage.h"
#include "scope/Execution/Weights.h"
#include "scope/Programs/Check.h"
#include "scope/RegisterAll.h"
#include "scope/Simulator/Simulator.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

#include "gtest/gtest.h"

#include <map>

using namespace mlir;
using namespace scope;
using namespace scope::programs;

static llvm::StringRef nameOf(Finding finding) {
  switch (finding) {
  case Finding::Malformed:
    return "malformed";
  case Finding::Space:
    return "space";
  case Finding::Transfer:
    return "transfer";
  case Finding::Data:
    return "data";
  case Finding::Deadlock:
    return "deadlock";
  case Finding::Dram:
    return "dram";
  }
  return "";
}

namespace {
/// The programs of one plan, compiled.
class Subject {
public:
  Subject(MLIRContext &context, llvm::StringRef file, llvm::StringRef options)
      : context(context) {
    module = parseSourceFile<ModuleOp>(
        (llvm::Twine(SCOPE_TEST_FOLDER "/") + file).str(), &context);
    EXPECT_TRUE(succeeded(fillMissingConstants(*module, /*seed=*/1)));
    FailureOr<OpPassManager> passes = parsePassPipeline(
        ("builtin.module(scope-merge-pipeline{" + options + "})").str());
    PassManager manager(&context);
    static_cast<OpPassManager &>(manager) = *passes;
    EXPECT_TRUE(succeeded(manager.run(*module)));
    function = *module->getOps<func::FuncOp>().begin();
    lowered.emplace(std::move(*lowerPlan(function)));
    types = std::move(*readTypes(*lowered));
    pristine = cast<ModuleOp>(lowered->code->clone());
    auto compiled = compilePackage(*lowered, /*optLevel=*/1);
    EXPECT_TRUE(succeeded(compiled));
    code = std::move(*compiled);
    sound = lowered->programs;
    auto simulated = simulator::simulate(sound, lowered->package);
    soundCycles = simulated.cycles;
    soundEnergy = simulated.energy.total();
    expected = execute();
    EXPECT_FALSE(expected.empty());
  }

  /// Kernels of one type have one number.
  std::vector<int> kernelTypes() const {
    std::map<const void *, int> numbers;
    std::vector<int> result;
    result.reserve(types.kernels.size());
    for (FunctionType type : types.kernels)
      result.push_back(numbers
                           .try_emplace(type.getAsOpaquePointer(),
                                        static_cast<int>(numbers.size()))
                           .first->second);
    return result;
  }

  /// The programs, to be broken; sound after `restore`.
  PackageProgram &programs() { return lowered->programs; }
  void restore() { lowered->programs = sound; }

  /// What finds the mutant; empty if nothing does.
  std::string findWhatCatches() {
    std::vector<programs::Diagnostic> found =
        check(lowered->programs, lowered->package);
    auto has = [&](Finding finding) {
      return llvm::any_of(found, [&](const programs::Diagnostic &diagnostic) {
        return diagnostic.finding == finding;
      });
    };
    if (!has(Finding::Malformed) && !has(Finding::Transfer)) {
      bool stops = !simulator::simulate(lowered->programs, lowered->package)
                        .failure.empty();
      EXPECT_EQ(stops, has(Finding::Deadlock));
    }
    if (!found.empty())
      return nameOf(found.front().finding).str();
    if (!kernelsFit())
      return "kernels";
    if (execute() != expected)
      return "comparison";
    // Right, but at a price.
    auto simulated = simulator::simulate(lowered->programs, lowered->package);
    return simulated.cycles > soundCycles ||
                   simulated.energy.total() > soundEnergy
               ? "simulator"
               : "";
  }

private:
  /// Whether what computations read and write has the types of their kernels.
  bool kernelsFit() {
    ScopedDiagnosticHandler quiet(&context,
                                  [](mlir::Diagnostic &) { return success(); });
    std::swap(lowered->code, pristine);
    bool fit = succeeded(readTypes(*lowered));
    std::swap(lowered->code, pristine);
    return fit;
  }

  /// Bits of all results, for all calls of the batch.
  std::vector<char> execute() {
    LocalHost host;
    ScopedDiagnosticHandler quiet(&context,
                                  [](mlir::Diagnostic &) { return success(); });
    auto package =
        VirtualPackage::create(*lowered, types, code.objects, code.constantData,
                               host, UnknownLoc::get(&context));
    if (failed(package))
      return {};
    int64_t calls = sound.calls;
    for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
      auto tensor = cast<RankedTensorType>(type);
      size_t bytes = static_cast<size_t>(tensor.getNumElements()) *
                     getElementBytes(tensor.getElementType());
      for (int64_t call = 0; call < calls; ++call)
        if (char *place = (*package)->getInput(index, call))
          fillRandom({place, bytes}, tensor.getElementType(),
                     getInputRange(tensor.getElementType()), /*seed=*/1,
                     static_cast<uint64_t>(call));
    }
    if (failed((*package)->run()))
      return {};
    std::vector<char> results;
    for (int64_t call = 0; call < calls; ++call) {
      std::vector<std::vector<char>> of;
      SmallVector<void *> places;
      for (Type type : function.getResultTypes()) {
        auto tensor = cast<RankedTensorType>(type);
        of.emplace_back(tensor.getNumElements() *
                        getElementBytes(tensor.getElementType()));
      }
      for (std::vector<char> &result : of)
        places.push_back(result.data());
      (*package)->computeResults(call, places);
      for (const std::vector<char> &result : of)
        results.insert(results.end(), result.begin(), result.end());
    }
    return results;
  }

  MLIRContext &context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  std::optional<LoweredPlan> lowered;
  PackageTypes types;
  /// The code before it was compiled.
  OwningOpRef<ModuleOp> pristine;
  PackageCode code;
  PackageProgram sound;
  std::vector<char> expected;
  int64_t soundCycles = 0, soundEnergy = 0;
};
} // namespace

/// The table of the page: what may catch each kind of mistake.
static std::map<std::string, std::string> readTable() {
  auto file = llvm::MemoryBuffer::getFile(SCOPE_PROGRAMS_PAGE);
  EXPECT_TRUE(file);
  std::map<std::string, std::string> result;
  llvm::StringRef rest =
      (*file)->getBuffer().split("| mistake | caught by |\n").second;
  rest = rest.split('\n').second;
  while (rest.consume_front("| ")) {
    auto [line, after] = rest.split(" |\n");
    auto [name, by] = line.split(" | ");
    result[name.str()] = by.str();
    rest = after;
  }
  return result;
}

TEST(MutantTest, AreCaughtByWhatThePageSays) {
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  scope::registerAllDialects(registry);
  registerExecutionDialects(registry);
  scope::registerAllPasses();

  std::map<std::string, std::string> table = readTable();
  std::map<std::string, llvm::StringSet<>> caughtBy;
  int64_t mutants = 0;
  const char *const residual = "Execution/Inputs/residual.mlir";
  const char *const wide = "Execution/Inputs/wide.mlir";
  for (auto [file, options] :
       std::initializer_list<std::pair<const char *, const char *>>{
           // A pipeline, with beats that wait for the residual connection.
           {residual, "package=simba-4x4 batch=16 strategy=full-pipeline "
                      "weights=replicated max-beat=1"},
           // Weights that are gathered before use.
           {residual, "package=tiny-2x2 batch=4 strategy=full-pipeline "
                      "weights=distributed max-beat=1"},
           // Several segments.
           {residual, "package=tiny-2x2 batch=2 strategy=segmented"},
           // Bands, and weights in pieces.
           {residual, "package=tiny-2x2 batch=16 strategy=merged"},
           {wide, "package=simba-2x2 batch=4 strategy=sequential "
                  "weights=distributed"}}) {
    // A context for each: data that is made stays in it.
    MLIRContext context(registry);
    Subject subject(context, file, options);
    for (const Mutation &mutation : allMutations(subject.kernelTypes())) {
      size_t count = mutation.find(subject.programs()).size();
      // At the begin, in the middle, and at the end.
      std::vector<size_t> chosen = {0, count / 2, count - 1};
      chosen.erase(llvm::unique(chosen), chosen.end());
      for (size_t edit : chosen) {
        if (edit >= count)
          continue;
        SCOPED_TRACE((mutation.name + " " + llvm::Twine(edit) + " of " + file +
                      ", " + options)
                         .str());
        mutation.find(subject.programs())[edit]();
        std::string by = subject.findWhatCatches();
        subject.restore();
        ++mutants;
        if (by.empty()) {
          ADD_FAILURE() << "not caught";
          continue;
        }
        caughtBy[mutation.name.str()].insert(by);
        EXPECT_TRUE(llvm::StringRef(table[mutation.name.str()]).contains(by))
            << "caught by " << by;
      }
    }
  }
  EXPECT_GE(mutants, 50);
  // The page has what there is, and nothing else.
  std::string text;
  for (const auto &[name, finders] : caughtBy) {
    std::vector<llvm::StringRef> names;
    for (const auto &entry : finders)
      names.push_back(entry.getKey());
    llvm::sort(names);
    text += "| " + name + " | " + llvm::join(names, ", ") + " |\n";
  }
  for (const auto &[name, by] : table)
    EXPECT_TRUE(caughtBy.count(name)) << name;
  if (HasFailure())
    llvm::errs() << mutants << " mutants; the table as it should be:\n" << text;
}
