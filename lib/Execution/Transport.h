//===- Transport.h - How messages get from chiplet to chiplet - -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What executes programs does not know whether the chiplets of a package share
// a process. Messages that cannot go yet are not waited for here: the caller
// tries again.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_TRANSPORT_H
#define SCOPE_LIB_EXECUTION_TRANSPORT_H

#include "BoundProgram.h"
#include "Exchange.h"

namespace scope {

/// Moves the messages of one segment.
class Transport {
public:
  virtual ~Transport();

  /// Sends what `op`, a send, says, from `data`. Returns false, having done
  /// nothing, if there is no credit for it.
  virtual bool send(int32_t chiplet, const BoundOp &op, char *data) = 0;
  /// Receives all messages of `op`, a receive, into `data`. Returns false,
  /// having done nothing, if some are not there yet.
  virtual bool receive(int32_t chiplet, const BoundOp &op, char *data) = 0;
  /// `chiplet` is about to overwrite `bytes` bytes at `data`.
  virtual void overwrite(int32_t chiplet, const char *data, int64_t bytes) = 0;
};

/// Moves messages between chiplets in one process. A message stays where its
/// sender has it until the receiver takes it, or the sender overwrites it.
class LocalTransport : public Transport {
public:
  LocalTransport(const BindingContext &context,
                 const programs::SegmentProgram &segment,
                 llvm::DenseMap<int32_t, Exchange> exchanges);
  ~LocalTransport() override;

  bool send(int32_t chiplet, const BoundOp &op, char *data) override;
  bool receive(int32_t chiplet, const BoundOp &op, char *data) override;
  void overwrite(int32_t chiplet, const char *data, int64_t bytes) override;

private:
  struct Channel;
  struct Sent;

  llvm::DenseMap<int32_t, std::unique_ptr<Channel>> channels;
  /// By chiplet: what it has sent and others still have to take from its SRAM.
  llvm::DenseMap<int32_t, std::vector<Sent *>> inPlace;
};

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_TRANSPORT_H
