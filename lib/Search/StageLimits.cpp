//===- StageLimits.cpp - What clusters may take at most -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageLimits.h"

#include <algorithm>

using namespace scope::search;

/// By layer, the most that any cluster around it leaves to it when its other
/// layers take what `sum` says of them.
static std::vector<int64_t> leftToLayers(const RunTable &limits,
                                         llvm::ArrayRef<int64_t> sum) {
  size_t numLayers = sum.size() - 1;
  std::vector<int64_t> most(numLayers, -kUnbounded);
  // What clusters leave that start at an earlier layer, by their last one or a
  // layer before that.
  std::vector<int64_t> open(numLayers, -kUnbounded);
  for (size_t first = 0; first < limits.size(); ++first) {
    int64_t left = -kUnbounded;
    for (size_t last = numLayers; last-- > first;) {
      if (last - first < limits[first].size() &&
          limits[first][last - first] >= 0)
        left = std::max(left, limits[first][last - first] -
                                  (sum[last + 1] - sum[first]));
      open[last] = std::max(open[last], left);
    }
    most[first] = open[first];
  }
  for (size_t layer = 0; layer < numLayers; ++layer)
    most[layer] = most[layer] <= -kUnbounded
                      ? -1
                      : most[layer] + sum[layer + 1] - sum[layer];
  return most;
}

StageLimits::OfLayers
StageLimits::ofLayers(llvm::ArrayRef<int64_t> work,
                      llvm::ArrayRef<int64_t> time,
                      llvm::ArrayRef<std::vector<int64_t>> timeBySize) const {
  OfLayers result = {leftToLayers(longest, time),
                     leftToLayers(byWork, work),
                     leftToLayers(byOptions, work),
                     {}};
  for (auto [limits, sum] : llvm::zip(bySize, timeBySize))
    result.bySize.push_back(leftToLayers(limits, sum));
  return result;
}

bool StageLimits::leaveNothing() const {
  return !longest.empty() &&
         llvm::all_of(longest.all(), [](int64_t most) { return most < 0; });
}

void StageLimits::coverAlike(const Repeats &repeats) {
  // From the back, so that what an earlier run takes over goes on to the one
  // that itself is like.
  for (size_t layer = longest.size(); layer-- > 0;) {
    int32_t like = repeats.earlier(static_cast<int32_t>(layer));
    if (like < 0)
      continue;
    auto cover = [&](RunTable &table) {
      if (table.empty())
        return;
      llvm::MutableArrayRef<int64_t> from = table[layer], to = table[like];
      size_t length =
          std::min({size_t(repeats.length(static_cast<int32_t>(layer))),
                    from.size(), to.size()});
      for (size_t index = 0; index < length; ++index)
        to[index] = std::max(to[index], from[index]);
    };
    cover(longest);
    cover(byWork);
    cover(byOptions);
    for (RunTable &table : bySize)
      cover(table);
  }
}
