//===- EventQueue.h - What happens next -------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A radix heap: time never runs backwards, so events are kept by the highest
// byte in which their time differs from a time that is not after now, and by
// the value of that byte. An event moves down a few levels before it comes out,
// and is never compared with another. Events of one time come out in the order
// in which they went in, which makes the simulation deterministic and
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
  /// A DRAM port has read a packet of a flow.
  Read,
};

struct Event {
  int64_t time = 0;
  EventKind kind = EventKind::Arrive;
  /// A packet, a resource, an operation or a flow.
  int32_t index = 0;
};

class EventQueue {
public:
  bool empty() const { return count == 0; }
  int64_t now() const { return current; }

  /// `event` is not before now.
  void push(const Event &event) {
    add(event);
    ++count;
  }

  Event pop() {
    if (at == head().size())
      advance();
    --count;
    return head()[at++];
  }

  /// All events, by time and then in the order in which they will come out.
  std::vector<Event> sorted() const {
    std::vector<Event> result;
    for (const Level &level : levels)
      for (const std::vector<Event> &bucket : level.buckets)
        result.insert(result.end(),
                      bucket.begin() + (&bucket == &head() ? at : 0),
                      bucket.end());
    llvm::stable_sort(
        result, [](const Event &a, const Event &b) { return a.time < b.time; });
    return result;
  }

  /// Forgets everything and starts at `time`.
  void reset(int64_t time) {
    for (Level &level : levels) {
      for (std::vector<Event> &bucket : level.buckets)
        bucket.clear();
      level.used.fill(0);
    }
    at = 0;
    count = 0;
    current = base = time;
  }

private:
  static constexpr int kBits = 8;
  static constexpr size_t kBuckets = size_t(1) << kBits;

  /// The bucket whose events come out.
  std::vector<Event> &head() { return levels[0].buckets[digit(current, 0)]; }
  const std::vector<Event> &head() const {
    return levels[0].buckets[digit(current, 0)];
  }

  /// Events whose time differs from `base` in one byte, and in none above it,
  /// by that byte; which buckets are not empty.
  struct Level {
    std::array<std::vector<Event>, kBuckets> buckets;
    std::array<uint64_t, kBuckets / 64> used = {};
  };

  static size_t digit(int64_t time, size_t level) {
    return static_cast<uint64_t>(time) >> (level * kBits) & (kBuckets - 1);
  }

  void add(const Event &event) {
    auto difference = static_cast<uint64_t>(event.time ^ base);
    size_t level = (63 - llvm::countl_zero(difference | 1)) / kBits;
    size_t bucket = digit(event.time, level);
    levels[level].buckets[bucket].push_back(event);
    levels[level].used[bucket / 64] |= uint64_t(1) << bucket % 64;
  }

  static size_t firstUsed(const Level &level) {
    for (size_t word = 0; word < level.used.size(); ++word)
      if (level.used[word] != 0)
        return word * 64 + llvm::countr_zero(level.used[word]);
    return kBuckets;
  }

  /// Goes to the next bucket of one time with events; there is one.
  void advance() {
    clear(0, digit(current, 0));
    at = 0;
    size_t bucket;
    while ((bucket = firstUsed(levels[0])) == kBuckets)
      moveDown();
    current = levels[0].buckets[bucket].front().time;
  }

  /// Nothing is at the lowest level: all of the next bucket leaves its level.
  void moveDown() {
    size_t level = 1, bucket;
    while ((bucket = firstUsed(levels[level])) == kBuckets)
      ++level;
    const std::vector<Event> &from = levels[level].buckets[bucket];
    base = from.front().time >> (level * kBits) << (level * kBits);
    for (const Event &event : from)
      add(event);
    clear(level, bucket);
  }

  void clear(size_t level, size_t bucket) {
    levels[level].buckets[bucket].clear();
    levels[level].used[bucket / 64] &= ~(uint64_t(1) << bucket % 64);
  }

  std::array<Level, 64 / kBits> levels;
  /// The next event of the head.
  size_t at = 0;
  size_t count = 0;
  int64_t current = 0;
  int64_t base = 0;
};

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_EVENTQUEUE_H
