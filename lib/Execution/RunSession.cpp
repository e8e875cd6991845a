//===- RunSession.cpp - One execution from file to results ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunSession.h"

#include "TableRows.h"

#include "scope/Execution/Comparison.h"
#include "scope/Execution/NpyFile.h"
#include "scope/Execution/RandomData.h"
#include "scope/Execution/Reference.h"
#include "scope/Execution/Weights.h"
#include "scope/IR/ScopeDialect.h"
#include "scope/IR/ScopeOps.h"
#include "scope/Lowering/ModulePrograms.h"
#include "scope/Pipelines/Planning.h"
#include "scope/Transforms/Passes.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/xxhash.h"

#include <cstring>

using namespace mlir;
using namespace scope;

/// Optimisation of kernels and of what they are compared with.
static constexpr unsigned kOptLevel = 2;

void RunSession::endStep(StringRef name) {
  auto now = std::chrono::steady_clock::now();
  if (request.times && isFirst())
    llvm::outs() << name << ": "
                 << llvm::format(
                        "%.3f s, %.3f s of CPU",
                        std::chrono::duration<double>(now - stepStart).count(),
                        static_cast<double>(std::clock() - stepClock) /
                            CLOCKS_PER_SEC)
                 << "\n";
  stepStart = std::chrono::steady_clock::now();
  stepClock = std::clock();
}

LogicalResult RunSession::run() {
  stepStart = std::chrono::steady_clock::now();
  stepClock = std::clock();
  if (request.mpi) {
    FailureOr<std::unique_ptr<MpiHost>> joined = MpiHost::join(loc());
    if (failed(joined))
      return failure();
    mpi = joined->get();
    host = std::move(*joined);
  } else {
    host = std::make_unique<LocalHost>();
  }
  bool isReady = isFirst() && succeeded(prepareModule());
  if (mpi ? failed(sharePlan(isReady)) : !isReady)
    return failure();
  if (failed(lowerAndCompile()) || failed(execute()))
    return failure();
  if (!isFirst())
    return success();
  LogicalResult compared = request.check ? compare() : success();
  return success(succeeded(writeOutputs()) && succeeded(compared));
}

//===----------------------------------------------------------------------===//
// From the file to a plan
//===----------------------------------------------------------------------===//

LogicalResult RunSession::prepareModule() {
  if (failed(readModule()) || failed(selectFunction()) ||
      failed(fillWeights()) || failed(keepOriginal()))
    return failure();
  endStep("read");
  if (failed(planModule()))
    return failure();
  endStep("plan");
  return success();
}

LogicalResult RunSession::readModule() {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(request.path, &message);
  if (!file)
    return emitError(loc()) << message;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  module = parseSourceFile<ModuleOp>(sources, &context);
  return success(static_cast<bool>(module));
}

LogicalResult RunSession::selectFunction() {
  SmallVector<func::FuncOp> candidates;
  for (auto candidate : module->getOps<func::FuncOp>())
    if (!candidate.isExternal() &&
        (request.function.empty() || candidate.getName() == request.function))
      candidates.push_back(candidate);
  // Of several functions, the one that has a plan.
  if (candidates.size() > 1)
    llvm::erase_if(candidates, [](func::FuncOp candidate) {
      return !candidate->hasAttr(kPlanAttrName);
    });
  if (candidates.size() != 1)
    return module->emitError()
           << (request.function.empty()
                   ? "there has to be one function, or --function=NAME to "
                     "say which"
                   : "there is no function @" + request.function +
                         " with a body");
  function = candidates.front();
  functionName = function.getName().str();
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(),
                                            function.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape() ||
        getElementBytes(tensor.getElementType()) == 0)
      return function.emitError("cannot be executed: ")
             << type << " is no tensor of numbers with a static shape";
  }
  return success();
}

LogicalResult RunSession::fillWeights() {
  SmallVector<Operation *> missing = findMissingConstants(function);
  if (missing.empty())
    return success();
  if (!request.hasSeed)
    return missing.front()->emitError()
           << "the constant has no data, like " << missing.size() - 1
           << " other constants of @" << functionName
           << "; give --seed=NUMBER to make it up";
  return fillMissingConstants(function, request.seed);
}

