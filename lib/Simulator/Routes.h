//===- Routes.h - Ways through the mesh -------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Messages go along the row first and then along the column. The ways of one
// sender to several receivers make a tree, along which a multicast goes. DRAM
// ports take turns, packet by packet.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SIMULATOR_ROUTES_H
#define SCOPE_LIB_SIMULATOR_ROUTES_H

#include "scope/Search/Package.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <vector>

namespace scope::simulator {

/// Ways out of a router.
enum Direction : int32_t { East, West, South, North, kDirections };

/// A router of a tree: small, because a simulation looks at little else.
struct TreeNode {
  /// Whether a target is here.
  uint32_t isTarget : 1;
  /// The directions in which the tree goes on, a bit for each, and how far on
  /// in the tree the next router in the first of them stands; those in the
  /// others follow it.
  uint32_t ways : kDirections;
  uint32_t children : 31 - kDirections;

  TreeNode() : isTarget(0), ways(0), children(0) {}
};

class Routes {
public:
  explicit Routes(const search::Package &package);

  /// The number of a set of targets, chiplets in any order without repetition.
  int32_t targetSet(llvm::ArrayRef<int32_t> chiplets);
  llvm::ArrayRef<int32_t> targets(int32_t set) const { return sets[set]; }

  /// The tree from `source` to the targets of `set`; its root comes first. It
  /// stays where it is.
  llvm::ArrayRef<TreeNode> tree(int32_t source, int32_t set);
  /// Links that one copy of a message from `source` to `set` crosses.
  int64_t links(int32_t source, int32_t set) {
    return static_cast<int64_t>(tree(source, set).size()) - 1;
  }

  /// The way from `at` to `goal`, which is another.
  Direction next(int32_t at, int32_t goal) const {
    int32_t col = at % cols, goalCol = goal % cols;
    if (col != goalCol)
      return col < goalCol ? East : West;
    return at < goal ? South : North;
  }
  int32_t neighbour(int32_t at, int32_t direction) const {
    switch (direction) {
    case East:
      return at + 1;
    case West:
      return at - 1;
    case South:
      return at + cols;
    default:
      return at - cols;
    }
  }

  /// The order in which packets go to DRAM ports, as indices into the
  /// package's; a port is in it as often as its bandwidth says.
  llvm::ArrayRef<int32_t> portOrder() const { return ports; }
  int32_t portChiplet(int32_t port) const { return portChiplets[port]; }

private:
  std::vector<TreeNode> makeTree(int32_t source, int32_t set) const;

  int32_t cols = 1;
  int32_t chiplets = 1;
  std::vector<int32_t> ports;
  std::vector<int32_t> portChiplets;
  /// By the bytes of the list of targets.
  llvm::StringMap<int32_t> setNumbers;
  std::vector<std::vector<int32_t>> sets;
  /// By set * chiplets + source.
  std::vector<std::vector<TreeNode>> trees;
};

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_ROUTES_H
