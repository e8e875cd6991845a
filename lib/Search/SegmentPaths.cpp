//===- SegmentPaths.cpp - What plans cost at least, by segment ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentPaths.h"

#include "Parallel.h"

#include "llvm/ADT/Sequence.h"

#include <algorithm>
#include <optional>

using namespace scope::search;

bool SegmentPaths::exist(const CostModel &model) {
  return model.getConfig().objective == Objective::Throughput &&
         SegmentTable::exists(model);
}

SegmentPaths::SegmentPaths(const CostModel &model, const LayerClasses &classes,
                           StateCatalog &catalog, const LowerBounds &lower,
                           llvm::ArrayRef<int64_t> beats)
    : model(model), beats(beats), numLayers(model.getNetwork().numLayers()),
      classes(classes), segments(*lower.segments), workSum(beats.size()),
      costSum(beats.size()), timeSum(beats.size()),
      bestAlone(numLayers, kUnbounded), floorAlone(numLayers, 0),
      floorPipelined(numLayers, 0) {
  findTimes(catalog, lower.works);
  llvm::SmallVector<int64_t, 8> inOrder = beatCalls(model.getProblem());
  for (size_t beat = 0; beat < beats.size(); ++beat) {
    bits.push_back(1u << (llvm::find(inOrder, beats[beat]) - inOrder.begin()));
    workSum[beat].push_back(0);
    timeSum[beat].push_back(0);
    for (int32_t layer = 0; layer < numLayers; ++layer) {
      int64_t work = lower.works.beatWork(layer, beats[beat]);
      workSum[beat].push_back(
          saturate(__int128(work) * numBeats(beat) + workSum[beat].back()));
      timeSum[beat].push_back(timeSum[beat].back() + timeOf(beat, layer));
    }
  }
  findSegments(/*threads=*/nullptr);
}

void SegmentPaths::findTimes(StateCatalog &catalog, const WorkBounds &works) {
  for (int64_t calls : beats) {
    std::vector<Times> &ofClasses = times.emplace_back();
    for (int32_t c = 0; c < classes.numClasses(); ++c) {
      Times &least = ofClasses.emplace_back(
          catalog.partitions(c, calls).leastCompute(model.numChiplets()));
      int64_t work = works.beatWork(classes.exampleOf(c), calls);
      for (size_t size = 1; size < least.size(); ++size)
        least[size] =
            std::max(least[size], ceilDiv(work, static_cast<int64_t>(size)));
    }
  }
}

void SegmentPaths::useEdges(StateCatalog &catalog,
                            llvm::ThreadPoolInterface *threads) {
  // All lists of partitions are there; those of different beats have nothing in
  // common.
  std::vector<std::optional<EdgeFloors>> found(beats.size());
  forEach(threads, beats.size(), numThreads(threads), [&](size_t, size_t beat) {
    found[beat].emplace(model, classes, catalog, beats[beat]);
  });
  for (std::optional<EdgeFloors> &floors : found)
    edgeFloors.push_back(*std::move(floors));
  findSegments(threads);
}

void SegmentPaths::findSegments(llvm::ThreadPoolInterface *threads) {
  stages.assign(beats.size(), {});
  pipelineFloors.clear();
  runs.clear();
  for (size_t beat = 0; beat < beats.size(); ++beat) {
    for (int32_t layer = 0; layer < numLayers; ++layer)
      stages[beat].push_back(findStages(beat, layer));
    costSum[beat] = workSum[beat];
    if (!hasPipelines(model))
      continue;
    const PipelineFloors &floors =
        pipelineFloors.emplace_back(model, numBeats(beat), timesOfLayers(beat));
    costSum[beat].assign(1, 0);
    for (int32_t layer = 0; layer < numLayers; ++layer)
      costSum[beat].push_back(
          saturate(__int128(costSum[beat].back()) + floors.ofLayer(layer)));
  }
  if (hasEdges() && hasPipelines(model)) {
    std::vector<std::optional<ClusterRuns>> found(beats.size());
    forEach(threads, beats.size(), numThreads(threads),
            [&](size_t, size_t beat) {
              found[beat].emplace(findRuns(beat, /*known=*/nullptr));
            });
    for (std::optional<ClusterRuns> &ofBeat : found)
      runs.push_back(*std::move(ofBeat));
  }
  findPaths(threads);
}

