//===- BoundProgram.h - Programs with addresses --------------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before programs run, everything that does not change from beat to beat is
// worked out: addresses of places, lists of copies, code and operands of
// kernels.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_EXECUTION_BOUNDPROGRAM_H
#define SCOPE_LIB_EXECUTION_BOUNDPROGRAM_H

#include "StridedCopy.h"

#include "scope/Execution/MachineCode.h"
#include "scope/Execution/PackageCode.h"

namespace scope {

/// A place in the SRAM of one chiplet.
struct BoundPlace {
  /// Of the first slot; null for none.
  char *base = nullptr;
  /// From slot to slot.
  int64_t stride = 0;
  int64_t slots = 1;
  /// Negative: the number of the beat modulo the slots.
  int32_t slot = -1;
  /// Of what one slot holds.
  int64_t bytes = 0;
  Extent extent;

  char *at(int64_t beat) const {
    return base + stride * (slot >= 0 ? slot : beat % slots);
  }
};

/// One operand or result of one run of a kernel.
struct BoundArg {
  BoundPlace place;
  /// Bytes from the beginning of the place.
  int64_t offset = 0;
};

/// One operation of a program.
struct BoundOp {
  const programs::Op *op = nullptr;
  BoundPlace place;
  BoundPlace own;
  /// From `own` to `place`.
  CopyList ownCopies;
  /// Loads and stores: between the beat in DRAM and `place`; where the tensor
  /// begins in DRAM, and the bytes of a beat (0 for constants).
  CopyList dramCopies;
  char *dram = nullptr;
  int64_t beatBytes = 0;
  /// Compute: the code, and by call the operands and results.
  CodeEntry entry = nullptr;
  CallFrame frame;
  std::vector<llvm::SmallVector<BoundArg, 4>> calls;
};

/// What one chiplet does in one segment.
struct BoundProgram {
  int32_t chiplet = 0;
  std::vector<BoundOp> load;
  std::vector<BoundOp> body;
};

/// Memory, types and code that programs are bound to.
struct BindingContext {
  const programs::PackageProgram &program;
  const PackageTypes &types;
  /// `PackageTypes::stretch`.
  int64_t stretch = 1;
  /// By tensor; null for what is not in DRAM.
  llvm::ArrayRef<char *> dram;
  /// By kernel; null for those that are not run here.
  llvm::ArrayRef<CodeEntry> kernels;
};

/// Binds the program of one chiplet to its SRAM, which begins at `sram`.
BoundProgram bind(const BindingContext &context,
                  const programs::SegmentProgram &segment,
                  const programs::ChipletProgram &chiplet, char *sram);

/// Bytes of SRAM that `chiplet` needs with its offsets stretched.
int64_t sramBytes(const programs::ChipletProgram &chiplet, int64_t stretch);

} // namespace scope

#endif // SCOPE_LIB_EXECUTION_BOUNDPROGRAM_H
