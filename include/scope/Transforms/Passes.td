//===- Passes.td - Passes of Scope -------------------------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One `def` a pass: what it reads, what it writes and where, its options.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TRANSFORMS_PASSES_TD
#define SCOPE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AttachPackage : Pass<"scope-attach-package", "::mlir::ModuleOp"> {
  let summary = "Put the package and the search configuration into the module";
  let dependentDialects = ["::scope::ScopeDialect"];
}

def FormLayers : Pass<"scope-form-layers", "::mlir::ModuleOp"> {
  let summary = "Group the operations of each function into layers";
  let dependentDialects = ["::scope::ScopeDialect"];
}

def Strip : Pass<"scope-strip", "::mlir::ModuleOp"> {
  let summary = "Give the original program back";
  let dependentDialects = ["::scope::ScopeDialect"];
}

#endif // SCOPE_TRANSFORMS_PASSES_TD
