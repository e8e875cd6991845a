//===- LabelFront.cpp - Ways of which none beats another ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LabelFront.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <tuple>

using namespace scope::search;

void LabelFront::mergeByTime(llvm::ArrayRef<ClusterLabel> added,
                             std::vector<ClusterLabel> &scratch) {
  if (added.empty())
    return;
  if (labels.empty()) {
    labels.assign(added.begin(), added.end());
    return;
  }
  scratch.clear();
  auto append = [&](const ClusterLabel &label) {
    if (!scratch.empty() && scratch.back().bytes <= label.bytes)
      return;
    // The one before takes as long and has more bytes.
    if (!scratch.empty() && scratch.back().time == label.time)
      scratch.back() = label;
    else
      scratch.push_back(label);
  };
  const ClusterLabel *at = labels.data(), *end = at + labels.size();
  for (const ClusterLabel &label : added) {
    for (; at != end && at->time <= label.time; ++at)
      append(*at);
    append(label);
  }
  for (; at != end; ++at)
    append(*at);
  labels.swap(scratch);
}

bool LabelFront::insertByAll(const ClusterLabel &label, bool few) {
  for (const ClusterLabel &other : labels)
    if (other.time <= label.time && other.bytes <= label.bytes &&
        other.delivered <= label.delivered && other.energy <= label.energy)
      return false;
  llvm::erase_if(labels, [&](const ClusterLabel &other) {
    return label.time <= other.time && label.bytes <= other.bytes &&
           label.delivered <= other.delivered && label.energy <= other.energy;
  });
  labels.push_back(label);
  if (!few || labels.size() <= 3)
    return false;
  auto best = [&](auto key) {
    return *std::min_element(labels.begin(), labels.end(),
                             [&](const ClusterLabel &a, const ClusterLabel &b) {
                               return key(a) < key(b);
                             });
  };
  labels = {
      best([](const ClusterLabel &l) { return std::tie(l.time, l.bytes); }),
      best([](const ClusterLabel &l) { return std::tie(l.bytes, l.time); }),
      best([](const ClusterLabel &l) { return std::tie(l.energy, l.time); })};
  return true;
}
