//===- Pipelines.h - Named pipelines ----------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pipeline that does the main job, and its options: those of
// `scope-attach-package`.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PIPELINES_PIPELINES_H
#define SCOPE_PIPELINES_PIPELINES_H

#include "scope/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"

namespace scope {

/// Adds what `scope-merge-pipeline` consists of to `manager`, which works on
/// modules: strip, attach the package, form layers, search, place, allocate
/// buffers, verify.
void buildMergePipeline(mlir::OpPassManager &manager,
                        const AttachPackageOptions &options);

/// Makes `scope-merge-pipeline` known to the pass-pipeline parser.
void registerScopePipelines();

} // namespace scope

#endif // SCOPE_PIPELINES_PIPELINES_H
