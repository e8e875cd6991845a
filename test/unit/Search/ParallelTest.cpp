//===- ParallelTest.cpp - Rounds of independent work ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every task runs once, one that another adds too, after the begin of its round
// and before the end, and one round of a sequence after the other, with any
// number of workers.
//
//===----------------------------------------------------------------------===//

#include "Parallel.h"

#include "llvm/Support/ThreadPool.h"

#include "gtest/gtest.h"

#include <array>
#include <atomic>
#include <vector>

using namespace scope::search;

TEST(ParallelTest, RoundsFollowEachOther) {
  constexpr size_t kSequences = 5, kRounds = 40, kTasks = 8;
  // These add those between them.
  std::vector<int32_t> tasks = {0, 2, 4, 6};
  for (size_t workers : {1, 2, 3, 8}) {
    llvm::DefaultThreadPool pool(llvm::hardware_concurrency(workers));
    struct Sequence {
      std::atomic<int> round = -1;
      std::array<std::atomic<int>, kTasks> ran = {};
      int rounds = 0;
    };
    std::array<Sequence, kSequences> sequences;
    std::array<std::atomic<int>, 8> busy = {};
    std::atomic<int> wrong = 0;
    // Odd rounds of odd sequences have no tasks.
    auto isSkipped = [](size_t sequence, size_t round) {
      return sequence % 2 == 1 && round % 2 == 1;
    };
    runRounds(&pool, workers,
              {kSequences, kRounds, tasks,
               [&](size_t sequence, size_t round) {
                 if (isSkipped(sequence, round))
                   return false;
                 Sequence &of = sequences[sequence];
                 wrong += of.round != -1;
                 of.round = static_cast<int>(round);
                 for (std::atomic<int> &count : of.ran)
                   count = 0;
                 return true;
               },
               [&](size_t worker, size_t sequence, size_t round, int32_t task,
                   Rounds::Add add) {
                 wrong += worker >= workers || busy[worker]++ != 0;
                 Sequence &of = sequences[sequence];
                 wrong += of.round != static_cast<int>(round);
                 if (task % 2 == 0)
                   add(task + 1);
                 ++of.ran[task];
                 --busy[worker];
               },
               [&](size_t sequence, size_t round) {
                 Sequence &of = sequences[sequence];
                 wrong += of.round != static_cast<int>(round);
                 for (std::atomic<int> &count : of.ran)
                   wrong += count != 1;
                 of.round = -1;
                 ++of.rounds;
               }});
    EXPECT_EQ(wrong, 0) << workers << " workers";
    for (size_t sequence = 0; sequence < kSequences; ++sequence)
      EXPECT_EQ(sequences[sequence].rounds,
                sequence % 2 == 1 ? int(kRounds / 2) : int(kRounds));
  }
}
