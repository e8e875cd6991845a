//===- CheckDeadlock.cpp - Operations that wait for each other ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checker.h"
#include "EventGraph.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"

using namespace scope::programs;

void scope::programs::checkDeadlock(Checker &checker, EventGraph &&graph) {
  std::vector<OpRef> cycle = graph.findCycle();
  if (cycle.empty())
    return;
  // The two that clash, and some of the others.
  constexpr size_t kShown = 6;
  std::string others;
  for (const OpRef &ref : llvm::ArrayRef(cycle).drop_front().take_front(kShown))
    others += "; " + describe(checker.program, ref);
  if (cycle.size() > kShown + 1)
    others += "; and " + std::to_string(cycle.size() - kShown - 1) + " more";
  checker.report(Finding::Deadlock, cycle.front(),
                 llvm::Twine(cycle.size()) +
                     " operations wait for each other in one beat" + others);
  if (!checker.found.empty() && cycle.size() > 1)
    checker.found.back().second = cycle[1];
}
