//===- Tables.cpp - A segment in flat arrays ------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"

#include "PortChoice.h"
#include "Routes.h"

#include "scope/Programs/Dependencies.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <map>
#include <numeric>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

namespace {
/// Instances of one operation that may be under way at once, at least.
constexpr int64_t kFewestInstances = 4;

class Builder {
public:
  Builder(const PackageProgram &program, int32_t number,
          const search::Package &package, const SimulatorOptions &options,
          Routes &routes)
      : program(program), segment(program.segments[number]), number(number),
        package(package), options(options), routes(routes) {}

  Tables build() {
    std::vector<Transfer> transfers = listTransfers(program, number);
    addOps(transfers);
    addEdges();
    for (Transfer &transfer : transfers) {
      findDeliveries(program, transfer);
      groups.push_back(
          {static_cast<int32_t>(tables.flows.size()), transfer.isLoad});
      if (transfer.kind == OpKind::Store)
        addStores(transfer);
      else
        addDeliveries(transfer);
      transfer = {};
    }
    groups.push_back({static_cast<int32_t>(tables.flows.size())});
    addTables();
    linkFlows();
    cutIntoPackets();
    choosePorts();
    return std::move(tables);
  }

private:
  bool inBands(const Op &op) const {
    auto streams = [](const ComputeArg &arg) { return arg.streams; };
    return op.kind == OpKind::Compute ? llvm::any_of(op.reads, streams) ||
                                            llvm::any_of(op.writes, streams)
                                      : op.streams;
  }

  /// The operations of loads and then those of bodies, transfers first.
  void addOps(llvm::ArrayRef<Transfer> transfers) {
    int32_t count = 0;
    for (bool isLoad : {true, false})
      for (const ChipletProgram &chiplet : segment.chiplets) {
        (isLoad ? firstOfLoad : firstOfBody).push_back(count);
        count += static_cast<int32_t>(opsOf(chiplet, isLoad).size());
      }
    tables.programOrder.resize(count);
    tables.ops.reserve(size_t(count) + 1);
    for (bool isLoad : {true, false}) {
      for (const Transfer &transfer : transfers)
        if (transfer.isLoad == isLoad)
          for (const auto *ends : {&transfer.sources, &transfer.targets})
            for (const OpRef &ref : *ends)
              addOp(ref);
      for (auto [index, chiplet] : llvm::enumerate(segment.chiplets))
        for (auto [at, op] : llvm::enumerate(opsOf(chiplet, isLoad)))
          if (op.kind == OpKind::Compute)
            addOp({number, static_cast<int32_t>(index), isLoad,
                   static_cast<int32_t>(at)});
      if (isLoad)
        tables.loadOps = static_cast<int32_t>(tables.ops.size());
    }
    tables.opCount = static_cast<int32_t>(tables.ops.size());
    tables.ops.emplace_back();
  }

  static const std::vector<Op> &opsOf(const ChipletProgram &chiplet,
                                      bool isLoad) {
    return isLoad ? chiplet.load : chiplet.body;
  }

  void addOp(const OpRef &ref) {
    const ChipletProgram &chiplet = segment.chiplets[ref.program];
    const Op &op = opsOf(chiplet, ref.isLoad)[ref.op];
    opNumber(ref) = static_cast<int32_t>(tables.ops.size());
    OpInfo &info = tables.ops.emplace_back();
    info.ref = ref;
    info.kind = op.kind;
    info.inBands = inBands(op);
    info.chiplet = chiplet.chiplet;
    info.cycles = op.kind == OpKind::Compute ? op.cycles : 0;
    int64_t slots =
        op.place.buffer >= 0 ? chiplet.buffers[op.place.buffer].slots : 1;
    int64_t beats = ref.isLoad ? 1 : segment.beats;
    int64_t most = std::min(std::max(kFewestInstances, slots), beats);
    info.mostInstances = static_cast<int32_t>(most);
    auto ring = static_cast<int64_t>(llvm::PowerOf2Ceil(most));
    info.firstRing = tables.ringSize;
    info.ringMask = static_cast<int32_t>(ring - 1);
    tables.ringSize += static_cast<int32_t>(ring);
  }

