//===- VerifyPlan.cpp - Check every promise of a plan ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanPass.h"

#include "scope/ExternalModels/ExternalModels.h"
#include "scope/Search/Audit.h"
#include "scope/Transforms/Passes.h"

namespace scope {
#define GEN_PASS_DEF_VERIFYPLAN
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

/// What the IR promises, for the audit.
static search::Promise makePromise(const PlanOfFunction &read) {
  search::Promise promise;
  promise.plan = read.plan;
  promise.cost = read.cost;
  for (const std::vector<ClusterInIR> &segment : read.clusters) {
    std::vector<search::PromisedCluster> &clusters =
        promise.clusters.emplace_back();
    for (const ClusterInIR &cluster : segment)
      clusters.push_back({cluster.region, cluster.buffers});
  }
  return promise;
}

/// The operation that `finding` is about.
static Operation *findOp(const search::Finding &finding,
                         FunctionOpInterface function,
                         const PlanOfFunction &read) {
  if (finding.layer >= 0)
    return read.problem->source.layers[finding.layer];
  if (finding.segment >= 0 && finding.cluster >= 0)
    return read.clusters[finding.segment][finding.cluster].op;
  if (finding.segment >= 0)
    return read.segments[finding.segment];
  return function;
}

/// Checks what the audit does not see: the marks on layers, and that either all
/// clusters have buffers or none.
static LogicalResult verifyMarks(const PlanOfFunction &read) {
  search::CostModel model(read.problem->get());
  for (auto [index, op] : llvm::enumerate(read.problem->source.layers)) {
    LayerOp layer = op;
    bool streams = model.streams(static_cast<int32_t>(index));
    if (layer.getStreamed() != streams)
      return layer.emitOpError()
             << (streams ? "must be marked 'streamed': its weights fit the "
                           "package in no way"
                         : "must not be marked 'streamed': its weights fit the "
                           "package")
             << "; run scope-cost";
  }
  const ClusterInIR *with = nullptr, *without = nullptr;
  for (const std::vector<ClusterInIR> &segment : read.clusters)
    for (const ClusterInIR &cluster : segment)
      (cluster.buffers ? with : without) = &cluster;
  if (!with || !without)
    return success();
  ClusterOp missing = without->op;
  return missing.emitOpError("has no buffers, but other clusters of the plan "
                             "do; run scope-allocate-buffers");
}

static LogicalResult verifyPlan(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> read = readPlan(function, /*requireHashes=*/true);
  if (failed(read))
    return failure();
  std::vector<search::Finding> findings =
      search::audit(read->problem->get(), makePromise(*read));
  for (const search::Finding &finding : findings)
    emitError(findOp(finding, function, *read)->getLoc()) << finding.message;
  if (!findings.empty())
    return failure();
  return verifyMarks(*read);
}

namespace {
struct VerifyPlan : scope::impl::VerifyPlanBase<VerifyPlan> {
  void getDependentDialects(DialectRegistry &registry) const override {
    VerifyPlanBase::getDependentDialects(registry);
    registerExternalModels(registry);
  }
  void runOnOperation() override {
    if (failed(forPlannedFunctions(getOperation(), verifyPlan)))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
