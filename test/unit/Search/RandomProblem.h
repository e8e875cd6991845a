//===- RandomProblem.h - Small random search problems -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks, packages and configurations that are small enough to enumerate, and
// varied enough to reach every rule of the cost model: halo, strides, residual
// edges, several readers, layers without MACs, layers that cannot be split,
// little SRAM, few chiplets of one or two kinds, disabled ones, no multicast.
// The same seed gives the same problem everywhere.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_UNITTESTS_SEARCH_RANDOMPROBLEM_H
#define SCOPE_UNITTESTS_SEARCH_RANDOMPROBLEM_H

#include "scope/Search/Problem.h"

#include <random>

namespace scope::search {

/// A network and a package with the configuration to plan it.
struct Instance {
  Network network;
  Package package;
  Config config;
};

/// A stream of numbers that does not depend on the standard library's
/// distributions.
class Dice {
public:
  explicit Dice(uint64_t seed) : engine(seed) {}
  /// A number from `low` to `high`.
  int64_t roll(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() %
                                      static_cast<uint64_t>(high - low + 1));
  }
  /// True once in `n` times.
  bool oneIn(int64_t n) { return roll(1, n) == 1; }

private:
  std::mt19937_64 engine;
};

/// A chain of `numLayers` layers with random shortcuts; convolutions make at
/// most `mostChannels` channels.
Network makeRandomNetwork(Dice &dice, int32_t numLayers,
                          int64_t mostChannels = 4);

/// A package of at most `mostChiplets` chiplets; `sram` bytes on a chiplet.
Package makeRandomPackage(Dice &dice, int32_t mostChiplets, int64_t sram);

/// A chain of equal convolutions of `size` x `size` x `channels`.
Network makeChain(int32_t numLayers, int64_t size, int64_t channels);

/// A chain in which a few convolutions come again and again, some with
/// shortcuts, and other layers follow.
Network makeRepeatingNetwork(Dice &dice, int32_t numLayers);

/// A plain package of equal chiplets with round numbers.
Package makePlainPackage(int32_t rows, int32_t cols, int64_t sram);

/// Such a network of 3 to 9 layers on a plain package of 3 to 8 chiplets, with
/// much SRAM or little, for the throughput.
Instance makeRepeatingInstance(Dice &dice);

} // namespace scope::search

#endif // SCOPE_UNITTESTS_SEARCH_RANDOMPROBLEM_H
