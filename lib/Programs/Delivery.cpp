//===- Delivery.cpp - Messages that are the same for several --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Delivery.h"

#include "llvm/ADT/DenseMap.h"
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

static bool haveCommon(llvm::ArrayRef<Range> a, llvm::ArrayRef<Range> b) {
  return llvm::none_of(llvm::zip_equal(a, b), [](const auto &pair) {
    return intersect(std::get<0>(pair), std::get<1>(pair)).empty();
  });
}

namespace {
/// Finds the deliveries between two layouts. Receivers with equal parts get
/// equal pieces of every sender, so that parts are compared once for all of
/// them.
class DeliveryFinder {
public:
  DeliveryFinder(const Layout &from, const Layout &to,
                 llvm::ArrayRef<int64_t> shape)
      : from(from), to(to), shape(shape) {
    std::vector<size_t> firstTo = firstEqual(to);
    std::vector<size_t> needOf(to.parts.size());
    for (auto [index, part] : llvm::enumerate(to.parts)) {
      if (firstTo[index] == index) {
        needOf[index] = needs.size();
        needs.push_back({&part, numbersOf(to, part, shape), {}});
      }
      needs[needOf[firstTo[index]]].receivers.push_back(index);
    }
  }

  std::vector<Delivery> find() {
    std::vector<size_t> firstFrom = firstEqual(from);
    for (auto [index, part] : llvm::enumerate(from.parts))
      owned[part.chiplet] = firstFrom[index];
    for (size_t index = 0; index < from.parts.size(); ++index)
      if (firstFrom[index] == index)
        findFrom(index);
    return std::move(result);
  }

private:
  struct Need {
    const Part *part = nullptr;
    Range numbers;
    /// Parts of `to`, ascending.
    llvm::SmallVector<size_t, 2> receivers;
  };
  struct Cut {
    Piece piece;
    int64_t elements = 0;
    const Need *need = nullptr;
  };

  void findFrom(size_t sender) {
    const Part &part = from.parts[sender];
    Range numbers = numbersOf(from, part, shape);
    cuts.clear();
    for (const Need &need : needs) {
      if (intersect(numbers, need.numbers).empty() ||
          (from.isFlat == to.isFlat && !haveCommon(part.box, need.part->box)))
        continue;
      Piece piece = intersect(from, part, to, *need.part, shape);
      if (int64_t count = elements(piece, shape))
        cuts.push_back({std::move(piece), count, &need});
    }
    order.clear();
    for (size_t at = 0; at < cuts.size(); ++at)
      order.push_back(at);
    llvm::sort(order, [&](size_t a, size_t b) {
      int found = compare(cuts[a].piece, cuts[b].piece);
      return found ? found < 0 : a < b;
    });
    groups.clear();
    for (size_t at = 0, next = 0; at < order.size(); at = next) {
      const Cut &cut = cuts[order[at]];
      Group group;
      group.elements = cut.elements;
      for (; next < order.size() &&
             compare(cut.piece, cuts[order[next]].piece) == 0;
           ++next)
        for (size_t receiver : cuts[order[next]].need->receivers)
          if (!has(to.parts[receiver].chiplet, sender))
            group.receivers.push_back(receiver);
      if (!llvm::is_sorted(group.receivers))
        llvm::sort(group.receivers);
      if (!group.receivers.empty())
        groups.push_back(std::move(group));
    }
    llvm::sort(groups, [](const Group &a, const Group &b) {
      return a.receivers.front() < b.receivers.front();
    });
    for (const Group &group : groups) {
      Delivery &delivery = result.emplace_back();
      delivery.sender = part.chiplet;
      delivery.elements = group.elements;
      delivery.receivers.reserve(group.receivers.size());
      for (size_t receiver : group.receivers)
        delivery.receivers.push_back(to.parts[receiver].chiplet);
    }
  }

  /// Whether `chiplet` has what the part `sender` of `from` has.
  bool has(int32_t chiplet, size_t sender) const {
    auto at = owned.find(chiplet);
    return at != owned.end() && at->second == sender;
  }

  struct Group {
    std::vector<size_t> receivers;
    int64_t elements = 0;
  };

  const Layout &from, &to;
  llvm::ArrayRef<int64_t> shape;
  std::vector<Need> needs;
  /// By chiplet: the first part of `from` that is equal to its own.
  llvm::DenseMap<int32_t, size_t> owned;
  std::vector<Cut> cuts;
  std::vector<size_t> order;
  std::vector<Group> groups;
  std::vector<Delivery> result;
};
} // namespace

std::vector<Delivery>
scope::programs::deliveries(const Layout &from, const Layout &to,
                            llvm::ArrayRef<int64_t> shape) {
  return DeliveryFinder(from, to, shape).find();
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
