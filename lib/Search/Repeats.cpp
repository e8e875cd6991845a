//===- Repeats.cpp - Equal runs of layers --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Repeats.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>
#include <numeric>

using namespace scope::search;

/// A layer's class, and where its operands come from and its results go as seen
/// from the layer.
static std::vector<int64_t>
describe(const CostModel &model, const LayerClasses &classes, int32_t index) {
  const Network &network = model.getNetwork();
  const Layer &layer = network.layers[index];
  std::vector<int64_t> numbers = {classes.classOf(index)};
  for (const Operand &operand : layer.operands) {
    if (operand.kind != OperandKind::Activation)
      continue;
    const Value &value = network.values[operand.value];
    numbers.push_back(value.bytes);
    if (value.producer < 0) {
      numbers.insert(numbers.end(), {-1, operand.value});
      continue;
    }
    int64_t output = 0;
    const Layer &from = network.layers[value.producer];
    while (from.outputs[output].value != operand.value)
      ++output;
    numbers.insert(numbers.end(), {index - value.producer, output,
                                   classes.classOf(value.producer)});
  }
  for (const Output &output : layer.outputs) {
    const Value &value = network.values[output.value];
    numbers.push_back(value.bytes);
    numbers.push_back(value.isNetworkOutput);
    numbers.push_back(value.consumers.empty() ? -1
                                              : value.consumers.back() - index);
  }
  return numbers;
}

Repeats::Repeats(const CostModel &model, const LayerClasses &classes) {
  int32_t numLayers = model.getNetwork().numLayers();
  std::map<std::vector<int64_t>, int32_t> kinds;
  std::vector<int32_t> kind;
  kind.reserve(numLayers);
  for (int32_t layer = 0; layer < numLayers; ++layer)
    kind.push_back(kinds
                       .try_emplace(describe(model, classes, layer),
                                    static_cast<int32_t>(kinds.size()))
                       .first->second);
  like.assign(numLayers, -1);
  common.assign(numLayers, 0);
  if (numLayers == 0)
    return;
  // Sort the runs up to the end of the network by the kinds of their layers, in
  // steps of twice the length; what two neighbours in that order have in common
  // is the most that either has in common with any run on the other's side.
  std::vector<int32_t> order(numLayers), rank(kind), next(numLayers);
  std::iota(order.begin(), order.end(), 0);
  for (int32_t length = 1;; length *= 2) {
    auto rankAt = [&](int32_t layer) {
      return layer < numLayers ? rank[layer] : -1;
    };
    auto key = [&](int32_t layer) {
      return std::make_pair(rank[layer], rankAt(layer + length));
    };
    llvm::sort(order, [&](int32_t a, int32_t b) { return key(a) < key(b); });
    next[order[0]] = 0;
    for (int32_t index = 1; index < numLayers; ++index)
      next[order[index]] =
          next[order[index - 1]] + (key(order[index - 1]) < key(order[index]));
    std::swap(rank, next);
    if (rank[order[numLayers - 1]] == numLayers - 1)
      break;
  }
  // What a run has in common with the one after it in the order.
  std::vector<int32_t> shared(numLayers, 0);
  int32_t length = 0;
  for (int32_t layer = 0; layer < numLayers; ++layer) {
    if (rank[layer] + 1 == numLayers) {
      length = 0;
      continue;
    }
    int32_t other = order[rank[layer] + 1];
    while (std::max(layer, other) + length < numLayers &&
           kind[layer + length] == kind[other + length])
      ++length;
    shared[rank[layer]] = length;
    length = std::max(0, length - 1);
  }
  // By layer, the earlier runs on either side that have most in common with it:
  // the nearest earlier ones in the order. A later one between them has no less
  // in common, so the least on the way counts.
  auto scan = [&](bool forward) {
    // Runs of ascending layers, and what each has in common with the one that
    // follows in the list, or comes next.
    std::vector<std::pair<int32_t, int32_t>> open;
    for (int32_t step = 0; step < numLayers; ++step) {
      int32_t index = forward ? step : numLayers - 1 - step;
      int32_t layer = order[index];
      if (!open.empty())
        open.back().second =
            std::min(open.back().second, shared[forward ? index - 1 : index]);
      while (!open.empty() && open.back().first > layer) {
        int32_t least = open.back().second;
        open.pop_back();
        if (!open.empty())
          open.back().second = std::min(open.back().second, least);
      }
      if (!open.empty()) {
        // Of those with as much in common, the earliest.
        size_t at = open.size() - 1;
        int32_t most = open[at].second;
        while (at > 0 && open[at - 1].second >= most)
          --at;
        if (most > common[layer] || (most == common[layer] && most > 0 &&
                                     open[at].first < like[layer])) {
          common[layer] = most;
          like[layer] = open[at].first;
        }
      }
      open.push_back({layer, numLayers});
    }
  };
  scan(/*forward=*/true);
  scan(/*forward=*/false);
}
