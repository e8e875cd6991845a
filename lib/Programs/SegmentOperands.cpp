//===- SegmentOperands.cpp - Operands and results of one segment ----------===//
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
using search::BufferRole;

std::string SegmentBuilder::placeOutputs(Cluster &cluster, LayerState &state) {
  for (auto [number, tensor] : llvm::enumerate(state.tiles->outputs)) {
    int32_t layout = tileLayout(cluster, state, tensor, /*isRead=*/false,
                                int32_t(number), 0);
    const search::Buffer *buffer =
        findBuffer(cluster, BufferRole::Output, state.layer, int32_t(number));
    if (!buffer && number > 0)
      buffer = findBuffer(cluster, BufferRole::Output, state.layer, 0);
    if (!buffer)
      return misfit(state, tensor, largestPart(layout), 0);
    state.outputInBands = buffer->copies > 1;
    if (!state.outputInBands && largestPart(layout) > buffer->bytes)
      return misfit(state, tensor, largestPart(layout), buffer->bytes);
    Holding &made = cluster.outputs[tensor];
    if (!state.outputInBands)
      made = hold(cluster, layout, *buffer, 0);
  }
  return "";
}

bool SegmentBuilder::isExternal(const Cluster &cluster, int32_t tensor) const {
  return !cluster.outputs.count(tensor);
}

int32_t SegmentBuilder::valueOf(int32_t tensor) const {
  return program.tensors[tensor].value;
}

bool SegmentBuilder::takesTiles(const Cluster &cluster) const {
  // A tile of the next beat has a place while the layer is at work: there is no
  // other layer, and there are two tiles. Without multicast the copies would
  // all leave their sender.
  return clusters.size() > 1 && model.getPackage().multicast &&
         cluster.plan->firstLayer == cluster.plan->lastLayer &&
         cluster.costs.front().overlapped;
}

void SegmentBuilder::sendToTiles(Cluster &cluster, int32_t layer,
                                 int32_t tensor, const Holding &source,
                                 Cluster &later, bool streams) {
  LayerState reader = makeState(later, later.plan->firstLayer);
  for (auto [number, input] : llvm::enumerate(reader.tiles->inputs))
    for (int32_t copy = 0; input.tensor == tensor; ++copy) {
      auto at = static_cast<int32_t>(number);
      int32_t layout =
          tileLayout(later, reader, tensor, /*isRead=*/true, at, copy);
      if (layout < 0)
        break;
      int32_t tag = send(cluster, layer, tensor, source, layout, streams);
      later.directArrivals[{at, copy}] = {tag, source.layout};
    }
}

void SegmentBuilder::receiveArriving(Cluster &cluster, LayerState &state) {
  if (takesTiles(cluster))
    return;
  for (const search::Buffer &buffer : cluster.buffers) {
    if (buffer.role != BufferRole::Arriving || buffer.layer != state.layer)
      continue;
    int32_t tensor = tensorOf[buffer.index];
    Holding &shares = sharesOf(cluster, tensor);
    auto arrival = cluster.arrivals.find(tensor);
    if (arrival == cluster.arrivals.end())
      load(cluster, state.layer, tensor, shares, /*streams=*/false,
           /*isResident=*/false);
    else
      receive(cluster, state.layer, tensor, arrival->second, /*own=*/{}, shares,
              /*streams=*/false);
  }
}

SegmentBuilder::Holding &SegmentBuilder::sharesOf(Cluster &cluster,
                                                  int32_t tensor) {
  Holding &holding = cluster.arriving[tensor];
  if (holding.layout >= 0)
    return holding;
  for (const search::Buffer &buffer : cluster.buffers)
    if (buffer.role == BufferRole::Arriving &&
        tensorOf[buffer.index] == tensor) {
      holding = hold(cluster, addShares(cluster, tensor), buffer, 0);
      break;
    }
  return holding;
}

