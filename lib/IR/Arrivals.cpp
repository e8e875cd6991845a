//===- Arrivals.cpp - What a receive takes --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrivals.h"

#include "Slots.h"

#include "scope/IR/ScopeOps.h"

using namespace mlir;
using namespace scope;

LogicalResult ArrivalAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  FlatSymbolRefAttr, FlatSymbolRefAttr,
                                  FlatSymbolRefAttr, int64_t slot, bool own,
                                  int64_t ownSlot) {
  if (slot < -1 || ownSlot < -1)
    return emitError() << "slots may not be negative";
  if (ownSlot >= 0 && !own)
    return emitError() << "'own_slot' needs 'own'";
  return success();
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

ParseResult
scope::parseArrivals(OpAsmParser &parser,
                     SmallVectorImpl<OpAsmParser::UnresolvedOperand> &places,
                     ArrayAttr &arrivals) {
  auto parsePlace = [&](int64_t &slot) -> ParseResult {
    slot = -1;
    if (parser.parseOperand(places.emplace_back()))
      return failure();
    return failure(succeeded(parser.parseOptionalKeyword("slot")) &&
                   parser.parseInteger(slot));
  };
  SmallVector<Attribute> read;
  auto parseArrival = [&]() -> ParseResult {
    SMLoc where = parser.getCurrentLocation();
    FlatSymbolRefAttr tensor, to, from;
    int64_t slot = -1, ownSlot = -1;
    if (parser.parseAttribute(tensor) || parser.parseKeyword("to") ||
        parsePlace(slot) || parser.parseColon() || parser.parseAttribute(to) ||
        parser.parseKeyword("from") || parser.parseAttribute(from))
      return failure();
    bool own = succeeded(parser.parseOptionalKeyword("own"));
    if (own && parsePlace(ownSlot))
      return failure();
    read.push_back(parser.getChecked<ArrivalAttr>(
        where, parser.getContext(), tensor, to, from, slot, own, ownSlot));
    return success(read.back() != nullptr);
  };
  if (parser.parseCommaSeparatedList(parseArrival))
    return failure();
  arrivals = parser.getBuilder().getArrayAttr(read);
  return success();
}

void scope::printArrivals(OpAsmPrinter &printer, Operation *op, OperandRange,
                          ArrayAttr) {
  auto printPlace = [&](Value place, int64_t slot) {
    printer << place;
    if (slot >= 0)
      printer << " slot " << slot;
  };
  bool isFirst = true;
  cast<RecvOp>(op).forEachArrival(
      [&](ArrivalAttr arrival, Value place, Value own) {
        printer << (isFirst ? "" : ", ") << arrival.getTensor() << " to ";
        isFirst = false;
        printPlace(place, arrival.getSlot());
        printer << " : " << arrival.getTo() << " from " << arrival.getFrom();
        if (!own)
          return;
        printer << " own ";
        printPlace(own, arrival.getOwnSlot());
      });
}

//===----------------------------------------------------------------------===//
// The operation
//===----------------------------------------------------------------------===//

void RecvOp::forEachArrival(
    function_ref<void(ArrivalAttr, Value, Value)> visit) {
  unsigned next = 0;
  for (auto arrival : getArrivals().getAsRange<ArrivalAttr>()) {
    Value place = getOperand(next++);
    visit(arrival, place, arrival.getOwn() ? getOperand(next++) : Value());
  }
}

LogicalResult RecvOp::verify() {
  size_t needed = 0;
  for (auto arrival : getArrivals().getAsRange<ArrivalAttr>())
    needed += arrival.getOwn() ? 2 : 1;
  if (needed == 0 || needed != getPlaces().size())
    return emitOpError() << "has " << getPlaces().size()
                         << " places; what it takes needs " << needed
                         << ", and at least one";
  auto slotAt = [](int64_t slot) {
    return slot < 0 ? std::nullopt : std::optional(slot);
  };
  LogicalResult result = success();
  forEachArrival([&](ArrivalAttr arrival, Value place, Value own) {
    if (succeeded(result))
      result = verifySlot(*this, place, slotAt(arrival.getSlot()));
    if (succeeded(result) && own)
      result = verifySlot(*this, own, slotAt(arrival.getOwnSlot()));
  });
  return result;
}
