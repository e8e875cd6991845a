//===- AuditBuffers.h - Allocated buffers against the rules -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks that the buffers of a cluster are those that the capacity rules ask
// for, and that their offsets keep them apart.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITBUFFERS_H
#define SCOPE_LIB_SEARCH_AUDITBUFFERS_H

#include "AuditCosts.h"

namespace scope::search::auditing {

/// Checks `promised`, the buffers of a cluster that fits.
void checkBuffers(const Network &network, const Grid &grid,
                  const Memory &memory, const ClusterFacts &facts, Where where,
                  llvm::ArrayRef<Buffer> promised, Findings &findings);

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITBUFFERS_H