  int32_t &opNumber(const OpRef &ref) {
    return tables
        .programOrder[(ref.isLoad ? firstOfLoad : firstOfBody)[ref.program] +
                      ref.op];
  }

  void addEdges() {
    struct Pair {
      int32_t before, after, rule;
    };
    std::vector<Pair> pairs;
    std::map<EdgeRule, int32_t> numbers;
    DependencyFinder finder(program);
    for (auto [index, chiplet] : llvm::enumerate(segment.chiplets)) {
      auto at = static_cast<int32_t>(index);
      auto add = [&](const Dependency &d, bool fromLoad, bool toLoad) {
        if (d.modulus > 1)
          tables.slotPeriod = std::lcm(tables.slotPeriod, int64_t(d.modulus));
        EdgeRule rule{d.distance, d.modulus, d.residue, d.inBands,
                      fromLoad && !toLoad};
        auto [known, isNew] = numbers.try_emplace(
            rule, static_cast<int32_t>(tables.rules.size()));
        if (isNew)
          tables.rules.push_back(rule);
        pairs.push_back({opNumber({number, at, fromLoad, d.before}),
                         opNumber({number, at, toLoad, d.after}),
                         known->second});
      };
      finder.find(chiplet).forEach(add);
    }
    auto fill = [&](std::vector<Edge> &edges, int32_t OpInfo::*first,
                    bool byAfter) {
      std::vector<int32_t> next(tables.ops.size() + 1);
      for (const Pair &pair : pairs)
        ++next[(byAfter ? pair.after : pair.before) + 1];
      for (size_t op = 0; op < tables.ops.size(); ++op) {
        next[op + 1] += next[op];
        tables.ops[op].*first = next[op];
      }
      edges.resize(pairs.size());
      for (const Pair &pair : pairs) {
        edges[next[byAfter ? pair.after : pair.before]++] = {
            byAfter ? pair.before : pair.after, pair.rule};
      }
    };
    fill(tables.in, &OpInfo::firstIn, true);
    fill(tables.out, &OpInfo::firstOut, false);
  }

  /// How many packets: few for little, a multiple of the bands for a flow that
  /// streams.
  int32_t packetsOf(int64_t bytes, bool streams) const {
    int64_t pieces =
        search::ceilDiv(bytes, std::max<int64_t>(1, options.packetBytes));
    if (streams)
      pieces = std::max(pieces, kBands);
    pieces = std::min({pieces, bytes, int64_t(options.mostPackets)});
    return static_cast<int32_t>(
        llvm::bit_floor(static_cast<uint64_t>(std::max<int64_t>(1, pieces))));
  }

  llvm::ArrayRef<FlowRange> flowsOf(int32_t op) const {
    int32_t first = tables.ops[op].firstFlows;
    return llvm::ArrayRef(tables.flowsOf)
        .slice(first, tables.ops[op + 1].firstFlows - first);
  }

  /// Whether `op` waits for something band by band, or is waited for so and
  /// gets its bytes in fewer flows than bands.
  bool needsBands(int32_t op) const {
    const OpInfo &info = tables.ops[op], &next = tables.ops[op + 1];
    auto isBanded = [&](const Edge &edge) {
      return tables.rules[edge.rule].inBands;
    };
    auto slice = [](const std::vector<Edge> &edges, int32_t begin,
                    int32_t end) {
      return llvm::ArrayRef(edges).slice(begin, end - begin);
    };
    if (llvm::any_of(slice(tables.in, info.firstIn, next.firstIn), isBanded))
      return true;
    int64_t flows = 0;
    for (const FlowRange &range : flowsOf(op))
      flows += range.end - range.begin;
    return flows < kBands &&
           llvm::any_of(slice(tables.out, info.firstOut, next.firstOut),
                        isBanded);
  }

