//===- AuditSpace.cpp - Whether a plan is one of its space ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditSpace.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

using namespace scope::search;
using namespace scope::search::auditing;

namespace {
/// Checks one plan.
class SpaceCheck {
public:
  SpaceCheck(const Problem &problem, const Grid &grid, const Promise &promise,
             Findings &findings)
      : problem(problem), network(problem.network), config(problem.config),
        grid(grid), promise(promise), plan(promise.plan), findings(findings),
        usable(plan.segments.size(), true) {}

  std::vector<bool> run() {
    checkCoverage();
    if (config.strategy == Strategy::FullPipeline && plan.segments.size() > 1)
      add(FindingKind::Space, {1},
          llvm::formatv("the full pipeline has one segment, the plan has {0}; "
                        "use the strategy 'merged' for several",
                        plan.segments.size()));
    for (size_t index = 0; index < plan.segments.size(); ++index)
      if (usable[index])
        checkSegment(static_cast<int32_t>(index));
    checkPins();
    return usable;
  }

private:
  void add(FindingKind kind, Where where, std::string message) {
    findings.add(kind, where, std::move(message));
  }
  llvm::StringRef name(int32_t layer) const {
    return network.layers[layer].name;
  }
  const PromisedCluster *promised(int32_t segment, int32_t cluster) const {
    if (promise.clusters.empty())
      return nullptr;
    return &promise.clusters[segment][cluster];
  }

  void checkCoverage();
  void checkSegment(int32_t index);
  void checkPartitions(Where where, const ClusterPlan &cluster,
                       int64_t beatCalls);
  void checkStrategy(Where where, const ClusterPlan &cluster,
                     size_t numClusters);
  void checkRegion(Where where, const ClusterPlan &cluster,
                   std::map<Coordinate, int32_t> &owners);
  void checkPins();
  void checkPin(const Pin &pin);

  const Problem &problem;
  const Network &network;
  const Config &config;
  const Grid &grid;
  const Promise &promise;
  const Plan &plan;
  Findings &findings;
  /// By segment: whether its indices make sense.
  std::vector<bool> usable;
  /// Segment and cluster of every layer; -1 where it has none.
  std::vector<Where> home;
};
} // namespace

void SpaceCheck::checkCoverage() {
  int32_t numLayers = network.numLayers();
  home.assign(numLayers, {});
  if (plan.partitions.size() != network.layers.size()) {
    add(FindingKind::Coverage, {},
        llvm::formatv("the plan has partitions for {0} layers, the network has "
                      "{1}; plan it anew",
                      plan.partitions.size(), numLayers));
    usable.assign(usable.size(), false);
  }
  if (!promise.clusters.empty()) {
    bool sameShape = promise.clusters.size() == plan.segments.size();
    for (size_t s = 0; sameShape && s < plan.segments.size(); ++s)
      sameShape =
          promise.clusters[s].size() == plan.segments[s].clusters.size();
    if (!sameShape) {
      add(FindingKind::Coverage, {},
          "the regions and buffers are not those of the plan's clusters; place "
          "and allocate anew");
      usable.assign(usable.size(), false);
    }
  }
  int32_t expected = 0;
  for (auto [s, segment] : llvm::enumerate(plan.segments)) {
    if (segment.clusters.empty()) {
      add(FindingKind::Coverage, {int32_t(s)},
          "the segment has no cluster; "
          "remove it");
      usable[s] = false;
    }
    for (auto [c, cluster] : llvm::enumerate(segment.clusters)) {
      Where where{int32_t(s), int32_t(c), -1};
      if (cluster.firstLayer < 0 || cluster.lastLayer < cluster.firstLayer ||
          cluster.lastLayer >= numLayers) {
        add(FindingKind::Coverage, where,
            llvm::formatv("the cluster has the layers {0} to {1}, the network "
                          "has 0 to {2}; plan it anew",
                          cluster.firstLayer, cluster.lastLayer,
                          numLayers - 1));
        usable[s] = false;
        continue;
      }
      for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
           ++layer) {
        if (home[layer].segment >= 0) {
          add(FindingKind::Coverage, {int32_t(s), int32_t(c), layer},
              llvm::formatv("layer '{0}' is planned twice, in cluster {1} of "
                            "segment {2} before; remove one of them",
                            name(layer), home[layer].cluster,
                            home[layer].segment));
          usable[s] = false;
        } else if (layer != expected) {
          add(FindingKind::Coverage, {int32_t(s), int32_t(c), layer},
              llvm::formatv("layer '{0}' is number {1} and comes where {2} "
                            "should; keep the layers in the order of the "
                            "program",
                            name(layer), layer, expected));
        }
        home[layer] = {int32_t(s), int32_t(c), layer};
        expected = layer + 1;
      }
    }
    for (size_t c = 1; c < segment.clusters.size(); ++c)
      if (segment.clusters[c].firstLayer !=
          segment.clusters[c - 1].lastLayer + 1)
        usable[s] = false;
  }
  for (int32_t layer = 0; layer < numLayers; ++layer)
    if (home[layer].segment < 0)
      add(FindingKind::Coverage, {-1, -1, layer},
          llvm::formatv("layer '{0}' is in no cluster; plan it", name(layer)));
}

