//===- SegmentInputs.cpp - Where operands of one segment lie --------------===//
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

const SegmentBuilder::BandInput *
SegmentBuilder::LayerState::findBand(const TileAccess &access) const {
  for (const BandInput &input : bandInputs)
    if (input.number == access.number && input.copy == access.copy)
      return &input;
  return nullptr;
}

llvm::SmallVector<SegmentBuilder::Room, 0>
SegmentBuilder::roomsFor(const Cluster &cluster, const LayerState &state,
                         int32_t tensor) const {
  llvm::SmallVector<Room, 0> rooms;
  const search::Layer &layer = model.getNetwork().layers[state.layer];
  for (auto [index, operand] : llvm::enumerate(layer.operands)) {
    if (operand.kind != search::OperandKind::Activation ||
        operand.value != valueOf(tensor))
      continue;
    if (const search::Buffer *buffer =
            findBuffer(cluster, BufferRole::Input, state.layer, int32_t(index)))
      rooms.push_back({buffer, 0});
  }
  return rooms;
}

/// Calls `visit` with every access that the tile, or its bands, has of argument
/// `number`.
static void forEachRead(const LayerTiles::Tile &tile, int32_t number,
                        bool inBands,
                        llvm::function_ref<void(const TileAccess &)> visit) {
  auto visitAll = [&](llvm::ArrayRef<TileAccess> reads) {
    for (const TileAccess &access : reads)
      if (access.number == number)
        visit(access);
  };
  if (!inBands)
    return visitAll(tile.reads);
  for (const std::vector<TilePiece> &bands : tile.pieces)
    for (const TilePiece &band : bands)
      visitAll(band.reads);
}

std::string SegmentBuilder::placeInput(Cluster &cluster, LayerState &state,
                                       int32_t number) {
  int32_t tensor = state.tiles->inputs[number].tensor;
  llvm::SmallVector<Room, 0> rooms = roomsFor(cluster, state, tensor);
  // A single slot holds the whole tile, and only the results are in bands.
  bool inBands = state.tiles->isBanded && isExternal(cluster, tensor) &&
                 llvm::any_of(rooms, [](const Room &room) {
                   return room.buffer->copies > 1;
                 });
  int32_t copies = 0;
  for (const LayerTiles::Tile &tile : state.tiles->tiles)
    forEachRead(tile, number, inBands, [&](const TileAccess &access) {
      copies = std::max(copies, access.copy + 1);
    });
  std::vector<llvm::SmallVector<Room, 0>> left(cluster.size(), rooms);
  for (int32_t copy = 0; copy < copies; ++copy) {
    llvm::SmallVector<Room, 0> places(cluster.size());
    for (int32_t position = 0; position < cluster.size(); ++position) {
      TileAt at = tileAt(state, position);
      int64_t need = 0, most = 0;
      if (at.tile)
        forEachRead(*at.tile, number, inBands, [&](const TileAccess &access) {
          if (access.copy == copy)
            need = std::max(need, elements(access.box));
        });
      if (need == 0)
        continue;
      need *= program.tensors[tensor].elementBytes *
              (inBands ? 1 : at.calls.size());
      Room *best = nullptr;
      for (Room &room : left[position]) {
        most = std::max(most, room.left());
        if (need <= room.left() && (!best || room.left() < best->left()))
          best = &room;
      }
      if (!best)
        return misfit(state, tensor, need, most);
      places[position] = *best;
      best->inner += need;
    }
    if (inBands)
      state.bandInputs.push_back({number, copy, std::move(places), {}});
    else
      state.inputs[{number, copy}] = hold(
          cluster,
          tileLayout(cluster, state, tensor, /*isRead=*/true, number, copy),
          places);
  }
  return "";
}

std::string SegmentBuilder::placeInputs(Cluster &cluster, LayerState &state) {
  for (auto [number, input] : llvm::enumerate(state.tiles->inputs)) {
    if (program.tensors[input.tensor].isConstant())
      continue;
    if (std::string wrong = placeInput(cluster, state, int32_t(number));
        !wrong.empty())
      return wrong;
  }
  return "";
}
