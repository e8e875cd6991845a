//===- AuditMutations.cpp - Breaking promises -----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditMutations.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

using namespace scope::search;

bool scope::search::makeGoodPromise(uint64_t seed, Instance &instance,
                                    Promise &promise) {
  instance = makeAuditInstance(seed);
  Problem problem{instance.network, instance.package, instance.config};
  if (check(problem))
    return false;
  CostModel model(problem);
  Dice dice(seed + 1000000);
  std::optional<Plan> plan = makeRandomPlan(dice, model);
  if (!plan || evaluate(model, *plan).infeasible)
    return false;
  promise = makePromise(model, *plan);
  return audit(problem, promise).empty();
}

void scope::search::expectFound(FindingKind kind, const Mutation &mutate) {
  int applied = 0;
  for (uint64_t seed = 1; seed <= 6000 && applied < 20; ++seed) {
    Instance instance;
    Promise promise;
    if (!makeGoodPromise(seed, instance, promise))
      continue;
    Dice dice(seed + 3000000);
    if (!mutate(dice, instance, promise))
      continue;
    ++applied;
    Problem problem{instance.network, instance.package, instance.config};
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(llvm::any_of(
        findings, [&](const Finding &finding) { return finding.kind == kind; }))
        << "seed " << seed << "\n"
        << printFindings(findings);
  }
  EXPECT_GE(applied, 10);
}

std::optional<Spot> scope::search::findCluster(
    Dice &dice, const Promise &promise,
    llvm::function_ref<bool(const SegmentPlan &, const ClusterPlan &)> wanted) {
  std::vector<Spot> spots;
  for (size_t s = 0; s < promise.plan.segments.size(); ++s)
    for (size_t c = 0; c < promise.plan.segments[s].clusters.size(); ++c)
      if (wanted(promise.plan.segments[s],
                 promise.plan.segments[s].clusters[c]))
        spots.push_back({int32_t(s), int32_t(c)});
  if (spots.empty())
    return std::nullopt;
  return spots[dice.roll(0, int64_t(spots.size()) - 1)];
}

Spot scope::search::anyCluster(Dice &dice, const Promise &promise) {
  return *findCluster(
      dice, promise,
      [](const SegmentPlan &, const ClusterPlan &) { return true; });
}
