//===- Network.cpp - Packets on links and at ports ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A packet goes through the port out of its sender, over links, and through
// the port into its receiver. Its head goes on as soon as the next resource is
// free, its tail follows as the slowest resource on the way allows; each
// resource is taken for as long as its own rate asks for. Packets that find a
// link taken wait in a queue for each side they come from, and the sides take
// turns. The flows of one sender take turns at its port, packet by packet.
// Ports into chiplets serve packets in the order in which they come, so that
// their end is known as soon as they are there; those of the DRAM do so with
// what they read, and what they write waits. A flow asks for no more packets
// than there are DRAM ports before the first is read, so that flows take turns
// there, too.
//
//===----------------------------------------------------------------------===//

#include "SegmentRun.h"

#include <algorithm>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

/// Finds what the next packet of `flow` waits for.
void SegmentRun::countWaiting(int32_t flow) {
  const Flow &info = tables.flows[flow];
  FlowState &state = flows[flow];
  int64_t beat = state.next / info.packets, number = state.next % info.packets;
  state.need = beat * kBands + info.lastBand(number);
  state.waiting = info.sender >= 0 && ops[info.sender].released <= state.need;
  for (int32_t chiplet : targetsOf(info))
    state.waiting += ops[tables.receiver(info, chiplet)].released <= state.need;
}

/// The next packet of `flow` may go; `op` was the last that it waited for.
void SegmentRun::ready(int32_t flow, int32_t op) {
  const Flow &info = tables.flows[flow];
  Stall cause = info.isLoad()       ? Stall::Dram
                : op == info.sender ? Stall::Data
                                    : Stall::Space;
  auto note = [&](int32_t end) {
    ops[end].readyAt = queue.now();
    ops[end].readyCause = cause;
  };
  for (int32_t chiplet : targetsOf(info))
    note(tables.receiver(info, chiplet));
  if (info.sender >= 0)
    note(info.sender);
  if (info.isLoad())
    return read(flow);
  int32_t out = resourceOf(info.source, Out);
  Resource &resource = resources[out];
  if (resource.queued++ == 0)
    resource.first[0] = flow;
  else
    flows[resource.last[0]].after = flow;
  resource.last[0] = flow;
  flows[flow].after = -1;
  if (resource.queued == 1 && !resource.woken) {
    if (resource.free <= queue.now())
      serveOut(out);
    else
      wakeLater(out);
  }
}

/// Takes a place of `list` that is free.
template <typename Element>
static int32_t take(std::vector<Element> &list, std::vector<int32_t> &free) {
  if (free.empty()) {
    list.emplace_back();
    return static_cast<int32_t>(list.size()) - 1;
  }
  int32_t result = free.back();
  free.pop_back();
  return result;
}

int32_t SegmentRun::makePacket(int32_t flow) {
  const Flow &info = tables.flows[flow];
  FlowState &state = flows[flow];
  int32_t result = take(packets, freePackets);
  Packet &packet = packets[result];
  packet = Packet();
  packet.content = take(contents, freeContents);
  packet.tail = queue.now();
  Content &content = contents[packet.content];
  content.flow = flow;
  content.number = static_cast<int32_t>(state.next % info.packets);
  content.beat = state.next / info.packets;
  content.bytes = info.packetBytes(content.number);
  content.copies = 1;
  ++state.next;
  return result;
}

int32_t SegmentRun::copyPacket(int32_t packet) {
  int32_t copy = take(packets, freePackets);
  packets[copy] = packets[packet];
  ++contents[packets[copy].content].copies;
  return copy;
}

void SegmentRun::freePacket(int32_t packet) {
  int32_t content = packets[packet].content;
  if (--contents[content].copies == 0)
    freeContents.push_back(content);
  freePackets.push_back(packet);
}

/// Takes `resource` for `bytes` when it is free; returns the tick at which it
/// is free again.
int64_t SegmentRun::use(int32_t resource, int64_t bytes) {
  Resource &state = resources[resource];
  int64_t time = search::multiplyUp(bytes, rates[state.rate]);
  state.free = std::max(state.free, queue.now()) + time;
  counters.resources[resource].busy += time;
  counters.resources[resource].bytes += bytes;
  return state.free;
}

void SegmentRun::wakeLater(int32_t resource) {
  Resource &state = resources[resource];
  state.woken = true;
  queue.push({std::max(state.free, queue.now()), EventKind::Wake, resource});
}

/// `packet` wants to use the link `resource`.
void SegmentRun::enter(int32_t packet, int32_t resource) {
  Resource &state = resources[resource];
  if (state.queued == 0 && state.free <= queue.now())
    return serve(packet, resource);
  int32_t side = packets[packet].from;
  packets[packet].after = -1;
  if (state.first[side] < 0)
    state.first[side] = packet;
  else
    packets[state.last[side]].after = packet;
  state.last[side] = packet;
  ++state.queued;
  if (!state.woken)
    wakeLater(resource);
}

