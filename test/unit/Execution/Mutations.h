//===- Mutations.h - Ways to break chiplet programs -------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every kind of mistake that a lowering could make, as edits of sound programs.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TEST_UNIT_EXECUTION_MUTATIONS_H
#define SCOPE_TEST_UNIT_EXECUTION_MUTATIONS_H

#include "scope/Programs/Program.h"

#include <functional>

namespace scope::programs {

using Edits = std::vector<std::function<void()>>;

/// One kind of mistake.
struct Mutation {
  llvm::StringRef name;
  /// All ways to make it in the program, each an edit of it; at most one of
  /// them may be made.
  std::function<Edits(PackageProgram &)> find;
};

/// `kernelType`: by kernel of the programs, a number of its type.
std::vector<Mutation> allMutations(llvm::ArrayRef<int> kernelType);

} // namespace scope::programs

#endif // SCOPE_TEST_UNIT_EXECUTION_MUTATIONS_H
