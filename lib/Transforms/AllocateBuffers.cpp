//===- AllocateBuffers.cpp - Give every buffer of a plan an offset --------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"

#include "scope/Analysis/BufferAttributes.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace scope {
#define GEN_PASS_DEF_ALLOCATEBUFFERS
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

static LogicalResult allocateBuffers(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> read = readPlan(function, /*requireHashes=*/true);
  if (failed(read))
    return failure();
  search::CostModel model(read->problem->get());
  if (failed(checkPlan(function, *read, model)))
    return failure();
  search::BufferPlan buffers = search::planBuffers(model, read->plan);
  if (buffers.failure) {
    emitDiagnosis(buffers.failure, read->problem->source, function);
    return failure();
  }
  for (size_t segment = 0; segment < buffers.segments.size(); ++segment)
    for (size_t index = 0; index < buffers.segments[segment].size(); ++index) {
      const search::ClusterBuffers &cluster = buffers.segments[segment][index];
      ClusterOp op = read->clusters[segment][index].op;
      writeBuffers(op, read->plan.segments[segment].clusters[index].firstLayer,
                   cluster.buffers);
      std::string text =
          llvm::formatv("buffers need {0:N} bytes at a time, and lie in {1:N}",
                        cluster.peak, cluster.extent);
      remark::analysis(op.getLoc(),
                       remark::RemarkOpts::name("Buffers").category(
                           "scope-allocate-buffers"))
          << text << remark::metric("peak", cluster.peak)
          << remark::metric("extent", cluster.extent);
    }
  return success();
}

namespace {
struct AllocateBuffers : scope::impl::AllocateBuffersBase<AllocateBuffers> {
  void getDependentDialects(DialectRegistry &registry) const override {
    AllocateBuffersBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }
  void runOnOperation() override {
    if (failed(forPlannedFunctions(getOperation(), allocateBuffers)))
      signalPassFailure();
  }
};
} // namespace
