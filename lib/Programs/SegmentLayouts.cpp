//===- SegmentLayouts.cpp - Where data of one segment lies and moves ------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope;
using namespace scope::programs;
using search::BufferRole;
using search::ceilDiv;

//===----------------------------------------------------------------------===//
// Layouts and places
//===----------------------------------------------------------------------===//

SegmentBuilder::TileAt SegmentBuilder::tileAt(const LayerState &state,
                                              int32_t position) const {
  if (position >= state.tiling.used)
    return {};
  auto perCalls = static_cast<int32_t>(state.tiles->tiles.size());
  int64_t step = state.tiling.tile[0];
  int64_t first = position / perCalls * step;
  return {&state.tiles->tiles[position % perCalls],
          {first, std::min(plan.beatCalls, first + step)}};
}

Box SegmentBuilder::withCalls(const Range &calls, const TileAccess &access) {
  Box box = {calls};
  box.append(access.box.begin(), access.box.end());
  return box;
}

int32_t SegmentBuilder::addLayout(const Cluster &cluster, int32_t tensor,
                                  bool isFlat, BoxOf boxOf) {
  Layout layout;
  layout.tensor = tensor;
  layout.isFlat = isFlat;
  layout.parts.reserve(cluster.size());
  llvm::SmallVector<int32_t, 0> parts(cluster.size(), -1);
  for (int32_t position = 0; position < cluster.size(); ++position) {
    Box box = boxOf(position);
    if (box.empty() || elements(box) == 0)
      continue;
    search::Coordinate at = cluster.region[position];
    parts[position] = static_cast<int32_t>(layout.parts.size());
    layout.parts.push_back({at.row * program.cols + at.col, std::move(box)});
  }
  if (layout.parts.empty())
    return -1;
  program.layouts.push_back(std::move(layout));
  partAt.resize(program.layouts.size());
  partAt.back() = std::move(parts);
  return static_cast<int32_t>(program.layouts.size()) - 1;
}

int32_t SegmentBuilder::addShares(const Cluster &cluster, int32_t tensor) {
  int64_t all =
      elements(wholeBox(program.tensors[tensor].beatShape(plan.beatCalls)));
  int64_t share = ceilDiv(all, cluster.size());
  return addLayout(cluster, tensor, /*isFlat=*/true, [&](int32_t position) {
    return Box{{std::min(all, position * share),
                std::min(all, (position + 1) * share)}};
  });
}

int32_t SegmentBuilder::tileLayout(const Cluster &cluster,
                                   const LayerState &state, int32_t tensor,
                                   bool isRead, int32_t number, int32_t copy) {
  auto [known, isNew] = tileLayouts.try_emplace(
      std::make_tuple(state.layer, isRead, number, copy), -1);
  if (!isNew)
    return known->second;
  bool isConstant = program.tensors[tensor].isConstant();
  int32_t layout =
      addLayout(cluster, tensor, /*isFlat=*/false, [&](int32_t position) {
        TileAt at = tileAt(state, position);
        if (!at.tile)
          return Box();
        for (const TileAccess &access : isRead
                                            ? llvm::ArrayRef(at.tile->reads)
                                            : llvm::ArrayRef(at.tile->writes))
          if (access.number == number && access.copy == copy)
            return withCalls(isConstant ? Range{0, 1} : at.calls, access);
        return Box();
      });
  return known->second = layout;
}

const search::Buffer *SegmentBuilder::findBuffer(const Cluster &cluster,
                                                 BufferRole role, int32_t layer,
                                                 int32_t index) const {
  for (const search::Buffer &buffer : cluster.buffers)
    if (buffer.role == role && buffer.layer == layer &&
        (index < 0 || buffer.index == index))
      return &buffer;
  return nullptr;
}

SegmentBuilder::Holding SegmentBuilder::hold(Cluster &cluster, int32_t layout,
                                             const search::Buffer &from,
                                             int64_t inner) {
  return hold(cluster, layout,
              llvm::SmallVector<Room, 0>(cluster.size(), {&from, inner}));
}

/// The number of `buffer` among those of a chiplet. Pieces of weights that take
/// turns in a slot share one.
static int32_t addBuffer(std::vector<Buffer> &buffers, const Buffer &buffer) {
  auto isSame = [&](const Buffer &other) {
    return other.index == buffer.index && other.offset == buffer.offset &&
           other.bytes == buffer.bytes && other.slots == buffer.slots &&
           other.stride == buffer.stride;
  };
  if (buffer.role == BufferRole::Chunk)
    for (size_t at = buffers.size();
         at > 0 && buffers[at - 1].role == buffer.role &&
         buffers[at - 1].layer == buffer.layer;
         --at)
      if (isSame(buffers[at - 1]))
        return static_cast<int32_t>(at) - 1;
  buffers.push_back(buffer);
  return static_cast<int32_t>(buffers.size()) - 1;
}

