//===- LayerClasses.cpp - Layers that cost the same ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerClasses.h"

#include <map>

using namespace scope::search;

/// Everything about `layer` that its costs depend on, as a list of numbers.
static std::vector<int64_t> describe(const CostModel &model, int32_t index) {
  const Layer &layer = model.getNetwork().layers[index];
  std::vector<int64_t> numbers = {
      layer.kDim,           layer.channelReduction,
      layer.otherReduction, layer.macs,
      layer.streamOps,      layer.splittable,
      model.streams(index), static_cast<int64_t>(layer.dims.size())};
  for (const ParallelDim &dim : layer.dims) {
    numbers.push_back(dim.size);
    numbers.push_back(static_cast<int64_t>(dim.role));
  }
  for (const Operand &operand : layer.operands) {
    numbers.push_back(static_cast<int64_t>(operand.kind));
    numbers.push_back(operand.elementBytes);
    numbers.push_back(operand.serialOps);
    numbers.push_back(static_cast<int64_t>(operand.accesses.size()));
    for (const Access &access : operand.accesses)
      numbers.insert(numbers.end(),
                     {access.dim, access.stride, access.window, access.offset,
                      access.begin, access.end, access.producerDim});
  }
  numbers.push_back(-1);
  for (const Output &output : layer.outputs) {
    // The size of the stored value enters the energy of writing it.
    numbers.push_back(model.getNetwork().values[output.value].bytes);
    numbers.push_back(output.elementBytes);
    numbers.push_back(output.constantElements);
    numbers.push_back(static_cast<int64_t>(output.dims.size()));
    numbers.insert(numbers.end(), output.dims.begin(), output.dims.end());
  }
  for (const Pin &pin : model.getConfig().pins)
    if (pin.layer == index && pin.partition) {
      numbers.push_back(-2);
      numbers.insert(numbers.end(), pin.partition->begin(),
                     pin.partition->end());
    }
  return numbers;
}

LayerClasses::LayerClasses(const CostModel &model) {
  const Network &network = model.getNetwork();
  std::map<std::vector<int64_t>, int32_t> classes;
  std::map<std::vector<int64_t>, int32_t> edgeClasses;
  readers.assign(network.layers.size(), -1);
  edges.resize(network.layers.size());
  for (int32_t layer = 0; layer < network.numLayers(); ++layer) {
    auto [entry, isNew] = classes.try_emplace(
        describe(model, layer), static_cast<int32_t>(example.size()));
    if (isNew)
      example.push_back(layer);
    layerClass.push_back(entry->second);

    const Layer &consumer = network.layers[layer];
    for (uint32_t index = 0; index < consumer.operands.size(); ++index) {
      const Operand &operand = consumer.operands[index];
      if (operand.kind != OperandKind::Activation)
        continue;
      int32_t producer = network.values[operand.value].producer;
      if (producer < 0)
        continue;
      readers[producer] = std::max(readers[producer], layer);
      int64_t output = 0;
      while (network.layers[producer].outputs[output].value != operand.value)
        ++output;
      Edge edge{producer, index, 0};
      auto [edgeEntry, isNewEdge] = edgeClasses.try_emplace(
          {layerClass[layer], index, layerClass[producer], output},
          static_cast<int32_t>(edgeExample.size()));
      edge.edgeClass = edgeEntry->second;
      if (isNewEdge)
        edgeExample.push_back({layer, edge});
      edges[layer].push_back(edge);
    }
  }
}
