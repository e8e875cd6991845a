//===- AuditCosts.h - The costs of a plan, computed again -------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times and energies of layers, clusters and segments from tiles written out
// one by one, and the comparison with what a plan promises.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITCOSTS_H
#define SCOPE_LIB_SEARCH_AUDITCOSTS_H

#include "AuditFindings.h"
#include "AuditMemory.h"

namespace scope::search::auditing {

/// One cluster of a feasible plan: its layers' tiles and how they are buffered.
struct ClusterFacts {
  ClusterView view;
  std::vector<LayerFacts> layers;
  /// By layer; only meaningful if everything fits.
  std::vector<TileNeeds> needs;
  std::vector<Buffering> buffering;
  Residents residents;
};

/// Computes the costs of a segment that fits.
SegmentCost recompute(const Problem &problem, const Grid &grid,
                      const Memory &memory,
                      llvm::ArrayRef<ClusterFacts> clusters);

/// Whether layer `index`, the last one of `facts` so far, takes longer in one
/// way of buffering than in another.
bool isSlower(const Problem &problem, const Grid &grid, const Memory &memory,
              const ClusterFacts &facts, int32_t index, Buffering one,
              Buffering other);

/// Compares the promised costs of segment `index` with the right ones.
void compareSegment(const Network &network, int32_t index,
                    const SegmentPlan &plan, const SegmentCost &promised,
                    const SegmentCost &right, Findings &findings);

/// Compares the promised costs of the whole plan with the sums of `right`.
void compareTotals(const PlanCost &promised, llvm::ArrayRef<SegmentCost> right,
                   Findings &findings);

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITCOSTS_H
