//===- ProgramWriter.h - Programs as IR -------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the programs of a package as a `scope.programs` operation.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LOWERING_PROGRAMWRITER_H
#define SCOPE_LOWERING_PROGRAMWRITER_H

#include "scope/Lowering/LowerPlan.h"

namespace scope {

/// Adds `lowered`, made of `function`, to the end of `module`. The functions
/// of `lowered.code` move into the new operation.
ProgramsOp writePrograms(mlir::ModuleOp module,
                         mlir::FunctionOpInterface function,
                         LoweredPlan &lowered);

} // namespace scope

#endif // SCOPE_LOWERING_PROGRAMWRITER_H
