//===- EqualSegments.cpp - Segments that are the same ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two segments are walked side by side. What stands at the same place has to
// have the same name throughout, in both directions.
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/EqualSegments.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace scope::programs;

namespace {
/// Which numbers of one segment stand for which of the other.
class Renaming {
public:
  enum Answer { Different, Known, New };

  Answer match(int32_t left, int32_t right) {
    auto [at, isNew] = toRight.try_emplace(left, right);
    if (!isNew)
      return at->second == right ? Known : Different;
    return toLeft.try_emplace(right, left).second ? New : Different;
  }

  bool keepsOrder() const {
    std::vector<std::pair<int32_t, int32_t>> pairs(toRight.begin(),
                                                   toRight.end());
    llvm::sort(pairs);
    return llvm::is_sorted(pairs, [](const auto &a, const auto &b) {
      return a.second < b.second;
    });
  }

private:
  llvm::SmallDenseMap<int32_t, int32_t> toRight, toLeft;
};

/// Compares two segments of one program.
class Comparison {
public:
  explicit Comparison(const PackageProgram &program) : program(program) {}

  bool segments(const SegmentProgram &a, const SegmentProgram &b) {
    return a.beatCalls == b.beatCalls && a.beats == b.beats &&
           equal(a.chiplets, b.chiplets, &Comparison::chiplet) &&
           tags.keepsOrder();
  }

private:
  template <typename List, typename Element>
  bool equal(const List &a, const List &b,
             bool (Comparison::*same)(const Element &, const Element &)) {
    return a.size() == b.size() &&
           llvm::all_of(llvm::zip_equal(a, b), [&](const auto &pair) {
             return (this->*same)(std::get<0>(pair), std::get<1>(pair));
           });
  }

  bool chiplet(const ChipletProgram &a, const ChipletProgram &b) {
    return a.chiplet == b.chiplet &&
           equal(a.buffers, b.buffers, &Comparison::buffer) &&
           equal(a.load, b.load, &Comparison::op) &&
           equal(a.body, b.body, &Comparison::op);
  }

  bool buffer(const Buffer &a, const Buffer &b) {
    return a.offset == b.offset && a.bytes == b.bytes && a.slots == b.slots &&
           a.stride == b.stride;
  }

  bool op(const Op &a, const Op &b) {
    if (a.kind != b.kind)
      return false;
    if (a.kind == OpKind::Compute)
      return a.cycles == b.cycles && a.macs == b.macs &&
             a.readBytes == b.readBytes && a.writtenBytes == b.writtenBytes &&
             a.tableBytes == b.tableBytes &&
             equal(a.reads, b.reads, &Comparison::argument) &&
             equal(a.writes, b.writes, &Comparison::argument);
    return a.streams == b.streams &&
           tags.match(a.tag, b.tag) != Renaming::Different &&
           tensor(a.tensor, b.tensor) && place(a.place, b.place) &&
           place(a.own, b.own) && layout(a.from, b.from) && layout(a.to, b.to);
  }

  bool argument(const ComputeArg &a, const ComputeArg &b) {
    return a.streams == b.streams && a.boxPart == b.boxPart &&
           tensor(a.tensor, b.tensor) && place(a.place, b.place) &&
           layout(a.boxLayout, b.boxLayout);
  }

  bool place(const Place &a, const Place &b) {
    return a.buffer == b.buffer &&
           (a.buffer < 0 || (a.slot == b.slot && a.part == b.part &&
                             layout(a.layout, b.layout)));
  }

  bool tensor(int32_t left, int32_t right) {
    Renaming::Answer answer = tensors.match(left, right);
    if (answer != Renaming::New)
      return answer == Renaming::Known;
    const Tensor &a = program.tensors[left], &b = program.tensors[right];
    return a.kind == b.kind && a.elementBytes == b.elementBytes &&
           a.shape == b.shape;
  }

  bool layout(int32_t left, int32_t right) {
    if (left < 0 || right < 0)
      return left < 0 && right < 0;
    Renaming::Answer answer = layouts.match(left, right);
    if (answer != Renaming::New)
      return answer == Renaming::Known;
    const Layout &a = program.layouts[left], &b = program.layouts[right];
    return a.isFlat == b.isFlat && tensor(a.tensor, b.tensor) &&
           equal(a.parts, b.parts, &Comparison::part);
  }

  bool part(const Part &a, const Part &b) {
    return a.chiplet == b.chiplet && a.box == b.box;
  }

  const PackageProgram &program;
  Renaming tensors, layouts, tags;
};
} // namespace

std::vector<int32_t>
scope::programs::firstEqualSegments(const PackageProgram &program) {
  std::vector<int32_t> result;
  // By number of operations: segments that are not equal to one before.
  llvm::DenseMap<size_t, llvm::SmallVector<int32_t, 1>> different;
  for (const SegmentProgram &segment : program.segments) {
    size_t ops = 0;
    for (const ChipletProgram &chiplet : segment.chiplets)
      ops += chiplet.load.size() + chiplet.body.size();
    llvm::SmallVector<int32_t, 1> &candidates = different[ops];
    const auto *same = llvm::find_if(candidates, [&](int32_t other) {
      return Comparison(program).segments(program.segments[other], segment);
    });
    if (same != candidates.end()) {
      result.push_back(*same);
      continue;
    }
    candidates.push_back(static_cast<int32_t>(result.size()));
    result.push_back(candidates.back());
  }
  return result;
}
