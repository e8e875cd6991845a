//===- AuditPackage.h - The package as the audit walks it -------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the audit needs to know of a package: its usable chiplets and their
// kinds, the links around a rectangle of them, and how long bytes take. Found
// by walking the grid chiplet by chiplet.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITPACKAGE_H
#define SCOPE_LIB_SEARCH_AUDITPACKAGE_H

#include "scope/Search/Plan.h"

namespace scope::search::auditing {

using Wide = __int128;

/// Whole cycles that `bytes` take on `lines` lines of `rate` bytes a cycle.
int64_t cyclesFor(Wide bytes, const Rational &rate, int64_t lines = 1);

/// Whole femtojoules of `amount` bytes or operations at `each`.
int64_t energyFor(Wide amount, const Rational &each);

/// The chiplets that a region of some number of chiplets is taken to be: the
/// most compact rectangle on the grid.
struct Rectangle {
  /// Hops of a transfer inside it, and the directed links that serve it.
  int64_t hops = 1, links = 1;
  /// Its shorter side: the links across its middle in one direction.
  int64_t width = 1;
  /// The columns of so many chiplets along the snake order.
  int64_t columns = 1;
};

class Grid {
public:
  explicit Grid(const Package &package);

  const Package &getPackage() const { return package; }
  /// Usable chiplets, row by row.
  llvm::ArrayRef<Coordinate> usable() const { return chiplets; }
  int64_t numUsable() const { return static_cast<int64_t>(chiplets.size()); }
  bool isUsable(Coordinate at) const;
  /// Index of the kind of the chiplet at `at`.
  uint32_t kindAt(Coordinate at) const;
  /// The kinds of all usable chiplets.
  KindMask allKinds() const;
  /// The least SRAM among `kinds`.
  int64_t leastSram(KindMask kinds) const;

  /// The rectangle of `used` chiplets.
  Rectangle rectangle(int64_t used) const;
  /// Hops between regions, and to the DRAM.
  int64_t packageHops() const;
  /// Hops between a DRAM port and a chiplet, for those that are farthest.
  int64_t farthestFromDram() const;
  /// Whole cycles that `bytes` take at all DRAM ports together.
  int64_t dramCycles(Wide bytes) const;
  /// Directed links that leave the usable chiplets with DRAM ports; at least 1.
  int64_t dramLinks() const;

private:
  bool onGrid(Coordinate at) const {
    return at.row >= 0 && at.col >= 0 && at.row < package.rows &&
           at.col < package.cols;
  }

  const Package &package;
  std::vector<Coordinate> chiplets;
};

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITPACKAGE_H
