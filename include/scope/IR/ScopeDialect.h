//===- ScopeDialect.h - The scope dialect -----------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialect class: operations and attributes that say how a network runs on
// a package.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEDIALECT_H
#define SCOPE_IR_SCOPEDIALECT_H

#include "mlir/IR/Dialect.h"

#include "scope/IR/ScopeDialect.h.inc"

namespace scope {

/// The dialect's attributes on operations of other dialects.
inline constexpr llvm::StringLiteral kConfigAttrName = "scope.config";
inline constexpr llvm::StringLiteral kPlanAttrName = "scope.plan";
/// The plans of which none is better in all, of a planned function: cycles of
/// the batch, cycles until its first beat is complete and femtojoules of the
/// batch of one after another.
inline constexpr llvm::StringLiteral kFrontAttrName = "scope.front";
inline constexpr llvm::StringLiteral kPinAttrName = "scope.pin";

} // namespace scope

#endif // SCOPE_IR_SCOPEDIALECT_H
