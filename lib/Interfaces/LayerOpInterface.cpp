//===- LayerOpInterface.cpp - Operations that planning knows --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Interfaces/LayerOpInterface.h"

using namespace scope;

#include "scope/Interfaces/LayerOpInterface.cpp.inc"

OpDescription scope::describe(mlir::Operation *op) {
  if (auto layerOp = llvm::dyn_cast<LayerOpInterface>(op))
    return layerOp.describe();
  return {};
}
