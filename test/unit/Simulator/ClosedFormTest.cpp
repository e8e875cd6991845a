//===- ClosedFormTest.cpp - The simulator against formulas ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cases whose time can be written down. docs/simulator.md has the formulas.
//
//===----------------------------------------------------------------------===//

#include "scope/Simulator/Simulator.h"

#include "../Programs/ProgramBuilder.h"

#include "scope/Programs/Check.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <numeric>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

static int64_t cyclesOf(const PackageProgram &program,
                        const search::Package &package,
                        SimulatorOptions options = {}) {
  std::vector<Diagnostic> found = check(program, package);
  EXPECT_TRUE(found.empty()) << found.front().message;
  SimulationResult result = simulate(program, package, options);
  EXPECT_EQ(result.failure, "");
  return result.cycles;
}

namespace {

/// A beat in which every chiplet of `from` has its own `bytes` bytes, made in
/// no time, and sends them to some of `to`.
struct Exchange {
  ProgramBuilder b;
  int32_t tag = 0;

  Exchange(int32_t rows, int32_t cols) : b(rows, cols) { b.segment(1); }

  void send(int32_t from, llvm::ArrayRef<int32_t> to, int64_t bytes) {
    int32_t value =
        b.tensor("v" + std::to_string(tag), TensorKind::Value, {bytes});
    int32_t here = b.copies(value, {from}), there = b.copies(value, to);
    Place made = b.place(from, here);
    b.compute(from, 0, {}, made);
    b.send(from, tag, made, there);
    for (int32_t receiver : to)
      b.recv(receiver, tag, b.place(receiver, there), here);
    ++tag;
  }
};

TEST(ClosedFormTest, OneFlow) {
  // bytes / slowest rate + hops, exactly, whatever is slowest.
  for (auto [port, link] :
       {std::pair<int64_t, int64_t>{8, 8}, {4, 8}, {8, 4}}) {
    for (int64_t bytes : {1, 8, 4096, 65536}) {
      Exchange e(4, 4);
      e.send(0, {15}, bytes);
      int64_t rate = std::min(port, link);
      EXPECT_EQ(cyclesOf(e.b.program, testPackage(4, 4, port, link, 8)),
                (bytes + rate - 1) / rate + 6)
          << port << " " << link << " " << bytes;
    }
  }
}

TEST(ClosedFormTest, RatesThatAreNoWholeNumbers) {
  // 40/3 bytes a cycle: 4000 bytes take 300 cycles.
  Exchange e(1, 2);
  e.send(0, {1}, 4000);
  search::Package package = testPackage(1, 2, 8, 8, 8);
  package.port = search::Rational(40, 3);
  package.link = search::Rational(100, 7);
  EXPECT_EQ(cyclesOf(e.b.program, package), 301);
}

TEST(ClosedFormTest, SaturatedLink) {
  // Three senders of a row share its last link; ports are fast enough.
  Exchange e(2, 4);
  for (int32_t sender : {0, 1, 2})
    e.send(sender, {3}, 8192);
  SimulationResult result =
      simulate(e.b.program, testPackage(2, 4, 64, 8, 8), {});
  // The link works from the first cycle on; at its end the last packet has a
  // hop and its way through the port before it, which is faster.
  EXPECT_EQ(result.cycles, 3 * 8192 / 8 + 1);
  auto last = llvm::find_if(result.links, [](const LinkResult &link) {
    return link.from == 2 && link.to == 3;
  });
  EXPECT_EQ(last->bytes, 3 * 8192);
  EXPECT_EQ(last->busy, 3 * 8192 / 8);
}

TEST(ClosedFormTest, ManyToOnePort) {
  // The port into the receiver is the bottleneck; the nearest head is there
  // after one hop.
  Exchange e(3, 3);
  int64_t senders = 0;
  for (int32_t sender : {0, 1, 2, 3, 5, 6, 7, 8}) {
    e.send(sender, {4}, 4096);
    ++senders;
  }
  EXPECT_EQ(cyclesOf(e.b.program, testPackage(3, 3, 4, 64, 8)),
            senders * 4096 / 4 + 1);
}

TEST(ClosedFormTest, AllToAllOnAMesh) {
  // Each chiplet of a k x k mesh sends n bytes to every other. With XY routes
  // the busiest link, in the middle of a row, carries k/2 senders times k/2
  // columns times k rows messages: k^3 / 4. The time is at least that, and the
  // schedule of packets keeps within a quarter more.
  constexpr int32_t k = 4;
  constexpr int64_t bytes = 1024;
  Exchange e(k, k);
  for (int32_t from = 0; from < k * k; ++from)
    for (int32_t to = 0; to < k * k; ++to)
      if (from != to)
        e.send(from, {to}, bytes);
  SimulatorOptions options;
  options.packetBytes = 64;
  int64_t cycles =
      cyclesOf(e.b.program, testPackage(k, k, 1024, 8, 8), options);
  int64_t bound = k * k * k / 4 * bytes / 8;
  EXPECT_GE(cycles, bound);
  EXPECT_LE(cycles, bound + bound / 4);
}

TEST(ClosedFormTest, BroadcastTree) {
  std::vector<int32_t> all(15);
  std::iota(all.begin(), all.end(), 1);
  Exchange e(4, 4);
  e.send(0, all, 4096);
  // With multicast every link of the tree carries the bytes once: as one flow
  // to the farthest.
  search::Package package = testPackage(4, 4, 8, 8, 8, true);
  SimulationResult result = simulate(e.b.program, package, {});
  EXPECT_EQ(result.cycles, 4096 / 8 + 6);
  EXPECT_EQ(result.links.size(), 15u);
  for (const LinkResult &link : result.links)
    EXPECT_EQ(link.bytes, 4096);
  // Without, the port sends fifteen copies, the last of which may have to go
  // to the farthest corner.
  package.multicast = false;
  int64_t cycles = cyclesOf(e.b.program, package);
  EXPECT_GE(cycles, 15 * 4096 / 8);
  EXPECT_LE(cycles, 15 * 4096 / 8 + 1024 / 8 + 6);
}

} // namespace

