//===- Exchange.h - Who has to receive what from whom --------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The messages of all tags of a segment, with the places of both ends.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_EXCHANGE_H
#define SCOPE_LIB_EXECUTION_EXCHANGE_H

#include "scope/Programs/Program.h"

#include "llvm/ADT/DenseMap.h"

namespace scope {

/// A message of a tag, by the operations at both ends.
struct Parcel {
  programs::Message message;
  const programs::Op *send = nullptr;
  const programs::Op *recv = nullptr;
};

/// Everything that one tag moves in one beat.
struct Exchange {
  int32_t tensor = 0;
  std::vector<Parcel> parcels;
  /// By chiplet: indices of the parcels that it sends, and receives.
  llvm::DenseMap<int32_t, llvm::SmallVector<int32_t, 4>> sends;
  llvm::DenseMap<int32_t, llvm::SmallVector<int32_t, 4>> receives;
  /// Beats that a sender may be ahead of its receivers: the slots at both
  /// ends.
  int64_t credits = 1;
};

/// The exchanges of `segment`, by tag.
llvm::DenseMap<int32_t, Exchange>
findExchanges(const programs::PackageProgram &program,
              const programs::SegmentProgram &segment);

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_EXCHANGE_H
