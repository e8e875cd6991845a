//===- Weights.cpp - Data for constants that came without -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/Weights.h"

#include "TableRows.h"

#include "scope/Analysis/Constants.h"
#include "scope/Execution/RandomData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/xxhash.h"

#include <cmath>

using namespace mlir;
using namespace scope;

/// The attribute of `op` that names a resource without data, and its name.
static std::pair<StringAttr, DenseResourceElementsAttr>
findMissing(Operation *op) {
  for (NamedAttribute attribute : op->getAttrDictionary())
    if (auto elements =
            dyn_cast<DenseResourceElementsAttr>(attribute.getValue()))
      if (!elements.getRawHandle().getBlob())
        return {attribute.getName(), elements};
  return {};
}

SmallVector<Operation *> scope::findMissingConstants(Operation *root) {
  SmallVector<Operation *> result;
  root->walk([&](Operation *op) {
    if (op->hasTrait<OpTrait::ConstantLike>() && findMissing(op).second)
      result.push_back(op);
  });
  return result;
}

/// Whether `op`, or an operation inside it, is one of `Ops`.
template <typename... Ops> static bool contains(Operation *op) {
  return op
      ->walk([](Operation *inner) {
        return isa<Ops...>(inner) ? WalkResult::interrupt()
                                  : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Whether `op` works only for operands above zero.
static bool needsPositive(Operation *op) {
  return contains<tosa::RsqrtOp, tosa::LogOp, tosa::ReciprocalOp, math::RsqrtOp,
                  math::SqrtOp, math::LogOp, arith::DivFOp>(op);
}

static bool multiplies(Operation *op) {
  return contains<tosa::MulOp, arith::MulFOp>(op);
}

/// If `use` is the factor of products that `use`'s owner sums up: the number of
/// products in one sum; otherwise 0.
static int64_t productsInSum(OpOperand &use) {
  Operation *op = use.getOwner();
  auto type = dyn_cast<RankedTensorType>(use.get().getType());
  if (!type || !type.hasStaticShape())
    return 0;
  if (isa<tosa::Conv2DOp, tosa::Conv3DOp>(op) && use.getOperandNumber() == 1)
    return type.getNumElements() / type.getDimSize(0);
  if (isa<tosa::TransposeConv2DOp>(op) && use.getOperandNumber() == 1)
    return type.getNumElements() / type.getDimSize(0);
  if (isa<tosa::DepthwiseConv2DOp>(op) && use.getOperandNumber() == 1)
    return type.getDimSize(0) * type.getDimSize(1);
  if (isa<tosa::MatMulOp>(op) && use.getOperandNumber() < 2)
    return type.getDimSize(use.getOperandNumber() == 0 ? 2 : 1);
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.getNumReductionLoops() == 0 ||
      !linalgOp.isDpsInput(&use) || linalgOp.getNumDpsInputs() < 2)
    return 0;
  AffineMap map = linalgOp.getMatchingIndexingMap(&use);
  SmallVector<int64_t> loops = linalgOp.getStaticLoopRanges();
  int64_t products = 1;
  for (auto [loop, kind] : llvm::enumerate(linalgOp.getIteratorTypesArray()))
    if (kind == utils::IteratorType::reduction && map.isFunctionOfDim(loop))
      products *= loops[loop];
  return products;
}

namespace {
/// What a constant is used for, as far as it decides its numbers.
struct Use {
  int64_t products = 0;
  /// Of the smallest table that it numbers the rows of; 0 for none.
  int64_t rows = 0;
  bool isPositive = false;
  bool isFactor = false;
};
} // namespace

/// Follows `constant` to where data that depends on the input meets it.
static Use findUse(Operation *constant, Constants &constants) {
  Use result;
  llvm::SetVector<Operation *> reached;
  reached.insert(constant);
  for (size_t at = 0; at < reached.size(); ++at)
    for (OpOperand &use : reached[at]->getUses()) {
      Operation *owner = use.getOwner();
      // Some use inside the region of an operation on tensors.
      while (isa_and_present<linalg::LinalgOp>(owner->getParentOp()))
        owner = owner->getParentOp();
      result.products = std::max(result.products, productsInSum(use));
      if (int64_t rows = tableRows(use))
        result.rows = result.rows ? std::min(result.rows, rows) : rows;
      if (constants.isConstant(owner)) {
        result.isPositive |= needsPositive(owner);
        reached.insert(owner);
      } else {
        result.isFactor |= multiplies(owner);
      }
    }
  return result;
}

/// The numbers for a constant of type `type` that is used as `use` says.
static NumberRange findRange(ShapedType type, const Use &use) {
  Type element = type.getElementType();
  if (use.rows)
    return {0, static_cast<double>(use.rows - 1)};
  if (!isa<FloatType>(element))
    return element.isInteger(1) ? NumberRange{0, 1} : NumberRange{-127, 127};
  if (use.products) {
    double limit = std::sqrt(6.0 / static_cast<double>(use.products));
    return {-limit, limit};
  }
  if (use.isPositive || use.isFactor)
    return {0.5, 1.5};
  int64_t longDims =
      llvm::count_if(type.getShape(), [](int64_t size) { return size > 1; });
  return longDims > 1 ? NumberRange{-1, 1} : NumberRange{-0.1, 0.1};
}

/// `name` without the numbers at its end. A context that has read a resource
/// of this name before, for another module, adds one.
static StringRef withoutNumbers(StringRef name) {
  while (true) {
    StringRef shorter = name.rtrim("0123456789");
    if (shorter.size() == name.size() || !shorter.consume_back("_") ||
        shorter.empty())
      return name;
    name = shorter;
  }
}

namespace {
/// Tells the resources of one module from each other by what does not depend on
/// other modules of the same context.
class StreamNumbers {
public:
  /// What the numbers of the resource `key` are drawn from, if it is asked for
  /// in the order in which resources occur in the program.
  uint64_t find(StringRef key) {
    auto [entry, isNew] = known.try_emplace(key);
    if (isNew) {
      StringRef name = withoutNumbers(key);
      // The first of several names that differ in their numbers alone is 0.
      entry->second = llvm::xxh3_64bits(name) + sameName[name]++;
    }
    return entry->second;
  }

private:
  llvm::StringMap<uint64_t> known;
  llvm::StringMap<uint64_t> sameName;
};
} // namespace

LogicalResult scope::fillMissingConstants(Operation *root, uint64_t seed) {
  SmallVector<Operation *> missing = findMissingConstants(root);
  // Which numbers are drawn is decided before anything changes.
  SmallVector<NumberRange> ranges;
  Constants constants;
  for (Operation *op : missing) {
    ShapedType type = findMissing(op).second.getType();
    if (getElementBytes(type.getElementType()) == 0)
      return op->emitError("cannot make data for elements of type ")
             << type.getElementType() << "; give the constant its data";
    ranges.push_back(findRange(type, findUse(op, constants)));
  }
  StreamNumbers streams;
  llvm::DenseMap<std::pair<Attribute, Type>, Attribute> filled;
  for (auto [index, op] : llvm::enumerate(missing)) {
    auto [attribute, elements] = findMissing(op);
    StringRef name = elements.getRawHandle().getKey();
    bool isElided = withoutNumbers(name) == "__elided__";
    std::pair<Attribute, Type> key(StringAttr::get(op->getContext(), name),
                                   elements.getType());
    Attribute &shared = filled[key];
    if (isElided || !shared) {
      ShapedType type = elements.getType();
      Type element = type.getElementType();
      int64_t bytes = getElementBytes(element);
      AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
          type.getNumElements() * bytes, /*align=*/64);
      fillRandom(blob.getMutableData(), element, ranges[index], seed,
                 isElided ? index : streams.find(name));
      shared = DenseResourceElementsAttr::get(type, isElided ? "weights" : name,
                                              std::move(blob));
    }
    op->setAttr(attribute, shared);
  }
  return success();
}
