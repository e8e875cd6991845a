//===- Package.h - The multi-chip module ------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The hardware that a plan is made for: a grid of chiplets, the
// network-on-package (NoP) between them, and the DRAM ports on its edge. Times
// are in cycles of the package clock, rates in bytes a cycle, sizes in bytes,
// energies in femtojoules.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_PACKAGE_H
#define SCOPE_SEARCH_PACKAGE_H

#include "scope/Search/Rational.h"

#include <string>
#include <vector>

namespace scope::search {

/// A grid coordinate; (0, 0) is the top left chiplet.
struct Coordinate {
  int32_t row = 0;
  int32_t col = 0;
  bool operator==(const Coordinate &other) const {
    return row == other.row && col == other.col;
  }
  bool operator<(const Coordinate &other) const {
    return row != other.row ? row < other.row : col < other.col;
  }
};

/// What one die can do.
struct ChipletKind {
  std::string name = "default";
  /// Lanes over output channels, and lanes over the reduction: `macK * macC`
  /// multiply-accumulates a cycle.
  int64_t macK = 32;
  int64_t macC = 32;
  /// Elements a cycle for everything that is not a multiply-accumulate.
  int64_t vector = 64;
  /// Bytes for weights and activations together.
  int64_t sram = 0;
};

/// A place where memory attaches.
struct DramPort {
  Coordinate at;
  /// Bytes a cycle; reads and writes share them.
  Rational bandwidth;
};

/// Energy constants in femtojoules. The idle power is per cycle, for the whole
/// package.
struct EnergyTable {
  Rational mac;
  Rational sramRead;
  Rational sramWrite;
  /// One byte over one hop.
  Rational hop;
  Rational dram;
  Rational idle;
};

/// One package.
struct Package {
  std::string name;
  int32_t rows = 1;
  int32_t cols = 1;
  /// Cycles a second; only reports use it.
  int64_t clockHz = 1000000000;
  /// Kinds of chiplets; index 0 is the default kind.
  std::vector<ChipletKind> kinds;
  /// Index into `kinds` by coordinate, row-major; empty: all are of kind 0.
  std::vector<uint8_t> kindAt;
  /// Coordinates that must not be used, ascending.
  std::vector<Coordinate> disabled;
  /// Bytes a cycle that a chiplet takes in, and as much out.
  Rational port;
  /// Bytes a cycle of one mesh link, each direction.
  Rational link;
  /// Cycles a hop.
  int64_t hop = 1;
  /// Whether one copy on a link serves several receivers.
  bool multicast = false;
  std::vector<DramPort> dramPorts;
  /// Cycles until the first byte from DRAM arrives.
  int64_t dramLatency = 0;
  EnergyTable energy;
  /// Samples of a batch where the user says none.
  int64_t batch = 64;
};

/// Checks that `package` can work: a grid of 1 x 1 to 32 x 32, an enabled
/// chiplet, rates above zero, a DRAM port on an enabled chiplet, no port faster
/// than the links at its chiplet (unless the chiplet is the only one), no
/// coordinate off the grid or named twice. Returns an empty string, or one
/// sentence that says what is wrong, how much there is, and what to change.
std::string check(const Package &package);

/// A hash of everything in `package` but its name.
uint64_t hash(const Package &package);

/// Enabled chiplets along the snake order of the grid: row 0 from left to
/// right, row 1 from right to left, and so on. Regions are made along it.
std::vector<Coordinate> snakeOrder(const Package &package);

/// Whether the chiplet at `at` is not disabled.
bool isEnabled(const Package &package, Coordinate at);

/// The kind of the chiplet at `at`.
const ChipletKind &kindOf(const Package &package, Coordinate at);

/// Bytes a cycle of all DRAM ports on enabled chiplets together.
Rational dramBandwidth(const Package &package);

/// Directed mesh links that start at enabled chiplets with a DRAM port.
int64_t dramPortLinks(const Package &package);

} // namespace scope::search

#endif // SCOPE_SEARCH_PACKAGE_H
