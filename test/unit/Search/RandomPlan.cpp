//===- RandomPlan.cpp - Random legal plans --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomPlan.h"

#include "scope/Search/Partitions.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;

/// Tries of a plan before the sampler gives up.
static constexpr int kTries = 60;

/// Lets a later layer read a second result of layer `index`, one element a row.
static void addSecondResult(Dice &dice, Network &network, int32_t index) {
  Layer &layer = network.layers[index];
  Output output;
  output.value = static_cast<int32_t>(network.values.size());
  output.elementBytes = dice.roll(1, 4);
  output.constantElements = dice.roll(1, 2);
  output.dims = {1};
  layer.outputs.push_back(output);
  Value value;
  value.producer = index;
  value.bytes =
      output.elementBytes * output.constantElements * layer.dims[1].size;
  value.isNetworkOutput = dice.oneIn(4);
  if (index + 1 < network.numLayers()) {
    int32_t reader =
        static_cast<int32_t>(dice.roll(index + 1, network.numLayers() - 1));
    Operand operand;
    operand.value = output.value;
    operand.elementBytes = output.elementBytes;
    Access rows{1, 1, 1, 0, 0, layer.dims[1].size, 1};
    Access constant{-1, 1, 1, 0, 0, output.constantElements, -1};
    operand.accesses = {rows, constant};
    network.layers[reader].operands.push_back(operand);
    value.consumers.push_back(reader);
  }
  network.values.push_back(value);
}

void scope::search::enrich(Dice &dice, Network &network) {
  if (dice.oneIn(5))
    network.samplesPerCall = 2;
  for (int32_t index = 0; index < network.numLayers(); ++index) {
    Layer &layer = network.layers[index];
    for (Operand &operand : layer.operands) {
      if (operand.kind == OperandKind::Weight) {
        if (dice.oneIn(4))
          operand.elementBytes = dice.roll(2, 4);
        if (dice.oneIn(8))
          operand.serialOps = 1;
        continue;
      }
      for (Access &access : operand.accesses) {
        if (dice.oneIn(12))
          access.producerDim = -1;
        // A slice, or one part of a concatenation.
        if (access.dim >= 0 && dice.oneIn(12)) {
          access.offset += dice.roll(-3, 3);
          access.begin = dice.roll(access.begin, access.end - 1);
        }
      }
    }
    if (dice.oneIn(6)) {
      Operand table;
      table.kind = OperandKind::Table;
      table.elementBytes = dice.roll(1, 2);
      table.accesses = {Access{1, 1, 1, 0, 0, layer.dims[1].size, -1}};
      layer.operands.push_back(table);
    }
    if (dice.oneIn(10)) {
      // A bias beside the weights, along the same channels.
      Operand bias;
      bias.kind = OperandKind::Weight;
      bias.elementBytes = dice.roll(1, 4);
      bias.accesses = {Access{2, 1, 1, 0, 0, layer.dims[2].size, -1}};
      layer.operands.push_back(bias);
    }
    if (dice.oneIn(8))
      layer.dims[1].role = DimRole::Other;
    if (dice.oneIn(6))
      addSecondResult(dice, network, index);
  }
}

void scope::search::enrich(Dice &dice, Package &package) {
  package.rows = static_cast<int32_t>(dice.roll(1, 5));
  package.cols = static_cast<int32_t>(dice.roll(1, 5));
  package.disabled.clear();
  package.dramPorts.clear();
  if (package.kinds.size() == 1 && dice.oneIn(2)) {
    ChipletKind other = package.kinds[0];
    other.macC = dice.roll(1, 4);
    other.sram = package.kinds[0].sram * dice.roll(2, 6) / 4;
    package.kinds.push_back(other);
  }
  package.kindAt.clear();
  bool oneKind = dice.oneIn(2);
  bool allEnabled = dice.oneIn(2);
  for (int32_t row = 0; row < package.rows; ++row)
    for (int32_t col = 0; col < package.cols; ++col) {
      package.kindAt.push_back(static_cast<uint8_t>(
          oneKind ? 0 : dice.roll(0, int64_t(package.kinds.size()) - 1)));
      if (!allEnabled && dice.oneIn(5))
        package.disabled.push_back({row, col});
      if (dice.oneIn(3))
        package.dramPorts.push_back(
            {{row, col}, Rational(dice.roll(1, 4), dice.roll(2, 8))});
    }
}

