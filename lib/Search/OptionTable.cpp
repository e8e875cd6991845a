//===- OptionTable.cpp - The options of all clusters ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptionTable.h"

#include <algorithm>
#include <tuple>

using namespace scope::search;

void OptionTable::insert(int32_t first, int32_t last, const Option &option) {
  std::vector<std::vector<Option>> &row = options[first];
  if (row.size() <= size_t(last - first))
    row.resize(last - first + 1);
  std::vector<Option> &cell = row[last - first];
  for (const Option &other : cell)
    if (beats(other, option))
      return;
  llvm::erase_if(cell,
                 [&](const Option &other) { return beats(option, other); });
  cell.push_back(option);
}

void OptionTable::prune(
    llvm::function_ref<bool(int32_t, int32_t, const Option &)> isHopeless) {
  for (int32_t first = 0; first < static_cast<int32_t>(options.size());
       ++first) {
    std::vector<std::vector<Option>> &row = options[first];
    for (size_t length = 0; length < row.size(); ++length) {
      int32_t last = first + static_cast<int32_t>(length);
      llvm::erase_if(row[length], [&](const Option &option) {
        return isHopeless(first, last, option);
      });
      std::stable_sort(row[length].begin(), row[length].end(),
                       [](const Option &a, const Option &b) {
                         return std::tie(a.region.size, a.stage) <
                                std::tie(b.region.size, b.stage);
                       });
    }
    while (!row.empty() && row.back().empty())
      row.pop_back();
  }
}

//===----------------------------------------------------------------------===//
// Target
//===----------------------------------------------------------------------===//

Target::Target(Objective objective, const std::optional<PlanCost> &incumbent)
    : objective(objective) {
  if (!incumbent)
    return;
  isSet = true;
  switch (objective) {
  case Objective::Throughput:
    mostCycles = incumbent->cycles - 1;
    break;
  case Objective::Latency:
    mostLatency = incumbent->latency - 1;
    break;
  case Objective::Energy:
    mostEnergy = incumbent->energy - 1;
    break;
  case Objective::EDP:
  case Objective::ED2P:
  case Objective::E2DP:
    mostProduct = objectiveValue(*incumbent, objective) - 1;
    break;
  }
}

bool Target::isMissed(int64_t cycles, int64_t latency, int64_t energy) const {
  if (!isSet)
    return false;
  if (isProduct(objective))
    return productValue(objective, energy, cycles) > mostProduct;
  return cycles > mostCycles || latency > mostLatency || energy > mostEnergy;
}

//===----------------------------------------------------------------------===//
// Costs to go
//===----------------------------------------------------------------------===//

CostToGo::CostToGo(const CostModel &model, const WorkBounds &bounds)
    : bounds(bounds), numLayers(model.getNetwork().numLayers()),
      clusters(numLayers) {
  for (int32_t layer = 0; layer <= numLayers; ++layer) {
    prefix.push_back({bounds.work(0, layer), bounds.latency(0, layer), 0});
    suffix.push_back(
        {bounds.work(layer, numLayers), bounds.latency(layer, numLayers), 0});
  }
  findInside();
}

void CostToGo::findInside() {
  insidePrefix.assign(numLayers + 1, 0);
  insideSuffix.assign(numLayers + 1, 0);
  for (int32_t layer = 1; layer <= numLayers; ++layer)
    insidePrefix[layer] =
        std::min(prefix[layer].area,
                 insidePrefix[layer - 1] + bounds.work(layer - 1, layer));
  for (int32_t layer = numLayers; layer-- > 0;)
    insideSuffix[layer] =
        std::min(suffix[layer].area,
                 insideSuffix[layer + 1] + bounds.work(layer, layer + 1));
}

void CostToGo::tighten(const Areas &areas) {
  for (int32_t layer = 0; layer <= numLayers; ++layer) {
    prefix[layer].area = std::max(prefix[layer].area, areas.before[layer]);
    suffix[layer].area = std::max(suffix[layer].area, areas.after[layer]);
  }
  findInside();
}

CostToGo::Areas CostToGo::areas() const {
  Areas areas;
  for (int32_t layer = 0; layer <= numLayers; ++layer) {
    areas.before.push_back(prefix[layer].area);
    areas.after.push_back(suffix[layer].area);
  }
  return areas;
}

void CostToGo::clear() { clusters.assign(numLayers, {}); }

void CostToGo::add(int32_t first, int32_t last, const Cost &least) {
  std::vector<Cost> &row = clusters[first];
  if (row.size() <= size_t(last - first))
    row.resize(last - first + 1, {kUnbounded, kUnbounded, kUnbounded});
  Cost &cost = row[last - first];
  cost.area = std::min(cost.area, least.area);
  cost.latency = std::min(cost.latency, least.latency);
  cost.energy = std::min(cost.energy, least.energy);
}

/// The least of `known` and `before` and `step` together.
static void take(CostToGo::Cost &known, const CostToGo::Cost &before,
                 const CostToGo::Cost &step) {
  known.area = std::min(known.area, before.area + step.area);
  known.latency = std::min(known.latency, before.latency + step.latency);
  known.energy = std::min(known.energy, before.energy + step.energy);
}

void CostToGo::finish() {
  constexpr Cost kNever = {kUnbounded, kUnbounded, kUnbounded};
  std::vector<Cost> newPrefix(numLayers + 1, kNever),
      newSuffix(numLayers + 1, kNever);
  newPrefix[0] = newSuffix[numLayers] = {};
  for (int32_t first = 0; first < numLayers; ++first)
    for (size_t length = 0; length < clusters[first].size(); ++length)
      take(newPrefix[first + length + 1], newPrefix[first],
           clusters[first][length]);
  for (int32_t first = numLayers; first-- > 0;)
    for (size_t length = 0; length < clusters[first].size(); ++length)
      take(newSuffix[first], newSuffix[first + length + 1],
           clusters[first][length]);
  // The bounds by work hold as well.
  for (int32_t layer = 0; layer <= numLayers; ++layer) {
    prefix[layer].area = std::max(prefix[layer].area, newPrefix[layer].area);
    prefix[layer].latency =
        std::max(prefix[layer].latency, newPrefix[layer].latency);
    prefix[layer].energy =
        std::max(prefix[layer].energy, newPrefix[layer].energy);
    suffix[layer].area = std::max(suffix[layer].area, newSuffix[layer].area);
    suffix[layer].latency =
        std::max(suffix[layer].latency, newSuffix[layer].latency);
    suffix[layer].energy =
        std::max(suffix[layer].energy, newSuffix[layer].energy);
  }
  findInside();
  clear();
}
