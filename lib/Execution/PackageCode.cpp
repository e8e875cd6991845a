//===- PackageCode.cpp - The compiled kernels of a package ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/PackageCode.h"

#include "scope/Execution/ConstantParts.h"
#include "scope/Execution/Lowering.h"
#include "scope/Execution/RandomData.h"

using namespace mlir;
using namespace scope;
using namespace scope::programs;

/// Data of constants smaller than this stays in the code.
static constexpr int64_t kHoistBytes = 256;

int64_t PackageTypes::elementBytes(int32_t tensor) const {
  return elements[tensor] ? getElementBytes(elements[tensor]) : 0;
}

int64_t PackageTypes::stretch(const PackageProgram &program) const {
  int64_t stretch = 1, widest = 1;
  for (auto [index, tensor] : llvm::enumerate(program.tensors)) {
    int64_t bytes = elementBytes(static_cast<int32_t>(index));
    widest = std::max(widest, bytes);
    stretch =
        std::max(stretch, llvm::divideCeilSigned(bytes, tensor.elementBytes));
  }
  auto isAligned = [&] {
    for (const SegmentProgram &segment : program.segments)
      for (const ChipletProgram &chiplet : segment.chiplets)
        for (const Buffer &buffer : chiplet.buffers)
          if (buffer.offset * stretch % widest ||
              buffer.stride * stretch % widest)
            return false;
    return true;
  };
  return isAligned() ? stretch : llvm::alignTo(stretch, widest);
}

namespace {
/// Collects types from kernels and from what programs hand them.
class TypeReader {
public:
  explicit TypeReader(const LoweredPlan &lowered)
      : lowered(lowered), program(lowered.programs) {}

  FailureOr<PackageTypes> run() {
    types.elements.resize(program.tensors.size());
    for (const Kernel &kernel : program.kernels) {
      FailureOr<FunctionType> type = find(kernel.name);
      if (failed(type))
        return failure();
      types.kernels.push_back(*type);
    }
    FailureOr<FunctionType> constants = find("constants");
    FailureOr<FunctionType> outputs = find("outputs");
    if (failed(constants) || failed(outputs))
      return failure();
    types.constants = *constants;
    types.outputs = *outputs;
    for (auto [index, tensor] : llvm::enumerate(program.tensors))
      if (tensor.isConstant())
        types.elements[index] =
            cast<ShapedType>(constants->getResult(tensor.index))
                .getElementType();
    for (auto [tensor, type] :
         llvm::zip_equal(lowered.outputTensors, outputs->getInputs()))
      types.elements[tensor] = cast<ShapedType>(type).getElementType();
    for (const SegmentProgram &segment : program.segments)
      for (const ChipletProgram &chiplet : segment.chiplets)
        for (const programs::Op &op : chiplet.body)
          if (op.kind == OpKind::Compute && failed(readOp(op)))
            return failure();
    return std::move(types);
  }

private:
  FailureOr<FunctionType> find(StringRef name) {
    ModuleOp module = *lowered.code;
    if (auto function = module.lookupSymbol<func::FuncOp>(name))
      return function.getFunctionType();
    return module.emitError("the programs need a function @") << name;
  }

  LogicalResult readOp(const programs::Op &op) {
    FunctionType type = types.kernels[op.kernel];
    if (type.getNumInputs() != op.reads.size() ||
        type.getNumResults() != op.writes.size())
      return misfit(op) << "it takes " << type.getNumInputs() << " and gives "
                        << type.getNumResults() << " tensors";
    for (auto [arg, argType] : llvm::zip_equal(op.reads, type.getInputs()))
      if (failed(readArg(op, arg, argType)))
        return failure();
    for (auto [arg, argType] : llvm::zip_equal(op.writes, type.getResults()))
      if (failed(readArg(op, arg, argType)))
        return failure();
    return success();
  }

  LogicalResult readArg(const programs::Op &op, const ComputeArg &arg,
                        Type type) {
    auto shaped = cast<RankedTensorType>(type);
    bool isPart = arg.boxLayout >= 0;
    const Layout &layout =
        program.layouts[isPart ? arg.boxLayout : arg.place.layout];
    const Box &box = layout.parts[isPart ? arg.boxPart : arg.place.part].box;
    bool fits = !layout.isFlat &&
                static_cast<int64_t>(box.size()) == shaped.getRank() + 1;
    for (auto [size, range] :
         llvm::zip(shaped.getShape(), ArrayRef(box).drop_front()))
      fits &= range.size() == size;
    if (!fits)
      return misfit(op) << "its operand or result of type " << type
                        << " stands for another box of "
                        << program.tensors[arg.tensor].name;
    Type &element = types.elements[arg.tensor];
    if (element && element != shaped.getElementType())
      return misfit(op) << program.tensors[arg.tensor].name
                        << " has elements of " << element << " and of "
                        << shaped.getElementType();
    element = shaped.getElementType();
    return success();
  }

  InFlightDiagnostic misfit(const programs::Op &op) {
    ModuleOp module = *lowered.code;
    return module.emitError("kernel @")
           << program.kernels[op.kernel].name << " does not fit where layer "
           << program.layers[op.layer] << " runs it: ";
  }

  const LoweredPlan &lowered;
  const PackageProgram &program;
  PackageTypes types;
};
} // namespace

FailureOr<PackageTypes> scope::readTypes(const LoweredPlan &lowered) {
  return TypeReader(lowered).run();
}

FailureOr<PackageCode> scope::compilePackage(LoweredPlan &lowered,
                                             unsigned optLevel) {
  ModuleOp module = *lowered.code;
  auto constants = module.lookupSymbol<func::FuncOp>("constants");
  FailureOr<SmallVector<ElementsAttr>> data =
      hoistConstantData(constants, kHoistBytes);
  if (failed(data) || failed(lowerToLLVM(module, BufferLayout::Strided)))
    return failure();
  FailureOr<ObjectFiles> objects = compileToObjects(module, optLevel);
  if (failed(objects))
    return failure();
  return PackageCode{std::move(*objects), std::move(*data)};
}
