//===- ChipletPrograms.cpp - Operations of chiplet programs ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayoutParts.h"
#include "Slots.h"

#include "scope/IR/ScopeDialect.h"
#include "scope/IR/ScopeOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace scope;

//===----------------------------------------------------------------------===//
// Types and uses
//===----------------------------------------------------------------------===//

#define GET_TYPEDEF_CLASSES
#include "scope/IR/ScopeTypes.cpp.inc"

void ScopeDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "scope/IR/ScopeTypes.cpp.inc"
      >();
}

LogicalResult UseAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                              FlatSymbolRefAttr, int64_t place, int64_t slot,
                              FlatSymbolRefAttr holds, FlatSymbolRefAttr,
                              bool) {
  if (place < -1 || slot < -1)
    return emitError() << "neither place nor slot may be negative";
  if ((place >= 0) != bool(holds))
    return emitError() << "a place and the layout that it holds stand together";
  if (slot >= 0 && place < 0)
    return emitError() << "a slot needs a place";
  return success();
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

/// Parts are stored as chiplet, begin, end, begin, end, ... each.
ParseResult scope::parseLayoutParts(OpAsmParser &parser, IntegerAttr &rank,
                                    DenseI64ArrayAttr &parts) {
  SmallVector<int64_t> numbers;
  int64_t ranges = -1;
  auto parsePart = [&]() -> ParseResult {
    SMLoc where = parser.getCurrentLocation();
    int64_t chiplet = 0, count = 0;
    if (parser.parseInteger(chiplet) || parser.parseColon())
      return failure();
    numbers.push_back(chiplet);
    auto parseRange = [&]() -> ParseResult {
      int64_t begin = 0, end = 0;
      if (parser.parseInteger(begin) || parser.parseKeyword("to") ||
          parser.parseInteger(end))
        return failure();
      numbers.push_back(begin);
      numbers.push_back(end);
      ++count;
      return success();
    };
    if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                       parseRange))
      return failure();
    if (ranges >= 0 && count != ranges)
      return parser.emitError(where, "all parts need ")
             << ranges << " ranges, as the first has";
    ranges = count;
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Braces, parsePart))
    return failure();
  rank = parser.getBuilder().getI64IntegerAttr(std::max<int64_t>(0, ranges));
  parts = parser.getBuilder().getDenseI64ArrayAttr(numbers);
  return success();
}

void scope::printLayoutParts(OpAsmPrinter &printer, Operation *,
                             IntegerAttr rank, DenseI64ArrayAttr parts) {
  int64_t step = 2 * rank.getInt() + 1;
  printer << "{";
  ArrayRef<int64_t> rest = parts;
  bool isFirst = true;
  for (; !rest.empty(); rest = rest.drop_front(step)) {
    printer << (isFirst ? "" : ", ") << rest.front() << ": [";
    isFirst = false;
    for (int64_t range = 0; range < rank.getInt(); ++range)
      printer << (range ? ", " : "") << rest[1 + 2 * range] << " to "
              << rest[2 + 2 * range];
    printer << "]";
  }
  printer << "}";
}

