//===- MpiHost.h - A package of processes --------------------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Executes a package as processes that exchange messages by MPI, one a chiplet:
// rank r is chiplet (r / columns, r % columns). All run on one machine, since
// DRAM is memory that they share.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_MPIHOST_H
#define SCOPE_EXECUTION_MPIHOST_H

#include "scope/Execution/PackageHost.h"

#include "mlir/IR/Location.h"

namespace scope {

/// This process as one of the processes that MPI started.
class MpiHost : public PackageHost {
public:
  /// Joins the other processes. Fails, with an error at `loc`, if this program
  /// was built without MPI or if the processes are on several machines.
  static mlir::FailureOr<std::unique_ptr<MpiHost>> join(mlir::Location loc);

  /// Fails, with an error at `loc` in the first process, unless there is one
  /// process for each chiplet of `program`.
  virtual llvm::LogicalResult checkSize(const programs::PackageProgram &program,
                                        mlir::Location loc) const = 0;
  /// Gives all processes the `text` of the first.
  virtual void broadcast(std::string &text) = 0;
};

} // namespace scope

#endif // SCOPE_EXECUTION_MPIHOST_H
