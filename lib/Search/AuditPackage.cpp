//===- AuditPackage.cpp - The package as the audit walks it ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditPackage.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;
using namespace scope::search::auditing;

/// ceil(amount / by) of positive numbers.
static Wide divideRoundingUp(Wide amount, Wide by) {
  return amount / by + (amount % by != 0);
}

int64_t auditing::cyclesFor(Wide bytes, const Rational &rate, int64_t lines) {
  return saturate(
      divideRoundingUp(bytes * rate.denominator, Wide(rate.numerator) * lines));
}

int64_t auditing::energyFor(Wide amount, const Rational &each) {
  return saturate(divideRoundingUp(amount * each.numerator, each.denominator));
}

/// The up to four places next to `at`, on the grid or not.
static std::array<Coordinate, 4> around(Coordinate at) {
  return {Coordinate{at.row - 1, at.col}, Coordinate{at.row + 1, at.col},
          Coordinate{at.row, at.col - 1}, Coordinate{at.row, at.col + 1}};
}

Grid::Grid(const Package &package) : package(package) {
  for (int32_t row = 0; row < package.rows; ++row)
    for (int32_t col = 0; col < package.cols; ++col)
      if (isUsable({row, col}))
        chiplets.push_back({row, col});
}

bool Grid::isUsable(Coordinate at) const {
  return onGrid(at) && !llvm::is_contained(package.disabled, at);
}

uint32_t Grid::kindAt(Coordinate at) const {
  if (package.kindAt.empty())
    return 0;
  return package.kindAt[at.row * package.cols + at.col];
}

KindMask Grid::allKinds() const {
  KindMask kinds = 0;
  for (Coordinate at : chiplets)
    kinds |= KindMask(1) << kindAt(at);
  return kinds;
}

int64_t Grid::leastSram(KindMask kinds) const {
  int64_t least = kUnbounded;
  for (size_t kind = 0; kind < package.kinds.size(); ++kind)
    if (kinds >> kind & 1)
      least = std::min(least, package.kinds[kind].sram);
  return least;
}

Rectangle Grid::rectangle(int64_t used) const {
  // Stand the grid up so that it is no wider than high.
  int32_t width = std::min(package.rows, package.cols);
  int32_t height = std::max(package.rows, package.cols);
  int32_t a = 1;
  while (a < width && (a + 1) * (a + 1) <= used)
    ++a;
  int32_t b = 1;
  while (b < height && int64_t(a) * b < used)
    ++b;
  // One step away from the edges of the grid where there is space on both
  // sides of the rectangle.
  Coordinate corner{height - b >= 2, width - a >= 2};
  auto inGrid = [&](Coordinate at) {
    return at.row >= 0 && at.col >= 0 && at.row < height && at.col < width;
  };
  auto inside = [&](Coordinate at) {
    return at.row >= corner.row && at.col >= corner.col &&
           at.row < corner.row + b && at.col < corner.col + a;
  };
  int64_t links = 0;
  for (int32_t row = 0; row < height; ++row)
    for (int32_t col = 0; col < width; ++col)
      for (Coordinate next : around({row, col}))
        if (inGrid(next) && (inside({row, col}) || inside(next)))
          ++links;
  return {std::max<int64_t>(1, (a + b + 2) / 3), std::max<int64_t>(1, links), a,
          std::min<int64_t>(used, package.cols)};
}

int64_t Grid::packageHops() const {
  return std::max<int64_t>(1, (package.rows + package.cols + 2) / 3);
}

int64_t Grid::farthestFromDram() const {
  int64_t farthest = 0;
  for (const DramPort &port : package.dramPorts)
    if (isUsable(port.at))
      for (Coordinate at : chiplets)
        farthest =
            std::max<int64_t>(farthest, std::abs(at.row - port.at.row) +
                                            std::abs(at.col - port.at.col));
  return farthest;
}

int64_t Grid::dramCycles(Wide bytes) const {
  Rational bandwidth;
  for (const DramPort &port : package.dramPorts)
    if (isUsable(port.at))
      bandwidth = bandwidth + port.bandwidth;
  return cyclesFor(bytes, bandwidth);
}

int64_t Grid::dramLinks() const {
  int64_t links = 0;
  for (const DramPort &port : package.dramPorts)
    if (isUsable(port.at))
      for (Coordinate next : around(port.at))
        links += onGrid(next);
  return std::max<int64_t>(1, links);
}
