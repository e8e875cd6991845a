//===- StrategySearch.cpp - Quick and exact searches of one strategy ------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StrategySearch.h"

#include "ChipletMoves.h"

using namespace scope::search;

/// Region sizes: all small ones, then steps of about one part of `parts`.
static std::vector<int32_t> steppedSizes(int32_t numChiplets, int32_t parts) {
  if (numChiplets <= kFewChiplets)
    parts = kFewChiplets + 1;
  std::vector<int32_t> sizes;
  for (int32_t size = 1; size < numChiplets;
       size += std::max<int32_t>(1, (size + 1) / parts))
    sizes.push_back(size);
  sizes.push_back(numChiplets);
  return sizes;
}

/// Work that an exact search may spend on each search before the last one.
static constexpr int64_t kLikelyBeforeExact = 4000000000;

/// The part of the budget that a search may take which often finds nothing:
/// deepening, and in networks of very many layers one without bounds.
static constexpr int64_t kDeepeningPart = 8;

/// How far from the bound a plan is that may be much worse than the best one:
/// one part of so many.
static constexpr int64_t kFarFromBound = 16;

/// Instead of the work of a stage: neither that nor time ends it.
static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

PipelineResult
StrategySearch::searchWithin(const std::optional<PlanCost> &incumbent,
                             const Candidates &candidates, const Budget &budget,
                             const char *by) {
  PipelineResult found = searchPipelines(model, classes, catalog, candidates,
                                         incumbent, budget, lower, known);
  result.candidates += found.work;
  leftOut |= found.leftOut;
  if (found.plan) {
    best = found.cost;
    result.plan = *found.plan;
    result.cost = found.cost;
    result.answeredBy = by;
  }
  return found;
}

void StrategySearch::stage(const Candidates &candidates, int64_t work,
                           const char *by) {
  if (work != kNoLimit && isOver())
    return;
  Budget budget;
  if (work != kNoLimit)
    budget.expired = expired;
  budget.work = work == kNoLimit ? -1 : work;
  budget.threads = threads;
  PipelineResult found = searchWithin(best, candidates, budget, by);
  result.proved = candidates.areAll() && found.complete;
  if (result.proved)
    result.answeredBy = "exact";
}

bool StrategySearch::lookNearBound(const Candidates &candidates,
                                   const char *by) {
  if (config.objective != Objective::Throughput)
    return false;
  Budget budget;
  budget.threads = threads;
  // Clusters that are alone in their segment come first, and are quick; the
  // best plan of those leaves less for the others, whatever the guess. The
  // nearer the guess is, the quicker is the search.
  int64_t bound = leastValue();
  auto isWithin = [&](int64_t part) {
    return best && best->cycles <= bound + bound / part;
  };
  for (int64_t part : {16, 8, 4}) {
    PlanCost guess;
    guess.cycles = bound + bound / part;
    PipelineResult found =
        searchWithin(isWithin(part) ? *best : guess, candidates, budget, by);
    // Where even that is no quick search, others come first.
    if (found.work > config.workBudget && !found.plan)
      return false;
    if (isWithin(part))
      return true;
  }
  return false;
}

bool StrategySearch::isFarFromBound(const std::optional<PlanCost> &cost) const {
  if (!cost)
    return true;
  __int128 least = bound();
  return objectiveValue(*cost, config.objective) >
         least + least / kFarFromBound;
}

Candidates StrategySearch::linearCandidates() const {
  Candidates candidates;
  candidates.statesPerRegion = 4;
  candidates.mostEntries = 300;
  candidates.mostLayers = 32;
  candidates.paceSteps = 4;
  candidates.sizes = steppedSizes(model.numChiplets(), 2);
  for (int64_t calls : beatCalls(model.getProblem()))
    if (calls == 1 || calls == 4 ||
        (calls == 2 && model.numChiplets() <= kFewChiplets))
      candidates.pipelineBeats.push_back(calls);
  return candidates;
}

Candidates StrategySearch::longClusters() const {
  Candidates candidates;
  candidates.statesPerRegion = 4;
  candidates.mostEntries = 600;
  candidates.mostLayers = 128;
  candidates.soloOnly = true;
  candidates.sizes = {model.numChiplets()};
  return candidates;
}

Candidates StrategySearch::batchSplits() const {
  Candidates candidates;
  candidates.statesPerRegion = 1;
  candidates.mostLayers = 256;
  candidates.paceSteps = 64;
  candidates.sizes = steppedSizes(model.numChiplets(), 2);
  return candidates;
}

Candidates StrategySearch::restrictedCandidates() const {
  Candidates candidates = longClusters();
  candidates.soloOnly = false;
  candidates.sizes = steppedSizes(model.numChiplets(), 2);
  return candidates;
}

Candidates StrategySearch::fineLinearCandidates() const {
  Candidates candidates = linearCandidates();
  candidates.paceSteps = 64;
  candidates.sizes = steppedSizes(model.numChiplets(), 24);
  return candidates;
}

int64_t StrategySearch::roughWork(const Candidates &candidates) const {
  constexpr int64_t kLayersOfCluster = 10, kOtherWork = 50;
  int64_t starts = 0;
  for (int32_t layer = 0; layer < model.getNetwork().numLayers(); ++layer)
    starts += repeats.length(layer) < 2 * kLayersOfCluster;
  int64_t states = candidates.statesPerRegion;
  return saturate(__int128(starts) * beatCalls(model.getProblem()).size() *
                  candidates.sizes.size() * kLayersOfCluster *
                  (states * states + kOtherWork));
}

