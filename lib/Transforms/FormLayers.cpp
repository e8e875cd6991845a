//===- FormLayers.cpp - Group operations into layers ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Transforms/Passes.h"

namespace scope {
#define GEN_PASS_DEF_FORMLAYERS
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

namespace {
struct FormLayers : scope::impl::FormLayersBase<FormLayers> {
  void runOnOperation() override {}
};
} // namespace
