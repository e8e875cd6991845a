//===- ScopeAttrs.h - Attributes of the scope dialect -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The enumerations and attributes of the dialect, and the small values that the
// attributes store.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEATTRS_H
#define SCOPE_IR_SCOPEATTRS_H

#include "scope/IR/ScopeDialect.h"
#include "scope/IR/Units.h"

#include "mlir/IR/Attributes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectImplementation.h"

#include <optional>
#include <tuple>

#include "scope/IR/ScopeEnums.h.inc"

namespace scope {

/// Largest number of rows and of columns of a package.
inline constexpr int64_t kMaxGrid = 32;

/// A chiplet of the grid; [0,0] is the top left one.
struct ChipletCoord {
  int32_t row = 0;
  int32_t col = 0;

  bool operator==(const ChipletCoord &other) const {
    return row == other.row && col == other.col;
  }
  bool operator<(const ChipletCoord &other) const {
    return std::tie(row, col) < std::tie(other.row, other.col);
  }
  friend llvm::hash_code hash_value(const ChipletCoord &coord) {
    return llvm::hash_combine(coord.row, coord.col);
  }
};

/// The factor of one dimension: number `index` (from 0) of its role.
struct DimFactor {
  DimRole role = DimRole::Batch;
  int64_t index = 0;
  int64_t factor = 1;

  bool operator==(const DimFactor &other) const {
    return role == other.role && index == other.index && factor == other.factor;
  }
  bool operator<(const DimFactor &other) const {
    return std::tie(role, index) < std::tie(other.role, other.index);
  }
  friend llvm::hash_code hash_value(const DimFactor &dim) {
    return llvm::hash_combine(dim.role, dim.index, dim.factor);
  }
};

/// One figure of a cost.
struct CostEntry {
  CostKey key = CostKey::Cycles;
  int64_t value = 0;

  bool operator==(const CostEntry &other) const {
    return key == other.key && value == other.value;
  }
  friend llvm::hash_code hash_value(const CostEntry &entry) {
    return llvm::hash_combine(entry.key, entry.value);
  }
};

/// The whole numbers from `first` to `last`, both inclusive.
struct IndexRange {
  int64_t first = 0;
  int64_t last = 0;

  bool operator==(const IndexRange &other) const {
    return first == other.first && last == other.last;
  }
  friend llvm::hash_code hash_value(const IndexRange &range) {
    return llvm::hash_combine(range.first, range.last);
  }
};

/// A rectangle of the grid; a side that is not given is the whole grid's.
struct RegionPattern {
  std::optional<IndexRange> rows;
  std::optional<IndexRange> cols;

  bool operator==(const RegionPattern &other) const {
    return rows == other.rows && cols == other.cols;
  }
  friend llvm::hash_code hash_value(const RegionPattern &pattern) {
    return llvm::hash_combine(pattern.rows, pattern.cols);
  }
};

/// Parses `[0,0]-[1,5], [2,3]` and appends the chiplets in the order of the
/// text, with repetitions.
mlir::ParseResult
parseChipletRectangles(mlir::AsmParser &parser,
                       llvm::SmallVectorImpl<ChipletCoord> &coords);

/// Prints sorted `coords` as rectangles: the one at the first coordinate that
/// is not covered yet, as wide as possible, then as high as possible.
void printChipletRectangles(mlir::AsmPrinter &printer,
                            llvm::ArrayRef<ChipletCoord> coords);

} // namespace scope

#define GET_ATTRDEF_CLASSES
#include "scope/IR/ScopeAttrs.h.inc"

#endif // SCOPE_IR_SCOPEATTRS_H
