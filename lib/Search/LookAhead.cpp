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

int64_t ClusterSweep::leastBeyond(llvm::ArrayRef<const Edge *> edges,
                                  int32_t state, llvm::ArrayRef<int32_t> next,
                                  llvm::ArrayRef<Way> ways, int64_t soFar) {
  int64_t best = kUnbounded;
  for (auto [rest, p] : ways) {
    // What is of no use from here need not be known.
    if (rest >= best || soFar + rest > 0)
      break;
    int64_t way = rest;
    for (const Edge *edge : edges)
      way += leastInternal(edge->edgeClass, next[p], state);
    if (way >= best || soFar + way > 0)
      continue;
    way = rest;
    for (const Edge *edge : edges)
      way += internal(edge->edgeClass, next[p], state).cycles;
    best = std::min(best, way);
  }
  return best;
}

std::array<ClusterSweep::Ahead, 2>
ClusterSweep::lookAhead(const Request &request,
                        llvm::ArrayRef<int64_t> leastTimes,
                        llvm::ArrayRef<int64_t> mostBeyond) {
  size_t numLayers = leastTimes.size();
  std::array<Ahead, 2> result;
  for (Ahead &found : result) {
    found.leastSum.assign(1, 0);
    for (int64_t least : leastTimes)
      found.leastSum.push_back(found.leastSum.back() + least);
    found.beyond.assign(numLayers, {});
  }
  // By weight mode: the ways that go on into the layer after the one at hand.
  std::array<std::vector<Way>, 2> ways;
  for (size_t index = numLayers; index-- > 0;) {
    int32_t layer = static_cast<int32_t>(index);
    llvm::ArrayRef<int32_t> next;
    llvm::SmallVector<const Edge *, 2> edges;
    if (index + 1 < numLayers) {
      next = states.candidates(classes.classOf(layer + 1), request.region.size);
      for (const Edge &edge : classes.edgesOf(layer + 1))
        if (edge.producer == layer)
          edges.push_back(&edge);
    }
    int64_t leaving = model.leavingBytes(layer, layer) * states.getCalls();
    for (size_t mode = 0; mode < ways.size(); ++mode) {
      setRegion(request.region, static_cast<WeightMode>(mode), request.solo);
      const LayerCosts &own = costsOf(layer, /*first=*/0, /*all=*/false);
      std::vector<int64_t> &beyond = result[mode].beyond[index];
      std::vector<Way> before;
      for (size_t p = 0; p < own.states.size(); ++p) {
        beyond.push_back(leastBeyond(edges, own.states[p], next, ways[mode],
                                     own.cycles[p] - leastTimes[index]));
        int64_t end = std::max(own.cycles[p],
                               own.moved[p] + model.sendCycles(
                                                  leaving, own.terms[p].used)) -
                      mostBeyond[index];
        int64_t way =
            std::min(end, own.cycles[p] + beyond[p]) - leastTimes[index];
        if (way <= 0)
          before.push_back({way, p});
      }
      llvm::sort(before);
      ways[mode] = std::move(before);
      work += 4 * static_cast<int64_t>(own.states.size());
    }
  }
  return result;
}
