//===- SegmentCompute.cpp - Computations of one segment -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentBuilder.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace scope;
using namespace scope::programs;
using search::BufferRole;
using search::ceilDiv;

void SegmentBuilder::addCompute(Cluster &cluster, LayerState &state,
                                size_t piece, const Band &band) {
  std::optional<int64_t> call = band.call;
  int32_t bandSlot = band.slot;
  const search::Layer &layer = model.getNetwork().layers[state.layer];
  const search::Package &package = model.getPackage();
  // Layouts of the boxes that pieces use of what their tiles hold.
  std::map<std::tuple<bool, int32_t, int32_t>, int32_t> boxLayouts;
  auto boxLayout = [&](bool isRead, int32_t tensor, const TileAccess &like) {
    auto [entry, isNew] =
        boxLayouts.try_emplace({isRead, like.number, like.copy}, -1);
    if (isNew)
      entry->second =
          addLayout(cluster, tensor, /*isFlat=*/false, [&](int32_t position) {
            TileAt at = tileAt(state, position);
            const TilePiece *found =
                at.tile ? at.tile->find(piece, band.number) : nullptr;
            if (!found)
              return Box();
            const TilePiece &work = *found;
            Range calls = at.calls;
            if (call)
              calls = {calls.begin + *call,
                       std::min(calls.end, calls.begin + *call + 1)};
            if (program.tensors[tensor].isConstant())
              calls = {0, 1};
            for (const TileAccess &access : isRead
                                                ? llvm::ArrayRef(work.reads)
                                                : llvm::ArrayRef(work.writes))
              if (access.number == like.number && access.copy == like.copy)
                return withCalls(calls, access);
            return Box();
          });
    return entry->second;
  };
  for (int32_t position = 0; position < cluster.size(); ++position) {
    TileAt at = tileAt(state, position);
    const TilePiece *found =
        at.tile ? at.tile->find(piece, band.number) : nullptr;
    if (!found || (call && *call >= at.calls.size()))
      continue;
    const TilePiece &work = *found;
    bool isPart = at.tile->pieces.size() > 1 || call;
    int64_t calls = call ? 1 : at.calls.size();
    Op op;
    op.kind = OpKind::Compute;
    op.layer = state.layer;
    op.kernel = work.kernel;

    int64_t points = calls, tilePoints = at.calls.size(), tileK = 1;
    for (auto [dim, size] : llvm::enumerate(work.sizes)) {
      points *= size;
      if (int32_t(dim) + 1 == layer.kDim)
        tileK = size;
    }
    for (size_t dim = 1; dim < state.tiling.tile.size(); ++dim)
      tilePoints *= state.tiling.tile[dim];
    const search::ChipletKind &kind =
        search::kindOf(package, cluster.region[position]);
    size_t kindIndex = &kind - package.kinds.data();
    int64_t mac = 0;
    if (layer.macs > 0)
      mac = ceilDiv(tileK, kind.macK) *
            ceilDiv(layer.channelReduction, kind.macC) * (points / tileK) *
            layer.otherReduction;
    int64_t vec = ceilDiv(layer.streamOps * points, kind.vector);
    op.cycles = std::max(mac, vec) +
                ceilDiv(state.tiling.serial[kindIndex] * points, tilePoints);
    int64_t perPoint = layer.macs;
    for (size_t dim = 1; dim < layer.dims.size(); ++dim)
      perPoint /= layer.dims[dim].size;
    op.macs = perPoint * points;

    op.reads.reserve(work.reads.size());
    op.writes.reserve(work.writes.size());
    for (const TileAccess &access : work.reads) {
      const LayerInput &input = state.tiles->inputs[access.number];
      const Tensor &tensor = program.tensors[input.tensor];
      ComputeArg arg;
      arg.tensor = input.tensor;
      int64_t bytes = elements(access.box) * calls * tensor.elementBytes;
      if (tensor.isConstant() && !input.isResident) {
        arg.boxLayout = boxLayout(true, input.tensor, access);
        arg.boxPart = partAt[arg.boxLayout][position];
        op.reads.push_back(arg);
        continue;
      }
      bool isChunk = tensor.isConstant() && state.inChunks;
      const BandInput *inBand = state.findBand(access);
      const Holding &holding =
          inBand ? inBand->band
                 : state.inputs.find({access.number, access.inCopy})->second;
      arg.place = placeOf(holding, position,
                          isChunk  ? state.chunkSlot(piece)
                          : inBand ? bandSlot
                                   : -1);
      if (isPart && !isChunk && !inBand) {
        arg.boxLayout = boxLayout(true, input.tensor, access);
        arg.boxPart = partAt[arg.boxLayout][position];
      }
      arg.streams =
          state.overlaps && (isChunk || (!tensor.isConstant() &&
                                         isExternal(cluster, input.tensor)));
      op.reads.push_back(arg);
      op.readBytes +=
          tensor.isConstant() ? bytes : bytes * ceilDiv(tileK, kind.macK);
    }
    for (const TileAccess &access : work.writes) {
      ComputeArg arg;
      arg.tensor = state.tiles->outputs[access.number];
      const Holding &holding = state.outputInBands
                                   ? state.bandOutputs[access.number]
                                   : cluster.outputs.find(arg.tensor)->second;
      arg.place =
          placeOf(holding, position, state.outputInBands ? bandSlot : -1);
      if (isPart && !state.outputInBands) {
        arg.boxLayout = boxLayout(false, arg.tensor, access);
        arg.boxPart = partAt[arg.boxLayout][position];
      }
      arg.streams = state.overlaps;
      op.writes.push_back(arg);
      op.writtenBytes += elements(access.box) * calls *
                         program.tensors[arg.tensor].elementBytes;
    }
    for (auto [number, operand] : llvm::enumerate(layer.operands))
      if (operand.kind == search::OperandKind::Table)
        op.tableBytes +=
            ceilDiv(state.tiling.operands[number].largest * points, tilePoints);
    cluster.programs[position].body.push_back(std::move(op));
  }
}

