//===- ReportFormat.h - Names of report formats -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The formats that a report can be asked for, alone in a header because pass
// options name them.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_REPORTFORMAT_H
#define SCOPE_TARGET_REPORTFORMAT_H

#include <cstdint>

namespace scope {

enum class ReportFormat : uint8_t {
  /// For people.
  Text,
  /// The versioned format that `scope-translate --scope-to-json` writes.
  Json,
  /// One line a layer.
  Csv,
};

} // namespace scope

#endif // SCOPE_TARGET_REPORTFORMAT_H
