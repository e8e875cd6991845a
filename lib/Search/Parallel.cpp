//===- Parallel.cpp - Rounds of independent work --------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parallel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <condition_variable>
#include <mutex>
#include <vector>

using namespace scope::search;

namespace {
/// Hands out the tasks of rounds to workers.
class RoundSchedule {
public:
  RoundSchedule(const Rounds &rounds, size_t workers)
      : rounds(rounds), workers(workers), sequences(rounds.numSequences) {}

  void work(size_t worker);

private:
  struct Sequence {
    size_t round = 0;
    /// The task to be handed out next, and how many are under way.
    size_t next = 0, running = 0;
    /// Those that were added and not handed out yet.
    llvm::SmallVector<int32_t, 0> added;
    /// Whether the round has begun.
    bool isOpen = false;
    /// Whether a worker goes from one round to the next.
    bool isChanging = false;
  };
  bool isDone(const Sequence &sequence) const {
    return sequence.round == rounds.numRounds;
  }
  bool hasTasks(const Sequence &sequence) const {
    return sequence.next < rounds.tasks.size() || !sequence.added.empty();
  }
  bool hasWork(const Sequence &sequence) const {
    return !isDone(sequence) && !sequence.isChanging &&
           (!sequence.isOpen || hasTasks(sequence));
  }
  /// Those that were added come first: they are parts of long ones.
  int32_t takeTask(Sequence &sequence) const {
    return sequence.added.empty() ? rounds.tasks[sequence.next++]
                                  : sequence.added.pop_back_val();
  }
  void add(size_t number, int32_t task) {
    std::lock_guard<std::mutex> guard(lock);
    sequences[number].added.push_back(task);
    changed.notify_one();
  }
  /// Begins the next round that has tasks; `end`: ends the one before.
  void change(size_t number, bool end, std::unique_lock<std::mutex> &guard);

  const Rounds &rounds;
  size_t workers;
  std::mutex lock;
  std::condition_variable changed;
  std::vector<Sequence> sequences;
};
} // namespace

void RoundSchedule::change(size_t number, bool end,
                           std::unique_lock<std::mutex> &guard) {
  Sequence &sequence = sequences[number];
  sequence.isChanging = true;
  size_t round = sequence.round;
  guard.unlock();
  if (end)
    rounds.end(number, round++);
  while (round < rounds.numRounds && !rounds.begin(number, round))
    ++round;
  guard.lock();
  sequence = Sequence();
  sequence.round = round;
  sequence.isOpen = true;
  changed.notify_all();
}

void RoundSchedule::work(size_t worker) {
  std::unique_lock<std::mutex> guard(lock);
  size_t count = sequences.size(), own = worker * count / workers;
  while (true) {
    size_t tried = 0;
    while (tried < count && !hasWork(sequences[(own + tried) % count]))
      ++tried;
    if (tried == count) {
      if (llvm::all_of(sequences, [&](const Sequence &sequence) {
            return isDone(sequence);
          }))
        return;
      changed.wait(guard);
      continue;
    }
    own = (own + tried) % count;
    Sequence &sequence = sequences[own];
    if (!sequence.isOpen) {
      change(own, /*end=*/false, guard);
      continue;
    }
    size_t round = sequence.round;
    int32_t task = takeTask(sequence);
    ++sequence.running;
    guard.unlock();
    rounds.run(worker, own, round, task,
               [&](int32_t added) { add(own, added); });
    guard.lock();
    if (--sequence.running == 0 && !hasTasks(sequence))
      change(own, /*end=*/true, guard);
  }
}

void scope::search::runRounds(llvm::ThreadPoolInterface *pool, size_t workers,
                              const Rounds &rounds) {
  if (rounds.numSequences == 0 || rounds.tasks.empty())
    return;
  if (!pool)
    workers = 1;
  RoundSchedule schedule(rounds, workers);
  if (workers <= 1)
    return schedule.work(0);
  llvm::ThreadPoolTaskGroup group(*pool);
  for (size_t worker = 0; worker < workers; ++worker)
    group.async([&schedule, worker] { schedule.work(worker); });
  group.wait();
}
