//===- VirtualPackageTest.cpp - Programs by hand, executed ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two chiplets with small programs. Most of what executes programs is tested by
// whole networks; here is what no plan brings about: messages that the receiver
// takes late, and chiplets that wait for each other.
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/VirtualPackage.h"
#include "scope/Execution/Lowering.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace scope;
using namespace scope::programs;

using ProgramOp = scope::programs::Op;

namespace {

/// Tensors of four numbers on a package of one row and two columns: two inputs,
/// a constant, and results. Every layout is of a whole tensor on one chiplet.
class TwoChiplets : public ::testing::Test {
protected:
  enum : int32_t { kInput, kOther, kConstant, kMiddle, kResult };

  TwoChiplets() {
    DialectRegistry registry;
    registerAllDialects(registry);
    registerAllExtensions(registry);
    registerExecutionDialects(registry);
    context.appendDialectRegistry(registry);
    lowered.code = parseSourceString<ModuleOp>(R"mlir(
      func.func @add(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
        %e = tensor.empty() : tensor<4xf32>
        %r = linalg.add ins(%a, %b : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
        return %r : tensor<4xf32>
      }
      func.func @constants() -> tensor<4xf32> {
        %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
        return %c : tensor<4xf32>
      }
      func.func @outputs(%a: tensor<4xf32>) -> tensor<4xf32> {
        return %a : tensor<4xf32>
      })mlir",
                                               &context);
    PackageProgram &program = lowered.programs;
    program.name = "f";
    program.cols = 2;
    program.calls = kCalls;
    program.layers = {"layer"};
    program.kernels = {{"add"}};
    auto add = [&](StringRef name, programs::TensorKind kind, int32_t index,
                   bool inDram) {
      Tensor tensor;
      tensor.name = name.str();
      tensor.kind = kind;
      tensor.shape = {4};
      // Planned with bytes, as `assume-bits` does.
      tensor.elementBytes = 1;
      tensor.index = index;
      tensor.isInDram = inDram;
      program.tensors.push_back(tensor);
    };
    add("input", programs::TensorKind::Input, 0, true);
    add("other", programs::TensorKind::Input, 1, true);
    add("constant", programs::TensorKind::Constant, 0, true);
    add("middle", programs::TensorKind::Value, 0, false);
    add("result", programs::TensorKind::Value, 1, true);
    lowered.outputTensors = {kResult};
    program.segments.emplace_back();
    segment().beats = kCalls;
    segment().chiplets.resize(2);
    segment().chiplets[1].chiplet = 1;
  }

  SegmentProgram &segment() { return lowered.programs.segments.front(); }

  /// A buffer of `chiplet` behind the others.
  int32_t buffer(int32_t chiplet, int64_t slots = 1) {
    Buffer made;
    for (const Buffer &other : segment().chiplets[chiplet].buffers)
      made.offset = std::max(made.offset, other.offset + other.slots * 4);
    made.bytes = made.stride = 4;
    made.slots = slots;
    segment().chiplets[chiplet].buffers.push_back(made);
    return int32_t(segment().chiplets[chiplet].buffers.size()) - 1;
  }

  int32_t layout(int32_t tensor, int32_t chiplet) {
    Layout layout;
    layout.tensor = tensor;
    layout.parts = {{chiplet, {Range{0, 1}, Range{0, 4}}}};
    lowered.programs.layouts.push_back(layout);
    return int32_t(lowered.programs.layouts.size()) - 1;
  }

  Place place(int32_t tensor, int32_t chiplet, int32_t buffer) {
    return {buffer, -1, layout(tensor, chiplet), 0};
  }

  ProgramOp move(OpKind kind, int32_t tensor, int32_t chiplet, int32_t buffer,
                 int32_t tag = 0) {
    ProgramOp op;
    op.kind = kind;
    op.tensor = tensor;
    op.tag = tag;
    op.place = place(tensor, chiplet, buffer);
    op.from = layout(tensor, kind == OpKind::Recv ? 1 - chiplet : chiplet);
    op.to = layout(tensor, kind == OpKind::Send ? 1 - chiplet : chiplet);
    return op;
  }

  ProgramOp add(int32_t chiplet, ArrayRef<std::pair<int32_t, int32_t>> reads,
                std::pair<int32_t, int32_t> write) {
    ProgramOp op;
    op.kernel = 0;
    for (auto [tensor, buffer] : reads) {
      ComputeArg arg;
      arg.tensor = tensor;
      arg.place = place(tensor, chiplet, buffer);
      op.reads.push_back(arg);
    }
    ComputeArg arg;
    arg.tensor = write.first;
    arg.place = place(write.first, chiplet, write.second);
    op.writes.push_back(arg);
    return op;
  }

