//===- TraceTest.cpp - Traces add up to what the simulator says -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// That Perfetto reads the traces is tested from Python.
//
//===----------------------------------------------------------------------===//

#include "scope/Target/Trace.h"

#include "../Programs/ProgramBuilder.h"

#include "scope/Programs/Check.h"

#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

#include <cmath>
#include <map>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

namespace {
/// What the events of a trace sum up to.
struct Sums {
  /// By process, and name of the thread, or of the slice for waits; ticks.
  std::map<std::pair<int64_t, std::string>, int64_t> slices;
  /// By name of the counter: ticks in which it was busy, and its last bytes.
  std::map<std::string, int64_t> busy, bytes;
  int64_t transfers = 0;
  int64_t ticksPerCycle = 0;

  int64_t cycles(int64_t ticks) const {
    return search::ceilDiv(ticks, ticksPerCycle);
  }
};
} // namespace

/// A time in the trace, in ticks.
static int64_t ticksOf(const llvm::json::Object &event, llvm::StringRef key) {
  return std::llround(event.getNumber(key).value() * 1000);
}

static Sums sumsOf(llvm::StringRef text) {
  Sums result;
  llvm::Expected<llvm::json::Value> trace = llvm::json::parse(text);
  if (!trace) {
    ADD_FAILURE() << llvm::toString(trace.takeError());
    return result;
  }
  const llvm::json::Object &root = *trace->getAsObject();
  result.ticksPerCycle =
      root.getObject("otherData")->getInteger("ticks_per_cycle").value();
  std::map<std::pair<int64_t, int64_t>, std::string> threads;
  std::map<std::pair<int64_t, int64_t>, int64_t> endOf;
  std::map<std::string, std::pair<int64_t, bool>> counters;
  for (const llvm::json::Value &value : *root.getArray("traceEvents")) {
    const llvm::json::Object &event = *value.getAsObject();
    std::string name = event.getString("name")->str();
    std::pair<int64_t, int64_t> at = {*event.getInteger("pid"),
                                      *event.getInteger("tid")};
    const llvm::json::Object *args = event.getObject("args");
    llvm::StringRef phase = *event.getString("ph");
    int64_t time = ticksOf(event, "ts");
    if (phase == "M" && name == "thread_name")
      threads[at] = args->getString("name")->str();
    if (phase == "C") {
      auto &[since, isBusy] = counters[name];
      EXPECT_GE(time, since);
      if (isBusy)
        result.busy[name] += time - since;
      since = time;
      isBusy = *args->getInteger("busy") != 0;
      result.bytes[name] = *args->getInteger("bytes");
    }
    if (phase != "X")
      continue;
    int64_t duration = ticksOf(event, "dur");
    EXPECT_GE(duration, 0);
    EXPECT_GE(time, endOf[at]) << "slices overlap";
    endOf[at] = time + duration;
    if (!args)
      continue;
    EXPECT_EQ(duration, args->getInteger("ticks").value());
    std::string thread = threads[at];
    result.transfers += args->getInteger("tag").has_value();
    result.slices[{at.first, thread == "wait" ? name : thread}] += duration;
  }
  return result;
}

namespace {
TEST(TraceTest, SumsAreThoseOfTheSimulator) {
  for (auto [port, link] : {std::pair<int64_t, int64_t>{8, 8}, {3, 7}}) {
    PackageProgram program = twoStages(12);
    program.segments.push_back(SegmentProgram(program.segments.front()));
    search::Package package = testPackage(2, 2, port, link, 5);
    std::string text;
    llvm::raw_string_ostream os(text);
    SimulationResult result = writeTrace(os, program, package);
    EXPECT_EQ(result.cycles, simulate(program, package).cycles);
    Sums sums = sumsOf(text);
    for (const ChipletResult &chiplet : result.chiplets) {
      int64_t process = chiplet.chiplet + 1;
      EXPECT_EQ(sums.cycles(sums.slices[{process, "compute"}]),
                chiplet.compute);
      for (size_t stall = 0; stall < kStalls; ++stall) {
        std::string name = getStallName(static_cast<Stall>(stall)).str();
        EXPECT_EQ(sums.cycles(sums.slices[{process, name}]),
                  chiplet.stalls[stall])
            << name;
      }
    }
    ASSERT_EQ(sums.busy.size(), result.links.size());
    for (const LinkResult &of : result.links) {
      auto nameOf = [](int32_t chiplet) {
        return "[" + std::to_string(chiplet / 2) + "," +
               std::to_string(chiplet % 2) + "]";
      };
      std::string name = "link " + nameOf(of.from) + " to " + nameOf(of.to);
      EXPECT_EQ(sums.cycles(sums.busy[name]), of.busy) << name;
      EXPECT_EQ(sums.bytes[name], of.bytes) << name;
    }
    int64_t transfers = 0;
    for (const SegmentProgram &segment : program.segments)
      for (const ChipletProgram &chiplet : segment.chiplets) {
        transfers += static_cast<int64_t>(chiplet.load.size());
        for (const Op &op : chiplet.body)
          transfers += op.kind == OpKind::Compute ? 0 : segment.beats;
      }
    EXPECT_EQ(sums.transfers, transfers);
  }
}
} // namespace
