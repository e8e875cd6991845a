//===- PackageHost.h - Where a package is executed ------------ -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package is executed in one process, or in one process a chiplet. A host
// says which chiplets run in this process, gives them DRAM that all processes
// share, and lets them talk.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_PACKAGEHOST_H
#define SCOPE_EXECUTION_PACKAGEHOST_H

#include "scope/Programs/Program.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MemoryBuffer.h"

namespace scope {

class Transport;
struct BindingContext;
struct Exchange;

/// One of the processes that execute a package together.
class PackageHost {
public:
  virtual ~PackageHost();

  /// Whether this process fills in what is in DRAM from the start.
  virtual bool isFirst() const = 0;
  /// Whether this process executes the program of `chiplet`.
  virtual bool runs(int32_t chiplet) const = 0;
  /// Memory of `bytes` zeros that all processes see. Called once.
  virtual char *allocateDram(int64_t bytes) = 0;
  /// Returns when all processes have called it; they see what was written to
  /// DRAM before.
  virtual void synchronize() = 0;
  /// What moves the messages of `segment`. `exchanges` are those of all its
  /// tags.
  virtual std::unique_ptr<Transport>
  makeTransport(const BindingContext &context,
                const programs::SegmentProgram &segment,
                llvm::DenseMap<int32_t, Exchange> exchanges) = 0;
  /// Called when no chiplet of this process can go on. Returns false if no
  /// other process will change that.
  virtual bool wait() = 0;
};

/// All chiplets in this process.
class LocalHost : public PackageHost {
public:
  bool isFirst() const override { return true; }
  bool runs(int32_t chiplet) const override { return true; }
  char *allocateDram(int64_t bytes) override;
  void synchronize() override {}
  std::unique_ptr<Transport>
  makeTransport(const BindingContext &context,
                const programs::SegmentProgram &segment,
                llvm::DenseMap<int32_t, Exchange> exchanges) override;
  bool wait() override { return false; }

private:
  std::unique_ptr<llvm::WritableMemoryBuffer> dram;
};

} // namespace scope

#endif // SCOPE_EXECUTION_PACKAGEHOST_H
