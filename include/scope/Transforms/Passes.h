//===- Passes.h - Passes of Scope -------------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares the passes of Passes.td, their options and their registration.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TRANSFORMS_PASSES_H
#define SCOPE_TRANSFORMS_PASSES_H

#include "scope/IR/ScopeAttrs.h"
#include "scope/Target/ReportFormat.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace scope {

#define GEN_PASS_DECL
#include "scope/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "scope/Transforms/Passes.h.inc"

} // namespace scope

#endif // SCOPE_TRANSFORMS_PASSES_H