void SegmentPaths::restrictTo(llvm::ArrayRef<StateTable *> states,
                              llvm::ArrayRef<int32_t> sizes,
                              llvm::ThreadPoolInterface *threads) {
  std::vector<std::optional<EdgeFloors>> floors(beats.size());
  std::vector<std::optional<ClusterRuns>> found(beats.size());
  forEach(threads, beats.size(), numThreads(threads), [&](size_t, size_t beat) {
    llvm::ArrayRef<int32_t> ofBeat = sizes;
    if (!states[beat])
      ofBeat = {};
    const EdgeFloors &ofStates =
        floors[beat].emplace(model, classes, states[beat], ofBeat);
    std::vector<llvm::ArrayRef<int64_t>> ofLayers;
    ofLayers.reserve(numLayers);
    for (int32_t layer = 0; layer < numLayers; ++layer)
      ofLayers.push_back(ofStates.times(classes.classOf(layer)));
    found[beat].emplace(model, numBeats(beat), ofLayers, workSum[beat],
                        ofStates, ofBeat, /*known=*/nullptr);
  });
  edgeFloors.clear();
  runs.clear();
  for (size_t beat = 0; beat < beats.size(); ++beat) {
    edgeFloors.push_back(*std::move(floors[beat]));
    runs.push_back(*std::move(found[beat]));
  }
  findPaths(threads);
}

ClusterRuns SegmentPaths::findRuns(size_t beat,
                                   const KnownClusters *known) const {
  llvm::SmallVector<int32_t> sizes =
      llvm::to_vector(llvm::seq<int32_t>(1, model.numChiplets()));
  return {model,         numBeats(beat),   timesOfLayers(beat),
          workSum[beat], edgeFloors[beat], sizes,
          known};
}

std::vector<llvm::ArrayRef<int64_t>>
SegmentPaths::timesOfLayers(size_t beat) const {
  std::vector<llvm::ArrayRef<int64_t>> result;
  result.reserve(numLayers);
  for (int32_t layer = 0; layer < numLayers; ++layer)
    result.push_back(times[beat][classes.classOf(layer)]);
  return result;
}

std::vector<int64_t> SegmentPaths::findStages(size_t beat,
                                              int32_t first) const {
  // The DRAM may work ahead, so what it takes is not part of a stage.
  std::vector<int64_t> row;
  const EdgeFloors *neighbours = edgesOf(beat);
  int64_t sum = 0;
  for (size_t index = 0; index < segments.from(first).size(); ++index) {
    int32_t layer = first + static_cast<int32_t>(index);
    int64_t time = timeOf(beat, layer);
    if (neighbours && index > 0)
      time += std::max<int64_t>(
                  0, neighbours->twice(layer - 1, model.numChiplets()) -
                         timeOf(beat, layer - 1) - time) /
              2;
    sum = std::min(kUnbounded, sum + time);
    row.push_back(sum);
  }
  return row;
}

int64_t SegmentPaths::dramBeat(const Segment &segment, size_t beat) const {
  const CostModel::DramTraffic &traffic = segment.traffic;
  return model.dramCycles((traffic.read + traffic.written) * beats[beat] +
                          traffic.streamed);
}

int64_t SegmentPaths::leastPipelined(size_t beat, int32_t first,
                                     int32_t last) const {
  llvm::ArrayRef<Segment> row = segments.from(first);
  if (size_t(last - first) >= row.size() ||
      !(row[last - first].pipelined & bits[beat]))
    return kUnbounded;
  const Segment &segment = row[last - first];
  int64_t area = pipelineFloors[beat].area(first, last);
  if (!runs.empty())
    area = std::max(area, runs[beat].area(first, last));
  return std::max(saturate(__int128(dramBeat(segment, beat)) * numBeats(beat)),
                  edges(beat, first, last) +
                      ceilDiv(area, model.numChiplets()));
}

int64_t SegmentPaths::leastAlone(size_t beat, int32_t first,
                                 int32_t last) const {
  llvm::ArrayRef<Segment> row = segments.from(first);
  if (size_t(last - first) >= row.size() ||
      !(row[last - first].alone & bits[beat]))
    return kUnbounded;
  const Segment &segment = row[last - first];
  int64_t stage = stages[beat][first][last - first],
          dram = dramBeat(segment, beat);
  return saturate(std::max(dram, stage + edges(beat, first, last)) +
                  __int128(numBeats(beat) - 1) * std::max(stage, dram));
}

