//===- ClusterRuns.cpp - What runs of clusters take at least --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterRuns.h"

#include "SegmentTable.h"

#include <algorithm>

using namespace scope::search;

/// Ranges of paces that are no longer than this part of themselves are not
/// divided any more.
static constexpr int64_t kFinestRange = 512;

namespace {
/// Cycles of a beat of clusters, with what neighbours take together. What all
/// sizes of regions have of a layer is in one place.
class ClusterTimes {
public:
  ClusterTimes(llvm::ArrayRef<llvm::ArrayRef<int64_t>> times,
               const EdgeFloors &edges, llvm::ArrayRef<int32_t> sizes)
      : numSizes(sizes.size()) {
    before.resize(times.size() * numSizes);
    for (size_t layer = 0; layer < times.size(); ++layer)
      for (auto [index, size] : llvm::enumerate(sizes)) {
        size_t at = layer * numSizes + index;
        int64_t own = times[layer][size];
        atEnd.push_back(own >= kUnbounded ? kNever : 2 * capped(own));
        if (layer + 1 == times.size())
          continue;
        int64_t together = edges.twice(static_cast<int32_t>(layer), size);
        before[at + numSizes] =
            before[at] +
            (std::max(own, together) >= kUnbounded
                 ? kNever
                 : std::max(2 * capped(own),
                            capped(together + own - times[layer + 1][size])));
      }
  }

  /// Fills in the cycles on regions of every size; kUnbounded where there are
  /// none.
  void find(int32_t first, int32_t last,
            llvm::MutableArrayRef<int64_t> stages) const {
    const int64_t *from = before.data() + first * numSizes,
                  *to = before.data() + last * numSizes,
                  *end = atEnd.data() + last * numSizes;
    for (size_t index = 0; index < numSizes; ++index) {
      int64_t twice = to[index] - from[index] + end[index];
      stages[index] = twice >= kNever ? kUnbounded : twice / 2;
    }
  }

private:
  /// More than all layers of a network that has such bounds take, if none of
  /// them is counted with more than `kMost`.
  static constexpr int64_t kNever = int64_t(1) << 52, kMost = int64_t(1) << 40;
  static_assert(kNever / kMost / 2 > SegmentTable::kMostLayers);
  static int64_t capped(int64_t cycles) { return std::min(cycles, kMost); }

  size_t numSizes;
  /// Twice the cycles, by layer and size: of the layers before, each with the
  /// next; and of one layer that is the last.
  std::vector<int64_t> before, atEnd;
};
} // namespace

/// A region that a cluster may have, and no more than its stage there.
struct ClusterRuns::Way {
  int32_t size;
  int64_t stage;
};

ClusterRuns::ClusterRuns(const CostModel &model, int64_t beats, Times times,
                         llvm::ArrayRef<int64_t> work, const EdgeFloors &edges,
                         llvm::ArrayRef<int32_t> sizes,
                         const KnownClusters *known)
    : numChiplets(model.numChiplets()), beats(beats), work(work),
      areas(times.size(), kUnbounded) {
  auto numLayers = static_cast<int32_t>(times.size());
  ClusterTimes clusterTimes(times, edges, sizes);
  size_t numSmall =
      llvm::upper_bound(sizes, model.numChiplets() / 2) - sizes.begin();
  int64_t longest = work.back() / (numChiplets * beats);
  for (int64_t pace = 0; pace <= longest; pace += pace / 2 + longest / 256 + 1)
    ranges.push_back({pace, {}});
  // Of the regions that a cluster may have, up to half of the package and
  // larger, those on which it is quicker than on smaller ones; those of all
  // clusters are in one list.
  std::vector<Way> ways;
  RunTable smallAt(numLayers, 0), largeAt = smallAt, end = smallAt;
  std::vector<int64_t> stages(sizes.size());
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last) {
      clusterTimes.find(first, last, stages);
      auto list = [&](size_t from, size_t to) {
        int64_t quickest = kUnbounded;
        for (size_t index = from; index < to; ++index) {
          int64_t stage = stages[index];
          if (known)
            stage =
                std::max(stage, known->leastStage(first, last, sizes[index]));
          if (stage < quickest && stage < kUnbounded / 2)
            ways.push_back({sizes[index], quickest = stage});
        }
        return static_cast<int64_t>(ways.size());
      };
      size_t length = last - first;
      smallAt[first][length] = static_cast<int64_t>(ways.size());
      largeAt[first][length] = list(0, numSmall);
      end[first][length] = list(numSmall, sizes.size());
    }
  auto between = [&](int64_t from, int64_t to) {
    return llvm::ArrayRef<Way>(ways).slice(from, to - from);
  };
  for (size_t index = 0; index < ranges.size(); ++index) {
    Range &range = ranges[index];
    Costs small(numLayers), large(numLayers);
    for (int32_t first = 0, after = 0; first < numLayers; ++first) {
      // A path from a layer ends where the pace is that of a later range.
      while (after < numLayers &&
             (after <= first || rangeOf(first, after) <= index))
        ++after;
      for (int32_t length = 0; length < after - first; ++length) {
        int64_t middle = largeAt[first][length];
        small[first].push_back(
            leastCost(index, between(smallAt[first][length], middle)));
        large[first].push_back(
            leastCost(index, between(middle, end[first][length])));
      }
    }
    for (int32_t first = 0; first < numLayers; ++first) {
      Divisions divisions = divide(first, small, large);
      takeAreas(index, first, divisions, areas[first]);
      range.some.push_back(std::move(divisions.some));
    }
  }
}

