//===- EventQueueTest.cpp - The order of events ---------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The queue is compared with a map by time, in which events of one time stand
// in the order in which they were put in.
//
//===----------------------------------------------------------------------===//

#include "EventQueue.h"

#include "gtest/gtest.h"

#include <map>
#include <random>

using namespace scope::simulator;

namespace {
class EventQueueTest : public ::testing::Test {
protected:
  void push(int64_t time) {
    queue.push({time, EventKind::Wake, number});
    expected.emplace(time, number++);
  }

  void pop() {
    Event event = queue.pop();
    EXPECT_EQ(event.time, expected.begin()->first);
    EXPECT_EQ(event.index, expected.begin()->second);
    EXPECT_EQ(queue.now(), event.time);
    expected.erase(expected.begin());
    EXPECT_EQ(queue.empty(), expected.empty());
  }

  /// Some events at all distances from now, and then out of the queue.
  void run(uint32_t seed) {
    std::mt19937_64 random(seed);
    for (int step = 0; step < 20000; ++step) {
      if (expected.empty() || random() % 16 < 8)
        push(queue.now() + static_cast<int64_t>(random() >> random() % 32 >>
                                                (24 + random() % 40)));
      else
        pop();
    }
    while (!expected.empty())
      pop();
  }

  EventQueue queue;
  std::multimap<int64_t, int32_t> expected;
  int32_t number = 0;
};
} // namespace

TEST_F(EventQueueTest, AsAMap) {
  for (uint32_t seed = 0; seed < 20; ++seed)
    run(seed);
}

TEST_F(EventQueueTest, OneTime) {
  for (int count = 0; count < 3; ++count)
    push(0);
  pop();
  push(0);
  push(256);
  push(0);
  while (!expected.empty())
    pop();
}

TEST_F(EventQueueTest, Sorted) {
  for (int64_t time : {70000, 3, 300, 3, 300, 70000, 3})
    push(time);
  pop();
  push(3);
  push(300);
  std::vector<Event> sorted = queue.sorted();
  ASSERT_EQ(sorted.size(), expected.size());
  auto at = expected.begin();
  for (const Event &event : sorted) {
    EXPECT_EQ(event.time, at->first);
    EXPECT_EQ(event.index, at->second);
    ++at;
  }
}

TEST_F(EventQueueTest, Reset) {
  for (int64_t time : {5, 5, 1000})
    push(time);
  pop();
  queue.reset(123456789);
  expected.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.now(), 123456789);
  for (int64_t time : {123456789, 123456790, 123500000, 123456789})
    push(time);
  while (!expected.empty())
    pop();
}
