//===- LinkUse.h - Loads of links where regions lie somewhere ---*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the mesh links carry in a beat when the regions of a segment lie on
// certain chiplets, with XY routes and traffic spread evenly over the chiplets
// of the regions it runs between; and how long a beat takes then. Where copies
// share their way, any chiplets of a region may be those that want a byte: a
// link before e of n chiplets carries one with m copies with the probability
// 1 - C(n - e, m) / C(n, m).
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_LINKUSE_H
#define SCOPE_LIB_SEARCH_LINKUSE_H

#include "RegionTraffic.h"

#include "scope/Search/Placement.h"

namespace scope::search {

class LinkUse {
public:
  /// References must outlive this. `sizes`: the chiplets of the clusters.
  LinkUse(const Package &package, const RegionTraffic &traffic,
          std::vector<int64_t> sizes);

  /// By position of the grid, row by row: the cluster there, or -1. After a
  /// change, `routeAll` or `routeWaysOf` bring the rest up to date.
  std::vector<int32_t> owner;
  void routeAll();
  /// Routes what regions `a` and `b` send and get.
  void routeWaysOf(int32_t a, int32_t b);

  /// Bytes of the links that leave each position, in the order of
  /// LinkDirection.
  std::vector<int64_t> bytes() const;
  /// Cycles of a beat and bytes of all links.
  PlacementCost cost();
  LinkLoads totals() const;
  /// Links that finding a cost looks at.
  int64_t work() const {
    return static_cast<int64_t>(loads.size() * traffic.ways.size());
  }

private:
  /// Calls `each` for the positions of a region.
  template <typename Each> void forRegion(int32_t region, Each each) const;
  void route(size_t way);
  int64_t stageCycles(int32_t cluster);

  const Package &package;
  const RegionTraffic &traffic;
  /// Positions of the DRAM ports.
  std::vector<int32_t> ports;
  /// Loads of links, in 1/1024 bytes.
  std::vector<int64_t> loads;
  struct Way {
    /// By number of receivers behind a link: bytes that cross it, in 1/1024, if
    /// all of them start before it.
    std::vector<int64_t> crossing;
    /// By link: what the way loads it with, in 1/1024 bytes.
    std::vector<int64_t> loads;
  };
  std::vector<Way> ways;
  /// Bytes that a link carries in a beat.
  int64_t capacity;
  /// By link: what the ways into one cluster load it with.
  std::vector<int64_t> own;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_LINKUSE_H
