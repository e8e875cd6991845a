//===- Parallel.h - Loops over independent work -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the iterations of a loop on several threads. Which thread takes which
// iteration varies; what they compute must not depend on it.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_PARALLEL_H
#define SCOPE_LIB_SEARCH_PARALLEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/ThreadPool.h"

#include <algorithm>
#include <atomic>

namespace scope::search {

/// Threads that a loop is worth at most: every one has tables of its own.
inline constexpr size_t kMostThreads = 16;

/// The number of threads of `pool`; 1 without one.
inline size_t numThreads(const llvm::ThreadPoolInterface *pool) {
  if (!pool)
    return 1;
  return std::clamp<size_t>(pool->getMaxConcurrency(), 1, kMostThreads);
}

/// Calls `body` with every index below `count` and the number, below `workers`,
/// of the worker that runs it: no two calls of one worker run at once. Without
/// a pool, or with one worker, in order. Returns when all have ended.
inline void
forEach(llvm::ThreadPoolInterface *pool, size_t count, size_t workers,
        llvm::function_ref<void(size_t worker, size_t index)> body) {
  workers = std::min(workers, count);
  if (!pool || workers <= 1) {
    for (size_t index = 0; index < count; ++index)
      body(0, index);
    return;
  }
  std::atomic<size_t> next = 0;
  llvm::ThreadPoolTaskGroup group(*pool);
  for (size_t worker = 0; worker < workers; ++worker)
    group.async([&next, count, worker, body] {
      for (size_t index = next++; index < count; index = next++)
        body(worker, index);
    });
  group.wait();
}

/// Sequences of rounds: the rounds of one sequence follow each other, those of
/// different ones do not wait for each other. Every round starts with the same
/// tasks.
struct Rounds {
  size_t numSequences = 0, numRounds = 0;
  llvm::ArrayRef<int32_t> tasks;
  /// Adds a task to the round of the one that calls this.
  using Add = llvm::function_ref<void(int32_t task)>;
  /// Before the tasks of a round; false if it has none.
  llvm::function_ref<bool(size_t sequence, size_t round)> begin;
  /// No two calls of one worker run at once.
  llvm::function_ref<void(size_t worker, size_t sequence, size_t round,
                          int32_t task, Add add)>
      run;
  /// When all tasks of a round have ended.
  llvm::function_ref<void(size_t sequence, size_t round)> end;
};

/// Runs all rounds. A worker stays at its sequence as long as there are tasks.
/// Without a pool, or with one worker, in order.
void runRounds(llvm::ThreadPoolInterface *pool, size_t workers,
               const Rounds &rounds);

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_PARALLEL_H
