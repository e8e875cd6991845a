//===- MpiTransport.h - Messages between processes ------------ -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sends messages by MPI. A message is copied to a buffer of the sender, of
// which there are as many as the sender has credits; a buffer is free again
// when the receiver has begun to take its message.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_MPITRANSPORT_H
#define SCOPE_LIB_EXECUTION_MPITRANSPORT_H

#include "Transport.h"

namespace scope {

/// Sleeps a little longer each time.
class Pause {
public:
  void wait();

private:
  int64_t nanoseconds = 20000;
};

/// The messages of the chiplet of this process.
class MpiTransport : public Transport {
public:
  MpiTransport(const BindingContext &context,
               const programs::SegmentProgram &segment,
               const llvm::DenseMap<int32_t, Exchange> &exchanges,
               int32_t chiplet);
  ~MpiTransport() override;

  bool send(int32_t chiplet, const BoundOp &op, char *data) override;
  bool receive(int32_t chiplet, const BoundOp &op, char *data) override;
  void overwrite(int32_t chiplet, const char *data, int64_t bytes) override {}

private:
  struct Outgoing;
  struct Incoming;

  llvm::DenseMap<int32_t, std::vector<Outgoing>> outgoing;
  llvm::DenseMap<int32_t, Incoming> incoming;
};

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_MPITRANSPORT_H
