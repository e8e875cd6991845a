//===- ScopeOps.h - Operations of the scope dialect -------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The package, the nested regions of a plan, and the programs of chiplets.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEOPS_H
#define SCOPE_IR_SCOPEOPS_H

#include "scope/IR/ScopeAttrs.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace scope::detail {

/// Bufferization of a layer, cluster or segment: the operand of its yield that
/// becomes `result`'s buffer.
mlir::bufferization::AliasingOpOperandList
getAliasingYieldOperand(mlir::Value result);

/// Replaces a layer, cluster or segment on tensors by one on buffers. The body,
/// which was bufferized before, is moved as it is.
llvm::LogicalResult
bufferizeRegionOp(mlir::Operation *op, mlir::RewriterBase &rewriter,
                  const mlir::bufferization::BufferizationOptions &options,
                  const mlir::bufferization::BufferizationState &state);

} // namespace scope::detail

#define GET_TYPEDEF_CLASSES
#include "scope/IR/ScopeTypes.h.inc"

#define GET_OP_CLASSES
#include "scope/IR/ScopeOps.h.inc"

#endif // SCOPE_IR_SCOPEOPS_H