/// A chain of stages on a row of chiplets with these times; stage 0 needs
/// nothing. Messages of one byte, two slots each.
static PackageProgram chain(llvm::ArrayRef<int64_t> times, int64_t beats) {
  ProgramBuilder b(1, static_cast<int32_t>(times.size()));
  b.segment(beats);
  std::vector<int32_t> made, given;
  for (auto [index, time] : llvm::enumerate(times)) {
    auto at = static_cast<int32_t>(index);
    int32_t value =
        b.tensor("v" + std::to_string(index), TensorKind::Value, {1});
    made.push_back(b.copies(value, {at}));
    given.push_back(b.copies(value, {at + 1}));
  }
  for (auto [index, time] : llvm::enumerate(times)) {
    auto at = static_cast<int32_t>(index);
    llvm::SmallVector<Place, 1> reads;
    if (at > 0) {
      reads.push_back(b.place(at, given[at - 1], 2, -1));
      b.recv(at, at - 1, reads[0], made[at - 1]);
    }
    Place out = b.place(at, made[at], 2, -1);
    b.compute(at, time, reads, out);
    if (index + 1 < times.size())
      b.send(at, at, out, given[at]);
  }
  return b.program;
}

namespace {

TEST(ClosedFormTest, Pipelines) {
  search::Package package = testPackage(1, 5, 1, 1, 1);
  // A byte takes a cycle and a hop from stage to stage; then the slowest stage
  // sets the pace, balanced or not.
  for (const std::vector<int64_t> &times :
       {std::vector<int64_t>{100, 100, 100, 100, 100},
        {100, 20, 300, 50, 200},
        {300, 20, 100, 50, 20},
        {10, 20, 30, 40, 50}}) {
    for (int64_t beats : {1, 2, 3, 64, 1000}) {
      int64_t sum = std::accumulate(times.begin(), times.end(), int64_t(0));
      int64_t slowest = *llvm::max_element(times);
      PackageProgram program = chain(times, beats);
      int64_t expected = sum + 4 * 2 + (beats - 1) * slowest;
      EXPECT_EQ(cyclesOf(program, package), expected) << beats;
      SimulatorOptions options;
      options.allBeats = true;
      EXPECT_EQ(cyclesOf(program, package, options), expected) << beats;
    }
  }
}

} // namespace

/// One chiplet that streams: load, compute, store.
static PackageProgram streaming(int64_t bytes, int64_t cycles, int64_t beats,
                                bool streams, int64_t slots) {
  ProgramBuilder b(1, 1);
  int32_t x = b.tensor("x", TensorKind::Input, {bytes});
  int32_t y = b.tensor("y", TensorKind::Value, {bytes});
  b.program.tensors[y].isInDram = true;
  b.segment(beats);
  Place in = b.place(0, b.copies(x, {0}), slots, -1);
  Place out = b.place(0, b.copies(y, {0}), slots, -1);
  b.load(0, 0, in).streams = streams;
  Op &op = b.compute(0, cycles, {in}, out);
  op.reads[0].streams = op.writes[0].streams = streams;
  b.store(0, 1, out).streams = streams;
  return b.program;
}

