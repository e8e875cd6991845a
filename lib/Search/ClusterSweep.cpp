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

Criteria scope::search::criteriaFor(const CostModel &model) {
  Criteria criteria;
  Objective objective = model.getConfig().objective;
  criteria.energy =
      objective == Objective::Energy || objective == Objective::EDP;
  criteria.delivered = criteria.energy || !model.getPackage().multicast;
  return criteria;
}

ClusterSweep::ClusterSweep(const CostModel &model, const LayerClasses &classes,
                           StateTable &states, int64_t mostEntries)
    : model(model), classes(classes), states(states),
      criteria(criteriaFor(model)), mostEntries(mostEntries),
      fewLabels(states.isRestricted() && criteria.delivered),
      costs(classes.numClasses()), smallest(classes.numClasses()),
      matrices(classes.numEdgeClasses()) {
  region.size = 0;
}

ClusterSweep::~ClusterSweep() = default;

void ClusterSweep::setRegion(const RegionType &type, WeightMode mode,
                             bool solo) {
  if (region.size != type.size || region.kinds != type.kinds ||
      region.mode != mode) {
    costs.assign(classes.numClasses(), {});
    smallest.assign(classes.numClasses(), {});
  }
  if (region.size != type.size)
    for (Matrix &matrix : matrices)
      matrix.known = false;
  region.size = type.size;
  region.kinds = type.kinds;
  region.mode = mode;
  region.solo = solo;
}

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

const ClusterSweep::LayerCosts &ClusterSweep::costsOf(int32_t layer,
                                                      int32_t first, bool all) {
  OperandMask external = model.externalOperands(layer, first);
  int32_t layerClass = classes.classOf(layer);
  std::deque<LayerCosts> &known =
      all ? smallest[layerClass] : costs[layerClass];
  for (const LayerCosts &result : known)
    if (result.external == external)
      return result;
  LayerCosts &result = known.emplace_back();
  result.external = external;
  result.states = all ? states.allStates(layerClass, region.size)
                      : states.candidates(layerClass, region.size);
  for (int32_t state : result.states) {
    const Tiling &tiling = states.tiling(layerClass, state);
    result.tilings.push_back(&tiling);
    result.terms.push_back(model.layerTerms(tiling, region, external));
  }
  if (all)
    keepSmallest(result);
  for (const LayerTerms &terms : result.terms) {
    result.moved.push_back(terms.weights + terms.external);
    result.cycles.push_back(std::max(terms.compute, result.moved.back()));
    result.least = std::min(result.least, result.cycles.back());
    result.largestInside = std::max(result.largestInside, terms.inside);
    result.largestOutside = std::max(result.largestOutside, terms.outside);
    result.largestOutput = std::max(result.largestOutput, terms.output);
  }
  work += 8 * static_cast<int64_t>(result.states.size());
  return result;
}