  /// Decides on packets when all flows of an operation are known.
  void cutIntoPackets() {
    std::vector<bool> inBands(tables.opCount);
    for (int32_t op = 0; op < tables.opCount; ++op)
      inBands[op] = needsBands(op);
    for (Flow &flow : tables.flows) {
      bool streams = false;
      forEnds(flow, [&](int32_t op) { streams |= inBands[op]; });
      flow.packets = packetsOf(flow.bytes, streams);
    }
  }

  void choosePorts() {
    PortChoice choice(package, routes, tables);
    for (size_t at = 0; at < groups.size(); ++at) {
      const Group &group = groups[at];
      int32_t end = at + 1 < groups.size()
                        ? groups[at + 1].first
                        : static_cast<int32_t>(tables.flows.size());
      if (at > 0 && groups[at - 1].isLoad && !group.isLoad)
        choice.restart();
      if (group.first < end && (tables.flows[group.first].isLoad() ||
                                tables.flows[group.first].isStore()))
        choice.choose(group.first, end);
    }
  }

  Flow &addFlow(int64_t bytes) {
    Flow &flow = tables.flows.emplace_back();
    flow.bytes = bytes;
    return flow;
  }

  int32_t chipletOf(const OpRef &ref) const {
    return segment.chiplets[ref.program].chiplet;
  }

  llvm::DenseMap<int32_t, int32_t> opsByChiplet(llvm::ArrayRef<OpRef> refs) {
    llvm::DenseMap<int32_t, int32_t> result;
    for (const OpRef &ref : refs)
      result[chipletOf(ref)] = opNumber(ref);
    return result;
  }

  /// See Flow::firstReceiver; `refs` are ordered by chiplet.
  int32_t addReceivers(llvm::ArrayRef<OpRef> refs) {
    auto begin = static_cast<int32_t>(tables.receivers.size());
    int32_t first = chipletOf(refs.front());
    tables.receivers.resize(begin + chipletOf(refs.back()) - first + 1, -1);
    for (const OpRef &ref : refs)
      tables.receivers[begin + chipletOf(ref) - first] = opNumber(ref);
    return begin - first;
  }

  void addDeliveries(const Transfer &transfer) {
    auto sends = opsByChiplet(transfer.sources);
    const Op &op = getOp(program, transfer.first());
    int64_t elementBytes = program.tensors[op.tensor].elementBytes;
    bool isLoad = transfer.kind == OpKind::Load;
    int64_t distinct = 0, all = 0;
    if (isLoad) {
      distinct = transfer.distinct * elementBytes;
      for (const Delivery &delivery : transfer.deliveries)
        all += delivery.elements * elementBytes;
    }
    if (transfer.deliveries.empty())
      return;
    int32_t firstReceiver = addReceivers(transfer.targets);
    int64_t seen = 0;
    for (const Delivery &delivery : transfer.deliveries) {
      int64_t bytes = delivery.elements * elementBytes;
      // Every byte is read once: in equal proportions for parts that overlap.
      auto upTo = [&](int64_t sum) {
        return static_cast<int64_t>(static_cast<__int128>(distinct) * sum /
                                    std::max<int64_t>(1, all));
      };
      int64_t dramBytes = isLoad ? upTo(seen + bytes) - upTo(seen) : 0;
      seen += bytes;
      llvm::ArrayRef<int32_t> receivers = delivery.receivers;
      while (!receivers.empty()) {
        size_t count = package.multicast ? receivers.size() : 1;
        llvm::ArrayRef<int32_t> group = receivers.take_front(count);
        receivers = receivers.drop_front(count);
        int32_t sender = isLoad ? -1 : sends.lookup(delivery.sender);
        Flow &flow = addFlow(bytes);
        flow.source = delivery.sender;
        flow.sender = sender;
        flow.firstReceiver = firstReceiver;
        flow.receivers = static_cast<int32_t>(group.size());
        flow.targets = routes.targetSet(group);
        if (isLoad) {
          flow.dramBytes = dramBytes;
          dramBytes = 0;
        } else {
          tables.ops[sender].bytes += bytes;
        }
        for (int32_t receiver : group)
          tables.ops[tables.receiver(flow, receiver)].bytes += bytes;
      }
    }
  }

