//===- VirtualPackage.h - Executes chiplet programs ----------- -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package in software: DRAM, the SRAM of every chiplet, and the programs of
// all chiplets, which compute with real numbers. Programs are executed in
// program order and without threads, so a run is always the same.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_EXECUTION_VIRTUALPACKAGE_H
#define SCOPE_EXECUTION_VIRTUALPACKAGE_H

#include "scope/Execution/PackageCode.h"
#include "scope/Execution/PackageHost.h"

namespace scope {

/// A package with its programs, ready to run.
class VirtualPackage {
public:
  /// Links `objects`, makes the memories and computes the constants, from
  /// `constantData` (which only the first process needs). `programs`, `types`
  /// and `host` must outlive the result. Fails with an error at `loc`.
  static mlir::FailureOr<std::unique_ptr<VirtualPackage>>
  create(const LoweredPlan &lowered, const PackageTypes &types,
         const ObjectFiles &objects,
         llvm::ArrayRef<mlir::ElementsAttr> constantData, PackageHost &host,
         mlir::Location loc);
  ~VirtualPackage();

  /// The memory of argument `argument` of the planned function for one call;
  /// null if no layer reads it.
  char *getInput(unsigned argument, int64_t call);
  /// Runs all beats of all segments. Fails, with an error that names the
  /// operations, if the chiplets wait for each other.
  llvm::LogicalResult run();
  /// Writes the results of the planned function for `call` to `results`, dense.
  void computeResults(int64_t call, llvm::ArrayRef<void *> results);

private:
  struct Segment;

  VirtualPackage(const LoweredPlan &lowered, const PackageTypes &types,
                 PackageHost &host, MachineCode code, mlir::Location loc);
  llvm::LogicalResult prepare(llvm::ArrayRef<mlir::ElementsAttr> constantData);
  void layOutDram();
  llvm::LogicalResult runSegment(size_t number);

  const programs::PackageProgram &program;
  llvm::ArrayRef<int32_t> outputTensors;
  const PackageTypes &types;
  PackageHost &host;
  MachineCode code;
  mlir::Location loc;

  /// Calls that DRAM holds: those of whole beats.
  int64_t calls = 0;
  std::vector<char *> dram;
  llvm::DenseMap<int32_t, std::unique_ptr<llvm::WritableMemoryBuffer>> srams;
  std::vector<CodeEntry> kernels;
  CodeEntry outputs = nullptr;
  std::vector<std::unique_ptr<Segment>> segments;
};

} // namespace scope

#endif // SCOPE_EXECUTION_VIRTUALPACKAGE_H
