//===- SegmentWeights.cpp - Weights of one segment ------------------------===//
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
using search::ceilDiv;

llvm::SmallVector<int32_t>
SegmentBuilder::residents(const LayerState &state) const {
  llvm::SmallVector<int32_t> result;
  for (auto [number, input] : llvm::enumerate(state.tiles->inputs))
    if (program.tensors[input.tensor].isConstant() && input.isResident)
      result.push_back(static_cast<int32_t>(number));
  llvm::stable_sort(result, [&](int32_t a, int32_t b) {
    auto width = [&](int32_t number) {
      return program.tensors[state.tiles->inputs[number].tensor].elementBytes;
    };
    return width(a) > width(b);
  });
  return result;
}

std::string SegmentBuilder::loadWeights(Cluster &cluster, LayerState &state) {
  llvm::SmallVector<int32_t> constants = residents(state);
  if (constants.empty())
    return "";
  state.inChunks =
      findBuffer(cluster, BufferRole::Chunk, state.layer, -1) != nullptr;
  const search::Buffer *buffer =
      findBuffer(cluster, BufferRole::Weights, state.layer, -1);
  if (!buffer && state.inChunks)
    return ""; // Streamed: piece by piece.
  if (!buffer)
    return misfit(state, state.tiles->inputs[constants.front()].tensor, 1, 0);
  if (!state.inChunks) {
    int64_t inner = 0;
    for (int32_t number : constants) {
      int32_t tensor = state.tiles->inputs[number].tensor;
      int32_t layout = tileLayout(cluster, state, tensor, true, number, 0);
      if (layout < 0)
        continue;
      int64_t need = largestPart(layout);
      if (inner + need > buffer->bytes)
        return misfit(state, tensor, inner + need, buffer->bytes);
      Holding holding = hold(cluster, layout, *buffer, inner);
      inner += need;
      load(cluster, state.layer, tensor, holding, /*streams=*/false,
           /*isResident=*/true);
      state.inputs[{number, 0}] = std::move(holding);
    }
    return "";
  }
  // Shares of all constants, one after the other, in whole elements.
  int64_t all = 0, widest = 1;
  for (int32_t number : constants) {
    const Tensor &tensor = program.tensors[state.tiles->inputs[number].tensor];
    all += elements(wholeBox(tensor.shape)) * tensor.elementBytes;
    widest = std::max(widest, tensor.elementBytes);
  }
  int64_t share = ceilDiv(ceilDiv(all, cluster.size()), widest) * widest;
  if (share > buffer->bytes)
    return misfit(state, state.tiles->inputs[constants.front()].tensor, share,
                  buffer->bytes);
  int64_t begin = 0;
  for (int32_t number : constants) {
    int32_t tensor = state.tiles->inputs[number].tensor;
    int64_t width = program.tensors[tensor].elementBytes;
    int64_t size = elements(wholeBox(program.tensors[tensor].shape)) * width;
    auto inTensor = [&](int64_t at) {
      return std::clamp<int64_t>(at - begin, 0, size) / width;
    };
    // Shares begin where the part of this constant in them begins.
    int32_t layout =
        addLayout(cluster, tensor, /*isFlat=*/true, [&](int32_t position) {
          return Box{
              {inTensor(position * share), inTensor((position + 1) * share)}};
        });
    Holding holding;
    holding.layout = layout;
    holding.buffers.assign(cluster.size(), -1);
    for (int32_t position = 0; position < cluster.size(); ++position) {
      int32_t part = partAt[layout][position];
      if (part < 0)
        continue;
      Buffer piece;
      piece.role = buffer->role;
      piece.layer = state.layer;
      piece.index = number;
      piece.offset =
          buffer->offset + std::max<int64_t>(0, begin - position * share);
      piece.bytes = piece.stride = program.bytes(layout, part);
      std::vector<Buffer> &buffers = cluster.programs[position].buffers;
      holding.buffers[position] = static_cast<int32_t>(buffers.size());
      buffers.push_back(piece);
    }
    load(cluster, state.layer, tensor, holding, /*streams=*/false,
         /*isResident=*/true);
    state.shares[number] = std::move(holding);
    begin += size;
  }
  return "";
}

int32_t SegmentBuilder::firstPieceSlot(const Cluster &cluster,
                                       const LayerState &state) const {
  const search::Buffer *chunk =
      findBuffer(cluster, BufferRole::Chunk, state.layer, -1);
  int32_t numSteps =
      2 * (cluster.plan->lastLayer - cluster.plan->firstLayer + 1);
  auto isFree = [&](int32_t slot) {
    int64_t half = chunk->bytes / 2, begin = chunk->offset + slot * half;
    return llvm::none_of(cluster.buffers, [&](const search::Buffer &other) {
      if (&other == chunk || !livesBefore(other, *chunk, numSteps))
        return false;
      int64_t from = other.offset, bytes = other.bytes;
      // Of the pieces of the layer before only the last is still in use.
      if (other.role == BufferRole::Chunk &&
          other.layer == cluster.pieceLayer) {
        bytes /= 2;
        from += cluster.pieceSlot * bytes;
      }
      return begin < from + bytes && from < begin + half;
    });
  };
  int32_t next = 1 - cluster.pieceSlot;
  return isFree(next) || !isFree(1 - next) ? next : 1 - next;
}

std::string SegmentBuilder::fetchPieceWeights(Cluster &cluster,
                                              LayerState &state, size_t piece) {
  const search::Buffer &chunk =
      *findBuffer(cluster, BufferRole::Chunk, state.layer, -1);
  int32_t slot = state.chunkSlot(piece);
  int64_t inner = 0;
  // What is gathered is received together, after all of it has been sent.
  llvm::SmallVector<std::pair<int32_t, Arrival>, 4> gathered;
  for (int32_t number : residents(state)) {
    int32_t tensor = state.tiles->inputs[number].tensor;
    int32_t layout =
        addLayout(cluster, tensor, /*isFlat=*/false, [&](int32_t position) {
          TileAt at = tileAt(state, position);
          const TilePiece *work = at.tile ? at.tile->find(piece, 0) : nullptr;
          if (work)
            for (const TileAccess &access : work->reads)
              if (access.number == number)
                return withCalls({0, 1}, access);
          return Box();
        });
    if (layout < 0)
      continue;
    int64_t need = largestPart(layout);
    int64_t room = chunk.bytes / chunk.copies;
    if (inner + need > room)
      return misfit(state, tensor, inner + need, room);
    Holding holding = hold(cluster, layout, chunk, inner);
    inner += need;
    auto shares = state.shares.find(number);
    if (shares == state.shares.end())
      load(cluster, state.layer, tensor, holding, state.overlaps,
           /*isResident=*/false, slot);
    else
      gathered.push_back({number,
                          {send(cluster, state.layer, tensor, shares->second,
                                layout, state.overlaps, /*slot=*/0),
                           shares->second.layout}});
    state.inputs[{number, 0}] = std::move(holding);
  }
  for (const auto &[number, arrival] : gathered)
    receive(cluster, state.layer, state.tiles->inputs[number].tensor, arrival,
            state.shares.find(number)->second,
            state.inputs.find({number, 0})->second, state.overlaps,
            /*ownSlot=*/0, slot);
  return "";
}
