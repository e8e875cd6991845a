//===- PipelineSolver.h - The passes of one pipeline search -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// State and passes of one search over given candidates; see PipelineSearch.h.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PIPELINESOLVER_H
#define SCOPE_LIB_SEARCH_PIPELINESOLVER_H

#include "PaceBounds.h"
#include "PipelineSearch.h"
#include "Repeats.h"
#include "SegmentSearch.h"

#include <memory>

namespace scope::search {

class PipelineSolver {
public:
  PipelineSolver(const CostModel &model, const LayerClasses &classes,
                 StateCatalog &catalog, const Candidates &candidates,
                 const std::optional<PlanCost> &incumbent, const Budget &budget,
                 const LowerBounds &lower);

  PipelineResult run(KnownBounds &known);
  int64_t estimate() const;

private:
  /// Relaxations of one pass over the clusters from `first` on.
  int64_t estimateFrom(StateTable &table, size_t beat, const RegionType &region,
                       int32_t first, int32_t &furthest) const;
  /// A segment with everything that its partitions follow from.
  struct FoundCluster {
    int32_t first, last, slot;
    Option option;
  };
  struct FoundSegment {
    size_t beat;
    bool solo;
    std::vector<FoundCluster> clusters;
  };
  /// Options that a sweep emitted, by their last layer.
  using Emitted = std::vector<std::pair<int32_t, Option>>;

  void listRegions();
  /// The partitions of interest, for clusters that are alone or others.
  std::unique_ptr<StateTable> makeStates(size_t beat, bool solo,
                                         const StageLimits &limits) const;
  /// Fills in the options of clusters that are alone, or of those that are not.
  void fillTables(bool solo);
  struct BeatSweeps;
  /// The same for some beats, at once. Returns false if it had to stop.
  bool fillBeats(llvm::MutableArrayRef<BeatSweeps> group, bool solo,
                 size_t numWorkers);
  /// Sizes of the regions that clusters of pipelines may have, ascending.
  std::vector<int32_t> pipelineSizes() const;
  void prepareSweeps(BeatSweeps &of, bool solo, size_t numWorkers);
  /// Finds the clusters from `first`, with `mayTakeOver` perhaps in what was
  /// found from an earlier layer.
  void sweepOne(BeatSweeps &of, ClusterSweep &sweep, bool solo,
                const RegionType &region, int32_t first, bool mayTakeOver,
                ClusterSweep::Reach reach);
  KnownClusters *knownOf(size_t beat, bool solo) const {
    llvm::MutableArrayRef<KnownClusters> known =
        solo ? knownAlone : knownPipelined;
    return known.empty() ? nullptr : &known[beat];
  }
  /// Takes a cluster into the tables.
  void takeOption(size_t beat, bool solo, int32_t first, int32_t last,
                  const Option &option);
  /// Tells the paths of a cluster that is alone.
  void foundAlone(size_t beat, int32_t first, int32_t last,
                  const Option &option);
  /// Takes note of how far the sweeps over a region went.
  void settle(const BeatSweeps &of, KnownClusters &known, int32_t size) const;
  /// Takes what was found on a region into the tables.
  void takeSwept(BeatSweeps &of, bool solo, const RegionType &region);
  /// Whether clusters have to hold all layers.
  bool isWholeOnly(bool solo) const {
    return solo && model.getConfig().strategy == Strategy::FullPipeline;
  }
  bool isRegionOf(size_t beat, bool solo, const RegionType &region) const;
  /// Whether pipelines may have such beats.
  bool hasPipelinesOf(size_t beat) const {
    return pipelines &&
           (candidates.pipelineBeats.empty() ||
            llvm::is_contained(candidates.pipelineBeats, tables.beats[beat]));
  }
  /// Makes bounds from the options of clusters that are alone, and from what
  /// layers of pipelines take at least.
  void boundByAlone();
  /// Adds the costs of whole segments of one cluster, and those of the layers
  /// of pipelines.
  void addAlone(CostToGo &costs) const;
  /// Chiplet-cycles for all beats that a layer costs at least in a pipeline,
  /// by what it takes at least on regions of every size.
  int64_t leastInPipeline(size_t beat,
                          llvm::ArrayRef<int64_t> leastCompute) const;
  /// Bounds that hold even for plans that are no better than the incumbent.
  CostToGo::Areas boundAnyPlan() const;
  int64_t fillPart(size_t beat) const {
    return std::min<int64_t>(numBeats(beat), model.numChiplets() / 2);
  }
  /// What the clusters from one layer may take, by length less one; nothing
  /// said where no limits are set.
  struct SweepLimits {
    bool isSet = false;
    /// If they end there, and if they go on, up to the longest that is useful.
    std::vector<int64_t> ends, inside;

    /// Follows from the ends and from what the layers between take at least.
    void findInside(const StateTable &partitions, const LayerClasses &classes,
                    int32_t size, int32_t first);
    /// Whether a sweep within `other` over `length` more layers finds all that
    /// one within these limits finds.
    bool isWithin(const SweepLimits &other, int32_t length) const;
  };
  /// The last layer of the longest cluster from `first`.
  int32_t lastOf(int32_t first) const;
  /// The same by first layer, however many layers clusters may have.
  std::vector<int32_t> findLast() const;
  /// Limits for the sweep from `first`, or (`forAlike`) for it and those from
  /// equal runs of layers.
  SweepLimits limitsFrom(size_t beat, int32_t size, bool solo, int32_t first,
                         const StageLimits &limits, bool forAlike) const;
  /// What the sweep from one layer found.
  struct Sweep {
    Emitted emitted;
    /// How far that depends on layers.
    int32_t furthest = -1;
    /// The layer that was swept from, and the limits there.
    int32_t from = -1;
    SweepLimits within;
    bool isComplete = true;