SegmentBuilder::Holding SegmentBuilder::hold(Cluster &cluster, int32_t layout,
                                             llvm::ArrayRef<Room> places) {
  Holding holding;
  holding.layout = layout;
  holding.buffers.assign(cluster.size(), -1);
  for (int32_t position = 0; position < cluster.size(); ++position) {
    int32_t part = partAt[layout][position];
    if (part < 0)
      continue;
    std::vector<Buffer> &buffers = cluster.programs[position].buffers;
    const search::Buffer &from = *places[position].buffer;
    Buffer buffer;
    buffer.role = from.role;
    buffer.layer = from.layer;
    buffer.index = from.index;
    buffer.offset = from.offset + places[position].inner;
    buffer.slots = from.copies;
    buffer.stride = from.bytes / from.copies;
    buffer.bytes = program.bytes(layout, part);
    holding.buffers[position] = addBuffer(buffers, buffer);
  }
  return holding;
}

Place SegmentBuilder::placeOf(const Holding &holding, int32_t position,
                              int32_t slot) const {
  if (holding.layout < 0 || holding.buffers[position] < 0)
    return {};
  return {holding.buffers[position], slot, holding.layout,
          partAt[holding.layout][position]};
}

int64_t SegmentBuilder::largestPart(int32_t layout) const {
  int64_t most = 0;
  for (size_t part = 0; part < program.layouts[layout].parts.size(); ++part)
    most = std::max(most, program.bytes(layout, static_cast<int32_t>(part)));
  return most;
}

std::string SegmentBuilder::misfit(const LayerState &state, int32_t tensor,
                                   int64_t need, int64_t have) const {
  return llvm::formatv("layer \"{0}\" needs {1:N} bytes for a tile of {2}; its "
                       "buffers have {3:N}",
                       program.layers[state.layer], need,
                       program.tensors[tensor].name, have);
}

//===----------------------------------------------------------------------===//
// Moving data
//===----------------------------------------------------------------------===//

int32_t SegmentBuilder::send(Cluster &cluster, int32_t layer, int32_t tensor,
                             const Holding &from, int32_t to, bool streams,
                             int32_t slot) {
  Op op;
  op.kind = OpKind::Send;
  op.layer = layer;
  op.tag = nextTag++;
  op.tensor = tensor;
  op.from = from.layout;
  op.to = to;
  op.streams = streams;
  // Only who has something to send sends.
  std::vector<bool> sends =
      senders(program.layouts[from.layout], program.layouts[to],
              program.tensors[tensor].beatShape(plan.beatCalls));
  for (int32_t position = 0; position < cluster.size(); ++position) {
    op.place = placeOf(from, position, slot);
    if (op.place.buffer >= 0 && sends[op.place.part])
      cluster.programs[position].body.push_back(op);
  }
  return op.tag;
}

void SegmentBuilder::receive(Cluster &cluster, int32_t layer, int32_t tensor,
                             const Arrival &arrival, const Holding &own,
                             const Holding &to, bool streams, int32_t ownSlot,
                             int32_t toSlot) {
  Op op;
  op.kind = OpKind::Recv;
  op.layer = layer;
  op.tag = arrival.tag;
  op.tensor = tensor;
  op.from = arrival.from;
  op.to = to.layout;
  op.streams = streams;
  for (int32_t position = 0; position < cluster.size(); ++position) {
    op.place = placeOf(to, position, toSlot);
    op.own = placeOf(own, position, ownSlot);
    if (op.place.buffer >= 0)
      cluster.programs[position].body.push_back(op);
  }
}

void SegmentBuilder::exchange(Cluster &cluster, int32_t layer, int32_t tensor,
                              const Holding &from, const Holding &to,
                              bool streams, int32_t fromSlot, int32_t toSlot) {
  int32_t tag =
      send(cluster, layer, tensor, from, to.layout, streams, fromSlot);
  receive(cluster, layer, tensor, {tag, from.layout}, from, to, streams,
          fromSlot, toSlot);
}

void SegmentBuilder::store(Cluster &cluster, int32_t layer, int32_t tensor,
                           const Holding &from, bool streams, int32_t slot) {
  Op op;
  op.kind = OpKind::Store;
  op.layer = layer;
  op.tag = nextTag++;
  op.tensor = tensor;
  op.from = from.layout;
  op.streams = streams;
  // Of equal tiles one is stored.
  std::vector<size_t> first = firstEqual(program.layouts[from.layout]);
  for (int32_t position = 0; position < cluster.size(); ++position) {
    op.place = placeOf(from, position, slot);
    if (op.place.buffer >= 0 && first[op.place.part] == size_t(op.place.part))
      cluster.programs[position].body.push_back(op);
  }
}

void SegmentBuilder::load(Cluster &cluster, int32_t layer, int32_t tensor,
                          const Holding &to, bool streams, bool isResident,
                          int32_t slot) {
  Op op;
  op.kind = OpKind::Load;
  op.layer = layer;
  op.tag = nextTag++;
  op.tensor = tensor;
  op.to = to.layout;
  op.streams = streams;
  for (int32_t position = 0; position < cluster.size(); ++position) {
    op.place = placeOf(to, position, slot);
    if (op.place.buffer < 0)
      continue;
    ChipletProgram &chiplet = cluster.programs[position];
    (isResident ? chiplet.load : chiplet.body).push_back(op);
  }
}
