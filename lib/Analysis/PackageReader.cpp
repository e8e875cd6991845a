//===- PackageReader.cpp - Packages for the search ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PackageReader.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;
using namespace scope;

FailureOr<PackageOp> scope::findPackage(ModuleOp module) {
  auto packages = llvm::to_vector(module.getOps<PackageOp>());
  if (packages.empty())
    return emitError(module.getLoc(), "the module has no package; run "
                                      "scope-attach-package on it first");
  if (packages.size() > 1) {
    InFlightDiagnostic error = packages[1].emitOpError(
        "is the second package of the module, which must have one");
    error.attachNote(packages[0].getLoc()) << "the first package is here";
    return error;
  }
  return packages.front();
}

ConfigAttr scope::getConfig(ModuleOp module) {
  if (auto config = module->getAttrOfType<ConfigAttr>(kConfigAttrName))
    return config;
  return ConfigAttr::getDefault(module.getContext());
}

namespace {
/// Largest numerator and denominator, so that sums and products of a few fit
/// 63 bits.
constexpr int64_t kLimit = int64_t(1) << 40;

using Wide = unsigned __int128;

/// A fraction of wide numbers, in lowest terms.
struct Fraction {
  Wide numerator = 0, denominator = 1;

  void reduce() {
    Wide a = numerator, b = denominator;
    while (b != 0)
      a = std::exchange(b, a % b);
    numerator /= a;
    denominator /= a;
  }
};

/// Turns the quantities of one package into numbers, and emits an error at the
/// package for the first that cannot be one.
class Converter {
public:
  explicit Converter(PackageOp op) : op(op) {}

  bool hasFailed() const { return failed; }

  /// Cycles a second. The other members need it, so it comes first.
  int64_t clock(QuantityAttr quantity) {
    clockHz = std::max<int64_t>(whole("clock", quantity, "hertz"), 1);
    return clockHz;
  }

  int64_t bytes(StringRef name, QuantityAttr quantity) {
    return whole(name, quantity, "bytes");
  }

  /// Bytes a cycle.
  search::Rational rate(StringRef name, QuantityAttr quantity) {
    Fraction value = inBaseUnits(quantity);
    return exact(name, quantity, perCycle(value, quantity));
  }

  /// Whole cycles, rounded up.
  int64_t cycles(StringRef name, QuantityAttr quantity) {
    if (!quantity)
      return 0;
    Fraction value = inBaseUnits(quantity);
    if (!lookupUnit(quantity.getUnit())->inCycles) {
      constexpr int64_t picosecondsPerSecond = 1000000000000;
      value.denominator *= picosecondsPerSecond;
      value.reduce();
      Fraction hertz{static_cast<Wide>(clockHz), value.denominator};
      hertz.reduce();
      if (__builtin_mul_overflow(value.numerator, hertz.numerator,
                                 &value.numerator)) {
        reject(name, quantity);
        return 0;
      }
      value.denominator = hertz.denominator;
    }
    Wide up = value.numerator / value.denominator +
              (value.numerator % value.denominator != 0);
    if (up >= kLimit) {
      reject(name, quantity);
      return 0;
    }
    return static_cast<int64_t>(up);
  }

  /// Femtojoules.
  search::Rational energy(StringRef name, QuantityAttr quantity) {
    if (!quantity)
      return {};
    return exact(name, quantity, inBaseUnits(quantity));
  }

  /// Femtojoules a cycle.
  search::Rational power(StringRef name, QuantityAttr quantity) {
    if (!quantity)
      return {};
    return exact(name, quantity, perCycle(inBaseUnits(quantity), quantity));
  }

private:
  /// At most 10^15 * 10^15 over 10^15.
  static Fraction inBaseUnits(QuantityAttr quantity) {
    Fraction value{static_cast<Wide>(quantity.getDigits()) *
                   static_cast<Wide>(lookupUnit(quantity.getUnit())->scale)};
    for (int64_t i = 0; i < quantity.getDecimals(); ++i)
      value.denominator *= 10;
    value.reduce();
    return value;
  }

  Fraction perCycle(Fraction value, QuantityAttr quantity) const {
    if (lookupUnit(quantity.getUnit())->inCycles)
      return value;
    value.denominator *= clockHz;
    value.reduce();
    return value;
  }

  int64_t whole(StringRef name, QuantityAttr quantity, StringRef unit) {
    Fraction value = inBaseUnits(quantity);
    if (value.denominator == 1 && value.numerator < kLimit)
      return static_cast<int64_t>(value.numerator);
    if (!failed && value.denominator != 1)
      op.emitOpError() << "has " << quantity << " for '" << name
                       << "', which is no whole number of " << unit;
    else
      reject(name, quantity);
    failed = true;
    return 0;
  }

