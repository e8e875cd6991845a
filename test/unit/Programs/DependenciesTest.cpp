//===- DependenciesTest.cpp - Dependencies against all pairs --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle looks at every pair of operations of every beat and at every byte,
// as the contract is written; both orders must have the same closure.
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Dependencies.h"

#include "gtest/gtest.h"

#include <bitset>
#include <random>
#include <set>

using namespace scope::programs;

namespace {
constexpr int64_t kMost = 256;
using Set = std::bitset<kMost>;

} // namespace

static int64_t pick(std::mt19937 &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % (high - low + 1));
}

namespace {

/// Who comes before whom: in full, and at least band by band.
struct Order {
  std::vector<Set> whole, bands;

  explicit Order(int64_t count) : whole(count), bands(count) {}
  void add(int64_t before, int64_t after, bool inBands) {
    bands[after].set(before);
    if (!inBands)
      whole[after].set(before);
  }
  /// Instances are numbered in program order, so one sweep closes it.
  void close() {
    for (size_t after = 0; after < bands.size(); ++after) {
      for (size_t before = 0; before < after; ++before) {
        if (!bands[after].test(before))
          continue;
        whole[after] |= whole[before];
        if (whole[after].test(before))
          whole[after] |= bands[before];
        bands[after] |= bands[before];
      }
    }
    // A path is whole if one step of it is: repeat until nothing is added.
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t after = 0; after < bands.size(); ++after) {
        Set old = whole[after];
        for (size_t before = 0; before < after; ++before) {
          if (whole[after].test(before))
            whole[after] |= bands[before];
          if (bands[after].test(before))
            whole[after] |= whole[before];
        }
        changed |= whole[after] != old;
      }
    }
  }
};

struct Bytes {
  /// Buffer and layout.
  std::pair<int32_t, int32_t> holding;
  bool writes = false;
  bool streams = false;
  std::bitset<64> bytes;
};

} // namespace

/// What `op` uses in `beat`, straight from the contract.
static std::vector<Bytes> bytesOf(const PackageProgram &program,
                                  const ChipletProgram &chiplet, const Op &op,
                                  int64_t beat) {
  std::vector<Bytes> result;
  auto add = [&](const Place &place, bool writes, bool streams) {
    if (place.buffer < 0)
      return;
    const Buffer &buffer = chiplet.buffers[place.buffer];
    int64_t slot = place.slot < 0 ? beat % buffer.slots : place.slot;
    Bytes used = {{place.buffer, place.layout}, writes, streams, {}};
    for (int64_t at = 0; at < buffer.bytes; ++at)
      used.bytes.set(buffer.offset + slot * buffer.stride + at);
    result.push_back(used);
  };
  bool in = op.kind == OpKind::Load || op.kind == OpKind::Recv;
  if (op.kind == OpKind::Compute) {
    for (const ComputeArg &arg : op.reads)
      add(arg.place, false, arg.streams);
    for (const ComputeArg &arg : op.writes)
      add(arg.place, true, arg.streams);
  } else {
    add(op.place, in, op.streams);
    add(op.own, false, op.streams);
  }
  return result;
}

static Place randomPlace(std::mt19937 &random, const PackageProgram &program,
                         const ChipletProgram &chiplet) {
  Place place;
  place.buffer =
      static_cast<int32_t>(pick(random, 0, chiplet.buffers.size() - 1));
  const Buffer &buffer = chiplet.buffers[place.buffer];
  place.slot = static_cast<int32_t>(pick(random, -1, buffer.slots - 1));
  place.layout =
      static_cast<int32_t>(pick(random, 0, program.layouts.size() - 1));
  place.part = 0;
  return place;
}

static Op randomOp(std::mt19937 &random, const PackageProgram &program,
                   const ChipletProgram &chiplet, bool isLoad) {
  Op op;
  op.kind = isLoad ? OpKind::Load : static_cast<OpKind>(pick(random, 0, 4));
  if (op.kind != OpKind::Compute) {
    op.place = randomPlace(random, program, chiplet);
    op.streams = pick(random, 0, 2) == 0;
    if ((op.kind == OpKind::Recv || op.kind == OpKind::Load) &&
        pick(random, 0, 1))
      op.own = randomPlace(random, program, chiplet);
    return op;
  }
  for (int64_t count = pick(random, 0, 2); count > 0; --count)
    op.reads.push_back({randomPlace(random, program, chiplet), 0, -1, -1,
                        pick(random, 0, 1) == 0});
  op.writes.push_back({randomPlace(random, program, chiplet), 0, -1, -1,
                       pick(random, 0, 1) == 0});
  return op;
}

