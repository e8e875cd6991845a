//===- FitSweep.cpp - Which clusters can hold their weights replicated ----===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterSweep.h"

#include "SweepStep.h"

#include <algorithm>
#include <utility>

using namespace scope::search;

/// Whether the tiles of a layer take no more bytes in any way, and its weights
/// neither.
static bool isSmaller(const LayerTerms &a, const Tiling &ofA,
                      const LayerTerms &b, const Tiling &ofB) {
  if (ofA.weightTile > ofB.weightTile || a.inside > b.inside ||
      a.outside > b.outside || a.outsideBands > b.outsideBands ||
      a.output > b.output || a.outputBands > b.outputBands)
    return false;
  for (auto [one, other] : llvm::zip_equal(ofA.outputs, ofB.outputs))
    if (one > other)
      return false;
  return true;
}

void ClusterSweep::keepSmallest(LayerCosts &result) const {
  std::vector<LayerTerms> terms;
  std::vector<const Tiling *> tilings;
  for (size_t p = 0; p < result.terms.size(); ++p) {
    const LayerTerms &mine = result.terms[p];
    bool needed = true;
    for (size_t q = 0; q < terms.size() && needed; ++q)
      needed = !isSmaller(terms[q], *tilings[q], mine, *result.tilings[p]);
    if (!needed)
      continue;
    size_t kept = 0;
    for (size_t q = 0; q < terms.size(); ++q)
      if (!isSmaller(mine, *result.tilings[p], terms[q], *tilings[q])) {
        terms[kept] = terms[q];
        tilings[kept++] = tilings[q];
      }
    terms.resize(kept);
    tilings.resize(kept);
    terms.push_back(mine);
    tilings.push_back(result.tilings[p]);
  }
  result.terms = std::move(terms);
  result.tilings = std::move(tilings);
}

bool ClusterSweep::fitsAt(const Request &request, int64_t level,
                          std::vector<bool> &replicable, bool &roomy) {
  int64_t budget = model.budget(region.kinds, level);
  region.room = model.room(region.kinds, level);
  std::vector<int64_t> table = {0}, next;
  Step step;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           edgeMode);
  llvm::SmallVector<int64_t, 4> digits;
  roomy = true;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    if (!makeStep(layer, request.first, /*all=*/true, step))
      return false;
    boundary.advance();
    const LayerCosts &layerCosts = *step.costs;
    int64_t count = step.numStates, width = step.isLive ? count : 1;
    int64_t most = layerCosts.largestInside + layerCosts.largestOutside +
                   step.mostHeld + layerCosts.largestOutput;
    bool allFit = most <= region.room;
    roomy &= allFit;
    next.assign(step.numKept * width, kUnbounded);
    LayerContext inner, end;
    end.last = true;
    int64_t leastEnd = kUnbounded;
    bool any = false;
    work += step.numBefore * count;
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (table[entry] > budget)
        continue;
      step.digits(entry, digits);
      if (!allFit) {
        auto [heldBefore, heldAfter] =
            step.heldBytes(model.getNetwork(), digits);
        inner.heldBefore = end.heldBefore = heldBefore;
        inner.heldAfter = end.heldAfter = heldAfter;
      }
      int64_t kept = step.kept(digits);
      for (int64_t p = 0; p < count; ++p) {
        const LayerTerms &terms = layerCosts.terms[p];
        int64_t bytes =
            table[entry] +
            (model.streams(layer) ? 0 : layerCosts.tilings[p]->weightTile);
        if (allFit || model.leastTileBytes(terms, region, end) <= region.room)
          leastEnd = std::min(leastEnd, bytes);
        if (bytes > budget ||
            !(allFit ||
              model.leastTileBytes(terms, region, inner) <= region.room))
          continue;
        int64_t &slot = next[kept * width + (step.isLive ? p : 0)];
        slot = std::min(slot, bytes);
        any = true;
      }
    }
    if (leastEnd < kUnbounded && leastEnd + boundary.edges() <= budget)
      replicable[layer - request.first] = true;
    if (!any)
      return true;
    std::swap(table, next);
  }
  return true;
}

bool ClusterSweep::findReplicable(const Request &request,
                                  std::vector<bool> &replicable) {
  setRegion(request, WeightMode::Replicated);
  replicable.assign(request.last - request.first + 1, false);
  // Where the largest level leaves room for everything, the others do not help.
  for (int64_t level : llvm::reverse(kLevels)) {
    bool roomy = true;
    if (!fitsAt(request, level, replicable, roomy))
      return false;
    if (roomy)
      break;
  }
  return true;
}
