//===- SteadyState.cpp - Beats that repeat --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What happens next follows from the state alone: what operations, flows,
// packets and resources are at, relative to the beat that is complete, and the
// events to come, relative to now. If the state at the end of a beat is that of
// an earlier one, everything between repeats until operations run out of beats.
// Those repetitions are skipped: beats and times are moved on, and the rest is
// simulated. The result is that of all beats, without an error.
//
//===----------------------------------------------------------------------===//

#include "SegmentRun.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

namespace {
/// States that are remembered.
constexpr size_t kMostCheckpoints = 64;

/// Two hashes of 64 bits of a sequence of numbers.
class Hash {
public:
  void add(int64_t value) {
    auto bits = static_cast<uint64_t>(value);
    state[0] = mix(state[0] ^ (bits * 0x9e3779b97f4a7c15ULL));
    state[1] = mix(state[1] + bits + 0xd1b54a32d192ed03ULL);
  }
  std::array<uint64_t, 2> result() const { return state; }

private:
  static uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0xe9846af9b1a615dULL;
    x ^= x >> 29;
    return x;
  }
  std::array<uint64_t, 2> state = {1, 2};
};
} // namespace

void Counters::addGrowth(const Counters &before, const Counters &after,
                         int64_t times) {
  for (size_t at = 0; at < resources.size(); ++at) {
    resources[at].busy +=
        times * (after.resources[at].busy - before.resources[at].busy);
    resources[at].bytes +=
        times * (after.resources[at].bytes - before.resources[at].bytes);
  }
  for (size_t at = 0; at < chiplets.size(); ++at) {
    chiplets[at].compute +=
        times * (after.chiplets[at].compute - before.chiplets[at].compute);
    for (size_t stall = 0; stall < kStalls; ++stall)
      chiplets[at].stalls[stall] += times * (after.chiplets[at].stalls[stall] -
                                             before.chiplets[at].stalls[stall]);
  }
}

std::array<uint64_t, 2> SegmentRun::hashState() const {
  Hash hash;
  int64_t now = queue.now(), base = baseBeat * kBands;
  hash.add(baseBeat % tables.slotPeriod);
  auto addInstance = [&](const Instance &instance) {
    hash.add(instance.bytes);
    hash.add(std::max(instance.time, now) - now);
    hash.add(instance.coming * (kBands + 1) + instance.landed);
  };
  for (int32_t op = 0; op < tables.opCount; ++op) {
    const OpState &state = ops[op];
    const OpInfo &info = tables.ops[op];
    int64_t origin = op < tables.loadOps ? 0 : base;
    hash.add(state.released - origin);
    hash.add(state.done - origin);
    hash.add(state.running * 2 + state.held);
    for (int64_t beat = state.done / kBands;
         beat * kBands < state.released && info.bytes > 0; ++beat)
      addInstance(rings[ringAt(op, beat)]);
  }
  for (size_t flow = 0; flow < flows.size(); ++flow) {
    const Flow &info = tables.flows[flow];
    bool ofLoad = info.anEnd < tables.loadOps;
    hash.add(flows[flow].next - (ofLoad ? 0 : baseBeat * info.packets));
    hash.add(flows[flow].asked);
  }
  auto addPacket = [&](int32_t index) {
    const Packet &packet = packets[index];
    const Content &content = contents[packet.content];
    hash.add(content.flow);
    hash.add(content.number);
    hash.add(content.beat - baseBeat);
    hash.add(packet.chiplet);
    hash.add(packet.from);
    hash.add(std::max(packet.tail, now) - now);
  };
  for (size_t at = 0; at < resources.size(); ++at) {
    const Resource &resource = resources[at];
    hash.add(std::max(resource.free, now) - now);
    hash.add(std::max(resource.freeToRead, now) - now);
    if (resource.queued == 0)
      continue;
    hash.add(static_cast<int64_t>(at));
    hash.add(resource.nextSide);
    bool isOut = static_cast<int32_t>(at) < firstPort &&
                 static_cast<int32_t>(at) % kOfChiplet == Out;
    if (isOut) {
      int32_t flow = resource.first[0];
      for (int32_t count = resource.queued; count > 0; --count) {
        hash.add(flow);
        flow = flows[flow].after;
      }
      continue;
    }
    for (int32_t side = 0; side < kSides; ++side) {
      hash.add(side);
      for (int32_t packet = resource.first[side]; packet >= 0;
           packet = packets[packet].after)
        addPacket(packet);
    }
  }
  for (const Event &event : queue.sorted()) {
    hash.add(event.time - now);
    hash.add(static_cast<int64_t>(event.kind));
    if (event.kind == EventKind::Arrive)
      addPacket(event.index);
    else
      hash.add(event.index);
  }
  return hash.result();
}