void SegmentBuilder::fetchBands(Cluster &cluster, LayerState &state,
                                size_t piece, const Band &band) {
  int64_t call = *band.call;
  for (BandInput &input : state.bandInputs) {
    int32_t number = input.number, copy = input.copy;
    int32_t tensor = state.tiles->inputs[number].tensor;
    int32_t layout =
        addLayout(cluster, tensor, /*isFlat=*/false, [&](int32_t position) {
          TileAt at = tileAt(state, position);
          const TilePiece *work =
              at.tile ? at.tile->find(piece, band.number) : nullptr;
          if (!work || call >= at.calls.size())
            return Box();
          Range calls = {at.calls.begin + call, at.calls.begin + call + 1};
          for (const TileAccess &access : work->reads)
            if (access.number == number && access.copy == copy)
              return withCalls(calls, access);
          return Box();
        });
    if (layout < 0) {
      input.band = Holding();
      continue;
    }
    Holding next = hold(cluster, layout, input.places);
    auto shareElements = [&](const Place &a, const Place &b) {
      return llvm::all_of(
          llvm::zip_equal(program.layouts[a.layout].parts[a.part].box,
                          program.layouts[b.layout].parts[b.part].box),
          [](const auto &ranges) {
            const auto &[x, y] = ranges;
            return std::max(x.begin, y.begin) < std::min(x.end, y.end);
          });
    };
    Op op;
    op.kind = OpKind::Load;
    op.layer = state.layer;
    op.tag = nextTag++;
    op.tensor = tensor;
    op.to = layout;
    op.streams = state.overlaps;
    for (int32_t position = 0; position < cluster.size(); ++position) {
      op.place = placeOf(next, position, band.slot);
      if (op.place.buffer < 0)
        continue;
      // Rows that the band before has are there already.
      op.own = band.number > 0 ? placeOf(input.band, position, 1 - band.slot)
                               : Place();
      if (op.own.buffer >= 0 && !shareElements(op.own, op.place))
        op.own = Place();
      cluster.programs[position].body.push_back(op);
    }
    input.band = std::move(next);
  }
}

