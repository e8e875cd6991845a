//===- RegionAttr.cpp - Sets of chiplets ----------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeAttrs.h"

#include "llvm/ADT/STLExtras.h"

#include <bitset>

using namespace mlir;
using namespace scope;

/// Parses `[row,col]`.
static ParseResult parseCoord(AsmParser &parser, ChipletCoord &coord) {
  SMLoc loc = parser.getCurrentLocation();
  int64_t row = 0, col = 0;
  if (parser.parseLSquare() || parser.parseInteger(row) ||
      parser.parseComma() || parser.parseInteger(col) || parser.parseRSquare())
    return failure();
  if (row < 0 || row >= kMaxGrid || col < 0 || col >= kMaxGrid)
    return parser.emitError(loc)
           << "chiplet [" << row << "," << col << "] is off the largest grid, "
           << kMaxGrid << " x " << kMaxGrid;
  coord = {static_cast<int32_t>(row), static_cast<int32_t>(col)};
  return success();
}

ParseResult
scope::parseChipletRectangles(AsmParser &parser,
                              SmallVectorImpl<ChipletCoord> &coords) {
  return parser.parseCommaSeparatedList([&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    ChipletCoord first;
    if (parseCoord(parser, first))
      return failure();
    ChipletCoord last = first;
    if (succeeded(parser.parseOptionalMinus()) && parseCoord(parser, last))
      return failure();
    if (last.row < first.row || last.col < first.col)
      return parser.emitError(loc)
             << "a rectangle goes from its top left to its bottom right corner";
    for (int32_t row = first.row; row <= last.row; ++row)
      for (int32_t col = first.col; col <= last.col; ++col)
        coords.push_back({row, col});
    return success();
  });
}

void scope::printChipletRectangles(AsmPrinter &printer,
                                   ArrayRef<ChipletCoord> coords) {
  std::bitset<kMaxGrid * kMaxGrid> left;
  auto bit = [](int32_t row, int32_t col) { return row * kMaxGrid + col; };
  for (ChipletCoord coord : coords)
    left.set(bit(coord.row, coord.col));

  StringRef separator = "";
  for (ChipletCoord first : coords) {
    if (!left.test(bit(first.row, first.col)))
      continue;
    ChipletCoord last = first;
    while (last.col + 1 < kMaxGrid && left.test(bit(last.row, last.col + 1)))
      ++last.col;
    auto isFull = [&](int32_t row) {
      for (int32_t col = first.col; col <= last.col; ++col)
        if (!left.test(bit(row, col)))
          return false;
      return true;
    };
    while (last.row + 1 < kMaxGrid && isFull(last.row + 1))
      ++last.row;
    for (int32_t row = first.row; row <= last.row; ++row)
      for (int32_t col = first.col; col <= last.col; ++col)
        left.reset(bit(row, col));

    printer << separator << "[" << first.row << "," << first.col << "]";
    if (!(first == last))
      printer << "-[" << last.row << "," << last.col << "]";
    separator = ", ";
  }
}

SmallVector<ChipletCoord> RegionAttr::normalize(ArrayRef<ChipletCoord> coords) {
  SmallVector<ChipletCoord> result(coords);
  llvm::sort(result);
  return result;
}

LogicalResult RegionAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<ChipletCoord> coords) {
  if (coords.empty())
    return emitError() << "a region must have at least one chiplet";
  for (ChipletCoord coord : coords)
    if (coord.row < 0 || coord.row >= kMaxGrid || coord.col < 0 ||
        coord.col >= kMaxGrid)
      return emitError() << "chiplet [" << coord.row << "," << coord.col
                         << "] is off the largest grid, " << kMaxGrid << " x "
                         << kMaxGrid;
  const auto *twice = llvm::adjacent_find(coords);
  if (twice != coords.end())
    return emitError() << "chiplet [" << twice->row << "," << twice->col
                       << "] is named twice";
  return success();
}

Attribute RegionAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<ChipletCoord> coords;
  if (parser.parseLess() || parseChipletRectangles(parser, coords) ||
      parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    ArrayRef(coords));
}

void RegionAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printChipletRectangles(printer, getCoords());
  printer << ">";
}

bool RegionAttr::contains(ChipletCoord coord) const {
  return llvm::binary_search(getCoords(), coord);
}

bool RegionAttr::contains(RegionAttr other) const {
  return llvm::includes(getCoords(), other.getCoords());
}

bool RegionAttr::overlaps(RegionAttr other) const {
  return llvm::any_of(other.getCoords(),
                      [&](ChipletCoord coord) { return contains(coord); });
}
