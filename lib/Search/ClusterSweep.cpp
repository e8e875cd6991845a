//===- ClusterSweep.cpp - Best partitions inside a cluster ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterSweep.h"

#include "SweepStep.h"

#include <algorithm>
#include <tuple>
#include <utility>

using namespace scope::search;

/// Entries of a table from one look at what is left to spend to the next.
static constexpr int64_t kEntriesAtOnce = 1024;

Criteria scope::search::criteriaFor(const CostModel &model) {
  Criteria criteria;
  Objective objective = model.getConfig().objective;
  criteria.energy = objective == Objective::Energy || isProduct(objective);
  criteria.delivered = criteria.energy || !model.getPackage().multicast;
  return criteria;
}

ClusterSweep::ClusterSweep(const CostModel &model, const LayerClasses &classes,
                           StateTable &states, int64_t mostEntries, bool shares)
    : model(model), classes(classes), states(states),
      criteria(criteriaFor(model)), mostEntries(mostEntries),
      fewLabels(states.isRestricted() && criteria.delivered), shares(shares),
      matrices(classes.numEdgeClasses()) {
  region.size = 0;
}

ClusterSweep::~ClusterSweep() = default;

void ClusterSweep::setRegion(const Request &request, WeightMode mode) {
  const RegionType &type = request.region;
  if (region.size != type.size || region.kinds != type.kinds)
    for (size_t solo = 0; solo < costs.size(); ++solo) {
      for (std::vector<std::deque<LayerCosts>> &ofMode : costs[solo])
        ofMode.assign(classes.numClasses(), {});
      smallest[solo].assign(classes.numClasses(), {});
    }
  if (region.size != type.size)
    for (Matrix &matrix : matrices)
      matrix.known = false;
  region.size = type.size;
  region.kinds = type.kinds;
  region.mode = mode;
  edgeMode = request.edges;
  region.solo = edgeMode == Edges::Alone;
}

void ClusterSweep::LayerCosts::account(const LayerTerms &terms) {
  cycles.push_back(CostModel::overlappedCycles(terms, isSolo, /*ahead=*/!isSolo,
                                               /*send=*/0));
  // As the only layer of its cluster as well.
  least =
      std::min(least, std::max(terms.compute, terms.weights + terms.external));
  largestInside = std::max(largestInside, terms.inside);
  largestOutside = std::max(largestOutside, terms.outside);
  largestOutput = std::max(largestOutput, terms.output);
}

void ClusterSweep::LayerCosts::add(const LayerTerms &added) {
  terms.push_back(added);
  account(added);
}

const ClusterSweep::LayerCosts &ClusterSweep::costsOf(int32_t layer,
                                                      int32_t first, bool all) {
  OperandMask external = model.externalOperands(layer, first);
  int32_t layerClass = classes.classOf(layer);
  std::deque<LayerCosts> &known =
      all ? smallest[region.solo][layerClass]
          : costs[region.solo][static_cast<size_t>(region.mode)][layerClass];
  for (const LayerCosts &result : known)
    if (result.external == external)
      return result;
  LayerCosts &result = known.emplace_back();
  result.external = external;
  result.isSolo = region.solo;
  result.states = all ? states.allStates(layerClass, region.size)
                      : states.candidates(layerClass, region.size);
  for (int32_t state : result.states) {
    const Tiling &tiling = states.tiling(layerClass, state);
    result.tilings.push_back(&tiling);
    result.terms.push_back(model.layerTerms(tiling, region, external));
  }
  if (all)
    keepSmallest(result);
  for (const LayerTerms &terms : result.terms)
    result.account(terms);
  if (!shares)
    work += 8 * static_cast<int64_t>(result.states.size());
  return result;
}

