//===- Transfers.h - Operations that move data together -------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations of several chiplets with one tag move one tensor. This file
// collects them, with the messages that follow from their layouts, for those
// who look at a segment as a whole: the checks and the simulator.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_TRANSFERS_H
#define SCOPE_PROGRAMS_TRANSFERS_H

#include "scope/Programs/Delivery.h"
#include "scope/Programs/Program.h"

#include <string>

namespace scope::programs {

/// One operation of a package program.
struct OpRef {
  int32_t segment = -1;
  /// Index into `SegmentProgram::chiplets`.
  int32_t program = -1;
  /// In the load, or in the body.
  bool isLoad = false;
  int32_t op = -1;

  bool isValid() const { return op >= 0; }
  bool operator==(const OpRef &other) const {
    return segment == other.segment && program == other.program &&
           isLoad == other.isLoad && op == other.op;
  }
};

/// The operation that `ref` names.
const Op &getOp(const PackageProgram &program, const OpRef &ref);

/// Such as "segment 0, chiplet [1,2], body op 7 (send, layer conv1)".
std::string describe(const PackageProgram &program, const OpRef &ref);

/// The name of `kind`, in lower case.
llvm::StringRef getOpKindName(OpKind kind);

/// All operations of one tag in one segment, in its loads or in its bodies.
struct Transfer {
  int32_t tag = 0;
  bool isLoad = false;
  /// Load, Store, or Send for sends and receives together; of the first one.
  OpKind kind = OpKind::Send;
  /// Ordered by chiplet. `sources` are sends and stores, `targets` receives and
  /// loads.
  std::vector<OpRef> sources;
  std::vector<OpRef> targets;
  /// Messages between chiplets, or from DRAM (sender -1). Empty for stores.
  std::vector<Delivery> deliveries;
  /// Of a load: different elements that are read in DRAM.
  int64_t distinct = 0;

  /// The operation that the others are compared with.
  const OpRef &first() const {
    return sources.empty() ? targets.front() : sources.front();
  }
};

/// The transfers of segment `number`, loads first, then by tag, without what
/// they move: `deliveries` and `distinct`. Indices must be valid.
std::vector<Transfer> listTransfers(const PackageProgram &program,
                                    int32_t number);
/// Finds what `transfer` moves; layouts are those of its first operation.
void findDeliveries(const PackageProgram &program, Transfer &transfer);

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_TRANSFERS_H
