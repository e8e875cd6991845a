//===- Units.cpp - Units of quantities ------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/Units.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;

static constexpr int64_t kKilo = 1000;
static constexpr int64_t kMega = kKilo * kKilo;
static constexpr int64_t kGiga = kMega * kKilo;
static constexpr int64_t kTera = kGiga * kKilo;
static constexpr int64_t kPeta = kTera * kKilo;
static constexpr int64_t kKibi = 1024;
static constexpr int64_t kMebi = kKibi * kKibi;
static constexpr int64_t kGibi = kMebi * kKibi;
static constexpr int64_t kBitsPerByte = 8;

static constexpr Unit kUnits[] = {
    {"Hz", Measure::Frequency, 1},
    {"kHz", Measure::Frequency, kKilo},
    {"MHz", Measure::Frequency, kMega},
    {"GHz", Measure::Frequency, kGiga},

    {"B", Measure::Size, 1},
    {"KB", Measure::Size, kKilo},
    {"MB", Measure::Size, kMega},
    {"GB", Measure::Size, kGiga},
    {"KiB", Measure::Size, kKibi},
    {"MiB", Measure::Size, kMebi},
    {"GiB", Measure::Size, kGibi},

    {"B/s", Measure::Rate, 1},
    {"KB/s", Measure::Rate, kKilo},
    {"MB/s", Measure::Rate, kMega},
    {"GB/s", Measure::Rate, kGiga},
    {"TB/s", Measure::Rate, kTera},
    {"KiB/s", Measure::Rate, kKibi},
    {"MiB/s", Measure::Rate, kMebi},
    {"GiB/s", Measure::Rate, kGibi},
    {"Mbit/s", Measure::Rate, kMega / kBitsPerByte},
    {"Gbit/s", Measure::Rate, kGiga / kBitsPerByte},
    {"Tbit/s", Measure::Rate, kTera / kBitsPerByte},
    {"B/cycle", Measure::Rate, 1, /*inCycles=*/true},

    {"ps", Measure::Time, 1},
    {"ns", Measure::Time, kKilo},
    {"us", Measure::Time, kMega},
    {"ms", Measure::Time, kGiga},
    {"s", Measure::Time, kTera},
    {"cycles", Measure::Time, 1, /*inCycles=*/true},

    {"fJ/bit", Measure::DataEnergy, kBitsPerByte},
    {"pJ/bit", Measure::DataEnergy, kKilo * kBitsPerByte},
    {"nJ/bit", Measure::DataEnergy, kMega * kBitsPerByte},
    {"fJ/byte", Measure::DataEnergy, 1},
    {"pJ/byte", Measure::DataEnergy, kKilo},
    {"nJ/byte", Measure::DataEnergy, kMega},

    {"fJ/mac", Measure::WorkEnergy, 1},
    {"pJ/mac", Measure::WorkEnergy, kKilo},
    {"nJ/mac", Measure::WorkEnergy, kMega},

    {"uW", Measure::Power, kGiga},
    {"mW", Measure::Power, kTera},
    {"W", Measure::Power, kPeta},
};

const Unit *scope::lookupUnit(llvm::StringRef spelling) {
  const Unit *unit = llvm::find_if(kUnits, [&](const Unit &candidate) {
    return candidate.spelling == spelling;
  });
  return unit == std::end(kUnits) ? nullptr : unit;
}

static llvm::StringRef getName(Measure measure) {
  switch (measure) {
  case Measure::Frequency:
    return "a frequency";
  case Measure::Size:
    return "a size";
  case Measure::Rate:
    return "a rate";
  case Measure::Time:
    return "a time";
  case Measure::DataEnergy:
    return "an energy of data";
  case Measure::WorkEnergy:
    return "an energy of work";
  case Measure::Power:
    return "a power";
  }
  return "";
}

std::string scope::describeMeasure(Measure measure) {
  std::string text = getName(measure).str() + " (";
  llvm::StringRef separator = "";
  for (const Unit &unit : kUnits) {
    if (unit.measure != measure)
      continue;
    text += separator;
    text += unit.spelling;
    separator = ", ";
  }
  return text + ")";
}
