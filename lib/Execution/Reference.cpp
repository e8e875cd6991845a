//===- Reference.cpp - The original function, compiled --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/Reference.h"

#include "scope/Execution/ConstantParts.h"
#include "scope/Execution/Lowering.h"
#include "scope/Lowering/LinalgLowering.h"

using namespace mlir;
using namespace scope;

/// Constants smaller than this stay in the code.
static constexpr int64_t kHoistBytes = 256;

FailureOr<std::vector<HostTensor>>
scope::computeConstants(const MachineCode &code, StringRef function,
                        ArrayRef<ElementsAttr> data, TypeRange types,
                        Location loc) {
  FailureOr<CodeEntry> entry = code.lookup(function, loc);
  if (failed(entry))
    return failure();
  CallFrame frame;
  std::vector<SmallVector<char, 0>> storage(data.size());
  for (auto [index, elements] : llvm::enumerate(data)) {
    frame.add(elements.getShapedType().getShape());
    ArrayRef<char> bytes = getDenseData(elements, storage[index]);
    frame.setData(index, const_cast<char *>(bytes.data()));
  }
  std::vector<HostTensor> results;
  for (Type type : types) {
    HostTensor &result = results.emplace_back(cast<RankedTensorType>(type));
    frame.add(result.type.getShape());
    frame.setData(frame.size() - 1, result.data());
  }
  frame.call(*entry);
  return results;
}

FailureOr<Reference> Reference::compile(func::FuncOp function,
                                        unsigned optLevel) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  auto copy = cast<func::FuncOp>(function->clone());
  module->push_back(copy);
  copy->setDiscardableAttrs(ArrayRef<NamedAttribute>());
  FunctionType type = copy.getFunctionType();
  PassManager pm(function.getContext());
  addLinalgLowering(pm);
  if (failed(pm.run(*module)))
    return failure();

  std::string name = (copy.getName() + "_constants").str();
  func::FuncOp constants = splitConstants(copy, name);
  SmallVector<Type> constantTypes(constants.getResultTypes());
  FailureOr<SmallVector<ElementsAttr>> data =
      hoistConstantData(constants, kHoistBytes);
  if (failed(data) || failed(lowerToLLVM(*module, BufferLayout::Dense)))
    return failure();
  FailureOr<ObjectFiles> objects = compileToObjects(*module, optLevel);
  if (failed(objects))
    return failure();
  auto code = MachineCode::load(*objects, function.getLoc());
  if (failed(code))
    return failure();
  FailureOr<CodeEntry> entry =
      code->lookup(function.getName(), function.getLoc());
  auto values =
      computeConstants(*code, name, *data, constantTypes, function.getLoc());
  if (failed(entry) || failed(values))
    return failure();

  Reference result(std::move(*code), *entry);
  result.constants = std::move(*values);
  for (Type input : type.getInputs())
    result.frame.add(cast<ShapedType>(input).getShape());
  for (HostTensor &constant : result.constants) {
    result.frame.add(constant.type.getShape());
    result.frame.setData(result.frame.size() - 1, constant.data());
  }
  for (Type output : type.getResults())
    result.frame.add(cast<ShapedType>(output).getShape());
  return result;
}

void Reference::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs) {
  for (auto [index, input] : llvm::enumerate(inputs))
    frame.setData(index, const_cast<void *>(input));
  for (auto [index, output] : llvm::enumerate(outputs))
    frame.setData(inputs.size() + constants.size() + index, output);
  frame.call(entry);
}
