//===- EdgeFloors.cpp - What neighbouring layers take at least ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EdgeFloors.h"

#include <algorithm>
#include <tuple>

using namespace scope::search;

/// Cycles on the fastest kind of chiplet.
static int64_t leastCycles(const CostModel &model, const Tiling &tiling) {
  int64_t least = kUnbounded;
  for (auto [kind, work] : llvm::enumerate(tiling.whole))
    if (model.allKinds() >> kind & 1)
      least = std::min(least, work.cycles);
  return least;
}

EdgeFloors::EdgeFloors(const CostModel &model, const LayerClasses &classes,
                       StateCatalog &catalog, int64_t calls)
    : model(model), classes(classes), candidates(classes.numClasses()) {
  for (KindMask kind = 1; kind != 0 && kind <= model.allKinds(); kind <<= 1)
    if (kind & model.allKinds())
      room = std::max(room, model.room(kind, kLevels[0]));
  findPairs([&](const Pair &pair) { return findPair(catalog, calls, pair); });
  // Their tilings need not live as long.
  candidates.clear();
}

EdgeFloors::EdgeFloors(const CostModel &model, const LayerClasses &classes,
                       StateTable *states, llvm::ArrayRef<int32_t> sizes)
    : model(model), classes(classes),
      timesOf(classes.numClasses(), Row(model.numChiplets() + 1, kUnbounded)) {
  for (auto [layerClass, times] : llvm::enumerate(timesOf))
    for (int32_t size : sizes)
      for (int32_t state : states->candidates(layerClass, size))
        times[size] = std::min(
            times[size], leastCycles(model, states->tiling(layerClass, state)));
  findPairs([&](const Pair &pair) {
    Row row(model.numChiplets() + 1, kUnbounded);
    for (int32_t size : sizes) {
      int64_t fastest = timesOf[pair.from][size];
      for (int32_t to : states->candidates(pair.to, size)) {
        int64_t after = leastCycles(model, states->tiling(pair.to, to));
        if (fastest + after >= row[size])
          continue;
        for (int32_t from : states->candidates(pair.from, size)) {
          int64_t own =
              leastCycles(model, states->tiling(pair.from, from)) + after;
          int64_t both = own;
          for (int32_t edge : pair.edges)
            both += 2 * states->leastInternal(edge, to, from);
          if (both >= row[size])
            continue;
          for (int32_t edge : pair.edges)
            own += 2 * states->internal(edge, to, from).cycles;
          row[size] = std::min(row[size], own);
        }
      }
    }
    return row;
  });
}

void EdgeFloors::findPairs(llvm::function_ref<Row(const Pair &)> find) {
  std::vector<Pair> known;
  for (int32_t layer = 0; layer + 1 < model.getNetwork().numLayers(); ++layer) {
    Pair pair{classes.classOf(layer), classes.classOf(layer + 1), {}};
    for (const Edge &edge : classes.edgesOf(layer + 1))
      if (edge.producer == layer)
        pair.edges.push_back(edge.edgeClass);
    auto at = llvm::find(known, pair);
    pairOf.push_back(static_cast<int32_t>(at - known.begin()));
    if (at == known.end()) {
      pairs.push_back(find(pair));
      known.push_back(std::move(pair));
    }
  }
}

llvm::MutableArrayRef<EdgeFloors::Candidate>
EdgeFloors::candidatesOf(StateCatalog &catalog, int64_t calls,
                         int32_t layerClass) {
  std::vector<Candidate> &known = candidates[layerClass];
  if (known.empty()) {
    const StateCatalog::Partitions &list =
        catalog.partitions(layerClass, calls);
    for (size_t state = 0; state < list.used.size(); ++state)
      known.push_back(
          {static_cast<int32_t>(state), list.used[state], list.compute[state]});
    llvm::sort(known, [](const Candidate &a, const Candidate &b) {
      return std::tie(a.compute, a.state) < std::tie(b.compute, b.state);
    });
  }
  return known;
}

