//===- EventQueue.h - What happens next -------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A radix heap: time never runs backwards, so events are kept by the highest
// bit in which their time differs from now. Events of one time come out in the
// order in which they went in, which makes the simulation deterministic and
// independent of the time at which it happens.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SIMULATOR_EVENTQUEUE_H
#define SCOPE_LIB_SIMULATOR_EVENTQUEUE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <array>
#include <cstdint>
#include <vector>

namespace scope::simulator {

enum class EventKind : uint32_t {
  /// The head of a packet reaches a router.
  Arrive,
  /// A link, port or DRAM port is free again and something waits for it.
  Wake,
  /// The next band of a transfer is over.
  Landed,
  /// A computation, or a band of it, ends.
  Computed,
};

struct Event {
  int64_t time = 0;
  EventKind kind = EventKind::Arrive;
  /// A packet, a resource or an operation.
  int32_t index = 0;
};

class EventQueue {
public:
  bool empty() const { return count == 0; }
  int64_t now() const { return last; }

  /// `event` is not before now.
  void push(const Event &event) {
    buckets[bucketOf(event.time)].push_back(event);
    ++count;
  }

  Event pop() {
    if (at == buckets[0].size())
      refill();
    --count;
    return buckets[0][at++];
  }

  /// All events, by time and then in the order in which they will come out.
  std::vector<Event> sorted() const {
    std::vector<Event> result;
    result.insert(result.end(), buckets[0].begin() + at, buckets[0].end());
    for (const std::vector<Event> &bucket : llvm::drop_begin(buckets))
      result.insert(result.end(), bucket.begin(), bucket.end());
    llvm::stable_sort(
        result, [](const Event &a, const Event &b) { return a.time < b.time; });
    return result;
  }

  /// Forgets everything and starts at `time`.
  void reset(int64_t time) {
    for (std::vector<Event> &bucket : buckets)
      bucket.clear();
    at = 0;
    count = 0;
    last = time;
  }

private:
  size_t bucketOf(int64_t time) const {
    auto difference = static_cast<uint64_t>(time ^ last);
    return difference == 0 ? 0 : 64 - llvm::countl_zero(difference);
  }

  void refill() {
    buckets[0].clear();
    at = 0;
    size_t from = 1;
    while (buckets[from].empty())
      ++from;
    moved.clear();
    std::swap(moved, buckets[from]);
    last = moved.front().time;
    for (const Event &event : moved)
      last = std::min(last, event.time);
    for (const Event &event : moved)
      buckets[bucketOf(event.time)].push_back(event);
  }

  std::array<std::vector<Event>, 65> buckets;
  /// Room for the bucket that is being spread.
  std::vector<Event> moved;
  /// Next of bucket 0.
  size_t at = 0;
  size_t count = 0;
  int64_t last = 0;
};

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_EVENTQUEUE_H
