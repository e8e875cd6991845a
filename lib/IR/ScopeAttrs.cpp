//===- ScopeAttrs.cpp - Partitions, costs, buffers and plans --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeAttrs.h"

#include "mlir/IR/Builders.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace scope;

#include "scope/IR/ScopeEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "scope/IR/ScopeAttrs.cpp.inc"

void ScopeDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "scope/IR/ScopeAttrs.cpp.inc"
      >();
}

/// Whether `bits` is a width that a plan may assume; 0 stands for the
/// program's own.
static bool isAssumedWidth(int64_t bits) {
  return bits == 0 || bits == 8 || bits == 16 || bits == 32;
}

//===----------------------------------------------------------------------===//
// PartitionAttr
//===----------------------------------------------------------------------===//

/// Largest number of tiles: one for every chiplet of the largest grid.
static constexpr int64_t kMaxTiles = kMaxGrid * kMaxGrid;

/// Splits the name of a dimension into its role and its number within the role.
static std::optional<DimFactor> parseDimName(StringRef name) {
  StringRef role = name.rtrim("0123456789");
  StringRef suffix = name.drop_front(role.size());
  std::optional<DimRole> known = symbolizeDimRole(role);
  DimFactor dim;
  if (!known || suffix.starts_with("0") ||
      (!suffix.empty() && suffix.getAsInteger(10, dim.index)))
    return std::nullopt;
  dim.role = *known;
  return dim;
}

SmallVector<DimFactor> PartitionAttr::normalize(ArrayRef<DimFactor> factors) {
  SmallVector<DimFactor> result(factors);
  llvm::sort(result);
  llvm::erase_if(result, [](const DimFactor &dim) { return dim.factor == 1; });
  return result;
}

LogicalResult
PartitionAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      ArrayRef<DimFactor> factors) {
  int64_t product = 1;
  const DimFactor *previous = nullptr;
  for (const DimFactor &dim : factors) {
    if (dim.factor < 1)
      return emitError() << "a factor must be at least 1, got " << dim.factor;
    if (dim.index < 0)
      return emitError() << "a dimension's number must not be negative";
    if (previous && !(*previous < dim))
      return emitError() << "dimension '" << stringifyDimRole(dim.role)
                         << "' number " << dim.index << " is named twice";
    if (dim.factor > kMaxTiles || (product *= dim.factor) > kMaxTiles)
      return emitError() << "more than " << kMaxTiles << " tiles";
    previous = &dim;
  }
  return success();
}

Attribute PartitionAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<DimFactor> factors;
  auto parseFactor = [&]() -> ParseResult {
    SMLoc nameLoc = parser.getCurrentLocation();
    StringRef name;
    if (parser.parseKeyword(&name))
      return failure();
    std::optional<DimFactor> dim = parseDimName(name);
    if (!dim)
      return parser.emitError(nameLoc)
             << "'" << name << "' is no dimension; expected batch, other, row, "
             << "column or channel, with a suffix from 1 on for further ones";
    if (llvm::any_of(factors, [&](const DimFactor &other) {
          return other.role == dim->role && other.index == dim->index;
        }))
      return parser.emitError(nameLoc) << "'" << name << "' is named twice";
    if (parser.parseEqual() || parser.parseInteger(dim->factor))
      return failure();
    factors.push_back(*dim);
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseFactor))
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    ArrayRef(factors));
}

void PartitionAttr::print(AsmPrinter &printer) const {
  printer << "<";
  llvm::interleaveComma(getFactors(), printer, [&](const DimFactor &dim) {
    printer << stringifyDimRole(dim.role);
    if (dim.index > 0)
      printer << dim.index;
    printer << " = " << dim.factor;
  });
  printer << ">";
}

int64_t PartitionAttr::getFactor(DimRole role, int64_t index) const {
  for (const DimFactor &dim : getFactors())
    if (dim.role == role && dim.index == index)
      return dim.factor;
  return 1;
}

int64_t PartitionAttr::getProduct() const {
  int64_t product = 1;
  for (const DimFactor &dim : getFactors())
    product *= dim.factor;
  return product;
}

//===----------------------------------------------------------------------===//
// CostAttr
//===----------------------------------------------------------------------===//

SmallVector<CostEntry> CostAttr::normalize(ArrayRef<CostEntry> entries) {
  SmallVector<CostEntry> result(entries);
  llvm::sort(result, [](const CostEntry &a, const CostEntry &b) {
    return a.key < b.key;
  });
  return result;
}

LogicalResult CostAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<CostEntry> entries) {
  const CostEntry *previous = nullptr;
  for (const CostEntry &entry : entries) {
    StringRef name = stringifyCostKey(entry.key);
    if (previous && previous->key == entry.key)
      return emitError() << "'" << name << "' is named twice";
    if (entry.value < 0)
      return emitError() << "'" << name << "' must not be negative, got "
                         << entry.value;
    previous = &entry;
  }
  return success();
}

Attribute CostAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<CostEntry> entries;
  auto parseEntry = [&]() -> ParseResult {
    SMLoc keyLoc = parser.getCurrentLocation();
    StringRef name;
    if (parser.parseKeyword(&name))
      return failure();
    std::optional<CostKey> key = symbolizeCostKey(name);
    if (!key)
      return parser.emitError(keyLoc)
             << "'" << name << "' is no figure of a cost";
    CostEntry &entry = entries.emplace_back();
    entry.key = *key;
    return failure(parser.parseEqual() || parser.parseInteger(entry.value));
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseEntry))
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    ArrayRef(entries));
}

