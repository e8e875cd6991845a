//===- ViewTracer.cpp - The stored values behind views --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/ViewTracer.h"

#include "scope/IR/ScopeOps.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace scope;

Value scope::lookThroughRegions(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<LayerOp, ClusterOp, SegmentOp>(op))
      break;
    value = op->getRegion(0).front().getTerminator()->getOperand(
        cast<OpResult>(value).getResultNumber());
  }
  return value;
}

/// Follows `piece`, whose root is the result of a view, through the part `step`
/// of that view. Nothing if they share no element.
static std::optional<TracedPiece> follow(const TracedPiece &piece,
                                         const ViewPiece &step) {
  TracedPiece result = piece;
  result.root = lookThroughRegions(step.operand);
  llvm::SmallVector<bool, 4> isFollowed(step.sources.size(), false);
  for (auto [source, box] : llvm::zip_equal(result.sources, result.box)) {
    if (source.dim < 0)
      continue;
    isFollowed[source.dim] = true;
    auto [begin, end] = step.box[source.dim];
    box.first = std::max(
        box.first, llvm::divideCeilSigned(begin - source.shift, source.stride));
    box.second = std::min(
        box.second, llvm::divideCeilSigned(end - source.shift, source.stride));
    if (box.first >= box.second)
      return std::nullopt;
    const ViewPiece::Source &next = step.sources[source.dim];
    source.shift = source.shift * next.stride + next.shift;
    source.stride *= next.stride;
    source.dim = next.dim;
  }
  // A part of a dimension that is not followed: which elements it shows is
  // unknown.
  auto viewShape = cast<ShapedType>(piece.root.getType()).getShape();
  for (auto [dim, box] : llvm::enumerate(step.box))
    if (!isFollowed[dim] && box.second - box.first != viewShape[dim])
      result.isScattered = true;
  return result;
}

SmallVector<TracedPiece, 1> scope::traceViews(Value value) {
  TracedPiece whole;
  whole.root = lookThroughRegions(value);
  auto shape = cast<ShapedType>(value.getType()).getShape();
  for (auto [dim, size] : llvm::enumerate(shape)) {
    whole.sources.push_back({static_cast<int32_t>(dim), 1, 0});
    whole.box.push_back({0, size});
  }
  SmallVector<TracedPiece, 1> result;
  // Depth first.
  SmallVector<TracedPiece, 4> open = {whole};
  while (!open.empty()) {
    TracedPiece piece = open.pop_back_val();
    Operation *op = piece.root.getDefiningOp();
    OpDescription description = op ? describe(op) : OpDescription();
    if (!description.view) {
      result.push_back(std::move(piece));
      continue;
    }
    for (const ViewPiece &step : llvm::reverse(description.view->pieces))
      if (std::optional<TracedPiece> next = follow(piece, step))
        open.push_back(std::move(*next));
  }
  // The order must not depend on how the program puts the pieces together.
  llvm::stable_sort(result, [](const TracedPiece &a, const TracedPiece &b) {
    return a.box < b.box;
  });
  return result;
}
