//===- Reference.h - The original function, compiled ---------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What executed programs are compared with: the function as the network's
// author wrote it, compiled as a whole by upstream's passes.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_REFERENCE_H
#define SCOPE_EXECUTION_REFERENCE_H

#include "scope/Execution/HostTensor.h"
#include "scope/Execution/MachineCode.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace scope {

/// The results of `@function`, a function of constants alone that `code` holds;
/// `data` is what `hoistConstantData` took out of it. `types` are those of the
/// results.
mlir::FailureOr<std::vector<HostTensor>>
computeConstants(const MachineCode &code, llvm::StringRef function,
                 llvm::ArrayRef<mlir::ElementsAttr> data, mlir::TypeRange types,
                 mlir::Location loc);

/// A compiled function.
class Reference {
public:
  /// Compiles `function`, TOSA or linalg on tensors without regions of a plan,
  /// which stays as it is, and computes what depends on constants alone. Fails
  /// with an error where that is not possible.
  static mlir::FailureOr<Reference> compile(mlir::func::FuncOp function,
                                            unsigned optLevel);

  /// Runs the function once: `inputs` and `outputs` are dense and in the order
  /// of its arguments and results.
  void run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs);

private:
  Reference(MachineCode code, CodeEntry entry)
      : code(std::move(code)), entry(entry) {}

  MachineCode code;
  CodeEntry entry;
  CallFrame frame;
  /// Further arguments, after the function's own.
  std::vector<HostTensor> constants;
};

} // namespace scope

#endif // SCOPE_EXECUTION_REFERENCE_H
