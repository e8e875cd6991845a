//===- EventGraph.cpp - What waits for what in a beat ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EventGraph.h"

#include "Checker.h"

#include "scope/Programs/Dependencies.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace scope::programs;

EventGraph::EventGraph(const PackageProgram &program, int32_t segment)
    : programs(program.segments[segment]),
      chiplets(program.rows * program.cols) {
  forEachOp(program, segment, [&](const OpRef &ref, const Op &) {
    firstOf.resize(size_t(ref.program) + 1);
    if (ref.op == 0)
      firstOf.back()[ref.isLoad] = static_cast<int32_t>(ops.size());
    ops.push_back(ref);
  });
  events = 2 * static_cast<int32_t>(ops.size());
  for (int32_t op = 0; op < events / 2; ++op)
    edges.push_back({start(op), end(op)});
  DependencyFinder finder(program);
  for (auto [index, chiplet] : llvm::enumerate(programs.chiplets)) {
    auto at = static_cast<int32_t>(index);
    auto add = [&](const Dependency &d, bool fromLoad, bool toLoad) {
      if (d.distance > 0 || d.residue >= programs.beats)
        return;
      edges.push_back({end(number({segment, at, fromLoad, d.before})),
                       start(number({segment, at, toLoad, d.after}))});
    };
    finder.find(chiplet).forEach(add);
  }
}

/// The receives of a transfer as the leaves of a binary tree, so that a
/// message for many of them in a row needs few edges. Node n has the children
/// 2 n and 2 n + 1; the leaves come last.
class EventGraph::Receives {
public:
  Receives(EventGraph &graph, llvm::ArrayRef<OpRef> targets)
      : graph(graph), targets(targets), firstEvent(graph.events) {
    auto inner = static_cast<int32_t>(targets.size());
    graph.events += 2 * inner;
    for (int32_t node = 1; node < inner; ++node)
      for (int32_t child : {2 * node, 2 * node + 1}) {
        graph.edges.push_back({startOf(child), startOf(node)});
        graph.edges.push_back({endOf(node), endOf(child)});
      }
  }

  /// `message` waits for the starts of the receives [begin, end), and their
  /// ends wait for it.
  void join(int32_t message, size_t begin, size_t end) {
    auto add = [&](size_t node) {
      graph.edges.push_back({startOf(int32_t(node)), message});
      graph.edges.push_back({message, endOf(int32_t(node))});
    };
    for (begin += targets.size(), end += targets.size(); begin < end;
         begin /= 2, end /= 2) {
      if (begin % 2 == 1)
        add(begin++);
      if (end % 2 == 1)
        add(--end);
    }
  }

private:
  int32_t startOf(int32_t node) const {
    auto inner = static_cast<int32_t>(targets.size());
    return node < inner ? firstEvent + 2 * node
                        : start(graph.number(targets[node - inner]));
  }
  int32_t endOf(int32_t node) const {
    auto inner = static_cast<int32_t>(targets.size());
    return node < inner ? firstEvent + 2 * node + 1
                        : end(graph.number(targets[node - inner]));
  }

  EventGraph &graph;
  llvm::ArrayRef<OpRef> targets;
  int32_t firstEvent;
};

void EventGraph::add(const Transfer &transfer) {
  if (transfer.kind == OpKind::Store)
    return;
  auto chipletOf = [&](const OpRef &ref) {
    return programs.chiplets[ref.program].chiplet;
  };
  llvm::DenseMap<int32_t, int32_t> sends;
  for (const OpRef &ref : transfer.sources)
    sends[chipletOf(ref)] = number(ref);
  Receives receives(*this, transfer.targets);
  // By chiplet: its receive, or negative.
  std::vector<int64_t> receiveOf(chiplets, -1);
  for (auto [position, ref] : llvm::enumerate(transfer.targets))
    receiveOf[chipletOf(ref)] = static_cast<int64_t>(position);
  std::vector<size_t> positions;
  for (const Delivery &delivery : transfer.deliveries) {
    int32_t message = events++;
    if (auto send = sends.find(delivery.sender); send != sends.end()) {
      edges.push_back({start(send->second), message});
      edges.push_back({message, end(send->second)});
    }
    positions.clear();
    for (int32_t receiver : delivery.receivers) {
      int64_t position = receiver < chiplets ? receiveOf[receiver] : -1;
      if (position >= 0)
        positions.push_back(static_cast<size_t>(position));
    }
    if (!llvm::is_sorted(positions))
      llvm::sort(positions);
    for (size_t at = 0, next = 0; at < positions.size(); at = next) {
      while (next < positions.size() &&
             positions[next] == positions[at] + (next - at))
        ++next;
      receives.join(message, positions[at], positions[at] + (next - at));
    }
  }
}

std::vector<OpRef> EventGraph::findCycle() {
  // Followers of each event, one after the other.
  std::vector<int32_t> first(events + 1), follower(edges.size());
  for (const auto &[before, after] : edges)
    ++first[before + 1];
  for (int32_t event = 0; event < events; ++event)
    first[event + 1] += first[event];
  std::vector<int32_t> next(first.begin(), first.end() - 1);
  for (const auto &[before, after] : edges)
    follower[next[before]++] = after;
  // Depth first: an edge back into the path closes a cycle.
  enum : uint8_t { Unseen, OnPath, Done };
  std::vector<uint8_t> state(events, Unseen);
  std::vector<int32_t> path;
  next.assign(first.begin(), first.end() - 1);
  for (int32_t root = 0; root < events; ++root) {
    if (state[root] != Unseen)
      continue;
    path.push_back(root);
    state[root] = OnPath;
    while (!path.empty()) {
      int32_t at = path.back();
      if (next[at] == first[at + 1]) {
        state[at] = Done;
        path.pop_back();
        continue;
      }
      int32_t to = follower[next[at]++];
      if (state[to] == OnPath)
        return opsOf(llvm::ArrayRef(path).drop_front(llvm::find(path, to) -
                                                     path.begin()));
      if (state[to] == Unseen) {
        state[to] = OnPath;
        path.push_back(to);
      }
    }
  }
  return {};
}

std::vector<OpRef> EventGraph::opsOf(llvm::ArrayRef<int32_t> path) const {
  std::vector<OpRef> result;
  auto opCount = static_cast<int32_t>(ops.size());
  for (int32_t event : path)
    if (event < 2 * opCount &&
        (result.empty() || !(result.back() == ops[event / 2])))
      result.push_back(ops[event / 2]);
  return result;
}
