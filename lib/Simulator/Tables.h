//===- Tables.h - A segment in flat arrays ----------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything about a segment that does not change while it is simulated:
// operations, what they wait for, and the flows of bytes between them, in
// arrays that refer to each other by index.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SIMULATOR_TABLES_H
#define SCOPE_LIB_SIMULATOR_TABLES_H

#include "scope/Programs/Transfers.h"
#include "scope/Search/Package.h"
#include "scope/Simulator/Simulator.h"

#include <tuple>

namespace scope::simulator {

/// When an operation waits for another; see programs::Dependency.
struct EdgeRule {
  int32_t distance = 0;
  int32_t modulus = 1;
  int32_t residue = 0;
  bool inBands = false;
  /// From an operation of the load, which ends once, to one of the body.
  bool fromLoad = false;

  bool operator<(const EdgeRule &other) const {
    return std::tie(distance, modulus, residue, inBands, fromLoad) <
           std::tie(other.distance, other.modulus, other.residue, other.inBands,
                    other.fromLoad);
  }
};

/// The operation at the other end, and one of Tables::rules. There are millions
/// of these, and few rules.
struct Edge {
  int32_t other = 0;
  int32_t rule = 0;
};

/// An operation. The arrays have one more at the end, so that everything of an
/// operation ends where that of the next one begins.
struct OpInfo {
  programs::OpRef ref;
  programs::OpKind kind = programs::OpKind::Compute;
  /// Goes band by band.
  bool inBands = false;
  int32_t chiplet = 0;
  int32_t firstIn = 0;
  int32_t firstOut = 0;
  int32_t firstFlows = 0;
  /// Instances under way at once are kept in a ring of ringMask + 1.
  int32_t firstRing = 0;
  int32_t ringMask = 0;
  /// Instances that may be under way at once.
  int32_t mostInstances = 1;
  /// Cycles of a computation.
  int64_t cycles = 0;
  /// Bytes that a beat brings or takes; of a send, every copy.
  int64_t bytes = 0;
};

/// Equal bytes of every beat from one place to one or several others.
struct Flow {
  /// Number of the chiplet; negative for DRAM.
  int32_t source = -1;
  /// The operation that sends or stores; negative for DRAM.
  int32_t sender = -1;
  /// The operation that receives on chiplet c is number c from here in
  /// Tables::receivers; there are so many, none for a store.
  int32_t firstReceiver = 0;
  int32_t receivers = 0;
  /// Of one copy, in so many packets (a power of two).
  int64_t bytes = 0;
  int32_t packets = 1;
  /// To or from DRAM: what passes there, and where the ports of its packets
  /// begin in Tables::packetPorts.
  int64_t dramBytes = 0;
  int32_t firstPort = 0;
  /// Index of its set of targets; see Routes.
  int32_t targets = 0;

  /// One of the operations at its ends.
  int32_t anEnd = -1;

  bool isLoad() const { return source < 0; }
  bool isStore() const { return receivers == 0; }
  /// Bytes of packet `number`, and what passes in DRAM of it.
  int64_t packetBytes(int64_t number) const { return part(bytes, number); }
  int64_t packetDramBytes(int64_t number) const {
    return part(dramBytes, number);
  }
  /// The last band that packet `number` has bytes of.
  int64_t lastBand(int64_t number) const {
    return search::ceilDiv((number + 1) * programs::kBands, packets) - 1;
  }

private:
  int64_t part(int64_t all, int64_t number) const {
    int shift = llvm::countr_zero(static_cast<uint32_t>(packets));
    auto before = [&](int64_t end) {
      return static_cast<int64_t>(static_cast<__int128>(all) * end >> shift);
    };
    return before(number + 1) - before(number);
  }
};

/// Flows that follow each other.
struct FlowRange {
  int32_t begin = 0;
  int32_t end = 0;
};

class Routes;

struct Tables {
  /// Those of one transfer stand side by side, because packets come to them at
  /// about the same time.
  std::vector<OpInfo> ops;
  /// Operations of the loads come first.
  int32_t loadOps = 0;
  int32_t opCount = 0;
  /// All operations chiplet by chiplet, as their programs have them.
  std::vector<int32_t> programOrder;
  std::vector<Edge> in, out;
  std::vector<EdgeRule> rules;
  std::vector<Flow> flows;
  /// See Flow::firstReceiver; flows of one transfer share them.
  std::vector<int32_t> receivers;
  /// By operation, from `firstFlows`, ascending.
  std::vector<FlowRange> flowsOf;
  /// By packet of flows to or from DRAM; see PortChoice.
  std::vector<int16_t> packetPorts;
  int32_t ringSize = 0;
  /// Beats after which slots of different buffers meet in the same way.
  int64_t slotPeriod = 1;

  int64_t instances(int32_t op, int64_t beats) const {
    return op < loadOps ? 1 : beats;
  }
  /// The DRAM port that packet `number` of `flow` goes through.
  int32_t port(const Flow &flow, int64_t number) const {
    return packetPorts[flow.firstPort + number];
  }
  /// The operation of `flow` on `chiplet`, which is one of its targets.
  int32_t receiver(const Flow &flow, int32_t chiplet) const {
    return receivers[flow.firstReceiver + chiplet];
  }
};

/// Builds the tables of segment `number`, and adds its targets to `routes`.
Tables buildTables(const programs::PackageProgram &program, int32_t number,
                   const search::Package &package,
                   const SimulatorOptions &options, Routes &routes);

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_TABLES_H
