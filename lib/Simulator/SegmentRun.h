//===- SegmentRun.h - Simulates one segment ---------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of a segment and the events that change it, in three parts:
// operations (SegmentRun.cpp) are released when what they wait for has ended,
// and release packets; the network (Network.cpp) moves packets; the steady
// state (SteadyState.cpp) is found by comparing states at the ends of beats.
//
// Progress is counted in bands since the begin of the segment, kBands a beat.
// Operations without bands go by whole beats.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SIMULATOR_SEGMENTRUN_H
#define SCOPE_LIB_SIMULATOR_SEGMENTRUN_H

#include "Clock.h"
#include "EventQueue.h"
#include "Routes.h"
#include "Tables.h"

namespace scope::simulator {

/// Figures that grow while a segment runs.
struct Counters {
  struct Resource {
    int64_t busy = 0;
    int64_t bytes = 0;
  };
  struct Chiplet {
    int64_t compute = 0;
    std::array<int64_t, kStalls> stalls = {};
  };
  /// See SegmentRun::resourceOf.
  std::vector<Resource> resources;
  /// By number of the chiplet; ticks.
  std::vector<Chiplet> chiplets;

  /// Adds `times` times what has grown between `before` and `after`.
  void addGrowth(const Counters &before, const Counters &after, int64_t times);
};

class SegmentRun {
public:
  /// `begin`: ticks before the segment, for the sink.
  SegmentRun(const search::Package &package, const SimulatorOptions &options,
             const Clock &clock, Routes &routes, const Tables &tables,
             int64_t beats, int64_t begin);

  /// Runs to the end; false if operations are left that wait for each other.
  bool run();

  // Ticks from the begin of the segment.
  int64_t endTime() const { return std::max(lastEnd, storesEnd); }
  int64_t loadTime() const { return loadEnd; }
  int64_t firstBeatTime() const { return firstBeatEnd; }
  int64_t periodTime() const { return period; }
  int64_t simulatedBeats() const { return beats - skippedBeats; }
  int64_t eventCount() const { return handled; }
  const Counters &figures() const { return counters; }

  /// Numbers of resources: the links that leave a chiplet by direction, and the
  /// way out of it and into it.
  enum : int32_t { Out = kDirections, In, kOfChiplet };
  static int32_t resourceOf(int32_t chiplet, int32_t which) {
    return chiplet * kOfChiplet + which;
  }
  static int32_t resourceCount(const search::Package &package) {
    return resourceOf(package.rows * package.cols, 0) +
           static_cast<int32_t>(package.dramPorts.size());
  }
  int32_t portResource(int32_t port) const { return firstPort + port; }

private:
  struct OpState {
    int64_t released = 0;
    int64_t done = 0;
    /// Dependencies of the next band that are not met, and the operation that
    /// met the last one.
    int32_t pending = 0;
    int32_t trigger = -1;
    bool running = false;
    /// A computation that only waits for a table.
    bool held = false;
    bool inWork = false;
    /// Of a transfer: when its last message could go, and what it had waited
    /// for.
    Stall readyCause = Stall::Data;
    int64_t readyAt = 0;
    int64_t startedAt = 0;
  };

  /// What has come of one beat of a transfer: bytes, and when the last of them
  /// is there; bands that these bytes make, and those of them that are over.
  struct Instance {
    int64_t bytes = 0;
    int64_t time = 0;
    int32_t coming = 0;
    int32_t landed = 0;
  };

  struct FlowState {
    /// Packets so far, over all beats.
    int64_t next = 0;
    /// The band that all ends must have released for the next packet.
    int64_t need = 0;
    /// Ends that have not released it.
    int32_t waiting = 0;
    /// Packets that DRAM ports were asked for and have not read.
    int32_t asked = 0;
    /// The next flow at the same port out.
    int32_t after = -1;
  };

  /// What all copies of a packet have in common.
  struct Content {
    int64_t beat = 0;
    int64_t bytes = 0;
    int32_t flow = 0;
    int32_t number = 0;
    /// Copies that are under way.
    int32_t copies = 0;
  };

