//===- RunTable.h - Numbers for runs of layers ------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_RUNTABLE_H
#define SCOPE_LIB_SEARCH_RUNTABLE_H

#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace scope::search {

/// A number for every run of neighbouring layers, in one piece of memory: by
/// first layer, then by length less one.
class RunTable {
public:
  RunTable() = default;
  RunTable(size_t numLayers, int64_t value)
      : numLayers(numLayers), values(numLayers * (numLayers + 1) / 2, value) {}

  bool empty() const { return values.empty(); }
  /// The number of first layers.
  size_t size() const { return numLayers; }
  llvm::MutableArrayRef<int64_t> operator[](size_t first) {
    return {values.data() + offset(first), numLayers - first};
  }
  llvm::ArrayRef<int64_t> operator[](size_t first) const {
    return {values.data() + offset(first), numLayers - first};
  }
  /// All of them.
  llvm::ArrayRef<int64_t> all() const { return values; }

private:
  size_t offset(size_t first) const {
    return first * numLayers - first * (first - 1) / 2;
  }

  size_t numLayers = 0;
  std::vector<int64_t> values;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_RUNTABLE_H
