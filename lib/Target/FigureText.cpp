//===- FigureText.cpp - Figures as people read them -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FigureText.h"

#include "llvm/Support/FormatVariadic.h"

using llvm::formatv;

std::string scope::number(int64_t value) { return formatv("{0:N}", value); }

std::string scope::number(std::optional<int64_t> value) {
  return value ? number(*value) : kUnknown.str();
}

std::string scope::decimal(std::optional<double> value) {
  if (!value)
    return kUnknown.str();
  std::string text = formatv("{0:F1}", *value);
  constexpr size_t group = 3;
  for (size_t at = text.find('.'); at > group;) {
    at -= group;
    text.insert(at, ",");
  }
  return text;
}
