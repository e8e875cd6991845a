//===- ClusterBoundary.cpp - What crosses the edge of a cluster ----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ClusterBoundary.h"

#include <algorithm>

using namespace scope::search;

void ClusterBoundary::advance() {
  const Network &network = model.getNetwork();
  ++last;
  // Values that are read for the last time here stay inside.
  llvm::erase_if(open, [&](const Open &value) {
    if (value.lastReader > last)
      return false;
    if (!value.isNetworkOutput)
      leavingBytes -= value.bytes;
    return true;
  });
  llvm::SmallVector<int32_t, 4> counted;
  for (const Operand &operand : network.layers[last].operands) {
    if (operand.kind != OperandKind::Activation)
      continue;
    const Value &value = network.values[operand.value];
    if (value.producer < first &&
        *llvm::lower_bound(value.consumers, first) == last &&
        !llvm::is_contained(counted, operand.value)) {
      counted.push_back(operand.value);
      arriving += model.shareOfBeat(operand.value, calls, size);
    }
  }
  for (const Output &output : network.layers[last].outputs) {
    const Value &value = network.values[output.value];
    bool isRead = !value.consumers.empty();
    int64_t share = model.shareOfBeat(output.value, calls, size);
    if (isRead || value.isNetworkOutput)
      leavingBytes += value.bytes * calls;
    if (value.isNetworkOutput)
      forWorld += share;
    if (isRead)
      open.push_back({value.consumers.back(), value.bytes * calls,
                      value.isNetworkOutput, share});
  }
  if (mode == Edges::Ahead) {
    // For the DRAM one beat of each.
    waiting = forWorld;
    for (const Open &value : open)
      waiting += value.isNetworkOutput ? 0 : value.share;
    return;
  }
  waiting = 0;
  for (const Open &value : open)
    waiting += std::min<int64_t>(value.lastReader - last - 1, mostWaiting) *
               value.share;
}
