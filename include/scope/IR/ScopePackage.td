//===- ScopePackage.td - The package as a symbol -----------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The hardware that a plan is for: one operation whose fields keep the units
// that the user wrote, and the attributes that only it uses.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEPACKAGE_TD
#define SCOPE_IR_SCOPEPACKAGE_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/SymbolInterfaces.td"
include "scope/IR/ScopeAttrs.td"

def Scope_PackageOp : Op<Scope_Dialect, "package", [Symbol]> {
  let summary = "one multi-chip module";
  let arguments = (ins SymbolNameAttr:$sym_name);
  let assemblyFormat = "$sym_name attr-dict";
}

#endif // SCOPE_IR_SCOPEPACKAGE_TD
