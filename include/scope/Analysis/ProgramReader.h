//===- ProgramReader.h - Programs from IR -----------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the programs of a package out of a `scope.programs` operation, however
// it came there: from the lowering, or from a user's hand.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_PROGRAMREADER_H
#define SCOPE_ANALYSIS_PROGRAMREADER_H

#include "scope/IR/ScopeOps.h"
#include "scope/Programs/Program.h"
#include "scope/Search/Package.h"

namespace scope {

/// Major and minor version of the program format that this code writes.
/// Programs of the same major version and no later minor one are read.
inline constexpr int64_t kProgramMajor = 2;
inline constexpr int64_t kProgramMinor = 0;
/// The version of the program format as `scope.programs` has it.
std::string programVersion();

/// Programs as they stand in the IR.
struct ProgramsInIR {
  ProgramsOp op;
  programs::PackageProgram programs;
  search::Package package;
  /// Tensors that `@outputs` takes.
  llvm::SmallVector<int32_t> outputTensors;
};

/// Reads `op`, which stands in a module with its package. Emits an error and
/// fails if the package is not there or has another grid, if the programs are
/// of another format version, or if something in them does not fit together.
/// Whether the programs are sound is not checked here (`programs::check`).
llvm::FailureOr<ProgramsInIR> readPrograms(ProgramsOp op);

} // namespace scope

#endif // SCOPE_ANALYSIS_PROGRAMREADER_H
