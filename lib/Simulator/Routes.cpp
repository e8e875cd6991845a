//===- Routes.cpp - Ways through the mesh ---------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Routes.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
using namespace scope::simulator;

Routes::Routes(const search::Package &package)
    : cols(package.cols), chiplets(package.rows * package.cols) {
  // A chiplet counts as one port, however often it is named.
  std::vector<int32_t> used;
  for (auto [index, port] : llvm::enumerate(package.dramPorts)) {
    portChiplets.push_back(port.at.row * cols + port.at.col);
    if (search::isEnabled(package, port.at) && !port.bandwidth.isZero())
      used.push_back(static_cast<int32_t>(index));
  }
  bool allEqual = llvm::all_of(used, [&](int32_t port) {
    return package.dramPorts[port].bandwidth ==
           package.dramPorts[used.front()].bandwidth;
  });
  // The next packet goes where it would end first.
  size_t length = allEqual ? used.size() : 16 * used.size();
  std::vector<int64_t> given(used.size());
  while (ports.size() < length) {
    size_t best = 0;
    auto end = [&](size_t at) {
      const search::Rational &rate = package.dramPorts[used[at]].bandwidth;
      return search::Rational((given[at] + 1) * rate.denominator,
                              rate.numerator);
    };
    for (size_t at = 1; at < used.size(); ++at)
      if (end(at) < end(best))
        best = at;
    ++given[best];
    ports.push_back(used[best]);
  }
}

int32_t Routes::targetSet(llvm::ArrayRef<int32_t> chipletNumbers) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(chipletNumbers.data()),
                        chipletNumbers.size() * sizeof(int32_t));
  auto [at, isNew] =
      setNumbers.try_emplace(bytes, static_cast<int32_t>(sets.size()));
  if (isNew) {
    sets.emplace_back(chipletNumbers.begin(), chipletNumbers.end());
    trees.resize(sets.size() * chiplets);
  }
  return at->second;
}

llvm::ArrayRef<TreeNode> Routes::tree(int32_t source, int32_t set) {
  std::vector<TreeNode> &nodes =
      trees[static_cast<size_t>(set) * chiplets + source];
  if (nodes.empty())
    nodes = makeTree(source, set);
  return nodes;
}

std::vector<TreeNode> Routes::makeTree(int32_t source, int32_t set) const {
  // Routers in any order, by the next one in each direction; 0 for none, as the
  // root follows nobody.
  struct Router {
    int32_t chiplet = 0;
    bool isTarget = false;
    int32_t next[kDirections] = {0, 0, 0, 0};
  };
  std::vector<Router> routers(1);
  routers.front().chiplet = source;
  for (int32_t goal : sets[set]) {
    int32_t router = 0;
    while (routers[router].chiplet != goal) {
      int32_t chiplet = routers[router].chiplet;
      Direction direction = next(chiplet, goal);
      if (routers[router].next[direction] == 0) {
        routers[router].next[direction] = static_cast<int32_t>(routers.size());
        routers.emplace_back().chiplet = neighbour(chiplet, direction);
      }
      router = routers[router].next[direction];
    }
    routers[router].isTarget = true;
  }
  // Breadth first, those that follow a router stand side by side.
  std::vector<TreeNode> nodes(routers.size());
  std::vector<int32_t> order = {0};
  for (size_t at = 0; at < order.size(); ++at) {
    const Router &router = routers[order[at]];
    nodes[at].isTarget = router.isTarget;
    nodes[at].children = static_cast<uint32_t>(order.size() - at);
    for (int32_t direction = 0; direction < kDirections; ++direction) {
      if (router.next[direction] == 0)
        continue;
      nodes[at].ways |= 1U << direction;
      order.push_back(router.next[direction]);
    }
  }
  return nodes;
}
