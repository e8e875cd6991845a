//===- MachineCode.cpp - Compiled functions on buffers --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/MachineCode.h"

#include "scope/Execution/Lowering.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace scope;

/// Reports `error` at `loc`.
static InFlightDiagnostic report(Location loc, llvm::Twine what,
                                 llvm::Error error) {
  return emitError(loc) << what << ": " << llvm::toString(std::move(error));
}

/// What makes descriptors of memrefs, which are taken apart and put together at
/// every call, disappear.
static constexpr const char *kCallPasses = "function(early-cse,adce)";

static llvm::Error runPasses(llvm::Module &code, llvm::TargetMachine &machine,
                             llvm::StringRef passes) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graph, modules);
  llvm::ModulePassManager manager;
  if (llvm::Error error = builder.parsePassPipeline(manager, passes))
    return error;
  manager.run(code, modules);
  return llvm::Error::success();
}

/// What describes this host.
static llvm::Expected<llvm::orc::JITTargetMachineBuilder> describeHost() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto host = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (host) {
    host->setRelocationModel(llvm::Reloc::PIC_);
    host->setCodeModel(llvm::CodeModel::Small);
    host->getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  }
  return host;
}

/// Compiles `code` without optimization after `passes`, or with `optLevel` if
/// there are none.
static llvm::Expected<std::string>
compile(llvm::Module &code, unsigned optLevel, llvm::StringRef passes) {
  auto host = describeHost();
  if (!host)
    return host.takeError();
  bool isPlain = optLevel == 0 || !passes.empty();
  host->setCodeGenOptLevel(isPlain ? llvm::CodeGenOptLevel::None
                                   : llvm::CodeGenOptLevel::Default);
  auto machine = host->createTargetMachine();
  if (!machine)
    return machine.takeError();
  code.setDataLayout((*machine)->createDataLayout());
  code.setTargetTriple((*machine)->getTargetTriple());
  if (passes.empty()) {
    auto optimize =
        makeOptimizingTransformer(optLevel, /*sizeLevel=*/0, machine->get());
    if (llvm::Error error = optimize(&code))
      return std::move(error);
  } else if (llvm::Error error = runPasses(code, **machine, passes)) {
    return std::move(error);
  }
  auto object = llvm::orc::SimpleCompiler(**machine)(code);
  if (!object)
    return object.takeError();
  return (*object)->getBuffer().str();
}

FailureOr<ObjectFiles> scope::compileToObjects(ModuleOp module,
                                               unsigned optLevel) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code =
      translateModuleToLLVMIR(module, context, "scope");
  if (!code)
    return module.emitError("cannot be translated to LLVM IR");
  // The two parts find each other by name.
  for (llvm::GlobalValue &value : code->global_values())
    if (value.hasLocalLinkage()) {
      value.setLinkage(llvm::GlobalValue::ExternalLinkage);
      value.setVisibility(llvm::GlobalValue::HiddenVisibility);
    }
  auto isLoops = [](const llvm::GlobalValue *value) {
    auto *function = dyn_cast<llvm::Function>(value);
    return function && function->hasFnAttribute(llvm::Attribute::NoInline);
  };
  llvm::ValueToValueMapTy mapping;
  std::unique_ptr<llvm::Module> loops =
      llvm::CloneModule(*code, mapping, isLoops);
  for (llvm::Function &function : *code)
    if (isLoops(&function))
      function.deleteBody();

  ObjectFiles objects;
  for (auto [part, passes] :
       {std::pair(loops.get(), ""), std::pair(code.get(), kCallPasses)}) {
    llvm::Expected<std::string> object = compile(*part, optLevel, passes);
    if (!object)
      return report(module.getLoc(), "cannot be compiled", object.takeError());
    objects.push_back(std::move(*object));
  }
  return objects;
}

MachineCode::MachineCode(std::unique_ptr<llvm::orc::LLJIT> jit)
    : jit(std::move(jit)) {}
MachineCode::MachineCode(MachineCode &&) = default;
MachineCode &MachineCode::operator=(MachineCode &&) = default;
MachineCode::~MachineCode() = default;

FailureOr<MachineCode> MachineCode::load(const ObjectFiles &objects,
                                         Location loc) {
  auto host = describeHost();
  if (!host)
    return report(loc, "cannot link code here", host.takeError());
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*host))
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit)
    return report(loc, "cannot link code here", jit.takeError());
  for (const std::string &object : objects)
    if (llvm::Error error = (*jit)->addObjectFile(
            llvm::MemoryBuffer::getMemBufferCopy(object, "kernels")))
      return report(loc, "cannot link the compiled code", std::move(error));
  return MachineCode(std::move(*jit));
}

FailureOr<CodeEntry> MachineCode::lookup(StringRef name, Location loc) const {
  auto address = jit->lookup(entryName(name));
  if (!address)
    return report(loc, "no code for @" + name, address.takeError());
  return address->toPtr<CodeEntry>();
}

void CallFrame::add(ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  starts.push_back(words.size());
  words.append(3, 0);
  llvm::append_range(words, sizes);
  llvm::append_range(words, strides);
  pointers.push_back(nullptr);
}

void CallFrame::add(ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> strides(sizes.size(), 1);
  for (size_t dim = sizes.size(); dim > 1; --dim)
    strides[dim - 2] = strides[dim - 1] * sizes[dim - 1];
  add(sizes, strides);
}

void CallFrame::setData(size_t index, void *data) {
  auto address = static_cast<int64_t>(reinterpret_cast<intptr_t>(data));
  words[starts[index]] = address;
  words[starts[index] + 1] = address;
}

void CallFrame::call(CodeEntry entry) {
  for (auto [pointer, start] : llvm::zip_equal(pointers, starts))
    pointer = &words[start];
  entry(pointers.data());
}
