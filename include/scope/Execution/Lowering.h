//===- Lowering.h - From tensors to machine code's dialect ---- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers modules of functions on tensors (TOSA, linalg, and what stands around
// them) to the LLVM dialect, with nothing but upstream's passes in between. The
// original function of a network and the kernels of its chiplets go the same
// way, and no step changes the order in which the terms of a sum are added: so
// a tile of a result has the bits that the whole result has.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_LOWERING_H
#define SCOPE_EXECUTION_LOWERING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace scope {

/// Registers what the functions of this folder need beyond the dialects and
/// extensions that every tool registers: translations to LLVM IR.
void registerExecutionDialects(mlir::DialectRegistry &registry);

/// Makes the loop along the last dimension of the result the innermost one of
/// every linalg operation with sums, where all operands allow it: it runs over
/// consecutive memory and is a loop that vectorizes. Sums keep the order of
/// their terms.
void interchangeReductions(mlir::Operation *root);

/// How the tensors of a function lie in memory.
enum class BufferLayout : uint8_t {
  /// Densely, the last dimension innermost.
  Dense,
  /// With any strides, that of the last dimension 1, and any offset.
  Strided,
};

/// Lowers every function of `module` from linalg on tensors to the LLVM
/// dialect. A function `@f` of n tensors with m results becomes one that
/// `entryName("f")` names: its argument is a pointer to n + m pointers to
/// memref descriptors, operands first, then results, which it writes. Operands
/// are never written. Fails, with an error at the operation, where a pass
/// fails.
llvm::LogicalResult lowerToLLVM(mlir::ModuleOp module, BufferLayout layout);

/// The symbol that calls the function `name` after `lowerToLLVM`.
std::string entryName(llvm::StringRef name);

} // namespace scope

#endif // SCOPE_EXECUTION_LOWERING_H
