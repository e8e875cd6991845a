//===- HostTensor.cpp - A tensor in memory --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/HostTensor.h"

#include "scope/Execution/RandomData.h"

#include <cstring>

using namespace scope;

std::unique_ptr<llvm::WritableMemoryBuffer>
scope::allocateZeros(int64_t bytes) {
  auto memory = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes, "tensor", llvm::Align(64));
  if (!memory)
    llvm::report_bad_alloc_error("no memory for a tensor");
  std::memset(memory->getBufferStart(), 0, bytes);
  return memory;
}

HostTensor::HostTensor(mlir::RankedTensorType type)
    : type(type),
      memory(allocateZeros(type.getNumElements() *
                           getElementBytes(type.getElementType()))) {}
