//===- ReportWriters.h - Reports as text, CSV and JSON ----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The formats of a report. All of them say the same, so their figures agree;
// none depends on anything but the IR, so they are the same on every run. The
// pages docs/report.md and docs/json.md explain every figure.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_REPORTWRITERS_H
#define SCOPE_TARGET_REPORTWRITERS_H

#include "scope/Target/FunctionReport.h"

#include "llvm/Support/raw_ostream.h"

namespace scope {

/// Major and minor version of the JSON format. A reader takes its own major
/// version and minor versions up to its own; the schema of every version lies
/// in docs/schema.
inline constexpr int64_t kJsonMajor = 1;
inline constexpr int64_t kJsonMinor = 4;

/// For people, 120 columns wide.
void writeTextReport(llvm::raw_ostream &os,
                     llvm::ArrayRef<FunctionReport> reports);

/// One line a layer, below a line with the names of the columns (RFC 4180, but
/// lines end in LF).
void writeCsvReport(llvm::raw_ostream &os,
                    llvm::ArrayRef<FunctionReport> reports);

/// The versioned JSON of the plans of `module`; functions without a plan are
/// left out. There must be one with a plan.
void writeJsonReport(llvm::raw_ostream &os, mlir::ModuleOp module,
                     llvm::ArrayRef<FunctionReport> reports);

/// A graph for graphviz for each function, all of which have a plan: segments
/// and their clusters with layers, and the bytes of a call on the edges.
void writeDotPlans(llvm::raw_ostream &os,
                   llvm::ArrayRef<FunctionReport> reports);

} // namespace scope

#endif // SCOPE_TARGET_REPORTWRITERS_H
