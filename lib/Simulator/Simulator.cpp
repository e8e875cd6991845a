//===- Simulator.cpp - Time of chiplet programs, with contention ----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Simulator/Simulator.h"

#include "SegmentRun.h"

#include "scope/Programs/EqualSegments.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

llvm::StringRef scope::simulator::getStallName(Stall stall) {
  switch (stall) {
  case Stall::Data:
    return "data";
  case Stall::Space:
    return "space";
  case Stall::Network:
    return "network";
  case Stall::Dram:
    return "dram";
  }
  return "";
}

namespace {
/// Amounts that cost energy, of a load or of one beat.
struct Amounts {
  __int128 macs = 0;
  __int128 sramReads = 0;
  __int128 sramWrites = 0;
  __int128 hops = 0;
  __int128 dram = 0;
};
} // namespace

/// Bytes times links of all packets of `flow`.
static __int128 hopBytes(const Tables &tables, const Flow &flow,
                         Routes &routes) {
  if (!flow.isLoad() && !flow.isStore())
    return static_cast<__int128>(flow.bytes) *
           routes.links(flow.source, flow.targets);
  __int128 sum = 0;
  for (int64_t packet = 0; packet < flow.packets; ++packet) {
    int32_t chiplet = routes.portChiplet(tables.port(flow, packet));
    int64_t links =
        flow.isLoad() ? routes.links(chiplet, flow.targets)
                      : routes.links(flow.source, routes.targetSet({chiplet}));
    sum += static_cast<__int128>(flow.packetBytes(packet)) * links;
  }
  return sum;
}

/// What loads and a beat of the segment move and compute.
static std::array<Amounts, 2> countAmounts(const PackageProgram &program,
                                           const Tables &tables,
                                           Routes &routes) {
  std::array<Amounts, 2> result;
  auto amountsOf = [&](int32_t op) -> Amounts & {
    return result[op < tables.loadOps ? 0 : 1];
  };
  for (int32_t number = 0; number < tables.opCount; ++number) {
    const Op &op = getOp(program, tables.ops[number].ref);
    Amounts &amounts = amountsOf(number);
    amounts.macs += op.macs;
    amounts.sramReads += op.readBytes;
    amounts.sramWrites += op.writtenBytes;
    if (op.own.buffer >= 0) {
      // The copy of its own part.
      int64_t copied = program.bytes(op.place.layout, op.place.part) -
                       tables.ops[number].bytes;
      amounts.sramReads += copied;
      amounts.sramWrites += copied;
    }
  }
  for (const Flow &flow : tables.flows) {
    Amounts &amounts = amountsOf(flow.anEnd);
    if (flow.sender >= 0)
      amounts.sramReads += flow.bytes;
    amounts.sramWrites += static_cast<__int128>(flow.bytes) * flow.receivers;
    amounts.hops += hopBytes(tables, flow, routes);
    amounts.dram += flow.dramBytes;
  }
  return result;
}

static Energy energyOf(const std::array<Amounts, 2> &amounts, int64_t beats,
                       const search::Package &package, int64_t cycles) {
  auto all = [&](__int128 Amounts::*what) {
    return search::saturate(amounts[0].*what + beats * (amounts[1].*what));
  };
  const search::EnergyTable &table = package.energy;
  Energy energy;
  energy.mac = search::multiplyUp(all(&Amounts::macs), table.mac);
  energy.sram = search::multiplyUp(all(&Amounts::sramReads), table.sramRead) +
                search::multiplyUp(all(&Amounts::sramWrites), table.sramWrite);
  energy.nop = search::multiplyUp(all(&Amounts::hops), table.hop);
  energy.dram = search::multiplyUp(all(&Amounts::dram), table.dram);
  energy.idle = search::multiplyUp(cycles, table.idle);
  return energy;
}

static void add(Energy &sum, const Energy &energy) {
  sum.mac += energy.mac;
  sum.sram += energy.sram;
  sum.nop += energy.nop;
  sum.dram += energy.dram;
  sum.idle += energy.idle;
}

