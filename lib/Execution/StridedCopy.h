//===- StridedCopy.h - Copies between parts of a tensor ------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Data moves between places that hold different parts of a tensor. Which bytes
// go where is worked out once, before programs run, as a list of strided copies
// between the beginnings of the two places.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_STRIDEDCOPY_H
#define SCOPE_LIB_EXECUTION_STRIDEDCOPY_H

#include "scope/Programs/Layout.h"

namespace scope {

/// Which elements of a tensor lie one after the other in a piece of memory.
struct Extent {
  enum class Kind : uint8_t {
    /// A box of coordinates, the last dimension innermost.
    Box,
    /// A range of element numbers.
    Flat,
    /// What is copied and nothing else, in ascending order.
    Packed,
  };
  Kind kind = Kind::Packed;
  /// One range if flat.
  programs::Box box;

  /// What part `part` of `layout` says.
  static Extent of(const programs::Layout &layout, int32_t part);
  /// All elements, as they lie in DRAM.
  static Extent all();

  int64_t elements() const { return programs::elements(box); }
};

/// `count` copies of `bytes` bytes, in regular steps.
struct StridedCopy {
  int64_t from = 0;
  int64_t to = 0;
  int64_t bytes = 0;
  int64_t count = 1;
  int64_t fromStep = 0;
  int64_t toStep = 0;
};

/// Copies of one piece of a tensor.
using CopyList = std::vector<StridedCopy>;

/// How the elements of `piece` go from memory that holds `from` to memory that
/// holds `to`; both have all of it. `shape` is that of a beat of the tensor.
CopyList planCopies(const programs::Piece &piece, llvm::ArrayRef<int64_t> shape,
                    const Extent &from, const Extent &to, int64_t elementBytes);

/// Makes the copies of `list`.
void copy(const CopyList &list, const char *from, char *to);

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_STRIDEDCOPY_H
