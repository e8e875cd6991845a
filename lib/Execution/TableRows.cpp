//===- TableRows.cpp - Integers that number the rows of tables ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableRows.h"

#include "scope/Execution/RandomData.h"
#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace scope;

int64_t scope::tableRows(OpOperand &use) {
  if (isa<tosa::GatherOp>(use.getOwner()) && use.getOperandNumber() == 1)
    return cast<ShapedType>(use.getOwner()->getOperand(0).getType())
        .getDimSize(1);
  return 0;
}

int64_t scope::leastTableRows(Value value) {
  int64_t least = 0;
  llvm::SetVector<Value> reached;
  reached.insert(value);
  for (size_t at = 0; at < reached.size(); ++at)
    for (OpOperand &use : reached[at].getUses()) {
      Operation *owner = use.getOwner();
      if (int64_t rows = tableRows(use))
        least = least ? std::min(least, rows) : rows;
      Operation *parent = owner->getParentOp();
      if (owner->hasTrait<OpTrait::IsTerminator>()) {
        // Out of a layer, a cluster or a segment.
        if (use.getOperandNumber() < parent->getNumResults())
          reached.insert(parent->getResult(use.getOperandNumber()));
      } else if (isa<tosa::CastOp>(owner) || describe(owner).isView()) {
        reached.insert(owner->getResult(0));
      }
    }
  return least;
}

LogicalResult scope::checkTableRows(const HostTensor &input, size_t index,
                                    int64_t rows, Location loc) {
  Type element = input.type.getElementType();
  if (!isa<IntegerType>(element))
    return success();
  int64_t bytes = getElementBytes(element);
  for (int64_t at = 0; at < input.bytes(); at += bytes) {
    uint64_t bits = 0;
    std::memcpy(&bits, input.data() + at, bytes);
    int64_t number = element.isUnsignedInteger()
                         ? static_cast<int64_t>(bits)
                         : llvm::SignExtend64(bits, 8 * bytes);
    if (number < 0 || number >= rows)
      return emitError(loc)
             << "element " << at / bytes << " of input " << index << " is "
             << number << ", but it numbers the rows of a table; give 0 to "
             << rows - 1;
  }
  return success();
}