  void addStores(const Transfer &transfer) {
    const Op &op = getOp(program, transfer.first());
    int64_t elementBytes = program.tensors[op.tensor].elementBytes;
    auto stores = opsByChiplet(transfer.sources);
    // Of equal parts the first that is stored.
    for (const Delivery &part : equalParts(program.layouts[op.from])) {
      const auto *chiplet = llvm::find_if(part.receivers, [&](int32_t chiplet) {
        return stores.count(chiplet);
      });
      if (chiplet == part.receivers.end())
        continue;
      int32_t store = stores.lookup(*chiplet);
      int64_t bytes = part.elements * elementBytes;
      Flow &flow = addFlow(bytes);
      flow.source = *chiplet;
      flow.sender = store;
      flow.dramBytes = bytes;
      tables.ops[store].bytes += bytes;
    }
  }

  /// Computations that read tables in DRAM.
  void addTables() {
    for (int32_t number = 0; number < tables.opCount; ++number) {
      OpInfo &info = tables.ops[number];
      const Op &op = getOp(program, info.ref);
      if (op.kind != OpKind::Compute || op.tableBytes <= 0)
        continue;
      Flow &flow = addFlow(op.tableBytes);
      flow.firstReceiver = addReceivers({info.ref});
      flow.receivers = 1;
      flow.targets = routes.targetSet({info.chiplet});
      flow.dramBytes = op.tableBytes;
      info.bytes = op.tableBytes;
    }
  }

  void forEnds(const Flow &flow, llvm::function_ref<void(int32_t)> visit) {
    if (flow.sender >= 0)
      visit(flow.sender);
    if (!flow.isStore())
      for (int32_t chiplet : routes.targets(flow.targets))
        visit(tables.receiver(flow, chiplet));
  }

  void linkFlows() {
    // By operation: the flow after the last one that it is an end of.
    std::vector<int32_t> after(tables.ops.size());
    auto forRanges = [&](auto visit) {
      after.assign(tables.ops.size(), -1);
      for (int32_t flow = 0; flow < static_cast<int32_t>(tables.flows.size());
           ++flow)
        forEnds(tables.flows[flow], [&](int32_t op) {
          visit(op, flow, after[op] != flow);
          after[op] = flow + 1;
        });
    };
    std::vector<int32_t> next(tables.ops.size() + 1);
    forRanges([&](int32_t op, int32_t, bool isNew) { next[op + 1] += isNew; });
    for (size_t op = 0; op < tables.ops.size(); ++op) {
      next[op + 1] += next[op];
      tables.ops[op].firstFlows = next[op];
    }
    tables.flowsOf.resize(next.back());
    forRanges([&](int32_t op, int32_t flow, bool isNew) {
      if (isNew)
        tables.flowsOf[next[op]++] = {flow, flow + 1};
      else
        ++tables.flowsOf[next[op] - 1].end;
    });
    for (Flow &flow : tables.flows)
      flow.anEnd =
          flow.sender >= 0
              ? flow.sender
              : tables.receiver(flow, routes.targets(flow.targets).front());
  }

  const PackageProgram &program;
  const SegmentProgram &segment;
  int32_t number;
  const search::Package &package;
  const SimulatorOptions &options;
  Routes &routes;
  Tables tables;
  /// The flows of a transfer begin with `first`; those of tables come last.
  struct Group {
    int32_t first = 0;
    bool isLoad = false;
  };
  std::vector<Group> groups;
  /// By chiplet of the segment.
  std::vector<int32_t> firstOfLoad, firstOfBody;
};
} // namespace

Tables scope::simulator::buildTables(const PackageProgram &program,
                                     int32_t number,
                                     const search::Package &package,
                                     const SimulatorOptions &options,
                                     Routes &routes) {
  return Builder(program, number, package, options, routes).build();
}
