//===- Trace.cpp - Simulated runs on a time line --------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A chiplet is a process of the trace. Slices of one thread must not overlap,
// and transfers do, so that sends and receives have as many threads as are
// under way at once: a transfer takes the first that is free.
//
// Times of a trace are microseconds; a tick of the simulator is written as a
// nanosecond, which all readers keep exactly.
//
//===----------------------------------------------------------------------===//

#include "scope/Target/Trace.h"

#include "scope/Lowering/ModulePrograms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <map>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

namespace {
/// Threads of a process; sends and receives take as many as they need.
enum Thread : int32_t { kCompute = 1, kWait = 2, kReceive = 100, kSend = 500 };

/// Something that takes time.
struct Slice {
  int32_t chiplet = 0;
  Thread thread = kCompute;
  OpRef op;
  int64_t beat = -1;
  int64_t begin = 0;
  int64_t end = 0;
  /// Transfers: when the last message was under way. Waits: for what.
  int64_t underWay = -1;
  Stall cause = Stall::Data;
};

/// Collects slices and the times at which links are busy.
class Recorder : public EventSink {
public:
  explicit Recorder(const PackageProgram &program) : program(program) {}

  void begin(int64_t ticksPerCycle) override { ticks = ticksPerCycle; }

  void compute(const OpRef &op, int64_t beat, int64_t begin,
               int64_t end) override {
    Slice &slice = add(kCompute, op, begin, end);
    slice.beat = beat;
  }

  void stall(const OpRef &op, Stall cause, int64_t begin,
             int64_t end) override {
    add(kWait, op, begin, end).cause = cause;
  }

  void transfer(const OpRef &op, int64_t beat, int64_t begin, int64_t underWay,
                int64_t end) override {
    OpKind kind = getOp(program, op).kind;
    bool sends = kind == OpKind::Send || kind == OpKind::Store;
    Slice &slice = add(sends ? kSend : kReceive, op, begin, end);
    slice.beat = beat;
    slice.underWay = underWay;
  }

  void link(int32_t from, int32_t to, int64_t bytes, int64_t begin,
            int64_t end) override {
    std::vector<Busy> &busy = links[{from, to}];
    if (busy.empty() || busy.back().end != begin)
      busy.push_back({begin, begin, 0});
    busy.back().end = end;
    busy.back().bytes += bytes;
  }

  void endSegment(int32_t segment, int64_t begin, int64_t end) override {
    segments.push_back({begin, end});
  }

  struct Busy {
    int64_t begin = 0;
    int64_t end = 0;
    int64_t bytes = 0;
  };

  int64_t ticks = 1;
  std::vector<Slice> slices;
  std::map<std::pair<int32_t, int32_t>, std::vector<Busy>> links;
  std::vector<std::pair<int64_t, int64_t>> segments;

private:
  Slice &add(Thread thread, const OpRef &op, int64_t begin, int64_t end) {
    Slice &slice = slices.emplace_back();
    slice.chiplet = program.segments[op.segment].chiplets[op.program].chiplet;
    slice.thread = thread;
    slice.op = op;
    slice.begin = begin;
    slice.end = end;
    return slice;
  }

  const PackageProgram &program;
};

/// Writes the events of a trace.
class Writer {
public:
  Writer(llvm::raw_ostream &os, const PackageProgram &program,
         const search::Package &package, const Recorder &recorder)
      : json(os), program(program), package(package), recorder(recorder) {}

  void write() {
    json.object([&] {
      json.attributeArray("traceEvents", [&] {
        writeSegments();
        writeSlices();
        writeLinks();
      });
      json.attribute("displayTimeUnit", "ns");
      json.attributeObject("otherData", [&] {
        json.attribute("function", program.name);
        json.attribute("package", package.name);
        json.attribute("ticks_per_cycle", recorder.ticks);
      });
    });
  }

private:
  /// Chiplets are processes from 1 on; the package as a whole comes last.
  int32_t packageProcess() const { return program.rows * program.cols + 1; }

  std::string nameOf(int32_t chiplet) const {
    return llvm::formatv("[{0},{1}]", chiplet / program.cols,
                         chiplet % program.cols);
  }

  void event(llvm::StringRef name, char phase, int32_t process, int32_t thread,
             int64_t time, llvm::function_ref<void()> more) {
    json.object([&] {
      json.attribute("name", name);
      json.attribute("ph", llvm::StringRef(&phase, 1));
      json.attribute("pid", process);
      json.attribute("tid", thread);
      json.attributeBegin("ts");
      json.rawValue(microseconds(time));
      json.attributeEnd();
      more();
    });
  }

  /// Exact, unlike a floating-point number.
  static std::string microseconds(int64_t time) {
    constexpr int64_t thousand = 1000;
    return llvm::formatv("{0}.{1,0+3}", time / thousand, time % thousand);
  }

  void duration(int64_t time) {
    json.attributeBegin("dur");
    json.rawValue(microseconds(time));
    json.attributeEnd();
  }

