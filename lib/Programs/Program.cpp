//===- Program.cpp - What the chiplets of a package do -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Program.h"

using namespace scope::programs;

llvm::SmallVector<int64_t, 5> Tensor::beatShape(int64_t calls) const {
  llvm::SmallVector<int64_t, 5> result = {isConstant() ? 1 : calls};
  result.append(shape.begin(), shape.end());
  return result;
}

int64_t PackageProgram::bytes(int32_t layout, int32_t part) const {
  return elements(layouts[layout].parts[part].box) *
         tensors[layouts[layout].tensor].elementBytes;
}
