//===- EqualSegments.h - Segments that are the same -------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks repeat their blocks, and plans repeat their segments. What is found
// out about one segment holds for all that are the same but for names: which
// tensors, layers, kernels and tags they speak of.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_EQUALSEGMENTS_H
#define SCOPE_PROGRAMS_EQUALSEGMENTS_H

#include "scope/Programs/Program.h"

namespace scope::programs {

/// By segment of `program`: the first segment that is the same. Two segments
/// are the same if a one-to-one renaming of tensors (of equal shape, kind and
/// element size) and layouts (of equal parts), and one of tags that keeps their
/// order, turns the operations, buffers and beats of one into those of the
/// other; roles of buffers, layers and kernels, and where tensors are stored,
/// do not count. All indices must be valid.
std::vector<int32_t> firstEqualSegments(const PackageProgram &program);

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_EQUALSEGMENTS_H
