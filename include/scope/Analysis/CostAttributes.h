//===- CostAttributes.h - Costs in the IR and in the search -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Converts the costs of the search library to `#scope.cost` attributes and
// back. Figures that an attribute does not hold are read as -1.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_COSTATTRIBUTES_H
#define SCOPE_ANALYSIS_COSTATTRIBUTES_H

#include "scope/IR/ScopeAttrs.h"
#include "scope/Search/Plan.h"

namespace scope {

CostAttr toCostAttr(mlir::MLIRContext *context, const search::LayerCost &cost);
CostAttr toCostAttr(mlir::MLIRContext *context,
                    const search::ClusterCost &cost);
CostAttr toCostAttr(mlir::MLIRContext *context,
                    const search::SegmentCost &cost);

/// Without the costs of what is inside.
search::LayerCost toLayerCost(CostAttr cost);
search::ClusterCost toClusterCost(CostAttr cost);
search::SegmentCost toSegmentCost(CostAttr cost);

} // namespace scope

#endif // SCOPE_ANALYSIS_COSTATTRIBUTES_H
