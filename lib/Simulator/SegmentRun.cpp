//===- SegmentRun.cpp - Operations of a segment ---------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentRun.h"

#include <algorithm>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;

SegmentRun::SegmentRun(const search::Package &package,
                       const SimulatorOptions &options, const Clock &clock,
                       Routes &routes, const Tables &tables, int64_t beats,
                       int64_t begin)
    : package(package), options(options), clock(clock), routes(routes),
      tables(tables), beats(beats), begin(begin),
      firstPort(resourceOf(package.rows * package.cols, 0)) {
  auto addRate = [&](const search::Rational &rate) {
    search::Rational perByte(rate.denominator, rate.numerator);
    rates.push_back(search::Rational(
        perByte.numerator *
            (clock.ticks / std::gcd(clock.ticks, perByte.denominator)),
        perByte.denominator / std::gcd(clock.ticks, perByte.denominator)));
  };
  addRate(package.link);
  addRate(package.port);
  resources.resize(resourceCount(package));
  for (int32_t resource = 0; resource < firstPort; ++resource)
    resources[resource].rate = resource % kOfChiplet < kDirections ? 0 : 1;
  for (size_t port = 0; port < package.dramPorts.size(); ++port) {
    resources[firstPort + port].rate = static_cast<int32_t>(rates.size());
    addRate(package.dramPorts[port].bandwidth);
    portSets.push_back(
        routes.targetSet({routes.portChiplet(static_cast<int32_t>(port))}));
  }
  counters.resources.resize(resources.size());
  counters.chiplets.resize(package.rows * package.cols);
  idleSince.resize(package.rows * package.cols);
  ops.resize(tables.opCount);
  rings.resize(tables.ringSize);
  flows.resize(tables.flows.size());
  loadOpsLeft = tables.loadOps;
  beatOpsLeft = tables.opCount - tables.loadOps;
  isSearching = !options.allBeats;
}

bool SegmentRun::run() {
  for (int32_t flow = 0; flow < static_cast<int32_t>(flows.size()); ++flow)
    countWaiting(flow);
  for (int32_t op = 0; op < tables.opCount; ++op)
    countPending(op);
  for (int32_t op : tables.programOrder)
    pushWork(op);
  work();
  while (!queue.empty()) {
    if (beatOpsLeft == 0 && tables.opCount > tables.loadOps)
      beatEnded();
    Event event = queue.pop();
    ++handled;
    switch (event.kind) {
    case EventKind::Arrive:
      arrive(event.index);
      break;
    case EventKind::Wake:
      wake(event.index);
      break;
    case EventKind::Landed:
      landed(event.index);
      break;
    case EventKind::Computed:
      computed(event.index);
      break;
    case EventKind::Read:
      --flows[event.index].asked;
      read(event.index);
      break;
    }
    work();
  }
  if (beatOpsLeft == 0 && tables.opCount > tables.loadOps)
    beatEnded();
  for (int32_t op = 0; op < tables.opCount; ++op)
    if (ops[op].done < limitOf(op))
      return false;
  return true;
}

/// Counts what the next band of `op` waits for.
void SegmentRun::countPending(int32_t op) {
  OpState &state = ops[op];
  state.pending = 0;
  if (state.released >= limitOf(op))
    return;
  int64_t beat = state.released / kBands, band = state.released % kBands;
  for (int32_t at = tables.ops[op].firstIn, end = tables.ops[op + 1].firstIn;
       at < end; ++at) {
    const Edge &edge = tables.in[at];
    const EdgeRule &rule = tables.rules[edge.rule];
    if (band > 0 && !rule.inBands)
      continue;
    int64_t before = rule.fromLoad ? 0 : beat - rule.distance;
    if (before < 0 || (rule.modulus > 1 && beat % rule.modulus != rule.residue))
      continue;
    int64_t needed = before * kBands + (rule.inBands ? band + 1 : kBands);
    state.pending += ops[edge.other].done < needed;
  }
}

void SegmentRun::pushWork(int32_t op) {
  OpState &state = ops[op];
  if (state.inWork || state.pending > 0 || state.released >= limitOf(op))
    return;
  state.inWork = true;
  workList.push_back(op);
}

