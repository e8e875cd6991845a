//===- RegisterAll.cpp - Everything a tool registers ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/RegisterAll.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/IR/ScopeDialect.h"
#include "scope/Pipelines/Pipelines.h"
#include "scope/Target/Translations.h"
#include "scope/Transforms/Passes.h"

#include "mlir/InitAllDialects.h"

void scope::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<ScopeDialect>();
  registerExternalModels(registry);
}

void scope::registerAllPasses() {
  registerScopePasses();
  registerScopePipelines();
}

void scope::registerAllTranslations() {
  // Plans hold operations of any dialect.
  auto dialects = [](mlir::DialectRegistry &registry) {
    mlir::registerAllDialects(registry);
    scope::registerAllDialects(registry);
  };
  registerToJson(dialects);
  registerToDot(dialects);
  registerToTrace(dialects);
  registerToSimulation(dialects);
  registerPresetsToJson();
}
