//===- JsonPackage.h - Packages and configurations as JSON ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of the JSON format that do not belong to a function, and how it
// writes coordinates and quantities.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TARGET_JSONPACKAGE_H
#define SCOPE_LIB_TARGET_JSONPACKAGE_H

#include "scope/IR/ScopeAttrs.h"
#include "scope/Search/Package.h"

#include "llvm/Support/JSON.h"

namespace scope {

/// The value of attribute `package`.
void writeJsonPackage(llvm::json::OStream &json,
                      const search::Package &package);

/// The value of attribute `config`.
void writeJsonConfig(llvm::json::OStream &json, ConfigAttr config);

/// All presets as one JSON document, in their order.
void writeJsonPresets(llvm::raw_ostream &os);

/// An array of coordinates, [row, column] each.
void writeJsonCoordinates(llvm::json::OStream &json,
                          llvm::ArrayRef<search::Coordinate> coordinates);

/// Attribute `name`, or null if `value` is nothing.
template <typename T>
void writeJsonOptional(llvm::json::OStream &json, llvm::StringRef name,
                       const std::optional<T> &value) {
  json.attribute(name, value ? llvm::json::Value(*value)
                             : llvm::json::Value(nullptr));
}

} // namespace scope

#endif // SCOPE_LIB_TARGET_JSONPACKAGE_H
