//===- Program.h - What the chiplets of a package do -------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package runs one program a chiplet. For every segment of the plan a program
// has a *load* (once) and a *body* (once a beat). Operations move data between
// DRAM, chiplets and SRAM, or compute.
//
// What may happen when (this is the contract; the simulator times it, the
// checks prove it live, the executor follows it in program order):
//
// - Segments run one after another; the next begins when all chiplets have
//   ended the one before.
// - An operation starts when every earlier operation of the same program (in
//   beat order) that uses overlapping bytes of SRAM, at least one of the two
//   writing them, has ended. A place with anything in it uses its whole slot:
//   slots overlap or do not, whatever part of them is filled. Computations of
//   one chiplet run in program order. Nothing else orders the operations of a
//   chiplet: transfers of the next beat may start as soon as their place is
//   free.
// - The executions of one operation start and end in the order of the beats; at
//   most max(4, slots of its buffer) of them are under way.
// - A message goes when its sender's operation and its receiver's have started:
//   a receive is the credit for its slot. The k-th execution of a send meets
//   the k-th execution of the receives of the same tag. Equal pieces of one
//   sender, and equal parts of a load, may go as one message (multicast), which
//   waits until all of its receivers have started.
// - A send or a store ends when the network has taken all of its bytes: from
//   then on their place may be used again. A receive or a load ends when all of
//   its bytes are there, a segment when everything is.
// - Operations that *stream* may follow the computation (or run ahead of it) in
//   bands: band k of kBands of a computation needs band k of the operands that
//   stream, and gives band k to the sends and stores that stream. That holds
//   for two operations of which all that they do with the bytes they share
//   streams, in the same buffer and layout; if one of them does not stream, or
//   they meet elsewhere, the later one waits for the end of the earlier one.
//
// Everything is referred to by integer indices; nothing here knows MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_PROGRAM_H
#define SCOPE_PROGRAMS_PROGRAM_H

#include "scope/Programs/Layout.h"
#include "scope/Search/BufferPlan.h"

#include <string>

namespace scope::programs {

/// Bands in which transfers that stream follow a computation.
inline constexpr int64_t kBands = 8;

/// What a tensor is.
enum class TensorKind : uint8_t {
  /// An argument of the function, in DRAM from the start.
  Input,
  /// Made by a layer.
  Value,
  /// A compile-time constant that is loaded into SRAM, in DRAM from the start.
  Constant,
  /// A constant that computations read in DRAM, a few rows at a time.
  Table,
};

struct Tensor {
  std::string name;
  TensorKind kind = TensorKind::Value;
  /// Of one call, or of the constant; without the calls of a beat.
  llvm::SmallVector<int64_t, 4> shape;
  /// As planned (with `assume-bits`, less than what really is moved when the
  /// programs are executed).
  int64_t elementBytes = 1;
  /// Input: argument of the function. Constant, table: result of the function
  /// of the constants. Value: the value of the network.
  int32_t index = 0;
  /// The value of the network (values and inputs); negative for constants.
  int32_t value = -1;
  /// Whether segments read it from DRAM or write it there.
  bool isInDram = false;

