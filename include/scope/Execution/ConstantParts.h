//===- ConstantParts.h - Constants apart from the code -------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps what is known before a function runs out of its code: data of constants
// becomes arguments, so that compilers never see megabytes of it, and what is
// computed from constants alone is computed once, by a function of its own.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_CONSTANTPARTS_H
#define SCOPE_EXECUTION_CONSTANTPARTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace scope {

/// Replaces the tensor constants of `function` that are not splats and have at
/// least `minBytes` bytes by further arguments; returns what to pass for each.
/// Fails, with an error at the constant, if it names a resource without data.
mlir::FailureOr<llvm::SmallVector<mlir::ElementsAttr>>
hoistConstantData(mlir::func::FuncOp function, int64_t minBytes);

/// The elements of `elements`, densely, as code reads them in memory. `storage`
/// keeps them where the attribute does not.
llvm::ArrayRef<char> getDenseData(mlir::ElementsAttr elements,
                                  llvm::SmallVectorImpl<char> &storage);

/// Moves what `function` computes from constants with data alone to a new
/// function without arguments behind it. Its results are further arguments of
/// `function`. Splats and what is made of them stay.
mlir::func::FuncOp splitConstants(mlir::func::FuncOp function,
                                  llvm::StringRef name);

} // namespace scope

#endif // SCOPE_EXECUTION_CONSTANTPARTS_H
