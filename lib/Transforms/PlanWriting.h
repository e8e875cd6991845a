//===- PlanWriting.h - Plans into the IR ------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes regions and costs of a plan into the operations that it consists of.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TRANSFORMS_PLANWRITING_H
#define SCOPE_LIB_TRANSFORMS_PLANWRITING_H

#include "scope/IR/ScopeOps.h"
#include "scope/Search/Plan.h"

namespace scope {

/// Sets the costs of `segments` and of everything in them.
void writeCosts(llvm::ArrayRef<SegmentOp> segments,
                const search::PlanCost &cost);

/// The attribute for a set of chiplets.
RegionAttr toRegionAttr(mlir::MLIRContext *context,
                        llvm::ArrayRef<search::Coordinate> region);

} // namespace scope

#endif // SCOPE_LIB_TRANSFORMS_PLANWRITING_H
