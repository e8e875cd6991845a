//===- ProgramBuilder.cpp - Chiplet programs by hand ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
using namespace scope::programs;

ProgramBuilder::ProgramBuilder(int32_t rows, int32_t cols) {
  program.name = "test";
  program.rows = rows;
  program.cols = cols;
  program.layers = {"layer"};
  program.kernels = {{"kernel"}};
}

int32_t ProgramBuilder::tensor(llvm::StringRef name, TensorKind kind,
                               llvm::ArrayRef<int64_t> shape) {
  Tensor tensor;
  tensor.name = name.str();
  tensor.kind = kind;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.isInDram = kind != TensorKind::Value;
  program.tensors.push_back(tensor);
  return static_cast<int32_t>(program.tensors.size()) - 1;
}

int32_t ProgramBuilder::boxes(int32_t tensor,
                              std::vector<std::pair<int32_t, Box>> parts) {
  Layout layout;
  layout.tensor = tensor;
  for (auto &[chiplet, box] : parts)
    layout.parts.push_back({chiplet, box});
  program.layouts.push_back(std::move(layout));
  return static_cast<int32_t>(program.layouts.size()) - 1;
}

int32_t ProgramBuilder::copies(int32_t tensor, llvm::ArrayRef<int32_t> chiplets,
                               int64_t calls) {
  std::vector<std::pair<int32_t, Box>> parts;
  for (int32_t chiplet : chiplets)
    parts.push_back(
        {chiplet, wholeBox(program.tensors[tensor].beatShape(calls))});
  return boxes(tensor, std::move(parts));
}

int32_t ProgramBuilder::shares(int32_t tensor, llvm::ArrayRef<int32_t> chiplets,
                               int64_t calls) {
  int64_t all = elements(wholeBox(program.tensors[tensor].beatShape(calls)));
  auto count = static_cast<int64_t>(chiplets.size());
  int64_t share = (all + count - 1) / count;
  std::vector<std::pair<int32_t, Box>> parts;
  for (auto [index, chiplet] : llvm::enumerate(chiplets)) {
    int64_t begin = std::min<int64_t>(all, share * index);
    parts.push_back({chiplet, {{begin, std::min(all, begin + share)}}});
  }
  int32_t result = boxes(tensor, std::move(parts));
  program.layouts[result].isFlat = true;
  return result;
}

int32_t ProgramBuilder::bands(int32_t tensor, llvm::ArrayRef<int32_t> chiplets,
                              int64_t halo) {
  Box whole = wholeBox(program.tensors[tensor].beatShape(1));
  int64_t rows = whole[1].end;
  auto count = static_cast<int64_t>(chiplets.size());
  int64_t band = (rows + count - 1) / count;
  std::vector<std::pair<int32_t, Box>> parts;
  for (auto [index, chiplet] : llvm::enumerate(chiplets)) {
    int64_t begin = band * static_cast<int64_t>(index);
    Box box = whole;
    box[1] = intersect(Range{begin - halo, begin + band + halo}, {0, rows});
    parts.push_back({chiplet, box});
  }
  return boxes(tensor, std::move(parts));
}

void ProgramBuilder::segment(int64_t beats, int64_t beatCalls) {
  SegmentProgram segment;
  segment.beats = beats;
  segment.beatCalls = beatCalls;
  program.calls = beats * beatCalls;
  program.segments.push_back(std::move(segment));
}

ChipletProgram &ProgramBuilder::at(int32_t chiplet) {
  std::vector<ChipletProgram> &chiplets = program.segments.back().chiplets;
  auto at = llvm::lower_bound(chiplets, chiplet,
                              [](const ChipletProgram &a, int32_t number) {
                                return a.chiplet < number;
                              });
  if (at == chiplets.end() || at->chiplet != chiplet) {
    at = chiplets.insert(at, ChipletProgram());
    at->chiplet = chiplet;
  }
  return *at;
}

Place ProgramBuilder::place(int32_t chiplet, int32_t layout, int64_t slots,
                            int32_t slot, search::BufferRole role) {
  ChipletProgram &of = at(chiplet);
  const std::vector<Part> &parts = program.layouts[layout].parts;
  auto part = llvm::find_if(
      parts, [&](const Part &part) { return part.chiplet == chiplet; });
  Place result;
  result.buffer = static_cast<int32_t>(of.buffers.size());
  result.slot = slot;
  result.layout = layout;
  result.part = static_cast<int32_t>(part - parts.begin());
  Buffer buffer;
  buffer.role = role;
  if (!of.buffers.empty())
    buffer.offset = of.buffers.back().offset +
                    of.buffers.back().bytes * of.buffers.back().slots;
  buffer.bytes = buffer.stride = program.bytes(layout, result.part);
  buffer.slots = slots;
  of.buffers.push_back(buffer);
  return result;
}

