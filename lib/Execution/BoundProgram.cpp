//===- BoundProgram.cpp - Programs with addresses -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BoundProgram.h"

using namespace scope;
using namespace scope::programs;

int64_t scope::sramBytes(const ChipletProgram &chiplet, int64_t stretch) {
  int64_t end = 0;
  for (const Buffer &buffer : chiplet.buffers)
    end = std::max(end, buffer.offset + (buffer.slots - 1) * buffer.stride +
                            buffer.bytes);
  return end * stretch;
}

namespace {
class Binder {
public:
  Binder(const BindingContext &context, const SegmentProgram &segment,
         const ChipletProgram &chiplet, char *sram)
      : context(context), program(context.program), segment(segment),
        chiplet(chiplet), sram(sram) {}

  BoundOp bindOp(const Op &op) {
    BoundOp bound;
    bound.op = &op;
    if (op.kind == OpKind::Compute) {
      bindCompute(op, bound);
      return bound;
    }
    bound.place = bindPlace(op.place, op.tensor);
    bound.own = bindPlace(op.own, op.tensor);
    int64_t width = context.types.elementBytes(op.tensor);
    const Tensor &tensor = program.tensors[op.tensor];
    auto shape = tensor.beatShape(segment.beatCalls);
    if (bound.own.base) {
      const Layout &has = program.layouts[op.own.layout];
      const Layout &needs = program.layouts[op.to];
      Piece piece = intersect(has, has.parts[op.own.part], needs,
                              *needs.find(chiplet.chiplet), shape);
      bound.ownCopies =
          planCopies(piece, shape, bound.own.extent, bound.place.extent, width);
    }
    if (op.kind != OpKind::Load && op.kind != OpKind::Store)
      return bound;
    const Layout &moved =
        program.layouts[op.kind == OpKind::Load ? op.to : op.from];
    const Part &part = *moved.find(chiplet.chiplet);
    Piece piece = intersect(moved, part, moved, part, shape);
    bound.dram = context.dram[op.tensor];
    if (!tensor.isConstant())
      bound.beatBytes = elements(wholeBox(shape)) * width;
    bound.dramCopies =
        op.kind == OpKind::Load
            ? planCopies(piece, shape, Extent::all(), bound.place.extent, width)
            : planCopies(piece, shape, bound.place.extent, Extent::all(),
                         width);
    return bound;
  }

private:
  BoundPlace bindPlace(const Place &place, int32_t tensor) {
    BoundPlace bound;
    if (place.buffer < 0)
      return bound;
    const Buffer &buffer = chiplet.buffers[place.buffer];
    bound.base = sram + buffer.offset * context.stretch;
    bound.stride = buffer.stride * context.stretch;
    bound.slots = buffer.slots;
    bound.slot = place.slot;
    bound.extent = Extent::of(program.layouts[place.layout], place.part);
    bound.bytes = bound.extent.elements() * context.types.elementBytes(tensor);
    return bound;
  }

  const Box &boxOf(const ComputeArg &arg) {
    return arg.boxLayout >= 0
               ? program.layouts[arg.boxLayout].parts[arg.boxPart].box
               : program.layouts[arg.place.layout].parts[arg.place.part].box;
  }

  void bindCompute(const Op &op, BoundOp &bound) {
    bound.entry = context.kernels[op.kernel];
    Range calls = boxOf(op.writes.front()).front();
    bound.calls.resize(calls.size());
    for (const ComputeArg &arg : op.reads)
      bindArg(arg, calls, bound);
    for (const ComputeArg &arg : op.writes)
      bindArg(arg, calls, bound);
  }

  void bindArg(const ComputeArg &arg, const Range &calls, BoundOp &bound) {
    const Tensor &tensor = program.tensors[arg.tensor];
    const Box &used = boxOf(arg);
    BoundArg operand;
    Box held;
    if (arg.place.buffer >= 0) {
      operand.place = bindPlace(arg.place, arg.tensor);
      held = operand.place.extent.box;
    } else {
      held = wholeBox(tensor.beatShape(segment.beatCalls));
      operand.place.base = context.dram[arg.tensor];
    }
    llvm::SmallVector<int64_t, 5> strides(held.size(), 1), sizes;
    for (size_t dim = held.size() - 1; dim > 0; --dim)
      strides[dim - 1] = strides[dim] * held[dim].size();
    for (const Range &range : llvm::drop_begin(used))
      sizes.push_back(range.size());
    bound.frame.add(sizes, llvm::ArrayRef(strides).drop_front());
    int64_t width = context.types.elementBytes(arg.tensor);
    for (int64_t call = calls.begin; call < calls.end; ++call) {
      int64_t at = tensor.isConstant() ? 0 : call - held.front().begin;
      int64_t first = at * strides.front();
      for (size_t dim = 1; dim < held.size(); ++dim)
        first += (used[dim].begin - held[dim].begin) * strides[dim];
      operand.offset = first * width;
      bound.calls[call - calls.begin].push_back(operand);
    }
  }

  const BindingContext &context;
  const PackageProgram &program;
  const SegmentProgram &segment;
  const ChipletProgram &chiplet;
  char *sram;
};
} // namespace

BoundProgram scope::bind(const BindingContext &context,
                         const SegmentProgram &segment,
                         const ChipletProgram &chiplet, char *sram) {
  Binder binder(context, segment, chiplet, sram);
  BoundProgram bound;
  bound.chiplet = chiplet.chiplet;
  for (const Op &op : chiplet.load)
    bound.load.push_back(binder.bindOp(op));
  for (const Op &op : chiplet.body)
    bound.body.push_back(binder.bindOp(op));
  return bound;
}
