//===- DestinationPassing.h - Results at given places --------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives a function on tensors memory for what it reads and writes, before
// anything else has memory: so that bufferization can compute results right
// where they belong, and knows that operands must not be written.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_DESTINATIONPASSING_H
#define SCOPE_LIB_EXECUTION_DESTINATIONPASSING_H

#include "scope/Execution/Lowering.h"

namespace scope {

/// Replaces the tensor arguments of `function` by memrefs that it only reads,
/// and its results by further memref arguments that it writes. Fails, with an
/// error, for what is no tensor of static shape.
llvm::LogicalResult passDestinations(mlir::func::FuncOp function,
                                     BufferLayout layout);

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_DESTINATIONPASSING_H
