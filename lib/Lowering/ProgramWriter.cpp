//===- ProgramWriter.cpp - Programs as IR ---------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Lowering/ProgramWriter.h"

#include "scope/Analysis/ProgramReader.h"

#include "mlir/IR/Builders.h"

#include <array>

using namespace mlir;
using namespace scope;

namespace {
/// Writes one package.
class Writer {
public:
  Writer(ProgramsOp op, LoweredPlan &lowered)
      : op(op), lowered(lowered), program(lowered.programs),
        builder(op.getContext()), loc(builder.getUnknownLoc()) {}

  void run() {
    builder.setInsertionPointToEnd(&op.getBody().front());
    for (const programs::Tensor &tensor : program.tensors)
      writeTensor(tensor);
    for (auto [index, layout] : llvm::enumerate(program.layouts))
      writeLayout(static_cast<int32_t>(index), layout);
    for (const programs::Kernel &kernel : program.kernels)
      kernels.push_back(FlatSymbolRefAttr::get(op.getContext(), kernel.name));
    op.getBody().front().getOperations().splice(
        op.getBody().front().end(), lowered.code->getBody()->getOperations());
    written.resize(program.segments.size());
    writeChiplets();
  }

private:
  /// What is written of one argument of a computation: its tensor, the number
  /// of its place among those of the computation, its slot, its layouts, and
  /// whether it streams.
  using Use = std::array<int32_t, 6>;
  /// What is written of one tensor that a receive takes: the tensor, its
  /// layouts, its slot, whether there is an own part, and the slot of that.
  using Arrival = std::array<int32_t, 6>;

  /// The computations and receives of the last chiplet with a segment, in
  /// order, and what was written for them. Those of other chiplets are mostly
  /// the same but for their places.
  struct Written {
    struct Compute {
      SmallVector<Use, 6> uses;
      ArrayAttr reads, writes;
    };
    struct Recv {
      SmallVector<Arrival, 3> arrivals;
      ArrayAttr written;
    };
    std::vector<Compute> computes;
    std::vector<Recv> recvs;
  };
  /// The entry `number` of `list`, which becomes as long as that needs.
  template <typename T> static T &entry(std::vector<T> &list, size_t number) {
    if (list.size() <= number)
      list.resize(number + 1);
    return list[number];
  }

  void writeTensor(const programs::Tensor &tensor) {
    Type element = elementType(tensor);
    TensorOp made = TensorOp::create(
        builder, loc, builder.getStringAttr(tensor.name),
        TensorKindAttr::get(op.getContext(),
                            static_cast<TensorKind>(tensor.kind)),
        number(tensor.index),
        tensor.value < 0 ? IntegerAttr() : number(tensor.value),
        number(tensor.elementBytes), flag(tensor.isInDram),
        TypeAttr::get(RankedTensorType::get(tensor.shape, element)));
    tensors.push_back(FlatSymbolRefAttr::get(made));
  }

  /// The program's own type of an element of `tensor`.
  Type elementType(const programs::Tensor &tensor) {
    return lowered.elementTypes[&tensor - program.tensors.data()];
  }

  void writeLayout(int32_t index, const programs::Layout &layout) {
    SmallVector<int64_t> numbers;
    for (const programs::Part &part : layout.parts) {
      numbers.push_back(part.chiplet);
      for (const programs::Range &range : part.box) {
        numbers.push_back(range.begin);
        numbers.push_back(range.end);
      }
    }
    LayoutOp made = LayoutOp::create(
        builder, loc, builder.getStringAttr("layout" + Twine(index)),
        tensors[layout.tensor], flag(layout.isFlat),
        number(static_cast<int64_t>(layout.parts.front().box.size())),
        builder.getDenseI64ArrayAttr(numbers));
    layouts.push_back(FlatSymbolRefAttr::get(made));
  }

