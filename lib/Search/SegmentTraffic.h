//===- SegmentTraffic.h - What a growing segment moves at the DRAM -*- C++
//-*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows a segment that grows layer by layer, and knows at every length what
// CostModel::dramTraffic says of it, without going over the whole network
// again.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_SEGMENTTRAFFIC_H
#define SCOPE_LIB_SEARCH_SEGMENTTRAFFIC_H

#include "scope/Search/CostModel.h"

namespace scope::search {

class SegmentTraffic {
public:
  /// An empty segment before layer `first`.
  SegmentTraffic(const CostModel &model, int32_t first)
      : model(model), first(first), last(first - 1) {}

  /// Takes the next layer in.
  void advance();

  /// DRAM bytes of one call of the layers so far.
  const CostModel::DramTraffic &traffic() const { return sum; }

private:
  const CostModel &model;
  int32_t first, last;
  CostModel::DramTraffic sum;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_SEGMENTTRAFFIC_H