Op &ProgramBuilder::add(int32_t chiplet, OpKind kind, int32_t tag,
                        const Place &place, bool isLoad) {
  std::vector<Op> &ops = isLoad ? at(chiplet).load : at(chiplet).body;
  Op &op = ops.emplace_back();
  op.kind = kind;
  op.tag = tag;
  op.place = place;
  op.tensor = program.layouts[place.layout].tensor;
  return op;
}

Op &ProgramBuilder::load(int32_t chiplet, int32_t tag, const Place &to,
                         bool isLoad) {
  Op &op = add(chiplet, OpKind::Load, tag, to, isLoad);
  op.to = to.layout;
  return op;
}

Op &ProgramBuilder::store(int32_t chiplet, int32_t tag, const Place &from) {
  Op &op = add(chiplet, OpKind::Store, tag, from, false);
  op.from = from.layout;
  return op;
}

Op &ProgramBuilder::send(int32_t chiplet, int32_t tag, const Place &what,
                         int32_t to, bool isLoad) {
  Op &op = add(chiplet, OpKind::Send, tag, what, isLoad);
  op.from = what.layout;
  op.to = to;
  return op;
}

Op &ProgramBuilder::recv(int32_t chiplet, int32_t tag, const Place &where,
                         int32_t from, const Place &own, bool isLoad) {
  Op &op = add(chiplet, OpKind::Recv, tag, where, isLoad);
  op.from = from;
  op.to = where.layout;
  op.own = own;
  return op;
}

Op &ProgramBuilder::compute(int32_t chiplet, int64_t cycles,
                            llvm::ArrayRef<Place> reads, const Place &write) {
  Op &op = at(chiplet).body.emplace_back();
  op.kind = OpKind::Compute;
  op.kernel = 0;
  op.cycles = cycles;
  auto argument = [&](const Place &place) {
    ComputeArg arg;
    arg.place = place;
    arg.tensor = program.layouts[place.layout].tensor;
    return arg;
  };
  for (const Place &place : reads)
    op.reads.push_back(argument(place));
  op.writes.push_back(argument(write));
  return op;
}

search::Package scope::programs::testPackage(int32_t rows, int32_t cols,
                                             int64_t port, int64_t link,
                                             int64_t dram, bool multicast) {
  search::Package package;
  package.name = "test";
  package.rows = rows;
  package.cols = cols;
  search::ChipletKind kind;
  kind.sram = 1 << 30;
  package.kinds.push_back(kind);
  package.port = search::Rational(port);
  package.link = search::Rational(link);
  package.hop = 1;
  package.multicast = multicast;
  package.dramPorts.push_back({{0, 0}, search::Rational(dram)});
  return package;
}

PackageProgram scope::programs::twoStages(int64_t beats) {
  using search::BufferRole;
  ProgramBuilder b(2, 2);
  b.program.layers = {"first", "second"};
  int32_t x = b.tensor("x", TensorKind::Input, {8, 4});
  int32_t w = b.tensor("w", TensorKind::Constant, {16});
  int32_t y = b.tensor("y", TensorKind::Value, {8, 4});
  int32_t z = b.tensor("z", TensorKind::Value, {8, 4});
  b.program.tensors[z].isInDram = true;
  const int32_t first[] = {0, 1}, second[] = {2, 3};
  int32_t xShares = b.shares(x, first), xBands = b.bands(x, first, 1);
  int32_t weights = b.copies(w, first), made = b.bands(y, first);
  int32_t yShares = b.shares(y, second), yBands = b.bands(y, second, 1);
  int32_t out = b.bands(z, second);
  b.segment(beats);
  for (int32_t chiplet : first) {
    Place resident = b.place(chiplet, weights, 1, 0, BufferRole::Weights);
    Place arriving = b.place(chiplet, xShares, 1, 0, BufferRole::Arriving);
    Place input = b.place(chiplet, xBands, 2, -1, BufferRole::Input);
    Place output = b.place(chiplet, made, 1, 0, BufferRole::Output);
    b.load(chiplet, 0, resident, true);
    b.load(chiplet, 1, arriving);
    b.send(chiplet, 2, arriving, xBands);
    b.recv(chiplet, 2, input, xShares, arriving);
    b.compute(chiplet, 100, {input, resident}, output);
    b.send(chiplet, 3, output, yShares);
  }
  for (int32_t chiplet : second) {
    Place arriving = b.place(chiplet, yShares, 1, 0, BufferRole::Arriving);
    Place input = b.place(chiplet, yBands, 2, -1, BufferRole::Input);
    Place output = b.place(chiplet, out, 1, 0, BufferRole::Output);
    b.recv(chiplet, 3, arriving, made).layer = 1;
    b.send(chiplet, 4, arriving, yBands).layer = 1;
    b.recv(chiplet, 4, input, yShares, arriving).layer = 1;
    b.compute(chiplet, 80, {input}, output).layer = 1;
    b.store(chiplet, 5, output).layer = 1;
  }
  return b.program;
}
