//===- NarrowSweep.cpp - Which partitions a sweep need look at ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before a sweep over all live layers, a quick one over a relaxation: values
// are held in even shares, weights take what they take at least, and of the
// transfers inside the cluster only those from the layer just before are
// counted. Its times are lower bounds, so a partition through which even the
// relaxed way takes too long is in no cluster of interest. What remains is a
// small part of the partitions, and often nothing at all.
//
//===----------------------------------------------------------------------===//

#include "ClusterSweep.h"

#include "EdgeFloors.h"
#include "SweepStep.h"

#include <algorithm>

using namespace scope::search;

/// Bytes that a growing cluster takes of every chiplet at least, whatever its
/// partitions are.
class ClusterSweep::LeastMemory {
public:
  LeastMemory(const CostModel &model, const Request &request, int64_t calls)
      : model(model), request(request), calls(calls), layer(request.first - 1) {
  }

  /// Takes the next layer in.
  void advance(const LayerCosts &costs) {
    const Network &network = model.getNetwork();
    ++layer;
    before = after;
    llvm::erase_if(live, [&](const std::pair<int32_t, int64_t> &value) {
      after -= value.first <= layer ? value.second : 0;
      return value.first <= layer;
    });
    held = {before, after};
    for (const Output &output : network.layers[layer].outputs) {
      const Value &value = network.values[output.value];
      if (value.consumers.empty() || value.consumers.back() <= layer)
        continue;
      live.push_back({value.consumers.back(),
                      ceilDiv(value.bytes * calls, request.region.size)});
      after += live.back().second;
    }
    if (request.mode == WeightMode::Distributed) {
      resident += model.distributedWeights(layer, request.region.size);
    } else if (!model.streams(layer)) {
      int64_t tile = kUnbounded;
      for (const Tiling *tiling : costs.tilings)
        tile = std::min(tile, tiling->weightTile);
      resident += costs.tilings.empty() ? 0 : tile;
    }
  }

  /// Of outputs of earlier layers that this one or a later one reads, and that
  /// a later one reads.
  int64_t heldBefore() const { return held.first; }
  int64_t heldAfter() const { return held.second; }

  /// The level that leaves most room for tiles if the edges of the cluster take
  /// `edges` bytes; 0 if there is none.
  int64_t level(int64_t edges) const {
    for (int64_t level : kLevels)
      if (resident + edges <= model.budget(request.region.kinds, level))
        return level;
    return 0;
  }

private:
  const CostModel &model;
  const Request &request;
  int64_t calls;
  int32_t layer;
  int64_t before = 0, after = 0;
  std::pair<int64_t, int64_t> held;
  int64_t resident = 0;
  /// Last readers and bytes of what is held.
  llvm::SmallVector<std::pair<int32_t, int64_t>, 8> live;
};

void ClusterSweep::findLeastLevels(const Request &request, Limit endLimit,
                                   std::vector<int64_t> &levels) {
  levels.clear();
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           edgeMode);
  LeastMemory memory(model, request, states.getCalls());
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    // Even a layer that does not fit any more is one that this depends on.
    furthest = std::max(furthest, layer);
    boundary.advance();
    memory.advance(costsOf(layer, request.first, /*all=*/false));
    int64_t level = memory.level(0) > 0 ? memory.level(boundary.edges()) : 0;
    levels.push_back(endLimit(layer) < 0 ? 0 : level);
    // No longer cluster takes less.
    if (memory.level(0) == 0)
      return;
  }
}

void ClusterSweep::boundToGo(int32_t first, size_t length) {
  relaxed[length - 1].twiceToGo.assign(relaxed[length - 1].inside.size(),
                                       kUnbounded);
  for (size_t index = length - 1; index-- > 0;) {
    Relaxed &own = relaxed[index];
    const Relaxed &next = relaxed[index + 1];
    // Twice what moves between both layers, with each of them once.
    int64_t pair = neighbours
                       ? neighbours->twice(first + static_cast<int32_t>(index),
                                           region.size)
                       : 0;
    auto rest = [&](int64_t inside, int64_t withOwn) {
      int64_t atEnd =
          std::max(withOwn + next.leastEnd, pair - inside + withOwn) +
          next.leastEnd - 2 * next.longestEnd;
      int64_t goingOn =
          std::max(withOwn + next.leastInside, pair - inside + withOwn) +
          next.twiceWithHalf;
      return std::min({kUnbounded, atEnd, goingOn});
    };
    own.twiceToGo.clear();
    for (int64_t inside : own.inside)
      own.twiceToGo.push_back(rest(inside, 0));
    own.twiceWithHalf = rest(own.leastInside, own.leastInside);
  }
}

