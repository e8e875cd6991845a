//===- ClusterRunsTest.cpp - Pipelines of known clusters ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterRuns.h"
#include "ModelNetworks.h"
#include "RandomPlan.h"

#include "gtest/gtest.h"

#include <numeric>

using namespace scope::search;

namespace {
/// The best pipeline of clusters of a table, one by one: sum of the stages and
/// all further beats at the pace.
class Pipelines {
public:
  Pipelines(const OptionTable &clusters, int64_t chiplets, int64_t beats)
      : clusters(clusters), chiplets(chiplets), beats(beats) {}

  int64_t best(int32_t first, int32_t last) {
    least = kUnbounded;
    extend(first, last, 0, 0, 0, 0);
    return least;
  }

private:
  void extend(int32_t next, int32_t last, int64_t used, int64_t sum,
              int64_t slowest, int count) {
    if (next > last) {
      if (count > 1)
        least = std::min(least, sum + (beats - 1) * slowest);
      return;
    }
    for (const auto &[length, options] : llvm::enumerate(clusters.from(next)))
      for (const Option &option : options)
        if (next + int32_t(length) <= last &&
            used + option.region.size <= chiplets)
          extend(next + int32_t(length) + 1, last, used + option.region.size,
                 sum + option.stage, std::max(slowest, option.stage),
                 count + 1);
  }

  const OptionTable &clusters;
  int64_t chiplets, beats;
  int64_t least = kUnbounded;
};
} // namespace

TEST(ClusterRuns, BoundsPipelinesOfKnownClusters) {
  // Layers that take next to nothing, so that only what is made up counts.
  constexpr int32_t kLayers = 6, kChiplets = 16;
  Network network = makeChain(kLayers, /*size=*/1, /*channels=*/1);
  Package package = *makePackage("simba-4x4");
  Config config;
  Problem problem{network, package, config};
  CostModel model(problem);
  LayerClasses classes(model);
  StateCatalog catalog(model, classes);
  EdgeFloors edges(model, classes, catalog, /*calls=*/1);
  std::vector<int32_t> sizes(kChiplets - 1);
  std::iota(sizes.begin(), sizes.end(), 1);
  int compared = 0, tighter = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Dice dice(seed);
    int64_t beats = int64_t(1) << dice.roll(0, 6);
    // Work that every cluster takes and most take more than.
    std::vector<int64_t> work = {0}, times(kChiplets + 1, 1);
    std::vector<llvm::ArrayRef<int64_t>> ofLayers(kLayers, times);
    for (int32_t layer = 0; layer < kLayers; ++layer)
      work.push_back(work.back() + beats * dice.roll(2000, 50000));
    OptionTable clusters(kLayers, /*uniform=*/true);
    KnownClusters known(kLayers, kChiplets);
    for (int32_t first = 0; first < kLayers; ++first)
      for (int32_t last = first; last < kLayers; ++last)
        for (int64_t count = dice.roll(0, 3); count > 0; --count) {
          Option option;
          option.region.size = static_cast<int32_t>(dice.roll(1, kChiplets));
          int64_t least =
              ceilDiv(work[last + 1] - work[first], beats * option.region.size);
          option.stage = least + dice.roll(0, least / 4);
          clusters.insert(first, last, option);
        }
    for (int32_t first = 0; first < kLayers; ++first)
      for (int32_t last = first; last < kLayers; ++last) {
        int64_t longest = dice.roll(0, 20000);
        if (size_t(last - first) < clusters.from(first).size())
          for (const Option &option : clusters.from(first)[last - first])
            if (option.stage <= longest)
              known.add(first, last, option);
        for (int32_t size = 1; size < kChiplets; ++size)
          known.settle(first, last, size, longest);
      }
    ClusterRuns runs(model, beats, ofLayers, work, edges, sizes,
                     /*known=*/nullptr);
    ClusterRuns informed(model, beats, ofLayers, work, edges, sizes, &known);
    auto areas = runs.areasOf(clusters);
    Pipelines pipelines(clusters, kChiplets, beats);
    for (int32_t first = 0; first < kLayers; ++first)
      for (int32_t last = first; last < kLayers; ++last) {
        int64_t best = pipelines.best(first, last);
        EXPECT_LE(areas[first][last - first],
                  saturate(__int128(best) * kChiplets));
        EXPECT_LE(informed.area(first, last),
                  saturate(__int128(best) * kChiplets));
        tighter += informed.area(first, last) > runs.area(first, last);
        if (best >= kUnbounded)
          continue;
        ++compared;
        // Nothing is lost but the width of the finest range of paces.
        int64_t least = runs.leastCycles(clusters, first, last, 2 * best);
        EXPECT_LE(least, best);
        EXPECT_GE(least, best - best / 500 - beats);
        EXPECT_GT(runs.leastCycles(clusters, first, last,
                                   best - best / 200 - 2 * beats),
                  best - best / 200 - 2 * beats);
        // What a cluster costs says how long its stage may be.
        size_t range = runs.rangeOf(first, last);
        for (int32_t size = 1; size < kChiplets; ++size) {
          int64_t area = dice.roll(0, 2 * best * kChiplets);
          int64_t stage = runs.longestStage(range, size, area);
          if (stage >= 0)
            EXPECT_LE(runs.costOf(range, size, stage), area);
          EXPECT_GT(runs.costOf(range, size, stage + 1), area);
        }
      }
  }
  EXPECT_GT(compared, 500);
  EXPECT_GT(tighter, 500);
}
