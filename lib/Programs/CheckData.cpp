//===- CheckData.cpp - What lies in SRAM when it is read ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations that use the same bytes keep program order, so what a read finds
// is what the last writes before it in program order left there. The check
// walks the load and then beats until slots have met in every combination, and
// keeps for each slot what was written to it since something else was.
//
//===----------------------------------------------------------------------===//

#include "Checker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <map>
#include <numeric>

using namespace scope::programs;

namespace {
/// Slots that meet less often than this are not followed further.
constexpr int64_t kMostBeats = 64;

/// What lies in one slot.
struct Content {
  int64_t begin = 0;
  int64_t end = 0;
  int32_t buffer = 0;

  int32_t tensor = -1;
  bool isFlat = false;
  /// What the place holds, and what of it was written.
  Box held;
  llvm::SmallVector<Box, 1> written;
  int64_t beat = -1;
  OpRef writer;
  /// Who wrote other data over it.
  OpRef destroyer;
};

class DataCheck {
public:
  DataCheck(Checker &checker, const OpRef &where)
      : checker(checker), program(checker.program), where(where),
        segment(program.segments[where.segment]),
        chiplet(segment.chiplets[where.program]) {
    for (const Buffer &buffer : chiplet.buffers) {
      firstSlot.push_back(static_cast<int32_t>(slots.size()));
      for (int64_t slot = 0; slot < buffer.slots; ++slot) {
        Content content;
        content.begin = buffer.offset + slot * buffer.stride;
        content.end = content.begin + buffer.bytes;
        content.buffer = static_cast<int32_t>(firstSlot.size()) - 1;
        slots.push_back(content);
      }
    }
    countBeats();
  }

  void run() {
    walk(chiplet.load, true, 0);
    for (int64_t beat = 0; beat < beats; ++beat)
      walk(chiplet.body, false, beat);
  }

private:
  /// How many beats it takes until slots that take turns, and have bytes in
  /// common with others, have met in every way.
  void countBeats() {
    std::vector<int32_t> order;
    for (size_t slot = 0; slot < slots.size(); ++slot)
      if (slots[slot].begin < slots[slot].end)
        order.push_back(static_cast<int32_t>(slot));
    llvm::sort(order, [&](int32_t a, int32_t b) {
      return slots[a].begin < slots[b].begin;
    });
    int64_t period = 1, endBefore = 0;
    for (size_t at = 0; at < order.size() && period <= kMostBeats; ++at) {
      const Content &slot = slots[order[at]];
      bool meetsNext =
          at + 1 < order.size() && slots[order[at + 1]].begin < slot.end;
      if (slot.begin < endBefore || meetsNext)
        period = std::lcm(period, chiplet.buffers[slot.buffer].slots);
      endBefore = std::max(endBefore, slot.end);
    }
    beats = std::min({segment.beats, period + 1, kMostBeats});
  }

  void walk(const std::vector<Op> &ops, bool isLoad, int64_t beat) {
    for (auto [number, op] : llvm::enumerate(ops)) {
      if (checker.isFull())
        return;
      OpRef ref = {where.segment, where.program, isLoad,
                   static_cast<int32_t>(number)};
      inUse.clear();
      auto forArgs = [&](const auto &args, auto visit) {
        for (const ComputeArg &arg : args)
          if (arg.place.buffer >= 0)
            visit(arg.place, arg.tensor,
                  arg.boxLayout < 0
                      ? partOf(arg.place)
                      : program.layouts[arg.boxLayout].parts[arg.boxPart].box);
      };
      auto readIt = [&](const Place &place, int32_t tensor, const Box &box) {
        read(ref, place, tensor, box, beat);
      };
      auto writeIt = [&](const Place &place, int32_t tensor, const Box &box) {
        write(ref, place, tensor, box, isLoad, beat);
      };
      forArgs(op.reads, readIt);
      if (op.kind == OpKind::Send || op.kind == OpKind::Store)
        readIt(op.place, op.tensor, partOf(op.place));
      if (op.own.buffer >= 0)
        readIt(op.own, op.tensor, partOf(op.own));
      forArgs(op.writes, writeIt);
      if (op.kind == OpKind::Load || op.kind == OpKind::Recv)
        writeIt(op.place, op.tensor, partOf(op.place));
    }
  }

