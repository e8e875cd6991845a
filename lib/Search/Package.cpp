//===- Package.cpp - The multi-chip module -------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Package.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include "Hasher.h"

using namespace scope::search;

/// Largest grid side.
static constexpr int32_t kMaxSide = 32;

bool scope::search::isEnabled(const Package &package, Coordinate at) {
  return !llvm::is_contained(package.disabled, at);
}

const ChipletKind &scope::search::kindOf(const Package &package,
                                         Coordinate at) {
  if (package.kindAt.empty())
    return package.kinds.front();
  return package.kinds[package.kindAt[at.row * package.cols + at.col]];
}

std::vector<Coordinate> scope::search::snakeOrder(const Package &package) {
  std::vector<Coordinate> order;
  for (int32_t row = 0; row < package.rows; ++row)
    for (int32_t step = 0; step < package.cols; ++step) {
      int32_t col = row % 2 == 0 ? step : package.cols - 1 - step;
      if (isEnabled(package, {row, col}))
        order.push_back({row, col});
    }
  return order;
}

Rational scope::search::dramBandwidth(const Package &package) {
  Rational sum;
  for (const DramPort &port : package.dramPorts)
    if (isEnabled(package, port.at))
      sum = sum + port.bandwidth;
  return sum;
}

/// Mesh neighbours of `at` on the grid, disabled ones included: a disabled
/// chiplet still routes.
static int64_t neighbours(const Package &package, Coordinate at) {
  return (at.row > 0) + (at.col > 0) + (at.row + 1 < package.rows) +
         (at.col + 1 < package.cols);
}

int64_t scope::search::dramPortLinks(const Package &package) {
  int64_t links = 0;
  for (const DramPort &port : package.dramPorts)
    if (isEnabled(package, port.at))
      links += neighbours(package, port.at);
  return links;
}

/// Whether `at` lies on the grid.
static bool onGrid(const Package &package, Coordinate at) {
  return at.row >= 0 && at.row < package.rows && at.col >= 0 &&
         at.col < package.cols;
}

/// Prints a rate in bytes a cycle.
static std::string printRate(const Rational &rate) {
  if (rate.denominator == 1)
    return llvm::formatv("{0} B/cycle", rate.numerator);
  return llvm::formatv("{0}/{1} B/cycle", rate.numerator, rate.denominator);
}

static std::string checkKinds(const Package &package) {
  if (package.kinds.empty())
    return "the package has no kind of chiplet; give mac_k, mac_c, vector and "
           "sram";
  if (package.kinds.size() > 32)
    return llvm::formatv("the package has {0} kinds of chiplets; at most 32 "
                         "are supported",
                         package.kinds.size());
  for (const ChipletKind &kind : package.kinds)
    if (kind.macK < 1 || kind.macC < 1 || kind.vector < 1 || kind.sram < 16)
      return llvm::formatv("chiplet kind '{0}' has {1} x {2} MAC lanes, {3} "
                           "vector lanes and {4:N} bytes of SRAM; it needs at "
                           "least 1 lane of each and 16 bytes",
                           kind.name, kind.macK, kind.macC, kind.vector,
                           kind.sram);
  if (!package.kindAt.empty() &&
      (package.kindAt.size() != size_t(package.rows) * package.cols ||
       llvm::any_of(package.kindAt, [&](uint8_t kind) {
         return kind >= package.kinds.size();
       })))
    return "the kinds of the chiplets do not fit the grid";
  return "";
}

