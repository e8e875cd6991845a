//===- ProblemReader.h - Search problems from modules -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts together what a search needs to know of a function: its network, the
// package and the configuration of its module, and the pins on its layers.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_PROBLEMREADER_H
#define SCOPE_ANALYSIS_PROBLEMREADER_H

#include "scope/Analysis/NetworkReader.h"
#include "scope/Search/Problem.h"

namespace scope {

/// A problem with everything it refers to.
struct ProblemOfFunction {
  NetworkOfFunction source;
  search::Package package;
  PackageOp packageOp;
  search::Config config;
  int64_t assumeBits = 0;

  /// The problem; valid as long as this object stays where it is.
  search::Problem get() const { return {source.network, package, config}; }
};

/// Reads the problem of `function`, which stands in a module with a package.
/// Emits an error and fails if there is none, or if a pin or an option does not
/// fit the network.
llvm::FailureOr<std::unique_ptr<ProblemOfFunction>>
readProblem(mlir::FunctionOpInterface function);

/// The same for a function that is planned: batch, width, objective, strategy
/// and space are those of the plan.
llvm::FailureOr<std::unique_ptr<ProblemOfFunction>>
readProblem(mlir::FunctionOpInterface function, PlanAttr plan);

/// Emits `diagnosis` at the layer it is about, or else at the function.
mlir::InFlightDiagnostic emitDiagnosis(const search::Diagnosis &diagnosis,
                                       const NetworkOfFunction &source,
                                       mlir::FunctionOpInterface function);

} // namespace scope

#endif // SCOPE_ANALYSIS_PROBLEMREADER_H
