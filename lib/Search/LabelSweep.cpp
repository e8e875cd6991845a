//===- LabelSweep.cpp - Sweeps over times, bytes and energies -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterSweep.h"

#include "SweepStep.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <utility>

using namespace scope::search;

void ClusterSweep::insert(LabelFront &front,
                          llvm::ArrayRef<ClusterLabel> added) {
  if (!criteria.delivered && !criteria.energy)
    return front.mergeByTime(added, merged);
  for (const ClusterLabel &label : added) {
    work += static_cast<int64_t>(front.get().size()) / 4;
    leftOut |= front.insertByAll(label, fewLabels);
  }
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
  std::vector<LabelFront> table = {LabelFront(ClusterLabel())};
  Step step;
  ClusterBoundary boundary(model, request.first, region.size, states.getCalls(),
                           edgeMode);
  llvm::SmallVector<int64_t, 4> digits;
  std::vector<LayerCost> in, out;
  std::vector<int64_t> cycles, energy;
  std::vector<ClusterLabel> added;
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
    end.only = layer == request.first;
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

    std::vector<LabelFront> next(step.numKept * width);
    bool any = false;
    LabelFront ends;
    int64_t lastBefore = -1, lastAfter = -1;
    for (int64_t entry = 0; entry < step.numBefore; ++entry) {
      if (table[entry].empty())
        continue;
      if (isCutOff()) {
        complete = false;
        return;
      }
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
      if (narrowed.empty())
        for (auto [position, matrix] : step.edges)
          for (int64_t p = 0; p < count; ++p) {
            cycles[p] += matrix->cycles[digits[position] * count + p];
            if (criteria.energy)
              energy[p] += matrix->energy[digits[position] * count + p];
          }
      int64_t soonest = kUnbounded;
      llvm::ArrayRef<ClusterLabel> labels = table[entry].get();
      for (const ClusterLabel &label : labels)
        soonest = std::min(soonest, label.time);
      work += 4 * static_cast<int64_t>(labels.size()) * count;
      for (int64_t p = 0; p < count; ++p) {
        const Tiling &tiling = *layerCosts.tilings[p];
        if (!narrowed.empty()) {
          // Transfers are computed only where the way may be of use.
          auto useful = [&] {
            int64_t time = soonest + cycles[p];
            return time + in[p].cycles + layerCosts.toGo[p] <= 0 ||
                   (wanted && time + out[p].cycles <= longestEnd);
          };
          for (auto [position, matrix] : step.edges)
            if (useful())
              cycles[p] += moved(*matrix, digits[position], p);
          if (!useful())
            continue;
        }
        auto extend = [&](const ClusterLabel &label, const LayerCost &cost) {
          ClusterLabel extended = label;
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
        auto append = [&](const ClusterLabel &label, ClusterLabel extended) {
          if (traced) {
            extended.node = static_cast<int32_t>(nodes.size());
            nodes.push_back({label.node, layerCosts.states[p]});
          }
          added.push_back(extended);
        };
        if (wanted && out[p].cycles < kUnbounded) {
          added.clear();
          for (const ClusterLabel &label : labels) {
            ClusterLabel extended = extend(label, out[p]);
            int64_t resident = replicated ? extended.bytes : distributed;
            if (resident + edges <= budget && extended.time <= longestEnd)
              append(label, extended);
          }
          insert(ends, added);
        }
        if (in[p].cycles >= kUnbounded)
          continue;
        int64_t entryAfter = kept * width + (step.isLive ? p : 0);
        int64_t latest = toGo ? std::min(longest, -toGo[entryAfter]) : longest;
        added.clear();
        for (const ClusterLabel &label : labels) {
          ClusterLabel extended = extend(label, in[p]);
          if (extended.bytes <= budget && extended.time <= latest &&
              !(target && (extended.energy > target->energy ||
                           extended.delivered > target->delivered)))
            append(label, extended);
        }
        insert(next[entryAfter], added);
        any |= !added.empty();
      }
    }
    for (const ClusterLabel &label : ends.get()) {
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
      option.ahead = edgeMode == Edges::Ahead;
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

std::vector<Partition> ClusterSweep::trace(const Request &request,
                                           const Option &option) {
  setRegion(request, request.mode);
  std::vector<Partition> traced;
  bool complete = true;
  Request part = request;
  auto limit = [&](int32_t) { return option.stage; };
  auto endLimit = [&](int32_t last) {
    return last == request.last ? option.stage : -1;
  };
  // Narrow sweeps know nothing of energies.
  if (!criteria.energy && !narrow(part, option.level, limit, endLimit))
    return traced;
  // The limit is tight here; with all labels the one looked for is among them.
  bool saved = std::exchange(fewLabels, false);
  runLabels(
      request, option.level, [&](int32_t) { return option.stage; },
      [&](int32_t) { return option.stage; }, [](int32_t, const Option &) {},
      /*anyLevel=*/false, &option, &traced, complete);
  fewLabels = saved;
  widen();
  return traced;
}
