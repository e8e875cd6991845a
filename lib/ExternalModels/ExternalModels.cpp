//===- ExternalModels.cpp - Interfaces for upstream's operations ----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/ExternalModels/ExternalModels.h"

void scope::registerExternalModels(mlir::DialectRegistry &registry) {
  registerScalarModels(registry);
  registerLinalgModels(registry);
  registerTensorModels(registry);
  registerTosaModels(registry);
}
