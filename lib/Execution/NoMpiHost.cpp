//===- NoMpiHost.cpp - Built without MPI ----------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/MpiHost.h"

#include "mlir/IR/Diagnostics.h"

using namespace scope;

mlir::FailureOr<std::unique_ptr<MpiHost>> MpiHost::join(mlir::Location loc) {
  return mlir::emitError(loc)
         << "this program was built without MPI; install MPICH (on Debian: "
            "apt-get install mpich libmpich-dev), then configure and build "
            "Scope again";
}