void SegmentPaths::findPaths(llvm::ThreadPoolInterface *threads) {
  RunTable least(numLayers, kUnbounded);
  forEach(threads, numLayers, numThreads(threads), [&](size_t, size_t index) {
    int32_t first = static_cast<int32_t>(index);
    for (int32_t last = first; last < numLayers; ++last) {
      int64_t alone = kUnbounded, pipelined = kUnbounded;
      for (size_t beat = 0; beat < beats.size(); ++beat) {
        alone = std::min(alone, leastAlone(beat, first, last));
        pipelined = std::min(pipelined, leastLearned(beat, first, last));
      }
      least[first][last - first] =
          std::min({kUnbounded, pipelined,
                    std::max(load(first, last) + alone,
                             floorAlone[first][last - first])});
    }
  });
  prefix.assign(numLayers + 1, kUnbounded);
  suffix.assign(numLayers + 1, kUnbounded);
  prefix[0] = suffix[numLayers] = 0;
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last)
      prefix[last + 1] = std::min(prefix[last + 1],
                                  prefix[first] + least[first][last - first]);
  for (int32_t first = numLayers; first-- > 0;)
    for (int32_t last = first; last < numLayers; ++last)
      suffix[first] = std::min(suffix[first],
                               suffix[last + 1] + least[first][last - first]);
}

void SegmentPaths::aim(int64_t cycles) {
  mostCycles = cycles;
  bestAlone = RunTable(numLayers, kUnbounded);
}

void SegmentPaths::foundAlone(size_t beat, int32_t first, int32_t last,
                              const CostModel::SegmentTotals &totals) {
  const Segment &segment = segments.from(first)[last - first];
  int64_t &best = bestAlone[first][last - first];
  best = std::min(
      best,
      model.closeSegment(first, last, beats[beat], segment.traffic, totals)
          .cycles);
}

void SegmentPaths::foundAllAlone(llvm::ThreadPoolInterface *threads) {
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last) {
      int64_t &floor = floorAlone[first][last - first];
      floor = std::max(floor, std::min(bestAlone[first][last - first],
                                       mostCost(first, last) + 1));
    }
  findPaths(threads);
}

void SegmentPaths::foundAllPipelined(llvm::ArrayRef<OptionTable> clusters,
                                     llvm::MutableArrayRef<KnownClusters> known,
                                     llvm::ThreadPoolInterface *threads) {
  size_t workers = numThreads(threads);
  std::vector<RunTable> areas(beats.size());
  forEach(threads, beats.size(), workers, [&](size_t, size_t beat) {
    areas[beat] = runs[beat].areasOf(clusters[beat]);
  });
  forEach(threads, numLayers, workers, [&](size_t, size_t index) {
    int32_t first = static_cast<int32_t>(index);
    for (int32_t last = first; last < numLayers; ++last) {
      int64_t least = mostCost(first, last) + 1;
      for (size_t beat = 0; beat < beats.size(); ++beat) {
        int64_t area = areas[beat][first][last - first];
        if (area >= kUnbounded ||
            leastPipelined(beat, first, last) >= kUnbounded)
          continue;
        int64_t start = load(first, last) + edges(beat, first, last);
        int64_t cycles = start + ceilDiv(area, int64_t(model.numChiplets()));
        if (cycles < least)
          cycles = std::max(
              cycles, start + runs[beat].leastCycles(clusters[beat], first,
                                                     last, least - 1 - start));
        least = std::min(least, cycles);
      }
      int64_t &floor = floorPipelined[first][last - first];
      floor = std::max(floor, least);
    }
  });
  forEach(threads, known.size(), workers, [&](size_t, size_t beat) {
    if (known[beat].takeNews())
      runs[beat] = findRuns(beat, &known[beat]);
  });
  findPaths(threads);
}

int32_t SegmentPaths::lastOfPipeline(size_t beat, int32_t first,
                                     int64_t before) const {
  int32_t last = first + static_cast<int32_t>(segments.from(first).size()) - 1;
  auto isPossible = [&] {
    int64_t least = leastLearned(beat, first, last);
    return least < kUnbounded &&
           before + least + suffix[last + 1] <= mostCycles;
  };
  while (last >= first && !isPossible())
    --last;
  return last;
}

