//===- Clock.h - Ticks in which all rates are whole -------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A byte may take 3/40 of a cycle. The clock divides a cycle into so many ticks
// that a byte takes whole ones on every link, port and DRAM port; where that
// would be too many, times of packets are rounded up to a tick.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SIMULATOR_CLOCK_H
#define SCOPE_LIB_SIMULATOR_CLOCK_H

#include "scope/Search/Package.h"

namespace scope::simulator {

struct Clock {
  int64_t ticks = 1;

  explicit Clock(const search::Package &package) {
    constexpr int64_t most = int64_t(1) << 20;
    auto use = [&](const search::Rational &rate) {
      int64_t next = std::lcm(ticks, rate.numerator);
      if (next > 0 && next <= most)
        ticks = next;
      else
        isExact = false;
    };
    use(package.port);
    use(package.link);
    for (const search::DramPort &port : package.dramPorts)
      use(port.bandwidth);
    if (!isExact)
      ticks = most;
  }

  /// Ticks in which `bytes` pass at `rate` bytes a cycle.
  int64_t time(int64_t bytes, const search::Rational &rate) const {
    int64_t common = std::gcd(rate.numerator, ticks);
    return search::divideUp(
        bytes, search::Rational(rate.numerator / common,
                                rate.denominator * (ticks / common)));
  }
  /// Cycles, begun ones too.
  int64_t cycles(int64_t time) const { return search::ceilDiv(time, ticks); }

private:
  bool isExact = true;
};

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_CLOCK_H
