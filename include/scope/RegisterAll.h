//===- RegisterAll.h - Everything a tool registers --------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one registration entry point: dialect, external models, passes,
// pipelines and translations of this project.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_REGISTERALL_H
#define SCOPE_REGISTERALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace scope {

/// Adds the dialect, and the interfaces that it attaches to operations of
/// other dialects, to `registry`.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Makes every pass and pipeline known to the pass-pipeline parser.
void registerAllPasses();

/// Makes every translation known to `scope-translate`.
void registerAllTranslations();

} // namespace scope

#endif // SCOPE_REGISTERALL_H
