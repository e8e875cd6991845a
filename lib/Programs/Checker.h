//===- Checker.h - The parts of the static checks ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each check is a function in a file of its own; all of them write to one list
// of findings.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_PROGRAMS_CHECKER_H
#define SCOPE_LIB_PROGRAMS_CHECKER_H

#include "scope/Programs/Check.h"

namespace scope::programs {

class EventGraph;

/// What is checked, and what was found.
struct Checker {
  const PackageProgram &program;
  const search::Package &package;
  size_t limit = 20;
  std::vector<Diagnostic> found;

  bool isFull() const { return found.size() >= limit; }

  /// Notes a finding about `first`: "<op>: <text>".
  void report(Finding finding, const OpRef &first, const llvm::Twine &text);
  /// And about `second`: "<op>: <text> <op>".
  void report(Finding finding, const OpRef &first, const llvm::Twine &text,
              const OpRef &second);
  /// Such as "[1,2]".
  std::string nameOf(int32_t chiplet) const;
};

/// Indices, shapes, and fields; buffers inside the SRAM, places inside slots.
void checkStructure(Checker &checker);
/// Tags of loads and of bodies; deliveries are not looked at.
void checkTags(Checker &checker, llvm::ArrayRef<Transfer> transfers);
/// Ends of messages, and bytes that arrive once.
void checkTransfer(Checker &checker, const Transfer &transfer);
/// A cycle of operations of one beat that wait for each other.
void checkDeadlock(Checker &checker, EventGraph &&graph);
/// What lies in SRAM when it is read.
void checkData(Checker &checker, const OpRef &chiplet);
/// What lies in DRAM when it is read.
void checkDram(Checker &checker);

/// Calls `visit` for every operation of segment `segment`, loads first, chiplet
/// by chiplet.
void forEachOp(const PackageProgram &program, int32_t segment,
               llvm::function_ref<void(const OpRef &, const Op &)> visit);

} // namespace scope::programs

#endif // SCOPE_LIB_PROGRAMS_CHECKER_H
