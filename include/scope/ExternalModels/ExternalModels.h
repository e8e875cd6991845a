//===- ExternalModels.h - Interfaces for upstream's operations --*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attaches the LayerOpInterface to operations of upstream dialects, one
// function a dialect. Every pass that plans registers them all, because with a
// pass plugin alone nobody else does.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXTERNALMODELS_EXTERNALMODELS_H
#define SCOPE_EXTERNALMODELS_EXTERNALMODELS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace scope {

/// Elementwise operations of `arith` and `math` on tensors.
void registerScalarModels(mlir::DialectRegistry &registry);
/// Structured operations of `linalg`.
void registerLinalgModels(mlir::DialectRegistry &registry);
/// Views of `tensor`.
void registerTensorModels(mlir::DialectRegistry &registry);
/// Operations of `tosa` on tensors.
void registerTosaModels(mlir::DialectRegistry &registry);

/// All of the above.
void registerExternalModels(mlir::DialectRegistry &registry);

} // namespace scope

#endif // SCOPE_EXTERNALMODELS_EXTERNALMODELS_H