LogicalResult LayoutOp::verify() {
  auto step = static_cast<size_t>(2 * getRank() + 1);
  ArrayRef<int64_t> rest = getParts();
  if (getRank() < 1 || rest.empty() || rest.size() % step != 0)
    return emitOpError("needs at least one part, and each at least one range");
  if (getFlat() && getRank() != 1)
    return emitOpError("is flat, so that every part has one range");
  llvm::SmallDenseSet<int64_t> chiplets;
  for (; !rest.empty(); rest = rest.drop_front(step)) {
    if (rest.front() < 0 || !chiplets.insert(rest.front()).second)
      return emitOpError() << "has two parts of chiplet " << rest.front()
                           << ", or one of a chiplet below 0";
    for (size_t at = 1; at < step; at += 2)
      if (rest[at] < 0 || rest[at] >= rest[at + 1])
        return emitOpError()
               << "has a range from " << rest[at] << " to " << rest[at + 1]
               << "; it must begin at 0 or more, and not be empty";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// The other operations
//===----------------------------------------------------------------------===//

void SramOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  setName(getPlace(), stringifyBufferRole(getRole()));
}

LogicalResult TensorOp::verify() {
  bool isConstant =
      getKind() == TensorKind::Constant || getKind() == TensorKind::Table;
  if (isConstant == getValue().has_value())
    return emitOpError("says which value of the network it is if, and only if, "
                       "it is an input or a value");
  return success();
}

LogicalResult scope::verifySlot(Operation *op, Value place,
                                std::optional<int64_t> slot) {
  auto sram = place.getDefiningOp<SramOp>();
  if (!sram || !slot)
    return success();
  if (*slot >= 0 && *slot < sram.getSlots())
    return success();
  return op->emitOpError() << "uses slot " << *slot << " of a place with "
                           << sram.getSlots();
}

static std::optional<int64_t> slotOf(UseAttr use) {
  return use.getSlot() < 0 ? std::nullopt : std::optional(use.getSlot());
}

LogicalResult ComputeOp::verify() {
  for (ArrayAttr uses : {getReads(), getWrites()})
    for (auto use : uses.getAsRange<UseAttr>()) {
      if (use.getPlace() >= int64_t(getPlaces().size()))
        return emitOpError() << "uses place " << use.getPlace() << " of "
                             << getPlaces().size();
      if (use.getPlace() >= 0 &&
          failed(verifySlot(*this, getPlaces()[use.getPlace()], slotOf(use))))
        return failure();
    }
  return success();
}

LogicalResult RunOp::verify() {
  for (Region *region : {&getLoad(), &getBody()})
    for (Operation &op : region->front()) {
      if (!isa<LoadOp, StoreOp, SendOp, RecvOp, ComputeOp>(op))
        return op.emitOpError("does not belong into a scope.run");
      std::optional<int64_t> slot, own;
      llvm::TypeSwitch<Operation *>(&op)
          .Case([&](LoadOp load) {
            slot = load.getSlot();
            own = load.getOwnSlot();
          })
          .Case<StoreOp, SendOp>(
              [&](auto transfer) { slot = transfer.getSlot(); });
      if (isa<ComputeOp, RecvOp>(op))
        continue;
      if (failed(verifySlot(&op, op.getOperand(0), slot)) ||
          (own && failed(verifySlot(&op, op.getOperand(1), own))))
        return failure();
    }
  return success();
}

LogicalResult ChipletProgramOp::verify() {
  int64_t last = -1;
  for (Operation &op : getBody().front()) {
    if (isa<SramOp>(op))
      continue;
    auto run = dyn_cast<RunOp>(op);
    if (!run)
      return op.emitOpError("does not belong into a scope.program");
    if (int64_t(run.getSegment()) <= last)
      return run.emitOpError() << "is for segment " << run.getSegment()
                               << ", after one for segment " << last;
    last = static_cast<int64_t>(run.getSegment());
  }
  return success();
}

namespace {
/// What the operations of a scope.programs may name.
struct Names {
  llvm::DenseMap<StringAttr, Operation *> symbols;
  int64_t layers = 0;
  /// Arrays that were looked at: the operations of many chiplets share them.
  llvm::DenseSet<Attribute> known;

  /// Checks what the operation `op` of a program names.
  LogicalResult verify(Operation *op) {
    LogicalResult result = success();
    auto named = [&](auto... attributes) {
      for (FlatSymbolRefAttr symbol : {FlatSymbolRefAttr(attributes)...})
        if (symbol && succeeded(result) && !symbols.contains(symbol.getAttr()))
          result = op->emitOpError()
                   << "names " << symbol << ", which is not there";
    };
    auto ofLayer = [&](int64_t layer) {
      if (succeeded(result) && (layer < 0 || layer >= layers))
        result = op->emitOpError()
                 << "is for layer " << layer << "; there are " << layers;
    };
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](SramOp sram) { ofLayer(sram.getLayer()); })
        .Case([&](LoadOp load) {
          named(load.getTensorAttr(), load.getToAttr(),
                load.getOwnLayoutAttr());
          ofLayer(load.getLayer());
        })
        .Case([&](StoreOp store) {
          named(store.getTensorAttr(), store.getFromAttr());
          ofLayer(store.getLayer());
        })
        .Case([&](SendOp send) {
          named(send.getTensorAttr(), send.getFromAttr(), send.getToAttr());
          ofLayer(send.getLayer());
        })
        .Case([&](RecvOp recv) {
          if (known.insert(recv.getArrivals()).second)
            for (auto arrival : recv.getArrivals().getAsRange<ArrivalAttr>())
              named(arrival.getTensor(), arrival.getFrom(), arrival.getTo());
          ofLayer(recv.getLayer());
        })
        .Case([&](ComputeOp compute) {
          named(compute.getKernelAttr());
          for (ArrayAttr uses : {compute.getReads(), compute.getWrites()})
            if (known.insert(uses).second)
              for (auto use : uses.getAsRange<UseAttr>())
                named(use.getTensor(), use.getHolds(), use.getBox());
          ofLayer(compute.getLayer());
        });
    return result;
  }
};
} // namespace

LogicalResult ProgramsOp::verify() {
  auto [major, minor] = getVersion().split('.');
  int64_t number = 0;
  if (major.getAsInteger(10, number) || minor.getAsInteger(10, number))
    return emitOpError("needs a version of two whole numbers with a point "
                       "between them");
  Names names;
  llvm::SmallDenseSet<int64_t> chiplets;
  for (Operation &op : getBody().front()) {
    if (auto symbol = dyn_cast<SymbolOpInterface>(op))
      names.symbols[symbol.getNameAttr()] = &op;
    auto program = dyn_cast<ChipletProgramOp>(op);
    if (!program)
      continue;
    auto chiplet = static_cast<int64_t>(program.getChiplet());
    if (chiplet >= int64_t(getRows() * getCols()) ||
        !chiplets.insert(chiplet).second)
      return program.emitOpError()
             << "is for chiplet " << chiplet << " of a grid of "
             << getRows() * getCols() << ", or not the only one for it";
  }
  names.layers = static_cast<int64_t>(getLayers().size());
  for (Attribute output : getOutputs())
    if (!names.symbols.contains(cast<FlatSymbolRefAttr>(output).getAttr()))
      return emitOpError() << "names " << output << ", which is not there";
  for (Operation &op : getBody().front()) {
    if (auto layout = dyn_cast<LayoutOp>(op)) {
      auto tensor = dyn_cast_or_null<TensorOp>(
          names.symbols.lookup(layout.getTensorAttr().getAttr()));
      if (!tensor)
        return layout.emitOpError()
               << "is of " << layout.getTensorAttr() << ", which is no tensor";
      int64_t rank = cast<ShapedType>(tensor.getType()).getRank();
      if (!layout.getFlat() && int64_t(layout.getRank()) != rank + 1)
        return layout.emitOpError()
               << "has parts of " << layout.getRank() << " ranges; needed are "
               << rank + 1 << ", one for the calls and one for each dimension";
    }
    auto program = dyn_cast<ChipletProgramOp>(op);
    if (!program)
      continue;
    WalkResult walked = program.walk([&](Operation *inner) {
      return failed(names.verify(inner)) ? WalkResult::interrupt()
                                         : WalkResult::advance();
    });
    if (walked.wasInterrupted())
      return failure();
  }
  return success();
}