void StrategySearch::run() {
  bool exact = config.algorithm == Algorithm::Exact;
  int64_t most = exact ? -1 : config.workBudget;
  // Whatever the limits, there is to be a plan.
  Candidates candidates = restrictedCandidates();
  bool isLinear = config.algorithm == Algorithm::Linear;
  // Without bounds on segments nothing is known to be near the bound.
  bool isDeep =
      model.getNetwork().numLayers() > SegmentTable::kMostLayers && !exact;
  bool isNear = !isLinear && !isDeep && hasPipelines(model) &&
                isQuick(candidates) && lookNearBound(candidates, "restricted");
  if (!isNear && hasPipelines(model) &&
      !lookNearBound(longClusters(), "linear"))
    stage(longClusters(), kNoLimit, "linear");
  if ((!isNear || isFarFromBound(best)) && config.space == Space::Full &&
      config.splitBatch)
    stage(batchSplits(), kNoLimit, "linear");
  if (!isNear && !isOver())
    stage(linearCandidates(), kNoLimit, "linear");
  if (isLinear) {
    stage(fineLinearCandidates(), /*work=*/-1, "linear");
    if (!result.plan.segments.empty() && !expired()) {
      ChipletMoves(model, classes, catalog).improve(result.plan, result.cost);
      best = result.cost;
    }
    return;
  }
  if (isOver())
    return;
  // With a plan near the bound in hand, more partitions take little longer.
  if (isNear) {
    Candidates shorter = longClusters();
    shorter.statesPerRegion = 12;
    shorter.mostLayers = 32;
    if (isQuick(shorter))
      stage(shorter, most, "restricted");
  }
  // Where energy counts, no plan in hand makes sweeps shorter, and one that is
  // cut off finds little.
  bool usesEnergy =
      config.objective == Objective::Energy || isProduct(config.objective);
  if (!isNear &&
      (!usesEnergy || exact || !best ||
       estimateWork(model, classes, catalog, candidates, best, lower) <= most))
    stage(candidates,
          !best    ? kNoLimit
          : isDeep ? most / kDeepeningPart
                   : most,
          "restricted");
  // Without splits of the batch the sizes of the regions matter more, and so
  // they may where what was found is far from the bound.
  if (config.space == Space::Published || isFarFromBound(best))
    stage(fineLinearCandidates(), most, "linear");
  bool isSmall = exact || (!isDeep && hasFewPartitions());
  if (isSmall)
    deepen(exact ? -1 : most / kDeepeningPart);
  if (result.proved || isOver())
    return;
  // More and more of everything, as long as it is likely to come to its end. An
  // exact search is quicker with a better plan in hand, so it takes its time.
  int64_t likely = exact ? kLikelyBeforeExact : config.workBudget;
  candidates.sizes = steppedSizes(model.numChiplets(), 24);
  auto isLikely = [&](int64_t part) {
    return roughWork(candidates) <= likely / 16 / part &&
           estimateWork(model, classes, catalog, candidates, best, lower) <=
               likely / part;
  };
  candidates.mostEntries = 4096;
  auto widen = [&](int32_t states) { candidates.statesPerRegion = states; };
  // What was estimated may take a few times as much.
  int64_t cap = exact ? -1 : config.workBudget + config.workBudget / 2;
  widen(12);
  if (isLikely(1)) {
    stage(candidates, cap, "restricted");
    widen(32);
    if (!exact && isLikely(2))
      stage(candidates, cap, "restricted");
  } else {
    // Without splits of the batch there are few plans of one cluster a segment,
    // and the sizes of the regions matter more.
    widen(4);
    if (isLikely(config.space == Space::Published ? 1 : 4))
      stage(candidates, cap, "restricted");
  }
  candidates = Candidates();
  if (isSmall && (exact || estimateWork(model, classes, catalog, candidates,
                                        best, lower) <= config.workBudget))
    stage(candidates, cap, "exact");
}

bool StrategySearch::hasFewPartitions() {
  int64_t partitions = 0;
  for (int64_t calls : beatCalls(model.getProblem()))
    for (int32_t c = 0; c < classes.numClasses(); ++c)
      partitions +=
          static_cast<int64_t>(catalog.partitions(c, calls).factors.size());
  return partitions * model.numChiplets() <= config.workBudget / 100;
}

void StrategySearch::deepen(int64_t work) {
  Objective objective = config.objective;
  if (!best ||
      (objective != Objective::Throughput && objective != Objective::Latency))
    return;
  int64_t bound = leastValue();
  int64_t value = static_cast<int64_t>(objectiveValue(*best, objective));
  // Where the bound is loose, steps rule out what one search to the end rules
  // out as well, again and again (five times the work for ResNet-50 on 16
  // chiplets with floats, where it is half of what the best plan takes).
  if (value - bound > bound / 4)
    return;
  // A search costs many times as much with twice as much to spare, and what it
  // rules out makes the next one quicker. The steps do not depend on the plan
  // in hand: a search with a better one takes some of those that it would take
  // without, and finds what is better in the same step.
  constexpr int64_t kFirstStep = 1024, kGrowth = 10;
  int64_t left = work;
  for (int64_t spare = bound / kFirstStep;; spare += spare / kGrowth + 1) {
    PlanCost guess = *best;
    // The last step is for anything better than the plan in hand. With all
    // others behind it, it is likely to come to its end, too.
    bool isLast = bound + spare >= value;
    if (isLast)
      left = work;
    else
      (objective == Objective::Throughput ? guess.cycles : guess.latency) =
          bound + spare;
    Budget budget;
    budget.expired = expired;
    budget.threads = threads;
    budget.work = left;
    PipelineResult found = searchWithin(guess, Candidates(), budget, "exact");
    if (work >= 0)
      left = std::max<int64_t>(0, left - found.work);
    result.proved = found.complete && (found.plan || isLast);
    if (result.proved)
      result.answeredBy = "exact";
    if (found.plan || !found.complete || isLast)
      return;
  }
}
