//===- StateTable.h - Partitions of all layers for one beat -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The states of the dynamic programs inside a cluster are the partitions of a
// layer. This table lists them for one beat size, by layer class, and holds the
// transfers between the states of neighbouring layers, computed on demand.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_STATETABLE_H
#define SCOPE_LIB_SEARCH_STATETABLE_H

#include "LayerClasses.h"

namespace scope::search {

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
  /// Largest number of states a layer on a region; 0 for all.
  int32_t statesPerRegion = 0;
  /// Region sizes; empty for all. Not empty if the states are limited.
  std::vector<int32_t> sizes;
  /// Beats in calls; empty for all.
  std::vector<int64_t> beats;
};

class StateTable {
public:
  StateTable(const CostModel &model, const LayerClasses &classes,
             const Candidates &candidates, int64_t calls);

  int64_t getCalls() const { return calls; }
  /// Whether states were left out.
  bool isRestricted() const { return statesPerRegion > 0; }

  /// All states of a class, ascending by the chiplets they use.
  llvm::ArrayRef<Tiling> states(int32_t layerClass) const {
    return table[layerClass];
  }
  /// Indices of the states to consider on a region of `size` chiplets.
  llvm::ArrayRef<int32_t> candidates(int32_t layerClass, int32_t size);

  /// What moves inside a cluster along an edge.
  struct InternalCost {
    int64_t cycles = -1;
    int64_t energy = 0;
  };
  const InternalCost &internal(int32_t edgeClass, int32_t consumerState,
                               int32_t producerState);

  /// Gives back the memory of the transfers; they are computed again on demand.
  void forgetTransfers();

private:
  /// Drops the states that no region of one of `sizes` looks at.
  void keepSelected(int32_t layerClass, llvm::ArrayRef<int32_t> sizes);
  void selectStates(int32_t layerClass, int32_t size,
                    std::vector<int32_t> &selected) const;

  const CostModel &model;
  const LayerClasses &classes;
  int32_t statesPerRegion;
  int64_t calls;
  std::vector<std::vector<Tiling>> table;
  /// By class and region size.
  std::vector<std::vector<std::vector<int32_t>>> chosen;
  /// By edge class, then consumer state * producer states + producer state.
  std::vector<std::vector<InternalCost>> transfers;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_STATETABLE_H