int64_t ClusterRuns::leastCost(size_t range, llvm::ArrayRef<Way> ways) const {
  int64_t best = kUnbounded;
  for (const Way &way : ways) {
    // Larger regions cost more by the pace alone.
    if ((beats - 1) * way.size * ranges[range].pace >= best)
      break;
    best = std::min(best, costOf(range, way.size, way.stage));
  }
  return best;
}

size_t ClusterRuns::rangeOf(int32_t first, int32_t last) const {
  int64_t pace = (work[last + 1] - work[first]) / (numChiplets * beats);
  auto above =
      llvm::upper_bound(ranges, pace, [](int64_t value, const Range &range) {
        return value < range.pace;
      });
  return above - ranges.begin() - 1;
}

int64_t ClusterRuns::longestStage(size_t range, int32_t size,
                                  int64_t area) const {
  int64_t pace = ranges[range].pace, others = (beats - 1) * size;
  int64_t stage = area / (numChiplets + others);
  if (area < 0 || stage < pace)
    stage = area < others * pace ? -1 : (area - others * pace) / numChiplets;
  return stage;
}

void ClusterRuns::takeAreas(size_t range, int32_t first,
                            const Divisions &divisions,
                            llvm::MutableArrayRef<int64_t> areas) const {
  for (size_t length = 0; length < divisions.several.size(); ++length)
    if (rangeOf(first, first + static_cast<int32_t>(length)) == range)
      areas[length] = divisions.several[length];
}

RunTable ClusterRuns::areasOf(const OptionTable &clusters) const {
  int32_t numLayers = static_cast<int32_t>(areas.size());
  RunTable result(numLayers, kUnbounded);
  for (int32_t first = 0; first < numLayers; ++first) {
    if (clusters.from(first).empty() || first + 1 == numLayers)
      continue;
    size_t last = rangeOf(first, numLayers - 1);
    for (size_t range = rangeOf(first, first + 1); range <= last; ++range)
      takeAreasOf(clusters, range, first, result[first]);
  }
  return result;
}

void ClusterRuns::takeAreasOf(const OptionTable &clusters, size_t range,
                              int32_t first,
                              llvm::MutableArrayRef<int64_t> row) const {
  size_t length = 0;
  while (length < row.size() &&
         rangeOf(first, first + static_cast<int32_t>(length)) <= range)
    ++length;
  // By length and chiplets that are taken: one cluster, and several.
  size_t width = numChiplets + 1;
  std::vector<int64_t> one((length + 1) * width, kUnbounded), several(one);
  auto extend = [&](size_t done, const int64_t *from,
                    std::vector<int64_t> &table) {
    llvm::ArrayRef<std::vector<Option>> lists =
        clusters.from(first + static_cast<int32_t>(done));
    for (size_t index = 0; index < lists.size() && done + index < length;
         ++index)
      for (const Option &option : lists[index]) {
        int64_t cost = costOf(range, option.region.size, option.stage);
        int64_t *to = table.data() + (done + index + 1) * width;
        for (size_t used = option.region.size; used < width; ++used)
          to[used] = std::min(to[used], from[used - option.region.size] + cost);
      }
  };
  std::vector<int64_t> start(width, 0), some(width);
  extend(0, start.data(), one);
  for (size_t done = 1; done <= length; ++done) {
    const int64_t *ofOne = one.data() + done * width,
                  *ofSeveral = several.data() + done * width;
    // Chiplets that no cluster has are idle in every beat.
    int64_t idle = (beats - 1) * ranges[range].pace, best = kUnbounded;
    bool any = false;
    for (size_t used = 0; used < width; ++used) {
      some[used] = std::min(ofOne[used], ofSeveral[used]);
      any |= some[used] < kUnbounded;
      if (ofSeveral[used] < kUnbounded)
        best = std::min(best, ofSeveral[used] + idle * static_cast<int64_t>(
                                                           numChiplets - used));
    }
    if (rangeOf(first, first + static_cast<int32_t>(done) - 1) == range)
      row[done - 1] = best;
    if (any && done < length)
      extend(done, some.data(), several);
  }
}

