//===- ModelNetworks.cpp - Networks and packages of real sizes ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelNetworks.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;

//===----------------------------------------------------------------------===//
// Building networks
//===----------------------------------------------------------------------===//

namespace {
/// A value made by a layer whose dimensions are (batch, sizes...) in order, or
/// an input of the network.
struct Tensor {
  int32_t value = -1;
  llvm::SmallVector<int64_t, 3> sizes;
};

class Builder {
public:
  Network network;

  Tensor addInput(llvm::ArrayRef<int64_t> sizes) {
    Value value;
    value.bytes = product(sizes);
    network.values.push_back(value);
    return {lastValue(), llvm::SmallVector<int64_t, 3>(sizes)};
  }

  /// Appends `layer`; its result runs over all its dimensions but the batch.
  Tensor addLayer(Layer layer, const std::string &name) {
    int32_t index = network.numLayers();
    layer.name = name;
    Tensor result;
    Output output;
    for (size_t d = 1; d < layer.dims.size(); ++d) {
      output.dims.push_back(static_cast<int32_t>(d));
      result.sizes.push_back(layer.dims[d].size);
    }
    Value value;
    value.producer = index;
    value.bytes = product(result.sizes);
    network.values.push_back(value);
    result.value = output.value = lastValue();
    layer.outputs.push_back(output);
    for (const Operand &operand : layer.operands)
      if (operand.kind == OperandKind::Activation) {
        auto &readers = network.values[operand.value].consumers;
        if (!llvm::is_contained(readers, index))
          readers.push_back(index);
      }
    network.layers.push_back(std::move(layer));
    return result;
  }

  /// One access a dimension of `from`; `dims` are dimensions of the reader, -1
  /// where all of it is read.
  Operand read(const Tensor &from, llvm::ArrayRef<int32_t> dims) const {
    Operand operand;
    operand.value = from.value;
    bool made = network.values[from.value].producer >= 0;
    for (auto [index, dim] : llvm::enumerate(dims)) {
      Access access;
      access.dim = dim;
      access.end = from.sizes[index];
      access.producerDim = made ? static_cast<int32_t>(index) + 1 : -1;
      operand.accesses.push_back(access);
    }
    return operand;
  }

  Network finish(const Tensor &result, std::string name) {
    network.values[result.value].isNetworkOutput = true;
    network.name = std::move(name);
    return std::move(network);
  }

  static int64_t product(llvm::ArrayRef<int64_t> sizes) {
    int64_t result = 1;
    for (int64_t size : sizes)
      result *= size;
    return result;
  }

private:
  int32_t lastValue() const {
    return static_cast<int32_t>(network.values.size()) - 1;
  }
};
} // namespace

static Layer startImage(int64_t rows, int64_t cols, int64_t channels) {
  Layer layer;
  layer.dims = {{1, DimRole::Batch},
                {rows, DimRole::Row},
                {cols, DimRole::Column},
                {channels, DimRole::Channel}};
  return layer;
}

/// Reads `from` through windows; `channelDim` is -1 for all channels.
static Operand readWindows(const Builder &builder, const Tensor &from,
                           int64_t window, int64_t stride, int64_t pad,
                           int32_t channelDim) {
  Operand operand = builder.read(from, {1, 2, channelDim});
  for (Access &access : llvm::MutableArrayRef(operand.accesses).take_front(2)) {
    access.window = window;
    access.stride = stride;
    access.offset = -pad;
  }
  return operand;
}

/// A constant of `bytes` an iteration of dimension `dim`.
static Operand constant(int32_t dim, int64_t size, int64_t bytes) {
  Operand operand;
  operand.kind = OperandKind::Weight;
  operand.accesses = {Access{dim, 1, 1, 0, 0, size, -1},
                      Access{-1, 1, 1, 0, 0, bytes, -1}};
  return operand;
}