const ClusterSweep::Matrix &ClusterSweep::matrixOf(int32_t consumer,
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
          states.internal(edge.edgeClass, consumerState, producerState);
      matrix.cycles.push_back(cost.cycles);
      if (criteria.energy)
        matrix.energy.push_back(cost.energy);
    }
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
  step.costs = &costsOf(layer, first, all);
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
      step.edges.push_back({position, &matrixOf(layer, edge)});
    }
  work += 16;
  return step.numKept * step.numStates <= mostEntries &&
         step.numBefore <= mostEntries;
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
                           region.solo);
  std::vector<int64_t> inside, local, localEnd, roomyLocal, roomyEnd;
  llvm::SmallVector<int64_t, 4> digits;
  llvm::SmallVector<const int64_t *, 2> rows;
  int64_t leastBefore = 0;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    if (!makeStep(layer, request.first, /*all=*/false, step)) {
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
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (table[entry] >= kUnbounded)
        continue;
      step.digits(entry, digits);
      rows.clear();
      for (auto [position, matrix] : step.edges)
        rows.push_back(matrix->cycles.data() + digits[position] * count);
      int64_t *best = inside.data() + step.kept(digits) * count;
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
      relax(best, table[entry], rows, (fits ? roomyLocal : local).data(),
            count);
      for (int64_t p = 0; wanted && p < count; ++p) {
        int64_t time = table[entry] + atEnd[p];
        for (const int64_t *row : rows)
          time += row[p];
        bestEnd = std::min(bestEnd, time);
      }
    }
    if (roomy) {
      for (int64_t kept = 0; kept < step.numKept; ++kept)
        for (int64_t p = 0; p < count; ++p)
          inside[kept * count + p] += layerCosts.cycles[p];
      // The send can only make the last layer slower.
      for (int64_t p = 0; wanted && p < count; ++p) {
        int64_t least = kUnbounded;
        for (int64_t kept = 0; kept < step.numKept; ++kept)
          least = std::min(least, inside[kept * count + p]);
        if (least <= longest && least < bestEnd)
          bestEnd =
              std::min(bestEnd, least - layerCosts.cycles[p] +
                                    std::max(layerCosts.cycles[p],
                                             layerCosts.moved[p] + send(p)));
      }
    }

    if (wanted && bestEnd <= endLimit(layer)) {
      Option option;
      option.stage = bestEnd;
      option.region = request.region;
      option.mode = request.mode;
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

void ClusterSweep::findToGo(const Request &request, Limit endLimit) {
  region.room = model.room(region.kinds, kLevels[0]);
  size_t length =
      std::min(recorded.size(), size_t(request.last - request.first + 1));
  recorded.resize(length);
  if (length == 0)
    return;
  recorded.back().toGo.assign(recorded.back().table.size(), kUnbounded);
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
      for (auto [position, matrix] : step.edges)
        rows.push_back(matrix->cycles.data() + digits[position] * count);
      int64_t kept = step.kept(digits);
      int64_t least = kUnbounded;
      for (int64_t p = 0; p < count; ++p) {
        int64_t entryAfter = kept * width + (step.isLive ? p : 0);
        int64_t rest = atEnd[p];
        if (after.table[entryAfter] < kUnbounded)
          rest = std::min(rest, inside[p] + after.toGo[entryAfter]);
        for (const int64_t *row : rows)
          rest += row[p];
        least = std::min(least, rest);
      }
      before.toGo[entry] = least;
    }
  }
}

//===----------------------------------------------------------------------===//
// Sweeps over labels
//===----------------------------------------------------------------------===//

bool ClusterSweep::insert(Labels &labels, const Label &label) {
  if (!criteria.delivered && !criteria.energy) {
    // Ascending by time, and so descending by bytes.
    auto at = std::upper_bound(
        labels.begin(), labels.end(), label,
        [](const Label &a, const Label &b) { return a.time < b.time; });
    if (at != labels.begin() && std::prev(at)->bytes <= label.bytes)
      return false;
    auto from = at;
    while (from != labels.begin() && std::prev(from)->time == label.time)
      --from;
    auto to = at;
    while (to != labels.end() && to->bytes >= label.bytes)
      ++to;
    at = labels.erase(from, to);
    labels.insert(at, label);
    return true;
  }
  work += static_cast<int64_t>(labels.size()) / 4;
  for (const Label &other : labels)
    if (other.time <= label.time && other.bytes <= label.bytes &&
        other.delivered <= label.delivered && other.energy <= label.energy)
      return false;
  llvm::erase_if(labels, [&](const Label &other) {
    return label.time <= other.time && label.bytes <= other.bytes &&
           label.delivered <= other.delivered && label.energy <= other.energy;
  });
  labels.push_back(label);
  if (!fewLabels || labels.size() <= 3)
    return true;
  leftOut = true;
  // Keep the fastest, the smallest and the thriftiest.
  auto best = [&](auto key) {
    return *std::min_element(
        labels.begin(), labels.end(),
        [&](const Label &a, const Label &b) { return key(a) < key(b); });
  };
  Labels kept = {
      best([](const Label &l) { return std::tie(l.time, l.bytes); }),
      best([](const Label &l) { return std::tie(l.bytes, l.time); }),
      best([](const Label &l) { return std::tie(l.energy, l.time); })};
  labels = std::move(kept);
  return true;
}