void EdgeFloors::know(Candidate &candidate,
                      StateCatalog::Partitions &list) const {
  if (candidate.tiling)
    return;
  candidate.tiling = &list.tiling(candidate.state);
  candidate.exact = leastCycles(model, *candidate.tiling);
}

bool EdgeFloors::fitTogether(const Pair &pair, const Tiling &from,
                             const Tiling &to) const {
  const Network &network = model.getNetwork();
  for (int32_t edgeClass : pair.edges) {
    const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
    // A chiplet holds its tile of the value, and what it reads of it.
    int32_t value = network.layers[consumer].operands[edge.operand].value;
    for (auto [output, bytes] :
         llvm::zip_equal(network.layers[edge.producer].outputs, from.outputs))
      if (output.value == value &&
          bytes + to.operands[edge.operand].largest > room)
        return false;
  }
  return true;
}

int64_t EdgeFloors::twiceMoved(const Pair &pair, const Tiling &from,
                               const Tiling &to, int64_t most) const {
  int64_t least = 0, moved = 0;
  for (int32_t edgeClass : pair.edges) {
    const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
    least += 2 * model.leastInternalCycles(to, consumer, edge.operand, from,
                                           edge.producer);
  }
  if (least >= most)
    return least;
  for (int32_t edgeClass : pair.edges) {
    const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
    moved +=
        2 *
        model.internalTransfer(to, consumer, edge.operand, from, edge.producer)
            .cycles;
  }
  return moved;
}

EdgeFloors::Row EdgeFloors::findPair(StateCatalog &catalog, int64_t calls,
                                     const Pair &pair) {
  llvm::MutableArrayRef<Candidate> from =
                                       candidatesOf(catalog, calls, pair.from),
                                   to = candidatesOf(catalog, calls, pair.to);
  StateCatalog::Partitions &ofFrom = catalog.partitions(pair.from, calls),
                           &ofTo = catalog.partitions(pair.to, calls);
  int32_t numChiplets = model.numChiplets();
  // By chiplets used, fastest first.
  std::vector<std::vector<Candidate *>> fromOf(numChiplets + 1);
  for (Candidate &candidate : from)
    fromOf[candidate.used].push_back(&candidate);
  std::vector<int32_t> indexOf(ofFrom.used.size());
  for (auto [index, candidate] : llvm::enumerate(from))
    indexOf[candidate.state] = static_cast<int32_t>(index);
  Row row(numChiplets + 1, kUnbounded);
  int64_t best = kUnbounded, fastestFrom = kUnbounded;
  for (int32_t size = 1; size <= numChiplets; ++size) {
    if (!fromOf[size].empty())
      fastestFrom = std::min(fastestFrom, fromOf[size].front()->compute);
    auto look = [&](Candidate &before, Candidate &after) {
      know(before, ofFrom);
      int64_t own = before.exact + after.exact;
      if (own < best && fitTogether(pair, *before.tiling, *after.tiling))
        best = std::min(best, own + twiceMoved(pair, *before.tiling,
                                               *after.tiling, best - own));
    };
    for (Candidate &after : to) {
      if (fastestFrom + after.compute >= best)
        break;
      if (after.used > size)
        continue;
      know(after, ofTo);
      // Of pairs that fit smaller regions the best one is known.
      if (after.used < size) {
        for (Candidate *before : fromOf[size]) {
          if (before->compute + after.exact >= best)
            break;
          look(*before, after);
        }
        continue;
      }
      // The same split most often moves least.
      int32_t twin = ofFrom.find(ofTo.factors[after.state], after.used);
      if (twin >= 0)
        look(from[indexOf[twin]], after);
      for (Candidate &before : from) {
        if (before.compute + after.exact >= best)
          break;
        if (before.used <= size)
          look(before, after);
      }
    }
    row[size] = best;
  }
  return row;
}