  const Box &partOf(const Place &place) const {
    return program.layouts[place.layout].parts[place.part].box;
  }

  int32_t slotOf(const Place &place, int64_t beat) const {
    const Buffer &buffer = chiplet.buffers[place.buffer];
    int64_t slot = place.slot < 0 ? beat % buffer.slots : place.slot;
    return firstSlot[place.buffer] + static_cast<int32_t>(slot);
  }

  void write(const OpRef &ref, const Place &place, int32_t tensor,
             const Box &box, bool isLoad, int64_t beat) {
    if (elements(box) == 0)
      return;
    int32_t number = slotOf(place, beat);
    Content &content = slots[number];
    if (llvm::any_of(inUse, [&](int32_t slot) {
          return slots[slot].begin < content.end &&
                 content.begin < slots[slot].end;
        }))
      checker.report(Finding::Data, ref,
                     "it writes " + program.tensors[tensor].name +
                         " over what it reads, both in",
                     ref);
    const Layout &layout = program.layouts[place.layout];
    const Box &held = partOf(place);
    int64_t stamp = isLoad ? -1 : beat;
    if (content.tensor != tensor || content.isFlat != layout.isFlat ||
        content.held != held || content.beat != stamp ||
        content.destroyer.isValid()) {
      content.tensor = tensor;
      content.isFlat = layout.isFlat;
      content.held = held;
      content.beat = stamp;
      content.written.clear();
      content.destroyer = {};
    }
    content.written.push_back(box);
    content.writer = ref;
    takeBytes(number, ref);
  }

  /// `writer` has written to `slot`: what lay in others with bytes in common is
  /// gone.
  void takeBytes(int32_t slot, const OpRef &writer) {
    const Content &content = slots[slot];
    if (content.begin == content.end)
      return;
    auto at = intact.upper_bound(content.begin);
    if (at != intact.begin() &&
        slots[std::prev(at)->second].end > content.begin)
      --at;
    while (at != intact.end() && at->first < content.end) {
      if (at->second != slot)
        slots[at->second].destroyer = writer;
      at = intact.erase(at);
    }
    intact.emplace_hint(at, content.begin, slot);
  }

  void read(const OpRef &ref, const Place &place, int32_t tensor,
            const Box &box, int64_t beat) {
    if (elements(box) == 0)
      return;
    inUse.push_back(slotOf(place, beat));
    const Content &content = slots[inUse.back()];
    auto fail = [&](const llvm::Twine &text, const OpRef &other) {
      std::string name = program.tensors[tensor].name;
      if (other.isValid())
        checker.report(Finding::Data, ref, "it reads " + name + ", " + text,
                       other);
      else
        checker.report(Finding::Data, ref, "it reads " + name + ", " + text);
    };
    if (content.tensor < 0)
      return fail("which nothing has written", {});
    if (content.tensor != tensor ||
        content.isFlat != program.layouts[place.layout].isFlat ||
        content.held != partOf(place))
      return fail("but finds " + program.tensors[content.tensor].name +
                      ", laid out for",
                  content.writer);
    if (content.destroyer.isValid())
      return fail("which has been overwritten by", content.destroyer);
    bool isConstant = program.tensors[tensor].isConstant();
    if (content.beat != beat && !(content.beat < 0 && isConstant))
      return fail("but finds what another beat left there, from",
                  content.writer);
    llvm::SmallVector<Box, 4> rest = {box};
    for (const Box &written : content.written)
      subtract(rest, written);
    if (!rest.empty())
      fail("of which not all has been written, the last of it by",
           content.writer);
  }

  Checker &checker;
  const PackageProgram &program;
  OpRef where;
  const SegmentProgram &segment;
  const ChipletProgram &chiplet;
  /// Slots of all buffers, one buffer after the other.
  std::vector<Content> slots;
  std::vector<int32_t> firstSlot;
  /// Written slots that nobody has written over since, by their begin. No two
  /// of them have bytes in common.
  std::map<int64_t, int32_t> intact;
  /// Slots that the operation at hand reads.
  llvm::SmallVector<int32_t, 6> inUse;
  int64_t beats = 1;
};
} // namespace

void scope::programs::checkData(Checker &checker, const OpRef &chiplet) {
  DataCheck(checker, chiplet).run();
}
