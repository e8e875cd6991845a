//===- TransferTableTest.cpp - Transfers that threads share ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransferTable.h"

#include "gtest/gtest.h"

#include <thread>

using namespace scope::search;

TEST(TransferTable, KeepsWhatThreadsPutInOnce) {
  constexpr int32_t kStates = 64;
  TransferTable table;
  EXPECT_LT(table.find(TransferTable::keyOf(0, 0)).cycles, 0);
  // All threads put in the same costs, while the table grows.
  std::atomic<int64_t> added = 0, wrong = 0;
  auto work = [&] {
    for (int32_t producer = 0; producer < kStates; ++producer)
      for (int32_t consumer = 0; consumer < kStates; ++consumer) {
        uint64_t key = TransferTable::keyOf(consumer, producer);
        int64_t cycles = producer * kStates + consumer;
        TransferTable::Cost known = table.find(key);
        wrong += known.cycles >= 0 && known.cycles != cycles;
        added += table.insert(key, {cycles, -cycles});
        wrong += table.find(key).cycles != cycles;
      }
  };
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int count = 0; count < kThreads; ++count)
    threads.emplace_back(work);
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(added, kStates * kStates);

  table.settle();
  for (int32_t producer = 0; producer < kStates; ++producer)
    for (int32_t consumer = 0; consumer < kStates; ++consumer) {
      TransferTable::Cost cost =
          table.find(TransferTable::keyOf(consumer, producer));
      EXPECT_EQ(cost.cycles, producer * kStates + consumer);
      EXPECT_EQ(cost.energy, -cost.cycles);
    }
  EXPECT_LT(table.find(TransferTable::keyOf(0, kStates)).cycles, 0);
}
