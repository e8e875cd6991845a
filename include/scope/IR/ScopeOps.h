//===- ScopeOps.h - Operations of the scope dialect -------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The package and the nested regions of a plan.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEOPS_H
#define SCOPE_IR_SCOPEOPS_H

#include "scope/IR/ScopeAttrs.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "scope/IR/ScopeOps.h.inc"

#endif // SCOPE_IR_SCOPEOPS_H
