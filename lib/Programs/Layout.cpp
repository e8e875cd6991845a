//===- Layout.cpp - Which chiplet has which part of a tensor -----===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Layout.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <numeric>
#include <tuple>

using namespace scope::programs;

Range scope::programs::intersect(const Range &a, const Range &b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

int64_t scope::programs::elements(llvm::ArrayRef<Range> box) {
  int64_t product = 1;
  for (const Range &range : box)
    product *= range.size();
  return product;
}

Box scope::programs::intersect(llvm::ArrayRef<Range> a,
                               llvm::ArrayRef<Range> b) {
  Box result;
  for (auto [left, right] : llvm::zip_equal(a, b))
    result.push_back(intersect(left, right));
  return result;
}

bool scope::programs::contains(llvm::ArrayRef<Range> outer,
                               llvm::ArrayRef<Range> inner) {
  if (elements(inner) == 0)
    return true;
  return llvm::all_of(llvm::zip_equal(outer, inner), [](const auto &pair) {
    return std::get<0>(pair).contains(std::get<1>(pair));
  });
}

Box scope::programs::wholeBox(llvm::ArrayRef<int64_t> shape) {
  Box box;
  for (int64_t size : shape)
    box.push_back({0, size});
  return box;
}

const Part *Layout::find(int32_t chiplet) const {
  auto found = llvm::find_if(
      parts, [&](const Part &part) { return part.chiplet == chiplet; });
  return found == parts.end() ? nullptr : &*found;
}

Range scope::programs::numbersOf(const Layout &layout, const Part &part,
                                 llvm::ArrayRef<int64_t> shape) {
  if (layout.isFlat)
    return part.box.front();
  if (elements(part.box) == 0)
    return {};
  Range result;
  for (auto [range, size] : llvm::zip_equal(part.box, shape))
    result = {result.begin * size + range.begin,
              result.end * size + range.end - 1};
  return {result.begin, result.end + 1};
}

Piece scope::programs::intersect(const Layout &aLayout, const Part &a,
                                 const Layout &bLayout, const Part &b,
                                 llvm::ArrayRef<int64_t> shape) {
  Piece piece = {wholeBox(shape), {}};
  piece.flat = {0, elements(piece.box)};
  auto narrow = [&](const Layout &layout, const Part &part) {
    if (layout.isFlat)
      piece.flat = intersect(piece.flat, part.box.front());
    else
      piece.box = intersect(piece.box, part.box);
  };
  narrow(aLayout, a);
  narrow(bLayout, b);
  return piece;
}

/// Elements of `box` whose number in a tensor of `shape` is below `limit`.
static int64_t elementsBelow(llvm::ArrayRef<Range> box,
                             llvm::ArrayRef<int64_t> shape, int64_t limit) {
  if (box.empty())
    return limit > 0 ? 1 : 0;
  int64_t inner = 1;
  for (int64_t size : shape.drop_front())
    inner *= size;
  int64_t coordinate = limit / inner;
  int64_t below = intersect(box.front(), {0, coordinate}).size() *
                  elements(box.drop_front());
  if (coordinate >= box.front().begin && coordinate < box.front().end)
    below += elementsBelow(box.drop_front(), shape.drop_front(),
                           limit - coordinate * inner);
  return below;
}

int64_t scope::programs::elements(const Piece &piece,
                                  llvm::ArrayRef<int64_t> shape) {
  if (piece.flat.empty())
    return 0;
  return elementsBelow(piece.box, shape, piece.flat.end) -
         elementsBelow(piece.box, shape, piece.flat.begin);
}

void scope::programs::forEachRun(
    const Piece &piece, llvm::ArrayRef<int64_t> shape,
    llvm::function_ref<void(int64_t, int64_t)> visit) {
  if (piece.flat.empty() || elements(piece.box) == 0)
    return;
  // The innermost dimensions that the box has whole make up one run.
  size_t rank = shape.size();
  size_t runDim = rank;
  int64_t runLength = 1, inner = 1;
  while (runDim > 0) {
    --runDim;
    runLength = piece.box[runDim].size() * inner;
    if (piece.box[runDim].size() != shape[runDim])
      break;
    inner *= shape[runDim];
  }
  if (rank == 0)
    return visit(0, 1);
  llvm::SmallVector<int64_t, 5> strides(rank, 1);
  for (size_t dim = rank - 1; dim > 0; --dim)
    strides[dim - 1] = strides[dim] * shape[dim];
  llvm::SmallVector<int64_t, 5> at;
  for (const Range &range : piece.box)
    at.push_back(range.begin);
  while (true) {
    int64_t first = 0;
    for (auto [coordinate, stride] : llvm::zip_equal(at, strides))
      first += coordinate * stride;
    Range run = intersect(Range{first, first + runLength}, piece.flat);
    if (!run.empty())
      visit(run.begin, run.size());
    size_t dim = runDim;
    while (dim > 0) {
      --dim;
      if (++at[dim] < piece.box[dim].end)
        break;
      at[dim] = piece.box[dim].begin;
      if (dim == 0)
        return;
    }
    if (runDim == 0)
      return;
  }
}

std::vector<size_t> scope::programs::firstEqual(const Layout &layout) {
  std::vector<size_t> order(layout.parts.size()), first(order.size());
  std::iota(order.begin(), order.end(), 0);
  auto before = [&](size_t a, size_t b) {
    auto less = [](const Range &left, const Range &right) {
      return std::tie(left.begin, left.end) < std::tie(right.begin, right.end);
    };
    const Box &left = layout.parts[a].box, &right = layout.parts[b].box;
    if (left == right)
      return a < b;
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(),
                                        right.end(), less);
  };
  llvm::sort(order, before);
  for (size_t at = 0; at < order.size(); ++at) {
    bool isNew = at == 0 ||
                 layout.parts[order[at]].box != layout.parts[order[at - 1]].box;
    first[order[at]] = isNew ? order[at] : first[order[at - 1]];
  }
  return first;
}

