//===- Simulator.h - Time of chiplet programs, with contention --*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the programs of a package on an event-driven model of it: every message
// is cut into packets that meet on links, at the ports of chiplets and at the
// DRAM; operations wait as the contract of Program.h says. docs/simulator.md
// says what is modelled and what is not. All arithmetic is in integers, and the
// result does not depend on the machine.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SIMULATOR_SIMULATOR_H
#define SCOPE_SIMULATOR_SIMULATOR_H

#include "scope/Programs/Transfers.h"
#include "scope/Search/Package.h"

#include <array>
#include <string>
#include <vector>

namespace scope::simulator {

/// What a chiplet without a computation to run waits for.
enum class Stall : uint8_t {
  /// Another chiplet has not made or not sent what it needs.
  Data,
  /// A slot is in use: its own data has not been taken, or a receiver has no
  /// room.
  Space,
  /// A message is on its way: the time on links and at ports.
  Network,
  /// A load is under way, or a store that has to end first.
  Dram,
};
inline constexpr size_t kStalls = 4;

/// The name of `stall` in reports.
llvm::StringRef getStallName(Stall stall);

/// Femtojoules.
struct Energy {
  int64_t mac = 0;
  int64_t sram = 0;
  int64_t nop = 0;
  int64_t dram = 0;
  int64_t idle = 0;
  int64_t total() const { return mac + sram + nop + dram + idle; }
};

/// One segment; cycles from its begin.
struct SegmentResult {
  /// Until the operations of the loads have ended.
  int64_t load = 0;
  /// Until the first beat was complete on all chiplets.
  int64_t firstBeat = 0;
  /// Between the ends of beats at the end: over the beats of the steady state
  /// if one was found, else of the last beat alone; rounded up.
  int64_t period = 0;
  int64_t cycles = 0;
  /// Beats that were simulated one by one, of all.
  int64_t simulatedBeats = 0;
  int64_t beats = 0;
  Energy energy;
};

/// One directed link of the mesh.
struct LinkResult {
  int32_t from = 0;
  int32_t to = 0;
  int64_t bytes = 0;
  /// Cycles in which it carried something, rounded up.
  int64_t busy = 0;
};

/// One chiplet.
struct ChipletResult {
  int32_t chiplet = 0;
  /// Cycles of computation.
  int64_t compute = 0;
  /// Cycles without, up to the last computation of each segment, by cause.
  std::array<int64_t, kStalls> stalls = {};
  /// Bytes through its port.
  int64_t bytesIn = 0;
  int64_t bytesOut = 0;
};

/// One DRAM port; bytes that it read and wrote, and cycles in which it did.
struct PortResult {
  int64_t bytes = 0;
  int64_t busy = 0;
};

struct SimulationResult {
  /// Why nothing was simulated: empty if all went well.
  std::string failure;
  int64_t cycles = 0;
  Energy energy;
  std::vector<SegmentResult> segments;
  /// Links that carried something, by `from` and `to`.
  std::vector<LinkResult> links;
  /// Chiplets that did something, ascending.
  std::vector<ChipletResult> chiplets;
  /// As in the package; those on disabled chiplets do nothing.
  std::vector<PortResult> ports;
  /// Events that were handled.
  int64_t events = 0;
};

/// Hears what happens, in the order in which it ends; times in ticks from the
/// begin of the first segment. Only beats that are simulated are heard of.
class EventSink {
public:
  virtual ~EventSink() = default;
  virtual void begin(int64_t ticksPerCycle) {}
  /// A computation, or a band of one.
  virtual void compute(const programs::OpRef &op, int64_t beat, int64_t begin,
                       int64_t end) {}
  /// A chiplet did not compute before `op` began, and what for.
  virtual void stall(const programs::OpRef &op, Stall cause, int64_t begin,
                     int64_t end) {}
  /// A transfer: posted, last message under way, over.
  virtual void transfer(const programs::OpRef &op, int64_t beat, int64_t begin,
                        int64_t underWay, int64_t end) {}
  /// A packet on the link from `from` to `to`.
  virtual void link(int32_t from, int32_t to, int64_t bytes, int64_t begin,
                    int64_t end) {}
  virtual void endSegment(int32_t segment, int64_t begin, int64_t end) {}
};

struct SimulatorOptions {
  /// Simulate every beat, even if the same state has been seen before.
  bool allBeats = false;
  /// Messages are cut into packets of at least so many bytes, and into at most
  /// `mostPackets` (a power of two).
  int64_t packetBytes = 1024;
  int32_t mostPackets = 64;
  EventSink *sink = nullptr;
};

/// Simulates `program` on `package`. The program must pass the checks.
SimulationResult simulate(const programs::PackageProgram &program,
                          const search::Package &package,
                          const SimulatorOptions &options = {});

} // namespace scope::simulator

#endif // SCOPE_SIMULATOR_SIMULATOR_H
