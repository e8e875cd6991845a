//===- PackageFile.h - Packages from files ----------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads a package that a user keeps in a file of its own.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_PACKAGEFILE_H
#define SCOPE_IR_PACKAGEFILE_H

#include "scope/IR/ScopeOps.h"

#include "mlir/IR/OwningOpRef.h"

namespace scope {

/// Returns the package in the file `path`: text or bytecode of a module that
/// holds one `scope.package` and nothing else. Emits an error and returns null
/// if there is none: at `requester` if the file cannot be read, otherwise at
/// the place in the file. `requester` also says which context the result
/// belongs to. Loads no dialects into that context, so that a pass may call it.
mlir::OwningOpRef<PackageOp> loadPackageFile(llvm::StringRef path,
                                             mlir::Location requester);

} // namespace scope

#endif // SCOPE_IR_PACKAGEFILE_H
