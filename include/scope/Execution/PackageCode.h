//===- PackageCode.h - The compiled kernels of a package ------ -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the chiplets of a package run: the machine code of all their kernels,
// and how wide the elements of every tensor really are, whatever width they
// were planned with.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_PACKAGECODE_H
#define SCOPE_EXECUTION_PACKAGECODE_H

#include "scope/Execution/MachineCode.h"
#include "scope/Lowering/LowerPlan.h"

namespace scope {

/// The types of what programs move and compute.
struct PackageTypes {
  /// Element type by tensor of the programs; null for those that no kernel
  /// reads or writes.
  std::vector<mlir::Type> elements;
  /// By kernel of the programs.
  std::vector<mlir::FunctionType> kernels;
  /// Of the function of the constants, and of the one that makes the results.
  mlir::FunctionType constants;
  mlir::FunctionType outputs;

  /// Bytes of an element of `tensor`; 0 if nothing uses it.
  int64_t elementBytes(int32_t tensor) const;
  /// The smallest number by which all planned sizes and offsets have to be
  /// multiplied so that the real elements fit, and lie at multiples of their
  /// size.
  int64_t stretch(const programs::PackageProgram &program) const;
};

/// Reads the types of `lowered` from its functions, which must not have been
/// lowered further. Fails, with an error, where a kernel does not fit its uses.
mlir::FailureOr<PackageTypes> readTypes(const LoweredPlan &lowered);

/// All functions of a package, compiled, and the constants' data.
struct PackageCode {
  ObjectFiles objects;
  /// What the function of the constants takes.
  llvm::SmallVector<mlir::ElementsAttr> constantData;
};

/// Lowers and compiles the functions of `lowered`, whose module is consumed.
/// Fails with an error where that is not possible, for example because
/// constants have no data.
mlir::FailureOr<PackageCode> compilePackage(LoweredPlan &lowered,
                                            unsigned optLevel);

} // namespace scope

#endif // SCOPE_EXECUTION_PACKAGECODE_H
