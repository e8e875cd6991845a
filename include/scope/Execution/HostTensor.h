//===- HostTensor.h - A tensor in memory ---------------------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements of an MLIR type, densely and the last dimension innermost.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_HOSTTENSOR_H
#define SCOPE_EXECUTION_HOSTTENSOR_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MemoryBuffer.h"

namespace scope {

/// A tensor and its memory, which begins on a cache line.
struct HostTensor {
  /// All zeros, of static shape and elements of at most 64 bits.
  explicit HostTensor(mlir::RankedTensorType type);

  int64_t bytes() const {
    return static_cast<int64_t>(memory->getBufferSize());
  }
  char *data() { return memory->getBufferStart(); }
  const char *data() const { return memory->getBufferStart(); }

  mlir::RankedTensorType type;
  std::unique_ptr<llvm::WritableMemoryBuffer> memory;
};

/// Memory of `bytes` zeros that begins on a cache line.
std::unique_ptr<llvm::WritableMemoryBuffer> allocateZeros(int64_t bytes);

} // namespace scope

#endif // SCOPE_EXECUTION_HOSTTENSOR_H