void SpaceCheck::checkSegment(int32_t index) {
  const SegmentPlan &segment = plan.segments[index];
  std::vector<int64_t> beats = allowedBeats(problem);
  if (!llvm::is_contained(beats, segment.beatCalls)) {
    std::string list;
    for (int64_t calls : beats)
      list += (list.empty() ? "" : ", ") + std::to_string(calls);
    add(FindingKind::Space, {index},
        llvm::formatv(
            "a beat has {0} calls; with {1} calls in a batch and this "
            "configuration it may have {2}",
            segment.beatCalls, problem.calls(), list));
    usable[index] = segment.beatCalls >= 1 &&
                    segment.beatCalls <= problem.calls() &&
                    problem.calls() % segment.beatCalls == 0;
  }
  bool oneCluster = config.strategy == Strategy::LayerByLayer ||
                    config.strategy == Strategy::Sequential ||
                    config.strategy == Strategy::DataParallel;
  if (oneCluster && segment.clusters.size() > 1)
    add(FindingKind::Space, {index, 1},
        llvm::formatv("the segment has {0} clusters, the strategy allows one; "
                      "use the strategy 'merged' for several",
                      segment.clusters.size()));

  // Without a beat there are no sizes that partitions could be checked with.
  const bool walkable = usable[index];
  std::map<Coordinate, int32_t> owners;
  int64_t chiplets = 0;
  for (auto [c, cluster] : llvm::enumerate(segment.clusters)) {
    Where where{index, int32_t(c), -1};
    if (walkable)
      checkPartitions(where, cluster, segment.beatCalls);
    checkStrategy(where, cluster, segment.clusters.size());
    checkRegion(where, cluster, owners);
    chiplets += cluster.size;
  }
  if (chiplets > grid.numUsable())
    add(FindingKind::Region, {index},
        llvm::formatv("the clusters of the segment take {0} chiplets together, "
                      "the package has {1}; make regions smaller or cut the "
                      "segment",
                      chiplets, grid.numUsable()));
}

