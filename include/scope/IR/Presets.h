//===- Presets.h - Packages known by name -----------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The built-in packages: every field with its value as it is written in a
// `scope.package`, and where the value comes from. The page docs/presets.md is
// compared with this table by a test.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_PRESETS_H
#define SCOPE_IR_PRESETS_H

#include "scope/IR/ScopeOps.h"

#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <string>
#include <vector>

namespace scope {

/// One field of a preset.
struct PresetField {
  std::string name;
  /// As it is written behind `name =` in a `scope.package`.
  std::string value;
  /// Whether a source says so; otherwise this project chose it.
  bool isPublished = false;
  /// The source, or the reason of the choice.
  std::string source;
};

/// One package known by name.
struct Preset {
  /// For example "simba-6x6".
  std::string name;
  /// What it is modelled after, one sentence.
  std::string summary;
  std::vector<PresetField> fields;

  /// The name of its `scope.package`: with underscores.
  std::string getSymbol() const;
};

/// The preset of a user who names none.
inline constexpr llvm::StringLiteral kDefaultPreset = "simba-6x6";

/// Returns the preset called `name`, or nothing. `simba-RxC` exists for any R
/// and C from 1 to 32.
std::optional<Preset> lookupPreset(llvm::StringRef name);

/// Returns the names that lookupPreset knows, `simba-RxC` for all of that
/// form.
llvm::ArrayRef<llvm::StringLiteral> getPresetNames();

/// Returns the operation that `preset` stands for.
mlir::OwningOpRef<PackageOp> buildPreset(const Preset &preset,
                                         mlir::MLIRContext *context);

} // namespace scope

#endif // SCOPE_IR_PRESETS_H
