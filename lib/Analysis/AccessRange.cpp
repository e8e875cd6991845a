//===- AccessRange.cpp - What a tile touches along a dimension ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccessRange.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace scope;

AccessRange scope::wholeRange(int64_t size) {
  AccessRange range;
  range.end = size;
  return range;
}

AccessRange scope::loopRange(int32_t dim, int64_t size) {
  AccessRange range = wholeRange(size);
  range.dim = dim;
  return range;
}

int64_t scope::blockOf(const AccessRange &range, int64_t size) {
  bool isEven = range.dim >= 0 && range.stride == range.window &&
                range.offset == 0 && range.begin == 0 && range.end == size;
  return isEven ? range.stride : 0;
}

/// Adds `factor` times `expr` to the coefficients of the loops; false if it is
/// no sum of multiples of loops.
static bool addTerms(AffineExpr expr, int64_t factor,
                     SmallVectorImpl<int64_t> &coefficients,
                     int64_t &constant) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    coefficients[dim.getPosition()] += factor;
    return true;
  }
  if (auto value = dyn_cast<AffineConstantExpr>(expr)) {
    constant += factor * value.getValue();
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return addTerms(binary.getLHS(), factor, coefficients, constant) &&
           addTerms(binary.getRHS(), factor, coefficients, constant);
  auto scale = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && scale &&
         addTerms(binary.getLHS(), factor * scale.getValue(), coefficients,
                  constant);
}

AccessRange scope::evaluate(AffineExpr coordinate, ArrayRef<AccessRange> loops,
                            int64_t size) {
  SmallVector<int64_t, 8> coefficients(loops.size(), 0);
  int64_t constant = 0;
  if (!addTerms(coordinate, 1, coefficients, constant))
    return wholeRange(size);
  AccessRange range;
  range.stride = 0;
  range.offset = constant;
  int64_t lowest = constant, highest = constant;
  for (auto [coefficient, loop] : llvm::zip_equal(coefficients, loops)) {
    if (coefficient == 0)
      continue;
    // A tile that runs along two dimensions of the layer, or backwards.
    if (coefficient < 0 ||
        (loop.dim >= 0 && range.dim >= 0 && loop.dim != range.dim))
      return wholeRange(size);
    lowest += coefficient * loop.begin;
    highest += coefficient * (loop.end - 1);
    if (loop.dim < 0) {
      range.offset += coefficient * loop.begin;
      range.window += coefficient * (loop.end - 1 - loop.begin);
      continue;
    }
    range.dim = loop.dim;
    range.stride += coefficient * loop.stride;
    range.offset += coefficient * loop.offset;
    range.window += coefficient * (loop.window - 1);
  }
  range.begin = std::clamp<int64_t>(lowest, 0, size - 1);
  range.end = std::clamp<int64_t>(highest + 1, range.begin + 1, size);
  if (range.dim < 0) {
    AccessRange fixed;
    fixed.begin = range.begin;
    fixed.end = range.end;
    return fixed;
  }
  return range;
}

SmallVector<AccessRange, 4> scope::evaluate(AffineMap map,
                                            ArrayRef<AccessRange> loops,
                                            ArrayRef<int64_t> shape) {
  SmallVector<AccessRange, 4> ranges;
  for (auto [coordinate, size] : llvm::zip_equal(map.getResults(), shape))
    ranges.push_back(evaluate(coordinate, loops, size));
  return ranges;
}

std::optional<SmallVector<RootRange, 4>>
scope::touchedOfPiece(const TracedPiece &piece, ArrayRef<AccessRange> ranges) {
  SmallVector<RootRange, 4> touched;
  for (auto [range, source, box] :
       llvm::zip_equal(ranges, piece.sources, piece.box)) {
    AccessRange inside = range;
    inside.begin = std::max(range.begin, box.first);
    inside.end = std::min(range.end, box.second);
    if (inside.begin >= inside.end)
      return std::nullopt;
    if (source.dim >= 0) {
      inside.stride *= source.stride;
      inside.offset = inside.offset * source.stride + source.shift;
      inside.window = (inside.window - 1) * source.stride + 1;
      inside.begin = inside.begin * source.stride + source.shift;
      inside.end = (inside.end - 1) * source.stride + source.shift + 1;
    }
    if (inside.dim < 0) {
      inside.stride = inside.window = 1;
      inside.offset = 0;
    }
    touched.push_back({inside, source.dim});
  }
  if (!piece.isScattered)
    return touched;
  touched.clear();
  for (auto [dim, size] :
       llvm::enumerate(cast<ShapedType>(piece.root.getType()).getShape()))
    touched.push_back({wholeRange(size), static_cast<int32_t>(dim)});
  return touched;
}
