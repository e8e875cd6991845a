//===- Network.cpp - Layers and values as the search sees them -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Network.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include "Hasher.h"

using namespace scope::search;

llvm::StringRef scope::search::getRoleName(DimRole role) {
  switch (role) {
  case DimRole::Batch:
    return "batch";
  case DimRole::Other:
    return "other";
  case DimRole::Row:
    return "row";
  case DimRole::Column:
    return "column";
  case DimRole::Channel:
    return "channel";
  }
  llvm_unreachable("unknown role");
}

int64_t scope::search::weightBytes(const Layer &layer) {
  int64_t bytes = 0;
  for (const Operand &operand : layer.operands) {
    if (operand.kind != OperandKind::Weight)
      continue;
    int64_t size = operand.elementBytes;
    for (const Access &access : operand.accesses)
      size *= access.end - access.begin;
    bytes += size;
  }
  return bytes;
}

int64_t scope::search::widestWeight(const Layer &layer) {
  int64_t widest = 1;
  for (const Operand &operand : layer.operands)
    if (operand.kind == OperandKind::Weight)
      widest = std::max(widest, operand.elementBytes);
  return widest;
}

int64_t scope::search::elementBytes(const Network &network, int32_t value) {
  const Value &of = network.values[value];
  if (of.producer >= 0) {
    for (const Output &output : network.layers[of.producer].outputs)
      if (output.value == value)
        return output.elementBytes;
  } else if (!of.consumers.empty()) {
    for (const Operand &read : network.layers[of.consumers.front()].operands)
      if (read.value == value)
        return read.elementBytes;
  }
  return 1;
}

/// Checks the dimensions and amounts of `layer`.
static std::string checkDims(const Layer &layer) {
  if (layer.dims.empty() || layer.dims[0].role != DimRole::Batch ||
      layer.dims[0].size != 1)
    return "dimension 0 must be the batch, of size 1";
  __int128 points = 1;
  for (size_t d = 1; d < layer.dims.size(); ++d) {
    if (layer.dims[d].role < layer.dims[d - 1].role ||
        layer.dims[d].role == DimRole::Batch)
      return "dimensions must ascend by role, with one batch";
    if (layer.dims[d].size < 1)
      return "a dimension has no iterations";
    points *= layer.dims[d].size;
    if (points > kUnbounded)
      return "the iteration space is too large for 62 bits";
  }
  if (layer.kDim >= static_cast<int32_t>(layer.dims.size()) || layer.kDim == 0)
    return "kDim names no dimension";
  if (layer.channelReduction < 1 || layer.otherReduction < 1 ||
      layer.macs < 0 || layer.streamOps < 0)
    return "an amount of work is out of range";
  if (__int128(layer.macs) > kUnbounded / 1024 ||
      points * layer.streamOps > kUnbounded / 1024)
    return "the layer has too much work for 62 bits";
  return "";
}

/// Checks one operand of layer `index`.
static std::string checkOperand(const Network &network, int32_t index,
                                const Operand &operand) {
  const Layer &layer = network.layers[index];
  if (operand.elementBytes < 1 || operand.serialOps < 0)
    return "an operand has an element size or an amount of work out of range";
  const Layer *from = nullptr;
  if (operand.kind == OperandKind::Activation) {
    if (operand.value < 0 ||
        operand.value >= static_cast<int32_t>(network.values.size()))
      return "an operand names no value";
    const Value &value = network.values[operand.value];
    if (value.producer >= index)
      return "an operand is made by a later layer";
    if (value.producer >= 0)
      from = &network.layers[value.producer];
    if (!llvm::is_contained(value.consumers, index))
      return "a value does not know all its readers";
  } else if (operand.value >= 0) {
    return "a constant operand names a value";
  }
  __int128 bytes = operand.elementBytes;
  for (const Access &access : operand.accesses) {
    if (access.dim == 0 ||
        access.dim >= static_cast<int32_t>(layer.dims.size()))
      return "an access names no dimension of the layer";
    if (access.begin < 0 || access.end <= access.begin || access.stride < 0 ||
        access.window < 1)
      return "an access has an empty range";
    if (access.producerDim == 0 ||
        access.producerDim >=
            (from ? static_cast<int32_t>(from->dims.size()) : 0))
      return "an access names no dimension of the producing layer";
    bytes *= access.end - access.begin;
    if (bytes > kUnbounded / 1024)
      return "an operand is too large for 62 bits";
  }
  return "";
}