static std::string checkDram(const Package &package) {
  for (auto [index, port] : llvm::enumerate(package.dramPorts)) {
    if (!onGrid(package, port.at))
      return llvm::formatv("DRAM port ({0}, {1}) is off the {2} x {3} grid",
                           port.at.row, port.at.col, package.rows,
                           package.cols);
    if (port.bandwidth.isZero())
      return llvm::formatv("the DRAM port at ({0}, {1}) has zero bandwidth",
                           port.at.row, port.at.col);
    for (size_t other = 0; other < index; ++other)
      if (package.dramPorts[other].at == port.at)
        return llvm::formatv("chiplet ({0}, {1}) has two DRAM ports; give one "
                             "with the sum of their bandwidths",
                             port.at.row, port.at.col);
    Rational carried = package.link * neighbours(package, port.at);
    if (package.rows * package.cols > 1 && carried < port.bandwidth)
      return llvm::formatv(
          "the DRAM port at ({0}, {1}) brings {2}, more than the {3} links of "
          "its chiplet carry ({4}); lower the bandwidth of the port, spread it "
          "over more ports, or raise that of the links",
          port.at.row, port.at.col, printRate(port.bandwidth),
          neighbours(package, port.at), printRate(carried));
  }
  if (dramBandwidth(package).isZero())
    return "the package has no DRAM port on an enabled chiplet; weights and "
           "inputs have no way in";
  return "";
}

std::string scope::search::check(const Package &package) {
  if (package.rows < 1 || package.cols < 1 || package.rows > kMaxSide ||
      package.cols > kMaxSide)
    return llvm::formatv("a grid of {0} x {1} chiplets is not between 1 x 1 "
                         "and {2} x {2}",
                         package.rows, package.cols, kMaxSide);
  if (std::string wrong = checkKinds(package); !wrong.empty())
    return wrong;
  for (auto [index, at] : llvm::enumerate(package.disabled)) {
    if (!onGrid(package, at))
      return llvm::formatv("disabled chiplet ({0}, {1}) is off the {2} x {3} "
                           "grid",
                           at.row, at.col, package.rows, package.cols);
    if (index > 0 && !(package.disabled[index - 1] < at))
      return llvm::formatv("disabled chiplet ({0}, {1}) is named twice or out "
                           "of order",
                           at.row, at.col);
  }
  if (snakeOrder(package).empty())
    return llvm::formatv("all {0} chiplets are disabled; at least one must be "
                         "left",
                         package.rows * package.cols);
  if (package.port.isZero())
    return "the port of a chiplet has zero bandwidth; data has no way in";
  if (package.link.isZero())
    return "the links have zero bandwidth; data has no way between chiplets";
  if (package.hop < 0 || package.dramLatency < 0 || package.clockHz < 1)
    return "clock, hop and DRAM latency must not be negative, and the clock "
           "not zero";
  if (package.batch < 1)
    return llvm::formatv("a batch of {0} samples is less than 1",
                         package.batch);
  return checkDram(package);
}

uint64_t scope::search::hash(const Package &package) {
  Hasher hasher;
  auto add = [&](const Rational &rational) {
    hasher.add(rational.numerator);
    hasher.add(rational.denominator);
  };
  auto addCoordinate = [&](Coordinate at) {
    hasher.add(at.row);
    hasher.add(at.col);
  };
  addCoordinate({package.rows, package.cols});
  hasher.add(package.clockHz);
  hasher.add(package.kinds.size());
  for (const ChipletKind &kind : package.kinds)
    for (int64_t number : {kind.macK, kind.macC, kind.vector, kind.sram})
      hasher.add(number);
  for (int32_t row = 0; row < package.rows; ++row)
    for (int32_t col = 0; col < package.cols; ++col)
      hasher.add(&kindOf(package, {row, col}) - package.kinds.data());
  hasher.add(package.disabled.size());
  llvm::for_each(package.disabled, addCoordinate);
  add(package.port);
  add(package.link);
  hasher.add(package.hop);
  hasher.add(package.multicast);
  hasher.add(package.dramPorts.size());
  for (const DramPort &port : package.dramPorts) {
    addCoordinate(port.at);
    add(port.bandwidth);
  }
  hasher.add(package.dramLatency);
  for (const Rational &rational :
       {package.energy.mac, package.energy.sramRead, package.energy.sramWrite,
        package.energy.hop, package.energy.dram, package.energy.idle})
    add(rational);
  return hasher.finish();
}