void SegmentBuilder::fetchInputs(Cluster &cluster, LayerState &state) {
  for (auto [number, input] : llvm::enumerate(state.tiles->inputs)) {
    if (program.tensors[input.tensor].isConstant())
      continue;
    for (int32_t copy = 0;; ++copy) {
      auto held = state.inputs.find({int32_t(number), copy});
      if (held == state.inputs.end())
        break;
      auto made = cluster.outputs.find(input.tensor);
      auto arriving = cluster.arriving.find(input.tensor);
      auto direct = cluster.directArrivals.find({int32_t(number), copy});
      if (direct != cluster.directArrivals.end())
        receive(cluster, state.layer, input.tensor, direct->second, /*own=*/{},
                held->second, state.overlaps);
      else if (made != cluster.outputs.end())
        exchange(cluster, state.layer, input.tensor, made->second, held->second,
                 /*streams=*/false);
      else if (arriving != cluster.arriving.end())
        exchange(cluster, state.layer, input.tensor, arriving->second,
                 held->second, state.overlaps);
      else
        load(cluster, state.layer, input.tensor, held->second, state.overlaps,
             /*isResident=*/false);
    }
  }
}

SegmentBuilder::Holding
SegmentBuilder::keepWaiting(Cluster &cluster, const LayerState &state,
                            int32_t tensor, const search::Buffer &waiting) {
  const Holding &made = cluster.outputs.find(tensor)->second;
  int64_t room = waiting.bytes / waiting.copies;
  int32_t layout = largestPart(made.layout) <= room
                       ? made.layout
                       : addShares(cluster, tensor);
  Holding ring = hold(cluster, layout, waiting, 0);
  // Band by band, so that the next beat of the computation does not wait until
  // all of this one is in the ring.
  exchange(cluster, state.layer, tensor, made, ring, state.overlaps);
  return ring;
}

void SegmentBuilder::sendResults(size_t index, LayerState &state) {
  Cluster &cluster = clusters[index];
  for (int32_t tensor : state.tiles->outputs) {
    const Holding &made = cluster.outputs.find(tensor)->second;
    int32_t value = valueOf(tensor);
    const search::Buffer *waiting =
        findBuffer(cluster, BufferRole::Waiting, state.layer, value);
    Holding ring;
    auto readBy = [&](const Cluster &later) {
      const search::Network &network = model.getNetwork();
      return llvm::any_of(network.values[value].consumers, [&](int32_t reader) {
        return reader >= later.plan->firstLayer &&
               reader <= later.plan->lastLayer;
      });
    };
    for (size_t later = index + 1; later < clusters.size(); ++later) {
      Cluster &reader = clusters[later];
      if (!readBy(reader))
        continue;
      const Holding *source = &made;
      if (waiting && later > index + 1) {
        if (ring.layout < 0)
          ring = keepWaiting(cluster, state, tensor, *waiting);
        source = &ring;
      }
      bool streams = state.overlaps && source == &made;
      if (takesTiles(reader)) {
        sendToTiles(cluster, state.layer, tensor, *source, reader, streams);
        continue;
      }
      Holding &shares = sharesOf(reader, tensor);
      if (shares.layout < 0)
        continue;
      int32_t tag =
          send(cluster, state.layer, tensor, *source, shares.layout, streams);
      reader.arrivals[tensor] = {tag, source->layout};
    }
    if (!leaves(tensor) || state.outputInBands)
      continue;
    if (cluster.plan->ahead) {
      Holding kept = keepWaiting(cluster, state, tensor, *waiting);
      store(cluster, state.layer, tensor, kept, /*streams=*/false);
    } else {
      store(cluster, state.layer, tensor, made, state.overlaps);
    }
  }
}

bool SegmentBuilder::leaves(int32_t tensor) const {
  const search::Value &value = model.getNetwork().values[valueOf(tensor)];
  return value.isNetworkOutput || (!value.consumers.empty() &&
                                   value.consumers.back() > plan.lastLayer());
}