/// A resource that somebody waits for is free again.
void SegmentRun::wake(int32_t resource) {
  Resource &state = resources[resource];
  state.woken = false;
  if (resource < firstPort && resource % kOfChiplet == Out)
    return serveOut(resource);
  int32_t side = state.nextSide;
  while (state.first[side] < 0)
    side = (side + 1) % kSides;
  int32_t packet = state.first[side];
  state.first[side] = packets[packet].after;
  --state.queued;
  state.nextSide = state.queued == 0 ? 0 : (side + 1) % kSides;
  serve(packet, resource);
  if (state.queued > 0)
    wakeLater(resource);
}

/// The next flow of a sender gives a packet to the network.
void SegmentRun::serveOut(int32_t resource) {
  Resource &state = resources[resource];
  int32_t flow = state.first[0];
  state.first[0] = flows[flow].after;
  --state.queued;
  const Flow &info = tables.flows[flow];
  int32_t packet = makePacket(flow);
  Packet &made = packets[packet];
  const Content &content = contents[made.content];
  int32_t set = info.isStore() ? portSets[tables.port(info, content.number)]
                               : info.targets;
  made.chiplet = info.source;
  made.node = routes.tree(info.source, set).data();
  made.tail = use(resource, content.bytes);
  landing(info.sender, content.beat, content.bytes, made.tail);
  countWaiting(flow);
  if (flows[flow].waiting == 0) {
    if (state.queued++ == 0)
      state.first[0] = flow;
    else
      flows[state.last[0]].after = flow;
    state.last[0] = flow;
    flows[flow].after = -1;
  }
  arrive(packet);
  if (state.queued > 0)
    wakeLater(resource);
}

/// The head of `packet` is at the router of its node: it goes on in every
/// direction in which receivers are, and to the receiver that is here.
void SegmentRun::arrive(int32_t packet) {
  const TreeNode node = *packets[packet].node;
  if (node.isTarget)
    deliver(packet);
  if (node.ways == 0)
    return freePacket(packet);
  int32_t chiplet = packets[packet].chiplet;
  packets[packet].node += node.children;
  uint32_t ways = node.ways;
  while (true) {
    int32_t direction = llvm::countr_zero(ways);
    ways &= ways - 1;
    int32_t rest = -1;
    if (ways != 0) {
      rest = copyPacket(packet);
      ++packets[rest].node;
    }
    packets[packet].chiplet = routes.neighbour(chiplet, direction);
    enter(packet, resourceOf(chiplet, direction));
    if (rest < 0)
      return;
    packet = rest;
  }
}

/// Asks DRAM ports for the next packets of `flow`: as many as there are ports,
/// so that flows that are under way at once take turns at each of them.
void SegmentRun::read(int32_t flow) {
  const Flow &info = tables.flows[flow];
  FlowState &state = flows[flow];
  auto most = static_cast<int32_t>(routes.portOrder().size());
  while (state.waiting == 0 && state.asked < most) {
    int32_t port = tables.port(info, state.next & (info.packets - 1));
    int32_t packet = makePacket(flow);
    Packet &made = packets[packet];
    made.chiplet = routes.portChiplet(port);
    made.node = routes.tree(made.chiplet, info.targets).data();
    int64_t bytes = info.packetDramBytes(contents[made.content].number);
    // What is to be written waits for what is read, but for a packet at work.
    Resource &at = resources[portResource(port)];
    int64_t time = search::multiplyUp(bytes, rates[at.rate]);
    int64_t now = queue.now();
    int64_t begin =
        std::max(at.freeToRead, std::clamp(at.free, now, now + time));
    int64_t end = begin + time;
    at.freeToRead = end;
    use(portResource(port), bytes);
    int64_t latency = package.dramLatency * clock.ticks;
    made.tail = end + latency;
    queue.push({begin + latency, EventKind::Arrive, packet});
    queue.push({end, EventKind::Read, flow});
    ++state.asked;
    countWaiting(flow);
  }
}

/// The link `resource` takes `packet` now.
void SegmentRun::serve(int32_t packet, int32_t resource) {
  Packet &state = packets[packet];
  int64_t bytes = contents[state.content].bytes;
  int64_t now = queue.now(), end = use(resource, bytes);
  int32_t which = resource % kOfChiplet, chiplet = resource / kOfChiplet;
  if (options.sink)
    options.sink->link(chiplet, state.chiplet, bytes, begin + now, begin + end);
  int64_t hop = package.hop * clock.ticks;
  state.tail = std::max(state.tail, end) + hop;
  // It enters the next router on the other side.
  state.from = which ^ 1;
  queue.push({now + hop, EventKind::Arrive, packet});
}

/// `packet` has come to a target: the port there, or the DRAM
/// port, takes it after what came before, and its last byte may be later still.
void SegmentRun::deliver(int32_t packet) {
  const Packet &state = packets[packet];
  const Content &content = contents[state.content];
  const Flow &flow = tables.flows[content.flow];
  if (flow.isStore()) {
    int32_t port = portResource(tables.port(flow, content.number));
    int64_t end = use(port, flow.packetDramBytes(content.number));
    storesEnd = std::max({storesEnd, state.tail, end});
    return;
  }
  int64_t end =
      std::max(state.tail, use(resourceOf(state.chiplet, In), content.bytes));
  landing(tables.receiver(flow, state.chiplet), content.beat, content.bytes,
          end);
}