bool ClusterSweep::narrow(Request &request, int64_t level, Limit limit,
                          Limit endLimit) {
  widen();
  // Their memory is used again from sweep to sweep.
  std::vector<Relaxed> &layers = relaxed;
  size_t numRelaxed = 0;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           edgeMode);
  LeastMemory memory(model, request, states.getCalls());
  // Without any internal transfers.
  int64_t least = 0;
  size_t length = 0;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    furthest = std::max(furthest, layer);
    boundary.advance();
    const LayerCosts &all = costsOf(layer, request.first, /*all=*/false);
    if (numRelaxed == layers.size())
      layers.emplace_back();
    Relaxed &own = layers[numRelaxed++];
    own.reset();
    memory.advance(all);
    LayerContext inner, end;
    inner.heldBefore = end.heldBefore = memory.heldBefore();
    inner.heldAfter = end.heldAfter = memory.heldAfter();
    end.last = true;
    end.leaving = boundary.leaving();
    end.only = layer == request.first;
    auto room = [&](int64_t edges) {
      int64_t needed = memory.level(edges);
      return needed == 0 ? -1
                         : model.room(region.kinds, std::max(level, needed));
    };
    int64_t roomInside = room(0), roomAtEnd = room(boundary.edges());
    for (const LayerTerms &terms : all.terms) {
      region.room = roomInside;
      own.inside.push_back(model.layerCycles(terms, region, inner, 0));
      own.leastInside = std::min(own.leastInside, own.inside.back());
      region.room = roomAtEnd;
      own.end.push_back(model.layerCycles(
          terms, region, end, model.sendCycles(end.leaving, terms.used)));
      own.leastEnd = std::min(own.leastEnd, own.end.back());
    }
    own.longestEnd = endLimit(layer);
    if (own.leastEnd < kUnbounded && least + own.leastEnd <= own.longestEnd)
      length = numRelaxed;
    least += std::min(kUnbounded, own.leastInside);
    if (least > limit(layer))
      break;
  }
  work += 4 * static_cast<int64_t>(numRelaxed);
  numRelaxed = length;
  if (length == 0)
    return false;
  boundToGo(request.first, length);

  auto between = [&](const Relaxed &consumer, int32_t producerState,
                     int32_t consumerState) {
    int64_t moved = 0;
    for (const Edge *edge : consumer.edges)
      moved += internal(edge->edgeClass, consumerState, producerState).cycles;
    ++work;
    return moved;
  };

  auto leastBetween = [&](const Relaxed &consumer, int32_t producerState,
                          int32_t consumerState) {
    int64_t moved = 0;
    for (const Edge *edge : consumer.edges)
      moved += leastInternal(edge->edgeClass, consumerState, producerState);
    return moved;
  };

  // Forwards.
  length = 0;
  for (size_t index = 0; index < numRelaxed; ++index) {
    Relaxed &own = layers[index];
    int32_t layer = request.first + static_cast<int32_t>(index);
    const LayerCosts &all = costsOf(layer, request.first, /*all=*/false);
    size_t count = own.inside.size();
    own.time.assign(count, kUnbounded);
    own.endTime.assign(count, kUnbounded);
    const Relaxed *before = index > 0 ? &layers[index - 1] : nullptr;
    llvm::ArrayRef<int32_t> from;
    if (before)
      from = costsOf(layer - 1, request.first, /*all=*/false).states;
    auto twinOf = [&](int32_t state, llvm::ArrayRef<int32_t> list) -> int64_t {
      int32_t twin = states.twin(own.edges.front()->edgeClass, state);
      const int32_t *at = llvm::lower_bound(list, twin);
      return at != list.end() && *at == twin ? at - list.begin() : -1;
    };
    llvm::SmallVector<std::pair<int64_t, size_t>, 16> starts;
    int64_t leastBefore = before ? kUnbounded : 0;
    if (before) {
      for (const Edge &edge : classes.edgesOf(layer))
        if (edge.producer == layer - 1)
          own.edges.push_back(&edge);
      for (size_t q = 0; q < before->time.size(); ++q)
        if (before->time[q] < kUnbounded) {
          starts.push_back({before->time[q], q});
          leastBefore = std::min(leastBefore, before->time[q]);
        }
      if (starts.empty())
        break;
      llvm::sort(starts);
    }
    bool any = false;
    for (size_t p = 0; p < count; ++p) {
      auto goesOn = [&](int64_t soFar) {
        return soFar < kUnbounded &&
               2 * (soFar + own.inside[p]) + own.twiceToGo[p] <= 0;
      };
      auto useful = [&](int64_t soFar) {
        return soFar + own.end[p] <= own.longestEnd || goesOn(soFar);
      };
      if (!useful(leastBefore))
        continue;
      int64_t best = leastBefore;
      if (!own.edges.empty()) {
        best = kUnbounded;
        // The same split as before most often moves least.
        int64_t twin = twinOf(all.states[p], from);
        if (twin >= 0 && before->time[twin] < kUnbounded)
          best = before->time[twin] + between(own, from[twin], all.states[p]);
        for (auto [soFar, q] : starts) {
          if (soFar >= best || !useful(soFar))
            break;
          int64_t least = soFar + leastBetween(own, from[q], all.states[p]);
          if (least >= best || !useful(least))
            continue;
          best = std::min(best, soFar + between(own, from[q], all.states[p]));
        }
        if (!useful(best))
          continue;
      }
      own.endTime[p] = best + own.end[p];
      if (own.endTime[p] <= own.longestEnd)
        length = index + 1;
      if (goesOn(best)) {
        own.time[p] = best + own.inside[p];
        any = true;
      }
    }
    if (!any)
      break;
  }
  if (length == 0)
    return false;

  // And back again.
  for (size_t index = length; index-- > 0;) {
    Relaxed &own = layers[index];
    size_t count = own.inside.size();
    own.toGo.assign(count, kUnbounded);
    if (index + 1 == length)
      continue;
    const Relaxed &next = layers[index + 1];
    int32_t layer = request.first + static_cast<int32_t>(index);
    const LayerCosts &mine = costsOf(layer, request.first, /*all=*/false);
    const LayerCosts &its = costsOf(layer + 1, request.first, /*all=*/false);
    size_t width = next.inside.size();
    llvm::SmallVector<std::pair<int64_t, size_t>, 16> ways;
    for (size_t p = 0; p < width; ++p) {
      int64_t rest = kUnbounded;
      if (next.endTime[p] <= next.longestEnd)
        rest = next.end[p] - next.longestEnd;
      if (next.time[p] < kUnbounded && next.toGo[p] < kUnbounded)
        rest = std::min(rest, next.inside[p] + next.toGo[p]);
      if (rest < kUnbounded)
        ways.push_back({rest, p});
    }
    llvm::sort(ways);
    for (size_t q = 0; q < count; ++q) {
      if (own.time[q] >= kUnbounded)
        continue;
      int64_t least = kUnbounded;
      for (auto [rest, p] : ways) {
        if (rest >= least)
          break;
        // What is of no use from here need not be known.
        if (own.time[q] + rest > 0)
          break;
        if (!next.edges.empty()) {
          int64_t way =
              rest + leastBetween(next, mine.states[q], its.states[p]);
          if (way >= least || own.time[q] + way > 0)
            continue;
        }
        least = std::min(
            least, next.edges.empty()
                       ? rest
                       : rest + between(next, mine.states[q], its.states[p]));
      }
      own.toGo[q] = least;
    }
  }

  // Keep what is useful.
  for (size_t index = 0; index < length; ++index) {
    const Relaxed &own = layers[index];
    int32_t layer = request.first + static_cast<int32_t>(index);
    const LayerCosts &all = costsOf(layer, request.first, /*all=*/false);
    LayerCosts &part = narrowed.emplace_back();
    part.external = all.external;
    part.isSolo = all.isSolo;
    for (size_t p = 0; p < own.inside.size(); ++p) {
      bool inside = own.time[p] < kUnbounded && own.toGo[p] < kUnbounded &&
                    own.time[p] + own.toGo[p] <= 0;
      if (!inside && own.endTime[p] > own.longestEnd)
        continue;
      part.ownStates.push_back(all.states[p]);
      part.tilings.push_back(all.tilings[p]);
      part.add(all.terms[p]);
      part.toGo.push_back(own.toGo[p]);
    }
    part.longestEnd = own.longestEnd;
    part.states = part.ownStates;
    work += static_cast<int64_t>(part.terms.size());
  }
  request.last = request.first + static_cast<int32_t>(length) - 1;
  return true;
}

