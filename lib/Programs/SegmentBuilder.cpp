//===- SegmentBuilder.cpp - Programs of one segment -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

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

int32_t SegmentBuilder::addTileLayout(const Cluster &cluster,
                                      const LayerState &state, int32_t tensor,
                                      bool isRead, int32_t number,
                                      int32_t copy) {
  bool isConstant = program.tensors[tensor].isConstant();
  return addLayout(cluster, tensor, /*isFlat=*/false, [&](int32_t position) {
    TileAt at = tileAt(state, position);
    if (!at.tile)
      return Box();
    for (const TileAccess &access : isRead ? llvm::ArrayRef(at.tile->reads)
                                           : llvm::ArrayRef(at.tile->writes))
      if (access.number == number && access.copy == copy)
        return withCalls(isConstant ? Range{0, 1} : at.calls, access);
    return Box();
  });
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
  Holding holding;
  holding.layout = layout;
  holding.buffers.assign(cluster.size(), -1);
  for (int32_t position = 0; position < cluster.size(); ++position) {
    int32_t part = partAt[layout][position];
    if (part < 0)
      continue;
    std::vector<Buffer> &buffers = cluster.programs[position].buffers;
    Buffer buffer;
    buffer.role = from.role;
    buffer.layer = from.layer;
    buffer.index = from.index;
    buffer.offset = from.offset + inner;
    buffer.slots = from.copies;
    buffer.stride = from.bytes / from.copies;
    buffer.bytes = program.bytes(layout, part);
    holding.buffers[position] = static_cast<int32_t>(buffers.size());
    buffers.push_back(buffer);
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
  return llvm::formatv(
      "layer \"{0}\" needs {1} bytes for a tile of {2}; its buffers have {3}",
      program.layers[state.layer], need, program.tensors[tensor].name, have);
}

//===----------------------------------------------------------------------===//
// Moving data
//===----------------------------------------------------------------------===//

void SegmentBuilder::exchange(Cluster &cluster, int32_t layer, int32_t tensor,
                              const Holding &from, const Holding &to,
                              bool streams, int32_t fromSlot, int32_t toSlot) {
  Op op;
  op.layer = layer;
  op.tag = nextTag++;
  op.tensor = tensor;
  op.from = from.layout;
  op.to = to.layout;
  op.streams = streams;
  llvm::SmallVector<int64_t, 5> shape =
      program.tensors[tensor].beatShape(plan.beatCalls);
  // Only who has something to send sends.
  std::vector<bool> sends =
      senders(program.layouts[from.layout], program.layouts[to.layout], shape);
  for (int32_t position = 0; position < cluster.size(); ++position) {
    ChipletProgram &chiplet = cluster.programs[position];
    Place source = placeOf(from, position, fromSlot);
    if (source.buffer < 0 || !sends[source.part])
      continue;
    op.kind = OpKind::Send;
    op.place = source;
    op.own = {};
    chiplet.body.push_back(op);
  }
  for (int32_t position = 0; position < cluster.size(); ++position) {
    op.kind = OpKind::Recv;
    op.place = placeOf(to, position, toSlot);
    op.own = placeOf(from, position, fromSlot);
    if (op.place.buffer >= 0)
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

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

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
      int32_t layout = addTileLayout(cluster, state, tensor, true, number, 0);
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

std::string SegmentBuilder::fetchPieceWeights(Cluster &cluster,
                                              LayerState &state, size_t piece) {
  const search::Buffer &chunk =
      *findBuffer(cluster, BufferRole::Chunk, state.layer, -1);
  auto slot = static_cast<int32_t>(piece % 2);
  int64_t inner = 0;
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
      exchange(cluster, state.layer, tensor, shares->second, holding,
               state.overlaps, /*fromSlot=*/0, slot);
    state.inputs[{number, 0}] = std::move(holding);
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Operands and results
//===----------------------------------------------------------------------===//

std::string SegmentBuilder::placeInputs(Cluster &cluster, LayerState &state) {
  const search::Layer &layer = model.getNetwork().layers[state.layer];
  // Bytes of a slot of each operand's buffer that are taken.
  llvm::SmallVector<int64_t, 4> taken(layer.operands.size(), 0);
  for (size_t number = 0; number < state.tiles->inputs.size(); ++number) {
    const LayerInput &input = state.tiles->inputs[number];
    const Tensor &tensor = program.tensors[input.tensor];
    if (tensor.isConstant())
      continue;
    for (int32_t copy = 0;; ++copy) {
      int32_t layout = addTileLayout(cluster, state, input.tensor, true,
                                     int32_t(number), copy);
      if (layout < 0) {
        // Tiles may lack one of several boxes.
        bool isLast = llvm::none_of(
            state.tiles->tiles, [&](const LayerTiles::Tile &tile) {
              return llvm::any_of(tile.reads, [&](const TileAccess &access) {
                return access.number == int32_t(number) && access.copy >= copy;
              });
            });
        if (isLast)
          break;
        continue;
      }
      int64_t need = largestPart(layout), most = 0;
      bool isPlaced = false;
      for (auto [index, operand] : llvm::enumerate(layer.operands)) {
        if (operand.kind != search::OperandKind::Activation ||
            operand.value != tensor.value)
          continue;
        const search::Buffer *buffer =
            findBuffer(cluster, BufferRole::Input, state.layer, int32_t(index));
        if (!buffer)
          continue;
        int64_t room = buffer->bytes / buffer->copies - taken[index];
        most = std::max(most, room);
        bool fits = state.tiles->isBanded && isExternal(cluster, input.tensor)
                        ? taken[index] == 0
                        : need <= room;
        if (!fits)
          continue;
        // Bands get a place of their own each.
        Holding &held = state.inputs[{int32_t(number), copy}];
        if (state.tiles->isBanded && isExternal(cluster, input.tensor))
          state.bandBuffers[{int32_t(number), copy}] = buffer;
        else
          held = hold(cluster, layout, *buffer, taken[index]);
        taken[index] += need;
        isPlaced = true;
        break;
      }
      if (!isPlaced)
        return misfit(state, input.tensor, need, most);
    }
  }
  return "";
}

std::string SegmentBuilder::placeOutputs(Cluster &cluster, LayerState &state) {
  for (auto [number, tensor] : llvm::enumerate(state.tiles->outputs)) {
    int32_t layout = addTileLayout(cluster, state, tensor, /*isRead=*/false,
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

void SegmentBuilder::receiveArriving(Cluster &cluster, LayerState &state) {
  for (const search::Buffer &buffer : cluster.buffers) {
    if (buffer.role != BufferRole::Arriving || buffer.layer != state.layer)
      continue;
    int32_t tensor = tensorOf[buffer.index];
    Holding &shares = sharesOf(cluster, tensor);
    auto arrival = cluster.arrivals.find(tensor);
    if (arrival == cluster.arrivals.end()) {
      load(cluster, state.layer, tensor, shares, /*streams=*/false,
           /*isResident=*/false);
      continue;
    }
    Op op;
    op.kind = OpKind::Recv;
    op.layer = state.layer;
    op.tag = arrival->second.tag;
    op.tensor = tensor;
    op.from = arrival->second.from;
    op.to = shares.layout;
    for (int32_t position = 0; position < cluster.size(); ++position) {
      op.place = placeOf(shares, position);
      if (op.place.buffer >= 0)
        cluster.programs[position].body.push_back(op);
    }
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
      if (made != cluster.outputs.end())
        exchange(cluster, state.layer, input.tensor, made->second, held->second,
                 /*streams=*/false);
      else if (arriving != cluster.arriving.end())
        exchange(cluster, state.layer, input.tensor, arriving->second,
                 held->second, state.overlaps);
      else if (!state.tiles->isBanded)
        load(cluster, state.layer, input.tensor, held->second, state.overlaps,
             /*isResident=*/false);
    }
  }
}

void SegmentBuilder::sendResults(size_t index, LayerState &state) {
  Cluster &cluster = clusters[index];
  for (int32_t tensor : state.tiles->outputs) {
    const Holding &made = cluster.outputs.find(tensor)->second;
    int32_t value = valueOf(tensor);
    const search::Buffer *waiting =
        findBuffer(cluster, BufferRole::Waiting, state.layer, value);
    Holding ring;
    for (size_t later = index + 1; later < clusters.size(); ++later) {
      Holding &shares = sharesOf(clusters[later], tensor);
      if (shares.layout < 0)
        continue;
      const Holding *source = &made;
      if (waiting && later > index + 1) {
        if (ring.layout < 0) {
          int64_t room = waiting->bytes / waiting->copies;
          int32_t layout = largestPart(made.layout) <= room
                               ? made.layout
                               : addShares(cluster, tensor);
          ring = hold(cluster, layout, *waiting, 0);
          exchange(cluster, state.layer, tensor, made, ring,
                   /*streams=*/false);
        }
        source = &ring;
      }
      Op op;
      op.kind = OpKind::Send;
      op.layer = state.layer;
      op.tag = nextTag++;
      op.tensor = tensor;
      op.from = source->layout;
      op.to = shares.layout;
      op.streams = state.overlaps && source == &made;
      clusters[later].arrivals[tensor] = {op.tag, op.from};
      std::vector<bool> sends =
          senders(program.layouts[op.from], program.layouts[op.to],
                  program.tensors[tensor].beatShape(plan.beatCalls));
      for (int32_t position = 0; position < cluster.size(); ++position) {
        op.place = placeOf(*source, position);
        ChipletProgram &chiplet = cluster.programs[position];
        if (op.place.buffer >= 0 && sends[op.place.part])
          chiplet.body.push_back(op);
      }
    }
    if (!program.tensors[tensor].isInDram || !leaves(tensor) ||
        state.outputInBands)
      continue;
    Op op;
    op.kind = OpKind::Store;
    op.layer = state.layer;
    op.tag = nextTag++;
    op.tensor = tensor;
    op.from = made.layout;
    op.streams = state.overlaps;
    // Of equal tiles one is stored.
    std::vector<size_t> first = firstEqual(program.layouts[made.layout]);
    for (int32_t position = 0; position < cluster.size(); ++position) {
      op.place = placeOf(made, position);
      if (op.place.buffer >= 0 && first[op.place.part] == size_t(op.place.part))
        cluster.programs[position].body.push_back(op);
    }
  }
}

bool SegmentBuilder::leaves(int32_t tensor) const {
  const search::Value &value = model.getNetwork().values[valueOf(tensor)];
  return value.isNetworkOutput || (!value.consumers.empty() &&
                                   value.consumers.back() > plan.lastLayer());
}

//===----------------------------------------------------------------------===//
// Computation
//===----------------------------------------------------------------------===//

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
      const Holding &holding =
          state.inputs.find({access.number, access.inCopy})->second;
      bool isChunk = tensor.isConstant() && state.inChunks;
      bool isBand = state.tiles->isBanded && !tensor.isConstant() &&
                    isExternal(cluster, input.tensor);
      arg.place = placeOf(holding, position,
                          isChunk  ? static_cast<int32_t>(piece % 2)
                          : isBand ? bandSlot
                                   : -1);
      if (isPart && !isChunk && !isBand) {
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
  for (auto &[key, holding] : state.inputs) {
    int32_t number = key.first, copy = key.second;
    int32_t tensor = state.tiles->inputs[number].tensor;
    if (program.tensors[tensor].isConstant() || !isExternal(cluster, tensor))
      continue;
    const search::Buffer *buffer = state.bandBuffers.lookup(key);
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
    if (layout < 0)
      continue;
    Holding next = hold(cluster, layout, *buffer, 0);
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
      op.own =
          band.number > 0 ? placeOf(holding, position, 1 - band.slot) : Place();
      cluster.programs[position].body.push_back(op);
    }
    holding = std::move(next);
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
  for (size_t piece = 0; piece < pieces; ++piece) {
    if (state.inChunks)
      if (std::string wrong = fetchPieceWeights(cluster, state, piece);
          !wrong.empty())
        return wrong;
    if (!state.tiles->isBanded) {
      addCompute(cluster, state, piece, Band());
      continue;
    }
    for (int64_t call = 0; call < state.tiling.tile[0]; ++call)
      for (band.number = 0; band.number < bands; ++band.number) {
        band.call = call;
        fetchBands(cluster, state, piece, band);
        if (state.outputInBands)
          placeOutputBand(cluster, state, piece, band);
        addCompute(cluster, state, piece, band);
        if (state.outputInBands)
          storeBand(cluster, state, band.slot);
        band.slot = 1 - band.slot;
      }
  }
  return "";
}

void SegmentBuilder::placeOutputBand(Cluster &cluster, LayerState &state,
                                     size_t piece, const Band &band) {
  int64_t call = *band.call;
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
          if (!work || call >= at.calls.size())
            return Box();
          return withCalls({at.calls.begin + call, at.calls.begin + call + 1},
                           work->writes[number]);
        });
    state.bandOutputs.push_back(
        layout < 0 ? Holding() : hold(cluster, layout, *buffer, inner));
    inner += layout < 0 ? 0 : largestPart(layout);
  }
}

void SegmentBuilder::storeBand(Cluster &cluster, LayerState &state,
                               int32_t slot) {
  for (auto [number, tensor] : llvm::enumerate(state.tiles->outputs)) {
    const Holding &band = state.bandOutputs[number];
    if (band.layout < 0)
      continue;
    Op op;
    op.kind = OpKind::Store;
    op.layer = state.layer;
    op.tag = nextTag++;
    op.tensor = tensor;
    op.from = band.layout;
    op.streams = state.overlaps;
    std::vector<size_t> first = firstEqual(program.layouts[band.layout]);
    for (int32_t position = 0; position < cluster.size(); ++position) {
      op.place = placeOf(band, position, slot);
      if (op.place.buffer >= 0 && first[op.place.part] == size_t(op.place.part))
        cluster.programs[position].body.push_back(op);
    }
  }
}

//===----------------------------------------------------------------------===//
// Clusters
//===----------------------------------------------------------------------===//

std::string SegmentBuilder::addLayer(size_t index, int32_t layer) {
  Cluster &cluster = clusters[index];
  LayerState state;
  state.layer = layer;
  state.tiles = &layers[layer];
  state.tiling =
      model.makeTiling(layer, placed.plan->partitions[layer], plan.beatCalls);
  state.overlaps = cluster.costs[layer - cluster.plan->firstLayer].overlapped;
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
    for (ChipletProgram &chiplet : cluster.programs)
      if (!chiplet.load.empty() || !chiplet.body.empty())
        made.chiplets.push_back(std::move(chiplet));
  llvm::sort(made.chiplets,
             [](const ChipletProgram &a, const ChipletProgram &b) {
               return a.chiplet < b.chiplet;
             });
  return "";
}
