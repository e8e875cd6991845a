//===- SegmentPaths.h - What plans cost at least, by segment ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plan is a path over the boundaries between layers whose edges are segments.
// With a lower bound for every segment, shortest paths bound what the layers
// before and after one cost, and so what it may cost itself, and its clusters.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_SEGMENTPATHS_H
#define SCOPE_LIB_SEARCH_SEGMENTPATHS_H

#include "ClusterRuns.h"
#include "PipelineFloors.h"
#include "SegmentTable.h"
#include "StageLimits.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/ThreadPool.h"

namespace scope::search {

/// Cycles of whole plans for the throughput. Every bound has the loads in it.
class SegmentPaths {
public:
  /// Whether bounds for the plans of `model` can be had.
  static bool exist(const CostModel &model);
  /// `beats`: the sizes of beats in calls. `lower` must have segments, and all
  /// of them must outlive this.
  SegmentPaths(const CostModel &model, const LayerClasses &classes,
               StateCatalog &catalog, const LowerBounds &lower,
               llvm::ArrayRef<int64_t> beats);

  /// Takes account of what neighbours take together.
  void useEdges(StateCatalog &catalog, llvm::ThreadPoolInterface *threads);
  bool hasEdges() const { return !edgeFloors.empty(); }
  /// From now on clusters of pipelines have partitions of `states` and regions
  /// of `sizes` only; by beat, null if it has none.
  void restrictTo(llvm::ArrayRef<StateTable *> states,
                  llvm::ArrayRef<int32_t> sizes,
                  llvm::ThreadPoolInterface *threads);
  /// Null if that is not known.
  const EdgeFloors *edgesOf(size_t beat) const {
    return hasEdges() ? &edgeFloors[beat] : nullptr;
  }

  /// Least cycles of a segment of one cluster, or of several.
  int64_t least(size_t beat, int32_t first, int32_t last, bool alone) const {
    return load(first, last) + (alone ? leastAlone(beat, first, last)
                                      : leastPipelined(beat, first, last));
  }

  /// Only plans of at most `cycles` are of interest from now on, and nothing is
  /// known of their segments.
  void aim(int64_t cycles);
  /// The same for fewer cycles than before, and with what is known.
  void lower(int64_t cycles) { mostCycles = cycles; }

  /// Least cycles of all layers before, or from, a boundary.
  int64_t before(int32_t layer) const { return prefix[layer]; }
  int64_t after(int32_t layer) const { return suffix[layer]; }

  /// Takes note of a segment of one cluster: dearer ones of the same layers are
  /// of no interest any more.
  void foundAlone(size_t beat, int32_t first, int32_t last,
                  const CostModel::SegmentTotals &totals);
  /// All segments of one cluster of interest have been found.
  void foundAllAlone(llvm::ThreadPoolInterface *threads);
  /// All clusters of pipelines of interest have been found, by beat; the limits
  /// were those of pipelineLimits. `known`: what is known of them by beat, or
  /// nothing.
  void foundAllPipelined(llvm::ArrayRef<OptionTable> clusters,
                         llvm::MutableArrayRef<KnownClusters> known,
                         llvm::ThreadPoolInterface *threads);
  /// The most cycles that a segment may cost.
  int64_t mostCost(int32_t first, int32_t last) const {
    return mostCycles - prefix[first] - suffix[last + 1];
  }

  /// The last layer that a segment of several clusters from `first` may have
  /// when the layers before it take `before` cycles; less than `first` if there
  /// is none.
  int32_t lastOfPipeline(size_t beat, int32_t first, int64_t before) const;

