//===- SimulateMain.h - The command scope-simulate --------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plans a module, unless it is planned or lowered, and simulates its programs.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PIPELINES_SIMULATEMAIN_H
#define SCOPE_PIPELINES_SIMULATEMAIN_H

#include "mlir/IR/DialectRegistry.h"

namespace scope {

/// Runs the command with its arguments. Dialects come from `registry`. Fails
/// after an error on standard error.
llvm::LogicalResult simulateMain(int argc, char **argv,
                                 mlir::DialectRegistry &registry);

} // namespace scope

#endif // SCOPE_PIPELINES_SIMULATEMAIN_H
