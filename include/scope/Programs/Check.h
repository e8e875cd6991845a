//===- Check.h - Whether chiplet programs can work --------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Static checks of the programs of a package against the contract of Program.h.
// What they pass runs to its end with the right data in the right place,
// whatever the speed of chiplets, links and memory: the checks look at what is
// ordered, not at what happens to come first.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_CHECK_H
#define SCOPE_PROGRAMS_CHECK_H

#include "scope/Programs/Transfers.h"
#include "scope/Search/Package.h"

namespace scope::programs {

/// What is wrong.
enum class Finding : uint8_t {
  /// An index, a shape, or a field that an operation needs.
  Malformed,
  /// A buffer beyond the SRAM, or a place beyond its slot.
  Space,
  /// Messages without both their ends, or bytes that do not arrive once.
  Transfer,
  /// A read of what is not there: not yet written, of another beat or tensor,
  /// or overwritten.
  Data,
  /// Operations that wait for each other.
  Deadlock,
  /// A tensor that is read in DRAM and was not written there before.
  Dram,
};

/// One thing that is wrong, and the operations that clash. There may be no
/// second one, or none at all.
struct Diagnostic {
  Finding finding = Finding::Malformed;
  OpRef first;
  OpRef second;
  /// A sentence that names both.
  std::string message;
};

/// Checks `program` on `package`. Returns what is wrong, at most `limit`
/// findings; nothing if the programs are sound. Programs with malformed
/// operations are not looked at further.
std::vector<Diagnostic> check(const PackageProgram &program,
                              const search::Package &package,
                              size_t limit = 20);

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_CHECK_H
