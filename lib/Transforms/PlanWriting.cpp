//===- PlanWriting.cpp - Plans into the IR --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanWriting.h"

#include "scope/Analysis/CostAttributes.h"

using namespace mlir;
using namespace scope;

void scope::writeCosts(ArrayRef<SegmentOp> segments,
                       const search::PlanCost &cost) {
  for (size_t index = 0; index < segments.size(); ++index) {
    SegmentOp segment = segments[index];
    const search::SegmentCost &segmentCost = cost.segments[index];
    MLIRContext *context = segment.getContext();
    segment.setCostAttr(toCostAttr(context, segmentCost));
    for (auto [cluster, clusterCost] : llvm::zip_equal(
             segment.getBody().getOps<ClusterOp>(), segmentCost.clusters)) {
      cluster.setCostAttr(toCostAttr(context, clusterCost));
      for (auto [layer, layerCost] : llvm::zip_equal(
               cluster.getBody().getOps<LayerOp>(), clusterCost.layers))
        layer.setCostAttr(toCostAttr(context, layerCost));
    }
  }
}

RegionAttr scope::toRegionAttr(MLIRContext *context,
                               ArrayRef<search::Coordinate> region) {
  return RegionAttr::get(context,
                         llvm::map_to_vector(region, [](search::Coordinate at) {
                           return ChipletCoord{at.row, at.col};
                         }));
}
