//===- CheckStructure.cpp - Indices, shapes, and the SRAM -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace scope;
using namespace scope::programs;

template <typename T>
static bool isIndex(int32_t index, const std::vector<T> &of) {
  return index >= 0 && index < static_cast<int64_t>(of.size());
}

namespace {
/// Looks at one operation, and says one thing about it.
class OpCheck {
public:
  /// `isSound`: by layout, whether it has been looked at in this segment.
  OpCheck(Checker &checker, std::vector<bool> &isSound, const OpRef &ref)
      : checker(checker), isSound(isSound), program(checker.program), ref(ref),
        segment(program.segments[ref.segment]),
        chiplet(segment.chiplets[ref.program]), op(getOp(program, ref)) {}

  void run() {
    if (!isIndex(op.layer, program.layers))
      return fail("the layer " + llvm::Twine(op.layer) + " does not exist");
    if (op.kind == OpKind::Compute)
      return compute();
    if (op.tag < 0)
      return fail("it has no tag");
    if (!isIndex(op.tensor, program.tensors))
      return fail("the tensor " + llvm::Twine(op.tensor) + " does not exist");
    bool hasFrom = op.kind != OpKind::Load, hasTo = op.kind != OpKind::Store;
    if (hasFrom != (op.from >= 0) || hasTo != (op.to >= 0))
      return fail("it needs " +
                  llvm::Twine(hasFrom ? "a layout `from`" : "no `from`") +
                  " and " + llvm::Twine(hasTo ? "a layout `to`" : "no `to`"));
    if (!(!hasFrom || layout(op.from, op.tensor)) ||
        !(!hasTo || layout(op.to, op.tensor)))
      return;
    place(op.place, op.tensor);
    if (op.own.buffer >= 0)
      place(op.own, op.tensor);
  }

private:
  void fail(const llvm::Twine &text, Finding finding = Finding::Malformed) {
    checker.report(finding, ref, text);
  }

  void compute() {
    if (!isIndex(op.kernel, program.kernels))
      return fail("the kernel " + llvm::Twine(op.kernel) + " does not exist");
    if (op.cycles < 0 || op.writes.empty())
      return fail("a computation has a result and no negative time");
    for (const ComputeArg &arg : op.reads)
      argument(arg, false);
    for (const ComputeArg &arg : op.writes)
      argument(arg, true);
  }

  void argument(const ComputeArg &arg, bool isResult) {
    if (!isIndex(arg.tensor, program.tensors))
      return fail("the tensor " + llvm::Twine(arg.tensor) + " does not exist");
    if (arg.place.buffer < 0) {
      if (isResult || program.tensors[arg.tensor].kind != TensorKind::Table)
        fail("only tables are used in DRAM");
      return;
    }
    if (!place(arg.place, arg.tensor))
      return;
    if (arg.boxLayout < 0)
      return;
    if (!layout(arg.boxLayout, arg.tensor))
      return;
    const Layout &boxes = program.layouts[arg.boxLayout];
    const Layout &places = program.layouts[arg.place.layout];
    if (!isIndex(arg.boxPart, boxes.parts))
      return fail("the part " + llvm::Twine(arg.boxPart) + " does not exist");
    const Box &box = boxes.parts[arg.boxPart].box;
    if (boxes.isFlat != places.isFlat ||
        !contains(places.parts[arg.place.part].box, box))
      fail("an argument is not inside what its place holds");
  }

  bool layout(int32_t index, int32_t tensor) {
    if (!isIndex(index, program.layouts)) {
      fail("the layout " + llvm::Twine(index) + " does not exist");
      return false;
    }
    const Layout &layout = program.layouts[index];
    if (layout.tensor != tensor) {
      fail("the layout " + llvm::Twine(index) + " is not of its tensor");
      return false;
    }
    if (isSound[index])
      return true;
    Box whole = wholeBox(program.tensors[tensor].beatShape(segment.beatCalls));
    if (layout.isFlat)
      whole = {{0, elements(whole)}};
    for (const Part &part : layout.parts) {
      if (part.box.size() != whole.size() || !contains(whole, part.box)) {
        fail("a part of the layout " + llvm::Twine(index) +
             " is not inside a beat of the tensor");
        return false;
      }
    }
    isSound[index] = true;
    return true;
  }

