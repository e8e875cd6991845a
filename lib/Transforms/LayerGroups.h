//===- LayerGroups.h - Which operations form a layer ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Groups the operations of a function body. Every operation that is not
// constant is in one group; groups are convex, so that they can be put in an
// order and each run as a whole. The rules:
//
//  1. Every convolution, matmul, pooling, gather and opaque operation is the
//     anchor of a group of its own.
//  2. Reductions along axes that depend on each other through elementwise
//     operations are one group: a softmax, a layer norm, a mean over an image.
//  3. An elementwise operation belongs to the latest group that makes one of
//  its
//     operands, if the sizes agree; otherwise to its only consumer's; otherwise
//     it is a group of its own.
//  4. A view belongs to its only consumer's group, or, if it has several, to
//  the
//     group that makes what it shows.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TRANSFORMS_LAYERGROUPS_H
#define SCOPE_LIB_TRANSFORMS_LAYERGROUPS_H

#include "scope/Analysis/Constants.h"
#include "scope/Interfaces/LayerOpInterface.h"

namespace scope {

/// One group.
struct LayerGroup {
  /// In the order of the program.
  llvm::SmallVector<mlir::Operation *, 4> ops;
  /// What the group is named after: its anchor, or its first operation.
  mlir::Operation *anchor = nullptr;
};

/// Groups the operations of `block`, in an order in which they can run: depth
/// first, so that branches stay together. Constants are in no group.
std::vector<LayerGroup> groupLayers(mlir::Block &block, Constants &constants);

} // namespace scope

#endif // SCOPE_LIB_TRANSFORMS_LAYERGROUPS_H
