//===- PackageOp.cpp - The package as a symbol ----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

#include <bitset>

using namespace mlir;
using namespace scope;

namespace {
/// How a field is written.
enum class FieldForm { Number, Flag, Quantity, Attribute };

/// One field of the custom assembly.
struct Field {
  StringLiteral name;
  FieldForm form = FieldForm::Number;
  Measure measure = Measure::Size;
  bool needed = true;
  /// Whether the printer begins a new line with it.
  bool beginsLine = false;
};
} // namespace

static constexpr bool kOptional = false;
static constexpr bool kNewLine = true;

/// In the order of printing.
static constexpr Field kFields[] = {
    {"rows", FieldForm::Number, {}, true, kNewLine},
    {"cols"},
    {"clock", FieldForm::Quantity, Measure::Frequency},
    {"mac_k", FieldForm::Number, {}, true, kNewLine},
    {"mac_c"},
    {"vector"},
    {"sram", FieldForm::Quantity, Measure::Size},
    {"port", FieldForm::Quantity, Measure::Rate, true, kNewLine},
    {"link", FieldForm::Quantity, Measure::Rate, kOptional},
    {"hop", FieldForm::Quantity, Measure::Time},
    {"multicast", FieldForm::Flag, {}, kOptional},
    {"dram", FieldForm::Attribute, {}, true, kNewLine},
    {"dram_latency", FieldForm::Quantity, Measure::Time, kOptional},
    {"batch", FieldForm::Number, {}, kOptional},
    {"mac_energy", FieldForm::Quantity, Measure::WorkEnergy, kOptional,
     kNewLine},
    {"sram_read_energy", FieldForm::Quantity, Measure::DataEnergy, kOptional},
    {"sram_write_energy", FieldForm::Quantity, Measure::DataEnergy, kOptional},
    {"hop_energy", FieldForm::Quantity, Measure::DataEnergy, kOptional,
     kNewLine},
    {"dram_energy", FieldForm::Quantity, Measure::DataEnergy, kOptional},
    {"idle", FieldForm::Quantity, Measure::Power, kOptional},
    {"disabled", FieldForm::Attribute, {}, kOptional, kNewLine},
    {"kinds", FieldForm::Attribute, {}, kOptional, kNewLine},
};

//===----------------------------------------------------------------------===//
// Assembly
//===----------------------------------------------------------------------===//

/// Parses `[<...>, <...>]` as an array of `T`.
template <typename T> static Attribute parseArray(OpAsmParser &parser) {
  SmallVector<Attribute> elements;
  auto parseElement = [&]() -> ParseResult {
    T element;
    if (parser.parseCustomAttributeWithFallback(element))
      return failure();
    elements.push_back(element);
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                     parseElement))
    return {};
  return parser.getBuilder().getArrayAttr(elements);
}

/// Parses the value of `field`; null after an error.
static Attribute parseValue(OpAsmParser &parser, const Field &field) {
  Builder &builder = parser.getBuilder();
  SMLoc loc = parser.getCurrentLocation();
  switch (field.form) {
  case FieldForm::Number: {
    int64_t value = 0;
    if (parser.parseInteger(value))
      return {};
    return builder.getI64IntegerAttr(value);
  }
  case FieldForm::Flag:
    if (succeeded(parser.parseOptionalKeyword("true")))
      return builder.getBoolAttr(true);
    if (parser.parseKeyword("false", " or 'true'"))
      return {};
    return builder.getBoolAttr(false);
  case FieldForm::Quantity: {
    FailureOr<QuantityAttr> quantity = QuantityAttr::parseBare(parser);
    if (failed(quantity))
      return {};
    if (quantity->getMeasure() != field.measure) {
      parser.emitError(loc)
          << "'" << field.name << "' is " << describeMeasure(field.measure)
          << ", not '" << quantity->getUnit() << "'";
      return {};
    }
    return *quantity;
  }
  case FieldForm::Attribute:
    break;
  }
  if (field.name == "dram")
    return parseArray<DramPortsAttr>(parser);
  if (field.name == "kinds")
    return parseArray<ChipletKindAttr>(parser);
  RegionAttr region;
  if (parser.parseCustomAttributeWithFallback(region))
    return {};
  return region;
}

