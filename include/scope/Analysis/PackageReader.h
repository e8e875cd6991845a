//===- PackageReader.h - Packages for the search ----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the hardware and the search configuration out of a module. Quantities
// become exact fractions of bytes a cycle and femtojoules, and whole cycles,
// rounded up.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_PACKAGEREADER_H
#define SCOPE_ANALYSIS_PACKAGEREADER_H

#include "scope/IR/ScopeOps.h"
#include "scope/Search/Package.h"

#include "mlir/IR/BuiltinOps.h"

namespace scope {

/// Returns the package of `module`. If there is none, or more than one, emits
/// an error and fails.
llvm::FailureOr<PackageOp> findPackage(mlir::ModuleOp module);

/// Returns the configuration of `module`: all defaults if there is none.
ConfigAttr getConfig(mlir::ModuleOp module);

/// Converts `package`. If a quantity is too large or too finely divided to
/// compute with, or the package cannot work, emits an error at `package` and
/// fails.
llvm::FailureOr<search::Package> readPackage(PackageOp package);

} // namespace scope

#endif // SCOPE_ANALYSIS_PACKAGEREADER_H