void SpaceCheck::checkPartitions(Where where, const ClusterPlan &cluster,
                                 int64_t beatCalls) {
  for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
       ++layer) {
    where.layer = layer;
    const Partition &factors = plan.partitions[layer];
    std::string why = whyNoPartition(problem, layer, factors, beatCalls);
    if (!why.empty())
      add(FindingKind::Space, where,
          llvm::formatv("the partition of layer '{0}' is not possible: {1}; "
                        "choose another",
                        name(layer), why));
    // Tiles are listed one by one later on, so their number must be sane.
    bool sane = factors.size() == network.layers[layer].dims.size();
    Wide used = 1;
    for (int32_t factor : factors) {
      sane &= factor >= 1;
      used = saturate(used * std::max(1, factor));
    }
    if (!sane || used > grid.numUsable())
      usable[where.segment] = false;
    if (used > cluster.size)
      add(FindingKind::Space, where,
          llvm::formatv("the partition of layer '{0}' uses {1} chiplets, the "
                        "region has {2}; use smaller factors",
                        name(layer), static_cast<int64_t>(used), cluster.size));
  }
}

void SpaceCheck::checkStrategy(Where where, const ClusterPlan &cluster,
                               size_t numClusters) {
  if (!llvm::is_contained(kLevels, cluster.level))
    add(FindingKind::Space, where,
        llvm::formatv("the level is {0} sixteenths of the SRAM; it may be 2, "
                      "4, 6, 8, 10, 12 or 14",
                      cluster.level));
  if (config.weights && cluster.mode != *config.weights)
    add(FindingKind::Space, where,
        llvm::formatv("the weights are {0}, the configuration asks for the "
                      "other way; change one of them",
                      cluster.mode == WeightMode::Replicated ? "replicated"
                                                             : "distributed"));
  if (config.strategy == Strategy::LayerByLayer &&
      cluster.firstLayer != cluster.lastLayer)
    add(FindingKind::Space, where,
        llvm::formatv("the cluster has {0} layers, the strategy "
                      "'layer-by-layer' allows 1",
                      cluster.lastLayer - cluster.firstLayer + 1));
  if (config.strategy == Strategy::Segmented) {
    int64_t withMacs = 0;
    for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
         ++layer)
      withMacs += network.layers[layer].macs > 0;
    if (withMacs > 1)
      add(FindingKind::Space, where,
          llvm::formatv("the cluster has {0} layers with multiply-accumulates, "
                        "the strategy 'segmented' allows 1",
                        withMacs));
  }
  if (cluster.ahead &&
      (numClusters > 1 || cluster.firstLayer == cluster.lastLayer))
    add(FindingKind::Space, where,
        "the DRAM works ahead of the cluster; it may of one that has several "
        "layers and is alone in its segment");
  if (numClusters == 1 && llvm::has_single_bit(grid.allKinds()) &&
      cluster.size != grid.numUsable())
    add(FindingKind::Space, where,
        llvm::formatv("a cluster alone in its segment has the whole package, "
                      "{0} chiplets, and not {1}",
                      grid.numUsable(), cluster.size));
}

void SpaceCheck::checkRegion(Where where, const ClusterPlan &cluster,
                             std::map<Coordinate, int32_t> &owners) {
  auto add = [&](std::string message) {
    findings.add(FindingKind::Region, where, std::move(message));
  };
  if (cluster.size < 1 || cluster.size > grid.numUsable()) {
    add(llvm::formatv("a region of {0} chiplets does not fit a package of {1}",
                      cluster.size, grid.numUsable()));
    usable[where.segment] = false;
    return;
  }
  const PromisedCluster *promised =
      this->promised(where.segment, where.cluster);
  if (!promised || promised->region.empty()) {
    // Before placement: are there such chiplets at all?
    int64_t some = 0, kinds = llvm::popcount(cluster.kinds);
    for (Coordinate at : grid.usable())
      some += cluster.kinds >> grid.kindAt(at) & 1;
    if ((cluster.kinds & ~grid.allKinds()) != 0 || kinds == 0 ||
        kinds > cluster.size || some < cluster.size) {
      add(llvm::formatv("the region has {0} chiplets of kinds {1:x}, the "
                        "package has {2} of them, and kinds {3:x}",
                        cluster.size, cluster.kinds, some, grid.allKinds()));
      usable[where.segment] = false;
    }
    return;
  }
  if (static_cast<int64_t>(promised->region.size()) != cluster.size)
    add(llvm::formatv("the region has {0} chiplets, the plan was made for {1}; "
                      "place it anew",
                      promised->region.size(), cluster.size));
  KindMask kinds = 0;
  for (Coordinate at : promised->region) {
    if (!grid.isUsable(at)) {
      add(llvm::formatv("chiplet ({0}, {1}) of the region is disabled or off "
                        "the grid; place it anew",
                        at.row, at.col));
      usable[where.segment] = false;
      continue;
    }
    auto [owner, isNew] = owners.try_emplace(at, where.cluster);
    if (!isNew)
      add(llvm::formatv("chiplet ({0}, {1}) of the region is taken by cluster "
                        "{2} of the segment already; regions of a segment must "
                        "be disjoint",
                        at.row, at.col, owner->second));
    kinds |= KindMask(1) << grid.kindAt(at);
  }
  if (kinds != cluster.kinds)
    add(llvm::formatv("the chiplets of the region are of kinds {0:x}, the plan "
                      "was made for kinds {1:x}; place it on those, or plan it "
                      "anew",
                      kinds, cluster.kinds));
}

