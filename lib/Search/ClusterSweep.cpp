//===- ClusterSweep.cpp - Best partitions inside a cluster ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterSweep.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <tuple>
#include <utility>

using namespace scope::search;

/// Largest number of entries of a table of live partitions.
static constexpr int64_t kMostEntries = int64_t(1) << 20;

Criteria scope::search::criteriaFor(const CostModel &model) {
  Criteria criteria;
  Objective objective = model.getConfig().objective;
  criteria.energy =
      objective == Objective::Energy || objective == Objective::EDP;
  criteria.delivered = criteria.energy || !model.getPackage().multicast;
  return criteria;
}

ClusterSweep::ClusterSweep(const CostModel &model, const LayerClasses &classes,
                           StateTable &states)
    : model(model), classes(classes), states(states),
      criteria(criteriaFor(model)), fewLabels(states.isRestricted()) {
  region.size = 0;
}

void ClusterSweep::setRegion(const RegionType &type, WeightMode mode,
                             bool solo) {
  bool sameTerms = region.size == type.size && region.kinds == type.kinds &&
                   region.mode == mode;
  if (!sameTerms)
    costs.clear();
  if (region.size != type.size)
    matrices.clear();
  region.size = type.size;
  region.kinds = type.kinds;
  region.mode = mode;
  region.solo = solo;
}

const ClusterSweep::LayerCosts &ClusterSweep::costsOf(int32_t layer,
                                                      int32_t first) {
  uint32_t external = model.externalOperands(layer, first);
  int32_t layerClass = classes.classOf(layer);
  auto [entry, isNew] = costs.try_emplace({layerClass, external});
  LayerCosts &result = entry->second;
  if (!isNew)
    return result;
  llvm::ArrayRef<Tiling> tilings = states.states(layerClass);
  for (int32_t state : states.candidates(layerClass, region.size)) {
    LayerTerms terms = model.layerTerms(tilings[state], region, external);
    result.cycles.push_back(
        std::max(terms.compute, terms.weights + terms.external));
    result.largestInside = std::max(result.largestInside, terms.inside);
    result.largestOutside = std::max(result.largestOutside, terms.outside);
    result.largestOutput = std::max(result.largestOutput, terms.output);
    result.terms.push_back(terms);
  }
  return result;
}

