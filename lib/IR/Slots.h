//===- Slots.h - Slots that operations of programs use ----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_IR_SLOTS_H
#define SCOPE_LIB_IR_SLOTS_H

#include "mlir/IR/Operation.h"

#include <optional>

namespace scope {

/// Fails with an error at `op` if `place` has no slot `slot`.
llvm::LogicalResult verifySlot(mlir::Operation *op, mlir::Value place,
                               std::optional<int64_t> slot);

} // namespace scope

#endif // SCOPE_LIB_IR_SLOTS_H