  search::Rational exact(StringRef name, QuantityAttr quantity,
                         Fraction value) {
    if (value.numerator < kLimit && value.denominator < kLimit)
      return {static_cast<int64_t>(value.numerator),
              static_cast<int64_t>(value.denominator)};
    reject(name, quantity);
    return {};
  }

  void reject(StringRef name, QuantityAttr quantity) {
    if (!failed)
      op.emitOpError() << "has " << quantity << " for '" << name
                       << "', which is too large or too finely divided to "
                       << "compute with exactly; use fewer digits";
    failed = true;
  }

  PackageOp op;
  int64_t clockHz = 1;
  bool failed = false;
};
} // namespace

static search::Coordinate convert(ChipletCoord coord) {
  return {coord.row, coord.col};
}

/// Adds the chiplet kinds of `op` to `result`, the default one first.
static void readKinds(PackageOp op, Converter &converter,
                      search::Package &result) {
  result.kinds.push_back({"default", static_cast<int64_t>(op.getMacK()),
                          static_cast<int64_t>(op.getMacC()),
                          static_cast<int64_t>(op.getVector()),
                          converter.bytes("sram", op.getSram())});
  if (!op.getKinds())
    return;
  result.kindAt.assign(result.rows * result.cols, 0);
  for (auto kind : op.getKinds()->getAsRange<ChipletKindAttr>()) {
    for (ChipletCoord coord : kind.getAt().getCoords())
      result.kindAt[coord.row * result.cols + coord.col] =
          static_cast<uint8_t>(result.kinds.size());
    result.kinds.push_back({kind.getName().str(), kind.getMacK(),
                            kind.getMacC(), kind.getVector(),
                            converter.bytes("sram", kind.getSram())});
  }
}

/// Whether the bandwidths of all ports can be added exactly.
static bool canAdd(ArrayRef<search::DramPort> ports) {
  Wide denominator = 1, sum = 0;
  for (const search::DramPort &port : ports) {
    Wide own = port.bandwidth.denominator;
    Fraction ratio{denominator, own};
    ratio.reduce();
    denominator *= ratio.denominator;
    sum = sum * ratio.denominator +
          port.bandwidth.numerator * (denominator / own);
    if (denominator >= kLimit || sum >= Wide(1) << 62)
      return false;
  }
  return true;
}

FailureOr<search::Package> scope::readPackage(PackageOp op) {
  Converter converter(op);
  search::Package result;
  result.name = op.getSymName().str();
  result.rows = static_cast<int32_t>(op.getRows());
  result.cols = static_cast<int32_t>(op.getCols());
  result.clockHz = converter.clock(op.getClock());
  readKinds(op, converter, result);
  if (RegionAttr disabled = op.getDisabledAttr())
    llvm::append_range(result.disabled,
                       llvm::map_range(disabled.getCoords(), convert));
  result.port = converter.rate("port", op.getPort());
  result.link =
      op.getLinkAttr() ? converter.rate("link", op.getLinkAttr()) : result.port;
  result.hop = converter.cycles("hop", op.getHop());
  result.multicast = op.getMulticast().value_or(false);
  for (auto ports : op.getDram().getAsRange<DramPortsAttr>()) {
    search::Rational each = converter.rate("dram", ports.getBandwidth());
    for (ChipletCoord coord : ports.getChiplets().getCoords())
      result.dramPorts.push_back({convert(coord), each});
  }
  llvm::sort(result.dramPorts,
             [](const search::DramPort &a, const search::DramPort &b) {
               return a.at < b.at;
             });
  result.dramLatency =
      converter.cycles("dram_latency", op.getDramLatencyAttr());
  result.energy = {
      converter.energy("mac_energy", op.getMacEnergyAttr()),
      converter.energy("sram_read_energy", op.getSramReadEnergyAttr()),
      converter.energy("sram_write_energy", op.getSramWriteEnergyAttr()),
      converter.energy("hop_energy", op.getHopEnergyAttr()),
      converter.energy("dram_energy", op.getDramEnergyAttr()),
      converter.power("idle", op.getIdleAttr())};
  if (op.getBatch())
    result.batch = static_cast<int64_t>(*op.getBatch());
  if (converter.hasFailed())
    return failure();
  if (!canAdd(result.dramPorts))
    return op.emitOpError("has DRAM ports whose bandwidths cannot be added "
                          "exactly; give them in one unit, with fewer digits");
  if (std::string wrong = search::check(result); !wrong.empty())
    return op.emitOpError("cannot work: ") << wrong;
  return result;
}
