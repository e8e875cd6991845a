//===- StateTable.cpp - Partitions of all layers for one beat ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StateTable.h"

#include "scope/Search/Partitions.h"

#include <algorithm>
#include <numeric>
#include <tuple>

using namespace scope::search;

StateTable::StateTable(const CostModel &model, const LayerClasses &classes,
                       const Candidates &candidates, int64_t calls)
    : model(model), classes(classes),
      statesPerRegion(candidates.statesPerRegion), calls(calls),
      table(classes.numClasses()), chosen(classes.numClasses()),
      transfers(classes.numEdgeClasses()) {
  for (int32_t c = 0; c < classes.numClasses(); ++c) {
    int32_t layer = classes.exampleOf(c);
    for (const Partition &factors : enumeratePartitions(
             model.getProblem(), layer, calls, model.numChiplets()))
      table[c].push_back(model.makeTiling(layer, factors, calls));
    std::sort(table[c].begin(), table[c].end(),
              [](const Tiling &a, const Tiling &b) {
                return std::tie(a.used, a.factors) <
                       std::tie(b.used, b.factors);
              });
    chosen[c].resize(model.numChiplets() + 1);
    if (statesPerRegion > 0)
      keepSelected(c, candidates.sizes);
  }
}

void StateTable::keepSelected(int32_t layerClass,
                              llvm::ArrayRef<int32_t> sizes) {
  std::vector<std::vector<int32_t>> &lists = chosen[layerClass];
  std::vector<bool> keep(table[layerClass].size());
  for (int32_t size : sizes) {
    selectStates(layerClass, size, lists[size]);
    for (int32_t state : lists[size])
      keep[state] = true;
  }
  std::vector<int32_t> renumbered(keep.size(), -1);
  std::vector<Tiling> kept;
  for (size_t state = 0; state < keep.size(); ++state)
    if (keep[state]) {
      renumbered[state] = static_cast<int32_t>(kept.size());
      kept.push_back(std::move(table[layerClass][state]));
    }
  for (int32_t size : sizes)
    for (int32_t &state : lists[size])
      state = renumbered[state];
  table[layerClass] = std::move(kept);
}

llvm::ArrayRef<int32_t> StateTable::candidates(int32_t layerClass,
                                               int32_t size) {
  std::vector<int32_t> &selected = chosen[layerClass][size];
  if (selected.empty() && statesPerRegion == 0)
    selectStates(layerClass, size, selected);
  return selected;
}

/// Which kind of split dominates a tiling: the batch, the rows and columns, the
/// channels, or the rest.
static int mainSplit(const Layer &layer, const Tiling &tiling) {
  int best = 0;
  int32_t most = 1;
  for (unsigned d = 0; d < tiling.factors.size(); ++d) {
    if (tiling.factors[d] <= most)
      continue;
    most = tiling.factors[d];
    best = 1 + static_cast<int>(layer.dims[d].role);
  }
  return best;
}

void StateTable::selectStates(int32_t layerClass, int32_t size,
                              std::vector<int32_t> &selected) const {
  const std::vector<Tiling> &all = table[layerClass];
  int32_t count = 0;
  while (count < static_cast<int32_t>(all.size()) && all[count].used <= size)
    ++count;
  selected.resize(count);
  std::iota(selected.begin(), selected.end(), 0);
  if (statesPerRegion == 0 || count <= statesPerRegion)
    return;

  // A rough price: compute, what must come in at the least, and the weights if
  // they have to be gathered. Half of the states are the cheapest ones; the
  // others are the cheapest of every kind of split, so that neighbours find a
  // partner that suits them.
  const Layer &layer =
      model.getNetwork().layers[classes.exampleOf(layerClass)];
  KindMask kinds = model.allKinds();
  auto price = [&](int32_t state) {
    const Tiling &tiling = all[state];
    int64_t weights =
        model.weightTransfer(tiling, WeightMode::Distributed, size).cycles;
    int64_t incoming = 0;
    for (auto [operand, touched] :
         llvm::zip_equal(layer.operands, tiling.operands))
      if (operand.kind != OperandKind::Weight)
        incoming += touched.largest;
    return std::max(model.compute(tiling, kinds), weights) +
           divideUp(incoming, model.getPackage().port);
  };
  std::vector<std::pair<int64_t, int32_t>> ranked;
  for (int32_t state = 0; state < count; ++state)
    ranked.push_back({price(state), state});
  std::sort(ranked.begin(), ranked.end());
  std::vector<int32_t> picked;
  std::vector<int> splitSeen(8, 0);
  int32_t perSplit = std::max(1, statesPerRegion / 8);
  for (auto [cost, state] : ranked)
    if (static_cast<int32_t>(picked.size()) < statesPerRegion / 2 ||
        splitSeen[mainSplit(layer, all[state])] < perSplit) {
      picked.push_back(state);
      ++splitSeen[mainSplit(layer, all[state])];
    }
  // Data parallelism belongs to every space, so its states stay in.
  for (int32_t state = count; state-- > 0;)
    if (all[state].factors[0] == all[state].used) {
      picked.push_back(state);
      break;
    }
  std::sort(picked.begin(), picked.end());
  picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
  selected = std::move(picked);
}

const StateTable::InternalCost &StateTable::internal(int32_t edgeClass,
                                                     int32_t consumerState,
                                                     int32_t producerState) {
  const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
  const std::vector<Tiling> &to = table[classes.classOf(consumer)];
  const std::vector<Tiling> &from = table[classes.classOf(edge.producer)];
  std::vector<InternalCost> &costs = transfers[edgeClass];
  if (costs.empty())
    costs.resize(to.size() * from.size());
  InternalCost &cost = costs[consumerState * from.size() + producerState];
  if (cost.cycles < 0) {
    // Tilings are made for the first layer of their class; the operand has to
    // be looked up in the layers of this edge.
    Tiling reader = to[consumerState], maker = from[producerState];
    reader.layer = consumer;
    maker.layer = edge.producer;
    Transfer transfer = model.internalTransfer(reader, edge.operand, maker);
    cost.cycles = transfer.cycles;
    cost.energy = transfer.energySram + transfer.energyNop;
  }
  return cost;
}

void StateTable::forgetTransfers() {
  transfers.assign(classes.numEdgeClasses(), {});
}
