//===- SegmentTable.cpp - The segments that may fit -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentTable.h"

#include "scope/Search/PinIndex.h"

using namespace scope::search;

bool SegmentTable::exists(const CostModel &model) {
  return model.getConfig().strategy != Strategy::FullPipeline &&
         model.getNetwork().numLayers() <= kMostLayers;
}

SegmentTable::SegmentTable(const CostModel &model)
    : segments(model.getNetwork().numLayers()) {
  int32_t numLayers = model.getNetwork().numLayers();
  llvm::SmallVector<int64_t, 8> beats = beatCalls(model.getProblem());
  for (size_t beat = 0; beat < beats.size(); ++beat) {
    SegmentFloors floors(model, beats[beat]);
    for (int32_t first = 0; first < numLayers; ++first) {
      std::vector<Segment> &row = segments[first];
      floors.from(first, numLayers,
                  [&](int32_t last, const SegmentFloor &floor) {
                    if (row.size() <= size_t(last - first))
                      row.resize(last - first + 1);
                    Segment &segment = row[last - first];
                    segment.traffic = floor.traffic;
                    if (floor.alone &&
                        clusterFollowsStrategy(model.getProblem(), first, last))
                      segment.alone |= 1u << beat;
                    if (floor.pipelined)
                      segment.pipelined |= 1u << beat;
                  });
    }
  }
}

LowerBounds::LowerBounds(const CostModel &model) : works(model) {
  if (SegmentTable::exists(model))
    segments.emplace(model);
}
