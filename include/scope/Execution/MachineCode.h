//===- MachineCode.h - Compiled functions on buffers ---------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles the LLVM dialect to machine code of this host and runs it, with
// LLVM's ORC. Code is object files in memory in between, so that processes on
// one host can share what one of them compiled. Floating-point operations are
// neither reordered nor contracted.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_MACHINECODE_H
#define SCOPE_EXECUTION_MACHINECODE_H

#include "mlir/IR/BuiltinOps.h"

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace scope {

/// The contents of object files that refer to each other.
using ObjectFiles = std::vector<std::string>;

/// Compiles `module`, which `lowerToLLVM` has lowered, to object files for this
/// host. Loop nests are optimized with `optLevel`, 0 to 3 as for compilers;
/// what calls them is straight-line code, of which there is a lot, and is not.
/// Fails with an error at `module`.
mlir::FailureOr<ObjectFiles> compileToObjects(mlir::ModuleOp module,
                                              unsigned optLevel);

/// A function after `lowerToLLVM`: takes pointers to memref descriptors.
using CodeEntry = void (*)(void **descriptors);

/// Object files, linked into this process.
class MachineCode {
public:
  /// Links `objects`. Fails with an error at `loc`.
  static mlir::FailureOr<MachineCode> load(const ObjectFiles &objects,
                                           mlir::Location loc);

  MachineCode(MachineCode &&);
  MachineCode &operator=(MachineCode &&);
  ~MachineCode();

  /// The code of what was the function `name` before `lowerToLLVM`. Fails, with
  /// an error at `loc`, if there is none. Valid as long as this object.
  mlir::FailureOr<CodeEntry> lookup(llvm::StringRef name,
                                    mlir::Location loc) const;

private:
  explicit MachineCode(std::unique_ptr<llvm::orc::LLJIT> jit);

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

/// The arguments of a call: a descriptor for every buffer.
class CallFrame {
public:
  /// Adds a buffer of `sizes`, whose dimensions step by `strides` elements.
  void add(llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> strides);
  /// Adds a dense buffer of `sizes`.
  void add(llvm::ArrayRef<int64_t> sizes);
  size_t size() const { return starts.size(); }

  /// Says where buffer `index` begins.
  void setData(size_t index, void *data);
  /// Calls `entry` with all buffers.
  void call(CodeEntry entry);

private:
  /// The descriptors one after the other: two pointers, an offset, sizes and
  /// strides each.
  llvm::SmallVector<int64_t, 0> words;
  llvm::SmallVector<size_t, 4> starts;
  llvm::SmallVector<void *, 4> pointers;
};

} // namespace scope

#endif // SCOPE_EXECUTION_MACHINECODE_H
