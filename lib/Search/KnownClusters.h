//===- KnownClusters.h - What is known of clusters --------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A search finds every cluster of interest whose stage is within a limit. What
// that says of the clusters does not depend on the plans that it looked for:
// the next search need not find the same clusters again, and of those that were
// not found it is known that they take longer.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_KNOWNCLUSTERS_H
#define SCOPE_LIB_SEARCH_KNOWNCLUSTERS_H

#include "OptionTable.h"

#include <limits>
#include <utility>

namespace scope::search {

/// Of clusters for one beat, where all regions of a size are alike and only
/// stages and shares count.
class KnownClusters {
public:
  struct Found {
    int32_t first, last;
    Option option;
  };

  KnownClusters(int32_t numLayers, int32_t numChiplets)
      : numSizes(numChiplets + 1), found(numSizes), rows(numLayers) {}

  /// Takes note of an option that was found; of those up to what is settled
  /// for its region nothing is new.
  void add(int32_t first, int32_t last, const Option &option);
  /// All options of interest of the cluster first..last on `size` chiplets with
  /// a stage of at most `longest` have been added.
  void settle(int32_t first, int32_t last, int32_t size, int64_t longest);

  /// Whether all options of at most `longest` are there that smaller regions
  /// do not have.
  bool isSettled(int32_t first, int32_t last, int32_t size,
                 int64_t longest) const {
    const Entry *entry = find(first, last, size);
    return entry && (entry->settled >= longest ||
                     (entry->quickest <= entry->settled && !entry->hasShares));
  }
  /// The least stage of the cluster first..last on up to `size` chiplets, as
  /// far as it is known.
  int64_t leastStage(int32_t first, int32_t last, int32_t size) const {
    const Entry *entry = find(first, last, size);
    return entry
               ? std::min<int64_t>(entry->quickest, int64_t(entry->settled) + 1)
               : 0;
  }
  /// Whether anything was taken note of since the last call of this.
  bool takeNews() { return std::exchange(hasNews, false); }
  /// The options on `size` chiplets.
  llvm::ArrayRef<Found> onSize(int32_t size) const { return found[size]; }

private:
  struct Entry {
    static constexpr int32_t kNever = std::numeric_limits<int32_t>::max();
    /// Stages that are no longer than this are known.
    int32_t settled = -1;
    /// The shortest known on regions of up to this size.
    int32_t quickest = kNever;
    /// Whether shares of weights count for any of those.
    bool hasShares = false;
  };
  const Entry *find(int32_t first, int32_t last, int32_t size) const {
    size_t at = (last - first) * numSizes + size;
    return at < rows[first].size() ? &rows[first][at] : nullptr;
  }
  /// Those of all sizes.
  llvm::MutableArrayRef<Entry> entriesOf(int32_t first, int32_t last);

  size_t numSizes;
  bool hasNews = false;
  /// By size.
  std::vector<std::vector<Found>> found;
  /// By first layer, then by length less one and size.
  std::vector<std::vector<Entry>> rows;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_KNOWNCLUSTERS_H
