//===- Delivery.cpp - Messages that are the same for several --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Delivery.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace scope::programs;

/// Three-way comparison of boxes.
static int compare(llvm::ArrayRef<Range> a, llvm::ArrayRef<Range> b) {
  for (auto [left, right] : llvm::zip(a, b)) {
    if (left.begin != right.begin)
      return left.begin < right.begin ? -1 : 1;
    if (left.end != right.end)
      return left.end < right.end ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

static int compare(const Piece &a, const Piece &b) {
  if (int order = compare(a.box, b.box))
    return order;
  return compare(llvm::ArrayRef(a.flat), llvm::ArrayRef(b.flat));
}

std::vector<Delivery>
scope::programs::deliveries(const Layout &from, const Layout &to,
                            llvm::ArrayRef<int64_t> shape) {
  std::vector<Message> all = messages(from, to, shape);
  std::vector<Delivery> result;
  std::vector<size_t> order;
  for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    order.clear();
    for (; end < all.size() && all[end].sender == all[begin].sender; ++end)
      order.push_back(end);
    llvm::sort(order, [&](size_t a, size_t b) {
      int found = compare(all[a].piece, all[b].piece);
      return found ? found < 0 : a < b;
    });
    // Groups of equal pieces, then by the first receiver of each.
    std::vector<std::pair<size_t, size_t>> groups;
    for (size_t at = 0, next = 0; at < order.size(); at = next) {
      while (next < order.size() &&
             compare(all[order[at]].piece, all[order[next]].piece) == 0)
        ++next;
      groups.push_back({at, next});
    }
    llvm::sort(groups, [&](const auto &a, const auto &b) {
      return order[a.first] < order[b.first];
    });
    for (auto [first, last] : groups) {
      Delivery &delivery = result.emplace_back();
      delivery.sender = all[begin].sender;
      delivery.elements = all[order[first]].elements;
      for (size_t at = first; at < last; ++at)
        delivery.receivers.push_back(all[order[at]].receiver);
    }
  }
  return result;
}

std::vector<Delivery> scope::programs::equalParts(const Layout &layout) {
  std::vector<size_t> order;
  for (auto [index, part] : llvm::enumerate(layout.parts))
    if (elements(part.box) > 0)
      order.push_back(index);
  llvm::sort(order, [&](size_t a, size_t b) {
    int found = compare(layout.parts[a].box, layout.parts[b].box);
    return found ? found < 0 : a < b;
  });
  std::vector<Delivery> result;
  for (size_t at = 0, next = 0; at < order.size(); at = next) {
    Delivery &delivery = result.emplace_back();
    const Box &box = layout.parts[order[at]].box;
    delivery.elements = elements(box);
    for (; next < order.size() && layout.parts[order[next]].box == box; ++next)
      delivery.receivers.push_back(layout.parts[order[next]].chiplet);
  }
  return result;
}

/// Elements of the union of `boxes` without their first `dim` dimensions.
static int64_t unionFrom(llvm::ArrayRef<const Box *> boxes, size_t dim) {
  if (boxes.empty())
    return 0;
  if (dim == boxes.front()->size())
    return 1;
  std::vector<int64_t> points;
  for (const Box *box : boxes) {
    points.push_back((*box)[dim].begin);
    points.push_back((*box)[dim].end);
  }
  llvm::sort(points);
  points.erase(llvm::unique(points), points.end());
  int64_t total = 0, lastCount = 0;
  std::vector<const Box *> inside, lastInside;
  for (size_t at = 0; at + 1 < points.size(); ++at) {
    inside.clear();
    for (const Box *box : boxes)
      if ((*box)[dim].contains({points[at], points[at + 1]}))
        inside.push_back(box);
    if (inside != lastInside || at == 0)
      lastCount = unionFrom(inside, dim + 1);
    total += (points[at + 1] - points[at]) * lastCount;
    std::swap(inside, lastInside);
  }
  return total;
}

int64_t scope::programs::unionElements(llvm::ArrayRef<Box> boxes) {
  // Of equal boxes one is enough.
  std::vector<const Box *> order;
  for (const Box &box : boxes)
    if (elements(box) > 0)
      order.push_back(&box);
  llvm::sort(order,
             [](const Box *a, const Box *b) { return compare(*a, *b) < 0; });
  order.erase(
      llvm::unique(order, [](const Box *a, const Box *b) { return *a == *b; }),
      order.end());
  return unionFrom(order, 0);
}

int64_t scope::programs::distinctElements(const Layout &layout) {
  std::vector<Box> boxes;
  boxes.reserve(layout.parts.size());
  for (const Part &part : layout.parts)
    boxes.push_back(part.box);
  return unionElements(boxes);
}

void scope::programs::subtract(llvm::SmallVectorImpl<Box> &rest,
                               llvm::ArrayRef<Range> box) {
  llvm::SmallVector<Box, 4> result;
  for (Box &from : rest) {
    Box common = intersect(from, box);
    if (elements(common) == 0) {
      result.push_back(from);
      continue;
    }
    for (size_t dim = 0; dim < from.size(); ++dim) {
      Box before = from, after = from;
      before[dim].end = common[dim].begin;
      after[dim].begin = common[dim].end;
      if (!before[dim].empty())
        result.push_back(before);
      if (!after[dim].empty())
        result.push_back(after);
      from[dim] = common[dim];
    }
  }
  rest.assign(result.begin(), result.end());
}
