//===- ChipletRunner.h - One chiplet at work ------------------ -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes the program of one chiplet in one segment, in program order: its
// load once, then its body once a beat.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_CHIPLETRUNNER_H
#define SCOPE_LIB_EXECUTION_CHIPLETRUNNER_H

#include "Transport.h"

namespace scope {

/// The state of one chiplet in one segment.
class ChipletRunner {
public:
  enum class State : uint8_t {
    /// Has sent something; there is more to do.
    Sent,
    /// Waits for another chiplet.
    Blocked,
    Finished,
  };

  ChipletRunner(BoundProgram &program, int64_t beats, Transport &transport)
      : program(program), beats(beats), transport(transport) {}

  /// Executes operations until one sends, or cannot be executed yet, or nothing
  /// is left.
  State run();

  int32_t getChiplet() const { return program.chiplet; }
  /// Operations executed so far.
  int64_t getProgress() const { return progress; }
  /// The next operation, or null.
  const programs::Op *getNext();
  /// The beat it belongs to; negative while loading.
  int64_t getBeat() const { return beat; }

private:
  BoundOp *next();
  bool execute(BoundOp &op);
  void compute(BoundOp &op);

  BoundProgram &program;
  int64_t beats;
  Transport &transport;
  int64_t beat = -1;
  size_t position = 0;
  int64_t progress = 0;
};

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_CHIPLETRUNNER_H
