//===- SegmentBuilder.cpp - Programs of one segment -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentBuilder.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
using namespace scope::programs;

SegmentBuilder::LayerState SegmentBuilder::makeState(const Cluster &cluster,
                                                     int32_t layer) const {
  LayerState state;
  state.layer = layer;
  state.tiles = &layers[layer];
  state.tiling =
      model.makeTiling(layer, placed.plan->partitions[layer], plan.beatCalls);
  state.overlaps = cluster.costs[layer - cluster.plan->firstLayer].overlapped;
  return state;
}

std::string SegmentBuilder::addLayer(size_t index, int32_t layer) {
  Cluster &cluster = clusters[index];
  LayerState state = makeState(cluster, layer);
  if (std::string wrong = placeInputs(cluster, state); !wrong.empty())
    return wrong;
  if (std::string wrong = loadWeights(cluster, state); !wrong.empty())
    return wrong;
  receiveArriving(cluster, state);
  fetchInputs(cluster, state);
  if (std::string wrong = placeOutputs(cluster, state); !wrong.empty())
    return wrong;
  if (std::string wrong = compute(cluster, state); !wrong.empty())
    return wrong;
  sendResults(index, state);
  return "";
}

/// Gives back the memory that a list that is complete does not use: programs of
/// large packages are most of what a run takes. Without exceptions the standard
/// library's `shrink_to_fit` does nothing.
static void release(std::vector<Op> &ops) {
  ops = std::vector<Op>(std::make_move_iterator(ops.begin()),
                        std::make_move_iterator(ops.end()));
}

std::string SegmentBuilder::build(SegmentProgram &made) {
  partAt.resize(program.layouts.size());
  tensorOf.assign(model.getNetwork().values.size(), -1);
  for (auto [index, tensor] : llvm::enumerate(program.tensors))
    if (!tensor.isConstant())
      tensorOf[tensor.value] = static_cast<int32_t>(index);
  for (auto [index, cluster] : llvm::enumerate(plan.clusters)) {
    Cluster &open = clusters.emplace_back();
    open.plan = &cluster;
    open.region = placed.regions[segment][index];
    open.buffers = placed.buffers[segment][index];
    open.costs = placed.cost->segments[segment].clusters[index].layers;
    open.programs.resize(open.size());
    for (auto [position, at] : llvm::enumerate(open.region))
      open.programs[position].chiplet = at.row * program.cols + at.col;
  }
  for (size_t index = 0; index < clusters.size(); ++index)
    for (int32_t layer = plan.clusters[index].firstLayer;
         layer <= plan.clusters[index].lastLayer; ++layer)
      if (std::string wrong = addLayer(index, layer); !wrong.empty())
        return wrong;
  for (Cluster &cluster : clusters)
    for (ChipletProgram &chiplet : cluster.programs) {
      if (chiplet.load.empty() && chiplet.body.empty())
        continue;
      release(chiplet.load);
      release(chiplet.body);
      made.chiplets.push_back(std::move(chiplet));
    }
  llvm::sort(made.chiplets,
             [](const ChipletProgram &a, const ChipletProgram &b) {
               return a.chiplet < b.chiplet;
             });
  return "";
}
