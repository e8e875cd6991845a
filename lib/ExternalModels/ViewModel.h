//===- ViewModel.h - What models of views have in common --------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model of a view says which pieces it shows; the rest of the interface is
// the same for all.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXTERNALMODELS_VIEWMODEL_H
#define SCOPE_LIB_EXTERNALMODELS_VIEWMODEL_H

#include "scope/Interfaces/LayerOpInterface.h"

namespace scope {

/// The base of `Model`, which has `static LogicalResult addPieces(Op, ViewOp
/// &)`. Where that fails the operation is opaque.
template <typename Model, typename Op>
struct ViewModel : LayerOpInterface::ExternalModel<Model, Op> {
  OpDescription describe(mlir::Operation *op) const {
    OpDescription description;
    ViewOp view;
    if (succeeded(Model::addPieces(llvm::cast<Op>(op), view)))
      description.view = std::move(view);
    return description;
  }
  Arithmetic getArithmetic(mlir::Operation *, llvm::ArrayRef<bool>) const {
    return Arithmetic::None;
  }
};

} // namespace scope

#endif // SCOPE_LIB_EXTERNALMODELS_VIEWMODEL_H