namespace {
/// Draws one plan, legal or nearly so.
class Sampler {
public:
  Sampler(Dice &dice, const CostModel &model)
      : dice(dice), model(model), problem(model.getProblem()),
        config(problem.config) {}

  Plan draw();

private:
  SegmentPlan drawSegment(int32_t first, int32_t last);
  bool drawPartitions(const SegmentPlan &segment, Plan &plan);

  Dice &dice;
  const CostModel &model;
  const Problem &problem;
  const Config &config;
};
} // namespace

SegmentPlan Sampler::drawSegment(int32_t first, int32_t last) {
  SegmentPlan segment;
  auto beats = beatCalls(problem);
  segment.beatCalls = beats[dice.roll(0, int64_t(beats.size()) - 1)];
  bool many = config.strategy == Strategy::Merged ||
              config.strategy == Strategy::Segmented ||
              config.strategy == Strategy::FullPipeline;
  for (int32_t layer = first; layer <= last; ++layer)
    if (layer == first || (many && dice.oneIn(2))) {
      ClusterPlan cluster;
      cluster.firstLayer = layer;
      segment.clusters.push_back(cluster);
    }
  auto count = static_cast<int32_t>(segment.clusters.size());
  int32_t chiplets = model.numChiplets(), slot = 0;
  for (int32_t index = 0; index < count; ++index) {
    ClusterPlan &cluster = segment.clusters[index];
    cluster.lastLayer =
        index + 1 < count ? segment.clusters[index + 1].firstLayer - 1 : last;
    int32_t left = chiplets - slot - (count - index - 1);
    cluster.size = static_cast<int32_t>(left < 1 ? 1
                                        : (index + 1 == count && !dice.oneIn(3))
                                            ? left
                                            : dice.roll(1, left));
    cluster.firstSlot = slot;
    if (slot + cluster.size <= chiplets)
      cluster.kinds = model.kindsOf(slot, cluster.size);
    slot += cluster.size;
    cluster.mode = config.weights.value_or(config.space == Space::Published ||
                                                   dice.oneIn(2)
                                               ? WeightMode::Replicated
                                               : WeightMode::Distributed);
    cluster.level = static_cast<int32_t>(2 * dice.roll(1, 7));
  }
  return segment;
}

bool Sampler::drawPartitions(const SegmentPlan &segment, Plan &plan) {
  for (const ClusterPlan &cluster : segment.clusters)
    for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
         ++layer) {
      std::vector<Partition> choices =
          enumeratePartitions(problem, layer, segment.beatCalls, cluster.size);
      if (choices.empty())
        return false;
      plan.partitions[layer] =
          choices[dice.roll(0, int64_t(choices.size()) - 1)];
    }
  return true;
}

Plan Sampler::draw() {
  int32_t numLayers = model.getNetwork().numLayers();
  Plan plan;
  plan.partitions.resize(numLayers);
  int32_t first = 0;
  while (first < numLayers) {
    int32_t last = first;
    while (last + 1 < numLayers && config.strategy != Strategy::LayerByLayer &&
           (config.strategy == Strategy::FullPipeline || !dice.oneIn(3)))
      ++last;
    plan.segments.push_back(drawSegment(first, last));
    if (!drawPartitions(plan.segments.back(), plan))
      return {};
    first = last + 1;
  }
  return plan;
}

std::optional<Plan> scope::search::makeRandomPlan(Dice &dice,
                                                  const CostModel &model) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    Plan plan = Sampler(dice, model).draw();
    if (!plan.segments.empty() && !checkShape(model, plan))
      return plan;
  }
  return std::nullopt;
}
