//===- ChipletRunner.cpp - One chiplet at work ----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChipletRunner.h"

using namespace scope;
using namespace scope::programs;

BoundOp *ChipletRunner::next() {
  while (beat < beats) {
    std::vector<BoundOp> &ops = beat < 0 ? program.load : program.body;
    if (position < ops.size())
      return &ops[position];
    position = 0;
    ++beat;
    if (program.body.empty())
      beat = beats;
  }
  return nullptr;
}

const Op *ChipletRunner::getNext() {
  BoundOp *op = next();
  return op ? op->op : nullptr;
}

ChipletRunner::State ChipletRunner::run() {
  while (BoundOp *op = next()) {
    if (!execute(*op))
      return State::Blocked;
    ++position;
    ++progress;
    if (op->op->kind == OpKind::Send)
      return State::Sent;
  }
  return State::Finished;
}

bool ChipletRunner::execute(BoundOp &op) {
  int64_t now = std::max<int64_t>(beat, 0);
  if (op.op->kind == OpKind::Compute) {
    compute(op);
    return true;
  }
  char *data = op.place.at(now);
  char *dram = op.dram + now * op.beatBytes;
  auto takeOwn = [&] {
    if (op.own.base)
      copy(op.ownCopies, op.own.at(now), data);
  };
  switch (op.op->kind) {
  case OpKind::Load:
    transport.overwrite(program.chiplet, data, op.place.bytes);
    copy(op.dramCopies, dram, data);
    takeOwn();
    return true;
  case OpKind::Store:
    copy(op.dramCopies, data, dram);
    return true;
  case OpKind::Send:
    return transport.send(program.chiplet, op, data);
  case OpKind::Recv:
    if (!transport.receive(program.chiplet, op, data))
      return false;
    takeOwn();
    return true;
  case OpKind::Compute:
    break;
  }
  llvm_unreachable("computations are executed elsewhere");
}

void ChipletRunner::compute(BoundOp &op) {
  int64_t now = std::max<int64_t>(beat, 0);
  size_t reads = op.op->reads.size();
  for (const auto &args : op.calls)
    for (const BoundArg &arg : llvm::drop_begin(args, reads))
      transport.overwrite(program.chiplet, arg.place.at(now), arg.place.bytes);
  for (const auto &args : op.calls) {
    for (auto [index, arg] : llvm::enumerate(args))
      op.frame.setData(index, arg.place.at(now) + arg.offset);
    op.frame.call(op.entry);
  }
}
