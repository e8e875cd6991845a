//===- ProgramReader.cpp - Programs from IR -------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/ProgramReader.h"

#include "scope/Analysis/PackageReader.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

std::string scope::programVersion() {
  return llvm::formatv("{0}.{1}", kProgramMajor, kProgramMinor);
}

namespace {
class Reader {
public:
  explicit Reader(ProgramsOp op) : op(op) { result.op = op; }

  FailureOr<ProgramsInIR> run() {
    if (failed(checkVersion()) || failed(readPackageOf()))
      return failure();
    programs::PackageProgram &program = result.programs;
    program.name = op.getFunction().str();
    program.rows = static_cast<int32_t>(op.getRows());
    program.cols = static_cast<int32_t>(op.getCols());
    program.calls = static_cast<int64_t>(op.getCalls());
    for (auto name : op.getLayers().getAsRange<StringAttr>())
      program.layers.push_back(name.str());
    for (Operation &inner : op.getBody().front())
      if (auto tensor = dyn_cast<TensorOp>(inner))
        readTensor(tensor);
    for (Operation &inner : op.getBody().front())
      if (auto layout = dyn_cast<LayoutOp>(inner))
        readLayout(layout);
    for (Attribute output : op.getOutputs())
      result.outputTensors.push_back(
          numberOf(tensors, cast<FlatSymbolRefAttr>(output)));
    for (auto chiplet : op.getBody().getOps<ChipletProgramOp>())
      if (failed(readChiplet(chiplet)))
        return failure();
    return std::move(result);
  }

private:
  LogicalResult checkVersion() {
    auto [major, minor] = op.getVersion().split('.');
    int64_t majorNumber = 0, minorNumber = 0;
    if (!major.getAsInteger(10, majorNumber) &&
        !minor.getAsInteger(10, minorNumber) && majorNumber == kProgramMajor &&
        minorNumber <= kProgramMinor)
      return success();
    return op.emitOpError()
           << "has format version " << op.getVersion()
           << "; this tool reads versions " << kProgramMajor << ".0 to "
           << programVersion() << ": lower the plan anew";
  }

  LogicalResult readPackageOf() {
    auto package = SymbolTable::lookupNearestSymbolFrom<PackageOp>(
        op->getParentOp(), op.getPackageAttr());
    if (!package)
      return op.emitOpError() << "is for package " << op.getPackageAttr()
                              << ", which the module does not have";
    FailureOr<search::Package> read = readPackage(package);
    if (failed(read))
      return failure();
    result.package = std::move(*read);
    if (result.package.rows != int64_t(op.getRows()) ||
        result.package.cols != int64_t(op.getCols()))
      return op.emitOpError()
             << "has a grid of " << op.getRows() << " x " << op.getCols()
             << ", its package one of " << result.package.rows << " x "
             << result.package.cols;
    return success();
  }

  static int32_t numberOf(const llvm::DenseMap<Attribute, int32_t> &numbers,
                          FlatSymbolRefAttr symbol) {
    if (!symbol)
      return -1;
    auto found = numbers.find(symbol);
    return found == numbers.end() ? -1 : found->second;
  }

  void readTensor(TensorOp from) {
    programs::PackageProgram &program = result.programs;
    tensors[FlatSymbolRefAttr::get(from)] =
        static_cast<int32_t>(program.tensors.size());
    programs::Tensor &tensor = program.tensors.emplace_back();
    tensor.name = from.getName().str();
    tensor.kind = static_cast<programs::TensorKind>(from.getKind());
    auto type = cast<ShapedType>(from.getType());
    tensor.shape.assign(type.getShape().begin(), type.getShape().end());
    tensor.elementBytes = static_cast<int64_t>(from.getElementBytes());
    tensor.index = static_cast<int32_t>(from.getIndex());
    tensor.value =
        from.getValue() ? static_cast<int32_t>(*from.getValue()) : -1;
    tensor.isInDram = from.getDram();
  }

  void readLayout(LayoutOp from) {
    programs::PackageProgram &program = result.programs;
    layouts[FlatSymbolRefAttr::get(from)] =
        static_cast<int32_t>(program.layouts.size());
    programs::Layout &layout = program.layouts.emplace_back();
    layout.tensor = numberOf(tensors, from.getTensorAttr());
    layout.isFlat = from.getFlat();
    size_t step = 2 * from.getRank() + 1;
    layout.parts.reserve(from.getParts().size() / step);
    for (ArrayRef<int64_t> rest = from.getParts(); !rest.empty();
         rest = rest.drop_front(step)) {
      programs::Part &part = layout.parts.emplace_back();
      part.chiplet = static_cast<int32_t>(rest.front());
      for (size_t at = 1; at < step; at += 2)
        part.box.push_back({rest[at], rest[at + 1]});
    }
    auto &numbers = parts.emplace_back();
    numbers.assign(size_t(program.rows) * program.cols, -1);
    for (auto [index, part] : llvm::enumerate(layout.parts))
      if (part.chiplet < int32_t(numbers.size()))
        numbers[part.chiplet] = static_cast<int32_t>(index);
  }