  /// One copy of a packet: small, because many are under way at once.
  struct Packet {
    /// Where it is, or where it goes to next.
    const TreeNode *node = nullptr;
    /// When its last byte is here.
    int64_t tail = 0;
    int32_t content = 0;
    int32_t chiplet = 0;
    /// Where it came from: a direction, or kDirections for this chiplet.
    int32_t from = kDirections;
    int32_t after = -1;
  };

  static constexpr int32_t kSides = kDirections + 1;
  struct Resource {
    int64_t free = 0;
    /// Of a DRAM port: when it has read all that it was asked for.
    int64_t freeToRead = 0;
    int32_t first[kSides] = {-1, -1, -1, -1, -1};
    int32_t last[kSides] = {-1, -1, -1, -1, -1};
    int32_t queued = 0;
    int32_t nextSide = 0;
    bool woken = false;
    int32_t rate = 0;
  };

  // Operations.
  int64_t limitOf(int32_t op) const {
    return tables.instances(op, beats) * programs::kBands;
  }
  void countPending(int32_t op);
  void pushWork(int32_t op);
  void work();
  void release(int32_t op);
  void advance(int32_t op, int64_t done);
  void progress(int32_t op);
  void landing(int32_t op, int64_t beat, int64_t bytes, int64_t time);
  void landed(int32_t op);
  void startBand(int32_t op);
  void computed(int32_t op);
  void endBand(int32_t op);
  int64_t bandTime(int32_t op) const;
  void countStall(int32_t op);
  size_t ringAt(int32_t op, int64_t beat) const {
    const OpInfo &info = tables.ops[op];
    return info.firstRing + (beat & info.ringMask);
  }

  // Network.
  llvm::ArrayRef<int32_t> targetsOf(const Flow &flow) const {
    if (flow.isStore())
      return {};
    return routes.targets(flow.targets);
  }
  void countWaiting(int32_t flow);
  void ready(int32_t flow, int32_t op);
  int32_t makePacket(int32_t flow);
  void freePacket(int32_t packet);
  void arrive(int32_t packet);
  void enter(int32_t packet, int32_t resource);
  void serve(int32_t packet, int32_t resource);
  void serveOut(int32_t resource);
  void wake(int32_t resource);
  int32_t copyPacket(int32_t packet);
  void read(int32_t flow);
  void deliver(int32_t packet);
  void wakeLater(int32_t resource);
  int64_t use(int32_t resource, int64_t bytes);

  // Steady state.
  void beatEnded();
  std::array<uint64_t, 2> hashState() const;
  void skip(int64_t skipBeats, int64_t skipTime);

  const search::Package &package;
  const SimulatorOptions &options;
  const Clock &clock;
  Routes &routes;
  const Tables &tables;
  int64_t beats;
  int64_t begin;
  int32_t firstPort;

  EventQueue queue;
  std::vector<OpState> ops;
  std::vector<Instance> rings;
  std::vector<FlowState> flows;
  std::vector<Packet> packets;
  std::vector<Content> contents;
  std::vector<int32_t> freePackets, freeContents;
  std::vector<Resource> resources;
  /// Ticks for bytes, as fractions.
  std::vector<search::Rational> rates;
  std::vector<int32_t> portSets;
  /// Operations that may be released, from `nextWork`.
  std::vector<int32_t> workList;
  size_t nextWork = 0;
  /// End of the last computation of a chiplet.
  std::vector<int64_t> idleSince;

  Counters counters;
  int64_t handled = 0;
  int64_t loadOpsLeft = 0;
  int64_t lastEnd = 0;
  /// When the last bytes of stores are in the DRAM.
  int64_t storesEnd = 0;
  int64_t loadEnd = 0;
  int64_t firstBeatEnd = 0;
  /// Beats that are complete, and operations that the next one needs.
  int64_t baseBeat = 0;
  int64_t beatOpsLeft = 0;
  int64_t lastBeatEnd = 0;
  int64_t period = 0;
  int64_t skippedBeats = 0;

  struct Checkpoint {
    std::array<uint64_t, 2> hash;
    int64_t beat = 0;
    int64_t time = 0;
  };
  std::vector<Checkpoint> checkpoints;
  /// A state that came back is simulated once more, to count what it does.
  int64_t cycleBeats = 0;
  Counters cycleBegin;
  int64_t cycleBeginBeat = 0;
  int64_t cycleBeginTime = 0;
  bool isSearching = true;
};

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_SEGMENTRUN_H
