//===- Units.h - Units of quantities ----------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The units in which the fields of a package may be written, what each of them
// measures, and how many base units it is.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_UNITS_H
#define SCOPE_IR_UNITS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace scope {

/// What a unit measures; the base unit stands beside it.
enum class Measure : uint8_t {
  Frequency,  // hertz
  Size,       // bytes
  Rate,       // bytes a second, or bytes a cycle
  Time,       // picoseconds, or cycles
  DataEnergy, // femtojoules a byte
  WorkEnergy, // femtojoules a multiply-accumulate
  Power,      // femtojoules a second
};

/// One unit.
struct Unit {
  llvm::StringLiteral spelling;
  Measure measure;
  /// Base units in one of this unit.
  int64_t scale;
  /// Whether it counts cycles of the package clock instead of time.
  bool inCycles = false;
};

/// Returns the unit that is spelled `spelling`, or null.
const Unit *lookupUnit(llvm::StringRef spelling);

/// Returns what `measure` is called in messages, for example "a rate (B/s, ...,
/// B/cycle)": the word with all units.
std::string describeMeasure(Measure measure);

} // namespace scope

#endif // SCOPE_IR_UNITS_H
