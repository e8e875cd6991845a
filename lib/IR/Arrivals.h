//===- Arrivals.h - Text of what a receive takes ----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The custom directive in the assembly of scope.recv.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_IR_ARRIVALS_H
#define SCOPE_LIB_IR_ARRIVALS_H

#include "mlir/IR/OpImplementation.h"

namespace scope {

mlir::ParseResult parseArrivals(
    mlir::OpAsmParser &parser,
    llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &places,
    mlir::ArrayAttr &arrivals);
void printArrivals(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                   mlir::OperandRange places, mlir::ArrayAttr arrivals);

} // namespace scope

#endif // SCOPE_LIB_IR_ARRIVALS_H
