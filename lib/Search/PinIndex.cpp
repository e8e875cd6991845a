//===- PinIndex.cpp - Quick answers about pins ---------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/PinIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;

PinIndex::PinIndex(const Problem &problem) : pins(problem.config.pins) {
  int32_t numLayers = problem.network.numLayers();
  std::vector<bool> starts(numLayers + 1), cuts(numLayers + 1);
  joined.assign(numLayers + 1, false);
  for (const Pin &pin : pins) {
    if (pin.cut)
      cuts[pin.layer] = true;
    if (pin.cut || pin.split)
      starts[pin.layer] = true;
    if (pin.join)
      joined[pin.layer] = true;
  }
  // Equal cluster numbers join all layers between them; neighbouring layers
  // with different numbers split somewhere between, at the later one at most.
  for (const Pin &a : pins)
    for (const Pin &b : pins)
      if (a.cluster && b.cluster && *a.cluster == *b.cluster)
        for (int32_t layer = a.layer + 1; layer <= b.layer; ++layer)
          joined[layer] = true;
  nextStart.assign(numLayers + 1, numLayers);
  nextCut.assign(numLayers + 1, numLayers);
  for (int32_t layer = numLayers - 1; layer >= 0; --layer) {
    nextStart[layer] = starts[layer + 1] ? layer + 1 : nextStart[layer + 1];
    nextCut[layer] = cuts[layer + 1] ? layer + 1 : nextCut[layer + 1];
  }
  // A cluster must end before the first layer of another cluster number.
  for (const Pin &a : pins)
    for (const Pin &b : pins)
      if (a.cluster && b.cluster && a.layer < b.layer &&
          *a.cluster != *b.cluster)
        for (int32_t layer = 0; layer <= a.layer; ++layer)
          nextStart[layer] = std::min(nextStart[layer], b.layer);
}

/// Whether some chiplet is in both regions.
static bool meet(llvm::ArrayRef<Coordinate> a, llvm::ArrayRef<Coordinate> b) {
  return llvm::any_of(a,
                      [&](Coordinate at) { return llvm::is_contained(b, at); });
}

bool PinIndex::allowsNext(int32_t firstOfSegment, int32_t firstLayer,
                          int32_t lastLayer) const {
  for (const Pin &before : pins)
    for (const Pin &pin : pins)
      if (before.region && before.layer >= firstOfSegment &&
          before.layer < firstLayer && pin.region && pin.layer >= firstLayer &&
          pin.layer <= lastLayer && meet(*before.region, *pin.region))
        return false;
  return true;
}

bool PinIndex::allowsSize(int32_t firstLayer, int32_t lastLayer,
                          int32_t size) const {
  const std::vector<Coordinate> *region = nullptr;
  return llvm::all_of(pins, [&](const Pin &pin) {
    if (pin.layer < firstLayer || pin.layer > lastLayer)
      return true;
    if (pin.region) {
      if (region && *region != *pin.region)
        return false;
      region = &*pin.region;
    }
    return size >= pin.minChiplets.value_or(size) &&
           size <= pin.maxChiplets.value_or(size) &&
           (!pin.region || static_cast<int32_t>(pin.region->size()) == size);
  });
}

bool PinIndex::allowsPartition(int32_t layer,
                               llvm::ArrayRef<int32_t> factors) const {
  return llvm::all_of(pins, [&](const Pin &pin) {
    return pin.layer != layer || !pin.partition ||
           llvm::equal(*pin.partition, factors);
  });
}