  LogicalResult readChiplet(ChipletProgramOp from) {
    chiplet = static_cast<int32_t>(from.getChiplet());
    places.clear();
    std::vector<programs::Buffer> buffers;
    for (Operation &inner : from.getBody().front()) {
      if (auto sram = dyn_cast<SramOp>(inner)) {
        places[sram.getPlace()] = static_cast<int32_t>(buffers.size());
        programs::Buffer &buffer = buffers.emplace_back();
        buffer.role = static_cast<search::BufferRole>(sram.getRole());
        buffer.layer = static_cast<int32_t>(sram.getLayer());
        buffer.index = static_cast<int32_t>(sram.getIndex());
        buffer.offset = sram.getOffset();
        buffer.bytes = sram.getBytes();
        buffer.slots = sram.getSlots();
        buffer.stride = sram.getStride();
        continue;
      }
      if (failed(readRun(cast<RunOp>(inner), std::move(buffers))))
        return failure();
      buffers.clear();
      places.clear();
    }
    return success();
  }

  LogicalResult readRun(RunOp from, std::vector<programs::Buffer> buffers) {
    auto &segments = result.programs.segments;
    auto index = static_cast<size_t>(from.getSegment());
    constexpr size_t mostSegments = 1 << 20;
    if (index >= mostSegments)
      return from.emitOpError() << "is for segment " << index << "; at most "
                                << mostSegments << " are read";
    if (segments.size() <= index)
      segments.resize(index + 1);
    programs::SegmentProgram &segment = segments[index];
    auto beats = static_cast<int64_t>(from.getBeats());
    auto calls = static_cast<int64_t>(from.getCalls());
    if (!segment.chiplets.empty() &&
        (segment.beats != beats || segment.beatCalls != calls))
      return from.emitOpError()
             << "has " << beats << " beats of " << calls
             << " calls; other chiplets have " << segment.beats << " of "
             << segment.beatCalls << " in this segment";
    segment.beats = beats;
    segment.beatCalls = calls;
    programs::ChipletProgram &made = segment.chiplets.emplace_back();
    made.chiplet = chiplet;
    made.buffers = std::move(buffers);
    return success(succeeded(readOps(from.getLoad().front(), made.load)) &&
                   succeeded(readOps(from.getBody().front(), made.body)));
  }

  LogicalResult readOps(Block &from, std::vector<programs::Op> &ops) {
    ops.reserve(from.getOperations().size());
    for (Operation &inner : from)
      if (failed(readOp(inner, ops)))
        return failure();
    return success();
  }

  /// The place of the chiplet's part of `layout`.
  programs::Place toPlace(Value value, int64_t slot, FlatSymbolRefAttr layout) {
    programs::Place place;
    if (!value)
      return place;
    auto known = places.find(value);
    place.buffer = known == places.end() ? -1 : known->second;
    place.slot = static_cast<int32_t>(slot);
    place.layout = numberOf(layouts, layout);
    place.part = partOf(place.layout);
    return place;
  }
  int32_t partOf(int32_t layout) const {
    return layout < 0 ? -1 : parts[layout][chiplet];
  }

  LogicalResult readOp(Operation &from, std::vector<programs::Op> &ops) {
    if (auto recv = dyn_cast<RecvOp>(from))
      return readRecv(recv, ops);
    programs::Op made;
    llvm::TypeSwitch<Operation *>(&from)
        .Case([&](LoadOp load) {
          made.kind = programs::OpKind::Load;
          made.to = numberOf(layouts, load.getToAttr());
          made.place = toPlace(load.getPlace(), load.getSlot().value_or(-1),
                               load.getToAttr());
          made.own = toPlace(load.getOwn(), load.getOwnSlot().value_or(-1),
                             load.getOwnLayoutAttr());
          readTransfer(load, made);
        })
        .Case([&](StoreOp store) {
          made.kind = programs::OpKind::Store;
          made.from = numberOf(layouts, store.getFromAttr());
          made.place = toPlace(store.getPlace(), store.getSlot().value_or(-1),
                               store.getFromAttr());
          readTransfer(store, made);
        })
        .Case([&](SendOp send) {
          made.kind = programs::OpKind::Send;
          made.from = numberOf(layouts, send.getFromAttr());
          made.to = numberOf(layouts, send.getToAttr());
          made.place = toPlace(send.getPlace(), send.getSlot().value_or(-1),
                               send.getFromAttr());
          readTransfer(send, made);
        })
        .Case([&](ComputeOp compute) { readCompute(compute, made); });
    return add(std::move(made), from, ops);
  }

