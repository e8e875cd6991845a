//===- SegmentFloors.cpp - What segments need at the least ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentFloors.h"

#include "SegmentTraffic.h"

#include <algorithm>

using namespace scope::search;

bool scope::search::hasPipelines(const CostModel &model) {
  Strategy strategy = model.getConfig().strategy;
  return strategy == Strategy::Merged || strategy == Strategy::Segmented ||
         strategy == Strategy::FullPipeline;
}

SegmentFloors::SegmentFloors(const CostModel &model, int64_t calls)
    : model(model), calls(calls), pipelines(hasPipelines(model)) {
  const Network &network = model.getNetwork();
  for (int64_t level : kLevels) {
    std::pair<int64_t, int64_t> most = {0, 0};
    for (KindMask kind = 1; kind != 0 && kind <= model.allKinds(); kind <<= 1)
      if (kind & model.allKinds())
        most = {std::max(most.first, model.budget(kind, level)),
                std::max(most.second, model.room(kind, level))};
    levels.push_back(most);
  }
  for (int32_t index = 0; index < network.numLayers(); ++index) {
    const search::Layer &from = network.layers[index];
    Layer &layer = layers.emplace_back();
    for (auto [number, operand] : llvm::enumerate(from.operands)) {
      int64_t bytes = model.leastRead(index, unsigned(number));
      if (operand.kind == OperandKind::Weight)
        layer.weights += model.streams(index) ? 0 : bytes;
      else if (operand.kind == OperandKind::Table)
        layer.reads.push_back({-1, -1, bytes * calls});
      else
        layer.reads.push_back({operand.value,
                               network.values[operand.value].producer,
                               bytes * calls});
    }
    for (const Output &output : from.outputs) {
      int64_t bytes = output.elementBytes * output.constantElements * calls;
      for (int32_t dim : output.dims)
        bytes *= from.dims[dim].size;
      const auto &readers = network.values[output.value].consumers;
      layer.results.push_back({readers.empty() ? -1 : readers.back(), bytes});
      layer.made += bytes;
    }
  }
  clusters.resize(layers.size());
}

/// A growing cluster, in bytes of all its chiplets together. A chiplet holds no
/// less than one part of `size` of each: as many tiles as are used cover it.
class SegmentFloors::Cluster {
public:
  Cluster(const SegmentFloors &floors, int32_t first)
      : floors(floors), first(first) {}

  void advance(int32_t index) {
    const Layer &layer = floors.layers[index];
    weights += layer.weights;
    int64_t inside = 0, outside = 0;
    for (const Operand &operand : layer.reads) {
      (operand.producer >= first ? inside : outside) += operand.bytes;
      if (operand.value >= 0 && operand.producer < first &&
          !llvm::is_contained(arrived, operand.value)) {
        arrived.push_back(operand.value);
        arriving += floors.model.getNetwork().values[operand.value].bytes *
                    floors.calls;
      }
    }
    int64_t heldBefore = held;
    llvm::erase_if(open, [&](const std::pair<int32_t, int64_t> &value) {
      held -= value.first <= index ? value.second : 0;
      return value.first <= index;
    });
    aloneTiles = std::max(longer, inside + std::max(heldBefore, held));
    int64_t whole = inside + std::max(heldBefore, held + layer.made);
    // A cluster that is alone reads what is outside in bands.
    longer = std::max(longer, whole);
    tiles = std::max(tiles, whole + outside);
    for (const std::pair<int32_t, int64_t> &result : layer.results)
      if (result.first > index) {
        open.push_back(result);
        held += result.second;
      }
  }

  int64_t weights = 0;
  /// Of a beat that comes in from other clusters.
  int64_t arriving = 0;
  /// Of a cluster that is alone and ends here, and in a pipeline.
  int64_t aloneTiles = 0, tiles = 0;

private:
  const SegmentFloors &floors;
  int32_t first;
  /// Of a cluster that is alone and ends later.
  int64_t longer = 0;
  int64_t held = 0;
  llvm::SmallVector<int32_t, 8> arrived;
  llvm::SmallVector<std::pair<int32_t, int64_t>, 8> open;
};

int64_t SegmentFloors::chiplets(int64_t resident, int64_t tiles) const {
  int64_t least = kUnbounded;
  auto needed = [](int64_t bytes, int64_t each) {
    return bytes == 0 ? 1 : each <= 0 ? kUnbounded : ceilDiv(bytes, each);
  };
  for (auto [budget, room] : levels)
    least = std::min(least,
                     std::max(needed(resident, budget), needed(tiles, room)));
  return least;
}

int32_t SegmentFloors::chipletsOf(int32_t first, int32_t last) {
  std::vector<int32_t> &row = clusters[first];
  if (row.empty()) {
    Cluster cluster(*this, first);
    int64_t size = 0;
    for (int32_t layer = first;
         size <= model.numChiplets() && layer < int32_t(layers.size()) &&
         layer - first < kMostDivided;
         ++layer) {
      cluster.advance(layer);
      size = chiplets(cluster.weights + cluster.arriving, cluster.tiles);
      row.push_back(static_cast<int32_t>(std::min<int64_t>(size, kNever)));
    }
  }
  return size_t(last - first) < row.size() ? row[last - first] : kNever;
}

void SegmentFloors::from(
    int32_t first, int32_t mostLayers,
    llvm::function_ref<void(int32_t last, const SegmentFloor &)> visit) {
  Cluster whole(*this, first);
  SegmentTraffic traffic(model, first);
  // By layers less one: the fewest chiplets of one or more clusters.
  std::vector<int32_t> fewest;
  int32_t numLayers = static_cast<int32_t>(layers.size());
  int64_t most = 0;
  for (auto [budget, room] : levels)
    most = std::max(most, budget * model.numChiplets());
  for (int32_t last = first; last < numLayers && last - first < mostLayers;
       ++last) {
    whole.advance(last);
    traffic.advance();
    SegmentFloor floor;
    floor.traffic = traffic.traffic();
    floor.alone =
        chiplets(whole.weights, whole.aloneTiles) <= model.numChiplets();
    if (!pipelines) {
      // One cluster needs no less with more layers.
      if (!floor.alone)
        return;
      visit(last, floor);
      continue;
    }
    // Long segments are taken to fit if their weights do.
    if (last - first >= kMostDivided) {
      floor.pipelined = whole.weights <= most;
    } else {
      int32_t several = kNever;
      for (int32_t start = first + 1; start <= last; ++start)
        several = std::min(several,
                           fewest[start - 1 - first] + chipletsOf(start, last));
      fewest.push_back(std::min(chipletsOf(first, last), several));
      floor.pipelined = several <= model.numChiplets();
      if (fewest.back() > model.numChiplets() && !floor.alone)
        return;
    }
    if (last - first >= kMostDivided && !floor.pipelined && !floor.alone)
      return;
    visit(last, floor);
  }
}