ParseResult PackageOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseSymbolName(name, getSymNameAttrName(result.name),
                             result.attributes) ||
      parser.parseLess() || parser.parseLBrace())
    return failure();

  auto parseField = [&]() -> ParseResult {
    SMLoc fieldLoc = parser.getCurrentLocation();
    StringRef fieldName;
    if (parser.parseKeyword(&fieldName))
      return failure();
    const Field *field = llvm::find_if(kFields, [&](const Field &candidate) {
      return candidate.name == fieldName;
    });
    if (field == std::end(kFields)) {
      InFlightDiagnostic error = parser.emitError(fieldLoc);
      error << "a package has no field '" << fieldName << "'; its fields are ";
      llvm::interleaveComma(kFields, error,
                            [&](const Field &known) { error << known.name; });
      return error;
    }
    if (result.attributes.get(fieldName))
      return parser.emitError(fieldLoc)
             << "field '" << fieldName << "' is given twice";
    if (parser.parseEqual())
      return failure();
    Attribute value = parseValue(parser, *field);
    if (!value)
      return failure();
    result.addAttribute(fieldName, value);
    return success();
  };
  if (parser.parseCommaSeparatedList(parseField) || parser.parseRBrace() ||
      parser.parseGreater() ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();

  for (const Field &field : kFields)
    if (field.needed && !result.attributes.get(field.name))
      return parser.emitError(loc)
             << "package '" << name.getValue() << "' needs the field '"
             << field.name << "'";
  return success();
}

/// Prints the value of a field as parseValue reads it.
static void printValue(OpAsmPrinter &printer, Attribute value) {
  llvm::TypeSwitch<Attribute, void>(value)
      .Case<QuantityAttr>([&](auto quantity) { quantity.printBare(printer); })
      .Case<BoolAttr>(
          [&](auto flag) { printer << (flag.getValue() ? "true" : "false"); })
      .Case<IntegerAttr>([&](auto number) { printer << number.getInt(); })
      .Case<RegionAttr>([&](auto region) { region.print(printer); })
      .Case<ArrayAttr>([&](auto array) {
        printer << "[";
        llvm::interleaveComma(array, printer, [&](Attribute element) {
          if (auto ports = dyn_cast<DramPortsAttr>(element))
            ports.print(printer);
          else
            cast<ChipletKindAttr>(element).print(printer);
        });
        printer << "]";
      });
}

void PackageOp::print(OpAsmPrinter &printer) {
  printer << " ";
  printer.printSymbolName(getSymName());
  printer << " <{";
  printer.increaseIndent();
  bool lineIsOpen = false, first = true;
  SmallVector<StringRef> inherent = {getSymNameAttrName()};
  for (const Field &field : kFields) {
    inherent.push_back(field.name);
    if (field.beginsLine)
      lineIsOpen = false;
    Attribute value =
        (*this)->getInherentAttr(field.name).value_or(Attribute());
    if (!value)
      continue;
    if (!first)
      printer << ",";
    if (lineIsOpen)
      printer << " ";
    else
      printer.printNewline();
    first = false;
    lineIsOpen = true;
    printer << field.name << " = ";
    printValue(printer, value);
  }
  printer.decreaseIndent();
  printer.printNewline();
  printer << "}>";
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), inherent);
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

