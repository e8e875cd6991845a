//===- MpiTransport.cpp - Messages between processes ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MpiTransport.h"

#include <algorithm>
#include <mpi.h>
#include <thread>

using namespace scope;
using namespace scope::programs;

void Pause::wait() {
  constexpr int64_t longest = 1000000;
  std::this_thread::sleep_for(std::chrono::nanoseconds(nanoseconds));
  nanoseconds = std::min(2 * nanoseconds, longest);
}

/// The messages of one tag to one receiver.
struct MpiTransport::Outgoing {
  int32_t receiver = 0;
  CopyList copies;
  int64_t bytes = 0;
  /// One a credit, used in turn.
  std::vector<std::vector<char>> buffers;
  std::vector<MPI_Request> requests;
  size_t next = 0;
};

/// The messages of one tag that one receive takes.
struct MpiTransport::Incoming {
  std::vector<int32_t> senders;
  std::vector<CopyList> copies;
  std::vector<std::vector<char>> buffers;
  std::vector<MPI_Request> requests;
  /// Whether the next receive has been told to MPI.
  bool isPosted = false;
};

MpiTransport::MpiTransport(const BindingContext &context,
                           const SegmentProgram &segment,
                           const llvm::DenseMap<int32_t, Exchange> &exchanges,
                           int32_t chiplet) {
  const PackageProgram &program = context.program;
  for (const auto &[tag, exchange] : exchanges) {
    auto shape = program.tensors[exchange.tensor].beatShape(segment.beatCalls);
    int64_t width = context.types.elementBytes(exchange.tensor);
    auto extent = [&](const Place &place) {
      return Extent::of(program.layouts[place.layout], place.part);
    };
    for (const Parcel &parcel : exchange.parcels) {
      if (!parcel.send || !parcel.recv)
        continue;
      const Message &message = parcel.message;
      int64_t bytes = message.elements * width;
      if (message.sender == chiplet) {
        Outgoing out;
        out.receiver = message.receiver;
        out.copies = planCopies(message.piece, shape,
                                extent(parcel.send->place), Extent(), width);
        out.bytes = bytes;
        out.buffers.assign(exchange.credits, std::vector<char>(bytes));
        out.requests.assign(exchange.credits, MPI_REQUEST_NULL);
        outgoing[tag].push_back(std::move(out));
      }
      if (message.receiver == chiplet) {
        Incoming &in = incoming[tag];
        in.senders.push_back(message.sender);
        in.copies.push_back(planCopies(message.piece, shape, Extent(),
                                       extent(parcel.recv->place), width));
        in.buffers.emplace_back(bytes);
        in.requests.push_back(MPI_REQUEST_NULL);
      }
    }
  }
}

MpiTransport::~MpiTransport() {
  for (auto &[tag, list] : outgoing)
    for (Outgoing &out : list)
      MPI_Waitall(static_cast<int>(out.requests.size()), out.requests.data(),
                  MPI_STATUSES_IGNORE);
}

bool MpiTransport::send(int32_t chiplet, const BoundOp &op, char *data) {
  auto found = outgoing.find(op.op->tag);
  if (found == outgoing.end())
    return true;
  for (Outgoing &out : found->second) {
    int isFree = 0;
    MPI_Test(&out.requests[out.next], &isFree, MPI_STATUS_IGNORE);
    if (!isFree)
      return false;
  }
  for (Outgoing &out : found->second) {
    copy(out.copies, data, out.buffers[out.next].data());
    // Synchronous: done when it is being received, not when it is under way.
    MPI_Issend(out.buffers[out.next].data(), static_cast<int>(out.bytes),
               MPI_BYTE, out.receiver, op.op->tag, MPI_COMM_WORLD,
               &out.requests[out.next]);
    out.next = (out.next + 1) % out.buffers.size();
  }
  return true;
}

bool MpiTransport::receive(int32_t chiplet, const BoundOp &op, char *data) {
  auto found = incoming.find(op.op->tag);
  if (found == incoming.end())
    return true;
  Incoming &in = found->second;
  if (!in.isPosted)
    for (size_t index = 0; index < in.senders.size(); ++index)
      MPI_Irecv(in.buffers[index].data(),
                static_cast<int>(in.buffers[index].size()), MPI_BYTE,
                in.senders[index], op.op->tag, MPI_COMM_WORLD,
                &in.requests[index]);
  in.isPosted = true;
  int isDone = 0;
  MPI_Testall(static_cast<int>(in.requests.size()), in.requests.data(), &isDone,
              MPI_STATUSES_IGNORE);
  if (!isDone)
    return false;
  in.isPosted = false;
  for (size_t index = 0; index < in.senders.size(); ++index)
    copy(in.copies[index], in.buffers[index].data(), data);
  return true;
}
