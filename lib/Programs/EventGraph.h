//===- EventGraph.h - What waits for what in a beat --------------*- C++
//-*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The events of a segment are the starts and ends of its operations and the
// messages, in every beat. What an event waits for lies in its own beat or in
// an earlier one. If no event waits for itself inside a beat, every event waits
// for finitely many others, and some event can always happen: the segment ends.
// The converse holds too, so the check finds exactly the programs that stop.
//
// Equal pieces for several receivers count as one message, which waits for all
// of them, and so do equal parts of a load. Bands count as whole operations.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_PROGRAMS_EVENTGRAPH_H
#define SCOPE_LIB_PROGRAMS_EVENTGRAPH_H

#include "scope/Programs/Transfers.h"

#include <array>
#include <deque>

namespace scope::programs {

/// The events of one beat, and which of them wait for which.
class EventGraph {
public:
  /// What the operations of each chiplet wait for.
  EventGraph(const PackageProgram &program, int32_t segment);

  /// Adds the messages of `transfer`.
  void add(const Transfer &transfer);

  /// The operations of a cycle, each once, in order; none if there is none.
  /// Nothing can be added afterwards.
  std::vector<OpRef> findCycle();

private:
  class Receives;

  int32_t number(const OpRef &ref) const {
    return firstOf[ref.program][ref.isLoad] + ref.op;
  }
  static int32_t start(int32_t op) { return 2 * op; }
  static int32_t end(int32_t op) { return 2 * op + 1; }
  std::vector<OpRef> opsOf(llvm::ArrayRef<int32_t> path) const;

  const SegmentProgram &programs;
  std::vector<OpRef> ops;
  int32_t chiplets = 0;
  /// By chiplet: the first operation of the body, and of the load.
  std::vector<std::array<int32_t, 2>> firstOf;
  /// Starts and ends of `ops`, then messages and groups of receives.
  int32_t events = 0;
  /// Before and after; a deque, which is not moved when it grows.
  std::deque<std::pair<int32_t, int32_t>> edges;
};

} // namespace scope::programs

#endif // SCOPE_LIB_PROGRAMS_EVENTGRAPH_H
