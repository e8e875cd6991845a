//===- EdgeFloors.h - What neighbouring layers take at least ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The fastest partitions of two layers, one after the other in a cluster, need
// not suit each other: either data moves between them, or one of them is
// slower. With half the cycles of each layer counted here, and half with its
// neighbour on the other side, the pairs of a cluster add up to no more than
// its stage.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_EDGEFLOORS_H
#define SCOPE_LIB_SEARCH_EDGEFLOORS_H

#include "StateTable.h"

namespace scope::search {

class EdgeFloors {
public:
  /// For beats of `calls` calls.
  EdgeFloors(const CostModel &model, const LayerClasses &classes,
             StateCatalog &catalog, int64_t calls);
  /// For the partitions that a search is restricted to, on regions of `sizes`;
  /// on others there are none. `states` may be null where there are no sizes.
  EdgeFloors(const CostModel &model, const LayerClasses &classes,
             StateTable *states, llvm::ArrayRef<int32_t> sizes);

  /// Twice the cycles of a beat that `layer` and the one after it take at least
  /// in one cluster on `size` chiplets, each counted by half, with what moves
  /// between them.
  int64_t twice(int32_t layer, int32_t size) const {
    return pairs[pairOf[layer]][size];
  }

  /// By region size: the least cycles of a beat of a class, if the search is
  /// restricted.
  llvm::ArrayRef<int64_t> times(int32_t layerClass) const {
    return timesOf[layerClass];
  }

private:
  /// Two neighbours: their classes, and the edges between them.
  struct Pair {
    int32_t from, to;
    llvm::SmallVector<int32_t, 2> edges;
    bool operator==(const Pair &other) const {
      return from == other.from && to == other.to && edges == other.edges;
    }
  };
  /// A partition that a layer may have.
  struct Candidate {
    int32_t state, used;
    /// No more than its cycles.
    int64_t compute;
    /// Its tiling, and the cycles on the fastest kind of chiplet, once known.
    const Tiling *tiling = nullptr;
    int64_t exact = 0;
  };
  using Row = std::vector<int64_t>;

  /// Finds what every pair takes.
  void findPairs(llvm::function_ref<Row(const Pair &)> find);
  /// The partitions of a class, fastest first.
  llvm::MutableArrayRef<Candidate>
  candidatesOf(StateCatalog &catalog, int64_t calls, int32_t layerClass);
  void know(Candidate &candidate, StateCatalog::Partitions &list) const;
  Row findPair(StateCatalog &catalog, int64_t calls, const Pair &pair);
  /// Whether a chiplet may hold the tiles of two partitions.
  bool fitTogether(const Pair &pair, const Tiling &from,
                   const Tiling &to) const;
  /// Twice the cycles that move between them; a number of at least `most` need
  /// not be exact.
  int64_t twiceMoved(const Pair &pair, const Tiling &from, const Tiling &to,
                     int64_t most) const;

  const CostModel &model;
  const LayerClasses &classes;
  /// Most bytes of tiles on a chiplet.
  int64_t room = 0;
  /// By class.
  std::vector<std::vector<Candidate>> candidates;
  /// By layer: its pair with the next one.
  std::vector<int32_t> pairOf;
  std::vector<Row> pairs;
  /// By class.
  std::vector<Row> timesOf;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_EDGEFLOORS_H
