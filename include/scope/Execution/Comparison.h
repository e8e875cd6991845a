//===- Comparison.h - Whether results are the same ------------ -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compares tensors bit for bit and says where they differ first.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_COMPARISON_H
#define SCOPE_EXECUTION_COMPARISON_H

#include "scope/Execution/HostTensor.h"

namespace scope {

/// An empty string if `found` and `expected`, of the same type, have the same
/// bits; otherwise where they differ first, both elements there, and how many
/// differ.
std::string describeDifference(const HostTensor &found,
                               const HostTensor &expected);

} // namespace scope

#endif // SCOPE_EXECUTION_COMPARISON_H
