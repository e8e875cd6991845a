//===- LayerOpInterface.h - Operations that planning knows ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interface by which operations of other dialects tell planning what they
// do. Upstream's operations get it from external models.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_INTERFACES_LAYEROPINTERFACE_H
#define SCOPE_INTERFACES_LAYEROPINTERFACE_H

#include "scope/Interfaces/OpDescription.h"

#include "mlir/IR/OpDefinition.h"

#include "scope/Interfaces/LayerOpInterface.h.inc"

namespace scope {

/// Describes `op`; opaque if it does not have the interface.
OpDescription describe(mlir::Operation *op);

} // namespace scope

#endif // SCOPE_INTERFACES_LAYEROPINTERFACE_H