void SegmentRun::work() {
  while (nextWork < workList.size()) {
    int32_t op = workList[nextWork++];
    ops[op].inWork = false;
    OpState &state = ops[op];
    while (state.pending == 0 && state.released < limitOf(op) &&
           (state.released % kBands != 0 ||
            state.released / kBands - state.done / kBands <
                tables.ops[op].mostInstances))
      release(op);
  }
  workList.clear();
  nextWork = 0;
}

/// The next band of `op`, or its next beat, may happen.
void SegmentRun::release(int32_t op) {
  const OpInfo &info = tables.ops[op];
  OpState &state = ops[op];
  int64_t from = state.released;
  if (from % kBands == 0)
    state.startedAt = queue.now();
  state.released += info.inBands ? 1 : kBands;
  countPending(op);
  for (int32_t at = info.firstFlows, end = tables.ops[op + 1].firstFlows;
       at < end; ++at)
    for (int32_t flow = tables.flowsOf[at].begin; flow < tables.flowsOf[at].end;
         ++flow)
      if (FlowState &waits = flows[flow]; from <= waits.need &&
                                          waits.need < state.released &&
                                          --waits.waiting == 0)
        ready(flow, op);
  if (info.kind != OpKind::Compute)
    progress(op);
  else if (!state.running && !state.held)
    startBand(op);
}

/// `op` has come to `done`; tells those who wait for it.
void SegmentRun::advance(int32_t op, int64_t done) {
  const OpInfo &info = tables.ops[op];
  OpState &state = ops[op];
  int64_t from = state.done;
  state.done = done;
  int64_t now = queue.now();
  if (done % kBands == 0) {
    if (options.sink && info.kind != OpKind::Compute)
      options.sink->transfer(
          info.ref, done / kBands - 1, begin + state.startedAt,
          begin + std::clamp(state.readyAt, state.startedAt, now), begin + now);
    if (done == limitOf(op))
      lastEnd = now;
    if (op < tables.loadOps && --loadOpsLeft == 0)
      loadEnd = now;
    if (op >= tables.loadOps && done == (baseBeat + 1) * kBands)
      --beatOpsLeft;
  }
  for (int32_t at = info.firstOut, end = tables.ops[op + 1].firstOut; at < end;
       ++at) {
    const Edge &edge = tables.out[at];
    const EdgeRule &rule = tables.rules[edge.rule];
    OpState &after = ops[edge.other];
    int64_t beat = after.released / kBands, band = after.released % kBands;
    if (after.pending == 0 || (band > 0 && !rule.inBands))
      continue;
    int64_t before = rule.fromLoad ? 0 : beat - rule.distance;
    if (before < 0 || (rule.modulus > 1 && beat % rule.modulus != rule.residue))
      continue;
    int64_t needed = before * kBands + (rule.inBands ? band + 1 : kBands);
    if (needed <= from || needed > done)
      continue;
    if (--after.pending == 0) {
      after.trigger = op;
      pushWork(edge.other);
    }
  }
  pushWork(op);
}

/// Counts the bands of a transfer that are complete. Instances end in order.
void SegmentRun::progress(int32_t op) {
  const OpInfo &info = tables.ops[op];
  OpState &state = ops[op];
  while (state.done < state.released) {
    int64_t beat = state.done / kBands;
    int64_t bands = info.bytes == 0 ? kBands : rings[ringAt(op, beat)].landed;
    int64_t done = std::min(beat * kBands + bands, state.released);
    bool isWhole = done == (beat + 1) * kBands;
    if (isWhole)
      rings[ringAt(op, beat)] = Instance();
    if (done > state.done)
      advance(op, done);
    if (!isWhole)
      return;
  }
}