/// Checks measures, and that what must not be zero is not.
static LogicalResult verifyQuantities(PackageOp package) {
  for (const Field &field : kFields) {
    if (field.form != FieldForm::Quantity)
      continue;
    auto quantity = dyn_cast_or_null<QuantityAttr>(
        package->getInherentAttr(field.name).value_or(Attribute()));
    if (quantity && quantity.getMeasure() != field.measure)
      return package.emitOpError()
             << "has '" << quantity.getUnit() << "' for '" << field.name
             << "', which is " << describeMeasure(field.measure);
  }
  const std::pair<StringRef, QuantityAttr> above[] = {
      {"clock", package.getClock()},
      {"sram", package.getSram()},
      {"port", package.getPort()},
      {"link", package.getLinkAttr()}};
  for (auto [name, quantity] : above)
    if (quantity && quantity.isZero())
      return package.emitOpError()
             << "has '" << name << "' zero; it must be above zero";
  for (auto ports : package.getDram().getAsRange<DramPortsAttr>())
    if (ports.getBandwidth().isZero())
      return package.emitOpError()
             << "has a DRAM port of bandwidth zero; leave "
             << "it away or give it one above zero";
  return success();
}

/// Checks that `region`, called `what`, is on the grid.
static LogicalResult verifyOnGrid(PackageOp package, RegionAttr region,
                                  const Twine &what) {
  int64_t rows = package.getRows(), cols = package.getCols();
  for (ChipletCoord coord : region.getCoords())
    if (coord.row >= rows || coord.col >= cols)
      return package.emitOpError()
             << "has " << what << " at [" << coord.row << "," << coord.col
             << "], off its grid of " << rows << " x " << cols
             << "; the last chiplet is [" << rows - 1 << "," << cols - 1 << "]";
  return success();
}

/// Checks the places of everything that has one.
static LogicalResult verifyPlaces(PackageOp package) {
  RegionAttr disabled = package.getDisabledAttr();
  if (disabled) {
    if (failed(verifyOnGrid(package, disabled, "a disabled chiplet")))
      return failure();
    int64_t chiplets = package.getRows() * package.getCols();
    if (disabled.size() == chiplets)
      return package.emitOpError()
             << "has every one of its " << chiplets
             << " chiplets disabled; at least one must be enabled";
  }

  std::bitset<kMaxGrid * kMaxGrid> hasPort;
  bool hasEnabledPort = false;
  for (auto ports : package.getDram().getAsRange<DramPortsAttr>()) {
    if (failed(verifyOnGrid(package, ports.getChiplets(), "a DRAM port")))
      return failure();
    for (ChipletCoord coord : ports.getChiplets().getCoords()) {
      if (hasPort.test(coord.row * kMaxGrid + coord.col))
        return package.emitOpError()
               << "has two DRAM ports at [" << coord.row << "," << coord.col
               << "]; add their bandwidths";
      hasPort.set(coord.row * kMaxGrid + coord.col);
      hasEnabledPort |= !disabled || !disabled.contains(coord);
    }
  }
  if (!hasEnabledPort)
    return package.emitOpError() << "has no DRAM port on an enabled chiplet; "
                                    "weights and inputs could "
                                 << "not get in";

  llvm::StringSet<> names;
  SmallVector<RegionAttr> regions;
  for (auto kind : package.getKindsAttr()
                       ? package.getKindsAttr().getAsRange<ChipletKindAttr>()
                       : ArrayAttr::get(package.getContext(), {})
                             .getAsRange<ChipletKindAttr>()) {
    if (!names.insert(kind.getName()).second)
      return package.emitOpError()
             << "has two kinds named '" << kind.getName() << "'";
    if (failed(verifyOnGrid(package, kind.getAt(),
                            "kind '" + kind.getName() + "'")))
      return failure();
    for (RegionAttr other : regions)
      if (other.overlaps(kind.getAt()))
        return package.emitOpError()
               << "gives chiplets of kind '" << kind.getName()
               << "' another kind as well";
    regions.push_back(kind.getAt());
  }
  return success();
}

LogicalResult PackageOp::verify() {
  if (failed(verifyQuantities(*this)))
    return failure();
  return verifyPlaces(*this);
}