LogicalResult RunSession::keepOriginal() {
  original = cast<ModuleOp>(module.get()->clone());
  PassManager manager(&context);
  manager.addPass(createStrip());
  return manager.run(*original);
}

LogicalResult RunSession::planModule() {
  if (function->hasAttr(kPlanAttrName) && request.planOptions.empty())
    return success();
  std::string only =
      request.function.empty() ? "" : " function=" + request.function;
  if (failed(scope::planModule(*module, request.planOptions + only)))
    return failure();
  function = module->lookupSymbol<func::FuncOp>(functionName);
  return success();
}

LogicalResult RunSession::sharePlan(bool isReady) {
  std::string text;
  if (isReady) {
    llvm::raw_string_ostream stream(text);
    // Only the first process needs the weights.
    OpPrintingFlags flags;
    flags.elideLargeResourceString(0);
    module->print(stream, flags);
    text = functionName + "\n" + text;
  }
  mpi->broadcast(text);
  if (text.empty())
    return failure();
  if (isFirst())
    return success();
  auto [name, rest] = StringRef(text).split('\n');
  functionName = name.str();
  module = parseSourceString<ModuleOp>(rest, &context);
  if (!module)
    return failure();
  function = module->lookupSymbol<func::FuncOp>(functionName);
  return success();
}

//===----------------------------------------------------------------------===//
// From the plan to results
//===----------------------------------------------------------------------===//

LogicalResult RunSession::lowerAndCompile() {
  bool isCompiled = false;
  {
    // What goes wrong in all processes is reported by the first.
    ScopedDiagnosticHandler quiet(
        &context, [&](Diagnostic &) { return success(!isFirst()); });
    FailureOr<LoweredPlan> plan = lower();
    if (succeeded(plan)) {
      lowered.emplace(std::move(*plan));
      FailureOr<PackageTypes> read = readTypes(*lowered);
      if (failed(read) ||
          (mpi && failed(mpi->checkSize(lowered->programs, loc()))))
        return failure();
      types = std::move(*read);
      endStep("lower");
    }
  }
  if (!lowered)
    return failure();
  if (isFirst()) {
    FailureOr<PackageCode> code = compilePackage(*lowered, kOptLevel);
    isCompiled = succeeded(code);
    if (isCompiled) {
      objects = std::move(code->objects);
      constantData = std::move(code->constantData);
    }
  }
  if (mpi) {
    std::string count(objects.size(), '.');
    mpi->broadcast(count);
    objects.resize(count.size());
    for (std::string &object : objects)
      mpi->broadcast(object);
    isCompiled = !objects.empty();
  }
  endStep("compile");
  return success(isCompiled);
}

FailureOr<LoweredPlan> RunSession::lower() {
  for (auto op : module->getOps<ProgramsOp>()) {
    if (op.getFunction() != functionName)
      continue;
    // Other processes do without the data.
    SmallVector<Operation *> missing = findMissingConstants(op);
    if (isFirst() && !missing.empty())
      return missing.front()->emitError()
             << "the constant has no data, and was lowered without: lower a "
                "module that has all its data, or give plan options to lower "
                "it anew";
    FailureOr<LoweredPlan> read = readLoweredPlan(op);
    if (failed(read) ||
        failed(checkPrograms(read->programs, read->package, op.getLoc())))
      return failure();
    return read;
  }
  FailureOr<LoweredPlan> made = lowerPlan(function);
  if (failed(made) ||
      failed(checkPrograms(made->programs, made->package, function.getLoc())))
    return failure();
  return made;
}

RankedTensorType RunSession::batched(Type type) const {
  auto tensor = cast<RankedTensorType>(type);
  int64_t calls = lowered->programs.calls;
  if (calls == 1)
    return tensor;
  SmallVector<int64_t> shape = {calls};
  llvm::append_range(shape, tensor.getShape());
  return RankedTensorType::get(shape, tensor.getElementType());
}