int64_t ClusterRuns::leastSum(const OptionTable &clusters, int32_t first,
                              int32_t last, int64_t longest) const {
  // By boundary and chiplets that are taken at most.
  size_t width = numChiplets + 1, length = last - first + 1;
  std::vector<int64_t> sums((length + 1) * width, kUnbounded);
  std::fill_n(sums.begin(), width, 0);
  for (size_t done = 0; done < length; ++done) {
    const int64_t *from = sums.data() + done * width;
    if (from[width - 1] >= kUnbounded)
      continue;
    llvm::ArrayRef<std::vector<Option>> lists =
        clusters.from(first + static_cast<int32_t>(done));
    for (size_t index = 0; index < lists.size() && done + index < length;
         ++index) {
      // One cluster is no pipeline.
      if (index + 1 == length)
        continue;
      int64_t *to = sums.data() + (done + index + 1) * width;
      for (const Option &option : lists[index]) {
        if (option.stage > longest)
          continue;
        const int64_t *source = from - option.region.size;
        for (size_t used = option.region.size; used < width; ++used)
          to[used] = std::min(to[used], source[used] + option.stage);
      }
    }
  }
  return std::min(kUnbounded, sums.back());
}

int64_t ClusterRuns::leastCycles(const OptionTable &clusters, int32_t first,
                                 int32_t last, int64_t most) const {
  // With a pace from `low` to `high`.
  auto within = [&](auto &&self, int64_t low, int64_t high) -> int64_t {
    int64_t sum = leastSum(clusters, first, last, high);
    int64_t least = sum >= kUnbounded ? kUnbounded : sum + (beats - 1) * low;
    if (least > most || high - low <= low / kFinestRange)
      return least;
    int64_t middle = low + (high - low) / 2;
    return std::min(self(self, low, middle), self(self, middle + 1, high));
  };
  int64_t low = (work[last + 1] - work[first]) / (numChiplets * beats);
  int64_t high = most / beats;
  return low > high ? kUnbounded : within(within, low, high);
}

ClusterRuns::Divisions ClusterRuns::divide(int32_t first, const Costs &small,
                                           const Costs &large) {
  size_t length = small.size() - first;
  // By length less one: the layers from the first as some clusters without a
  // large one, and with one; and as several.
  std::vector<int64_t> without(length, kUnbounded), with(length, kUnbounded),
      severalWithout(length, kUnbounded), severalWith(length, kUnbounded);
  auto take = [](int64_t &least, int64_t cost) {
    least = std::min(least, cost);
  };
  // Extends what ends before layer first + done by another cluster.
  auto extend = [&](size_t done, int64_t soFarWithout, int64_t soFarWith,
                    std::vector<int64_t> &toWithout,
                    std::vector<int64_t> &toWith) {
    llvm::ArrayRef<int64_t> bySmall = small[first + done],
                            byLarge = large[first + done];
    for (size_t index = 0; index < bySmall.size(); ++index) {
      take(toWithout[done + index], soFarWithout + bySmall[index]);
      take(toWith[done + index], soFarWith + bySmall[index]);
      take(toWith[done + index], soFarWithout + byLarge[index]);
    }
  };
  extend(0, 0, kUnbounded, without, with);
  for (size_t done = 1; done < length; ++done) {
    // Of several clusters, all but the last are some.
    take(without[done - 1], severalWithout[done - 1]);
    take(with[done - 1], severalWith[done - 1]);
    if (without[done - 1] < kUnbounded || with[done - 1] < kUnbounded)
      extend(done, without[done - 1], with[done - 1], severalWithout,
             severalWith);
  }
  Divisions result;
  for (size_t index = 0; index < length; ++index) {
    int64_t several =
        std::min({kUnbounded, severalWithout[index], severalWith[index]});
    result.several.push_back(several);
    result.some.push_back(
        std::min({several, without[index], with[index], kUnbounded}));
  }
  return result;
}