void SegmentRun::beatEnded() {
  int64_t now = queue.now();
  while (beatOpsLeft == 0 && baseBeat < beats) {
    ++baseBeat;
    if (baseBeat == 1)
      firstBeatEnd = lastBeatEnd = now;
    else if (skippedBeats == 0)
      period = now - lastBeatEnd;
    lastBeatEnd = now;
    for (int32_t op = tables.loadOps; op < tables.opCount; ++op)
      beatOpsLeft += ops[op].done < (baseBeat + 1) * kBands;
    if (baseBeat == beats) {
      // Nothing is counted any more.
      beatOpsLeft = -1;
      return;
    }
  }
  if (!isSearching || queue.empty())
    return;
  std::array<uint64_t, 2> hash = hashState();
  if (cycleBeats > 0) {
    if (baseBeat < cycleBeginBeat + cycleBeats)
      return;
    isSearching = false;
    if (checkpoints.back().hash != hash ||
        baseBeat != cycleBeginBeat + cycleBeats)
      return;
    // No operation may run out of beats in what is skipped.
    int64_t most = 0;
    for (int32_t op = tables.loadOps; op < tables.opCount; ++op)
      most = std::max(most, search::ceilDiv(ops[op].released, kBands));
    int64_t times = (beats - most) / cycleBeats;
    int64_t time = now - cycleBeginTime;
    period = search::ceilDiv(time, cycleBeats);
    if (times <= 0)
      return;
    Counters grown = counters;
    counters.addGrowth(cycleBegin, grown, times);
    skip(times * cycleBeats, times * time);
    return;
  }
  const auto *found = llvm::find_if(
      llvm::ArrayRef(checkpoints),
      [&](const Checkpoint &checkpoint) { return checkpoint.hash == hash; });
  if (found != llvm::ArrayRef(checkpoints).end()) {
    cycleBeats = baseBeat - found->beat;
    cycleBegin = counters;
    cycleBeginBeat = baseBeat;
    cycleBeginTime = now;
  } else if (checkpoints.size() >= kMostCheckpoints) {
    checkpoints.erase(checkpoints.begin());
  }
  checkpoints.push_back({hash, baseBeat, now});
}

/// Moves the state on by some beats, which take `skipTime`.
void SegmentRun::skip(int64_t skipBeats, int64_t skipTime) {
  std::vector<Event> events = queue.sorted();
  queue.reset(queue.now() + skipTime);
  for (Event event : events) {
    event.time += skipTime;
    queue.push(event);
  }
  for (Packet &packet : packets)
    packet.tail += skipTime;
  for (Content &content : contents)
    content.beat += skipBeats;
  for (Resource &resource : resources) {
    resource.free += skipTime;
    resource.freeToRead += skipTime;
  }
  for (int64_t &since : idleSince)
    since += skipTime;
  for (Instance &instance : rings)
    instance.time += skipTime;
  std::vector<Instance> moved;
  for (int32_t op = tables.loadOps; op < tables.opCount; ++op) {
    OpState &state = ops[op];
    const OpInfo &info = tables.ops[op];
    moved.assign(rings.begin() + info.firstRing,
                 rings.begin() + info.firstRing + info.ringMask + 1);
    for (int64_t at = 0; at <= info.ringMask; ++at)
      rings[info.firstRing + ((at + skipBeats) & info.ringMask)] = moved[at];
    state.released += skipBeats * kBands;
    state.done += skipBeats * kBands;
    state.readyAt += skipTime;
    state.startedAt += skipTime;
  }
  for (size_t flow = 0; flow < flows.size(); ++flow) {
    const Flow &info = tables.flows[flow];
    if (info.anEnd >= tables.loadOps) {
      flows[flow].next += skipBeats * info.packets;
      flows[flow].need += skipBeats * kBands;
    }
  }
  baseBeat += skipBeats;
  lastBeatEnd += skipTime;
  skippedBeats = skipBeats;
}
