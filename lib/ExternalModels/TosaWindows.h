//===- TosaWindows.h - Convolutions and pooling of TOSA ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operations of TOSA that move a window over an image.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXTERNALMODELS_TOSAWINDOWS_H
#define SCOPE_LIB_EXTERNALMODELS_TOSAWINDOWS_H

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace scope {

/// Attaches models to convolutions and pooling.
void attachTosaWindowModels(mlir::MLIRContext *context);

} // namespace scope

#endif // SCOPE_LIB_EXTERNALMODELS_TOSAWINDOWS_H