/// By part of `to`: the part of `from` that its chiplet has itself (of equal
/// ones the first), or the number of parts.
static std::vector<size_t> ownParts(const Layout &from, const Layout &to,
                                    llvm::ArrayRef<size_t> first) {
  std::vector<std::pair<int32_t, size_t>> owners;
  for (auto [index, part] : llvm::enumerate(from.parts))
    owners.push_back({part.chiplet, first[index]});
  llvm::sort(owners);
  std::vector<size_t> own(to.parts.size(), from.parts.size());
  for (auto [index, part] : llvm::enumerate(to.parts)) {
    auto at = llvm::lower_bound(
        owners, std::pair<int32_t, size_t>(part.chiplet, size_t(0)));
    if (at != owners.end() && at->first == part.chiplet)
      own[index] = at->second;
  }
  return own;
}

/// Whether two parts of the same kind have an element in common, without
/// counting.
static bool haveCommon(llvm::ArrayRef<Range> a, llvm::ArrayRef<Range> b) {
  for (auto [left, right] : llvm::zip_equal(a, b))
    if (std::max(left.begin, right.begin) >= std::min(left.end, right.end))
      return false;
  return true;
}

/// Calls `visit` with the sender's part, the receiver's part and what they have
/// in common, until it says that the sender is done.
static void
forEachMessage(const Layout &from, const Layout &to,
               llvm::ArrayRef<int64_t> shape,
               llvm::function_ref<bool(size_t sender, size_t receiver,
                                       Piece &piece, int64_t count)>
                   visit) {
  std::vector<size_t> first = firstEqual(from);
  std::vector<size_t> own = ownParts(from, to, first);
  std::vector<Range> needs;
  needs.reserve(to.parts.size());
  for (const Part &part : to.parts)
    needs.push_back(numbersOf(to, part, shape));
  for (auto [index, sender] : llvm::enumerate(from.parts)) {
    if (first[index] != index)
      continue;
    Range numbers = numbersOf(from, sender, shape);
    for (auto [needed, receiver] : llvm::enumerate(to.parts)) {
      if (own[needed] == index || intersect(numbers, needs[needed]).empty() ||
          (from.isFlat == to.isFlat && !haveCommon(sender.box, receiver.box)))
        continue;
      Piece piece = intersect(from, sender, to, receiver, shape);
      int64_t count = elements(piece, shape);
      if (count > 0 && visit(index, needed, piece, count))
        break;
    }
  }
}

std::vector<Message> scope::programs::messages(const Layout &from,
                                               const Layout &to,
                                               llvm::ArrayRef<int64_t> shape) {
  std::vector<Message> result;
  forEachMessage(
      from, to, shape,
      [&](size_t sender, size_t receiver, Piece &piece, int64_t count) {
        result.push_back({from.parts[sender].chiplet,
                          to.parts[receiver].chiplet, std::move(piece), count});
        return false;
      });
  return result;
}

std::vector<bool> scope::programs::senders(const Layout &from, const Layout &to,
                                           llvm::ArrayRef<int64_t> shape) {
  std::vector<bool> result(from.parts.size(), false);
  forEachMessage(from, to, shape, [&](size_t sender, size_t, Piece &, int64_t) {
    result[sender] = true;
    return true;
  });
  return result;
}