ClusterSweep::Matrix &ClusterSweep::matrixOf(int32_t consumer,
                                             const Edge &edge) {
  Matrix &matrix = matrices[edge.edgeClass];
  if (matrix.known)
    return matrix;
  matrix.known = true;
  matrix.cycles.clear();
  matrix.energy.clear();
  llvm::ArrayRef<int32_t> from =
      states.candidates(classes.classOf(edge.producer), region.size);
  llvm::ArrayRef<int32_t> to =
      states.candidates(classes.classOf(consumer), region.size);
  matrix.cycles.reserve(from.size() * to.size());
  for (int32_t producerState : from)
    for (int32_t consumerState : to) {
      StateTable::InternalCost cost =
          internal(edge.edgeClass, consumerState, producerState);
      matrix.cycles.push_back(cost.cycles);
      if (criteria.energy)
        matrix.energy.push_back(cost.energy);
    }
  if (!shares)
    work += 8 * static_cast<int64_t>(matrix.cycles.size());
  return matrix;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

bool ClusterSweep::makeStep(int32_t layer, int32_t first, bool all,
                            Step &step) {
  furthest = std::max(furthest, layer);
  step.layer = layer;
  std::swap(step.before, step.after);
  step.after.clear();
  step.edges.clear();
  step.numBefore = step.numKept = 1;
  step.mostHeld = 0;
  for (Step::Live &live : step.before) {
    step.numBefore *= live.size;
    step.mostHeld += live.largestOutput;
    live.isKept = classes.lastReader(live.layer) > layer;
    if (live.isKept) {
      step.after.push_back(live);
      step.numKept *= live.size;
    }
  }
  step.heldKnown = false;
  bool isNarrow = !all && !narrowed.empty();
  step.costs =
      isNarrow ? &narrowed[layer - first] : &costsOf(layer, first, all);
  step.numStates = static_cast<int64_t>(step.costs->terms.size());
  step.isLive = classes.lastReader(layer) > layer;
  if (step.isLive)
    step.after.push_back({layer, step.numStates, step.costs->largestOutput,
                          &step.costs->tilings, false});
  if (!all)
    for (const Edge &edge : classes.edgesOf(layer)) {
      if (edge.producer < first)
        continue;
      unsigned position = llvm::find_if(step.before,
                                        [&](const Step::Live &live) {
                                          return live.layer == edge.producer;
                                        }) -
                          step.before.begin();
      step.edges.push_back({position, isNarrow
                                          ? &narrowMatrixOf(first, layer, edge)
                                          : &matrixOf(layer, edge)});
    }
  work += 16;
  if (!isNarrow || !states.isRestricted())
    return step.numKept * step.numStates <= mostEntries &&
           step.numBefore <= mostEntries;
  // Whether a cluster is left out of a search for its size must not depend on
  // what other plans there are.
  auto selected = [&](int32_t which) {
    return states.countSelected(classes.classOf(which), region.size);
  };
  int64_t numBefore = 1, numKept = 1;
  for (const Step::Live &live : step.before) {
    numBefore *= selected(live.layer);
    numKept *= live.isKept ? selected(live.layer) : 1;
  }
  return numKept * selected(layer) <= mostEntries && numBefore <= mostEntries;
}

//===----------------------------------------------------------------------===//
// Sweeps over times alone
//===----------------------------------------------------------------------===//

/// best[p] = min(best[p], base + sum of the rows at p + extra[p]).
static void relax(int64_t *best, int64_t base,
                  llvm::ArrayRef<const int64_t *> rows, const int64_t *extra,
                  int64_t count) {
  if (rows.size() == 1 && !extra) {
    const int64_t *row = rows[0];
    for (int64_t p = 0; p < count; ++p)
      best[p] = std::min(best[p], base + row[p]);
    return;
  }
  for (int64_t p = 0; p < count; ++p) {
    int64_t time = base + (extra ? extra[p] : 0);
    for (const int64_t *row : rows)
      time += row[p];
    best[p] = std::min(best[p], time);
  }
}

void ClusterSweep::runScalar(const Request &request, int64_t level,
                             const std::vector<int64_t> &levelOf, Limit limit,
                             Limit endLimit, Emit emit, bool record,
                             bool &complete) {
  region.room = model.room(region.kinds, level);
  recorded.clear();
  mostTiles = 0;
  std::vector<int64_t> table = {0};
  Step step;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           edgeMode);
  std::vector<int64_t> inside, local, localEnd, roomyLocal, roomyEnd;
  llvm::SmallVector<int64_t, 4> digits;
  llvm::SmallVector<const int64_t *, 2> rows;
  int64_t leastBefore = 0;
  bool isNarrow = !narrowed.empty();
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    if (isCutOff() || !makeStep(layer, request.first, /*all=*/false, step)) {
      complete = false;
      return;
    }
    boundary.advance();
    int64_t count = step.numStates;
    const LayerCosts &layerCosts = *step.costs;
    int64_t longest = limit(layer);
    if (count == 0 || leastBefore + layerCosts.least > longest)
      return;
    LayerContext end;
    end.last = true;
    end.leaving = boundary.leaving();
    end.only = layer == request.first;
    bool wanted = levelOf[layer - request.first] == level;
    int64_t bestEnd = kUnbounded;
    inside.assign(step.numKept * count, kUnbounded);
    work += step.numBefore * count;

    // Where everything fits twice however the live layers are split, local
    // costs do not depend on them.
    int64_t most = layerCosts.largestInside + 2 * layerCosts.largestOutside +
                   step.mostHeld + layerCosts.largestOutput;
    bool roomy = most <= region.room;
    mostTiles = std::max(mostTiles, most);
    local.resize(count);
    localEnd.resize(count);
    auto send = [&](int64_t p) {
      return model.sendCycles(end.leaving, layerCosts.terms[p].used);
    };
    auto setLocal = [&](int64_t heldBefore, int64_t heldAfter) {
      LayerContext context;
      context.heldBefore = end.heldBefore = heldBefore;
      context.heldAfter = end.heldAfter = heldAfter;
      for (int64_t p = 0; p < count; ++p)
        local[p] = model.layerCycles(layerCosts.terms[p], region, context, 0);
      for (int64_t p = 0; wanted && p < count; ++p)
        localEnd[p] =
            model.layerCycles(layerCosts.terms[p], region, end, send(p));
    };

    roomyEnd.clear();
    int64_t lastBefore = -1, lastAfter = -1;
    if (isNarrow && roomy && wanted)
      for (int64_t p = 0; p < count; ++p)
        localEnd[p] =
            model.overlappedCycles(layerCosts.terms[p], region, end, send(p));
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (entry % kEntriesAtOnce == 0 && isCutOff()) {
        complete = false;
        return;
      }
      if (table[entry] >= kUnbounded)
        continue;
      step.digits(entry, digits);
      int64_t *best = inside.data() + step.kept(digits) * count;
      if (isNarrow && roomy) {
        extendNarrow(step, table[entry], digits, layerCosts.cycles.data(),
                     wanted ? localEnd.data() : nullptr, best, bestEnd);
        continue;
      }
      rows.clear();
      for (auto [position, matrix] : step.edges)
        rows.push_back(matrix->cycles.data() + digits[position] * count);
      if (roomy) {
        relax(best, table[entry], rows, nullptr, count);
        continue;
      }
      auto [heldBefore, heldAfter] = step.heldBytes(model.getNetwork(), digits);
      // The costs of most entries are those without anything held.
      bool fits = layerCosts.mostTiles(heldBefore, heldAfter) <= region.room;
      if (fits && roomyEnd.empty()) {
        setLocal(0, 0);
        roomyLocal = local;
        roomyEnd = localEnd;
        lastBefore = lastAfter = 0;
      }
      if (!fits && (heldBefore != lastBefore || heldAfter != lastAfter)) {
        lastBefore = heldBefore;
        lastAfter = heldAfter;
        setLocal(heldBefore, heldAfter);
      }
      const std::vector<int64_t> &atEnd = fits ? roomyEnd : localEnd;
      if (isNarrow) {
        extendNarrow(step, table[entry], digits,
                     (fits ? roomyLocal : local).data(),
                     wanted ? atEnd.data() : nullptr, best, bestEnd);
        continue;
      }
      relax(best, table[entry], rows, (fits ? roomyLocal : local).data(),
            count);
      for (int64_t p = 0; wanted && p < count; ++p) {
        int64_t time = table[entry] + atEnd[p];
        for (const int64_t *row : rows)
          time += row[p];
        bestEnd = std::min(bestEnd, time);
      }
    }
    if (roomy && !isNarrow) {
      for (int64_t kept = 0; kept < step.numKept; ++kept)
        for (int64_t p = 0; p < count; ++p)
          inside[kept * count + p] += layerCosts.cycles[p];
      // The send can only make the last layer slower.
      for (int64_t p = 0; wanted && p < count; ++p) {
        int64_t least = kUnbounded;
        for (int64_t kept = 0; kept < step.numKept; ++kept)
          least = std::min(least, inside[kept * count + p]);
        if (end.only || (least <= longest && least < bestEnd))
          bestEnd = std::min(bestEnd,
                             least - layerCosts.cycles[p] +
                                 model.overlappedCycles(layerCosts.terms[p],
                                                        region, end, send(p)));
      }
    }

    if (wanted && bestEnd <= endLimit(layer)) {
      Option option;
      option.stage = bestEnd;
      option.region = request.region;
      option.mode = request.mode;
      option.ahead = edgeMode == Edges::Ahead;
      option.level = static_cast<int32_t>(level);
      emit(layer, option);
    }

    // Keep what can still be part of a cluster within the limit.
    int64_t least = kUnbounded;
    int64_t width = step.isLive ? count : 1;
    table.assign(step.numKept * width, kUnbounded);
    for (int64_t kept = 0; kept < step.numKept; ++kept)
      for (int64_t p = 0; p < count; ++p) {
        int64_t time = inside[kept * count + p];
        if (time > longest)
          continue;
        int64_t &slot = table[kept * width + (step.isLive ? p : 0)];
        slot = std::min(slot, time);
        least = std::min(least, time);
      }
    if (record)
      recorded.push_back({step, end.leaving, table, {}});
    if (least >= kUnbounded)
      return;
    leastBefore = least;
  }
}