/// A convolution with its folded normalisation and activation, and an addition
/// of `residual` if there is one.
static Tensor addConvolution(Builder &builder, const Tensor &from,
                             int64_t window, int64_t stride, int64_t pad,
                             int64_t channels, const std::string &name,
                             const Tensor *residual = nullptr) {
  int64_t rows = (from.sizes[0] + 2 * pad - window) / stride + 1;
  int64_t cols = (from.sizes[1] + 2 * pad - window) / stride + 1;
  Layer layer = startImage(rows, cols, channels);
  layer.kDim = 3;
  layer.channelReduction = from.sizes[2];
  layer.otherReduction = window * window;
  layer.macs = rows * cols * channels * from.sizes[2] * window * window;
  layer.streamOps = residual ? 3 : 2;
  layer.operands.push_back(readWindows(builder, from, window, stride, pad, -1));
  layer.operands.push_back(
      constant(3, channels, window * window * from.sizes[2]));
  layer.operands.push_back(constant(3, channels, 8));
  if (residual)
    layer.operands.push_back(builder.read(*residual, {1, 2, 3}));
  return builder.addLayer(std::move(layer), name);
}

static Tensor addPooling(Builder &builder, const Tensor &from, int64_t window,
                         int64_t stride, int64_t pad, const std::string &name) {
  int64_t rows = (from.sizes[0] + 2 * pad - window) / stride + 1;
  int64_t cols = (from.sizes[1] + 2 * pad - window) / stride + 1;
  Layer layer = startImage(rows, cols, from.sizes[2]);
  layer.streamOps = window * window;
  layer.operands.push_back(readWindows(builder, from, window, stride, pad, 3));
  return builder.addLayer(std::move(layer), name);
}

/// The mean over rows and columns: one value a channel.
static Tensor addGlobalPooling(Builder &builder, const Tensor &from) {
  Layer layer;
  layer.dims = {{1, DimRole::Batch}, {from.sizes[2], DimRole::Channel}};
  layer.streamOps = from.sizes[0] * from.sizes[1];
  layer.operands.push_back(builder.read(from, {-1, -1, 1}));
  return builder.addLayer(std::move(layer), "avgpool");
}

