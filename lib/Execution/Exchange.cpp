//===- Exchange.cpp - Who has to receive what from whom -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Exchange.h"

using namespace scope;
using namespace scope::programs;

namespace {
/// The sends and receives of one tag, by chiplet.
struct Ends {
  llvm::DenseMap<int32_t, const Op *> sends, receives;
  /// Slots of the places.
  int64_t sendSlots = 1, receiveSlots = 1;
};
} // namespace

llvm::DenseMap<int32_t, Exchange>
scope::findExchanges(const PackageProgram &program,
                     const SegmentProgram &segment) {
  llvm::DenseMap<int32_t, Ends> ends;
  for (const ChipletProgram &chiplet : segment.chiplets)
    for (const std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
      for (const Op &op : *ops) {
        if (op.kind != OpKind::Send && op.kind != OpKind::Recv)
          continue;
        bool isSend = op.kind == OpKind::Send;
        Ends &known = ends[op.tag];
        (isSend ? known.sends : known.receives)[chiplet.chiplet] = &op;
        int64_t slots =
            op.place.slot >= 0 ? 1 : chiplet.buffers[op.place.buffer].slots;
        int64_t &most = isSend ? known.sendSlots : known.receiveSlots;
        most = std::max(most, slots);
      }
  llvm::DenseMap<int32_t, Exchange> exchanges;
  for (const auto &[tag, known] : ends) {
    if (known.sends.empty() || known.receives.empty())
      continue;
    const Op &any = *known.sends.begin()->second;
    Exchange exchange;
    exchange.tensor = any.tensor;
    exchange.credits = known.sendSlots + known.receiveSlots;
    for (Message &message :
         messages(program.layouts[any.from], program.layouts[any.to],
                  program.tensors[any.tensor].beatShape(segment.beatCalls))) {
      auto number = static_cast<int32_t>(exchange.parcels.size());
      exchange.sends[message.sender].push_back(number);
      exchange.receives[message.receiver].push_back(number);
      Parcel parcel;
      parcel.send = known.sends.lookup(message.sender);
      parcel.recv = known.receives.lookup(message.receiver);
      parcel.message = std::move(message);
      exchange.parcels.push_back(std::move(parcel));
    }
    exchanges[tag] = std::move(exchange);
  }
  return exchanges;
}