  std::vector<ProgramOp> &load(int32_t chiplet) {
    return segment().chiplets[chiplet].load;
  }
  std::vector<ProgramOp> &body(int32_t chiplet) {
    return segment().chiplets[chiplet].body;
  }

  /// Runs the programs; element `i` of call `c` of argument `a` is
  /// 100 a + 10 c + i. Returns the results of all calls, or an empty vector.
  std::vector<float> run() {
    FailureOr<PackageTypes> types = readTypes(lowered);
    EXPECT_TRUE(succeeded(types));
    FailureOr<PackageCode> code = compilePackage(lowered, 1);
    EXPECT_TRUE(succeeded(code));
    LocalHost host;
    auto package = VirtualPackage::create(lowered, *types, code->objects,
                                          code->constantData, host,
                                          UnknownLoc::get(&context));
    EXPECT_TRUE(succeeded(package));
    for (unsigned argument = 0; argument < 2; ++argument)
      for (int64_t call = 0; call < kCalls; ++call)
        if (auto *data =
                reinterpret_cast<float *>((*package)->getInput(argument, call)))
          for (int i = 0; i < 4; ++i)
            data[i] = float(100 * argument + 10 * call + i);
    if (failed((*package)->run()))
      return {};
    std::vector<float> results(4 * kCalls);
    for (int64_t call = 0; call < kCalls; ++call)
      (*package)->computeResults(call, {&results[4 * call]});
    return results;
  }

  static constexpr int64_t kCalls = 5;
  MLIRContext context;
  LoweredPlan lowered;
};

} // namespace

/// Chiplet 0 adds the constant, chiplet 1 doubles.
TEST_F(TwoChiplets, Pipeline) {
  int32_t in = buffer(0, 2), constant = buffer(0), made = buffer(0, 2);
  load(0) = {move(OpKind::Load, kConstant, 0, constant)};
  body(0) = {move(OpKind::Load, kInput, 0, in),
             add(0, {{kInput, in}, {kConstant, constant}}, {kMiddle, made}),
             move(OpKind::Send, kMiddle, 0, made)};
  int32_t arrived = buffer(1), doubled = buffer(1);
  body(1) = {
      move(OpKind::Recv, kMiddle, 1, arrived),
      add(1, {{kMiddle, arrived}, {kMiddle, arrived}}, {kResult, doubled}),
      move(OpKind::Store, kResult, 1, doubled)};
  std::vector<float> results = run();
  ASSERT_EQ(results.size(), size_t(4 * kCalls));
  for (int64_t call = 0; call < kCalls; ++call)
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(results[4 * call + i], float(2 * (10 * call + i + 1 + i)));
}

/// The second message is taken first, when the memory of the first has been
/// overwritten.
TEST_F(TwoChiplets, TakesMessagesLate) {
  int32_t in = buffer(0);
  body(0) = {move(OpKind::Load, kInput, 0, in),
             move(OpKind::Send, kInput, 0, in, /*tag=*/0),
             move(OpKind::Load, kOther, 0, in),
             move(OpKind::Send, kOther, 0, in, /*tag=*/1)};
  int32_t first = buffer(1), second = buffer(1), sum = buffer(1);
  body(1) = {move(OpKind::Recv, kOther, 1, second, /*tag=*/1),
             move(OpKind::Recv, kInput, 1, first, /*tag=*/0),
             add(1, {{kInput, first}, {kOther, second}}, {kResult, sum}),
             move(OpKind::Store, kResult, 1, sum)};
  std::vector<float> results = run();
  ASSERT_EQ(results.size(), size_t(4 * kCalls));
  for (int64_t call = 0; call < kCalls; ++call)
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(results[4 * call + i], float(100 + 2 * (10 * call + i)));
}

TEST_F(TwoChiplets, ReportsDeadlock) {
  for (int32_t chiplet : {0, 1}) {
    int32_t in = buffer(chiplet), other = buffer(chiplet);
    body(chiplet) = {
        move(OpKind::Recv, kInput, chiplet, in, /*tag=*/chiplet),
        move(OpKind::Load, kOther, chiplet, other),
        move(OpKind::Send, kInput, chiplet, in, /*tag=*/1 - chiplet),
        add(chiplet, {{kInput, in}, {kOther, other}}, {kResult, other}),
        move(OpKind::Store, kResult, chiplet, other)};
  }
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    text = diagnostic.str();
    for (Diagnostic &note : diagnostic.getNotes())
      text += "\n" + note.str();
    return success();
  });
  EXPECT_TRUE(run().empty());
  EXPECT_EQ(text,
            "the programs of segment 0 cannot go on: their chiplets wait for "
            "each other\n"
            "chiplet (0, 0) waits to receive input for layer layer in beat 0 "
            "(tag 0)\n"
            "chiplet (0, 1) waits to receive input for layer layer in beat 0 "
            "(tag 1)");
}
