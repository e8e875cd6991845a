//===- scope-verify.cpp - Says whether a TOSA program is valid ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and verifies a program as scope-opt does, and ends with 0 if there is
// nothing to say. It knows the dialects that importers write TOSA programs in
// and says nothing itself: what it does not accept, scope-opt is to judge.
//
// It starts in a tenth of the time that scope-opt takes, because it is linked
// with the parts of MLIR that it needs and no shared library of LLVM.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context
      .loadDialect<arith::ArithDialect, func::FuncDialect, quant::QuantDialect,
                   tensor::TensorDialect, tosa::TosaDialect>();
  // A warning too is for scope-opt to print.
  bool silent = true;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &) {
    silent = false;
    return success();
  });
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(argv[1], ParserConfig(&context));
  return module && silent ? 0 : 1;
}