    /// The same for an equal run of layers.
    Sweep shifted(int32_t distance) const {
      Sweep other;
      for (const auto &[end, option] : emitted)
        other.emitted.push_back({end + distance, option});
      other.furthest = furthest + distance;
      other.from = from;
      return other;
    }
  };
  Sweep sweepFrom(ClusterSweep &sweep, size_t beat, const RegionType &region,
                  bool solo, int32_t first, SweepLimits limits,
                  ClusterSweep::Reach reach) const;
  /// The part of it for the edges of `request`, in all weight modes.
  void sweepModes(ClusterSweep &sweep, const StateTable &partitions,
                  ClusterSweep::Request request, const SweepLimits &limits,
                  Sweep &result, ClusterSweep::Reach reach) const;
  /// The layers of a cluster, or some of them.
  struct Part {
    int32_t first, last;
    /// Whether more layers of the same cluster may come before, or after.
    bool startsInside, endsInside;
  };
  /// The longest that `part` may take for a plan better than the incumbent.
  int64_t longestStage(size_t beat, int32_t size, bool solo, const Part &part,
                       bool forAlike = false) const;
  /// The same for the cluster first..last, which takes `least` or more, by
  /// limits on whole segments; negative if that is too long.
  int64_t longestInSegment(size_t beat, int32_t size, bool solo, int32_t first,
                           int32_t last, int64_t least,
                           const StageLimits &limits) const;
  /// Takes up what is known before all clusters, after those that are alone,
  /// and after those of pipelines.
  void startFrom(KnownBounds &known);
  void learnFromAlone(KnownBounds &known);
  void learnFromPipelines(llvm::ArrayRef<OptionTable> clusters);
  /// Where partitions or regions are left out: bounds on pipelines that do not
  /// have those.
  void restrictPaths();
  /// Whether limits on clusters follow from those on segments alone: what is
  /// then not found says what a segment takes at least.
  bool isLimitedBySegments() const { return paths && candidates.areAll(); }
  /// Chiplet-cycles that a better plan has for the part.
  __int128 areaFor(const Part &part) const;
  /// The same for it or any later run of layers that takes over the options of
  /// clusters from part.first.
  __int128 areaForAlike(const Part &part) const;
  int64_t longestByArea(size_t beat, int32_t size, bool solo, __int128 byWork,
                        __int128 byOptions) const;
  void pruneOptions();
  /// Finds the best plan of clusters that are alone: it bounds what pipelines
  /// may take.
  void searchAlone(KnownBounds &known);
  /// Whether the plan in hand is within a tenth of the bound.
  bool isTight() const;
  /// Whether the exact search over segments came to its end soon.
  bool tryExact();
  bool searchSegments(Strategy strategy, bool exact, int64_t steps);
  /// Searches over segments, quickly and then exactly.
  bool searchPipelines(Strategy strategy);
  void take(llvm::ArrayRef<const Prefix *> chain);
  /// Empty if the partitions of an option are not found again.
  std::optional<Plan> buildPlan();
  /// By class, what a layer of `segment` may take: what the stage of its
  /// cluster leaves of it.
  std::vector<int64_t> longestOf(const FoundSegment &segment) const;
  /// The same for a segment: false if they are not.
  bool buildSegment(const FoundSegment &from, SegmentPlan &segment,
                    std::vector<Partition> &partitions);
  bool spend(int64_t amount) {
    work += amount;
    outOfBudget |= (budget.work >= 0 && work > budget.work) ||
                   (budget.expired && budget.expired());
    return outOfBudget;
  }
  int64_t numBeats(size_t beat) const {
    return model.getProblem().calls() / tables.beats[beat];
  }

  const CostModel &model;
  const LayerClasses &classes;
  StateCatalog &catalog;
  Candidates candidates;
  Budget budget;
  Target target;
  PinIndex pins;
  const LowerBounds &lower;
  const WorkBounds &bounds;
  CostToGo toGo;
  Repeats repeats;
  std::vector<int32_t> lastLayers;
  /// Bounds on whole segments, if there are any.
  SegmentPaths *paths = nullptr;
  /// Those of this search alone.
  std::unique_ptr<SegmentPaths> ownPaths;
  /// The layers whose options may be taken over, by the layer they are from;
  /// and all others.
  std::vector<std::vector<int32_t>> alike;
  std::vector<int32_t> unlike;
  int32_t numLayers;
  bool pipelines;
  ClusterTables tables;
  /// What is known of clusters by beat, if anything.
  llvm::MutableArrayRef<KnownClusters> knownAlone, knownPipelined;
  /// By beat, for clusters alone in their segments and for others.
  std::vector<std::unique_ptr<StateTable>> statesAlone, states;
  std::vector<FoundSegment> found;
  PlanCost foundCost;
  bool complete = true;
  bool leftOut = false;
  bool outOfBudget = false;
  int64_t work = 0;
  /// Work that does not count against the budget.
  int64_t extraWork = 0;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PIPELINESOLVER_H