const std::vector<StateTable::InternalCost> &
ClusterSweep::matrixOf(int32_t consumer, const Edge &edge) {
  auto [entry, isNew] = matrices.try_emplace(edge.edgeClass);
  std::vector<StateTable::InternalCost> &matrix = entry->second;
  if (!isNew)
    return matrix;
  llvm::ArrayRef<int32_t> from =
      states.candidates(classes.classOf(edge.producer), region.size);
  llvm::ArrayRef<int32_t> to =
      states.candidates(classes.classOf(consumer), region.size);
  matrix.reserve(from.size() * to.size());
  for (int32_t producerState : from)
    for (int32_t consumerState : to)
      matrix.push_back(
          states.internal(edge.edgeClass, consumerState, producerState));
  return matrix;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

/// Bytes of the outputs of a tiling that layer `layer` or a later one reads,
/// and of those that a later one reads.
static std::pair<int64_t, int64_t>
heldBytes(const Network &network, const Tiling &tiling, int32_t producer,
          int32_t layer) {
  int64_t before = 0, after = 0;
  for (auto [output, bytes] : llvm::zip_equal(network.layers[producer].outputs,
                                              tiling.outputs)) {
    const Value &value = network.values[output.value];
    int32_t lastReader =
        value.consumers.empty() ? -1 : value.consumers.back();
    before += lastReader >= layer ? bytes : 0;
    after += lastReader > layer ? bytes : 0;
  }
  return {before, after};
}

struct ClusterSweep::Step {
  int32_t layer = 0;
  /// Live layers before and after the step, ascending, and their numbers of
  /// candidate states. The layer itself comes last in `after` if it is live.
  llvm::SmallVector<int32_t, 4> before, after;
  llvm::SmallVector<int64_t, 4> beforeSizes;
  int64_t numBefore = 1;
  /// Entries over the live layers that survive, without the layer itself.
  int64_t numKept = 1;
  bool isLive = false;
  int64_t numStates = 0;
  const LayerCosts *costs = nullptr;
  /// Edges from inside the cluster: position of the producer in `before`, and
  /// the matrix.
  llvm::SmallVector<
      std::pair<unsigned, const std::vector<StateTable::InternalCost> *>, 2>
      edges;
  /// Held bytes by position in `before` and candidate state.
  llvm::SmallVector<std::vector<std::pair<int64_t, int64_t>>, 4> held;
  int64_t mostHeldBefore = 0, mostHeldAfter = 0;

  /// The digits of entry `index` over the layers before the step.
  void digits(int64_t index, llvm::SmallVectorImpl<int64_t> &result) const {
    result.resize(before.size());
    for (size_t d = before.size(); d-- > 0;) {
      result[d] = index % beforeSizes[d];
      index /= beforeSizes[d];
    }
  }
  /// The entry over the surviving layers for the digits before the step.
  int64_t kept(llvm::ArrayRef<int64_t> digits) const {
    int64_t index = 0;
    size_t next = 0;
    for (size_t d = 0; d < before.size(); ++d)
      if (next < after.size() && after[next] == before[d]) {
        index = index * beforeSizes[d] + digits[d];
        ++next;
      }
    return index;
  }
};

bool ClusterSweep::makeStep(int32_t layer, int32_t first, Step &step) {
  const Network &network = model.getNetwork();
  Step next;
  next.layer = layer;
  next.before = step.after;
  for (int32_t live : next.before) {
    int32_t layerClass = classes.classOf(live);
    llvm::ArrayRef<int32_t> candidates =
        states.candidates(layerClass, region.size);
    int64_t size = static_cast<int64_t>(candidates.size());
    next.beforeSizes.push_back(size);
    next.numBefore *= size;
    std::vector<std::pair<int64_t, int64_t>> held;
    int64_t mostBefore = 0, mostAfter = 0;
    for (int32_t state : candidates) {
      held.push_back(heldBytes(network, states.states(layerClass)[state], live,
                               layer));
      mostBefore = std::max(mostBefore, held.back().first);
      mostAfter = std::max(mostAfter, held.back().second);
    }
    next.held.push_back(std::move(held));
    next.mostHeldBefore += mostBefore;
    next.mostHeldAfter += mostAfter;
    if (classes.lastReader(live) > layer) {
      next.after.push_back(live);
      next.numKept *= size;
    }
  }
  next.isLive = classes.lastReader(layer) > layer;
  if (next.isLive)
    next.after.push_back(layer);
  next.costs = &costsOf(layer, first);
  next.numStates = static_cast<int64_t>(next.costs->terms.size());
  for (const Edge &edge : classes.edgesOf(layer)) {
    if (edge.producer < first)
      continue;
    unsigned position =
        llvm::find(next.before, edge.producer) - next.before.begin();
    next.edges.push_back({position, &matrixOf(layer, edge)});
  }
  step = std::move(next);
  return step.numKept * step.numStates <= kMostEntries;
}

//===----------------------------------------------------------------------===//
// Sweeps over times alone
//===----------------------------------------------------------------------===//

/// best[p] = min(best[p], base + sum of the rows at p).
static void relax(int64_t *best, int64_t base,
                  llvm::ArrayRef<const StateTable::InternalCost *> rows,
                  const int64_t *extra, int64_t count) {
  for (int64_t p = 0; p < count; ++p) {
    int64_t time = base + (extra ? extra[p] : 0);
    for (const StateTable::InternalCost *row : rows)
      time += row[p].cycles;
    best[p] = std::min(best[p], time);
  }
}

void ClusterSweep::runScalar(const Request &request, int64_t level,
                             const std::vector<int64_t> &levelOf, Limit limit,
                             Emit emit, bool &complete) {
  region.room = model.room(region.kinds, level);
  int64_t leastRoom = model.room(region.kinds, std::rbegin(kLevels)[0]);
  roomyAtAllLevels = true;
  std::vector<int64_t> table = {0};
  Step step;
  std::vector<int64_t> inside, local, localEnd;
  llvm::SmallVector<int64_t, 4> digits;
  llvm::SmallVector<const StateTable::InternalCost *, 2> rows;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    if (!makeStep(layer, request.first, step)) {
      complete = false;
      return;
    }
    int64_t count = step.numStates;
    const LayerCosts &layerCosts = *step.costs;
    LayerContext end;
    end.last = true;
    end.leaving =
        model.leavingBytes(request.first, layer) * states.getCalls();
    bool wanted = levelOf[layer - request.first] == level;
    int64_t bestEnd = kUnbounded;
    inside.assign(step.numKept * count, kUnbounded);
    work += step.numBefore * count;

    // Where everything fits twice however the live layers are split, local
    // costs do not depend on them.
    int64_t most = layerCosts.largestInside + 2 * layerCosts.largestOutside +
                   std::max(step.mostHeldBefore,
                            step.mostHeldAfter + layerCosts.largestOutput);
    bool roomy = most <= region.room;
    roomyAtAllLevels &= most <= leastRoom;
    local.resize(count);
    localEnd.resize(count);
    auto setLocal = [&](LayerContext context) {
      for (int64_t p = 0; p < count; ++p)
        local[p] =
            model.layerCost(layerCosts.terms[p], region, context).cycles;
    };
    auto setLocalEnd = [&](int64_t heldBefore, int64_t heldAfter) {
      end.heldBefore = heldBefore;
      end.heldAfter = heldAfter;
      for (int64_t p = 0; p < count; ++p)
        localEnd[p] =
            model.layerCost(layerCosts.terms[p], region, end).cycles;
    };

    if (roomy && wanted)
      setLocalEnd(0, 0);
    int64_t lastBefore = -1, lastAfter = -1;
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (table[entry] >= kUnbounded)
        continue;
      step.digits(entry, digits);
      rows.clear();
      for (auto [position, matrix] : step.edges)
        rows.push_back(matrix->data() + digits[position] * count);
      int64_t *best = inside.data() + step.kept(digits) * count;
      if (roomy) {
        relax(best, table[entry], rows, nullptr, count);
        continue;
      }
      int64_t heldBefore = 0, heldAfter = 0;
      for (size_t d = 0; d < digits.size(); ++d) {
        heldBefore += step.held[d][digits[d]].first;
        heldAfter += step.held[d][digits[d]].second;
      }
      if (heldBefore != lastBefore || heldAfter != lastAfter) {
        LayerContext context;
        context.heldBefore = lastBefore = heldBefore;
        context.heldAfter = lastAfter = heldAfter;
        setLocal(context);
        if (wanted)
          setLocalEnd(heldBefore, heldAfter);
      }
      relax(best, table[entry], rows, local.data(), count);
      for (int64_t p = 0; wanted && p < count; ++p) {
        int64_t time = table[entry] + localEnd[p];
        for (const StateTable::InternalCost *row : rows)
          time += row[p].cycles;
        bestEnd = std::min(bestEnd, time);
      }
    }
    if (roomy)
      for (int64_t kept = 0; kept < step.numKept; ++kept)
        for (int64_t p = 0; p < count; ++p) {
          int64_t &time = inside[kept * count + p];
          if (wanted)
            bestEnd = std::min(bestEnd, time + localEnd[p]);
          time += layerCosts.cycles[p];
        }

    if (wanted && bestEnd <= limit(layer)) {
      Option option;
      option.stage = bestEnd;
      option.region = request.region;
      option.mode = request.mode;
      option.level = static_cast<int32_t>(level);
      emit(layer, option);
    }

    // Keep what can still be part of a cluster within the limit.
    int64_t longest = limit(layer), least = kUnbounded;
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
    if (least >= kUnbounded)
      return;
  }
}