/// Turns the figures of all segments into those of links, chiplets and ports.
static void writeFigures(const search::Package &package, const Clock &clock,
                         const Routes &routes, const Counters &sum,
                         SimulationResult &result) {
  int32_t chiplets = package.rows * package.cols;
  auto resource = [&](int32_t chiplet, int32_t which) -> const auto & {
    return sum.resources[SegmentRun::resourceOf(chiplet, which)];
  };
  for (int32_t chiplet = 0; chiplet < chiplets; ++chiplet) {
    std::vector<LinkResult> links;
    for (int32_t direction = 0; direction < kDirections; ++direction)
      if (resource(chiplet, direction).bytes > 0)
        links.push_back({chiplet, routes.neighbour(chiplet, direction),
                         resource(chiplet, direction).bytes,
                         clock.cycles(resource(chiplet, direction).busy)});
    llvm::sort(links, [](const LinkResult &a, const LinkResult &b) {
      return a.to < b.to;
    });
    result.links.insert(result.links.end(), links.begin(), links.end());
    ChipletResult of;
    of.chiplet = chiplet;
    of.compute = clock.cycles(sum.chiplets[chiplet].compute);
    for (size_t stall = 0; stall < kStalls; ++stall)
      of.stalls[stall] = clock.cycles(sum.chiplets[chiplet].stalls[stall]);
    of.bytesIn = resource(chiplet, SegmentRun::In).bytes;
    of.bytesOut = resource(chiplet, SegmentRun::Out).bytes;
    if (of.compute + of.bytesIn + of.bytesOut > 0)
      result.chiplets.push_back(of);
  }
  for (size_t port = 0; port < package.dramPorts.size(); ++port) {
    const Counters::Resource &of =
        sum.resources[chiplets * SegmentRun::kOfChiplet + port];
    result.ports.push_back({of.bytes, clock.cycles(of.busy)});
  }
}

namespace {
/// Simulates segments, and adds their figures up.
class PackageRun {
public:
  PackageRun(const PackageProgram &program, const search::Package &package,
             const SimulatorOptions &options)
      : program(program), package(package), options(options), clock(package),
        routes(package) {
    none.resources.resize(SegmentRun::resourceCount(package));
    none.chiplets.resize(package.rows * package.cols);
    sum = none;
  }

  SimulationResult run() {
    if (options.sink)
      options.sink->begin(clock.ticks);
    // Equal segments take equal time; who listens hears of each of them.
    std::vector<int32_t> first = firstEqualSegments(program);
    for (auto [index, segment] : llvm::enumerate(program.segments)) {
      auto number = static_cast<int32_t>(index);
      if (first[index] == number || options.sink) {
        int64_t copies = options.sink ? 1 : llvm::count(first, number);
        if (!simulateSegment(number, copies))
          return std::move(result);
      } else {
        result.segments.push_back(SegmentResult(result.segments[first[index]]));
      }
      const SegmentResult &of = result.segments.back();
      add(result.energy, of.energy);
      result.cycles += of.cycles;
    }
    writeFigures(package, clock, routes, sum, result);
    return std::move(result);
  }

private:
  /// Adds the result of segment `number`, and the figures of `copies` of it.
  bool simulateSegment(int32_t number, int64_t copies) {
    const SegmentProgram &segment = program.segments[number];
    Tables tables = buildTables(program, number, package, options, routes);
    std::array<Amounts, 2> amounts = countAmounts(program, tables, routes);
    int64_t begin = result.cycles * clock.ticks;
    SegmentRun run(package, options, clock, routes, tables, segment.beats,
                   begin);
    if (!run.run()) {
      result.failure = "segment " + std::to_string(number) +
                       " stops: operations wait for each other";
      return false;
    }
    SegmentResult &of = result.segments.emplace_back();
    of.load = clock.cycles(run.loadTime());
    of.firstBeat = clock.cycles(run.firstBeatTime());
    of.period = clock.cycles(run.periodTime());
    of.cycles = clock.cycles(run.endTime());
    of.beats = segment.beats;
    of.simulatedBeats = run.simulatedBeats();
    of.energy = energyOf(amounts, segment.beats, package, of.cycles);
    result.events += run.eventCount();
    if (options.sink)
      options.sink->endSegment(number, begin, begin + run.endTime());
    sum.addGrowth(none, run.figures(), copies);
    return true;
  }

  const PackageProgram &program;
  const search::Package &package;
  const SimulatorOptions &options;
  Clock clock;
  Routes routes;
  Counters sum, none;
  SimulationResult result;
};
} // namespace

SimulationResult scope::simulator::simulate(const PackageProgram &program,
                                            const search::Package &package,
                                            const SimulatorOptions &options) {
  return PackageRun(program, package, options).run();
}
