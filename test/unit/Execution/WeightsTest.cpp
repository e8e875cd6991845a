//===- WeightsTest.cpp - Data for constants that came without -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/Weights.h"
#include "scope/Execution/RandomData.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace scope;

namespace {
class Weights : public ::testing::Test {
protected:
  Weights() {
    context.loadDialect<func::FuncDialect, tosa::TosaDialect>();
    read(kNetwork);
  }

  /// Makes `text` the module, with the constants that it has.
  void read(const char *text) {
    module = parseSourceString<ModuleOp>(text, &context);
    constants.clear();
    for (auto op : module->getOps<func::FuncOp>())
      op.walk([&](tosa::ConstOp constant) { constants.push_back(constant); });
  }

  static constexpr const char *kNetwork = R"mlir(
      func.func @f(%x: tensor<1x4x4x8xf32>) -> tensor<1x4x4x16xf32> {
        %w = "tosa.const"() <{values = dense_resource<__elided__> : tensor<16x3x3x8xf32>}> : () -> tensor<16x3x3x8xf32>
        %b = "tosa.const"() <{values = dense_resource<__elided__> : tensor<16xf32>}> : () -> tensor<16xf32>
        %var = "tosa.const"() <{values = dense_resource<variance> : tensor<1x1x1x16xf32>}> : () -> tensor<1x1x1x16xf32>
        %other = "tosa.const"() <{values = dense_resource<variance> : tensor<1x1x1x16xf32>}> : () -> tensor<1x1x1x16xf32>
        %eps = "tosa.const"() <{values = dense<0.1> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
        %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
        %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x4x4x8xf32>, tensor<16x3x3x8xf32>, tensor<16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x16xf32>
        %v = tosa.add %var, %eps : (tensor<1x1x1x16xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x16xf32>
        %r = tosa.rsqrt %v : (tensor<1x1x1x16xf32>) -> tensor<1x1x1x16xf32>
        %s = tosa.sub %c, %r : (tensor<1x4x4x16xf32>, tensor<1x1x1x16xf32>) -> tensor<1x4x4x16xf32>
        %t = tosa.sub %s, %other : (tensor<1x4x4x16xf32>, tensor<1x1x1x16xf32>) -> tensor<1x4x4x16xf32>
        return %t : tensor<1x4x4x16xf32>
      })mlir";

  ArrayRef<float> dataOf(size_t constant) {
    auto elements =
        cast<DenseResourceElementsAttr>(constants[constant].getValues());
    ArrayRef<char> data = elements.getData();
    return {reinterpret_cast<const float *>(data.data()),
            data.size() / sizeof(float)};
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::vector<tosa::ConstOp> constants;
};
} // namespace

TEST_F(Weights, FollowUse) {
  EXPECT_EQ(findMissingConstants(*module).size(), 4u);
  ASSERT_TRUE(succeeded(fillMissingConstants(*module, 1)));
  EXPECT_TRUE(findMissingConstants(*module).empty());
  // Products in a sum: 3 * 3 * 8.
  float limit = std::sqrt(6.0f / 72), least = 0, most = 0;
  for (float weight : dataOf(0)) {
    EXPECT_LE(std::abs(weight), limit);
    least = std::min(least, weight);
    most = std::max(most, weight);
  }
  EXPECT_LT(least, -0.9f * limit);
  EXPECT_GT(most, 0.9f * limit);
  for (float bias : dataOf(1))
    EXPECT_LE(std::abs(bias), 0.1f);
  // A variance, and another constant with the same name.
  for (float variance : dataOf(2))
    EXPECT_TRUE(variance >= 0.5f && variance < 1.5f) << variance;
  EXPECT_EQ(dataOf(2), dataOf(3));
}

/// The same on every machine.
TEST_F(Weights, AreGivenBySeed) {
  ASSERT_TRUE(succeeded(fillMissingConstants(*module, 1)));
  std::vector<float> first(dataOf(0));
  float second = dataOf(1)[0];
  EXPECT_NE(first[0], second);
  std::vector<char> bytes(8);
  fillRandom(bytes, Float32Type::get(&context), {-1, 1}, 1, 2);
  uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  EXPECT_EQ(bits, 13754312456431017184u);
}

/// The second module that a context reads has its resources under other names.
TEST_F(Weights, DoNotDependOnOtherModules) {
  const char *text = R"mlir(
    func.func @f() {
      %a = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xf32>}> : () -> tensor<8xf32>
      %b = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xf32>}> : () -> tensor<8xf32>
      %c = "tosa.const"() <{values = dense_resource<w> : tensor<8xf32>}> : () -> tensor<8xf32>
      %d = "tosa.const"() <{values = dense_resource<w_1> : tensor<8xf32>}> : () -> tensor<8xf32>
      %e = "tosa.const"() <{values = dense_resource<v> : tensor<8xf32>}> : () -> tensor<8xf32>
      %f = "tosa.const"() <{values = dense_resource<w> : tensor<8xf32>}> : () -> tensor<8xf32>
      return
    })mlir";
  std::vector<std::vector<float>> first;
  for (int time = 0; time < 3; ++time) {
    read(text);
    ASSERT_TRUE(succeeded(fillMissingConstants(*module, 1)));
    ASSERT_EQ(constants.size(), 6u);
    for (size_t at = 0; at < constants.size(); ++at) {
      if (time == 0)
        first.emplace_back(dataOf(at));
      EXPECT_EQ(std::vector<float>(dataOf(at)), first[at])
          << "constant " << at << ", reading " << time;
    }
    // All are different but the two that are one.
    for (size_t at = 0; at < 5; ++at)
      for (size_t other = 0; other < at; ++other)
        EXPECT_NE(dataOf(at), dataOf(other)) << other << " and " << at;
    EXPECT_EQ(dataOf(2), dataOf(5));
  }
}