void CostAttr::print(AsmPrinter &printer) const {
  printer << "<";
  llvm::interleaveComma(getEntries(), printer, [&](const CostEntry &entry) {
    printer << stringifyCostKey(entry.key) << " = " << entry.value;
  });
  printer << ">";
}

std::optional<int64_t> CostAttr::lookup(CostKey key) const {
  for (const CostEntry &entry : getEntries())
    if (entry.key == key)
      return entry.value;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// BufferAttr, ConfigAttr, PlanAttr
//===----------------------------------------------------------------------===//

LogicalResult BufferAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 BufferRole, int64_t index, int64_t offset,
                                 int64_t bytes, int64_t copies, int64_t first,
                                 int64_t last, RegionAttr) {
  if (index < 0)
    return emitError() << "'index' must not be negative, got " << index;
  if (offset < 0)
    return emitError() << "'offset' must not be negative, got " << offset;
  if (bytes < 1)
    return emitError() << "'bytes' must be at least 1, got " << bytes;
  if (copies < 1)
    return emitError() << "'copies' must be at least 1, got " << copies;
  if (bytes % copies != 0)
    return emitError() << "'bytes' (" << bytes
                       << ") must be a multiple of 'copies' (" << copies << ")";
  if ((first == -1) != (last == -1))
    return emitError() << "'first' and 'last' must stand together";
  if (first < -1 || last < first)
    return emitError() << "no live range: 'first' is " << first
                       << " and 'last' is " << last;
  return success();
}

LogicalResult ConfigAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t batch, int64_t assumeBits, Objective,
                                 Strategy, Space, SearchKind,
                                 int64_t workBudget, int64_t timeLimit,
                                 PartitionSpace, bool, int64_t maxBeat,
                                 WeightChoice, int64_t maxLatency,
                                 int64_t maxEnergy, int64_t samples,
                                 int64_t seed, FlatSymbolRefAttr) {
  const std::pair<StringRef, int64_t> numbers[] = {{"batch", batch},
                                                   {"work_budget", workBudget},
                                                   {"time_limit_ms", timeLimit},
                                                   {"max_beat", maxBeat},
                                                   {"max_latency", maxLatency},
                                                   {"max_energy", maxEnergy},
                                                   {"samples", samples},
                                                   {"seed", seed}};
  for (auto [name, value] : numbers)
    if (value < 0)
      return emitError() << "'" << name << "' must not be negative, got "
                         << value;
  if (!isAssumedWidth(assumeBits))
    return emitError() << "'assume_bits' must be 8, 16 or 32, or 0 for the "
                       << "program's own width; got " << assumeBits;
  return success();
}

ConfigAttr ConfigAttr::getDefault(MLIRContext *context) {
  return get(context, /*batch=*/0, /*assume_bits=*/0, Objective::Throughput,
             Strategy::Merged, Space::Full, SearchKind::Auto,
             /*work_budget=*/0, /*time_limit_ms=*/0, PartitionSpace::Mixed,
             /*split_batch=*/true, /*max_beat=*/0, WeightChoice::Any,
             /*max_latency=*/0, /*max_energy=*/0, /*samples=*/0, /*seed=*/1,
             /*function=*/FlatSymbolRefAttr());
}

/// Whether `version` is a major and a minor number.
static bool isVersion(StringRef version) {
  auto [major, minor] = version.split('.');
  auto isNumber = [](StringRef text) {
    return !text.empty() && llvm::all_of(text, llvm::isDigit);
  };
  return isNumber(major) && isNumber(minor);
}

LogicalResult PlanAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               StringRef version, FlatSymbolRefAttr,
                               StringRef networkHash, StringRef packageHash,
                               int64_t batch, int64_t assumeBits, Objective,
                               Strategy, Space, int64_t cycles, int64_t latency,
                               int64_t energy, int64_t bound, bool, SearchKind,
                               int64_t candidates, int64_t reserve,
                               int64_t simulatedPlans,
                               int64_t simulatedCycles) {
  if (!isVersion(version))
    return emitError() << "'version' must be like \"1.0\", got \"" << version
                       << "\"";
  for (StringRef hash : {networkHash, packageHash})
    if (hash.size() != 16 || !llvm::all_of(hash, llvm::isHexDigit))
      return emitError() << "a hash must be 16 hexadecimal digits, got \""
                         << hash << "\"";
  if (batch < 1)
    return emitError() << "'batch' must be at least 1, got " << batch;
  if (!isAssumedWidth(assumeBits))
    return emitError() << "'assume_bits' must be 8, 16 or 32, or 0 for the "
                       << "program's own width; got " << assumeBits;
  const std::pair<StringRef, int64_t> numbers[] = {
      {"cycles", cycles}, {"latency", latency},       {"energy", energy},
      {"bound", bound},   {"candidates", candidates}, {"reserve", reserve}};
  for (auto [name, value] : numbers)
    if (value < 0)
      return emitError() << "'" << name << "' must not be negative, got "
                         << value;
  return success();
}
