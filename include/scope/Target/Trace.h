//===- Trace.h - Simulated runs on a time line ------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes what happens in a simulation in the JSON format of Chrome's traces,
// which Perfetto shows. docs/simulator.md says what is in it.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_TRACE_H
#define SCOPE_TARGET_TRACE_H

#include "scope/Simulator/Simulator.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace scope {

/// Simulates all beats of `program` on `package`, and writes the trace to `os`.
/// The program must pass the checks.
simulator::SimulationResult writeTrace(llvm::raw_ostream &os,
                                       const programs::PackageProgram &program,
                                       const search::Package &package);

/// Writes the trace of the programs of `module`, or of those that its plan is
/// lowered to. Emits an error and fails if there are none, or those of several
/// functions.
llvm::LogicalResult writeTraceOf(mlir::ModuleOp module, llvm::raw_ostream &os);

} // namespace scope

#endif // SCOPE_TARGET_TRACE_H
