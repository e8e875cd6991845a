//===- CheckTest.cpp - Sound programs pass, broken ones do not ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Check.h"

#include "ProgramBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace scope;
using namespace scope::programs;

static std::string textOf(llvm::ArrayRef<Diagnostic> found) {
  std::string text;
  for (const Diagnostic &diagnostic : found)
    text += diagnostic.message + "\n";
  return text;
}

static std::vector<Diagnostic> findIn(const PackageProgram &program) {
  return check(program, testPackage(program.rows, program.cols, 8, 8, 8));
}

namespace {

class MutantTest : public ::testing::Test {
protected:
  PackageProgram program = twoStages(4);
  SegmentProgram &segment = program.segments[0];

  Op &body(int32_t chiplet, int32_t op) {
    return segment.chiplets[chiplet].body[op];
  }
  void drop(int32_t chiplet, int32_t op) {
    std::vector<Op> &ops = segment.chiplets[chiplet].body;
    ops.erase(ops.begin() + op);
  }
  /// The check finds something of this kind whose text has all of `words`.
  void expect(Finding finding, std::initializer_list<llvm::StringRef> words) {
    std::vector<Diagnostic> found = findIn(program);
    bool matches = llvm::any_of(found, [&](const Diagnostic &diagnostic) {
      return diagnostic.finding == finding &&
             llvm::all_of(words, [&](llvm::StringRef word) {
               return llvm::StringRef(diagnostic.message).contains(word);
             });
    });
    EXPECT_TRUE(matches) << textOf(found);
  }
};

TEST_F(MutantTest, TheProgramItselfIsSound) {
  EXPECT_EQ(textOf(findIn(program)), "");
  program.segments[0].beats = 1;
  EXPECT_EQ(textOf(findIn(program)), "");
}

TEST_F(MutantTest, DroppedSend) {
  drop(0, 1);
  expect(Finding::Transfer,
         {"chiplet [0,1], body op 2 (recv, layer first)", "[0,0] has no send"});
}

TEST_F(MutantTest, DroppedReceive) {
  drop(2, 0);
  expect(Finding::Transfer, {"chiplet [0,0], body op 4 (send, layer first)",
                             "[1,0] has no receive"});
}

TEST_F(MutantTest, DroppedLoad) {
  drop(1, 0);
  expect(Finding::Transfer, {"[0,1] has a part", "chiplet [0,0], body op 0"});
  expect(Finding::Data, {"it reads x", "nothing has written"});
}

TEST_F(MutantTest, DroppedStore) {
  drop(3, 4);
  expect(Finding::Transfer, {"chiplet [1,0], body op 4 (store, layer second)",
                             "[1,1] has a part"});
}

TEST_F(MutantTest, DroppedCompute) {
  drop(2, 3);
  expect(Finding::Data, {"(store, layer second)", "nothing has written"});
}

TEST_F(MutantTest, SwappedTag) {
  body(0, 1).tag = 3;
  expect(Finding::Transfer,
         {"body op 1 (send", "not the kind, tensor and layouts"});
}

TEST_F(MutantTest, TagOfTwoOperations) {
  Op copy = body(0, 4);
  segment.chiplets[0].body.push_back(copy);
  expect(Finding::Transfer, {"body op 5 (send", "it has the tag 3",
                             "body op 4 (send, layer first)"});
}

TEST_F(MutantTest, TagOfTheLoad) {
  for (int32_t chiplet : {0, 1})
    body(chiplet, 0).tag = 0;
  expect(Finding::Transfer, {"body op 0 (load", "load op 0 (load"});
}

TEST_F(MutantTest, ShiftedSlice) {
  // What the second chiplet needs of y leaves out a row in the middle of what
  // the first one made, and nothing sends what it needs beyond.
  program.layouts[4].parts[0].box[0] = {0, 12};
  expect(Finding::Transfer, {"needs 20 elements and gets 16"});
}

TEST_F(MutantTest, OverlappingShares) {
  program.layouts[4].parts[1].box[0] = {12, 32};
  expect(Finding::Transfer, {"parts of what the senders have overlap"});
}

TEST_F(MutantTest, OwnPartMissing) {
  body(0, 2).own = {};
  expect(Finding::Transfer, {"body op 2 (recv", "copied from nowhere"});
}

TEST_F(MutantTest, OffsetThatOverlaps) {
  Buffer &output = segment.chiplets[0].buffers[3];
  output.offset = segment.chiplets[0].buffers[2].offset + 3;
  expect(Finding::Data,
         {"body op 3 (compute", "it writes y over what it reads"});
}

TEST_F(MutantTest, OffsetThatDestroysTheWeights) {
  segment.chiplets[0].body[3].reads.pop_back();
  Op again = body(0, 3);
  again.reads = twoStages(4).segments[0].chiplets[0].body[3].reads;
  again.writes[0].place.buffer = 4;
  segment.chiplets[0].buffers.push_back(segment.chiplets[0].buffers[3]);
  segment.chiplets[0].buffers[4].offset += 100;
  segment.chiplets[0].body.push_back(again);
  EXPECT_EQ(textOf(findIn(program)), "");
  segment.chiplets[0].buffers[3].offset = 0;
  expect(Finding::Data, {"body op 3 (compute, layer first)", "it reads w",
                         "overwritten by", "body op 3 (compute, layer first)"});
}

TEST_F(MutantTest, SlotsThatOverlapInAChain) {
  // Each of three buffers has bytes in common with the next. What lies in the
  // first stays whole when the third is written, and goes with the second.
  ProgramBuilder b(1, 1);
  int32_t x = b.tensor("x", TensorKind::Input, {10});
  int32_t y = b.tensor("y", TensorKind::Value, {10});
  int32_t ofX = b.copies(x, {0}), ofY = b.copies(y, {0});
  b.segment(1);
  Place first = b.place(0, ofX), second = b.place(0, ofY),
        third = b.place(0, ofY), result = b.place(0, ofY);
  auto &buffers = b.program.segments[0].chiplets[0].buffers;
  buffers[0].offset = 0;
  buffers[1].offset = 6;
  buffers[2].offset = 12;
  b.load(0, 0, first);
  b.compute(0, 1, {first}, third);
  b.compute(0, 1, {first, third}, result);
  b.compute(0, 1, {result}, second);
  program = b.program;
  EXPECT_EQ(textOf(findIn(program)), "");
  b.compute(0, 1, {first}, result);
  b.compute(0, 1, {third}, result);
  program = b.program;
  expect(Finding::Data,
         {"body op 4 (compute", "it reads x, which has been overwritten by",
          "body op 3 (compute"});
  expect(Finding::Data,
         {"body op 5 (compute", "it reads y, which has been overwritten by",
          "body op 3 (compute"});
}

TEST_F(MutantTest, OrderOfOperations) {
  std::swap(body(0, 2), body(0, 3));
  expect(Finding::Data, {"body op 2 (compute", "it reads x"});
}

TEST_F(MutantTest, SlotOfAnotherBeat) {
  body(0, 3).reads[0].place.slot = 0;
  expect(Finding::Data, {"body op 3 (compute", "another beat",
                         "body op 2 (recv, layer first)"});
}

TEST_F(MutantTest, BufferBeyondTheSram) {
  segment.chiplets[0].buffers[3].offset = (1 << 30) - 8;
  expect(Finding::Space, {"chiplet [0,0] ends at 1073741832"});
}

TEST_F(MutantTest, PlaceBeyondItsSlot) {
  segment.chiplets[0].buffers[2].bytes = 19;
  expect(Finding::Space, {"20 bytes lie in a slot of 19"});
}

TEST_F(MutantTest, UnknownKernel) {
  body(0, 3).kernel = 1;
  expect(Finding::Malformed, {"body op 3 (compute", "kernel 1"});
}

TEST_F(MutantTest, UnknownPart) {
  body(0, 3).writes[0].place.part = 7;
  expect(Finding::Malformed, {"the part 7 does not exist"});
}

TEST_F(MutantTest, LayoutOfAnotherTensor) {
  body(0, 4).to = 0;
  expect(Finding::Malformed, {"the layout 0 is not of its tensor"});
}

TEST_F(MutantTest, PartOfAnotherChiplet) {
  body(0, 1).place.part = 1;
  expect(Finding::Malformed, {"part of the chiplet [0,1]"});
}

TEST_F(MutantTest, Deadlock) {
  // The second stage waits for a second message before it takes the first, and
  // the first stage sends it after what waits for the first to be taken.
  ProgramBuilder b(1, 2);
  int32_t x = b.tensor("x", TensorKind::Value, {4});
  int32_t here = b.copies(x, {0}), there = b.copies(x, {1});
  b.segment(2);
  Place mine = b.place(0, here), theirs = b.place(1, there);
  Place back = b.place(0, here);
  b.recv(0, 1, back, there);
  b.compute(0, 1, {back}, mine);
  b.send(0, 0, mine, there);
  b.recv(1, 0, theirs, here);
  b.send(1, 1, theirs, here);
  program = b.program;
  expect(Finding::Deadlock,
         {"operations wait for each other", "chiplet [0,0], body op 0 (recv",
          "chiplet [0,0], body op 2 (send", "chiplet [0,1], body op 0 (recv",
          "chiplet [0,1], body op 1 (send"});
}

TEST_F(MutantTest, TooFewCredits) {
  // A value jumps over a stage. With one slot in its ring the third chiplet
  // still gets it: the first one waits, but nothing waits for itself.
  ProgramBuilder b(1, 3);
  int32_t x = b.tensor("x", TensorKind::Input, {4});
  int32_t y = b.tensor("y", TensorKind::Value, {4});
  int32_t z = b.tensor("z", TensorKind::Value, {4});
  int32_t x0 = b.copies(x, {0}), y0 = b.copies(y, {0}), y1 = b.copies(y, {1}),
          y2 = b.copies(y, {2}), z1 = b.copies(z, {1}), z2 = b.copies(z, {2});
  b.segment(4);
  Place in = b.place(0, x0), ring = b.place(0, y0, 1, -1);
  b.load(0, 0, in);
  b.compute(0, 1, {in}, ring);
  b.send(0, 1, ring, y1);
  b.send(0, 2, ring, y2);
  Place y1In = b.place(1, y1), z1Out = b.place(1, z1);
  b.recv(1, 1, y1In, y0);
  b.compute(1, 1, {y1In}, z1Out);
  b.send(1, 3, z1Out, z2);
  Place y2In = b.place(2, y2), z2In = b.place(2, z2), out = b.place(2, z2);
  b.recv(2, 2, y2In, y0);
  b.recv(2, 3, z2In, z1);
  b.compute(2, 1, {y2In, z2In}, out);
  EXPECT_EQ(textOf(findIn(b.program)), "");
  // The third chiplet takes the value where the other one lies until both are
  // used: then the order of its receives is the wrong one.
  std::swap(b.at(2).body[0], b.at(2).body[1]);
  b.at(2).body[0].place.buffer = 0;
  b.at(2).buffers[1] = b.at(2).buffers[0];
  program = b.program;
  expect(Finding::Data, {});
}

TEST_F(MutantTest, ReadInDramBeforeItIsWritten) {
  ProgramBuilder b(1, 1);
  int32_t x = b.tensor("x", TensorKind::Value, {4});
  b.program.tensors[x].isInDram = true;
  int32_t layout = b.copies(x, {0}), half = b.boxes(x, {{0, {{0, 1}, {0, 2}}}});
  int32_t i = b.tensor("i", TensorKind::Input, {4});
  int32_t given = b.copies(i, {0});
  auto segments = [&](int32_t stored) {
    b.program.segments.clear();
    b.segment(1);
    Place in = b.place(0, given), out = b.place(0, stored);
    b.load(0, 0, in);
    b.compute(0, 1, {in}, out);
    b.store(0, 1, out);
    b.segment(1);
    b.load(0, 2, b.place(0, layout));
    program = b.program;
  };
  segments(layout);
  EXPECT_EQ(textOf(findIn(program)), "");
  std::swap(program.segments[0], program.segments[1]);
  expect(Finding::Dram, {"segment 0", "it loads x", "no segment before"});
  segments(half);
  expect(Finding::Dram, {"it loads x", "only a part", "segment 0, chiplet"});
}
} // namespace
