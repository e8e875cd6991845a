//===- RegionWrapping.cpp - Move operations into a region -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RegionWrapping.h"

#include "scope/IR/ScopeOps.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace scope;

Operation *scope::wrapInRegion(ArrayRef<Operation *> ops, Location loc,
                               MakeRegionOp make) {
  Block *block = ops.front()->getBlock();
  llvm::SmallPtrSet<Operation *, 16> inside(ops.begin(), ops.end());
  auto isOutside = [&](Operation *user) {
    return !inside.contains(block->findAncestorOpInBlock(*user));
  };
  SmallVector<Value> results;
  for (Operation *op : ops)
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), isOutside))
        results.push_back(result);
  Operation *wrapper = make(TypeRange(ValueRange(results)));
  for (auto [value, result] : llvm::zip_equal(results, wrapper->getResults()))
    value.replaceUsesWithIf(
        result, [&](OpOperand &use) { return isOutside(use.getOwner()); });
  Block &body = wrapper->getRegion(0).emplaceBlock();
  for (Operation *op : ops)
    op->moveBefore(&body, body.end());
  OpBuilder builder = OpBuilder::atBlockEnd(&body);
  YieldOp::create(builder, loc, results);
  return wrapper;
}
