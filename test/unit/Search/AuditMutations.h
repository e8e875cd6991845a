//===- AuditMutations.h - Breaking promises ---------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes plans whose promises all hold, for tests that break one at a time.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_UNITTESTS_SEARCH_AUDITMUTATIONS_H
#define SCOPE_UNITTESTS_SEARCH_AUDITMUTATIONS_H

#include "AuditInstances.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>

namespace scope::search {

/// Changes a promise (or the instance it is about); false if there is nothing
/// of its kind to change.
using Mutation = std::function<bool(Dice &, Instance &, Promise &)>;

/// A place in a plan.
struct Spot {
  int32_t segment, cluster;
};

/// Makes the promise of a random feasible plan, in which the audit finds
/// nothing wrong; false if `seed` leads to none.
bool makeGoodPromise(uint64_t seed, Instance &instance, Promise &promise);

/// Applies `mutate` to many good promises and expects that each is refused with
/// a finding of `kind`.
void expectFound(FindingKind kind, const Mutation &mutate);

/// A random cluster for which `wanted` holds.
std::optional<Spot> findCluster(
    Dice &dice, const Promise &promise,
    llvm::function_ref<bool(const SegmentPlan &, const ClusterPlan &)> wanted);

/// Any cluster.
Spot anyCluster(Dice &dice, const Promise &promise);

/// The plan of the cluster at `spot`.
inline ClusterPlan &planAt(Promise &promise, Spot spot) {
  return promise.plan.segments[spot.segment].clusters[spot.cluster];
}

} // namespace scope::search

#endif // SCOPE_UNITTESTS_SEARCH_AUDITMUTATIONS_H
