//===- SimulationJson.h - Simulations as versioned JSON ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes when each layer of a plan works on each beat, as simulated, for other
// programs. docs/simulator.md says what is in it, and
// docs/schema/simulation-1.0.schema.json describes every property.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_SIMULATIONJSON_H
#define SCOPE_TARGET_SIMULATIONJSON_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace scope {

/// Simulates the programs of `module`, or those that its plans are lowered to,
/// and writes the result to `os`. Emits an error and fails if there are none.
llvm::LogicalResult writeSimulationJsonOf(mlir::ModuleOp module,
                                          llvm::raw_ostream &os);

} // namespace scope

#endif // SCOPE_TARGET_SIMULATIONJSON_H
