//===- EqualSegments.cpp - Segments that are the same ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A segment is written down as a sequence of numbers in which tensors and
// layouts are called by the order in which they come up, and described there;
// tags by their rank. Segments are the same if their sequences are.
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/EqualSegments.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

using namespace scope::programs;

namespace {
/// Writes one segment down.
class SegmentText {
public:
  SegmentText(const PackageProgram &program, const SegmentProgram &segment)
      : program(program), segment(segment) {}

  std::vector<int64_t> write() {
    rankTags();
    add(segment.beatCalls, segment.beats, segment.chiplets.size());
    for (const ChipletProgram &chiplet : segment.chiplets) {
      add(chiplet.chiplet, chiplet.buffers.size(), chiplet.load.size(),
          chiplet.body.size());
      for (const Buffer &buffer : chiplet.buffers)
        add(buffer.offset, buffer.bytes, buffer.slots, buffer.stride);
      for (const std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
        for (const Op &op : *ops)
          addOp(op);
    }
    return std::move(text);
  }

private:
  template <typename... Numbers> void add(Numbers... numbers) {
    (text.push_back(static_cast<int64_t>(numbers)), ...);
  }

  void rankTags() {
    for (const ChipletProgram &chiplet : segment.chiplets)
      for (const std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
        for (const Op &op : *ops)
          tags.push_back(op.tag);
    llvm::sort(tags);
    tags.erase(llvm::unique(tags), tags.end());
  }

  void addTensor(int32_t tensor) {
    auto [at, isNew] = tensors.try_emplace(tensor, tensors.size());
    add(at->second);
    if (!isNew)
      return;
    const Tensor &of = program.tensors[tensor];
    add(of.kind, of.elementBytes, of.shape.size());
    text.insert(text.end(), of.shape.begin(), of.shape.end());
  }

  void addLayout(int32_t layout) {
    if (layout < 0)
      return add(-1);
    auto [at, isNew] = layouts.try_emplace(layout, layouts.size());
    add(at->second);
    if (!isNew)
      return;
    const Layout &of = program.layouts[layout];
    addTensor(of.tensor);
    add(of.isFlat, of.parts.size());
    for (const Part &part : of.parts) {
      add(part.chiplet, part.box.size());
      for (const Range &range : part.box)
        add(range.begin, range.end);
    }
  }

  void addPlace(const Place &place) {
    if (place.buffer < 0)
      return add(-1);
    add(place.buffer, place.slot, place.part);
    addLayout(place.layout);
  }

  void addArguments(llvm::ArrayRef<ComputeArg> arguments) {
    add(arguments.size());
    for (const ComputeArg &argument : arguments) {
      addPlace(argument.place);
      addTensor(argument.tensor);
      addLayout(argument.boxLayout);
      add(argument.boxPart, argument.streams);
    }
  }

  void addOp(const Op &op) {
    add(op.kind);
    if (op.kind == OpKind::Compute) {
      addArguments(op.reads);
      addArguments(op.writes);
      return add(op.cycles, op.macs, op.readBytes, op.writtenBytes,
                 op.tableBytes);
    }
    add(llvm::lower_bound(tags, op.tag) - tags.begin(), op.streams);
    addTensor(op.tensor);
    addPlace(op.place);
    addPlace(op.own);
    addLayout(op.from);
    addLayout(op.to);
  }

  const PackageProgram &program;
  const SegmentProgram &segment;
  std::vector<int32_t> tags;
  llvm::DenseMap<int32_t, size_t> tensors, layouts;
  std::vector<int64_t> text;
};
} // namespace

std::vector<int32_t>
scope::programs::firstEqualSegments(const PackageProgram &program) {
  std::vector<int32_t> result;
  // By hash: the first segments with it. Their sequences are written again to
  // compare, which is rare enough, and saves keeping all of them.
  llvm::DenseMap<uint64_t, llvm::SmallVector<int32_t, 1>> byHash;
  for (auto [index, segment] : llvm::enumerate(program.segments)) {
    std::vector<int64_t> text = SegmentText(program, segment).write();
    // Two keys are taken by the map itself.
    uint64_t hash =
        llvm::xxh3_64bits(
            llvm::ArrayRef(reinterpret_cast<const uint8_t *>(text.data()),
                           text.size() * sizeof(int64_t))) >>
        1;
    llvm::SmallVector<int32_t, 1> &known = byHash[hash];
    const auto *same = llvm::find_if(known, [&](int32_t other) {
      return SegmentText(program, program.segments[other]).write() == text;
    });
    if (same != known.end()) {
      result.push_back(*same);
      continue;
    }
    known.push_back(static_cast<int32_t>(index));
    result.push_back(static_cast<int32_t>(index));
  }
  return result;
}
