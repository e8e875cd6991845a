//===- StateTable.h - Partitions of all layers for one beat -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The states of the dynamic programs inside a cluster are the partitions of a
// layer. This table lists them for one beat size, by layer class and size of
// the region, and holds the transfers between the states of neighbouring
// layers. Tilings and transfers are computed when they are first asked for: a
// partition whose computation alone takes longer than a plan of interest can
// afford never gets a tiling.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_STATETABLE_H
#define SCOPE_LIB_SEARCH_STATETABLE_H

#include "LayerClasses.h"
#include "Tiler.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace scope::search {

/// Chiplets of packages that are so small that searches are quick.
inline constexpr int32_t kFewChiplets = 16;

/// A region as far as costs go: how many chiplets, and which kinds.
struct RegionType {
  int32_t size = 1;
  KindMask kinds = 1;
  bool operator==(const RegionType &other) const {
    return size == other.size && kinds == other.kinds;
  }
};

/// Which part of the space a search looks at.
struct Candidates {
  /// Largest number of states a layer on a region, about; 0 for all.
  int32_t statesPerRegion = 0;
  /// Region sizes; empty for all.
  std::vector<int32_t> sizes;
  /// Beats of segments of several clusters, in calls; empty for all.
  std::vector<int64_t> pipelineBeats;
  /// Whether all segments have one cluster.
  bool soloOnly = false;
  /// Most layers of a cluster; 0 for no bound.
  int32_t mostLayers = 0;
  /// Steps from one pace of a pipeline to its double, about, where only the
  /// quick search over segments is made; 0 for the exact one.
  int64_t paceSteps = 0;

  /// Whether nothing is left out.
  bool areAll() const {
    return statesPerRegion == 0 && sizes.empty() && pipelineBeats.empty() &&
           !soloOnly && mostLayers == 0 && paceSteps == 0;
  }
  /// Largest number of entries of a table over the states of live layers;
  /// clusters that need more are left out.
  int64_t mostEntries = int64_t(1) << 20;
};

/// The partitions of all layer classes for all beats, with their tilings: what
/// several searches of one problem have in common. Lists are made when they are
/// first asked for.
class StateCatalog {
public:
  StateCatalog(const CostModel &model, const LayerClasses &classes)
      : model(model), classes(classes) {}

  /// The partitions of a class, ascending by the chiplets they use.
  struct Partitions {
    Partitions(const CostModel &model, int32_t layer, int64_t calls);

    Tiler tiler;
    std::vector<Partition> factors;
    std::vector<int32_t> used;
    /// Least compute cycles.
    std::vector<int64_t> compute;
    /// Bytes of weights of the largest tile, and cycles that all else it reads
    /// takes to come in.
    std::vector<int64_t> weightTile, incoming;
    std::vector<std::unique_ptr<Tiling>> tilings;

    /// By size of the region up to `numChiplets`: the least compute cycles of
    /// any partition that fits it.
    std::vector<int64_t> leastCompute(int32_t numChiplets) const;
    /// The partition with these factors, which use `chiplets`; -1 if there is
    /// none.
    int32_t find(llvm::ArrayRef<int32_t> wanted, int32_t chiplets) const;
  };
  Partitions &partitions(int32_t layerClass, int64_t calls);

  /// What moves inside a cluster along an edge.
  struct InternalCost {
    int64_t cycles = -1;
    int64_t energy = 0;
  };
  /// The transfers that are known, by edge class, then by the states of
  /// producer and consumer.
  using Transfers = std::vector<llvm::DenseMap<uint64_t, InternalCost>>;
  Transfers &transfers(int64_t calls) {
    Transfers &known = transferLists[calls];
    known.resize(classes.numEdgeClasses());
    return known;
  }
  void forgetTransfers() { transferLists.clear(); }

private:
  const CostModel &model;
  const LayerClasses &classes;
  /// By calls, then by class.
  std::map<int64_t, std::vector<std::unique_ptr<Partitions>>> lists;
  std::map<int64_t, Transfers> transferLists;
};

class StateTable {
public:
  /// The longest that a layer may take alone on a region of a size; longer ones
  /// are in no plan of interest.
  using Longest = std::function<int64_t(int32_t layer, int32_t size)>;

  StateTable(const CostModel &model, const LayerClasses &classes,
             StateCatalog &catalog, const Candidates &candidates, int64_t calls,
             const Longest &longest);

  int64_t getCalls() const { return calls; }
  /// Whether states were left out.
  bool isRestricted() const { return statesPerRegion > 0; }

  /// The tiling of a state of a class.
  const Tiling &tiling(int32_t layerClass, int32_t state) {
    StateCatalog::Partitions &list = *partitions[layerClass].list;
    std::unique_ptr<Tiling> &known = list.tilings[state];
    if (!known)
      known = std::make_unique<Tiling>(list.tiler.make(list.factors[state]));
    return *known;
  }
  /// The states to consider on a region of `size` chiplets.
  llvm::ArrayRef<int32_t> candidates(int32_t layerClass, int32_t size);
  /// The number of states that are candidates on a region of `size` chiplets,
  /// of interest or not: the same for every incumbent and strategy.
  int64_t countSelected(int32_t layerClass, int32_t size) {
    (void)candidates(layerClass, size);
    return numSelected[layerClass][size];
  }
  /// No less than the number of states that are of interest on a region of
  /// `size` chiplets, and most often that.
  int64_t countCandidates(int32_t layerClass, int32_t size) const {
    return partitions[layerClass].counts[size];
  }
  /// The least compute cycles of any state on a region of `size` chiplets.
  int64_t leastCompute(int32_t layerClass, int32_t size) const {
    return partitions[layerClass].leastCompute[size];
  }
  /// The same by size of the region.
  llvm::ArrayRef<int64_t> leastCompute(int32_t layerClass) const {
    return partitions[layerClass].leastCompute;
  }
  /// All states that fit a region of `size` chiplets, of interest or not.
  llvm::ArrayRef<int32_t> allStates(int32_t layerClass, int32_t size);