StageLimits SegmentPaths::aloneLimits(size_t beat) const {
  StageLimits limits;
  limits.longest = RunTable(numLayers, -1);
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last) {
      int64_t most =
          std::min(mostCost(first, last), bestAlone[first][last - first] - 1) -
          load(first, last);
      if (leastAlone(beat, first, last) <= most)
        limits.longest[first][last - first] =
            (most - edges(beat, first, last)) / numBeats(beat);
    }
  return limits;
}

RunTable SegmentPaths::pipelinedSegments(size_t beat) const {
  RunTable most(numLayers, -1);
  for (int32_t first = 0; first < numLayers; ++first)
    for (int32_t last = first; last < numLayers; ++last)
      if (int64_t cost = mostCost(first, last);
          leastLearned(beat, first, last) <= cost)
        most[first][last - first] =
            cost - load(first, last) - edges(beat, first, last);
  return most;
}

void SegmentPaths::limitByLayers(size_t beat, RunTable segments,
                                 StageLimits &limits) const {
  __int128 chiplets = model.numChiplets();
  limits.longest = limits.byWork = limits.byOptions = RunTable(numLayers, -1);
  for (int32_t first = 0; first < numLayers; ++first) {
    llvm::MutableArrayRef<int64_t> longest = limits.longest[first],
                                   byWork = limits.byWork[first],
                                   byOptions = limits.byOptions[first];
    for (int32_t last = numLayers; last-- > first;) {
      size_t length = last - first;
      // The segment may be this run of layers or one around it. Of those around
      // it, what the layers outside of the run cost is not for this cluster.
      if (int64_t most = segments[first][length]; most >= 0) {
        longest[length] = most / numBeats(beat);
        byWork[length] = saturate(chiplets * most);
        byOptions[length] = saturate(chiplets * most);
      }
      auto take = [&](int32_t otherFirst, int32_t otherLast) {
        size_t other = otherLast - otherFirst;
        if (limits.longest[otherFirst][other] < 0)
          return;
        longest[length] =
            std::max(longest[length], limits.longest[otherFirst][other]);
        auto without = [&](llvm::ArrayRef<int64_t> sum) {
          return sum[otherLast + 1] - sum[last + 1] + sum[first] -
                 sum[otherFirst];
        };
        byWork[length] =
            std::max(byWork[length],
                     limits.byWork[otherFirst][other] - without(workSum[beat]));
        byOptions[length] =
            std::max(byOptions[length], limits.byOptions[otherFirst][other] -
                                            without(costSum[beat]));
      };
      if (last + 1 < numLayers)
        take(first, last + 1);
      if (first > 0)
        take(first - 1, last);
    }
  }
}

void SegmentPaths::limitByRuns(size_t beat, const RunTable &segments,
                               llvm::ArrayRef<int32_t> sizes,
                               StageLimits &limits) const {
  const ClusterRuns &costs = runs[beat];
  int32_t chiplets = model.numChiplets();
  auto take = [](int64_t &most, int64_t value) {
    most = std::max(most, value);
  };
  for (size_t range = 0; range < costs.numRanges(); ++range) {
    // What segments of the range leave to a cluster, in chiplet-cycles of all
    // beats and in cycles of a beat.
    RunTable areas(numLayers, -1), paces = areas;
    for (int32_t start = 0; start < numLayers; ++start) {
      // By the last layer of a cluster: what is left to all that is before it.
      std::vector<int64_t> left(numLayers, -1), pace(numLayers, -1);
      int32_t furthest = -1;
      for (int32_t end = start; end < numLayers; ++end) {
        int64_t most = segments[start][end - start];
        if (most < 0 || costs.rangeOf(start, end) != range)
          continue;
        furthest = end;
        int64_t area = saturate(__int128(most) * chiplets);
        // The whole segment is no cluster of a pipeline.
        for (int32_t last = start; last < end; ++last) {
          take(left[last], area - costs.some(range, last + 1, end));
          take(pace[last], most / numBeats(beat));
        }
        for (int32_t first = start + 1; first <= end; ++first) {
          take(areas[first][end - first],
               area - costs.some(range, start, first - 1));
          take(paces[first][end - first], most / numBeats(beat));
        }
      }
      for (int32_t last = start; last < furthest; ++last)
        for (int32_t first = start; first <= last; ++first) {
          take(areas[first][last - first],
               left[last] - costs.some(range, start, first - 1));
          take(paces[first][last - first], pace[last]);
        }
    }
    for (int32_t first = 0; first < numLayers; ++first)
      for (size_t length = 0; length < areas[first].size(); ++length)
        for (int32_t size :
             areas[first][length] < 0 ? llvm::ArrayRef<int32_t>() : sizes)
          take(limits.bySize[size][first][length],
               std::min(paces[first][length],
                        costs.longestStage(range, size, areas[first][length])));
  }
}

