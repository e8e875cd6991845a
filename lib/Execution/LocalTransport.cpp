//===- LocalTransport.cpp - Messages inside a process ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Transport.h"

#include <cstring>
#include <deque>

using namespace scope;
using namespace scope::programs;

Transport::~Transport() = default;

/// All messages of one execution of a send.
struct LocalTransport::Sent {
  char *data = nullptr;
  int64_t bytes = 0;
  /// The data, once the sender's memory is needed for something else.
  std::unique_ptr<char[]> kept;
  /// Receivers that have not taken it.
  int64_t missing = 0;
};

/// The state of one tag.
struct LocalTransport::Channel {
  struct Sender {
    std::deque<Sent> sent;
    /// How many executions were sent before the first of `sent`.
    int64_t done = 0;
  };
  Exchange exchange;
  /// By parcel: from the sender's place to the receiver's.
  std::vector<CopyList> copies;
  llvm::DenseMap<int32_t, Sender> senders;
  /// By chiplet: executions that it has received.
  llvm::DenseMap<int32_t, int64_t> received;
};

LocalTransport::LocalTransport(const BindingContext &context,
                               const SegmentProgram &segment,
                               llvm::DenseMap<int32_t, Exchange> exchanges) {
  const PackageProgram &program = context.program;
  for (auto &[tag, exchange] : exchanges) {
    auto channel = std::make_unique<Channel>();
    auto shape = program.tensors[exchange.tensor].beatShape(segment.beatCalls);
    int64_t width = context.types.elementBytes(exchange.tensor);
    for (const Parcel &parcel : exchange.parcels) {
      if (!parcel.send || !parcel.recv) {
        channel->copies.emplace_back();
        continue;
      }
      auto extent = [&](const Place &place) {
        return Extent::of(program.layouts[place.layout], place.part);
      };
      channel->copies.push_back(planCopies(parcel.message.piece, shape,
                                           extent(parcel.send->place),
                                           extent(parcel.recv->place), width));
    }
    channel->exchange = std::move(exchange);
    channels[tag] = std::move(channel);
  }
}

LocalTransport::~LocalTransport() = default;

bool LocalTransport::send(int32_t chiplet, const BoundOp &op, char *data) {
  auto found = channels.find(op.op->tag);
  if (found == channels.end())
    return true;
  Channel &channel = *found->second;
  Channel::Sender &sender = channel.senders[chiplet];
  auto receivers = channel.exchange.sends.find(chiplet);
  if (receivers == channel.exchange.sends.end())
    return true;
  if (static_cast<int64_t>(sender.sent.size()) >= channel.exchange.credits)
    return false;
  Sent &sent = sender.sent.emplace_back();
  sent.data = data;
  sent.bytes = op.place.bytes;
  sent.missing = static_cast<int64_t>(receivers->second.size());
  inPlace[chiplet].push_back(&sent);
  return true;
}

bool LocalTransport::receive(int32_t chiplet, const BoundOp &op, char *data) {
  auto found = channels.find(op.op->tag);
  if (found == channels.end() ||
      !found->second->exchange.receives.count(chiplet)) {
    // All that it needs it has itself.
    overwrite(chiplet, data, op.place.bytes);
    return true;
  }
  Channel &channel = *found->second;
  const auto &incoming = channel.exchange.receives.find(chiplet)->second;
  int64_t &number = channel.received[chiplet];
  auto sentBy = [&](int32_t parcel) -> Channel::Sender & {
    return channel.senders[channel.exchange.parcels[parcel].message.sender];
  };
  for (int32_t parcel : incoming) {
    Channel::Sender &sender = sentBy(parcel);
    if (number >= sender.done + static_cast<int64_t>(sender.sent.size()))
      return false;
  }
  overwrite(chiplet, data, op.place.bytes);
  for (int32_t parcel : incoming) {
    Channel::Sender &sender = sentBy(parcel);
    Sent &sent = sender.sent[number - sender.done];
    copy(channel.copies[parcel], sent.data, data);
    --sent.missing;
    while (!sender.sent.empty() && sender.sent.front().missing == 0) {
      llvm::erase(inPlace[channel.exchange.parcels[parcel].message.sender],
                  &sender.sent.front());
      sender.sent.pop_front();
      ++sender.done;
    }
  }
  ++number;
  return true;
}

void LocalTransport::overwrite(int32_t chiplet, const char *data,
                               int64_t bytes) {
  auto found = inPlace.find(chiplet);
  if (found == inPlace.end())
    return;
  llvm::erase_if(found->second, [&](Sent *sent) {
    if (sent->data >= data + bytes || data >= sent->data + sent->bytes)
      return false;
    sent->kept.reset(new char[sent->bytes]);
    std::memcpy(sent->kept.get(), sent->data, sent->bytes);
    sent->data = sent->kept.get();
    return true;
  });
}
