//===- PackageHost.cpp - Where a package is executed ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/PackageHost.h"

#include "Transport.h"

#include "scope/Execution/HostTensor.h"

using namespace scope;

PackageHost::~PackageHost() = default;

char *LocalHost::allocateDram(int64_t bytes) {
  dram = allocateZeros(bytes);
  return dram->getBufferStart();
}

std::unique_ptr<Transport>
LocalHost::makeTransport(const BindingContext &context,
                         const programs::SegmentProgram &segment,
                         llvm::DenseMap<int32_t, Exchange> exchanges) {
  return std::make_unique<LocalTransport>(context, segment,
                                          std::move(exchanges));
}