  void name(llvm::StringRef what, int32_t process, int32_t thread,
            llvm::StringRef text) {
    event(what, 'M', process, thread, 0, [&] {
      json.attributeObject("args", [&] { json.attribute("name", text); });
    });
  }

  void writeSegments() {
    name("process_name", packageProcess(), 0, package.name);
    name("thread_name", packageProcess(), 1, "segments");
    for (auto [index, segment] : llvm::enumerate(recorder.segments)) {
      auto [begin, end] = segment;
      event("segment " + std::to_string(index), 'X', packageProcess(), 1, begin,
            [this, length = end - begin] { duration(length); });
    }
  }

  void writeSlices() {
    auto order = llvm::map_to_vector(recorder.slices,
                                     [](const Slice &slice) { return &slice; });
    llvm::stable_sort(order, [](const Slice *a, const Slice *b) {
      return std::tie(a->chiplet, a->thread, a->begin) <
             std::tie(b->chiplet, b->thread, b->begin);
    });
    int32_t lastChiplet = -1, lastThread = -1;
    std::vector<int64_t> freeAt;
    for (const Slice *slice : order) {
      int32_t process = slice->chiplet + 1;
      if (slice->chiplet != lastChiplet)
        name("process_name", process, 0, "chiplet " + nameOf(slice->chiplet));
      if (slice->chiplet != lastChiplet || slice->thread != lastThread)
        freeAt.clear();
      lastChiplet = slice->chiplet;
      lastThread = slice->thread;
      size_t lane =
          llvm::find_if(freeAt,
                        [&](int64_t end) { return end <= slice->begin; }) -
          freeAt.begin();
      int32_t thread = slice->thread + static_cast<int32_t>(lane);
      if (lane == freeAt.size()) {
        freeAt.push_back(0);
        name("thread_name", process, thread, threadName(slice->thread, lane));
      }
      freeAt[lane] = slice->end;
      writeSlice(*slice, process, thread);
    }
  }

  static std::string threadName(Thread thread, size_t lane) {
    switch (thread) {
    case kCompute:
      return "compute";
    case kWait:
      return "wait";
    case kReceive:
      return "receive " + std::to_string(lane);
    case kSend:
      return "send " + std::to_string(lane);
    }
    return "";
  }

  void writeSlice(const Slice &slice, int32_t process, int32_t thread) {
    const Op &op = getOp(program, slice.op);
    std::string layer = program.layers[op.layer];
    std::string text = layer;
    if (slice.thread == kWait)
      text = getStallName(slice.cause).str();
    else if (op.kind != OpKind::Compute)
      text = (getOpKindName(op.kind) + " " + program.tensors[op.tensor].name)
                 .str();
    event(text, 'X', process, thread, slice.begin, [&] {
      duration(slice.end - slice.begin);
      json.attributeObject("args", [&] {
        json.attribute("ticks", slice.end - slice.begin);
        json.attribute("segment", slice.op.segment);
        json.attribute("layer", layer);
        if (slice.beat >= 0)
          json.attribute("beat", slice.beat);
        if (op.kind != OpKind::Compute)
          json.attribute("tag", op.tag);
        if (slice.underWay >= 0)
          json.attribute("ticks until under way", slice.underWay - slice.begin);
      });
    });
  }

  /// A counter for each link: the bytes that have begun to cross it, and
  /// whether it is busy.
  void writeLinks() {
    for (const auto &[link, busy] : recorder.links) {
      std::string text =
          "link " + nameOf(link.first) + " to " + nameOf(link.second);
      int64_t bytes = 0;
      auto count = [&](int64_t time, bool isBusy) {
        event(text, 'C', packageProcess(), 0, time, [&] {
          json.attributeObject("args", [&] {
            json.attribute("busy", isBusy ? 1 : 0);
            json.attribute("bytes", bytes);
          });
        });
      };
      count(0, false);
      for (const Recorder::Busy &interval : busy) {
        bytes += interval.bytes;
        count(interval.begin, true);
        count(interval.end, false);
      }
    }
  }

  llvm::json::OStream json;
  const PackageProgram &program;
  const search::Package &package;
  const Recorder &recorder;
};
} // namespace

SimulationResult scope::writeTrace(llvm::raw_ostream &os,
                                   const PackageProgram &program,
                                   const search::Package &package) {
  Recorder recorder(program);
  SimulatorOptions options;
  options.allBeats = true;
  options.sink = &recorder;
  SimulationResult result = simulate(program, package, options);
  if (result.failure.empty())
    Writer(os, program, package, recorder).write();
  return result;
}

llvm::LogicalResult scope::writeTraceOf(mlir::ModuleOp module,
                                        llvm::raw_ostream &os) {
  bool isFirst = true;
  auto write = [&](const ModulePrograms &of) -> llvm::LogicalResult {
    if (!std::exchange(isFirst, false))
      return mlir::emitError(of.loc, "a trace has one function, and the module "
                                     "has several");
    SimulationResult result = writeTrace(os, of.programs, of.package);
    if (!result.failure.empty())
      return mlir::emitError(of.loc, result.failure);
    return llvm::success();
  };
  return forEachPrograms(module, write);
}