  void writeChiplets() {
    // By chiplet: its segments.
    std::vector<
        std::vector<std::pair<size_t, const programs::ChipletProgram *>>>
    runs(size_t(program.rows) * program.cols);
    for (auto [index, segment] : llvm::enumerate(program.segments))
      for (const programs::ChipletProgram &chiplet : segment.chiplets)
        runs[chiplet.chiplet].push_back({index, &chiplet});
    for (auto [chiplet, segments] : llvm::enumerate(runs)) {
      if (segments.empty())
        continue;
      builder.setInsertionPointToEnd(&op.getBody().front());
      std::string name = ("chiplet_" + Twine(chiplet / program.cols) + "_" +
                          Twine(chiplet % program.cols))
                             .str();
      auto chipletOp = ChipletProgramOp::create(builder, loc, name,
                                                static_cast<int64_t>(chiplet));
      Block &body = chipletOp.getBody().emplaceBlock();
      for (auto [index, run] : segments) {
        builder.setInsertionPointToEnd(&body);
        writeRun(static_cast<int64_t>(index), *run);
      }
    }
  }

  void writeRun(int64_t index, const programs::ChipletProgram &chiplet) {
    const programs::SegmentProgram &segment = program.segments[index];
    places.clear();
    for (const programs::Buffer &buffer : chiplet.buffers)
      places.push_back(
          SramOp::create(builder, loc, static_cast<BufferRole>(buffer.role),
                         buffer.layer, buffer.index, buffer.offset,
                         buffer.bytes, buffer.slots, buffer.stride));
    auto run =
        RunOp::create(builder, loc, index, segment.beats, segment.beatCalls);
    builder.setInsertionPointToStart(&run.getLoad().emplaceBlock());
    last = &written[index];
    numComputes = numRecvs = 0;
    writeOps(chiplet.load);
    builder.setInsertionPointToStart(&run.getBody().emplaceBlock());
    writeOps(chiplet.body);
  }

  void writeOps(ArrayRef<programs::Op> ops) {
    while (!ops.empty()) {
      size_t count = 1;
      while (count < ops.size() && areTogether(ops[count - 1], ops[count]))
        ++count;
      writeOp(ops.take_front(count));
      ops = ops.drop_front(count);
    }
  }

  /// Whether one operation receives for `op` and for `next`, which follows it.
  static bool areTogether(const programs::Op &op, const programs::Op &next) {
    return op.kind == programs::OpKind::Recv && next.kind == op.kind &&
           next.tag == op.tag + 1 && next.layer == op.layer &&
           next.streams == op.streams;
  }

  IntegerAttr number(int64_t value) { return builder.getI64IntegerAttr(value); }
  UnitAttr flag(bool isSet) {
    return isSet ? builder.getUnitAttr() : UnitAttr();
  }

  Value placeOf(const programs::Place &place) {
    return place.buffer < 0 ? Value() : places[place.buffer];
  }
  IntegerAttr slotOf(const programs::Place &place) {
    if (place.buffer < 0 || place.slot < 0)
      return {};
    while (slots.size() <= size_t(place.slot))
      slots.push_back(number(static_cast<int64_t>(slots.size())));
    return slots[place.slot];
  }
  FlatSymbolRefAttr layoutOf(int32_t layout) {
    return layout < 0 ? FlatSymbolRefAttr() : layouts[layout];
  }

  /// Writes one operation for all of `together`.
  void writeOp(ArrayRef<programs::Op> together) {
    const programs::Op &from = together.front();
    switch (from.kind) {
    case programs::OpKind::Load:
      LoadOp::create(builder, loc, tensors[from.tensor], placeOf(from.place),
                     slotOf(from.place), layouts[from.to], placeOf(from.own),
                     slotOf(from.own), layoutOf(from.own.layout), from.tag,
                     from.layer, flag(from.streams));
      return;
    case programs::OpKind::Store:
      StoreOp::create(builder, loc, placeOf(from.place), slotOf(from.place),
                      layouts[from.from], tensors[from.tensor], from.tag,
                      from.layer, flag(from.streams));
      return;
    case programs::OpKind::Send:
      SendOp::create(builder, loc, tensors[from.tensor], placeOf(from.place),
                     slotOf(from.place), layouts[from.from], layouts[from.to],
                     from.tag, from.layer, flag(from.streams));
      return;
    case programs::OpKind::Compute:
      writeCompute(from);
      return;
    case programs::OpKind::Recv:
      writeRecv(together);
      return;
    }
  }

