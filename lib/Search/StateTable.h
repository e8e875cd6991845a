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
#include "TransferTable.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/ThreadPool.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

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
  /// Largest number of states a layer on a region, about; 0 for all. With 1 it
  /// is the cheapest of those that split the batch furthest: however many
  /// layers are live, there is one way to split them.
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

/// Tilings by state, made when they are first asked for, by any thread.
class Tilings {
public:
  explicit Tilings(size_t count) : slots(count) {}

  /// The tiling of `state`, which `make` makes if nobody did before.
  template <typename Make> const Tiling &get(size_t state, Make make) {
    std::atomic<const Tiling *> &slot = slots[state];
    if (const Tiling *known = slot.load(std::memory_order_acquire))
      return *known;
    Tiling tiling = make();
    std::lock_guard<std::mutex> guard(lock);
    // Another thread may have been quicker.
    const Tiling *known = slot.load(std::memory_order_relaxed);
    if (!known) {
      known = new (made.Allocate()) Tiling(std::move(tiling));
      slot.store(known, std::memory_order_release);
    }
    return *known;
  }
  /// Forgets all of them; no thread may use any now.
  void clear() {
    for (std::atomic<const Tiling *> &slot : slots)
      slot.store(nullptr, std::memory_order_relaxed);
    made.DestroyAll();
  }

private:
  std::vector<std::atomic<const Tiling *>> slots;
  llvm::SpecificBumpPtrAllocator<Tiling> made;
  std::mutex lock;
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
    std::optional<Tilings> tilings;

    const Tiling &tiling(int32_t state) {
      return tilings->get(state, [&] { return tiler.make(factors[state]); });
    }
    /// By size of the region up to `numChiplets`: the least compute cycles of
    /// any partition that fits it.
    std::vector<int64_t> leastCompute(int32_t numChiplets) const;
    /// The partition with these factors, which use `chiplets`; -1 if there is
    /// none.
    int32_t find(llvm::ArrayRef<int32_t> wanted, int32_t chiplets) const;
  };
  Partitions &partitions(int32_t layerClass, int64_t calls);
  /// Makes all lists for some beats, so that several threads may ask for them.
  void prepare(llvm::ArrayRef<int64_t> beats,
               llvm::ThreadPoolInterface *threads);

  /// What moves inside a cluster along an edge, as far as it is known, by edge
  /// class.
  using Transfers = std::deque<TransferTable>;
  Transfers &transfers(int64_t calls) {
    Transfers &known = transferLists[calls];
    while (known.size() < size_t(classes.numEdgeClasses()))
      known.emplace_back();
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
             const Longest &longest,
             llvm::ThreadPoolInterface *threads = nullptr);

  int64_t getCalls() const { return calls; }
  /// Whether states were left out.
  bool isRestricted() const { return statesPerRegion > 0; }

  /// The tiling of a state of a class.
  const Tiling &tiling(int32_t layerClass, int32_t state) {
    return partitions[layerClass].list->tiling(state);
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

  using InternalCost = TransferTable::Cost;
  /// What moves along an edge of a class. Several threads may ask at once.
  InternalCost internal(int32_t edgeClass, int32_t consumerState,
                        int32_t producerState);
  /// Lists all states of regions of `size` chiplets, so that several threads
  /// may ask for them at once.
  void prepare(int32_t size, llvm::ThreadPoolInterface *threads = nullptr);

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
    int32_t readers = to.used.load(std::memory_order_acquire);
    if (readers <= 0)
      readers = findReader(edgeClass, consumerState);
    int32_t makers = from.used.load(std::memory_order_acquire);
    if (makers <= 0)
      makers = findMaker(edgeClass, producerState);
    int64_t made = shapeBytes[edgeClass];
    for (size_t access = 0; access <= Shape::kMostAccesses; ++access)
      made *= std::min(to.extents[access], from.extents[access]);
    int64_t in = std::max<int64_t>(0, to.largest - made);
    int64_t moved = std::max(in, to.total - std::min(readers, makers) * made);
    if (moved == 0)
      return 0;
    int64_t sent = isMulticast ? std::min(moved, from.total) : moved;
    const Way &way = ways[std::max(readers, makers)];
    auto cycles = [](int64_t bytes, uint64_t ofByte) {
      return static_cast<int64_t>(
          static_cast<unsigned __int128>(bytes) * ofByte >> 64);
    };
    return std::max({cycles(in, portCycles),
                     cycles(moved + sent * way.moreHops, way.links),
                     cycles(std::min(moved, 2 * sent), way.across)}) +
           way.cycles;
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
    /// Bytes that all chiplets touch, or made, in sum.
    int64_t total = 0;
    /// 0 if the shape is not known yet, negative while a thread finds it out.
    std::atomic<int32_t> used = 0;
    int32_t extents[kMostAccesses + 1] = {};
  };
  struct EdgeShapes {
    std::vector<Shape> to, from;
  };
  InternalCost makeInternal(int32_t edgeClass, int32_t consumerState,
                            int32_t producerState);
  /// Fills in the shape of one state. Returns the chiplets that it uses.
  int32_t findReader(int32_t edgeClass, int32_t consumerState);
  int32_t findMaker(int32_t edgeClass, int32_t producerState);
  /// Prepares shapes of all edges that they can hold.
  void prepareShapes();
  int64_t leastBeyondShapes(int32_t edgeClass, int32_t consumerState,
                            int32_t producerState);
  /// Bytes that a chiplet holds of what is read and made.
  int64_t movingBytes(const Tiling &tiling) const;
  /// Whether such tiles, with their weights, leave little room.
  bool isShortOfRoom(const Tiling &tiling) const;
  /// Of some states with their prices, that which is the cheapest with what a
  /// reader of the layer that is split alike takes in.
  int32_t
  cheapestWithReaders(int32_t layerClass,
                      llvm::ArrayRef<std::pair<int64_t, int32_t>> prices) const;
  /// Returns how many there are, with those that are of no interest.
  /// The one state of searches over one a layer.
  int32_t furthestSplit(int32_t layerClass, int32_t size,
                        std::vector<std::pair<int64_t, int32_t>> prices);
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
  /// Between chiplets: cycles of the way, its hops but one, and cycles that all
  /// links together, and those across the middle, take for a byte and for the
  /// fourth part of one.
  struct Way {
    int64_t cycles = 0, moreHops = 0;
    /// As parts of 2^64.
    uint64_t links = 0, across = 0;
  };
  /// By chiplets used.
  std::vector<Way> ways;
  bool isMulticast;
  /// Cycles that a port takes for a byte, as parts of 2^64, rounded down.
  uint64_t portCycles = 0;
  std::atomic<int64_t> work = 0;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_STATETABLE_H
