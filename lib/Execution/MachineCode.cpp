//===- MachineCode.cpp - Compiled functions on buffers
//-----------------------===//
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
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace scope;

/// Reports `error` at `loc`.
static InFlightDiagnostic report(Location loc, llvm::Twine what,
                                 llvm::Error error) {
  return emitError(loc) << what << ": " << llvm::toString(std::move(error));
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

FailureOr<std::unique_ptr<llvm::MemoryBuffer>>
scope::compileToObject(ModuleOp module, unsigned optLevel) {
  auto host = describeHost();
  if (!host)
    return report(module.getLoc(), "cannot compile here", host.takeError());
  host->setCodeGenOptLevel(optLevel == 0 ? llvm::CodeGenOptLevel::None
                                         : llvm::CodeGenOptLevel::Default);
  auto machine = host->createTargetMachine();
  if (!machine)
    return report(module.getLoc(), "cannot compile here", machine.takeError());
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code =
      translateModuleToLLVMIR(module, context, "scope");
  if (!code)
    return module.emitError("cannot be translated to LLVM IR");
  code->setDataLayout((*machine)->createDataLayout());
  code->setTargetTriple((*machine)->getTargetTriple());
  auto optimize =
      makeOptimizingTransformer(optLevel, /*sizeLevel=*/0, machine->get());
  if (llvm::Error error = optimize(code.get()))
    return report(module.getLoc(), "cannot be optimised", std::move(error));
  auto object = llvm::orc::SimpleCompiler(**machine)(*code);
  if (!object)
    return report(module.getLoc(), "cannot be compiled", object.takeError());
  return std::move(*object);
}

MachineCode::MachineCode(std::unique_ptr<llvm::orc::LLJIT> jit)
    : jit(std::move(jit)) {}
MachineCode::MachineCode(MachineCode &&) = default;
MachineCode &MachineCode::operator=(MachineCode &&) = default;
MachineCode::~MachineCode() = default;

FailureOr<MachineCode> MachineCode::load(llvm::MemoryBufferRef object,
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
  llvm::Error error =
      (*jit)->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(
          object.getBuffer(), object.getBufferIdentifier()));
  if (error)
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
