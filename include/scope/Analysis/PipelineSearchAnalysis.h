//===- PipelineSearchAnalysis.h - The search as an analysis -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Searches the best plan of a function whose operations stand in layers. It
// changes no IR; `scope-search` writes what it found into the function.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_PIPELINESEARCHANALYSIS_H
#define SCOPE_ANALYSIS_PIPELINESEARCHANALYSIS_H

#include "scope/Analysis/ProblemReader.h"
#include "scope/Search/Search.h"

namespace scope {

/// An analysis of one function, for the analysis manager to keep. What to plan
/// for stands in the module (`scope.package`, `scope.config`), because an
/// analysis has no options.
class PipelineSearchAnalysis {
public:
  /// Searches. Emits an error if the problem is malformed or has no plan.
  explicit PipelineSearchAnalysis(mlir::Operation *function);

  /// Whether there is a plan; otherwise an error has been emitted.
  bool succeeded() const { return hasPlan; }
  const ProblemOfFunction &getProblem() const { return *problem; }
  const search::SearchResult &getResult() const { return result; }

private:
  std::unique_ptr<ProblemOfFunction> problem;
  search::SearchResult result;
  bool hasPlan = false;
};

} // namespace scope

#endif // SCOPE_ANALYSIS_PIPELINESEARCHANALYSIS_H
