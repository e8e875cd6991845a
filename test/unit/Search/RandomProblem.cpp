//===- RandomProblem.cpp - Small random search problems ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomProblem.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;

namespace {
/// A feature map on its way through a network under construction.
struct Map {
  int32_t value;
  int64_t rows, channels;
};

class Builder {
public:
  Network network;

  Map addInput(int64_t rows, int64_t channels) {
    Value value;
    value.bytes = rows * channels;
    network.values.push_back(value);
    return {static_cast<int32_t>(network.values.size()) - 1, rows, channels};
  }

  /// Appends a layer of `rows` x `channels` outputs: dimension 1 are the rows,
  /// dimension 2 the channels.
  Map addLayer(Layer layer, int64_t rows, int64_t channels) {
    int32_t index = network.numLayers();
    layer.name = "layer" + std::to_string(index);
    Output output;
    output.value = static_cast<int32_t>(network.values.size());
    output.dims = {1, 2};
    layer.outputs.push_back(output);
    for (const Operand &operand : layer.operands)
      if (operand.kind == OperandKind::Activation) {
        llvm::SmallVector<int32_t, 2> &readers =
            network.values[operand.value].consumers;
        if (!llvm::is_contained(readers, index))
          readers.push_back(index);
      }
    Value value;
    value.producer = index;
    value.bytes = rows * channels;
    network.values.push_back(value);
    network.layers.push_back(std::move(layer));
    return {output.value, rows, channels};
  }

  /// An operand that reads `from` by rows, with a window, and by channels.
  Operand read(const Map &from, int64_t stride, int64_t window,
               bool allChannels) {
    bool made = network.values[from.value].producer >= 0;
    Operand operand;
    operand.value = from.value;
    Access rows{1, stride, window, -(window / 2), 0, from.rows, made ? 1 : -1};
    Access channels{2, 1, 1, 0, 0, from.channels, made ? 2 : -1};
    if (allChannels)
      channels.dim = -1;
    operand.accesses = {rows, channels};
    return operand;
  }
};
} // namespace

static Layer startLayer(int64_t rows, int64_t channels) {
  Layer layer;
  layer.dims = {
      {1, DimRole::Batch}, {rows, DimRole::Row}, {channels, DimRole::Channel}};
  return layer;
}

/// A convolution over rows.
static Layer makeConvolution(Builder &builder, const Map &from, int64_t stride,
                             int64_t window, int64_t channels) {
  int64_t rows = ceilDiv(from.rows, stride);
  Layer layer = startLayer(rows, channels);
  layer.kDim = 2;
  layer.channelReduction = from.channels;
  layer.otherReduction = window;
  layer.macs = rows * channels * from.channels * window;
  layer.streamOps = 1;
  layer.operands.push_back(builder.read(from, stride, window, true));
  Operand weights;
  weights.kind = OperandKind::Weight;
  weights.accesses = {Access{2, 1, 1, 0, 0, channels, -1},
                      Access{-1, 1, 1, 0, 0, from.channels * window, -1}};
  layer.operands.push_back(weights);
  return layer;
}

Network scope::search::makeRandomNetwork(Dice &dice, int32_t numLayers,
                                         int64_t mostChannels) {
  Builder builder;
  Map map = builder.addInput(dice.roll(2, 6), dice.roll(1, 4));
  std::vector<Map> seen = {map};
  for (int32_t index = 0; index < numLayers; ++index) {
    Layer layer;
    int64_t rows = map.rows, channels = map.channels;
    switch (dice.roll(0, 5)) {
    case 0: // A pooling.
      layer = startLayer(rows, channels);
      layer.streamOps = dice.roll(1, 9);
      layer.operands.push_back(builder.read(map, 1, 3, false));
      break;
    case 1: // A matmul of rows with rows: no weights, two activations.
      layer = startLayer(rows, rows);
      layer.kDim = 2;
      layer.channelReduction = channels;
      layer.macs = rows * rows * channels;
      layer.operands.push_back(builder.read(map, 1, 1, true));
      layer.operands.push_back(builder.read(map, 1, 1, true));
      layer.operands[1].accesses[0] = {
          2, 1, 1, 0, 0, map.rows, layer.operands[0].accesses[0].producerDim};
      layer.operands[1].serialOps = dice.roll(0, 1);
      channels = rows;
      break;
    default:
      channels = dice.roll(1, mostChannels);
      rows = ceilDiv(rows, dice.oneIn(3) ? 2 : 1);
      layer = makeConvolution(builder, map, rows < map.rows ? 2 : 1,
                              dice.oneIn(2) ? 3 : 1, channels);
      break;
    }
    // A shortcut from some earlier map of the same shape.
    for (const Map &earlier : llvm::reverse(seen))
      if (earlier.rows == rows && earlier.channels == channels &&
          earlier.value != map.value && dice.oneIn(2)) {
        layer.operands.push_back(builder.read(earlier, 1, 1, false));
        ++layer.streamOps;
        break;
      }
    layer.splittable = !dice.oneIn(12);
    map = builder.addLayer(std::move(layer), rows, channels);
    seen.push_back(map);
    if (dice.oneIn(8))
      builder.network.values[map.value].isNetworkOutput = true;
  }
  builder.network.values[map.value].isNetworkOutput = true;
  return std::move(builder.network);
}