std::string SegmentBuilder::compute(Cluster &cluster, LayerState &state) {
  size_t pieces = 0, bands = 0;
  for (const LayerTiles::Tile &tile : state.tiles->tiles) {
    pieces = std::max(pieces, tile.pieces.size());
    for (const auto &work : tile.pieces)
      bands = std::max(bands, work.size());
  }
  Band band;
  state.pieces = pieces;
  if (state.inChunks && pieces > 1) {
    state.firstSlot = firstPieceSlot(cluster, state);
    cluster.pieceLayer = state.layer;
    cluster.pieceSlot = state.chunkSlot(pieces - 1);
  }
  for (size_t piece = 0; piece < pieces; ++piece) {
    if (state.inChunks)
      if (std::string wrong = fetchPieceWeights(cluster, state, piece);
          !wrong.empty())
        return wrong;
    if (!state.tiles->isBanded) {
      // Results may leave piece by piece.
      band = Band();
      band.slot = static_cast<int32_t>(piece % 2);
      if (state.outputInBands)
        if (std::string wrong = placeOutputBand(cluster, state, piece, band);
            !wrong.empty())
          return wrong;
      addCompute(cluster, state, piece, band);
      if (state.outputInBands)
        storeBand(cluster, state, band.slot);
      continue;
    }
    for (int64_t call = 0; call < state.tiling.tile[0]; ++call)
      for (band.number = 0; band.number < bands; ++band.number) {
        band.call = call;
        fetchBands(cluster, state, piece, band);
        if (state.outputInBands)
          if (std::string wrong = placeOutputBand(cluster, state, piece, band);
              !wrong.empty())
            return wrong;
        addCompute(cluster, state, piece, band);
        if (state.outputInBands)
          storeBand(cluster, state, band.slot);
        band.slot = 1 - band.slot;
      }
  }
  return "";
}

std::string SegmentBuilder::placeOutputBand(Cluster &cluster, LayerState &state,
                                            size_t piece, const Band &band) {
  state.bandOutputs.clear();
  int64_t inner = 0;
  const search::Buffer *buffer =
      findBuffer(cluster, BufferRole::Output, state.layer, 0);
  for (size_t number = 0; number < state.tiles->outputs.size(); ++number) {
    int32_t tensor = state.tiles->outputs[number];
    int32_t layout =
        addLayout(cluster, tensor, /*isFlat=*/false, [&](int32_t position) {
          TileAt at = tileAt(state, position);
          const TilePiece *work =
              at.tile ? at.tile->find(piece, band.number) : nullptr;
          if (!work || (band.call && *band.call >= at.calls.size()))
            return Box();
          Range calls = at.calls;
          if (band.call)
            calls = {calls.begin + *band.call, calls.begin + *band.call + 1};
          return withCalls(calls, work->writes[number]);
        });
    if (layout < 0) {
      state.bandOutputs.emplace_back();
      continue;
    }
    int64_t need = largestPart(layout), room = buffer->bytes / buffer->copies;
    if (inner + need > room)
      return misfit(state, tensor, need, room - inner);
    state.bandOutputs.push_back(hold(cluster, layout, *buffer, inner));
    inner += need;
  }
  return "";
}

void SegmentBuilder::storeBand(Cluster &cluster, LayerState &state,
                               int32_t slot) {
  for (auto [number, tensor] : llvm::enumerate(state.tiles->outputs)) {
    const Holding &band = state.bandOutputs[number];
    if (band.layout >= 0)
      store(cluster, state.layer, tensor, band, state.overlaps, slot);
  }
}