  void writeRecv(ArrayRef<programs::Op> ops) {
    SmallVector<Value, 6> used;
    SmallVector<Arrival, 3> arrivals;
    for (const programs::Op &from : ops) {
      Value own = placeOf(from.own);
      arrivals.push_back({from.tensor, from.to, from.from,
                          std::max(from.place.slot, -1), own ? 1 : 0,
                          own ? std::max(from.own.slot, -1) : -1});
      used.push_back(placeOf(from.place));
      if (own)
        used.push_back(own);
    }
    Written::Recv &recv = entry(last->recvs, numRecvs++);
    if (recv.arrivals != arrivals) {
      SmallVector<Attribute, 3> attributes;
      for (auto [tensor, to, from, slot, own, ownSlot] : arrivals)
        attributes.push_back(ArrivalAttr::get(op.getContext(), tensors[tensor],
                                              layouts[to], layouts[from], slot,
                                              own != 0, ownSlot));
      recv.written = builder.getArrayAttr(attributes);
      recv.arrivals = std::move(arrivals);
    }
    RecvOp::create(builder, loc, used, recv.written, ops.front().tag,
                   ops.front().layer, flag(ops.front().streams));
  }

  ArrayAttr toUses(ArrayRef<Use> uses) {
    SmallVector<Attribute, 6> attributes;
    for (auto [tensor, place, slot, layout, boxLayout, streams] : uses)
      attributes.push_back(UseAttr::get(op.getContext(), tensors[tensor], place,
                                        slot, layoutOf(layout),
                                        layoutOf(boxLayout), streams != 0));
    return builder.getArrayAttr(attributes);
  }

  void writeCompute(const programs::Op &from) {
    SmallVector<Value, 6> used;
    SmallVector<Use, 6> uses;
    for (ArrayRef<programs::ComputeArg> arguments :
         {ArrayRef(from.reads), ArrayRef(from.writes)})
      for (const programs::ComputeArg &argument : arguments) {
        Use use = {argument.tensor, -1, -1, -1, argument.boxLayout,
                   argument.streams};
        if (Value value = placeOf(argument.place)) {
          auto place = llvm::find(used, value) - used.begin();
          if (place == int64_t(used.size()))
            used.push_back(value);
          use[1] = static_cast<int32_t>(place);
          use[2] = std::max(argument.place.slot, -1);
          use[3] = argument.place.layout;
        }
        uses.push_back(use);
      }
    Written::Compute &compute = entry(last->computes, numComputes++);
    if (!compute.reads || compute.uses != uses ||
        compute.reads.size() != from.reads.size()) {
      compute.reads = toUses(ArrayRef(uses).take_front(from.reads.size()));
      compute.writes = toUses(ArrayRef(uses).drop_front(from.reads.size()));
      compute.uses = std::move(uses);
    }
    ComputeOp::create(builder, loc, kernels[from.kernel], used, compute.reads,
                      compute.writes, from.layer, from.cycles, from.macs,
                      from.readBytes, from.writtenBytes, from.tableBytes);
  }

  ProgramsOp op;
  LoweredPlan &lowered;
  const programs::PackageProgram &program;
  OpBuilder builder;
  Location loc;
  SmallVector<FlatSymbolRefAttr, 0> tensors, layouts, kernels;
  SmallVector<Value, 0> places;
  SmallVector<IntegerAttr, 4> slots;
  /// By segment.
  std::vector<Written> written;
  /// Of the segment that is being written, with the number of computations and
  /// receives so far.
  Written *last = nullptr;
  size_t numComputes = 0, numRecvs = 0;
};
} // namespace

ProgramsOp scope::writePrograms(ModuleOp module, FunctionOpInterface function,
                                LoweredPlan &lowered) {
  const programs::PackageProgram &program = lowered.programs;
  auto plan = function->getAttrOfType<PlanAttr>(kPlanAttrName);
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<StringRef> layers(program.layers.begin(), program.layers.end());
  SmallVector<Attribute> outputs;
  for (int32_t tensor : lowered.outputTensors)
    outputs.push_back(FlatSymbolRefAttr::get(module.getContext(),
                                             program.tensors[tensor].name));
  auto op = ProgramsOp::create(
      builder, function.getLoc(),
      builder.getStringAttr(function.getName() + "_programs"),
      FlatSymbolRefAttr::get(function.getNameAttr()), plan.getPackage(),
      builder.getStringAttr(programVersion()),
      builder.getI64IntegerAttr(program.rows),
      builder.getI64IntegerAttr(program.cols),
      builder.getI64IntegerAttr(program.calls), builder.getStrArrayAttr(layers),
      builder.getArrayAttr(outputs));
  op.getBody().emplaceBlock();
  Writer(op, lowered).run();
  return op;
}