  using InternalCost = StateCatalog::InternalCost;
  /// What moves along an edge of a class.
  InternalCost internal(int32_t edgeClass, int32_t consumerState,
                        int32_t producerState);

  /// The same where several threads ask at once.
  InternalCost internalShared(int32_t edgeClass, int32_t consumerState,
                              int32_t producerState);
  /// What transfers are found by.
  static uint64_t transferKey(int32_t consumerState, int32_t producerState) {
    return uint64_t(producerState) << 32 | uint64_t(consumerState);
  }
  /// Makes everything that sweeps over regions of `size` chiplets ask for
  /// except transfers, so that several may run at once.
  void prepare(int32_t size);

  /// Whether the least transfers of a class are especially quick to tell.
  bool hasShapes(int32_t edgeClass) const { return shapeBytes[edgeClass] > 0; }
  /// No more than its cycles, and quickly; about what
  /// CostModel::leastInternalCycles says.
  int64_t leastInternal(int32_t edgeClass, int32_t consumerState,
                        int32_t producerState) {
    if (!hasShapes(edgeClass))
      return leastBeyondShapes(edgeClass, consumerState, producerState);
    const EdgeShapes &edge = shapes[edgeClass];
    const Shape &to = edge.to[consumerState], &from = edge.from[producerState];
    if (to.used == 0)
      findReader(edgeClass, consumerState);
    if (from.used == 0)
      findMaker(edgeClass, producerState);
    int64_t made = shapeBytes[edgeClass];
    for (size_t access = 0; access <= Shape::kMostAccesses; ++access)
      made *= std::min(to.extents[access], from.extents[access]);
    int64_t in = to.largest - made;
    if (in <= 0)
      return 0;
    return static_cast<int64_t>(
               static_cast<unsigned __int128>(in) * portCycles >> 64) +
           wayCycles[std::max(to.used, from.used)];
  }

  /// The work of computing transfers since the last call of this: about one
  /// unit for every chiplet that takes part.
  int64_t takeWork() { return work.exchange(0, std::memory_order_relaxed); }

  /// The state of the producer that splits it like `consumerState` splits the
  /// consumer of an edge; -1 if there is none.
  int32_t twin(int32_t edgeClass, int32_t consumerState) const;

  /// Gives back the memory of tilings; they are computed again on demand. No
  /// tiling that was asked for before may be used any more.
  void forget();

private:
  /// What is of interest among the partitions of a class.
  struct Selection {
    StateCatalog::Partitions *list = nullptr;
    /// By size of the region: the longest that a state of interest takes, and
    /// no fewer than there are of those.
    std::vector<int64_t> longest;
    std::vector<int64_t> counts;
    std::vector<int64_t> leastCompute;
  };
  void findInteresting(int32_t layerClass, const Longest &longest);

  /// What CostModel::leastInternalCycles needs of the states at one end of an
  /// edge, next to each other: the calls of a tile and the extents that it
  /// touches, or made, along each access.
  struct Shape {
    static constexpr size_t kMostAccesses = 4;
    int64_t largest = 0;
    /// 0 if the shape is not known yet.
    int32_t used = 0;
    int32_t extents[kMostAccesses + 1] = {};
  };
  struct EdgeShapes {
    std::vector<Shape> to, from;
  };
  InternalCost makeInternal(int32_t edgeClass, int32_t consumerState,
                            int32_t producerState);
  /// Fills in the shape of one state.
  void findReader(int32_t edgeClass, int32_t consumerState);
  void findMaker(int32_t edgeClass, int32_t producerState);
  /// Prepares shapes of all edges that they can hold.
  void prepareShapes();
  int64_t leastBeyondShapes(int32_t edgeClass, int32_t consumerState,
                            int32_t producerState);
  /// Bytes that a chiplet holds of what is read and made.
  int64_t movingBytes(const Tiling &tiling) const;
  /// Whether such tiles, with their weights, leave little room.
  bool isShortOfRoom(const Tiling &tiling) const;
  /// Returns how many there are, with those that are of no interest.
  int64_t selectStates(int32_t layerClass, int32_t size,
                       std::vector<int32_t> &selected);

  const CostModel &model;
  const LayerClasses &classes;
  int32_t statesPerRegion;
  int64_t calls;
  std::vector<Selection> partitions;
  /// By class and region size.
  std::vector<std::vector<std::vector<int32_t>>> chosen, everything;
  std::vector<std::vector<bool>> known;
  /// By class and region size.
  std::vector<std::vector<int64_t>> numSelected;
  StateCatalog::Transfers &transfers;
  /// By edge class; without shapes where those do not hold all of an edge.
  std::vector<EdgeShapes> shapes;
  /// Bytes of the element that moves, by edge class; 0 without shapes.
  std::vector<int64_t> shapeBytes;
  /// By chiplets used: cycles of the way between them.
  std::vector<int64_t> wayCycles;
  /// Cycles that a port takes for a byte, as parts of 2^64, rounded down.
  uint64_t portCycles = 0;
  /// Guards the transfers, by edge class.
  std::vector<std::mutex> locks;
  std::atomic<int64_t> work = 0;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_STATETABLE_H