std::string scope::search::check(const Network &network) {
  if (network.samplesPerCall < 1)
    return "a call must compute at least one sample";
  for (int32_t index = 0; index < network.numLayers(); ++index) {
    const Layer &layer = network.layers[index];
    std::string wrong = checkDims(layer);
    if (wrong.empty() && layer.operands.size() > kMostOperands)
      wrong = llvm::formatv("it reads {0} operands, at most {1} are "
                            "supported; split the concatenation that it reads "
                            "into several",
                            layer.operands.size(), kMostOperands);
    for (const Operand &operand : layer.operands)
      if (wrong.empty())
        wrong = checkOperand(network, index, operand);
    for (const Output &output : layer.outputs) {
      if (!wrong.empty())
        break;
      if (output.value < 0 ||
          output.value >= static_cast<int32_t>(network.values.size()) ||
          network.values[output.value].producer != index)
        wrong = "an output names a value of another layer";
      else if (output.elementBytes < 1 || output.constantElements < 1)
        wrong = "an output has no elements";
      for (int32_t d : output.dims)
        if (d < 1 || d >= static_cast<int32_t>(layer.dims.size()))
          wrong = "an output names no dimension of the layer";
    }
    if (!wrong.empty())
      return llvm::formatv("layer {0} ('{1}'): {2}", index, layer.name, wrong);
  }
  for (size_t index = 0; index < network.values.size(); ++index) {
    const Value &value = network.values[index];
    bool ascending =
        llvm::is_sorted(value.consumers) &&
        llvm::adjacent_find(value.consumers) == value.consumers.end();
    bool read = llvm::all_of(value.consumers, [&](int32_t layer) {
      return layer > value.producer && layer < network.numLayers() &&
             llvm::any_of(
                 network.layers[layer].operands,
                 [&](const Operand &operand) {
                   return operand.kind == OperandKind::Activation &&
                          operand.value == static_cast<int32_t>(index);
                 });
    });
    if (value.bytes < 0 || value.bytes > kUnbounded / 1024 || !ascending ||
        !read || value.producer >= network.numLayers())
      return llvm::formatv("value {0} has a size, a producer or readers that "
                           "do not fit the layers",
                           index);
  }
  return "";
}

uint64_t scope::search::hash(const Network &network) {
  Hasher hasher;
  hasher.add(network.samplesPerCall);
  hasher.add(network.layers.size());
  for (const Layer &layer : network.layers) {
    hasher.add(layer.dims.size());
    for (const ParallelDim &dim : layer.dims) {
      hasher.add(dim.size);
      hasher.add(static_cast<uint64_t>(dim.role));
    }
    for (int64_t number :
         {static_cast<int64_t>(layer.kDim), layer.channelReduction,
          layer.otherReduction, layer.macs, layer.streamOps})
      hasher.add(number);
    hasher.add(layer.splittable);
    hasher.add(layer.operands.size());
    for (const Operand &operand : layer.operands) {
      hasher.add(static_cast<uint64_t>(operand.kind));
      hasher.add(operand.value);
      hasher.add(operand.elementBytes);
      hasher.add(operand.serialOps);
      hasher.add(operand.accesses.size());
      for (const Access &access : operand.accesses)
        for (int64_t number :
             {static_cast<int64_t>(access.dim), access.stride, access.window,
              access.offset, access.begin, access.end,
              static_cast<int64_t>(access.producerDim)})
          hasher.add(number);
    }
    hasher.add(layer.outputs.size());
    for (const Output &output : layer.outputs) {
      hasher.add(output.value);
      hasher.add(output.elementBytes);
      hasher.add(output.constantElements);
      hasher.add(output.dims.size());
      for (int32_t dim : output.dims)
        hasher.add(dim);
    }
  }
  hasher.add(network.values.size());
  for (const Value &value : network.values) {
    hasher.add(value.producer);
    hasher.add(value.bytes);
    hasher.add(value.isNetworkOutput);
  }
  return hasher.finish();
}
