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
                               llvm::ArrayRef<llvm::ArrayRef<int64_t>> times)
    : chiplets(model.numChiplets()), beats(beats) {
  __int128 fill = std::min(beats, chiplets / 2);
  for (llvm::ArrayRef<int64_t> ofLayer : times) {
    int64_t filled = kUnbounded, steady = kUnbounded;
    for (int32_t size = 1; size < chiplets; ++size) {
      __int128 time = ofLayer[size];
      filled = std::min(filled, saturate(time * (size * beats + fill)));
      steady = std::min(steady, saturate(time * size * beats));
    }
    filledSum.push_back(saturate(__int128(filledSum.back()) + filled));
    steadySum.push_back(saturate(__int128(steadySum.back()) + steady));
  }
}

int64_t PipelineFloors::area(int32_t first, int32_t last) const {
  int64_t steady = steadySum[last + 1] - steadySum[first];
  __int128 pace = steady / (chiplets * beats);
  return std::max(filledSum[last + 1] - filledSum[first],
                  saturate(steady + std::min(beats, chiplets) * pace));
}
