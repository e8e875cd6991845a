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
#include "Parallel.h"

#include <algorithm>

using namespace scope::search;

/// Partitions that a thread takes at once.
static constexpr size_t kPartitionsAtOnce = 16;

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
ClusterSweep::lookAhead(llvm::ArrayRef<std::unique_ptr<ClusterSweep>> sweeps,
                        llvm::ThreadPoolInterface *threads, Request request,
                        llvm::ArrayRef<int64_t> leastTimes,
                        llvm::ArrayRef<int64_t> mostBeyond) {
  ClusterSweep &first = *sweeps.front();
  size_t numLayers = leastTimes.size();
  std::array<Ahead, 2> result;
  for (Ahead &ahead : result) {
    ahead.leastSum.assign(1, 0);
    for (int64_t least : leastTimes)
      ahead.leastSum.push_back(ahead.leastSum.back() + least);
    ahead.beyond.assign(numLayers, {});
  }
  // By weight mode: the ways that go on into the layer after the one at hand.
  std::array<std::vector<Way>, 2> ways;
  for (size_t index = numLayers; index-- > 0;) {
    int32_t layer = static_cast<int32_t>(index);
    std::array<const LayerCosts *, 2> costs;
    for (size_t mode = 0; mode < costs.size(); ++mode) {
      first.setRegion(request.region, static_cast<WeightMode>(mode),
                      request.solo);
      costs[mode] = &first.costsOf(layer, /*first=*/0, /*all=*/false);
    }
    llvm::ArrayRef<int32_t> states = costs[0]->states, next;
    llvm::SmallVector<const Edge *, 2> edges;
    if (index + 1 < numLayers) {
      next = first.states.candidates(first.classes.classOf(layer + 1),
                                     request.region.size);
      for (const Edge &edge : first.classes.edgesOf(layer + 1))
        if (edge.producer == layer)
          edges.push_back(&edge);
    }
    for (Ahead &ahead : result)
      ahead.beyond[index].assign(states.size(), kUnbounded);
    // Both modes ask for the same transfers, and no two partitions do.
    if (!ways[0].empty() || !ways[1].empty())
      forEach(threads, llvm::divideCeil(states.size(), kPartitionsAtOnce),
              sweeps.size(), [&](size_t worker, size_t part) {
                size_t begin = part * kPartitionsAtOnce;
                size_t end = std::min(states.size(), begin + kPartitionsAtOnce);
                for (size_t q = begin; q < end; ++q)
                  for (size_t mode = 0; mode < ways.size(); ++mode)
                    result[mode].beyond[index][q] = sweeps[worker]->leastBeyond(
                        edges, states[q], next, ways[mode],
                        costs[mode]->cycles[q] - leastTimes[index]);
              });
    int64_t leaving =
        first.model.leavingBytes(layer, layer) * first.states.getCalls();
    for (size_t mode = 0; mode < ways.size(); ++mode) {
      const LayerCosts &own = *costs[mode];
      ways[mode].clear();
      for (size_t p = 0; p < states.size(); ++p) {
        int64_t end = std::max(own.cycles[p],
                               own.moved[p] + first.model.sendCycles(
                                                  leaving, own.terms[p].used)) -
                      mostBeyond[index];
        int64_t way =
            std::min(end, own.cycles[p] + result[mode].beyond[index][p]) -
            leastTimes[index];
        if (way <= 0)
          ways[mode].push_back({way, p});
      }
      llvm::sort(ways[mode]);
      first.work += 4 * static_cast<int64_t>(states.size());
    }
  }
  return result;
}
