//===- KnownClusters.cpp - What is known of clusters ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KnownClusters.h"

#include <algorithm>

using namespace scope::search;

llvm::MutableArrayRef<KnownClusters::Entry>
KnownClusters::entriesOf(int32_t first, int32_t last) {
  size_t begin = (last - first) * numSizes;
  std::vector<Entry> &row = rows[first];
  if (row.size() < begin + numSizes)
    row.resize(begin + numSizes);
  return llvm::MutableArrayRef<Entry>(row).slice(begin, numSizes);
}

void KnownClusters::add(int32_t first, int32_t last, const Option &option) {
  llvm::MutableArrayRef<Entry> entries = entriesOf(first, last);
  if (option.stage <= entries[option.region.size].settled)
    return;
  hasNews = true;
  found[option.region.size].push_back({first, last, option});
  int64_t stage = std::min<int64_t>(option.stage, Entry::kNever);
  for (Entry &entry : entries.drop_front(option.region.size)) {
    entry.quickest =
        static_cast<int32_t>(std::min<int64_t>(entry.quickest, stage));
    entry.hasShares |= option.share != 0;
  }
}

void KnownClusters::settle(int32_t first, int32_t last, int32_t size,
                           int64_t longest) {
  if (longest < 0)
    return;
  Entry &entry = entriesOf(first, last)[size];
  hasNews |= longest > entry.settled;
  entry.settled = static_cast<int32_t>(std::max<int64_t>(
      entry.settled, std::min<int64_t>(longest, Entry::kNever - 1)));
}
