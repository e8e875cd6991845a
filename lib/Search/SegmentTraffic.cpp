//===- SegmentTraffic.cpp - What a growing segment moves at the DRAM ------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentTraffic.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope::search;

void SegmentTraffic::advance() {
  const Network &network = model.getNetwork();
  const Layer &layer = network.layers[++last];
  if (model.streams(last))
    sum.streamed += model.weights(last);
  int64_t reads = model.dramReads(last, first);
  sum.read += reads;
  if (last == first)
    sum.arriving = reads;
  sum.leaving = model.keptBytes(last, last);
  llvm::SmallVector<int32_t, 4> counted;
  for (const Operand &operand : layer.operands) {
    if (operand.kind != OperandKind::Activation ||
        llvm::is_contained(counted, operand.value))
      continue;
    counted.push_back(operand.value);
    const Value &value = network.values[operand.value];
    if (value.producer >= first && value.consumers.back() == last &&
        !value.isNetworkOutput)
      sum.written -= value.bytes;
  }
  for (const Output &output : layer.outputs) {
    const Value &value = network.values[output.value];
    if (value.isNetworkOutput || !value.consumers.empty())
      sum.written += value.bytes;
  }
}
