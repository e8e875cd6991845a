//===- PipelineSearchAnalysis.cpp - The search as an analysis -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PipelineSearchAnalysis.h"

using namespace mlir;
using namespace scope;

PipelineSearchAnalysis::PipelineSearchAnalysis(Operation *op) {
  auto function = cast<FunctionOpInterface>(op);
  FailureOr<std::unique_ptr<ProblemOfFunction>> read = readProblem(function);
  if (failed(read))
    return;
  problem = std::move(*read);
  MLIRContext *context = op->getContext();
  result = search::search(problem->get(), context->isMultithreadingEnabled()
                                              ? &context->getThreadPool()
                                              : nullptr);
  if (result.failure) {
    emitDiagnosis(result.failure, problem->source, function);
    return;
  }
  hasPlan = true;
}