ClusterSweep::Matrix &ClusterSweep::narrowMatrixOf(int32_t first,
                                                   int32_t consumer,
                                                   const Edge &edge) {
  auto [at, isNew] = narrowMatrices.try_emplace({consumer, edge.operand});
  Matrix &matrix = at->second;
  if (!isNew)
    return matrix;
  matrix.known = true;
  matrix.edgeClass = edge.edgeClass;
  matrix.from = narrowed[edge.producer - first].states;
  matrix.to = narrowed[consumer - first].states;
  matrix.cycles.assign(matrix.from.size() * matrix.to.size(), -1);
  return matrix;
}

void ClusterSweep::extendNarrow(Step &step, int64_t soFar,
                                llvm::ArrayRef<int64_t> digits,
                                const int64_t *inside, const int64_t *atEnd,
                                int64_t *best, int64_t &bestEnd) {
  const LayerCosts &costs = *step.costs;
  for (int64_t p = 0; p < step.numStates; ++p) {
    int64_t time = soFar + inside[p];
    int64_t end = atEnd ? soFar + atEnd[p] : kUnbounded;
    auto useful = [&](int64_t moved) {
      return time + moved + costs.toGo[p] <= 0 ||
             end + moved <= costs.longestEnd;
    };
    int64_t sum = 0;
    for (auto [position, matrix] : step.edges) {
      if (!useful(sum + leastMoved(*matrix, digits[position], p))) {
        sum = kUnbounded;
        break;
      }
      sum += moved(*matrix, digits[position], p);
    }
    if (!useful(sum))
      continue;
    if (time + sum + costs.toGo[p] <= 0)
      best[p] = std::min(best[p], time + sum);
    bestEnd = std::min(bestEnd, end + sum);
  }
}
