//===- OutlineLoops.h - One function for each kind of loop nest -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks repeat themselves, and the chiplets of a region do the same on tiles
// of a few sizes. Every loop nest becomes a function of its own and equal
// ones share it: compilers see each of them once, and small functions only.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_OUTLINELOOPS_H
#define SCOPE_LIB_EXECUTION_OUTLINELOOPS_H

#include "mlir/IR/BuiltinOps.h"

namespace scope {

/// Replaces every linalg operation on buffers in `module` by a call of a
/// private function that holds it. Operations that differ in nothing but the
/// buffers share a function.
void outlineLoops(mlir::ModuleOp module);

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_OUTLINELOOPS_H