LogicalResult RunSession::readInputs() {
  ArrayRef<Type> arguments = function.getArgumentTypes();
  if (!request.inputs.empty() && request.inputs.size() != arguments.size())
    return function.emitError("@")
           << functionName << " has " << arguments.size()
           << " arguments, but --input names " << request.inputs.size()
           << " files";
  for (auto [index, type] : llvm::enumerate(arguments)) {
    int64_t rows = leastTableRows(function.getArgument(index));
    if (!request.inputs.empty()) {
      FailureOr<HostTensor> read =
          readNpy(request.inputs[index], batched(type), loc());
      if (failed(read) ||
          (rows && failed(checkTableRows(*read, index, rows, loc()))))
        return failure();
      inputs.push_back(std::move(*read));
      continue;
    }
    HostTensor &made = inputs.emplace_back(batched(type));
    Type element = made.type.getElementType();
    // Other numbers than those of constants.
    constexpr uint64_t firstStream = 1000000;
    NumberRange range = getInputRange(element);
    if (rows)
      range = {0, static_cast<double>(rows - 1)};
    fillRandom({made.data(), static_cast<size_t>(made.bytes())}, element, range,
               request.seed, firstStream + index);
  }
  return success();
}

LogicalResult RunSession::execute() {
  std::optional<bool> hasInputs;
  auto package = VirtualPackage::create(*lowered, types, objects, constantData,
                                        *host, loc());
  if (failed(package))
    return failure();
  int64_t calls = lowered->programs.calls;
  if (isFirst()) {
    hasInputs = succeeded(readInputs());
    for (auto [index, input] : llvm::enumerate(inputs))
      for (int64_t call = 0; call < calls; ++call)
        if (char *place = (*package)->getInput(index, call))
          std::memcpy(place, input.data() + call * (input.bytes() / calls),
                      input.bytes() / calls);
  }
  if (mpi) {
    std::string goOn = hasInputs.value_or(false) ? "yes" : "";
    mpi->broadcast(goOn);
    hasInputs = !goOn.empty();
  }
  if (!*hasInputs)
    return failure();
  endStep("prepare");
  if (failed((*package)->run()))
    return failure();
  if (isFirst()) {
    for (Type type : function.getResultTypes())
      results.emplace_back(batched(type));
    for (int64_t call = 0; call < calls; ++call) {
      SmallVector<void *> places;
      for (HostTensor &result : results)
        places.push_back(result.data() + call * (result.bytes() / calls));
      (*package)->computeResults(call, places);
    }
  }
  endStep("run");
  return success();
}

LogicalResult RunSession::compare() {
  auto plain = original->lookupSymbol<func::FuncOp>(functionName);
  FailureOr<Reference> reference = Reference::compile(plain, kOptLevel);
  if (failed(reference))
    return failure();
  endStep("compile the original");
  int64_t calls = lowered->programs.calls;
  std::vector<HostTensor> expected;
  expected.reserve(results.size());
  for (const HostTensor &result : results)
    expected.emplace_back(result.type);
  for (int64_t call = 0; call < calls; ++call) {
    SmallVector<const void *> from;
    SmallVector<void *> to;
    for (HostTensor &input : inputs)
      from.push_back(input.data() + call * (input.bytes() / calls));
    for (HostTensor &result : expected)
      to.push_back(result.data() + call * (result.bytes() / calls));
    reference->run(from, to);
  }
  endStep("run the original");
  for (auto [index, result] : llvm::enumerate(results)) {
    std::string difference = describeDifference(result, expected[index]);
    if (!difference.empty())
      return plain.emitError("result ") << index << " differs: " << difference;
  }
  llvm::outs() << "@" << functionName << ": all bits of " << results.size()
               << " results of " << calls << " calls are the same\n";
  return success();
}

LogicalResult RunSession::writeOutputs() {
  if (!request.outputs.empty() && request.outputs.size() != results.size())
    return function.emitError("@") << functionName << " has " << results.size()
                                   << " results, but --output names "
                                   << request.outputs.size() << " files";
  for (auto [index, path] : llvm::enumerate(request.outputs))
    if (failed(writeNpy(path, results[index], loc())))
      return failure();
  if (request.outputs.empty())
    for (auto [index, result] : llvm::enumerate(results))
      llvm::outs() << "result " << index << ": " << result.type << ", hash "
                   << llvm::format_hex_no_prefix(
                          llvm::xxh3_64bits(
                              StringRef(result.data(), result.bytes())),
                          16)
                   << "\n";
  return success();
}
