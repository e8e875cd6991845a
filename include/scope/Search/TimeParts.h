//===- TimeParts.h - What the time of a layer goes into ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Splits the cycles of a layer, or of a whole stage, by what they are spent on,
// so that reports and remarks can say what limits it.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_TIMEPARTS_H
#define SCOPE_SEARCH_TIMEPARTS_H

#include "scope/Search/Plan.h"

namespace scope::search {

/// What most of a time is spent on.
enum class Limit : uint8_t {
  /// The MAC array or the vector unit.
  Compute,
  /// Activations from the same region, made in the same beat.
  Internal,
  /// Weights that are gathered or streamed.
  Weights,
  /// Activations that arrive from outside of the region, or leave it.
  External,
};

/// Returns the name of `limit` as reports print it.
llvm::StringRef getLimitName(Limit limit);

/// Cycles by what they are spent on. Where transfers overlap with compute, the
/// longer of the two has all of the time.
struct TimeParts {
  int64_t compute = 0;
  int64_t internal = 0;
  int64_t weights = 0;
  int64_t external = 0;

  /// The largest part; the first one in the order of `Limit` of equal ones.
  Limit limit() const;
  TimeParts &operator+=(const TimeParts &other);
};

/// The parts of `cost`; all zero if a figure of it is not known (-1).
TimeParts timeParts(const LayerCost &cost);

} // namespace scope::search

#endif // SCOPE_SEARCH_TIMEPARTS_H
