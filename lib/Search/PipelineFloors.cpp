//===- PipelineFloors.cpp - What pipelines take at least ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineFloors.h"

#include <algorithm>

using namespace scope::search;

PipelineFloors::PipelineFloors(const CostModel &model, int64_t beats,
                               llvm::ArrayRef<llvm::ArrayRef<int64_t>> times,
                               const EdgeFloors *edges)
    : layers(times.size()), areas(times.size()) {
  int32_t numLayers = static_cast<int32_t>(times.size());
  int64_t chiplets = model.numChiplets();
  int64_t fill = std::min(beats, chiplets / 2);
  // Twice what a layer and the next one take beyond their own.
  auto beyond = [&](int32_t layer, int32_t size) -> int64_t {
    if (!edges || layer < 0 || layer + 1 >= numLayers)
      return 0;
    return std::max<int64_t>(0, edges->twice(layer, size) - times[layer][size] -
                                    times[layer + 1][size]);
  };
  // Layers that are alike in all of this, by their times.
  llvm::DenseMap<const int64_t *, int32_t> known;
  for (int32_t layer = 0; layer < numLayers; ++layer) {
    Layer &own = layers[layer];
    auto [like, isNew] = known.try_emplace(times[layer].data(), layer);
    if (!edges && !isNew) {
      own = layers[like->second];
      continue;
    }
    for (int32_t size = 1; size < chiplets; ++size) {
      __int128 time = times[layer][size], each = size * beats + fill;
      auto half = [&](int64_t twice) { return twice * each / 4; };
      __int128 before = half(beyond(layer - 1, size)),
               after = half(beyond(layer, size)), base = time * each;
      auto take = [](int64_t &least, __int128 area) {
        least = std::min(least, saturate(area));
      };
      take(own.both, base + before + after);
      take(own.before, base + before);
      take(own.after, base + after);
      take(own.alone, base);
      take(own.steady, time * size * beats);
    }
  }
  for (int32_t first = 0; first < numLayers; ++first)
    findAreas(first, chiplets, beats);
}

void PipelineFloors::findAreas(int32_t first, int64_t chiplets, int64_t beats) {
  int64_t fill = std::min(beats, chiplets / 2);
  std::vector<int64_t> &row = areas[first];
  // Of the layers before the last one, each with all of its neighbours.
  __int128 sum = 0, steady = 0;
  // What is saved where a cluster ends, at one place and at all of them.
  __int128 mostSaved = 0, allSaved = 0;
  int32_t numLayers = static_cast<int32_t>(layers.size());
  for (int32_t last = first; last < numLayers; ++last) {
    const Layer &own = layers[last];
    steady += own.steady;
    if (last > first) {
      const Layer &other = layers[last - 1];
      __int128 saved =
          std::max(other.both - other.before, other.after - other.alone) +
          std::max(own.both - own.after, own.before - own.alone);
      mostSaved = std::max(mostSaved, saved);
      allSaved += saved;
    }
    __int128 area = sum + (last > first ? own.before : own.alone);
    // A cluster more costs this much at least.
    __int128 pace = steady / (chiplets * beats);
    area -= mostSaved <= fill * pace ? mostSaved : allSaved;
    row.push_back(
        saturate(std::max(area, steady + std::min(beats, chiplets) * pace)));
    sum += last > first ? own.both : own.after;
  }
}