  /// Limits for clusters that are alone in their segment.
  StageLimits aloneLimits(size_t beat) const;
  /// Limits for clusters of pipelines on regions of `sizes`.
  StageLimits pipelineLimits(size_t beat, llvm::ArrayRef<int32_t> sizes) const;
  /// What those leave to single layers.
  StageLimits::OfLayers ofLayers(size_t beat, const StageLimits &limits) const;

private:
  using Segment = SegmentTable::Segment;
  /// By size of the region: the least cycles of a beat.
  using Times = std::vector<int64_t>;
  void findTimes(StateCatalog &catalog, const WorkBounds &works);
  /// By layer.
  std::vector<llvm::ArrayRef<int64_t>> timesOfLayers(size_t beat) const;
  int64_t timeOf(size_t beat, int32_t layer) const {
    return times[beat][classes.classOf(layer)].back();
  }
  /// Finds what segments take at least, and then the paths.
  void findSegments(llvm::ThreadPoolInterface *threads);
  /// What segments of several clusters take at least as clusters.
  ClusterRuns findRuns(size_t beat, const KnownClusters *known) const;
  /// The stages of the segments from `first`.
  std::vector<int64_t> findStages(size_t beat, int32_t first) const;
  void findPaths(llvm::ThreadPoolInterface *threads);
  /// Least cycles without the load if the segment has several clusters, or one.
  int64_t leastPipelined(size_t beat, int32_t first, int32_t last) const;
  int64_t leastAlone(size_t beat, int32_t first, int32_t last) const;
  /// The same of several clusters, with the load and what has been learned.
  int64_t leastLearned(size_t beat, int32_t first, int32_t last) const {
    return std::max(load(first, last) + leastPipelined(beat, first, last),
                    floorPipelined[first][last - first]);
  }
  /// What segments of several clusters may take without their loads and edges;
  /// negative where there are none of interest.
  RunTable pipelinedSegments(size_t beat) const;
  /// Limits by what the other layers of a segment cost by themselves.
  void limitByLayers(size_t beat, RunTable segments, StageLimits &limits) const;
  /// Limits by what the other layers cost as clusters.
  void limitByRuns(size_t beat, const RunTable &segments,
                   llvm::ArrayRef<int32_t> sizes, StageLimits &limits) const;
  /// Limits by what the other layers take on the chiplets that a cluster
  /// leaves: the sum of the stages, which the batch takes once, and the pace,
  /// which it takes in every further beat.
  void limitByRoom(size_t beat, const RunTable &segments,
                   llvm::ArrayRef<int32_t> sizes, StageLimits &limits) const;
  /// Cycles of the DRAM for a beat.
  int64_t dramBeat(const Segment &segment, size_t beat) const;
  /// Cycles of a beat by itself at the DRAM, where a segment may be.
  int64_t edges(size_t beat, int32_t first, int32_t last) const {
    return model.edgeCycles(segments.from(first)[last - first].traffic,
                            beats[beat]);
  }
  int64_t numBeats(size_t beat) const {
    return model.getProblem().calls() / beats[beat];
  }
  int64_t load(int32_t first, int32_t last) const {
    return model.loadCycles(model.loadedWeights(first, last), 0, 0);
  }

  const CostModel &model;
  llvm::SmallVector<int64_t, 8> beats;
  int32_t numLayers;
  int64_t mostCycles = kUnbounded;
  const LayerClasses &classes;
  const SegmentTable &segments;
  /// By beat: its bit in the segments.
  std::vector<uint32_t> bits;
  /// By beat and class.
  std::vector<std::vector<Times>> times;
  std::vector<EdgeFloors> edgeFloors;
  /// By beat: chiplet-cycles of segments of several clusters.
  std::vector<PipelineFloors> pipelineFloors;
  /// The same with what neighbours take together, where that is known.
  std::vector<ClusterRuns> runs;
  /// By beat, first layer and length less one: the least stage of a cluster
  /// that is alone.
  std::vector<std::vector<std::vector<int64_t>>> stages;
  /// By beat and boundary: chiplet-cycles of the work of the layers before, for
  /// all beats.
  std::vector<std::vector<int64_t>> workSum;
  /// The same of what they cost in pipelines.
  std::vector<std::vector<int64_t>> costSum;
  /// The least cycles of the layers before for one beat.
  std::vector<std::vector<int64_t>> timeSum;
  /// By first layer and length less one: the cheapest segment of one cluster
  /// found, and a lower bound.
  RunTable bestAlone, floorAlone;
  /// The same: a lower bound of segments of several clusters.
  RunTable floorPipelined;
  std::vector<int64_t> prefix, suffix;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_SEGMENTPATHS_H