/// One tensor of bytes, layouts of a few sizes, buffers anywhere in 64 bytes.
static PackageProgram randomProgram(std::mt19937 &random) {
  PackageProgram program;
  program.tensors.push_back({"t", TensorKind::Value, {64}, 1, 0, false});
  for (int64_t size : {2, 4, 9})
    program.layouts.push_back({0, false, {{0, {{0, 1}, {0, size}}}}});
  program.segments.emplace_back();
  ChipletProgram &chiplet =
      program.segments[0].chiplets.emplace_back(ChipletProgram());
  for (int64_t count = pick(random, 1, 5); count > 0; --count) {
    Buffer buffer;
    buffer.offset = pick(random, 0, 28);
    buffer.bytes = pick(random, 1, 8);
    buffer.slots = pick(random, 1, 4);
    buffer.stride = buffer.bytes + pick(random, 0, 1);
    chiplet.buffers.push_back(buffer);
  }
  for (int64_t count = pick(random, 0, 3); count > 0; --count)
    chiplet.load.push_back(randomOp(random, program, chiplet, true));
  for (int64_t count = pick(random, 1, 6); count > 0; --count)
    chiplet.body.push_back(randomOp(random, program, chiplet, false));
  return program;
}

namespace {

TEST(DependenciesTest, SameClosureAsAllPairs) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    PackageProgram program = randomProgram(random);
    const ChipletProgram &chiplet = program.segments[0].chiplets[0];
    auto loads = static_cast<int64_t>(chiplet.load.size());
    auto bodies = static_cast<int64_t>(chiplet.body.size());
    int64_t beats = std::min<int64_t>(28, (kMost - loads) / bodies);
    int64_t count = loads + beats * bodies;

    std::vector<const Op *> ops;
    std::vector<std::vector<Bytes>> bytes;
    for (int64_t at = 0; at < count; ++at) {
      bool isLoad = at < loads;
      int64_t beat = isLoad ? 0 : (at - loads) / bodies;
      ops.push_back(isLoad ? &chiplet.load[at]
                           : &chiplet.body[(at - loads) % bodies]);
      bytes.push_back(bytesOf(program, chiplet, *ops.back(), beat));
    }
    Order expected(count);
    for (int64_t after = 0; after < count; ++after) {
      for (int64_t before = 0; before < after; ++before) {
        bool waits = false, whole = false;
        for (int64_t byte = 0; byte < 64; ++byte) {
          bool writes = false, streams = true;
          std::set<std::pair<int32_t, int32_t>> holdings;
          auto look = [&](const std::vector<Bytes> &used) {
            bool any = false;
            for (const Bytes &access : used) {
              if (!access.bytes.test(byte))
                continue;
              any = true;
              writes |= access.writes;
              streams &= access.streams;
              holdings.insert(access.holding);
            }
            return any;
          };
          bool shared = look(bytes[before]);
          shared &= look(bytes[after]);
          if (!shared || !writes)
            continue;
          waits = true;
          whole |= !streams || holdings.size() > 1;
        }
        bool compute = ops[before]->kind == OpKind::Compute &&
                       ops[after]->kind == OpKind::Compute;
        bool fromLoad = before < loads && after >= loads;
        if (waits || compute)
          expected.add(before, after, !whole && !compute && !fromLoad);
      }
    }
    expected.close();

    Order found(count);
    Dependencies dependencies = findDependencies(program, chiplet);
    for (const Dependency &d : dependencies.load)
      found.add(d.before, d.after, d.inBands);
    for (int64_t beat = 0; beat < beats; ++beat) {
      for (const Dependency &d : dependencies.loadToBody)
        if (beat % d.modulus == d.residue)
          found.add(d.before, loads + beat * bodies + d.after, d.inBands);
      for (const Dependency &d : dependencies.body)
        if (beat >= d.distance && beat % d.modulus == d.residue)
          found.add(loads + (beat - d.distance) * bodies + d.before,
                    loads + beat * bodies + d.after, d.inBands);
    }
    found.close();
    for (int64_t at = 0; at < count; ++at) {
      ASSERT_EQ(expected.bands[at], found.bands[at])
          << "seed " << seed << " at " << at;
      ASSERT_EQ(expected.whole[at], found.whole[at])
          << "seed " << seed << " at " << at;
    }
  }
}

TEST(DependenciesTest, SlotsGiveTheDistance) {
  PackageProgram program;
  program.tensors.push_back({"t", TensorKind::Value, {8}, 1, 0, false});
  program.layouts.push_back({0, false, {{0, {{0, 1}, {0, 8}}}}});
  ChipletProgram chiplet;
  Buffer ring;
  ring.bytes = 8;
  ring.slots = 3;
  ring.stride = 8;
  chiplet.buffers.push_back(ring);
  Op load;
  load.kind = OpKind::Load;
  load.place = {0, -1, 0, 0};
  Op store = load;
  store.kind = OpKind::Store;
  chiplet.body = {load, store};
  Dependencies found = findDependencies(program, chiplet);
  EXPECT_TRUE(found.load.empty());
  EXPECT_TRUE(found.loadToBody.empty());
  // The load overwrites what the store of three beats before has read; the
  // store reads what the load of its beat brought.
  std::vector<Dependency> expected = {{1, 0, 3, 1, 0, false},
                                      {0, 1, 0, 1, 0, false}};
  EXPECT_EQ(found.body, expected);
}
} // namespace