void SegmentPaths::limitByRoom(size_t beat, const RunTable &segments,
                               llvm::ArrayRef<int32_t> sizes,
                               StageLimits &limits) const {
  int32_t chiplets = model.numChiplets();
  int64_t beats = numBeats(beat);
  // By first layer of a cluster: the last layer of any segment around it.
  std::vector<int32_t> furthest;
  for (int32_t first = 0; first < numLayers; ++first) {
    int32_t last = numLayers - 1;
    while (last >= first && segments[first][last - first] < 0)
      --last;
    furthest.push_back(first > 0 ? std::max(furthest.back(), last) : last);
  }
  // What segments leave to a cluster of their cycles: if the stages of the
  // others are taken off, and if what those make of the pace is, too.
  RunTable bySum(numLayers, -1), byPace = bySum;
  std::vector<int64_t> sum(numLayers), pace(numLayers);
  for (int32_t size : sizes) {
    int32_t others = chiplets - size;
    for (int32_t layer = 0; layer < numLayers; ++layer) {
      __int128 work = workSum[beat][layer + 1] - workSum[beat][layer];
      sum[layer] =
          std::min(kUnbounded, times[beat][classes.classOf(layer)][others]);
      pace[layer] = saturate(sum[layer] +
                             work * (beats - 1) / (__int128(beats) * others));
    }
    for (int32_t first = 0; first < numLayers; ++first)
      for (int32_t last = furthest[first]; last >= first; --last) {
        size_t length = last - first;
        int64_t &ownSum = bySum[first][length],
                &ownPace = byPace[first][length];
        ownSum = ownPace = -1;
        auto take = [&](int32_t aroundFirst, int32_t aroundLast,
                        int32_t other) {
          size_t around = aroundLast - aroundFirst;
          int64_t most = segments[aroundFirst][around];
          ownSum = std::max(ownSum, std::max(most, bySum[aroundFirst][around]) -
                                        sum[other]);
          ownPace =
              std::max(ownPace, std::max(most, byPace[aroundFirst][around]) -
                                    pace[other]);
        };
        if (last < furthest[first])
          take(first, last + 1, last + 1);
        if (first > 0 && last <= furthest[first - 1])
          take(first - 1, last, first - 1);
        int64_t &most = limits.bySize[size][first][length];
        most = std::min({most, ownSum < 0 ? -1 : ownSum / beats, ownPace});
      }
  }
}

StageLimits SegmentPaths::pipelineLimits(size_t beat,
                                         llvm::ArrayRef<int32_t> sizes) const {
  StageLimits limits;
  RunTable segments = pipelinedSegments(beat);
  RunTable none(numLayers, runs.empty() ? kUnbounded - 1 : -1);
  limits.bySize.resize(model.numChiplets() + 1);
  for (int32_t size : sizes)
    limits.bySize[size] = none;
  if (!runs.empty())
    limitByRuns(beat, segments, sizes, limits);
  limitByRoom(beat, segments, sizes, limits);
  limitByLayers(beat, std::move(segments), limits);
  return limits;
}

StageLimits::OfLayers SegmentPaths::ofLayers(size_t beat,
                                             const StageLimits &limits) const {
  std::vector<std::vector<int64_t>> timeBySize;
  for (size_t size = 0; size < limits.bySize.size(); ++size) {
    std::vector<int64_t> &sum = timeBySize.emplace_back(1, 0);
    for (int32_t layer = 0; layer < numLayers; ++layer)
      sum.push_back(saturate(
          __int128(sum.back()) +
          std::min(kUnbounded, times[beat][classes.classOf(layer)][size])));
  }
  return limits.ofLayers(workSum[beat], timeSum[beat], timeBySize);
}