bool ClusterSweep::findToGo(const Request &request, int64_t level,
                            Limit endLimit) {
  region.room = model.room(region.kinds, level);
  size_t length =
      std::min(recorded.size(), size_t(request.last - request.first + 1));
  recorded.resize(length);
  if (length == 0)
    return true;
  recorded.back().toGo.assign(recorded.back().table.size(), kUnbounded);
  bool isNarrow = !narrowed.empty();
  std::vector<int64_t> local, localEnd, roomyLocal, roomyEnd;
  llvm::SmallVector<int64_t, 4> digits;
  llvm::SmallVector<const int64_t *, 2> rows;
  for (size_t index = length - 1; index > 0; --index) {
    Recorded &after = recorded[index], &before = recorded[index - 1];
    Step &step = after.step;
    const LayerCosts &layerCosts = *step.costs;
    int64_t count = step.numStates, width = step.isLive ? count : 1;
    int64_t longestEnd = endLimit(step.layer);
    before.toGo.assign(before.table.size(), kUnbounded);
    work += step.numBefore * count;
    LayerContext inner, end;
    end.last = true;
    end.leaving = after.leaving;
    // Costs for what the live layers hold; most of the time it does not matter.
    auto setLocal = [&](int64_t heldBefore, int64_t heldAfter,
                        std::vector<int64_t> &inside,
                        std::vector<int64_t> &atEnd) {
      inner.heldBefore = end.heldBefore = heldBefore;
      inner.heldAfter = end.heldAfter = heldAfter;
      inside.resize(count);
      atEnd.resize(count);
      for (int64_t p = 0; p < count; ++p) {
        const LayerTerms &terms = layerCosts.terms[p];
        inside[p] = model.layerCycles(terms, region, inner, 0);
        atEnd[p] =
            model.layerCycles(terms, region, end,
                              model.sendCycles(end.leaving, terms.used)) -
            longestEnd;
      }
    };
    int64_t lastBefore = -1, lastAfter = -1;
    bool roomyKnown = false;
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (entry % kEntriesAtOnce == 0 && isCutOff())
        return false;
      if (before.table[entry] >= kUnbounded)
        continue;
      step.digits(entry, digits);
      int64_t heldBefore = 0, heldAfter = 0;
      if (mostTiles > region.room)
        std::tie(heldBefore, heldAfter) =
            step.heldBytes(model.getNetwork(), digits);
      bool roomy = layerCosts.mostTiles(heldBefore, heldAfter) <= region.room;
      if (roomy && !roomyKnown) {
        setLocal(0, 0, roomyLocal, roomyEnd);
        roomyKnown = true;
      }
      if (!roomy && (heldBefore != lastBefore || heldAfter != lastAfter)) {
        lastBefore = heldBefore;
        lastAfter = heldAfter;
        setLocal(heldBefore, heldAfter, local, localEnd);
      }
      const std::vector<int64_t> &inside = roomy ? roomyLocal : local;
      const std::vector<int64_t> &atEnd = roomy ? roomyEnd : localEnd;
      rows.clear();
      if (!isNarrow)
        for (auto [position, matrix] : step.edges)
          rows.push_back(matrix->cycles.data() + digits[position] * count);
      int64_t kept = step.kept(digits);
      int64_t least = kUnbounded;
      for (int64_t p = 0; p < count; ++p) {
        int64_t entryAfter = kept * width + (step.isLive ? p : 0);
        int64_t rest = atEnd[p];
        if (after.table[entryAfter] < kUnbounded)
          rest = std::min(rest, inside[p] + after.toGo[entryAfter]);
        if (isNarrow) {
          // What is of no use need not be known.
          int64_t most = std::min(least, 1 - before.table[entry]);
          for (auto [position, matrix] : step.edges)
            if (rest < most)
              rest += moved(*matrix, digits[position], p);
        }
        for (const int64_t *row : rows)
          rest += row[p];
        least = std::min(least, rest);
      }
      before.toGo[entry] = least;
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

bool ClusterSweep::run(Request request, Limit limit, Limit endLimit, Emit emit,
                       Reach reach) {
  setRegion(request, request.mode);
  // Where there is no limit, all partitions are of use.
  if (limit(request.first) >= kUnbounded - 1)
    return runWithin(request, kLevels[0], limit, endLimit, emit);
  // Few partitions are soon looked at.
  if (states.isRestricted()) {
    bool any = narrow(request, kLevels[0], limit, endLimit);
    reach(furthest);
    bool complete =
        !any || runWithin(request, kLevels[0], limit, endLimit, emit);
    widen();
    return complete;
  }
  // What a cluster must keep leaves its tiles so much room and no more: those
  // of one level at a time.
  std::vector<int64_t> leastLevels;
  findLeastLevels(request, endLimit, leastLevels);
  reach(furthest);
  bool complete = true;
  for (int64_t level : kLevels) {
    Request part = request;
    part.last = request.first - 1;
    for (size_t index = 0; index < leastLevels.size(); ++index)
      if (leastLevels[index] == level)
        part.last = request.first + static_cast<int32_t>(index);
    if (part.last < request.first)
      continue;
    auto endHere = [&](int32_t last) {
      return leastLevels[last - request.first] == level ? endLimit(last) : -1;
    };
    if (narrow(part, level, limit, endHere))
      complete &= runWithin(part, level, limit, endHere, emit);
  }
  widen();
  return complete;
}

bool ClusterSweep::runWithin(const Request &request, int64_t leastLevel,
                             Limit limit, Limit endLimit, Emit emit) {
  bool complete = true;
  if (request.mode == WeightMode::Replicated || criteria.energy) {
    // Times without regard to bytes, at the level that leaves most room, are
    // bounds: often no cluster is worth a look.
    Request part = request;
    part.last = request.first - 1;
    size_t length = request.last - request.first + 1;
    std::vector<int64_t> lowest(length, leastLevel), bound(length, kUnbounded);
    runScalar(
        request, leastLevel, lowest, limit, endLimit,
        [&](int32_t last, const Option &option) {
          part.last = last;
          bound[last - request.first] = option.stage;
        },
        /*record=*/true, complete);
    if (part.last < request.first)
      return complete;
    std::vector<int64_t> best(length, kUnbounded);
    auto shorter = [&](int32_t last) {
      return std::min(endLimit(last), best[last - request.first]);
    };
    if (!findToGo(part, leastLevel, shorter))
      return false;
    for (size_t number = 0; number < std::size(kLevels); ++number) {
      int64_t level = kLevels[number];
      if (level < leastLevel)
        continue;
      // Where everything fits twice anyhow, larger budgets are better.
      if (number + 1 < std::size(kLevels) &&
          mostTiles <= model.room(region.kinds, kLevels[number + 1]))
        continue;
      bool useful = false;
      for (int32_t last = request.first; last <= part.last; ++last)
        useful |= bound[last - request.first] <= shorter(last);
      if (!useful)
        break;
      bool roomy = mostTiles <= model.room(region.kinds, level);
      runLabels(
          part, level, limit, shorter,
          [&](int32_t last, const Option &option) {
            emit(last, option);
            // A higher level leaves less room; it helps only where more
            // bytes make a stage shorter.
            if (!criteria.delivered && !criteria.energy)
              best[last - request.first] =
                  std::min(best[last - request.first], option.stage - 1);
          },
          /*anyLevel=*/roomy, nullptr, nullptr, complete);
    }
    return complete;
  }

  // Distributed weights take the same bytes however the layers are split, so
  // the smallest level that they fit leaves most room and is the best.
  std::vector<int64_t> levelOf;
  int64_t share = 0, weights = 0;
  std::vector<int64_t> shares, loads;
  uint32_t levelsUsed = 0;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           edgeMode);
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    boundary.advance();
    share += model.distributedWeights(layer, region.size);
    if (!model.streams(layer))
      weights += model.weights(layer);
    int64_t resident = share + boundary.edges();
    int64_t level = 0;
    for (int64_t candidate : llvm::reverse(kLevels))
      if (resident <= model.budget(region.kinds, candidate))
        level = candidate;
    if (endLimit(layer) < 0)
      level = 0;
    levelOf.push_back(level);
    levelsUsed |= level ? 1u << level : 0;
    shares.push_back(divideUp(share, model.getPackage().port) <=
                             model.dramCycles(weights)
                         ? 0
                         : share);
    loads.push_back(weights);
    furthest = std::max(furthest, layer);
    if (share > model.budget(region.kinds, kLevels[std::size(kLevels) - 1]))
      break;
  }
  Request part = request;
  for (int64_t level : kLevels) {
    if (!(levelsUsed >> level & 1))
      continue;
    part.last = request.first;
    for (size_t index = 0; index < levelOf.size(); ++index)
      if (levelOf[index] == level)
        part.last = request.first + static_cast<int32_t>(index);
    runScalar(
        part, level, levelOf, limit, endLimit,
        [&](int32_t last, Option option) {
          option.share = shares[last - request.first];
          if (criteria.delivered)
            option.delivered = loads[last - request.first];
          emit(last, option);
        },
        /*record=*/false, complete);
  }
  return complete;
}
