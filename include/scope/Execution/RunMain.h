//===- RunMain.h - The tool that executes plans --------------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All of scope-run but its registration.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_RUNMAIN_H
#define SCOPE_EXECUTION_RUNMAIN_H

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/LLVM.h"

namespace scope {

/// Reads a module, plans and lowers one of its functions unless it is planned
/// already, and executes the programs. `registry` has all dialects; the passes
/// of Scope are registered. See `scope-run --help`.
llvm::LogicalResult runMain(int argc, char **argv,
                            mlir::DialectRegistry &registry);

} // namespace scope

#endif // SCOPE_EXECUTION_RUNMAIN_H
