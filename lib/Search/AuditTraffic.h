//===- AuditTraffic.h - Bytes that move, and how long -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The transfers of a layer: what it fetches from its own region, from outside,
// and of its weights, and the DRAM traffic of a segment.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITTRAFFIC_H
#define SCOPE_LIB_SEARCH_AUDITTRAFFIC_H

#include "AuditMemory.h"

namespace scope::search::auditing {

/// Time and energy of moving bytes; all zero if nothing moves.
struct Move {
  int64_t cycles = 0;
  int64_t energySram = 0;
  int64_t energyNop = 0;
};

/// Operand `index` of `consumer`, fetched from the chiplets of the same region
/// that made it as `producer` says.
Move moveInternal(const Grid &grid, const LayerFacts &consumer, size_t index,
                  const LayerFacts &producer);

/// All operands from outside the cluster together.
Move moveExternal(const Grid &grid, const Memory &memory,
                  const ClusterView &view, const LayerFacts &facts);

/// Weights of `layer` that are gathered in the region or streamed from DRAM.
Move moveWeights(const Grid &grid, const Memory &memory,
                 const ClusterView &view, int32_t layer,
                 const LayerFacts &facts);

/// Femtojoules of `received` bytes in the network, of `sent` different ones.
int64_t networkEnergy(const Package &package, int64_t sent, int64_t received,
                      int64_t hops);

/// Bytes at the DRAM besides the load.
struct DramBytes {
  /// Of every call.
  int64_t read = 0, written = 0;
  /// What of that the first layer reads and the last one writes.
  int64_t arriving = 0, leaving = 0;
  /// Of every beat.
  int64_t streamed = 0;
};
DramBytes dramBytes(const Network &network, const Memory &memory, int32_t first,
                    int32_t last);

/// Bytes of a call that leave the cluster of layers `first` to `last`, each
/// once.
int64_t leavingBytes(const Network &network, int32_t first, int32_t last);

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITTRAFFIC_H
