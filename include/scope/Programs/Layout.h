//===- Layout.h - Which chiplet has which part of a tensor ------ -*- C++
//-*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Data moves between chiplets because it lies in one way and is needed in
// another: a result lies in the tiles that made it, a beat that waits lies in
// even shares, an operand is needed in tiles with halo. A *layout* says which
// chiplet has which part of a tensor; a pair of layouts says who sends what to
// whom. So that programs stay small, operations name layouts, and messages
// follow from them.
//
// Coordinates are those of a beat of the tensor: dimension 0 counts the calls
// of the beat (a single one for constants), the others are the tensor's own.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_LAYOUT_H
#define SCOPE_PROGRAMS_LAYOUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace scope::programs {

/// Coordinates [begin, end).
struct Range {
  int64_t begin = 0;
  int64_t end = 0;

  int64_t size() const { return end > begin ? end - begin : 0; }
  bool empty() const { return end <= begin; }
  bool contains(const Range &other) const {
    return other.empty() || (begin <= other.begin && other.end <= end);
  }
  bool operator==(const Range &other) const {
    return begin == other.begin && end == other.end;
  }
};

Range intersect(const Range &a, const Range &b);

/// A range of coordinates in every dimension.
using Box = llvm::SmallVector<Range, 5>;

/// Elements of `box`.
int64_t elements(llvm::ArrayRef<Range> box);
/// What both have; empty in some dimension if nothing.
Box intersect(llvm::ArrayRef<Range> a, llvm::ArrayRef<Range> b);
/// Whether `outer` has all of `inner`.
bool contains(llvm::ArrayRef<Range> outer, llvm::ArrayRef<Range> inner);
/// All of a tensor of this shape.
Box wholeBox(llvm::ArrayRef<int64_t> shape);

/// What one chiplet has.
struct Part {
  /// Number of the chiplet: row * columns + column.
  int32_t chiplet = 0;
  /// A box; in a flat layout, a single range of element numbers, counted along
  /// the whole beat with the last dimension innermost.
  Box box;
};

/// Which chiplet has which part of a tensor. A chiplet has at most one part.
struct Layout {
  /// Index into `PackageProgram::tensors`.
  int32_t tensor = 0;
  /// Even shares of element numbers instead of boxes.
  bool isFlat = false;
  std::vector<Part> parts;

  /// The part of `chiplet`, or null.
  const Part *find(int32_t chiplet) const;
};

/// The numbers of the first and after the last element of `part` of `layout` in
/// a beat of `shape`.
Range numbersOf(const Layout &layout, const Part &part,
                llvm::ArrayRef<int64_t> shape);

/// Elements that are in a box and have their number in a range: what the
/// intersection of two parts is, whether they are boxes or shares.
struct Piece {
  Box box;
  Range flat;
};

/// What `a` of a layout and `b` of another (of the same tensor, whose beat has
/// `shape`) have in common.
Piece intersect(const Layout &aLayout, const Part &a, const Layout &bLayout,
                const Part &b, llvm::ArrayRef<int64_t> shape);
/// Number of elements of `piece`.
int64_t elements(const Piece &piece, llvm::ArrayRef<int64_t> shape);
/// Calls `visit` with the number of the first element and the length of every
/// run of consecutive elements of `piece`, ascending.
void forEachRun(const Piece &piece, llvm::ArrayRef<int64_t> shape,
                llvm::function_ref<void(int64_t first, int64_t length)> visit);

/// By part: the first part of `layout` with the same box.
std::vector<size_t> firstEqual(const Layout &layout);

/// What one chiplet sends to another.
struct Message {
  int32_t sender = 0;
  int32_t receiver = 0;
  Piece piece;
  int64_t elements = 0;
};

/// The messages that bring a tensor from one layout into another. The parts of
/// `from` are disjoint or equal. A chiplet receives what its part of `to` needs
/// and its own part of `from` does not have; of equal parts the first one is
/// sent. Messages are ordered by sender, then by receiver, both in the order of
/// the parts. Chiplets without a part in `to` receive nothing.
std::vector<Message> messages(const Layout &from, const Layout &to,
                              llvm::ArrayRef<int64_t> shape);

/// By part of `from`: whether its chiplet sends anything in `messages`.
std::vector<bool> senders(const Layout &from, const Layout &to,
                          llvm::ArrayRef<int64_t> shape);

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_LAYOUT_H
