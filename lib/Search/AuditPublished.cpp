//===- AuditPublished.cpp - Weight modes of the published space -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The published space replicates the weights of a cluster wherever that fits.
// Whether it would have fitted does not show in a plan, so it is found out
// here: layer by layer, with all sets of bytes that partitions can lead to.
//
//===----------------------------------------------------------------------===//

#include "AuditSpace.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;
using namespace scope::search::auditing;

namespace {
/// What the layers so far leave behind under some choice of partitions.
struct Leftover {
  int64_t weights = 0;
  /// Results that later layers of the cluster or others read.
  std::vector<Buffer> held;

  /// Whether `other` needs no less of anything. Both are of the same layer, so
  /// they hold the same results.
  bool isNoWorseThan(const Leftover &other) const {
    if (weights > other.weights)
      return false;
    for (auto [mine, its] : llvm::zip_equal(held, other.held))
      if (mine.bytes > its.bytes)
        return false;
    return true;
  }
};
} // namespace

/// The partitions of one layer of a cluster with what follows from them.
static std::vector<LayerFacts>
allFacts(const Problem &problem, const ClusterView &view, int32_t layer) {
  std::vector<LayerFacts> all;
  for (const Partition &factors :
       allowedPartitions(problem, layer, view.beatCalls, view.size))
    all.push_back(
        examine(problem.network.layers[layer], factors, view.beatCalls));
  return all;
}

/// Whether the cluster fits with replicated weights at the level of `view`.
static bool fitsReplicated(const Memory &memory, const ClusterView &view,
                           llvm::ArrayRef<std::vector<LayerFacts>> facts) {
  std::vector<Leftover> leftovers(1);
  for (int32_t layer = view.first; layer <= view.last; ++layer) {
    std::vector<Leftover> next;
    for (const Leftover &before : leftovers)
      for (const LayerFacts &own : facts[layer - view.first]) {
        TileNeeds needs = memory.needs(view, layer, own, before.held);
        if (!memory.choose(view, needs))
          continue;
        Leftover after = before;
        for (const Buffer &buffer : memory.residentBuffers(view, layer, own))
          after.weights += buffer.bytes;
        if (after.weights > memory.budget(view))
          continue;
        for (const Buffer &buffer :
             memory.tileBuffers(view, layer, own, Buffering::Twice))
          if (buffer.role == BufferRole::Output)
            after.held.push_back(buffer);
        int32_t nextStep = 2 * (layer - view.first) + 2;
        llvm::erase_if(after.held, [&](const Buffer &buffer) {
          return buffer.lastStep < nextStep;
        });
        if (llvm::any_of(next, [&](const Leftover &other) {
              return other.isNoWorseThan(after);
            }))
          continue;
        llvm::erase_if(next, [&](const Leftover &other) {
          return after.isNoWorseThan(other);
        });
        next.push_back(std::move(after));
      }
    leftovers = std::move(next);
  }
  return !leftovers.empty();
}

void auditing::checkPublishedModes(
    const Problem &problem, const Memory &memory,
    llvm::ArrayRef<std::vector<ClusterView>> views, Findings &findings) {
  const Config &config = problem.config;
  if (config.space != Space::Published ||
      config.weights == WeightMode::Distributed)
    return;
  for (auto [s, clusters] : llvm::enumerate(views))
    for (auto [c, promised] : llvm::enumerate(clusters)) {
      if (promised.mode != WeightMode::Distributed)
        continue;
      ClusterView view = promised;
      view.mode = WeightMode::Replicated;
      std::vector<std::vector<LayerFacts>> facts;
      for (int32_t layer = view.first; layer <= view.last; ++layer)
        facts.push_back(allFacts(problem, view, layer));
      for (int64_t level : kLevels) {
        view.level = level;
        if (!fitsReplicated(memory, view, facts))
          continue;
        findings.add(
            FindingKind::Space, {int32_t(s), int32_t(c), -1},
            llvm::formatv("the weights of the cluster are distributed, and "
                          "replicated ones fit at level {0}; the published "
                          "space distributes only what does not fit, use the "
                          "full space for more",
                          level));
        break;
      }
    }
}
