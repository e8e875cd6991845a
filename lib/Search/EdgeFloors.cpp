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

EdgeFloors::EdgeFloors(const CostModel &model, const LayerClasses &classes,
                       StateCatalog &catalog, int64_t calls)
    : model(model), classes(classes), catalog(catalog), calls(calls),
      candidates(classes.numClasses()) {
  for (KindMask kind = 1; kind != 0 && kind <= model.allKinds(); kind <<= 1)
    if (kind & model.allKinds())
      room = std::max(room, model.room(kind, kLevels[0]));
  chooseSizes();
  std::vector<Pair> known;
  for (int32_t layer = 0; layer + 1 < model.getNetwork().numLayers(); ++layer) {
    Pair pair{classes.classOf(layer), classes.classOf(layer + 1), {}};
    for (const Edge &edge : classes.edgesOf(layer + 1))
      if (edge.producer == layer)
        pair.edges.push_back(edge.edgeClass);
    auto at = llvm::find(known, pair);
    pairOf.push_back(static_cast<int32_t>(at - known.begin()));
    if (at == known.end()) {
      pairs.push_back(findPair(pair));
      known.push_back(std::move(pair));
    }
  }
  // Their tilings need not live as long.
  candidates.clear();
}

void EdgeFloors::chooseSizes() {
  int32_t numChiplets = model.numChiplets();
  for (int32_t size = 1; size < numChiplets; size += 1 + size / 4)
    sizes.push_back(size);
  sizes.push_back(numChiplets);
  stepOf.assign(numChiplets + 1, 0);
  for (int32_t size = 1; size <= numChiplets; ++size)
    stepOf[size] =
        static_cast<int32_t>(llvm::lower_bound(sizes, size) - sizes.begin());
}

llvm::MutableArrayRef<EdgeFloors::Candidate>
EdgeFloors::candidatesOf(int32_t layerClass) {
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
  std::unique_ptr<Tiling> &tiling = list.tilings[candidate.state];
  if (!tiling)
    tiling = std::make_unique<Tiling>(
        list.tiler.make(list.factors[candidate.state]));
  candidate.tiling = tiling.get();
  candidate.exact = kUnbounded;
  for (auto [kind, work] : llvm::enumerate(tiling->whole))
    if (model.allKinds() >> kind & 1)
      candidate.exact = std::min(candidate.exact, work.cycles);
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
    least += 2 * model.leastInternalCycles(to, consumer, edge.operand, from);
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

EdgeFloors::Row EdgeFloors::findPair(const Pair &pair) {
  llvm::MutableArrayRef<Candidate> from = candidatesOf(pair.from),
                                   to = candidatesOf(pair.to);
  StateCatalog::Partitions &ofFrom = catalog.partitions(pair.from, calls),
                           &ofTo = catalog.partitions(pair.to, calls);
  Row row;
  int64_t best = kUnbounded;
  for (int32_t size : sizes) {
    auto fits = [&](const Candidate &candidate) {
      return candidate.used <= size;
    };
    const Candidate *fastest = llvm::find_if(from, fits);
    for (Candidate &after : to) {
      if (fastest == from.end() || fastest->compute + after.compute >= best)
        break;
      if (!fits(after))
        continue;
      know(after, ofTo);
      auto look = [&](Candidate &before) {
        know(before, ofFrom);
        int64_t own = before.exact + after.exact;
        if (own < best && fitTogether(pair, *before.tiling, *after.tiling))
          best = std::min(best, own + twiceMoved(pair, *before.tiling,
                                                 *after.tiling, best - own));
      };
      // The same split most often moves least.
      int32_t twin = ofFrom.find(ofTo.factors[after.state], after.used);
      if (twin >= 0)
        look(*llvm::find_if(from, [&](const Candidate &candidate) {
          return candidate.state == twin;
        }));
      for (Candidate &before : from) {
        if (before.compute + after.exact >= best)
          break;
        if (fits(before))
          look(before);
      }
    }
    row.push_back(best);
  }
  return row;
}