//===----------------------------------------------------------------------===//
// Sweeps over labels
//===----------------------------------------------------------------------===//

bool ClusterSweep::insert(Labels &labels, const Label &label) const {
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

void ClusterSweep::runLabels(const Request &request, int64_t level,
                             Limit limit, Emit emit, Feasible feasible,
                             bool anyLevel, const Option *target,
                             std::vector<Partition> *traced, bool &complete) {
  bool replicated = request.mode == WeightMode::Replicated;
  int64_t budget = model.budget(region.kinds, level);
  int64_t calls = states.getCalls();
  int64_t beats = model.getProblem().calls() / calls;
  region.room = model.room(region.kinds, level);
  nodes.clear();
  std::vector<Labels> table = {{Label()}};
  Step step;
  llvm::SmallVector<int64_t, 4> digits;
  int64_t weights = 0, distributed = 0;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    if (!makeStep(layer, request.first, step)) {
      complete = false;
      return;
    }
    int64_t count = step.numStates;
    int64_t width = step.isLive ? count : 1;
    bool streams = model.streams(layer);
    bool wanted = !traced || layer == request.last;
    if (!streams)
      weights += model.weights(layer);
    distributed += model.distributedWeights(layer, region.size);
    int64_t edges = model.edgeBytes(request.first, layer, region.size, calls,
                                    region.solo);
    int64_t longest = limit(layer);
    LayerContext inner, end;
    end.last = true;
    end.leaving = model.leavingBytes(request.first, layer) * calls;
    llvm::ArrayRef<int32_t> candidates =
        states.candidates(classes.classOf(layer), region.size);
    llvm::ArrayRef<Tiling> tilings = states.states(classes.classOf(layer));

    std::vector<Labels> next(step.numKept * width);
    bool any = false, fits = false;
    Labels ends;
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (table[entry].empty())
        continue;
      step.digits(entry, digits);
      inner.heldBefore = inner.heldAfter = 0;
      for (size_t d = 0; d < digits.size(); ++d) {
        inner.heldBefore += step.held[d][digits[d]].first;
        inner.heldAfter += step.held[d][digits[d]].second;
      }
      end.heldBefore = inner.heldBefore;
      end.heldAfter = inner.heldAfter;
      int64_t kept = step.kept(digits);
      for (int64_t p = 0; p < count; ++p) {
        const LayerTerms &terms = step.costs->terms[p];
        const Tiling &tiling = tilings[candidates[p]];
        int64_t cycles = 0, energy = 0;
        for (auto [position, matrix] : step.edges) {
          const StateTable::InternalCost &cost =
              (*matrix)[digits[position] * count + p];
          cycles += cost.cycles;
          energy += cost.energy;
        }
        LayerCost in = model.layerCost(terms, region, inner);
        LayerCost out;
        if (wanted)
          out = model.layerCost(terms, region, end);
        auto extend = [&](const Label &label, const LayerCost &cost) {
          Label extended = label;
          extended.time = std::min(
              kUnbounded, label.time + cycles + cost.cycles);
          if (replicated && !streams) {
            extended.bytes += tiling.weightTile;
            if (criteria.delivered)
              extended.delivered += tiling.weightTotal;
          }
          if (criteria.energy)
            extended.energy += (energy + cost.energyMac + cost.energySram +
                                cost.energyNop) *
                               beats;
          return extended;
        };
        work += static_cast<int64_t>(table[entry].size());
        for (const Label &label : table[entry]) {
          if (wanted && out.cycles < kUnbounded) {
            Label final = extend(label, out);
            int64_t resident = replicated ? final.bytes : distributed;
            if (resident + edges <= budget) {
              fits = true;
              if (final.time <= longest) {
                if (traced) {
                  final.node = static_cast<int32_t>(nodes.size());
                  nodes.push_back({label.node, candidates[p]});
                }
                insert(ends, final);
              }
            }
          }
          if (in.cycles >= kUnbounded)
            continue;
          // Labels over the limit matter only where their bytes tell whether
          // the cluster is feasible at all.
          Label extended = extend(label, in);
          if (extended.bytes > budget)
            continue;
          if (extended.time > longest) {
            if (!feasible)
              continue;
            extended.time = kUnbounded;
            extended.energy = 0;
            extended.delivered = 0;
          }
          if (traced) {
            extended.node = static_cast<int32_t>(nodes.size());
            nodes.push_back({label.node, candidates[p]});
          }
          any |= insert(next[kept * width + (step.isLive ? p : 0)], extended);
        }
      }
    }
    if (fits && feasible)
      feasible(layer);
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
              states.states(classes.classOf(at))[nodes[node].state].factors;
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
// Requests
//===----------------------------------------------------------------------===//

bool ClusterSweep::run(const Request &request, Limit limit, Emit emit,
                       Feasible feasible) {
  setRegion(request.region, request.mode, request.solo);
  bool complete = true;
  if (request.mode == WeightMode::Replicated || criteria.energy) {
    // Times without regard to bytes, at the level that leaves most room, are
    // bounds: often no cluster is worth a look.
    Request part = request;
    part.last = request.first - 1;
    std::vector<int64_t> lowest(request.last - request.first + 1, kLevels[0]);
    runScalar(request, kLevels[0], lowest, limit,
              [&](int32_t last, const Option &) { part.last = last; },
              complete);
    if (feasible)
      part.last = request.last;
    if (part.last < request.first)
      return complete;
    if (roomyAtAllLevels && !feasible) {
      runLabels(part, std::rbegin(kLevels)[0], limit, emit, feasible,
                /*anyLevel=*/true, nullptr, nullptr, complete);
      return complete;
    }
    for (int64_t level : kLevels)
      runLabels(part, level, limit, emit, feasible, /*anyLevel=*/false,
                nullptr, nullptr, complete);
    return complete;
  }

  // Distributed weights take the same bytes however the layers are split, so
  // the smallest level that they fit leaves most room and is the best.
  std::vector<int64_t> levelOf;
  int64_t share = 0, weights = 0;
  std::vector<int64_t> shares, loads;
  uint32_t levelsUsed = 0;
  for (int32_t layer = request.first; layer <= request.last; ++layer) {
    share += model.distributedWeights(layer, region.size);
    if (!model.streams(layer))
      weights += model.weights(layer);
    int64_t resident =
        share + model.edgeBytes(request.first, layer, region.size,
                                states.getCalls(), region.solo);
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
    runScalar(part, level, levelOf, limit,
              [&](int32_t last, Option option) {
                option.share = shares[last - request.first];
                if (criteria.delivered)
                  option.delivered = loads[last - request.first];
                emit(last, option);
              },
              complete);
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
  runLabels(request, option.level,
            [&](int32_t) { return option.stage; },
            [](int32_t, const Option &) {}, nullptr, /*anyLevel=*/false,
            &option, &traced, complete);
  fewLabels = saved;
  return traced;
}
