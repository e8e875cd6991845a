//===- TableRows.h - Integers that number the rows of tables ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A gather reads whatever its integers say. Those beyond the table would be
// read from other memory, so nobody may bring such integers in.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_TABLEROWS_H
#define SCOPE_LIB_EXECUTION_TABLEROWS_H

#include "scope/Execution/HostTensor.h"

namespace scope {

/// Rows of the table that `use` numbers; 0 if it numbers none.
int64_t tableRows(mlir::OpOperand &use);

/// Rows of the smallest table that `value` numbers, seen through views and
/// changes of type; 0 if it numbers none.
int64_t leastTableRows(mlir::Value value);

/// Fails with an error at `loc` if an integer of `input`, which is argument
/// `index`, is none of 0 to `rows` - 1.
llvm::LogicalResult checkTableRows(const HostTensor &input, size_t index,
                                   int64_t rows, mlir::Location loc);

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_TABLEROWS_H