  bool place(const Place &place, int32_t tensor) {
    if (!isIndex(place.buffer, chiplet.buffers)) {
      fail("the buffer " + llvm::Twine(place.buffer) + " does not exist");
      return false;
    }
    if (!layout(place.layout, tensor))
      return false;
    const std::vector<Part> &parts = program.layouts[place.layout].parts;
    if (!isIndex(place.part, parts)) {
      fail("the part " + llvm::Twine(place.part) + " does not exist");
      return false;
    }
    if (parts[place.part].chiplet != chiplet.chiplet) {
      fail("its place holds the part of the chiplet " +
           checker.nameOf(parts[place.part].chiplet));
      return false;
    }
    const Buffer &buffer = chiplet.buffers[place.buffer];
    if (place.slot >= buffer.slots) {
      fail("the slot " + llvm::Twine(place.slot) + " does not exist");
      return false;
    }
    int64_t bytes = program.bytes(place.layout, place.part);
    if (bytes > buffer.bytes)
      fail(llvm::Twine(bytes) + " bytes lie in a slot of " +
               llvm::Twine(buffer.bytes),
           Finding::Space);
    return true;
  }

  Checker &checker;
  std::vector<bool> &isSound;
  const PackageProgram &program;
  OpRef ref;
  const SegmentProgram &segment;
  const ChipletProgram &chiplet;
  const Op &op;
};
} // namespace

/// Marks the buffers that `op` has places in.
static void markUsed(const Op &op, std::vector<bool> &isUsed) {
  auto mark = [&](const Place &place) {
    if (place.buffer >= 0 && place.buffer < static_cast<int32_t>(isUsed.size()))
      isUsed[place.buffer] = true;
  };
  mark(op.place);
  mark(op.own);
  for (const ComputeArg &arg : op.reads)
    mark(arg.place);
  for (const ComputeArg &arg : op.writes)
    mark(arg.place);
}

/// Grid, chiplets and buffers of `segment`; false if operations cannot be
/// looked at.
static bool checkChiplets(Checker &checker, int32_t number) {
  const SegmentProgram &segment = checker.program.segments[number];
  const search::Package &package = checker.package;
  auto fail = [&](Finding finding, const llvm::Twine &text) {
    checker.report(finding, {}, "segment " + llvm::Twine(number) + ": " + text);
  };
  if (segment.beatCalls < 1 || segment.beats < 1) {
    fail(Finding::Malformed, "a segment has beats, and calls in each");
    return false;
  }
  int32_t last = -1;
  for (const ChipletProgram &chiplet : segment.chiplets) {
    search::Coordinate at = {chiplet.chiplet / package.cols,
                             chiplet.chiplet % package.cols};
    if (chiplet.chiplet <= last || at.row >= package.rows ||
        !search::isEnabled(package, at)) {
      fail(Finding::Malformed, "chiplet " + checker.nameOf(chiplet.chiplet) +
                                   " is unknown, disabled, or out of order");
      return false;
    }
    last = chiplet.chiplet;
    int64_t sram = search::kindOf(package, at).sram;
    std::vector<bool> isUsed(chiplet.buffers.size());
    for (const std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
      for (const Op &op : *ops)
        markUsed(op, isUsed);
    for (auto [index, buffer] : llvm::enumerate(chiplet.buffers)) {
      if (!isUsed[index])
        continue;
      if (buffer.offset < 0 || buffer.bytes < 0 || buffer.slots < 1 ||
          (buffer.slots > 1 && buffer.stride < buffer.bytes)) {
        fail(Finding::Malformed,
             "buffer " + llvm::Twine(index) + " of chiplet " +
                 checker.nameOf(chiplet.chiplet) +
                 " has a negative size, or slots that overlap: " +
                 llvm::Twine(buffer.slots) + " slots of " +
                 llvm::Twine(buffer.bytes) + " bytes, " +
                 llvm::Twine(buffer.stride) + " apart");
        return false;
      }
      __int128 end = buffer.offset + buffer.bytes +
                     static_cast<__int128>(buffer.stride) * (buffer.slots - 1);
      if (end > sram)
        fail(Finding::Space, "buffer " + llvm::Twine(index) + " of chiplet " +
                                 checker.nameOf(chiplet.chiplet) + " ends at " +
                                 llvm::Twine(search::saturate(end)) +
                                 " of the SRAM's bytes, it has " +
                                 llvm::Twine(sram));
    }
  }
  return true;
}

void scope::programs::checkStructure(Checker &checker) {
  const PackageProgram &program = checker.program;
  if (program.rows != checker.package.rows ||
      program.cols != checker.package.cols) {
    checker.report(Finding::Malformed, {},
                   "the programs are for a grid of " +
                       llvm::Twine(program.rows) + " x " +
                       llvm::Twine(program.cols) + ", the package has " +
                       llvm::Twine(checker.package.rows) + " x " +
                       llvm::Twine(checker.package.cols));
    return;
  }
  for (int32_t segment = 0, end = static_cast<int32_t>(program.segments.size());
       segment < end; ++segment) {
    if (!checkChiplets(checker, segment))
      continue;
    std::vector<bool> isSound(program.layouts.size());
    forEachOp(program, segment, [&](const OpRef &ref, const Op &) {
      OpCheck(checker, isSound, ref).run();
    });
  }
}
