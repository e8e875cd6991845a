//===- scope-translate.cpp - Turns plans into other formats ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/RegisterAll.h"

#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  scope::registerAllTranslations();
  return failed(
      mlir::mlirTranslateMain(argc, argv, "Turns plans into other formats"));
}
