//===- PlanRemarks.h - Why a plan is what it is -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Remarks that explain a plan: why each segment ends where it ends, and what
// limits each stage.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TRANSFORMS_PLANREMARKS_H
#define SCOPE_LIB_TRANSFORMS_PLANREMARKS_H

#include "scope/IR/ScopeOps.h"
#include "scope/Search/CostModel.h"

namespace scope {

/// Emits remarks of category `scope-search` at the layers of `plan`.
void remarkOnPlan(const search::CostModel &model, const search::Plan &plan,
                  const search::PlanCost &cost, llvm::ArrayRef<LayerOp> layers);

} // namespace scope

#endif // SCOPE_LIB_TRANSFORMS_PLANREMARKS_H
