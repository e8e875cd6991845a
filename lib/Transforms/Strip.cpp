//===- Strip.cpp - Give the original program back -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Transforms/Passes.h"

namespace scope {
#define GEN_PASS_DEF_STRIP
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

namespace {
struct Strip : scope::impl::StripBase<Strip> {
  void runOnOperation() override {}
};
} // namespace
