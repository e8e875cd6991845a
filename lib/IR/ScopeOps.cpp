//===- ScopeOps.cpp - Layers, clusters and segments -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/ScopeOps.h"

#include "Arrivals.h"
#include "LayoutParts.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace scope;

#define GET_OP_CLASSES
#include "scope/IR/ScopeOps.cpp.inc"

/// Checks that the body ends in a yield. That the types fit is checked by the
/// interface RegionBranchOpInterface.
static LogicalResult verifyYield(Operation *op) {
  if (!isa<YieldOp>(op->getRegion(0).front().back()))
    return op->emitOpError("must end in a 'scope.yield'");
  return success();
}

/// Whether bufferization has reached `op`, so that operations that manage
/// memory may stand in its body.
static bool isOnBuffers(Operation *op) {
  return llvm::any_of(op->getResultTypes(), llvm::IsaPred<BaseMemRefType>);
}

/// Checks that the body of `op` holds at least one `Child`, and besides them
/// only the yield.
template <typename Child> static LogicalResult verifyChildren(Operation *op) {
  Block &body = op->getRegion(0).front();
  if (body.getOps<Child>().empty())
    return op->emitOpError()
           << "must hold at least one '" << Child::getOperationName() << "'";
  if (isOnBuffers(op))
    return success();
  for (Operation &inside : body.without_terminator())
    if (!isa<Child>(inside))
      return inside.emitOpError()
             << "must not stand directly in a '" << op->getName()
             << "', which holds only '" << Child::getOperationName()
             << "' operations; move it into one of them, or, if it is "
             << "constant, in front of the plan";
  return success();
}

/// Checks that `op` stands directly in the body of a function.
static LogicalResult verifyInFunction(Operation *op, StringRef alternative) {
  if (isa_and_nonnull<FunctionOpInterface>(op->getParentOp()))
    return success();
  return op->emitOpError() << "must stand " << alternative
                           << "directly in the body of a function";
}