  bool isConstant() const {
    return kind == TensorKind::Constant || kind == TensorKind::Table;
  }
  /// The shape of a beat of `calls` calls: calls first.
  llvm::SmallVector<int64_t, 5> beatShape(int64_t calls) const;
};

/// A piece of SRAM of one chiplet.
struct Buffer {
  search::BufferRole role = search::BufferRole::Input;
  /// The layer it belongs to, and the operand, result or value that it holds.
  int32_t layer = 0;
  int32_t index = 0;
  int64_t offset = 0;
  /// Bytes that one slot may hold, the number of slots, and the bytes from the
  /// beginning of one to that of the next.
  int64_t bytes = 0;
  int64_t slots = 1;
  int64_t stride = 0;
};

/// Where data lies in SRAM: the part number `part` of `layout`, with its last
/// dimension innermost, in a slot of a buffer.
struct Place {
  /// Index into `ChipletProgram::buffers`; negative for none.
  int32_t buffer = -1;
  /// Which slot; negative: the number of the beat modulo the slots.
  int32_t slot = -1;
  /// Index into `PackageProgram::layouts`, and into its parts.
  int32_t layout = -1;
  int32_t part = -1;
};

/// One operand or result of a computation.
struct ComputeArg {
  Place place;
  /// Index into `PackageProgram::tensors`; for one that is read in DRAM
  /// (`place.buffer` negative) all there is to say.
  int32_t tensor = 0;
  /// The part of the tensor that is used, as layout and part: inside of what
  /// the place holds. Negative: all that the place holds.
  int32_t boxLayout = -1;
  int32_t boxPart = -1;
  /// Whether the computation takes it band by band while it arrives, or gives
  /// it band by band.
  bool streams = false;
};

enum class OpKind : uint8_t {
  /// DRAM to SRAM. Loads of one tag on several chiplets read every byte once.
  /// What `own` has already is copied inside the SRAM and not read.
  Load,
  /// SRAM to DRAM.
  Store,
  /// SRAM to the SRAMs of other chiplets, each what it needs of it.
  Send,
  /// From other chiplets (and from `own`, a copy inside this SRAM).
  Recv,
  /// A kernel on tiles.
  Compute,
};

struct Op {
  OpKind kind = OpKind::Compute;
  /// The layer it works for; names it in traces and errors.
  int32_t layer = 0;
  /// Pairs sends with receives, and loads of one tensor with each other. A tag
  /// belongs to one segment, and to one pair of layouts.
  int32_t tag = -1;
  /// What is moved.
  int32_t tensor = 0;
  /// Where it goes to (load, recv) or comes from (store, send).
  Place place;
  /// Recv, load: where this chiplet already has a part of it.
  Place own;
  /// Layouts: what the senders have, and what the receivers need. `from` is
  /// negative for a load, `to` for a store.
  int32_t from = -1;
  int32_t to = -1;
  /// Whether it may follow the computation that makes or uses it in bands.
  bool streams = false;

  /// Compute: index into `PackageProgram::kernels`. The kernel computes one
  /// call and runs once for every call of the boxes of its results.
  int32_t kernel = -1;
  std::vector<ComputeArg> reads;
  std::vector<ComputeArg> writes;
  /// Cycles of all calls on this chiplet, multiply-accumulates, and bytes that
  /// it reads and writes in SRAM while computing.
  int64_t cycles = 0;
  int64_t macs = 0;
  int64_t readBytes = 0;
  int64_t writtenBytes = 0;
  /// Bytes of tables that it reads in DRAM.
  int64_t tableBytes = 0;
};

/// What one chiplet does in one segment.
struct ChipletProgram {
  /// row * columns + column.
  int32_t chiplet = 0;
  std::vector<Buffer> buffers;
  std::vector<Op> load;
  std::vector<Op> body;
};

struct SegmentProgram {
  int64_t beatCalls = 1;
  int64_t beats = 1;
  /// Chiplets that do something, ascending.
  std::vector<ChipletProgram> chiplets;
};

struct Kernel {
  /// Symbol of the function that computes one call.
  std::string name;
};

/// The programs of all chiplets of a package.
struct PackageProgram {
  std::string name;
  int32_t rows = 1;
  int32_t cols = 1;
  /// Calls of the function in the batch.
  int64_t calls = 1;
  std::vector<std::string> layers;
  std::vector<Tensor> tensors;
  std::vector<Layout> layouts;
  std::vector<Kernel> kernels;
  std::vector<SegmentProgram> segments;

  /// Bytes of part `part` of layout `layout`.
  int64_t bytes(int32_t layout, int32_t part) const;
};

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_PROGRAM_H