  /// Appends `made` to `ops`, if its places have something in them.
  LogicalResult add(programs::Op made, Operation &from,
                    std::vector<programs::Op> &ops) {
    bool hasParts = made.kind == programs::OpKind::Compute ||
                    (made.place.buffer >= 0 && made.place.part >= 0);
    auto isMissing = [](const programs::ComputeArg &argument) {
      return (argument.place.buffer >= 0 && argument.place.part < 0) ||
             (argument.boxLayout >= 0 && argument.boxPart < 0);
    };
    hasParts &= llvm::none_of(made.reads, isMissing) &&
                llvm::none_of(made.writes, isMissing) &&
                (made.own.buffer < 0 || made.own.part >= 0);
    if (!hasParts)
      return from.emitOpError()
             << "uses a place of another segment, or a layout in which chiplet "
             << chiplet << " has no part";
    ops.push_back(std::move(made));
    return success();
  }

  template <typename TransferOp>
  void readTransfer(TransferOp from, programs::Op &made) {
    made.layer = static_cast<int32_t>(from.getLayer());
    made.tag = static_cast<int32_t>(from.getTag());
    made.tensor = numberOf(tensors, from.getTensorAttr());
    made.streams = from.getStreams();
  }

  /// One operation for each tensor that `from` takes.
  LogicalResult readRecv(RecvOp from, std::vector<programs::Op> &ops) {
    LogicalResult result = success();
    auto tag = static_cast<int32_t>(from.getTag());
    from.forEachArrival([&](ArrivalAttr arrival, Value place, Value own) {
      programs::Op made;
      made.kind = programs::OpKind::Recv;
      made.layer = static_cast<int32_t>(from.getLayer());
      made.tag = tag++;
      made.tensor = numberOf(tensors, arrival.getTensor());
      made.from = numberOf(layouts, arrival.getFrom());
      made.to = numberOf(layouts, arrival.getTo());
      made.place = toPlace(place, arrival.getSlot(), arrival.getTo());
      made.own = toPlace(own, arrival.getOwnSlot(), arrival.getFrom());
      made.streams = from.getStreams();
      if (succeeded(result))
        result = add(std::move(made), *from, ops);
    });
    return result;
  }

  void readCompute(ComputeOp from, programs::Op &made) {
    made.kind = programs::OpKind::Compute;
    made.layer = static_cast<int32_t>(from.getLayer());
    auto [entry, isNew] = kernels.try_emplace(
        from.getKernelAttr(),
        static_cast<int32_t>(result.programs.kernels.size()));
    if (isNew)
      result.programs.kernels.push_back({from.getKernel().str()});
    made.kernel = entry->second;
    auto toArguments = [&](ArrayAttr uses, auto &arguments) {
      for (auto use : uses.getAsRange<UseAttr>()) {
        programs::ComputeArg &argument = arguments.emplace_back();
        argument.tensor = numberOf(tensors, use.getTensor());
        argument.streams = use.getStreams();
        argument.boxLayout = numberOf(layouts, use.getBox());
        argument.boxPart = partOf(argument.boxLayout);
        if (use.getPlace() >= 0)
          argument.place = toPlace(from.getPlaces()[use.getPlace()],
                                   use.getSlot(), use.getHolds());
      }
    };
    toArguments(from.getReads(), made.reads);
    toArguments(from.getWrites(), made.writes);
    made.cycles = from.getCycles();
    made.macs = from.getMacs();
    made.readBytes = from.getReadBytes();
    made.writtenBytes = from.getWrittenBytes();
    made.tableBytes = from.getTableBytes();
  }

  ProgramsOp op;
  ProgramsInIR result;
  llvm::DenseMap<Attribute, int32_t> tensors, layouts, kernels;
  /// By layout and chiplet: the part, or negative.
  std::vector<llvm::SmallVector<int32_t, 0>> parts;
  llvm::DenseMap<Value, int32_t> places;
  int32_t chiplet = 0;
};
} // namespace

FailureOr<ProgramsInIR> scope::readPrograms(ProgramsOp op) {
  return Reader(op).run();
}
