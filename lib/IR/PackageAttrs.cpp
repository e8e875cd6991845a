//===- PackageAttrs.cpp - Quantities and parts of packages ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeAttrs.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>

using namespace mlir;
using namespace scope;

/// A double holds every decimal number of so many digits exactly.
static constexpr int64_t kMaxDigits = 15;
static constexpr int64_t kMaxNumber = 1000000000000000;

namespace {
/// digits / 10^decimals.
struct Decimal {
  int64_t digits = 0;
  int64_t decimals = 0;
};
} // namespace

/// Returns the shortest decimal number that is rounded to `value`, or nothing
/// if it does not fit a quantity. A number of at most kMaxDigits digits is the
/// shortest one of its double.
static std::optional<Decimal> toDecimal(double value) {
  char buffer[32];
  auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), value,
                                    std::chars_format::scientific);
  if (error != std::errc())
    return std::nullopt;
  auto [mantissa, exponentText] = StringRef(buffer, end - buffer).split('e');
  auto [whole, fraction] = mantissa.split('.');
  std::string digits = (whole + fraction).str();
  int64_t exponent = 0;
  Decimal result;
  if (digits.size() > kMaxDigits ||
      StringRef(digits).getAsInteger(10, result.digits) ||
      exponentText.ltrim('+').getAsInteger(10, exponent))
    return std::nullopt;
  result.decimals = static_cast<int64_t>(fraction.size()) - exponent;
  for (; result.decimals < 0; ++result.decimals)
    if ((result.digits *= 10) >= kMaxNumber)
      return std::nullopt;
  if (result.decimals > kMaxDigits)
    return std::nullopt;
  return result;
}

//===----------------------------------------------------------------------===//
// QuantityAttr
//===----------------------------------------------------------------------===//

LogicalResult QuantityAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t digits, int64_t decimals,
                                   StringRef unit) {
  if (digits < 0 || digits >= kMaxNumber || decimals < 0 ||
      decimals > kMaxDigits || (decimals > 0 && digits % 10 == 0))
    return emitError() << "not a number of at most " << kMaxDigits << " digits";
  if (!lookupUnit(unit))
    return emitError() << "unknown unit '" << unit << "'";
  return success();
}

/// Parses an integer or decimal number.
static FailureOr<Decimal> parseDecimal(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalMinus()))
    return parser.emitError(loc, "a quantity must not be negative");
  auto tooLong = [&]() -> FailureOr<Decimal> {
    return parser.emitError(loc) << "a quantity has at most " << kMaxDigits
                                 << " significant digits and as many decimals";
  };
  APInt integer;
  OptionalParseResult parsed = parser.parseOptionalDecimalInteger(integer);
  if (parsed.has_value()) {
    if (failed(*parsed))
      return failure();
    if (integer.getActiveBits() > 63 || integer.getSExtValue() >= kMaxNumber)
      return tooLong();
    return Decimal{integer.getSExtValue(), 0};
  }
  double value = 0;
  if (parser.parseFloat(value))
    return failure();
  std::optional<Decimal> decimal = toDecimal(value);
  return decimal ? FailureOr<Decimal>(*decimal) : tooLong();
}

FailureOr<QuantityAttr> QuantityAttr::parseBare(AsmParser &parser) {
  FailureOr<Decimal> number = parseDecimal(parser);
  if (failed(number))
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (failed(parser.parseOptionalKeyword(&word)))
    return parser.emitError(loc, "a quantity needs a unit");
  std::string unit = word.str();
  if (succeeded(parser.parseOptionalSlash())) {
    if (parser.parseKeyword(&word))
      return failure();
    unit += "/" + word.str();
  }
  if (!lookupUnit(unit))
    return parser.emitError(loc) << "unknown unit '" << unit << "'";
  return get(parser.getContext(), number->digits, number->decimals, unit);
}

void QuantityAttr::printBare(AsmPrinter &printer) const {
  std::string text = llvm::itostr(getDigits());
  size_t decimals = getDecimals();
  if (decimals > 0) {
    if (text.size() <= decimals)
      text.insert(0, decimals + 1 - text.size(), '0');
    text.insert(text.size() - decimals, 1, '.');
  }
  printer << text << " " << getUnit();
}

Attribute QuantityAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  FailureOr<QuantityAttr> quantity = parseBare(parser);
  if (failed(quantity) || parser.parseGreater())
    return {};
  return *quantity;
}

void QuantityAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printBare(printer);
  printer << ">";
}

//===----------------------------------------------------------------------===//
// DramPortsAttr
//===----------------------------------------------------------------------===//

LogicalResult
DramPortsAttr::verify(function_ref<InFlightDiagnostic()> emitError, RegionAttr,
                      QuantityAttr bandwidth) {
  if (bandwidth.getMeasure() != Measure::Rate)
    return emitError() << "the bandwidth of a DRAM port is "
                       << describeMeasure(Measure::Rate) << ", not '"
                       << bandwidth.getUnit() << "'";
  return success();
}

Attribute DramPortsAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<ChipletCoord> coords;
  if (parser.parseLess() || parseChipletRectangles(parser, coords))
    return {};
  auto chiplets = RegionAttr::getChecked([&] { return parser.emitError(loc); },
                                         parser.getContext(), ArrayRef(coords));
  if (!chiplets || parser.parseKeyword("each"))
    return {};
  SMLoc bandwidthLoc = parser.getCurrentLocation();
  FailureOr<QuantityAttr> bandwidth = QuantityAttr::parseBare(parser);
  if (failed(bandwidth) || parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(bandwidthLoc); },
                    parser.getContext(), chiplets, *bandwidth);
}

void DramPortsAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printChipletRectangles(printer, getChiplets().getCoords());
  printer << " each ";
  getBandwidth().printBare(printer);
  printer << ">";
}

//===----------------------------------------------------------------------===//
// ChipletKindAttr
//===----------------------------------------------------------------------===//

LogicalResult
ChipletKindAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        StringRef name, int64_t macK, int64_t macC,
                        int64_t vector, QuantityAttr sram, RegionAttr) {
  if (name.empty() || name == "default")
    return emitError() << "a kind needs a name other than 'default'";
  constexpr int64_t maxLanes = 65536;
  const std::pair<StringRef, int64_t> lanes[] = {
      {"mac_k", macK}, {"mac_c", macC}, {"vector", vector}};
  for (auto [field, value] : lanes)
    if (value < 1 || value > maxLanes)
      return emitError() << "'" << field << "' must be 1 to " << maxLanes
                         << ", got " << value;
  if (sram.getMeasure() != Measure::Size)
    return emitError() << "'sram' is " << describeMeasure(Measure::Size)
                       << ", not '" << sram.getUnit() << "'";
  if (sram.isZero())
    return emitError() << "'sram' must be above zero";
  return success();
}
