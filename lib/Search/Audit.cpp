//===- Audit.cpp - An independent check of a plan's promises --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Audit.h"

#include "AuditBuffers.h"
#include "AuditSpace.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;
using namespace scope::search::auditing;

namespace {
/// One audit.
class Auditor {
public:
  Auditor(const Problem &problem, const Promise &promise, Findings &findings)
      : problem(problem), network(problem.network), promise(promise),
        findings(findings), grid(problem.package), memory(problem, grid) {}

  void run();

private:
  const PromisedCluster *promised(size_t segment, size_t cluster) const {
    if (promise.clusters.empty())
      return nullptr;
    return &promise.clusters[segment][cluster];
  }
  ClusterView view(size_t segment, size_t cluster) const;
  ClusterFacts examineCluster(const ClusterView &view) const;
  bool checkCapacity(Where where, ClusterFacts &facts);

  const Problem &problem;
  const Network &network;
  const Promise &promise;
  Findings &findings;
  Grid grid;
  Memory memory;
};
} // namespace

ClusterView Auditor::view(size_t s, size_t c) const {
  const SegmentPlan &segment = promise.plan.segments[s];
  const ClusterPlan &cluster = segment.clusters[c];
  ClusterView view;
  view.first = cluster.firstLayer;
  view.last = cluster.lastLayer;
  view.beatCalls = segment.beatCalls;
  bool isAlone = segment.clusters.size() == 1;
  view.ahead = isAlone && cluster.ahead;
  view.solo = isAlone && !cluster.ahead;
  view.mode = cluster.mode;
  view.level = cluster.level;
  view.size = cluster.size;
  view.kinds = cluster.kinds;
  if (const PromisedCluster *more = promised(s, c);
      more && !more->region.empty()) {
    view.size = static_cast<int64_t>(more->region.size());
    view.kinds = 0;
    for (Coordinate at : more->region)
      view.kinds |= KindMask(1) << grid.kindAt(at);
  }
  return view;
}

ClusterFacts Auditor::examineCluster(const ClusterView &view) const {
  ClusterFacts facts;
  facts.view = view;
  std::vector<Buffer> results;
  for (int32_t layer = view.first; layer <= view.last; ++layer) {
    facts.layers.push_back(examine(
        network.layers[layer], promise.plan.partitions[layer], view.beatCalls));
    const LayerFacts &own = facts.layers.back();
    facts.needs.push_back(memory.needs(view, layer, own, results));
    Buffering buffering =
        memory.choose(view, facts.needs.back()).value_or(Buffering::Once);
    if (buffering == Buffering::Bands &&
        facts.needs.back().once <= memory.room(view) &&
        isSlower(problem, grid, memory, facts, layer, Buffering::Bands,
                 Buffering::Once))
      buffering = Buffering::Once;
    facts.buffering.push_back(buffering);
    // Only the last layer of a cluster gives its results in bands.
    for (const Buffer &buffer :
         memory.tileBuffers(view, layer, own, Buffering::Twice))
      if (buffer.role == BufferRole::Output)
        results.push_back(buffer);
  }
  facts.residents = memory.residents(view, facts.layers);
  return facts;
}

bool Auditor::checkCapacity(Where where, ClusterFacts &facts) {
  const ClusterView &view = facts.view;
  bool fits = true;
  for (int32_t layer = view.first; layer <= view.last; ++layer) {
    const TileNeeds &needs = facts.needs[layer - view.first];
    if (memory.choose(view, needs))
      continue;
    fits = false;
    findings.add(
        FindingKind::Capacity, {where.segment, where.cluster, layer},
        llvm::formatv(
            "the tiles of layer '{0}' need {1:N} bytes of SRAM on a "
            "chiplet, level {2} leaves {3:N} of {4:N} for them; choose "
            "smaller tiles, a lower level or a smaller beat",
            network.layers[layer].name, needs.least(), view.level,
            memory.room(view), grid.leastSram(view.kinds)));
  }
  int64_t resident = facts.residents.weights + facts.residents.edges;
  if (resident <= memory.budget(view))
    return fits;
  findings.add(
      FindingKind::Capacity, where,
      llvm::formatv(
          "the residents of the cluster need {0:N} bytes on a chiplet, "
          "{1:N} for weights and {2:N} for beats that arrive or wait; "
          "level {3} allows {4:N} of {5:N}; choose a higher level, a "
          "larger region or a smaller beat, or distribute weights",
          resident, facts.residents.weights, facts.residents.edges, view.level,
          memory.budget(view), grid.leastSram(view.kinds)));
  return false;
}

void Auditor::run() {
  std::vector<bool> usable = checkSpace(problem, grid, promise, findings);
  const Plan &plan = promise.plan;
  std::vector<std::vector<ClusterView>> views(plan.segments.size());
  std::vector<std::vector<ClusterFacts>> facts(plan.segments.size());
  std::vector<bool> fits(usable);
  for (size_t s = 0; s < plan.segments.size(); ++s)
    for (size_t c = 0; usable[s] && c < plan.segments[s].clusters.size(); ++c) {
      views[s].push_back(view(s, c));
      facts[s].push_back(examineCluster(views[s].back()));
      fits[s] = checkCapacity({int32_t(s), int32_t(c), -1}, facts[s].back()) &&
                fits[s];
    }
  if (findings.isFull())
    return;
  checkPublishedModes(problem, memory, views, findings);

  if (promise.cost.segments.size() != plan.segments.size()) {
    findings.add(FindingKind::Cost, {},
                 llvm::formatv("the plan has {0} segments and costs for {1}; "
                               "compute the costs anew",
                               plan.segments.size(),
                               promise.cost.segments.size()));
  } else {
    std::vector<SegmentCost> right;
    for (size_t s = 0; s < plan.segments.size() && !findings.isFull(); ++s)
      if (fits[s]) {
        right.push_back(recompute(problem, grid, memory, facts[s]));
        compareSegment(network, static_cast<int32_t>(s), plan.segments[s],
                       promise.cost.segments[s], right.back(), findings);
      }
    if (right.size() == plan.segments.size())
      compareTotals(promise.cost, right, findings);
  }

  for (size_t s = 0; s < plan.segments.size() && !findings.isFull(); ++s)
    for (size_t c = 0; fits[s] && c < facts[s].size(); ++c)
      if (const PromisedCluster *more = promised(s, c); more && more->buffers)
        checkBuffers(network, grid, memory, facts[s][c],
                     {int32_t(s), int32_t(c), -1}, *more->buffers, findings);
}

std::vector<Finding> scope::search::audit(const Problem &problem,
                                          const Promise &promise,
                                          size_t mostFindings) {
  Findings findings(mostFindings);
  Auditor(problem, promise, findings).run();
  return findings.take();
}