/// `bytes` of a beat of `op` are there at `time`, which is not before now.
/// Beats of one operation end in order, so what comes for a later one has to
/// wait.
void SegmentRun::landing(int32_t op, int64_t beat, int64_t bytes,
                         int64_t time) {
  const OpInfo &info = tables.ops[op];
  Instance &of = rings[ringAt(op, beat)];
  of.bytes += bytes;
  of.time = std::max(of.time, time);
  if (!info.inBands && of.bytes < info.bytes)
    return;
  int64_t least = 0;
  for (int64_t at = ops[op].done / kBands; at * kBands < ops[op].released;
       ++at) {
    Instance &instance = rings[ringAt(op, at)];
    instance.time = std::max(instance.time, least);
    least = instance.time;
    if (instance.coming == kBands)
      continue;
    int64_t bands = 0;
    if (instance.bytes == info.bytes)
      bands = kBands;
    else if (info.inBands)
      bands = static_cast<int64_t>(static_cast<uint64_t>(instance.bytes) *
                                   kBands / static_cast<uint64_t>(info.bytes));
    int64_t step = info.inBands ? 1 : kBands;
    for (; instance.coming < bands; instance.coming += step)
      queue.push({instance.time, EventKind::Landed, op});
    if (bands < kBands)
      return;
  }
}

/// A band of the first beat of `op` for which that was not said is over.
void SegmentRun::landed(int32_t op) {
  const OpInfo &info = tables.ops[op];
  int64_t beat = ops[op].done / kBands;
  while (rings[ringAt(op, beat)].landed == kBands)
    ++beat;
  rings[ringAt(op, beat)].landed += info.inBands ? 1 : kBands;
  if (info.kind != OpKind::Compute)
    progress(op);
  else if (ops[op].held)
    endBand(op);
}

/// Ticks of the next band of a computation, or of all.
int64_t SegmentRun::bandTime(int32_t op) const {
  int64_t all = search::saturate(static_cast<__int128>(tables.ops[op].cycles) *
                                 clock.ticks);
  if (!tables.ops[op].inBands)
    return all;
  int64_t band = ops[op].done % kBands;
  return all / kBands * (band + 1) + all % kBands * (band + 1) / kBands -
         (all / kBands * band + all % kBands * band / kBands);
}

void SegmentRun::startBand(int32_t op) {
  ops[op].running = true;
  countStall(op);
  queue.push({queue.now() + bandTime(op), EventKind::Computed, op});
}

void SegmentRun::computed(int32_t op) {
  int64_t time = bandTime(op), now = queue.now();
  OpState &state = ops[op];
  state.running = false;
  int32_t chiplet = tables.ops[op].chiplet;
  counters.chiplets[chiplet].compute += time;
  idleSince[chiplet] = now;
  if (options.sink)
    options.sink->compute(tables.ops[op].ref, state.done / kBands,
                          begin + now - time, begin + now);
  endBand(op);
}

/// The band of a computation has been computed; with the last one a table has
/// to be there too.
void SegmentRun::endBand(int32_t op) {
  const OpInfo &info = tables.ops[op];
  OpState &state = ops[op];
  int64_t beat = state.done / kBands;
  int64_t done = state.done + (info.inBands ? 1 : kBands);
  if (done % kBands == 0) {
    Instance &table = rings[ringAt(op, beat)];
    state.held = info.bytes > 0 && table.landed < kBands;
    if (state.held)
      return;
    table = Instance();
  }
  advance(op, done);
  if (state.done < state.released)
    startBand(op);
}

/// The chiplet of `op` did not compute since its last computation ended.
void SegmentRun::countStall(int32_t op) {
  int32_t chiplet = tables.ops[op].chiplet;
  int64_t now = queue.now(), since = idleSince[chiplet];
  if (now == since)
    return;
  auto add = [&](Stall stall, int64_t from, int64_t to) {
    counters.chiplets[chiplet].stalls[static_cast<size_t>(stall)] += to - from;
    if (options.sink && from < to)
      options.sink->stall(tables.ops[op].ref, stall, begin + from, begin + to);
  };
  int32_t trigger = ops[op].trigger;
  if (trigger < 0)
    return add(Stall::Data, since, now);
  const OpState &cause = ops[trigger];
  switch (tables.ops[trigger].kind) {
  case OpKind::Load:
  case OpKind::Store:
    return add(Stall::Dram, since, now);
  case OpKind::Send:
    return add(Stall::Space, since, now);
  case OpKind::Recv: {
    int64_t ready = std::clamp(cause.readyAt, since, now);
    add(cause.readyCause, since, ready);
    return add(Stall::Network, ready, now);
  }
  case OpKind::Compute:
    // A computation that was held for a table.
    return add(Stall::Dram, since, now);
  }
}