void ClusterSweep::runLabels(const Request &request, int64_t level, Limit limit,
                             Limit endLimit, Emit emit, bool anyLevel,
                             const Option *target,
                             std::vector<Partition> *traced, bool &complete) {
  bool replicated = request.mode == WeightMode::Replicated;
  int64_t budget = model.budget(region.kinds, level);
  int64_t beats = model.getProblem().calls() / states.getCalls();
  region.room = model.room(region.kinds, level);
  nodes.clear();
  std::vector<Labels> table = {{Label()}};
  Step step;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           region.solo);
  llvm::SmallVector<int64_t, 4> digits;
  std::vector<LayerCost> in, out;
  std::vector<int64_t> cycles, energy;
  int64_t weights = 0, distributed = 0;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    if (!makeStep(layer, request.first, /*all=*/false, step)) {
      complete = false;
      return;
    }
    boundary.advance();
    int64_t count = step.numStates;
    int64_t width = step.isLive ? count : 1;
    const LayerCosts &layerCosts = *step.costs;
    bool streams = model.streams(layer);
    bool wanted = !traced || layer == request.last;
    if (!streams)
      weights += model.weights(layer);
    distributed += model.distributedWeights(layer, region.size);
    int64_t edges = boundary.edges();
    int64_t longest = limit(layer), longestEnd = endLimit(layer);
    // What the way from the entries after this layer takes at least.
    const int64_t *toGo = nullptr;
    if (!traced) {
      size_t position = layer - request.first;
      if (position >= recorded.size())
        return;
      toGo = recorded[position].toGo.data();
    }
    LayerContext inner, end;
    end.last = true;
    end.leaving = boundary.leaving();
    in.resize(count);
    out.resize(count);
    auto setLocal = [&](int64_t heldBefore, int64_t heldAfter) {
      inner.heldBefore = end.heldBefore = heldBefore;
      inner.heldAfter = end.heldAfter = heldAfter;
      for (int64_t p = 0; p < count; ++p) {
        in[p] = model.layerCost(layerCosts.terms[p], region, inner);
        if (wanted)
          out[p] = model.layerCost(layerCosts.terms[p], region, end);
      }
    };
    int64_t most = layerCosts.largestInside + 2 * layerCosts.largestOutside +
                   step.mostHeld + layerCosts.largestOutput;
    bool roomy = most <= region.room;
    if (roomy)
      setLocal(0, 0);

    std::vector<Labels> next(step.numKept * width);
    bool any = false;
    Labels ends;
    int64_t lastBefore = -1, lastAfter = -1;
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (table[entry].empty())
        continue;
      step.digits(entry, digits);
      if (!roomy) {
        auto [heldBefore, heldAfter] =
            step.heldBytes(model.getNetwork(), digits);
        if (heldBefore != lastBefore || heldAfter != lastAfter) {
          lastBefore = heldBefore;
          lastAfter = heldAfter;
          setLocal(heldBefore, heldAfter);
        }
      }
      int64_t kept = step.kept(digits);
      cycles.assign(count, 0);
      energy.assign(count, 0);
      for (auto [position, matrix] : step.edges)
        for (int64_t p = 0; p < count; ++p) {
          cycles[p] += matrix->cycles[digits[position] * count + p];
          if (criteria.energy)
            energy[p] += matrix->energy[digits[position] * count + p];
        }
      work += 4 * static_cast<int64_t>(table[entry].size()) * count;
      for (int64_t p = 0; p < count; ++p) {
        const Tiling &tiling = *layerCosts.tilings[p];
        auto extend = [&](const Label &label, const LayerCost &cost) {
          Label extended = label;
          extended.time =
              std::min(kUnbounded, label.time + cycles[p] + cost.cycles);
          if (replicated && !streams) {
            extended.bytes += tiling.weightTile;
            if (criteria.delivered)
              extended.delivered += tiling.weightTotal;
          }
          if (criteria.energy)
            extended.energy += (energy[p] + cost.energyMac + cost.energySram +
                                cost.energyNop) *
                               beats;
          return extended;
        };
        for (const Label &label : table[entry]) {
          if (wanted && out[p].cycles < kUnbounded) {
            Label final = extend(label, out[p]);
            int64_t resident = replicated ? final.bytes : distributed;
            if (resident + edges <= budget && final.time <= longestEnd) {
              if (traced) {
                final.node = static_cast<int32_t>(nodes.size());
                nodes.push_back({label.node, layerCosts.states[p]});
              }
              insert(ends, final);
            }
          }
          if (in[p].cycles >= kUnbounded)
            continue;
          Label extended = extend(label, in[p]);
          int64_t entryAfter = kept * width + (step.isLive ? p : 0);
          if (extended.bytes > budget || extended.time > longest ||
              (target && (extended.energy > target->energy ||
                          extended.delivered > target->delivered)) ||
              (toGo && extended.time + toGo[entryAfter] > 0))
            continue;
          if (traced) {
            extended.node = static_cast<int32_t>(nodes.size());
            nodes.push_back({label.node, layerCosts.states[p]});
          }
          any |= insert(next[entryAfter], extended);
        }
      }
    }
    for (const Label &label : ends) {
      Option option;
      option.stage = label.time;
      option.share = replicated ? label.bytes : distributed;
      // The load takes the DRAM at least as long as the weights of this
      // cluster do; a smaller share never shows.
      if (divideUp(option.share, model.getPackage().port) <=
          model.dramCycles(weights))
        option.share = 0;
      if (criteria.delivered)
        option.delivered = replicated ? label.delivered : weights;
      option.energy = label.energy;
      option.region = request.region;
      option.mode = request.mode;
      option.level = static_cast<int32_t>(level);
      // Where the room does not matter, take the smallest level that will do.
      if (anyLevel)
        for (int64_t lower : llvm::reverse(kLevels))
          if ((replicated ? label.bytes : distributed) + edges <=
              model.budget(region.kinds, lower))
            option.level = static_cast<int32_t>(lower);
      if (!traced) {
        emit(layer, option);
      } else if (option.dominates(*target)) {
        traced->assign(layer - request.first + 1, {});
        int32_t node = label.node;
        for (int32_t at = layer; at >= request.first; --at) {
          (*traced)[at - request.first] =
              states.tiling(classes.classOf(at), nodes[node].state).factors;
          node = nodes[node].parent;
        }
        return;
      }
    }
    if (!any)
      return;
    table = std::move(next);
  }
}