namespace {

TEST(ClosedFormTest, DramBoundStreaming) {
  // Reads and writes share 4 bytes a cycle; latency is paid once.
  search::Package package = testPackage(1, 1, 64, 64, 4);
  package.dramLatency = 100;
  constexpr int64_t bytes = 64 * 1024, beats = 32;
  int64_t bound = 2 * bytes * beats / 4;
  int64_t cycles = cyclesOf(streaming(bytes, 100, beats, false, 2), package);
  EXPECT_GE(cycles, bound);
  EXPECT_LE(cycles, bound + 100 + 100 + bytes / 64 + 64);
  // With one slot a load waits for the computation, as the store does: they
  // take turns at the DRAM, and then the DRAM waits as well, but for the last
  // packet of the store.
  constexpr int64_t packet = 1024;
  int64_t alone = cyclesOf(streaming(bytes, 1000, beats, false, 1), package);
  EXPECT_EQ(alone, bound + beats * (100 + 1000) - (beats - 1) * (packet / 4));
}

TEST(ClosedFormTest, StoresStayInTheirRows) {
  // Every chiplet stores as much, and every row has two ports: nothing goes
  // along a column, and the ports work all the time.
  search::Package package = testPackage(4, 4, 16, 16, 8);
  package.dramPorts.clear();
  for (int32_t row = 0; row < 4; ++row)
    for (int32_t col : {0, 3})
      package.dramPorts.push_back({{row, col}, 8});
  constexpr int64_t bytes = 64 * 1024;
  auto stored = [&](llvm::ArrayRef<int32_t> chiplets) {
    ProgramBuilder b(4, 4);
    auto count = static_cast<int64_t>(chiplets.size());
    int32_t y = b.tensor("y", TensorKind::Value, {count * bytes});
    b.program.tensors[y].isInDram = true;
    b.segment(1);
    int32_t parts = b.shares(y, chiplets);
    for (int32_t chiplet : chiplets) {
      Place made = b.place(chiplet, parts);
      b.compute(chiplet, 0, {}, made);
      b.store(chiplet, 0, made);
    }
    return simulate(b.program, package);
  };
  std::vector<int32_t> all(16);
  std::iota(all.begin(), all.end(), 0);
  SimulationResult result = stored(all);
  for (const LinkResult &link : result.links)
    if (link.to - link.from == 4 || link.from - link.to == 4)
      EXPECT_EQ(link.bytes, 0) << link.from << " " << link.to;
  EXPECT_GE(result.cycles, 16 * bytes / 64);
  EXPECT_LE(result.cycles, 16 * bytes / 64 + 2 * 1024 / 8);
  // Who is alone stores to all ports, as fast as it can send.
  result = stored({5});
  for (const PortResult &port : result.ports)
    EXPECT_EQ(port.bytes, bytes / 8);
  EXPECT_LE(result.cycles, bytes / 16 + 1024 / 8 + 8);
}

TEST(ClosedFormTest, LoadsTakeTurns) {
  // Two ports read faster than a chiplet takes it in. Both chiplets are served
  // at once, or the second one would wait for the first one's port.
  search::Package package = testPackage(1, 2, 16, 64, 16);
  package.dramPorts = {{{0, 0}, 16}, {{0, 1}, 16}};
  constexpr int64_t bytes = 64 * 1024;
  ProgramBuilder b(1, 2);
  int32_t x = b.tensor("x", TensorKind::Input, {2 * bytes});
  b.segment(1);
  int32_t halves = b.shares(x, {0, 1});
  for (int32_t chiplet : {0, 1})
    b.load(chiplet, 0, b.place(chiplet, halves, 1, -1));
  int64_t cycles = cyclesOf(b.program, package);
  EXPECT_GE(cycles, bytes / 16);
  EXPECT_LE(cycles, bytes / 16 + 2 * 1024 / 16 + 8);
}

TEST(ClosedFormTest, LoadsDoNotWaitForAllStores) {
  // One chiplet reads a little for each computation while another one has much
  // to write, and waits for no more than a packet of that.
  search::Package package = testPackage(1, 2, 64, 64, 4);
  constexpr int64_t beats = 4, little = 1024, much = 64 * little;
  ProgramBuilder b(1, 2);
  int32_t x = b.tensor("x", TensorKind::Input, {little});
  int32_t y = b.tensor("y", TensorKind::Value, {little});
  int32_t z = b.tensor("z", TensorKind::Value, {much});
  b.program.tensors[z].isInDram = true;
  b.segment(beats);
  Place in = b.place(0, b.copies(x, {0}), 1, -1);
  b.load(0, 0, in);
  b.compute(0, 10, {in}, b.place(0, b.copies(y, {0}), 1, -1));
  b.store(1, 1, b.place(1, b.copies(z, {1}), 1, -1));
  SimulationResult result = simulate(b.program, package);
  EXPECT_GE(result.cycles, beats * (much + little) / 4);
  EXPECT_EQ(result.chiplets[0].compute, beats * 10);
  EXPECT_LE(result.chiplets[0].stalls[static_cast<size_t>(Stall::Dram)] +
                result.chiplets[0].stalls[static_cast<size_t>(Stall::Network)],
            beats * (2 * little / 4 + 2 * little / 64));
}

TEST(ClosedFormTest, BandsOverlap) {
  // Three parts of a beat that take the same time, with one slot: whole, they
  // follow each other; in bands, a beat takes hardly longer than one of them.
  search::Package package = testPackage(1, 1, 64, 64, 16);
  constexpr int64_t bytes = 64 * 1024, beats = 16;
  int64_t one = 2 * bytes / 16;
  int64_t whole = cyclesOf(streaming(bytes, one, beats, false, 1), package);
  int64_t bands = cyclesOf(streaming(bytes, one, beats, true, 1), package);
  EXPECT_GE(whole, beats * (one + one / 2));
  EXPECT_LE(bands, (beats + 1) * one + beats * one / 4);
}

TEST(ClosedFormTest, SkippedBeatsChangeNothing) {
  // Exchanges that contend, rings, and two clusters.
  for (int64_t beats : {5, 17, 100}) {
    PackageProgram program = twoStages(beats);
    search::Package package = testPackage(2, 2, 3, 2, 1);
    SimulatorOptions all;
    all.allBeats = true;
    SimulationResult fast = simulate(program, package);
    SimulationResult slow = simulate(program, package, all);
    EXPECT_EQ(fast.cycles, slow.cycles);
    EXPECT_EQ(slow.segments[0].simulatedBeats, beats);
    if (beats == 100) {
      EXPECT_LT(fast.segments[0].simulatedBeats, 30);
    }
    ASSERT_EQ(fast.links.size(), slow.links.size());
    for (size_t at = 0; at < fast.links.size(); ++at) {
      EXPECT_EQ(fast.links[at].bytes, slow.links[at].bytes);
      EXPECT_EQ(fast.links[at].busy, slow.links[at].busy);
    }
    for (size_t at = 0; at < fast.chiplets.size(); ++at) {
      EXPECT_EQ(fast.chiplets[at].compute, slow.chiplets[at].compute);
      EXPECT_EQ(fast.chiplets[at].stalls, slow.chiplets[at].stalls);
    }
  }
}
/// Counts what is heard of.
struct Listener : EventSink {
  int segments = 0;
  void endSegment(int32_t, int64_t, int64_t) override { ++segments; }
};

TEST(ClosedFormTest, EqualSegmentsTakeEqualTime) {
  PackageProgram once = twoStages(20), twice = once;
  twice.segments.push_back(SegmentProgram(once.segments.front()));
  search::Package package = testPackage(2, 2, 8, 8, 8);
  SimulationResult single = simulate(once, package);
  SimulationResult both = simulate(twice, package);
  Listener listener;
  SimulatorOptions options;
  options.sink = &listener;
  SimulationResult heard = simulate(twice, package, options);
  EXPECT_EQ(listener.segments, 2);
  for (const SimulationResult *result : {&both, &heard}) {
    EXPECT_EQ(result->cycles, 2 * single.cycles);
    EXPECT_EQ(result->energy.total(), 2 * single.energy.total());
    ASSERT_EQ(result->segments.size(), 2u);
    ASSERT_EQ(result->links.size(), single.links.size());
    for (size_t link = 0; link < single.links.size(); ++link)
      EXPECT_EQ(result->links[link].bytes, 2 * single.links[link].bytes);
    ASSERT_EQ(result->chiplets.size(), single.chiplets.size());
    for (size_t at = 0; at < single.chiplets.size(); ++at)
      EXPECT_EQ(result->chiplets[at].compute, 2 * single.chiplets[at].compute);
  }
  // Simulated once unless somebody listens.
  EXPECT_EQ(both.events, single.events);
  EXPECT_EQ(heard.events, 2 * single.events);
}
} // namespace
