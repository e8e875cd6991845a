//===- Translations.h - Plans in other formats ------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers the translations of `scope-translate`.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_TRANSLATIONS_H
#define SCOPE_TARGET_TRANSLATIONS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace scope {

/// Registers `--scope-to-json`: the plans of a module in the versioned JSON
/// format. `registerDialects` adds every dialect that the module may hold, with
/// the interfaces that planning needs.
void registerToJson(void (*registerDialects)(mlir::DialectRegistry &));

/// Registers `--scope-to-dot`: the plans of a module as graphs for graphviz.
void registerToDot(void (*registerDialects)(mlir::DialectRegistry &));

/// Registers `--scope-to-trace`: a simulated run of the programs of a module,
/// or of those that its plan is lowered to, for Perfetto.
void registerToTrace(void (*registerDialects)(mlir::DialectRegistry &));

/// Registers `--scope-to-simulation`: when layers work in a simulated run, in a
/// versioned JSON format.
void registerToSimulation(void (*registerDialects)(mlir::DialectRegistry &));

/// Registers `--scope-presets-to-json`: the packages known by name, with every
/// field and its source. The module that it is given does not matter.
void registerPresetsToJson();

} // namespace scope

#endif // SCOPE_TARGET_TRANSLATIONS_H