/// A layer that is connected to all of `from`.
static Tensor addDense(Builder &builder, const Tensor &from, int64_t channels,
                       const std::string &name) {
  Layer layer;
  int64_t reduction = Builder::product(from.sizes);
  layer.dims = {{1, DimRole::Batch}, {channels, DimRole::Channel}};
  layer.kDim = 1;
  layer.channelReduction = reduction;
  layer.macs = channels * reduction;
  layer.streamOps = 1;
  llvm::SmallVector<int32_t, 3> all(from.sizes.size(), -1);
  layer.operands.push_back(builder.read(from, all));
  layer.operands.push_back(constant(1, channels, reduction));
  return builder.addLayer(std::move(layer), name);
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

Network scope::search::makeResNet(int depth) {
  llvm::SmallVector<int, 4> blocks = {3, 4, 6, 3};
  if (depth == 18)
    blocks = {2, 2, 2, 2};
  else if (depth == 101)
    blocks[2] = 23;
  else if (depth == 152)
    blocks = {3, 8, 36, 3};
  bool bottleneck = depth > 34;
  Builder builder;
  Tensor map = builder.addInput({224, 224, 3});
  map = addConvolution(builder, map, 7, 2, 3, 64, "conv1");
  map = addPooling(builder, map, 3, 2, 1, "maxpool");
  for (int stage = 0; stage < 4; ++stage) {
    int64_t width = 64 << stage, channels = bottleneck ? 4 * width : width;
    for (int block = 0; block < blocks[stage]; ++block) {
      std::string name =
          "stage" + std::to_string(stage + 1) + "." + std::to_string(block);
      int64_t stride = stage > 0 && block == 0 ? 2 : 1;
      bool projects = stride != 1 || map.sizes[2] != channels;
      Tensor inner = map;
      if (bottleneck)
        inner = addConvolution(builder, inner, 1, 1, 0, width, name + ".conv1");
      inner =
          addConvolution(builder, inner, 3, stride, 1, width, name + ".conv2");
      Tensor shortcut = map;
      if (projects)
        shortcut = addConvolution(builder, map, 1, stride, 0, channels,
                                  name + ".projection");
      int64_t window = bottleneck ? 1 : 3;
      map = addConvolution(builder, inner, window, 1, window / 2, channels,
                           name + ".conv3", &shortcut);
    }
  }
  map = addGlobalPooling(builder, map);
  map = addDense(builder, map, 1000, "fc");
  return builder.finish(map, "resnet" + std::to_string(depth));
}

Network scope::search::makeVGG16() {
  Builder builder;
  Tensor map = builder.addInput({224, 224, 3});
  const int convolutions[] = {2, 2, 3, 3, 3};
  const int64_t widths[] = {64, 128, 256, 512, 512};
  for (int stage = 0; stage < 5; ++stage) {
    std::string name = "stage" + std::to_string(stage + 1);
    for (int index = 0; index < convolutions[stage]; ++index)
      map = addConvolution(builder, map, 3, 1, 1, widths[stage],
                           name + ".conv" + std::to_string(index + 1));
    map = addPooling(builder, map, 2, 2, 0, name + ".pool");
  }
  map = addDense(builder, map, 4096, "fc1");
  map = addDense(builder, map, 4096, "fc2");
  map = addDense(builder, map, 1000, "fc3");
  return builder.finish(map, "vgg16");
}

Network scope::search::makeDenseNet(int depth) {
  const int blocks[] = {6, 12, depth == 201 ? 48 : 24, depth == 201 ? 32 : 16};
  Builder builder;
  Tensor map = builder.addInput({224, 224, 3});
  map = addConvolution(builder, map, 7, 2, 3, 64, "conv1");
  map = addPooling(builder, map, 3, 2, 1, "maxpool");
  for (int block = 0; block < 4; ++block) {
    // All maps that the next layer reads, concatenated.
    std::vector<Tensor> parts = {map};
    auto addPointwise = [&](int64_t channels, const std::string &name) {
      Layer layer = startImage(map.sizes[0], map.sizes[1], channels);
      layer.kDim = 3;
      layer.channelReduction = 0;
      layer.streamOps = 2;
      for (const Tensor &part : parts) {
        layer.channelReduction += part.sizes[2];
        layer.operands.push_back(builder.read(part, {1, 2, -1}));
      }
      layer.macs =
          map.sizes[0] * map.sizes[1] * channels * layer.channelReduction;
      layer.operands.push_back(constant(3, channels, layer.channelReduction));
      return builder.addLayer(std::move(layer), name);
    };
    std::string stage = "block" + std::to_string(block + 1) + ".";
    for (int index = 0; index < blocks[block]; ++index) {
      std::string name = stage + std::to_string(index);
      Tensor inner = addPointwise(128, name + ".conv1");
      parts.push_back(
          addConvolution(builder, inner, 3, 1, 1, 32, name + ".conv2"));
    }
    int64_t channels = 0;
    for (const Tensor &part : parts)
      channels += part.sizes[2];
    if (block < 3) {
      map = addPointwise(channels / 2, stage + "transition");
      map = addPooling(builder, map, 2, 2, 0, stage + "pool");
    } else {
      map = addPointwise(channels, stage + "mix");
    }
  }
  map = addGlobalPooling(builder, map);
  map = addDense(builder, map, 1000, "fc");
  return builder.finish(map, "densenet" + std::to_string(depth));
}

Network scope::search::makeViT(int blocks) {
  constexpr int64_t kTokens = 197, kWidth = 768, kHeads = 12, kHidden = 3072;
  constexpr int64_t kHead = kWidth / kHeads;
  Builder builder;
  // Rows by channels: a matmul with constant weights.
  auto addMatmul = [&](const Tensor &from, int64_t channels, int64_t ops,
                       const std::string &name, const Tensor *residual) {
    Layer layer;
    layer.dims = {{1, DimRole::Batch},
                  {from.sizes[0], DimRole::Row},
                  {channels, DimRole::Channel}};
    layer.kDim = 2;
    layer.channelReduction = from.sizes[1];
    layer.macs = from.sizes[0] * channels * from.sizes[1];
    layer.streamOps = ops;
    layer.operands.push_back(builder.read(from, {1, -1}));
    layer.operands.push_back(constant(2, channels, from.sizes[1]));
    layer.operands.push_back(constant(2, channels, 4));
    if (residual)
      layer.operands.push_back(builder.read(*residual, {1, 2}));
    return builder.addLayer(std::move(layer), name);
  };
  // The normalised axis is not split: it is a size of the operand alone.
  auto addNorm = [&](const Tensor &from, const std::string &name) {
    Layer layer;
    layer.dims = {{1, DimRole::Batch}, {from.sizes[0], DimRole::Row}};
    layer.streamOps = 6 * from.sizes[1];
    layer.operands.push_back(builder.read(from, {1, -1}));
    int32_t index = builder.network.numLayers();
    Tensor result = builder.addLayer(std::move(layer), name);
    Layer &added = builder.network.layers[index];
    added.outputs[0].constantElements = from.sizes[1];
    builder.network.values[result.value].bytes = from.sizes[0] * from.sizes[1];
    result.sizes.push_back(from.sizes[1]);
    return result;
  };
  // What reads the result of a normalisation follows its rows only.
  auto fixNormReads = [&] {
    for (Layer &layer : builder.network.layers)
      for (Operand &operand : layer.operands) {
        if (operand.kind != OperandKind::Activation)
          continue;
        int32_t producer = builder.network.values[operand.value].producer;
        if (producer < 0)
          continue;
        int32_t numDims =
            static_cast<int32_t>(builder.network.layers[producer].dims.size());
        for (Access &access : operand.accesses)
          if (access.producerDim >= numDims)
            access.producerDim = -1;
      }
  };

  Tensor image = builder.addInput({224, 224, 3});
  Tensor patches;
  {
    Layer layer = startImage(14, 14, kWidth);
    layer.kDim = 3;
    layer.channelReduction = 3;
    layer.otherReduction = 256;
    layer.macs = 14 * 14 * kWidth * 3 * 256;
    layer.streamOps = 1;
    layer.operands.push_back(readWindows(builder, image, 16, 16, 0, -1));
    layer.operands.push_back(constant(3, kWidth, 3 * 256 + 8));
    patches = builder.addLayer(std::move(layer), "patches");
  }
  Tensor tokens;
  {
    // The class token in front and the positions added: rows of the image
    // become tokens, which no dimension follows one to one.
    Layer layer;
    layer.dims = {{1, DimRole::Batch},
                  {kTokens, DimRole::Row},
                  {kWidth, DimRole::Channel}};
    layer.streamOps = 1;
    Operand operand;
    operand.value = patches.value;
    operand.accesses = {Access{1, 1, 1, -1, 0, 196, -1},
                        Access{2, 1, 1, 0, 0, kWidth, 3}};
    layer.operands.push_back(operand);
    Operand positions = constant(2, kWidth, 1);
    positions.accesses[1] = Access{1, 1, 1, 0, 0, kTokens, -1};
    layer.operands.push_back(positions);
    tokens = builder.addLayer(std::move(layer), "tokens");
  }
  for (int block = 0; block < blocks; ++block) {
    std::string name = "block" + std::to_string(block) + ".";
    Tensor norm = addNorm(tokens, name + "norm1");
    Tensor query = addMatmul(norm, kWidth, 1, name + "query", nullptr);
    Tensor key = addMatmul(norm, kWidth, 1, name + "key", nullptr);
    Tensor value = addMatmul(norm, kWidth, 1, name + "value", nullptr);
    // Channels of query, key and value belong to heads: channel 64h + c.
    auto readHeads = [&](const Tensor &from, int32_t rowDim,
                         int32_t channelDim) {
      Operand operand;
      operand.value = from.value;
      Access channels{1, kHead, kHead, 0, 0, kWidth, 2};
      if (channelDim >= 0) {
        // 64h + c as two accesses: the heads, and the channels in a head.
        channels = Access{1, 1, 1, 0, 0, kHeads, -1};
        operand.accesses.push_back(Access{channelDim, 1, 1, 0, 0, kHead, -1});
      }
      operand.accesses.push_back(Access{rowDim, 1, 1, 0, 0, kTokens, 1});
      operand.accesses.push_back(channels);
      return operand;
    };
    Layer scores;
    scores.dims = {{1, DimRole::Batch},
                   {kHeads, DimRole::Other},
                   {kTokens, DimRole::Row},
                   {kTokens, DimRole::Channel}};
    scores.kDim = 3;
    scores.channelReduction = kHead;
    scores.macs = kHeads * kTokens * kTokens * kHead;
    scores.streamOps = 1;
    scores.operands = {readHeads(query, 2, -1), readHeads(key, 3, -1)};
    Tensor weights = builder.addLayer(std::move(scores), name + "scores");
    Layer softmax;
    softmax.dims = {
        {1, DimRole::Batch}, {kHeads, DimRole::Other}, {kTokens, DimRole::Row}};
    softmax.streamOps = 5 * kTokens;
    softmax.operands.push_back(builder.read(weights, {1, 2, -1}));
    int32_t index = builder.network.numLayers();
    weights = builder.addLayer(std::move(softmax), name + "softmax");
    builder.network.layers[index].outputs[0].constantElements = kTokens;
    builder.network.values[weights.value].bytes = kHeads * kTokens * kTokens;
    weights.sizes.push_back(kTokens);
    Layer mix;
    mix.dims = {{1, DimRole::Batch},
                {kHeads, DimRole::Other},
                {kTokens, DimRole::Row},
                {kHead, DimRole::Channel}};
    mix.kDim = 3;
    mix.channelReduction = kTokens;
    mix.macs = kHeads * kTokens * kTokens * kHead;
    mix.operands = {builder.read(weights, {1, 2, -1}), readHeads(value, -1, 3)};
    Tensor mixed = builder.addLayer(std::move(mix), name + "mix");
    // The heads side by side again: every output needs all of them.
    Layer projection;
    projection.dims = {{1, DimRole::Batch},
                       {kTokens, DimRole::Row},
                       {kWidth, DimRole::Channel}};
    projection.kDim = 2;
    projection.channelReduction = kWidth;
    projection.macs = kTokens * kWidth * kWidth;
    projection.streamOps = 2;
    projection.operands = {builder.read(mixed, {-1, 1, -1}),
                           constant(2, kWidth, kWidth + 4),
                           builder.read(tokens, {1, 2})};
    Tensor attended =
        builder.addLayer(std::move(projection), name + "projection");
    Tensor norm2 = addNorm(attended, name + "norm2");
    Tensor hidden = addMatmul(norm2, kHidden, 9, name + "expand", nullptr);
    tokens = addMatmul(hidden, kWidth, 2, name + "contract", &attended);
  }
  Tensor last = addNorm(tokens, "norm");
  Layer head;
  head.dims = {{1, DimRole::Batch}, {1000, DimRole::Channel}};
  head.kDim = 1;
  head.channelReduction = kWidth;
  head.macs = 1000 * kWidth;
  // Only the class token is read.
  Operand first = builder.read(last, {-1, -1});
  first.accesses[0].end = 1;
  head.operands = {first, constant(1, 1000, kWidth + 4)};
  Tensor result = builder.addLayer(std::move(head), "head");
  fixNormReads();
  return builder.finish(result, "vit" + std::to_string(blocks));
}

std::optional<Network> scope::search::makeNetwork(llvm::StringRef name) {
  llvm::StringRef number = name;
  int depth = 0;
  if (number.consume_front("resnet") && !number.getAsInteger(10, depth))
    return makeResNet(depth);
  number = name;
  if (number.consume_front("densenet") && !number.getAsInteger(10, depth))
    return makeDenseNet(depth);
  if (name == "vgg16")
    return makeVGG16();
  if (name == "vit")
    return makeViT(12);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Packages
//===----------------------------------------------------------------------===//

/// Picojoules a byte or a MAC as femtojoules.
static Rational femto(double pico) {
  return Rational(static_cast<int64_t>(pico * 1000 + 0.5));
}

/// Ports on the left and right columns.
static void addEdgePorts(Package &package, Rational each) {
  for (int32_t row = 0; row < package.rows; ++row) {
    package.dramPorts.push_back({{row, 0}, each});
    if (package.cols > 1)
      package.dramPorts.push_back({{row, package.cols - 1}, each});
  }
}

static Package startPackage(llvm::StringRef name, int32_t rows, int32_t cols,
                            int64_t sram, int64_t port) {
  Package package;
  package.name = name.str();
  package.rows = rows;
  package.cols = cols;
  ChipletKind kind;
  kind.sram = sram;
  package.kinds = {kind};
  package.port = package.link = Rational(port);
  package.hop = 20;
  package.multicast = true;
  package.dramLatency = 100;
  // 0.018 pJ a MAC, 0.132 and 0.234 pJ a bit of SRAM, 0.7 of a hop, 7.5 of
  // DRAM, and 40 mW of every chiplet.
  package.energy = {femto(0.018), femto(1.056), femto(1.872),
                    femto(5.6),   femto(60),    femto(40.0 * rows * cols)};
  return package;
}

std::optional<Package> scope::search::makePackage(llvm::StringRef name) {
  llvm::StringRef grid = name;
  if (grid.consume_front("simba-")) {
    auto [rowText, colText] = grid.split('x');
    int32_t rows = 0, cols = 0;
    if (rowText.getAsInteger(10, rows) || colText.getAsInteger(10, cols))
      return std::nullopt;
    Package package = startPackage(name, rows, cols, 752 * 1024, 100);
    package.energy.hop = femto(10.28);
    addEdgePorts(package, Rational(cols == 1 ? 2 : cols));
    return package;
  }
  if (name == "set-8x8") {
    Package package = startPackage(name, 8, 8, 1 << 20, 24);
    addEdgePorts(package, Rational(4096, 1000));
    return package;
  }
  if (name == "gemini-6x6") {
    Package package = startPackage(name, 6, 6, 1 << 20, 16);
    package.energy.hop = femto(14);
    package.energy.dram = femto(84);
    addEdgePorts(package, Rational(12));
    return package;
  }
  if (name == "scar-6x6") {
    Package package = startPackage(name, 6, 6, 10000000, 200);
    package.clockHz = 500000000;
    package.kinds[0].macK = package.kinds[0].macC = 64;
    package.hop = 18;
    package.energy.hop = femto(16.32);
    package.energy.dram = femto(118.4);
    for (Coordinate at : {Coordinate{0, 0}, Coordinate{0, 5}, Coordinate{5, 0},
                          Coordinate{5, 5}})
      package.dramPorts.push_back({at, Rational(32)});
    return package;
  }
  if (name == "wormhole-8x8") {
    Package package = startPackage(name, 8, 8, 1499136, 32);
    package.kinds[0].macK = 64;
    package.hop = 9;
    for (int32_t row = 1; row < 7; ++row)
      for (int32_t col : {0, 7})
        package.dramPorts.push_back({{row, col}, Rational(24)});
    return package;
  }
  if (name == "hetero-6x6") {
    Package package = *makePackage("simba-6x6");
    package.name = name.str();
    package.kinds[0].macK = 64;
    package.kinds[0].vector = 32;
    ChipletKind vector = package.kinds[0];
    vector.name = "vector";
    vector.macK = vector.macC = 16;
    vector.vector = 256;
    package.kinds.push_back(vector);
    package.kindAt.assign(36, 0);
    for (size_t at = 24; at < 36; ++at)
      package.kindAt[at] = 1;
    return package;
  }
  return std::nullopt;
}
