//===- PaceBounds.cpp - What pipelines cost at least, by pace ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PaceBounds.h"

#include "Parallel.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace scope::search;

/// Ranges grow by this part of their start, or by more where that makes too
/// many of them.
static constexpr int64_t kFinestRange = 128;

/// Most numbers that are kept, and relaxations that are spent on them.
static constexpr int64_t kMostNumbers = 16000000;
static constexpr int64_t kMostWork = 600000000;

static constexpr float kNever = 1e30f;

void PaceBounds::choosePaces(const ClusterTables &tables, size_t index) {
  Beat &beat = beats[index];
  int64_t shortest = kUnbounded;
  std::vector<int64_t> stages;
  for (int32_t first = 0; first < numLayers; ++first)
    for (const auto &options : tables.pipelined[index].from(first))
      for (const Option &option : options) {
        shortest = std::min(shortest, option.stage);
        stages.push_back(option.stage);
      }
  llvm::sort(stages);
  int64_t longest = mostCycles / beat.beats;
  int64_t numBeats = static_cast<int64_t>(beats.size());
  for (int64_t parts = kFinestRange;; parts /= 2) {
    beat.paces.clear();
    int64_t work = 0;
    for (int64_t pace = std::max<int64_t>(1, shortest); pace <= longest;
         pace += parts == 0 ? 3 * pace : pace / parts + 1) {
      beat.paces.push_back(pace);
      work += llvm::upper_bound(stages, pace) - stages.begin();
    }
    beat.paces.push_back(longest + 1);
    int64_t row = numChiplets + 1;
    if (parts == 0 ||
        (static_cast<int64_t>(beat.paces.size()) * numLayers * row <=
             kMostNumbers / numBeats &&
         work * row <= kMostWork / numBeats))
      return;
  }
}

void PaceBounds::prepare(const ClusterTables &tables, size_t index) {
  choosePaces(tables, index);
  Beat &beat = beats[index];
  beat.open.assign(
      (numLayers + 1) * (beat.paces.size() - 1) * (numChiplets + 1), kNever);
  for (size_t range = 0; range + 1 < beat.paces.size(); ++range)
    std::fill_n(openAt(beat, numLayers, range), numChiplets + 1, 0.0f);
}

PaceBounds::PaceBounds(const CostModel &model, Strategy strategy,
                       const ClusterTables &tables, const CostToGo &toGo,
                       int64_t mostCycles, llvm::ThreadPoolInterface *threads)
    : numLayers(model.getNetwork().numLayers()),
      numChiplets(model.numChiplets()), mostCycles(mostCycles),
      precision(1.5e-7 * (numLayers + 8)), beats(tables.beats.size()) {
  Problem problem = model.getProblem();
  problem.config.strategy = strategy;
  std::vector<double> rest(numLayers + 1, kNever);
  rest[numLayers] = 0;
  for (auto [index, beat] : llvm::enumerate(beats))
    beat.beats = model.getProblem().calls() / tables.beats[index];
  forEach(threads, beats.size(), numThreads(threads),
          [&](size_t, size_t index) { prepare(tables, index); });

  for (int32_t first = numLayers; first-- > 0;) {
    for (auto [index, beat] : llvm::enumerate(beats)) {
      const auto &alone = tables.alone[index].from(first);
      auto follows = [&](size_t length) {
        return clusterFollowsStrategy(problem, first,
                                      first + static_cast<int32_t>(length));
      };
      for (size_t length = 0; length < alone.size() && follows(length);
           ++length)
        for (const Option &option : alone[length])
          rest[first] =
              std::min(rest[first], double(option.stage) * double(beat.beats) +
                                        rest[first + length + 1]);
      size_t numRanges = beat.paces.size() - 1;
      const auto &pipelined = tables.pipelined[index].from(first);
      for (size_t length = 0; length < pipelined.size() && follows(length);
           ++length)
        for (const Option &option : pipelined[length]) {
          int32_t size = option.region.size;
          float stage = static_cast<float>(option.stage);
          // From the first range that may hold this stage.
          size_t range =
              llvm::upper_bound(beat.paces, option.stage) - beat.paces.begin();
          for (range -= range > 0; range < numRanges; ++range) {
            float *here = openAt(beat, first, range) + size;
            const float *there =
                openAt(beat, first + int32_t(length) + 1, range);
            for (int32_t left = 0; left <= numChiplets - size; ++left)
              here[left] = std::min(here[left], stage + there[left]);
          }
        }
      // The slowest stage is no part of the fill.
      for (size_t range = 0; range < numRanges; ++range) {
        double sum = openAt(beat, first, range)[numChiplets];
        if (sum < kNever)
          rest[first] =
              std::min(rest[first],
                       std::max(0.0, sum * (1 - precision) -
                                         double(beat.paces[range + 1] - 1)) +
                           double(beat.paces[range]) * double(beat.beats));
      }
    }
    // Segments may end anywhere, unless there is to be only one.
    if (strategy == Strategy::FullPipeline && first > 0)
      rest[first] = kNever;
    const int64_t least = toGo.after(first).area / numChiplets;
    rest[first] = std::max(rest[first], static_cast<double>(least));
    float closedHere = static_cast<float>(rest[first] * (1 - precision));
    for (Beat &beat : beats)
      for (size_t range = 0; range + 1 < beat.paces.size(); ++range) {
        float *here = openAt(beat, first, range);
        for (int32_t left = 0; left <= numChiplets; ++left)
          here[left] = std::min(here[left], closedHere);
      }
  }
  for (double cycles : rest)
    closed.push_back(cycles < double(kUnbounded)
                         ? static_cast<int64_t>(cycles * (1 - precision))
                         : kUnbounded);
}

bool PaceBounds::isHopeless(size_t index, int32_t next, int32_t used,
                            int64_t before, int64_t sum,
                            int64_t slowest) const {
  const Beat &beat = beats[index];
  size_t numRanges = beat.paces.size() - 1;
  size_t range = llvm::upper_bound(beat.paces, slowest) - beat.paces.begin();
  const float *open = beat.open.data() + next * numRanges * (numChiplets + 1) +
                      numChiplets - used;
  for (range -= range > 0; range < numRanges; ++range) {
    int64_t pace = std::max(slowest, beat.paces[range]);
    // The slowest stage, which is no part of the fill, is in this range.
    int64_t fill = sum - (beat.paces[range + 1] - 1);
    int64_t left = mostCycles - before - pace * beat.beats;
    if (left < std::max<int64_t>(0, fill))
      return true;
    if (double(open[range * (numChiplets + 1)]) * (1 - precision) <=
        double(left - fill))
      return false;
  }
  return true;
}
