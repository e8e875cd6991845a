//===- FigureText.h - Figures as people read them ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The figures of the text reports: with a comma after every three digits, and
// a dash where a figure is not known.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TARGET_FIGURETEXT_H
#define SCOPE_LIB_TARGET_FIGURETEXT_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace scope {

/// What stands for a figure that is not known.
inline constexpr llvm::StringLiteral kUnknown = "-";

/// "19,132".
std::string number(int64_t value);
std::string number(std::optional<int64_t> value);
/// "19,132.0", of a value that is not negative.
std::string decimal(std::optional<double> value);

} // namespace scope

#endif // SCOPE_LIB_TARGET_FIGURETEXT_H
