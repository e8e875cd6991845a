//===- PlanReader.h - Plans from annotated functions ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a plan out of a function, however it came there: from the search, or
// from a user's hand.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_PLANREADER_H
#define SCOPE_ANALYSIS_PLANREADER_H

#include "scope/Analysis/ProblemReader.h"
#include "scope/Search/BufferPlan.h"

namespace scope {

/// Major and minor version of the plan format that this code writes. Plans of
/// the same major version and no later minor one are read.
inline constexpr int64_t kPlanMajor = 1;
inline constexpr int64_t kPlanMinor = 1;

/// A cluster as it stands in the IR.
struct ClusterInIR {
  ClusterOp op;
  /// Its chiplets along the snake order; empty before placement.
  std::vector<search::Coordinate> region;
  /// Its buffers; nothing before allocation.
  std::optional<std::vector<search::Buffer>> buffers;
};

/// A plan as it stands in the IR.
struct PlanOfFunction {
  PlanAttr attr;
  std::unique_ptr<ProblemOfFunction> problem;
  search::Plan plan;
  /// The costs that the plan promises; figures that are not there are -1.
  search::PlanCost cost;
  llvm::SmallVector<SegmentOp> segments;
  /// By segment.
  std::vector<std::vector<ClusterInIR>> clusters;
};

/// Reads the plan of `function`. Emits an error and fails if there is none, if
/// it is of another format version, or if it is not complete. Whether it is
/// right is not checked here; `requireHashes` also checks that it belongs to
/// this program and package.
llvm::FailureOr<PlanOfFunction> readPlan(mlir::FunctionOpInterface function,
                                         bool requireHashes);

/// The hash of a network or a package as plans keep it: 16 hexadecimal digits.
std::string printHash(uint64_t hash);

/// The version of the plan format as plans keep it.
std::string planVersion();

} // namespace scope

#endif // SCOPE_ANALYSIS_PLANREADER_H
