//===- TimeParts.cpp - What the time of a layer goes into ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/TimeParts.h"

#include <algorithm>

using namespace scope::search;

llvm::StringRef scope::search::getLimitName(Limit limit) {
  switch (limit) {
  case Limit::Compute:
    return "compute";
  case Limit::Internal:
    return "internal";
  case Limit::Weights:
    return "weights";
  case Limit::External:
    return "external";
  }
  return "";
}

Limit TimeParts::limit() const {
  int64_t most = std::max({compute, internal, weights, external});
  return most == compute    ? Limit::Compute
         : most == internal ? Limit::Internal
         : most == weights  ? Limit::Weights
                            : Limit::External;
}

TimeParts &TimeParts::operator+=(const TimeParts &other) {
  compute += other.compute;
  internal += other.internal;
  weights += other.weights;
  external += other.external;
  return *this;
}

TimeParts scope::search::timeParts(const LayerCost &cost) {
  TimeParts parts;
  if (std::min({cost.compute, cost.internal, cost.external, cost.weights,
                cost.send}) < 0)
    return parts;
  parts.internal = cost.internal;
  int64_t arriving = cost.external + cost.send;
  if (!cost.overlapped) {
    parts.compute = cost.compute;
    parts.weights = cost.weights;
    parts.external = arriving;
    return parts;
  }
  int64_t longer = std::max(cost.compute, cost.weights + arriving);
  int64_t &longest = cost.compute == longer    ? parts.compute
                     : cost.weights > arriving ? parts.weights
                                               : parts.external;
  longest = longer;
  // What does not overlap after all waits for the outside.
  parts.external += std::max<int64_t>(0, cost.cycles - cost.internal - longer);
  return parts;
}
