//===- Repeats.cpp - Equal runs of layers --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Repeats.h"

#include <map>

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
  for (int32_t layer = 0; layer < numLayers; ++layer)
    kind.push_back(kinds
                       .try_emplace(describe(model, classes, layer),
                                    static_cast<int32_t>(kinds.size()))
                       .first->second);
  like.assign(numLayers, -1);
  common.assign(numLayers, 0);
  // runs[b] is the length of the equal runs from `layer` and from b.
  std::vector<int32_t> runs(numLayers + 1, 0);
  for (int32_t layer = numLayers; layer-- > 0;)
    for (int32_t other = 0; other < layer; ++other) {
      // Overwritten in place: runs[other + 1] still is that of layer + 1.
      runs[other] = kind[other] == kind[layer] ? runs[other + 1] + 1 : 0;
      if (runs[other] > common[layer]) {
        common[layer] = runs[other];
        like[layer] = other;
      }
    }
}