//===----------------------------------------------------------------------===//
// Whether replicated weights fit
//===----------------------------------------------------------------------===//

bool ClusterSweep::fitsAt(const Request &request, int64_t level,
                          std::vector<bool> &replicable, bool &roomy) {
  int64_t budget = model.budget(region.kinds, level);
  region.room = model.room(region.kinds, level);
  std::vector<int64_t> table = {0}, next;
  Step step;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           region.solo);
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
  setRegion(request.region, WeightMode::Replicated, request.solo);
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

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

bool ClusterSweep::run(const Request &request, Limit limit, Limit endLimit,
                       Emit emit) {
  setRegion(request.region, request.mode, request.solo);
  bool complete = true;
  if (request.mode == WeightMode::Replicated || criteria.energy) {
    // Times without regard to bytes, at the level that leaves most room, are
    // bounds: often no cluster is worth a look.
    Request part = request;
    part.last = request.first - 1;
    size_t length = request.last - request.first + 1;
    std::vector<int64_t> lowest(length, kLevels[0]), bound(length, kUnbounded);
    runScalar(
        request, kLevels[0], lowest, limit, endLimit,
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
    findToGo(part, shorter);
    for (size_t number = 0; number < std::size(kLevels); ++number) {
      int64_t level = kLevels[number];
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
                           region.solo);
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

std::vector<Partition> ClusterSweep::trace(const Request &request,
                                           const Option &option) {
  setRegion(request.region, request.mode, request.solo);
  std::vector<Partition> traced;
  bool complete = true;
  // The limit is tight here; with all labels the one looked for is among them.
  bool saved = std::exchange(fewLabels, false);
  runLabels(
      request, option.level, [&](int32_t) { return option.stage; },
      [&](int32_t) { return option.stage; }, [](int32_t, const Option &) {},
      /*anyLevel=*/false, &option, &traced, complete);
  fewLabels = saved;
  return traced;
}
