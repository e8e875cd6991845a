//===- NpyFile.h - Tensors in NumPy's files ------------------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes arrays as numpy.save does (format versions 1.0 to 3.0,
// little endian, C order).
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_NPYFILE_H
#define SCOPE_EXECUTION_NPYFILE_H

#include "scope/Execution/HostTensor.h"

#include "mlir/IR/Location.h"

namespace scope {

/// Reads an array of `type` from `path`. Fails, with an error at `loc`, if
/// there is no such file, if it is no array, or an array of another shape or
/// type.
mlir::FailureOr<HostTensor>
readNpy(llvm::StringRef path, mlir::RankedTensorType type, mlir::Location loc);

/// Writes `tensor` to `path`. Fails with an error at `loc` if the file cannot
/// be written, or if NumPy has no such element type.
llvm::LogicalResult writeNpy(llvm::StringRef path, const HostTensor &tensor,
                             mlir::Location loc);

} // namespace scope

#endif // SCOPE_EXECUTION_NPYFILE_H
