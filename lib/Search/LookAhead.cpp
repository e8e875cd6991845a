//===- LookAhead.cpp - What follows in any cluster ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sweep is made from every layer, and most ways that it follows come to
// nothing some layers on. One pass from the back over the same relaxation as
// that of narrow sweeps finds, for every layer and partition, how much time
// beyond the least of every layer the rest of any cluster takes, less what any
// cluster that ends there may take. It holds for the sweeps from all layers.
//
//===----------------------------------------------------------------------===//

#include "ClusterSweep.h"

#include <algorithm>

using namespace scope::search;

ClusterSweep::Ahead
ClusterSweep::lookAhead(const Request &request,
                        llvm::ArrayRef<int64_t> leastTimes,
                        llvm::ArrayRef<int64_t> mostBeyond) {
  setRegion(request.region, request.mode, request.solo);
  Ahead ahead;
  ahead.leastSum.assign(1, 0);
  for (int64_t least : leastTimes)
    ahead.leastSum.push_back(ahead.leastSum.back() + least);
  size_t numLayers = leastTimes.size();
  ahead.beyond.assign(numLayers, {});
  // The ways that go on into the layer after the one at hand.
  std::vector<std::pair<int64_t, size_t>> ways;
  for (size_t index = numLayers; index-- > 0;) {
    int32_t layer = static_cast<int32_t>(index);
    const LayerCosts &costs = costsOf(layer, /*first=*/0, /*all=*/false);
    size_t count = costs.terms.size();
    std::vector<int64_t> &beyond = ahead.beyond[index];
    beyond.assign(count, kUnbounded);
    if (!ways.empty()) {
      llvm::SmallVector<const Edge *, 2> edges;
      for (const Edge &edge : classes.edgesOf(layer + 1))
        if (edge.producer == layer)
          edges.push_back(&edge);
      llvm::ArrayRef<int32_t> next =
          states.candidates(classes.classOf(layer + 1), region.size);
      for (size_t q = 0; q < count; ++q) {
        int64_t soFar = costs.cycles[q] - leastTimes[index];
        int64_t &best = beyond[q];
        for (auto [rest, p] : ways) {
          // What is of no use from here need not be known.
          if (rest >= best || soFar + rest > 0)
            break;
          int64_t way = rest;
          for (const Edge *edge : edges)
            way += leastInternal(edge->edgeClass, next[p], costs.states[q]);
          if (way >= best || soFar + way > 0)
            continue;
          way = rest;
          for (const Edge *edge : edges)
            way += internal(edge->edgeClass, next[p], costs.states[q]).cycles;
          best = std::min(best, way);
        }
      }
    }
    ways.clear();
    int64_t leaving = model.leavingBytes(layer, layer) * states.getCalls();
    for (size_t p = 0; p < count; ++p) {
      int64_t end =
          std::max(costs.cycles[p],
                   costs.moved[p] +
                       model.sendCycles(leaving, costs.terms[p].used)) -
          mostBeyond[index];
      int64_t way =
          std::min(end, costs.cycles[p] + beyond[p]) - leastTimes[index];
      if (way <= 0)
        ways.push_back({way, p});
    }
    llvm::sort(ways);
    work += 4 * static_cast<int64_t>(count);
  }
  return ahead;
}
