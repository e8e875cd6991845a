//===- VirtualPackage.cpp - Executes chiplet programs ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/VirtualPackage.h"

#include "ChipletRunner.h"

#include "scope/Execution/HostTensor.h"
#include "scope/Execution/Reference.h"

#include <cstring>

using namespace mlir;
using namespace scope;
using namespace scope::programs;

/// The programs of one segment in this process.
struct VirtualPackage::Segment {
  std::vector<BoundProgram> programs;
  std::unique_ptr<Transport> transport;
};

VirtualPackage::VirtualPackage(const LoweredPlan &lowered,
                               const PackageTypes &types, PackageHost &host,
                               MachineCode code, Location loc)
    : program(lowered.programs), outputTensors(lowered.outputTensors),
      types(types), host(host), code(std::move(code)), loc(loc) {}

VirtualPackage::~VirtualPackage() = default;

FailureOr<std::unique_ptr<VirtualPackage>>
VirtualPackage::create(const LoweredPlan &lowered, const PackageTypes &types,
                       const ObjectFiles &objects,
                       ArrayRef<ElementsAttr> constantData, PackageHost &host,
                       Location loc) {
  FailureOr<MachineCode> code = MachineCode::load(objects, loc);
  if (failed(code))
    return failure();
  std::unique_ptr<VirtualPackage> result(
      new VirtualPackage(lowered, types, host, std::move(*code), loc));
  if (failed(result->prepare(constantData)))
    return failure();
  return result;
}

/// Gives every tensor that is in DRAM its place there.
void VirtualPackage::layOutDram() {
  calls = program.calls;
  for (const SegmentProgram &segment : program.segments)
    calls = std::max(calls, segment.beats * segment.beatCalls);
  constexpr int64_t line = 64;
  std::vector<int64_t> offsets(program.tensors.size(), -1);
  int64_t bytes = 0;
  for (auto [index, tensor] : llvm::enumerate(program.tensors)) {
    auto number = static_cast<int32_t>(index);
    int64_t width = types.elementBytes(number);
    bool isThere = tensor.isConstant() || tensor.isInDram ||
                   llvm::is_contained(outputTensors, number);
    if (width == 0 || !isThere)
      continue;
    offsets[index] = bytes;
    bytes += elements(wholeBox(tensor.beatShape(calls))) * width;
    bytes = llvm::alignTo(bytes, line);
  }
  char *base = host.allocateDram(bytes);
  for (int64_t offset : offsets)
    dram.push_back(offset < 0 ? nullptr : base + offset);
}

LogicalResult VirtualPackage::prepare(ArrayRef<ElementsAttr> constantData) {
  layOutDram();
  if (host.isFirst()) {
    FailureOr<std::vector<HostTensor>> constants = computeConstants(
        code, "constants", constantData, types.constants.getResults(), loc);
    if (failed(constants))
      return failure();
    for (auto [index, tensor] : llvm::enumerate(program.tensors))
      if (tensor.isConstant()) {
        const HostTensor &value = (*constants)[tensor.index];
        std::memcpy(dram[index], value.data(), value.bytes());
      }
  }

  FailureOr<CodeEntry> entry = code.lookup("outputs", loc);
  if (failed(entry))
    return failure();
  outputs = *entry;
  kernels.resize(program.kernels.size());
  llvm::DenseMap<int32_t, int64_t> sramSizes;
  int64_t stretch = types.stretch(program);
  for (const SegmentProgram &segment : program.segments)
    for (const ChipletProgram &chiplet : segment.chiplets) {
      if (!host.runs(chiplet.chiplet))
        continue;
      int64_t &bytes = sramSizes[chiplet.chiplet];
      bytes = std::max(bytes, sramBytes(chiplet, stretch));
      for (const programs::Op &op : chiplet.body) {
        if (op.kind != OpKind::Compute || kernels[op.kernel])
          continue;
        entry = code.lookup(program.kernels[op.kernel].name, loc);
        if (failed(entry))
          return failure();
        kernels[op.kernel] = *entry;
      }
    }
  for (auto [chiplet, bytes] : sramSizes)
    srams[chiplet] = allocateZeros(bytes);

  BindingContext context = {program, types, stretch, dram, kernels};
  for (const SegmentProgram &segment : program.segments) {
    auto bound = std::make_unique<Segment>();
    for (const ChipletProgram &chiplet : segment.chiplets)
      if (host.runs(chiplet.chiplet))
        bound->programs.push_back(
            bind(context, segment, chiplet,
                 srams[chiplet.chiplet]->getBufferStart()));
    bound->transport =
        host.makeTransport(context, segment, findExchanges(program, segment));
    segments.push_back(std::move(bound));
  }
  return success();
}

char *VirtualPackage::getInput(unsigned argument, int64_t call) {
  for (auto [index, tensor] : llvm::enumerate(program.tensors))
    if (tensor.kind == programs::TensorKind::Input &&
        tensor.index == static_cast<int32_t>(argument) && dram[index])
      return dram[index] + call * elements(wholeBox(tensor.beatShape(1))) *
                               types.elementBytes(static_cast<int32_t>(index));
  return nullptr;
}

/// What a chiplet that cannot go on waits for.
static std::string describe(const PackageProgram &program,
                            ChipletRunner &runner) {
  const programs::Op *op = runner.getNext();
  int32_t chiplet = runner.getChiplet();
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "chiplet (" << chiplet / program.cols << ", "
         << chiplet % program.cols << ") waits to "
         << (op->kind == OpKind::Send ? "send " : "receive ")
         << program.tensors[op->tensor].name << " for layer "
         << program.layers[op->layer] << " in beat " << runner.getBeat()
         << " (tag " << op->tag << ")";
  return text;
}

LogicalResult VirtualPackage::runSegment(size_t number) {
  Segment &segment = *segments[number];
  std::vector<ChipletRunner> runners;
  runners.reserve(segment.programs.size());
  for (BoundProgram &bound : segment.programs)
    runners.emplace_back(bound, program.segments[number].beats,
                         *segment.transport);
  while (true) {
    bool isDone = true, hasMoved = false;
    for (ChipletRunner &runner : runners) {
      int64_t before = runner.getProgress();
      isDone &= runner.run() == ChipletRunner::State::Finished;
      hasMoved |= runner.getProgress() != before;
    }
    if (isDone)
      return success();
    if (hasMoved || host.wait())
      continue;
    InFlightDiagnostic error =
        emitError(loc) << "the programs of segment " << number
                       << " cannot go on: their chiplets wait for each other";
    for (ChipletRunner &runner : runners)
      if (runner.getNext())
        error.attachNote(loc) << describe(program, runner);
    return error;
  }
}

LogicalResult VirtualPackage::run() {
  host.synchronize();
  for (size_t number = 0; number < segments.size(); ++number) {
    if (failed(runSegment(number)))
      return failure();
    host.synchronize();
  }
  return success();
}

void VirtualPackage::computeResults(int64_t call, ArrayRef<void *> results) {
  CallFrame frame;
  for (int32_t tensor : outputTensors) {
    ArrayRef<int64_t> shape = program.tensors[tensor].shape;
    frame.add(shape);
    frame.setData(frame.size() - 1,
                  dram[tensor] + call * elements(wholeBox(shape)) *
                                     types.elementBytes(tensor));
  }
  for (auto [type, result] :
       llvm::zip_equal(types.outputs.getResults(), results)) {
    frame.add(cast<ShapedType>(type).getShape());
    frame.setData(frame.size() - 1, result);
  }
  frame.call(outputs);
}