/// Checks that the buffers of `op`, which is a layer of `cluster`,
/// lie in the cluster's region and that their live ranges end at one of the
/// steps of its `numLayers` layers.
static LogicalResult verifyBuffers(Operation *op, ArrayAttr buffers,
                                   ClusterOp cluster, int64_t numLayers) {
  if (!buffers)
    return success();
  RegionAttr region = cluster.getRegionAttr();
  for (auto buffer : buffers.getAsRange<BufferAttr>()) {
    if (buffer.getRegion() && !region)
      return op->emitOpError() << "has buffer " << buffer
                               << " with chiplets, but its cluster has no "
                               << "region";
    if (buffer.getRegion() && !region.contains(buffer.getRegion()))
      return op->emitOpError() << "has buffer " << buffer
                               << " outside of its cluster's region " << region;
    if (buffer.getLast() >= 2 * numLayers)
      return op->emitOpError()
             << "has buffer " << buffer << " live until step "
             << buffer.getLast() << ", but its cluster's last step is "
             << 2 * numLayers - 1;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// LayerOp
//===----------------------------------------------------------------------===//

void LayerOp::getAsmResultNames(OpAsmSetValueNameFn setNameFn) {
  if (getNumResults() > 0)
    setNameFn(getResult(0), getName());
}

LogicalResult LayerOp::verify() {
  auto cluster = dyn_cast_or_null<ClusterOp>((*this)->getParentOp());
  if (!cluster && failed(verifyInFunction(*this, "in a 'scope.cluster' or ")))
    return failure();
  if (getName().empty())
    return emitOpError("must have a name");
  if (PartitionAttr partition = getPartitionAttr(); partition && cluster) {
    int64_t tiles = partition.getProduct();
    int64_t chiplets = cluster.getChiplets();
    if (tiles > chiplets)
      return emitOpError() << "is split into " << tiles
                           << " tiles, but its cluster has " << chiplets
                           << (chiplets == 1 ? " chiplet" : " chiplets");
  }
  return success();
}

/// Whether a layer stands before `op` in its function. `op` is a layer, a
/// cluster or a segment.
static bool hasEarlierLayer(Operation *op) {
  for (; isa_and_nonnull<LayerOp, ClusterOp, SegmentOp>(op);
       op = op->getParentOp())
    for (Operation *prev = op->getPrevNode(); prev; prev = prev->getPrevNode())
      if (isa<LayerOp, ClusterOp, SegmentOp>(prev))
        return true;
  return false;
}

/// Checks the names of all layers of `function`, none of which need have been
/// verified.
static LogicalResult verifyUniqueNames(FunctionOpInterface function) {
  llvm::StringMap<LayerOp> layers;
  WalkResult result = function->walk([&](LayerOp layer) {
    StringAttr name = layer.getNameAttr();
    if (!name)
      return WalkResult::advance();
    auto [it, inserted] = layers.try_emplace(name.getValue(), layer);
    if (inserted)
      return WalkResult::advance();
    InFlightDiagnostic error = layer.emitOpError()
                               << "has the name " << name
                               << " of another layer of the function";
    error.attachNote(it->second.getLoc()) << "the other layer is here";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult LayerOp::verifyRegions() {
  if (failed(verifyYield(*this)))
    return failure();
  // The first layer answers for the names of all.
  auto function = (*this)->getParentOfType<FunctionOpInterface>();
  if (!function || hasEarlierLayer(*this))
    return success();
  return verifyUniqueNames(function);
}

//===----------------------------------------------------------------------===//
// ClusterOp
//===----------------------------------------------------------------------===//

LogicalResult ClusterOp::verify() {
  int64_t level = getLevel();
  if (level < 2 || level > 14 || level % 2 != 0)
    return emitOpError() << "has level " << level
                         << "; it must be 2, 4, 6, 8, 10, 12 or 14";
  int64_t chiplets = getChiplets();
  if (RegionAttr region = getRegionAttr(); region && region.size() != chiplets)
    return emitOpError() << "has " << chiplets
                         << (chiplets == 1 ? " chiplet" : " chiplets")
                         << ", but its region " << region << " has "
                         << region.size();
  return success();
}

LogicalResult ClusterOp::verifyRegions() {
  if (failed(verifyYield(*this)) || failed(verifyChildren<LayerOp>(*this)))
    return failure();
  auto layers = getBody().getOps<LayerOp>();
  int64_t numLayers = llvm::range_size(layers);
  auto segment = cast<SegmentOp>((*this)->getParentOp());
  if (getAhead() &&
      (numLayers == 1 ||
       llvm::range_size(segment.getBody().getOps<ClusterOp>()) > 1))
    return emitOpError() << "is 'ahead', which a cluster can be that has "
                            "several layers and is alone in its segment";
  for (LayerOp layer : layers)
    if (failed(verifyBuffers(layer, layer.getBuffersAttr(), *this, numLayers)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// SegmentOp
//===----------------------------------------------------------------------===//

LogicalResult SegmentOp::verify() { return verifyInFunction(*this, ""); }

LogicalResult SegmentOp::verifyRegions() {
  if (failed(verifyYield(*this)) || failed(verifyChildren<ClusterOp>(*this)))
    return failure();
  SmallVector<ClusterOp> owners(kMaxGrid * kMaxGrid);
  for (auto cluster : getBody().getOps<ClusterOp>()) {
    RegionAttr region = cluster.getRegionAttr();
    if (!region)
      continue;
    for (ChipletCoord coord : region.getCoords()) {
      ClusterOp &owner = owners[coord.row * kMaxGrid + coord.col];
      if (owner) {
        InFlightDiagnostic error =
            cluster.emitOpError()
            << "takes chiplet [" << coord.row << "," << coord.col
            << "], which another cluster of the segment has";
        error.attachNote(owner.getLoc()) << "the other cluster is here";
        return error;
      }
      owner = cluster;
    }
  }
  return success();
}