Network scope::search::makeChain(int32_t numLayers, int64_t size,
                                 int64_t channels) {
  Builder builder;
  Map map = builder.addInput(size, channels);
  for (int32_t index = 0; index < numLayers; ++index)
    map = builder.addLayer(makeConvolution(builder, map, 1, 3, channels), size,
                           channels);
  builder.network.values[map.value].isNetworkOutput = true;
  return std::move(builder.network);
}

Network scope::search::makeRepeatingNetwork(Dice &dice, int32_t numLayers) {
  Builder builder;
  int64_t rows = dice.roll(3, 6), width = dice.roll(1, 3);
  struct Motif {
    int64_t kernel, channels;
  };
  std::vector<Motif> motifs;
  for (int64_t count = dice.roll(1, 3); count > 0; --count)
    motifs.push_back({dice.oneIn(2) ? 3 : 1, dice.roll(1, 4)});
  motifs.back().channels = width;
  bool hasShortcuts = dice.oneIn(2);
  int32_t numOthers = static_cast<int32_t>(dice.roll(0, 2));
  Map map = builder.addInput(rows, width), start = map;
  for (int32_t index = 0; index < numLayers; ++index) {
    size_t place = index % motifs.size();
    bool isOther = index >= numLayers - numOthers;
    int64_t channels = isOther ? dice.roll(1, 6) : motifs[place].channels;
    Layer layer =
        makeConvolution(builder, map, 1, motifs[place].kernel, channels);
    bool ends = !isOther && place + 1 == motifs.size();
    if (ends && hasShortcuts && start.value != map.value) {
      layer.operands.push_back(builder.read(start, 1, 1, false));
      ++layer.streamOps;
    }
    map = builder.addLayer(std::move(layer), rows, channels);
    if (ends)
      start = map;
  }
  builder.network.values[map.value].isNetworkOutput = true;
  return std::move(builder.network);
}

Package scope::search::makePlainPackage(int32_t rows, int32_t cols,
                                        int64_t sram) {
  Package package;
  package.name = "plain";
  package.rows = rows;
  package.cols = cols;
  ChipletKind kind;
  kind.macK = kind.macC = 2;
  kind.vector = 2;
  kind.sram = sram;
  package.kinds = {kind};
  package.port = Rational(4);
  package.link = Rational(4);
  package.hop = 1;
  package.dramPorts = {{{0, 0}, Rational(2)}};
  package.dramLatency = 3;
  package.energy = {Rational(18),  Rational(100),  Rational(150),
                    Rational(700), Rational(6000), Rational(50)};
  package.batch = 4;
  return package;
}

Package scope::search::makeRandomPackage(Dice &dice, int32_t mostChiplets,
                                         int64_t sram) {
  int32_t rows = static_cast<int32_t>(dice.roll(1, 2));
  int32_t cols = static_cast<int32_t>(dice.roll(1, mostChiplets / rows));
  Package package = makePlainPackage(rows, cols, sram);
  ChipletKind &kind = package.kinds[0];
  kind.macK = dice.roll(1, 3);
  kind.macC = dice.roll(1, 3);
  kind.vector = dice.roll(1, 3);
  package.port = Rational(dice.roll(1, 20), dice.roll(1, 3));
  package.link = Rational(dice.roll(2, 20), dice.roll(1, 3));
  package.hop = dice.roll(0, 3);
  package.multicast = dice.oneIn(2);
  package.dramPorts[0].bandwidth = Rational(dice.roll(1, 4), dice.roll(2, 8));
  package.dramLatency = dice.roll(0, 20);
  if (rows * cols > 2 && dice.oneIn(4))
    package.disabled = {{0, cols - 1}};
  if (rows * cols > 1 && dice.oneIn(4)) {
    ChipletKind other = kind;
    other.name = "other";
    other.macK = dice.roll(1, 4);
    other.vector = dice.roll(1, 4);
    other.sram = sram * dice.roll(2, 6) / 4;
    package.kinds.push_back(other);
    package.kindAt.assign(rows * cols, 0);
    for (uint8_t &at : package.kindAt)
      at = dice.oneIn(2);
  }
  return package;
}

Instance scope::search::makeRepeatingInstance(Dice &dice) {
  Network network =
      makeRepeatingNetwork(dice, static_cast<int32_t>(dice.roll(3, 9)));
  int64_t sram = dice.oneIn(2) ? dice.roll(60, 250) : dice.roll(250, 2000);
  Package package =
      makePlainPackage(dice.oneIn(2) ? 1 : 2, dice.oneIn(2) ? 3 : 4, sram);
  package.multicast = !dice.oneIn(4);
  package.port = Rational(dice.roll(2, 20), 2);
  package.dramPorts.front().bandwidth = Rational(dice.roll(1, 12));
  Config config;
  config.batch = int64_t(1) << dice.roll(0, 4);
  config.space = dice.oneIn(4) ? Space::Published : Space::Full;
  return {std::move(network), std::move(package), config};
}