void SpaceCheck::checkPins() {
  for (const Pin &pin : config.pins)
    if (home[pin.layer].segment >= 0)
      checkPin(pin);
  // Layers with equal cluster numbers share a cluster, others do not.
  for (const Pin &a : config.pins)
    for (const Pin &b : config.pins) {
      if (!a.cluster || !b.cluster || a.layer >= b.layer)
        continue;
      const Where &homeA = home[a.layer], &homeB = home[b.layer];
      bool together =
          homeA.segment == homeB.segment && homeA.cluster == homeB.cluster;
      if (together != (*a.cluster == *b.cluster))
        add(FindingKind::Space, homeB,
            llvm::formatv("pins ask that layers '{0}' and '{1}' {2} a cluster; "
                          "change a pin or the plan",
                          name(a.layer), name(b.layer),
                          together ? "do not share" : "share"));
    }
}

void SpaceCheck::checkPin(const Pin &pin) {
  const Where &where = home[pin.layer];
  const SegmentPlan &segment = plan.segments[where.segment];
  const ClusterPlan &cluster = segment.clusters[where.cluster];
  auto fail = [&](const char *what) {
    add(FindingKind::Space, where,
        llvm::formatv("a pin of layer '{0}' asks {1}; change the pin or the "
                      "plan",
                      name(pin.layer), what));
  };
  bool startsCluster = cluster.firstLayer == pin.layer;
  bool startsSegment = startsCluster && where.cluster == 0;
  if (pin.cut && !startsSegment)
    fail("that a segment starts there");
  if (pin.split && !startsCluster)
    fail("that a cluster starts there");
  if (pin.join && startsCluster)
    fail("that it shares a cluster with the layer before");
  if (pin.minChiplets && cluster.size < *pin.minChiplets)
    fail("for a larger region");
  if (pin.maxChiplets && cluster.size > *pin.maxChiplets)
    fail("for a smaller region");
  if (pin.partition &&
      static_cast<size_t>(pin.layer) < plan.partitions.size() &&
      !llvm::equal(*pin.partition, plan.partitions[pin.layer]))
    fail("for another partition");
  if (!pin.region)
    return;
  const PromisedCluster *promised =
      usable[where.segment] ? this->promised(where.segment, where.cluster)
                            : nullptr;
  bool asked = promised && !promised->region.empty()
                   ? std::is_permutation(promised->region.begin(),
                                         promised->region.end(),
                                         pin.region->begin(), pin.region->end())
                   : static_cast<size_t>(cluster.size) == pin.region->size();
  if (!asked)
    fail("for another region");
}

std::vector<bool> auditing::checkSpace(const Problem &problem, const Grid &grid,
                                       const Promise &promise,
                                       Findings &findings) {
  return SpaceCheck(problem, grid, promise, findings).run();
}
