//===- EqualSegmentsTest.cpp - Which differences count --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/EqualSegments.h"

#include "ProgramBuilder.h"

#include "gtest/gtest.h"

#include <functional>

using namespace scope::programs;

/// A program whose second segment is the first with other names.
static PackageProgram twins() {
  PackageProgram program = twoStages(4);
  auto tensors = static_cast<int32_t>(program.tensors.size());
  auto layouts = static_cast<int32_t>(program.layouts.size());
  for (int32_t tensor = 0; tensor < tensors; ++tensor)
    program.tensors.push_back(Tensor(program.tensors[tensor]));
  for (int32_t layout = 0; layout < layouts; ++layout) {
    program.layouts.push_back(Layout(program.layouts[layout]));
    program.layouts.back().tensor += tensors;
  }
  program.layers.push_back("another");
  program.segments.push_back(SegmentProgram(program.segments.front()));
  auto rename = [&](Place &place) {
    if (place.layout >= 0)
      place.layout += layouts;
  };
  for (ChipletProgram &chiplet : program.segments.back().chiplets)
    for (std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
      for (Op &op : *ops) {
        op.tag += 100;
        op.layer = 2;
        op.tensor += tensors;
        rename(op.place);
        rename(op.own);
        for (int32_t *layout : {&op.from, &op.to})
          *layout += *layout < 0 ? 0 : layouts;
        for (auto *arguments : {&op.reads, &op.writes})
          for (ComputeArg &argument : *arguments) {
            argument.tensor += tensors;
            argument.boxLayout += argument.boxLayout < 0 ? 0 : layouts;
            rename(argument.place);
          }
      }
  return program;
}

namespace {
TEST(EqualSegmentsTest, NamesDoNotCount) {
  EXPECT_EQ(firstEqualSegments(twins()), (std::vector<int32_t>{0, 0}));
}

TEST(EqualSegmentsTest, EverythingElseDoes) {
  using Change = std::function<void(PackageProgram &, SegmentProgram &)>;
  auto body = [](SegmentProgram &segment, size_t chiplet, OpKind kind) -> Op & {
    for (Op &op : segment.chiplets[chiplet].body)
      if (op.kind == kind)
        return op;
    return segment.chiplets[chiplet].body.front();
  };
  const std::vector<Change> changes = {
      [](auto &, auto &s) { ++s.beats; },
      [](auto &, auto &s) { ++s.beatCalls; },
      [](auto &, auto &s) { s.chiplets.pop_back(); },
      [](auto &, auto &s) { s.chiplets[1].buffers[0].offset += 8; },
      [](auto &, auto &s) { s.chiplets[1].buffers[0].slots += 1; },
      [](auto &, auto &s) { s.chiplets[1].buffers[0].stride += 1; },
      [](auto &, auto &s) { s.chiplets[1].buffers[0].bytes += 1; },
      [](auto &, auto &s) { s.chiplets[0].body.pop_back(); },
      [](auto &, auto &s) {
        std::swap(s.chiplets[0].body[0], s.chiplets[0].body[1]);
      },
      [&](auto &, auto &s) { ++body(s, 0, OpKind::Compute).cycles; },
      [&](auto &, auto &s) { ++body(s, 0, OpKind::Compute).macs; },
      [&](auto &, auto &s) { ++body(s, 0, OpKind::Compute).tableBytes; },
      [&](auto &, auto &s) {
        bool &streams = body(s, 0, OpKind::Compute).reads[0].streams;
        streams = !streams;
      },
      [&](auto &, auto &s) { body(s, 0, OpKind::Send).tag = 1; },
      [&](auto &, auto &s) { body(s, 0, OpKind::Send).streams = true; },
      [&](auto &, auto &s) { ++body(s, 0, OpKind::Send).place.slot; },
      [&](auto &, auto &s) { body(s, 0, OpKind::Recv).own = {}; },
      [&](auto &p, auto &s) {
        ++p.tensors[body(s, 0, OpKind::Recv).tensor].elementBytes;
      },
      [&](auto &p, auto &s) {
        --p.layouts[body(s, 0, OpKind::Recv).to].parts[0].box[0].end;
      },
      // A layout of the same parts, which other operations do not use.
      [&](auto &p, auto &s) {
        Op &op = body(s, 0, OpKind::Recv);
        p.layouts.push_back(Layout(p.layouts[op.to]));
        op.to = static_cast<int32_t>(p.layouts.size()) - 1;
      },
  };
  for (size_t at = 0; at < changes.size(); ++at) {
    PackageProgram program = twins();
    changes[at](program, program.segments.back());
    EXPECT_EQ(firstEqualSegments(program), (std::vector<int32_t>{0, 1})) << at;
  }
}
} // namespace
