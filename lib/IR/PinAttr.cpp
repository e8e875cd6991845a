//===- PinAttr.cpp - Wishes of the user -----------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeAttrs.h"

using namespace mlir;
using namespace scope;

/// Parses `first to last`, or one number that is both.
static ParseResult parseRange(AsmParser &parser, IndexRange &range) {
  if (parser.parseInteger(range.first))
    return failure();
  range.last = range.first;
  if (succeeded(parser.parseOptionalKeyword("to")))
    return parser.parseInteger(range.last);
  return success();
}

/// Parses a range, or `*` for everything.
static ParseResult parsePattern(AsmParser &parser,
                                std::optional<IndexRange> &range) {
  if (succeeded(parser.parseOptionalStar()))
    return success();
  return parseRange(parser, range.emplace());
}

static void printRange(AsmPrinter &printer, IndexRange range) {
  printer << range.first;
  if (range.last != range.first)
    printer << " to " << range.last;
}

static void printPattern(AsmPrinter &printer,
                         const std::optional<IndexRange> &range) {
  if (range)
    printRange(printer, *range);
  else
    printer << "*";
}

LogicalResult PinAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                              bool cut, bool split, bool join,
                              std::optional<int64_t> cluster,
                              std::optional<IndexRange> chiplets,
                              std::optional<RegionPattern> region,
                              PartitionAttr partition) {
  if (!cut && !split && !join && !cluster && !chiplets && !region && !partition)
    return emitError() << "a pin must ask for something";
  if (join && (cut || split))
    return emitError() << "'join' contradicts '" << (cut ? "cut" : "split")
                       << "'";
  if (cluster && *cluster < 0)
    return emitError() << "'cluster' must not be negative, got " << *cluster;
  constexpr int64_t maxChiplets = kMaxGrid * kMaxGrid;
  if (chiplets && (chiplets->first < 1 || chiplets->last < chiplets->first ||
                   chiplets->last > maxChiplets))
    return emitError() << "'chiplets' must be a range inside 1 to "
                       << maxChiplets << ", got " << chiplets->first << " to "
                       << chiplets->last;
  if (region)
    for (const std::optional<IndexRange> &side : {region->rows, region->cols})
      if (side && (side->first < 0 || side->last < side->first ||
                   side->last >= kMaxGrid))
        return emitError() << "'region' must name rows and columns inside 0 to "
                           << kMaxGrid - 1 << ", got " << side->first << " to "
                           << side->last;
  return success();
}

namespace {
/// The entries of a pin while they are being parsed.
struct PinEntries {
  bool cut = false, split = false, join = false;
  std::optional<int64_t> cluster;
  std::optional<IndexRange> chiplets;
  std::optional<RegionPattern> region;
  PartitionAttr partition;
};
} // namespace

/// Parses one entry; `name` was read already.
static ParseResult parseEntry(AsmParser &parser, SMLoc loc, StringRef name,
                              PinEntries &pin) {
  for (auto [word, flag] : {std::pair<StringRef, bool *>{"cut", &pin.cut},
                            {"split", &pin.split},
                            {"join", &pin.join}}) {
    if (name != word)
      continue;
    if (*flag)
      return parser.emitError(loc) << "'" << name << "' is named twice";
    *flag = true;
    return success();
  }
  bool known = name == "cluster" || name == "chiplets" || name == "region" ||
               name == "partition";
  if (!known)
    return parser.emitError(loc)
           << "unknown entry '" << name << "' of a pin; known are cut, split, "
           << "join, cluster, chiplets, region and partition";
  bool twice = (name == "cluster" && pin.cluster) ||
               (name == "chiplets" && pin.chiplets) ||
               (name == "region" && pin.region) ||
               (name == "partition" && pin.partition);
  if (twice)
    return parser.emitError(loc) << "'" << name << "' is named twice";
  if (parser.parseEqual())
    return failure();
  if (name == "cluster")
    return parser.parseInteger(pin.cluster.emplace());
  if (name == "chiplets")
    return parseRange(parser, pin.chiplets.emplace());
  if (name == "partition")
    return parser.parseCustomAttributeWithFallback(pin.partition);
  RegionPattern &region = pin.region.emplace();
  return failure(parser.parseLSquare() || parsePattern(parser, region.rows) ||
                 parser.parseComma() || parsePattern(parser, region.cols) ||
                 parser.parseRSquare());
}

Attribute PinAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  PinEntries pin;
  if (parser.parseCommaSeparatedList(
          AsmParser::Delimiter::LessGreater, [&]() -> ParseResult {
            SMLoc nameLoc = parser.getCurrentLocation();
            StringRef name;
            return failure(parser.parseKeyword(&name) ||
                           parseEntry(parser, nameLoc, name, pin));
          }))
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    pin.cut, pin.split, pin.join, pin.cluster, pin.chiplets,
                    pin.region, pin.partition);
}

void PinAttr::print(AsmPrinter &printer) const {
  StringRef separator = "";
  auto begin = [&](StringRef name) -> AsmPrinter & {
    printer << separator << name;
    separator = ", ";
    return printer;
  };
  printer << "<";
  if (getCut())
    begin("cut");
  if (getSplit())
    begin("split");
  if (getJoin())
    begin("join");
  if (getCluster())
    begin("cluster") << " = " << *getCluster();
  if (getChiplets())
    printRange(begin("chiplets") << " = ", *getChiplets());
  if (getRegion()) {
    printPattern(begin("region") << " = [", getRegion()->rows);
    printer << ", ";
    printPattern(printer, getRegion()->cols);
    printer << "]";
  }
  if (getPartition()) {
    begin("partition") << " = ";
    getPartition().print(printer);
  }
  printer << ">";
}
