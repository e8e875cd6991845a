//===- LayoutParts.h - Text of the parts of a layout ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The custom directive in the assembly of scope.layout.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_IR_LAYOUTPARTS_H
#define SCOPE_LIB_IR_LAYOUTPARTS_H

#include "mlir/IR/OpImplementation.h"

namespace scope {

mlir::ParseResult parseLayoutParts(mlir::OpAsmParser &parser,
                                   mlir::IntegerAttr &rank,
                                   mlir::DenseI64ArrayAttr &parts);
void printLayoutParts(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                      mlir::IntegerAttr rank, mlir::DenseI64ArrayAttr parts);

} // namespace scope

#endif // SCOPE_LIB_IR_LAYOUTPARTS_H
