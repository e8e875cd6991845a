//===- WrittenProgramsTest.cpp - Programs through the IR ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs that are written into the IR and read back are the same operation by
// operation, although one operation of the IR may receive several tensors.
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/ProgramReader.h"
#include "scope/Lowering/ProgramWriter.h"
#include "scope/RegisterAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace scope;
using namespace scope::programs;

static void expectSame(const Place &a, const Place &b) {
  EXPECT_EQ(a.buffer, b.buffer);
  if (a.buffer < 0)
    return;
  EXPECT_EQ(a.slot, b.slot);
  EXPECT_EQ(a.layout, b.layout);
  EXPECT_EQ(a.part, b.part);
}

static void expectSame(const std::vector<ComputeArg> &a,
                       const std::vector<ComputeArg> &b) {
  ASSERT_EQ(a.size(), b.size());
  for (auto [left, right] : llvm::zip_equal(a, b)) {
    expectSame(left.place, right.place);
    EXPECT_EQ(left.tensor, right.tensor);
    EXPECT_EQ(left.boxLayout, right.boxLayout);
    EXPECT_EQ(left.boxPart, right.boxPart);
    EXPECT_EQ(left.streams, right.streams);
  }
}

static void expectSame(const PackageProgram &written,
                       const PackageProgram &read,
                       const std::vector<programs::Op> &a,
                       const std::vector<programs::Op> &b) {
  ASSERT_EQ(a.size(), b.size());
  for (auto [left, right] : llvm::zip_equal(a, b)) {
    ASSERT_EQ(left.kind, right.kind);
    EXPECT_EQ(left.layer, right.layer);
    if (left.kind == OpKind::Compute) {
      EXPECT_EQ(written.kernels[left.kernel].name,
                read.kernels[right.kernel].name);
      expectSame(left.reads, right.reads);
      expectSame(left.writes, right.writes);
      EXPECT_EQ(left.cycles, right.cycles);
      EXPECT_EQ(left.macs, right.macs);
      continue;
    }
    EXPECT_EQ(left.tag, right.tag);
    EXPECT_EQ(left.tensor, right.tensor);
    EXPECT_EQ(left.from, right.from);
    EXPECT_EQ(left.to, right.to);
    EXPECT_EQ(left.streams, right.streams);
    expectSame(left.place, right.place);
    expectSame(left.own, right.own);
  }
}

/// Lowers the plan of `file` under `options`, and compares. Gives the number of
/// receives that stand for several.
static int64_t throughIR(StringRef file, StringRef options) {
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registerAllExtensions(registry);
  scope::registerAllDialects(registry);
  scope::registerAllPasses();
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(
      (Twine(SCOPE_TEST_FOLDER "/") + file).str(), &context);
  FailureOr<OpPassManager> passes = parsePassPipeline(
      ("builtin.module(scope-merge-pipeline{" + options + "})").str());
  PassManager manager(&context);
  static_cast<OpPassManager &>(manager) = *passes;
  EXPECT_TRUE(succeeded(manager.run(*module)));
  auto function = *module->getOps<func::FuncOp>().begin();
  FailureOr<LoweredPlan> lowered = lowerPlan(function);
  EXPECT_TRUE(succeeded(lowered));
  ProgramsOp op = writePrograms(*module, function, *lowered);
  FailureOr<ProgramsInIR> read = readPrograms(op);
  EXPECT_TRUE(succeeded(read));
  const PackageProgram &written = lowered->programs;
  EXPECT_EQ(written.segments.size(), read->programs.segments.size());
  for (auto [a, b] : llvm::zip(written.segments, read->programs.segments)) {
    EXPECT_EQ(a.chiplets.size(), b.chiplets.size());
    for (auto [left, right] : llvm::zip(a.chiplets, b.chiplets)) {
      EXPECT_EQ(left.chiplet, right.chiplet);
      expectSame(written, read->programs, left.load, right.load);
      expectSame(written, read->programs, left.body, right.body);
    }
  }
  int64_t several = 0;
  op.walk([&](RecvOp recv) { several += recv.getArrivals().size() > 1; });
  return several;
}

TEST(WrittenPrograms, ReadBack) {
  EXPECT_GT(throughIR("Execution/Inputs/wide.mlir",
                      "package=simba-2x2 batch=4 strategy=sequential "
                      "weights=distributed"),
            0);
  throughIR("Execution/Inputs/residual.mlir",
            "package=simba-4x4 batch=16 strategy=full-pipeline max-beat=1");
  throughIR("Execution/Inputs/residual.mlir",
            "package=tiny-2x2 batch=16 strategy=merged");
}
