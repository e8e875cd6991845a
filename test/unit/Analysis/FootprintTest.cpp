//===- FootprintTest.cpp - What tiles touch, point by point ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bytes that a tile touches follow from affine maps in closed form. Here
// all iterations of a tile are run one by one, the coordinates that they read
// are collected, and the two are compared, for every partition of a layer.
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/Constants.h"
#include "scope/Analysis/NetworkReader.h"
#include "scope/ExternalModels/ExternalModels.h"
#include "scope/IR/ScopeDialect.h"
#include "scope/Interfaces/LayerOpInterface.h"
#include "scope/Search/CostModel.h"
#include "scope/Search/Partitions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace scope;

namespace {

/// One layer that is one operation on the arguments of its function.
class Footprint : public ::testing::TestWithParam<const char *> {
protected:
  Footprint() {
    DialectRegistry registry;
    registry.insert<ScopeDialect, func::FuncDialect, linalg::LinalgDialect,
                    tensor::TensorDialect, tosa::TosaDialect>();
    registerExternalModels(registry);
    context.appendDialectRegistry(registry);
  }
  MLIRContext context;
};

} // namespace

/// The extents of the box around the coordinates in `map` of all iterations
/// inside `low` and `high`, clipped to the tensor; the product of them.
static int64_t boxVolume(AffineMap map, ArrayRef<int64_t> low,
                         ArrayRef<int64_t> high, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> least(shape.size(), 1000000),
      most(shape.size(), -1000000);
  SmallVector<int64_t> point(low);
  while (true) {
    SmallVector<int64_t, 4> at = map.compose(point);
    for (auto [dim, coordinate] : llvm::enumerate(at)) {
      least[dim] = std::min(least[dim], coordinate);
      most[dim] = std::max(most[dim], coordinate);
    }
    size_t loop = point.size();
    while (loop > 0 && ++point[loop - 1] == high[loop - 1]) {
      point[loop - 1] = low[loop - 1];
      --loop;
    }
    if (loop == 0)
      break;
  }
  int64_t volume = 1;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    volume *= std::max<int64_t>(0, std::min(most[dim] + 1, shape[dim]) -
                                       std::max<int64_t>(least[dim], 0));
  return volume;
}

TEST_P(Footprint, IsTheBoxOfAllIterations) {
  auto module = parseSourceString<ModuleOp>(
      std::string("func.func @f") + GetParam(), &context);
  ASSERT_TRUE(module);
  auto function = *module->getOps<func::FuncOp>().begin();
  FailureOr<NetworkOfFunction> read = readNetwork(function, /*assumeBits=*/8);
  ASSERT_TRUE(succeeded(read));
  ASSERT_EQ(read->network.numLayers(), 1);

  search::Package package;
  package.rows = package.cols = 4;
  package.kinds.emplace_back().sram = 1 << 20;
  package.port = package.link = search::Rational(16);
  package.dramPorts = {{{0, 0}, search::Rational(1)}};
  search::Config config;
  config.batch = 1;
  search::Problem problem{read->network, package, config};
  search::CostModel model(problem);
  const search::Layer &layer = read->network.layers.front();

  Operation *op = nullptr;
  for (Operation &inside :
       read->layers.front().getBody().front().without_terminator())
    if (describe(&inside).structured && inside.getNumOperands() > 1)
      op = &inside;
  ASSERT_TRUE(op);
  StructuredOp nest = *describe(op).structured;

  // The dimension of the layer that each loop of the operation became: both are
  // in the order of their roles.
  auto roleOf = [](LoopRole role) {
    return role == LoopRole::Row       ? search::DimRole::Row
           : role == LoopRole::Column  ? search::DimRole::Column
           : role == LoopRole::Channel ? search::DimRole::Channel
                                       : search::DimRole::Other;
  };
  SmallVector<int32_t> dimOf(nest.loops.size(), -1);
  for (int32_t dim = 1; dim < static_cast<int32_t>(layer.dims.size()); ++dim)
    for (auto [loop, info] : llvm::enumerate(nest.loops))
      if (dimOf[loop] < 0 && isParallel(info.role) && info.size > 1 &&
          info.size == layer.dims[dim].size &&
          roleOf(info.role) == layer.dims[dim].role &&
          !llvm::is_contained(dimOf, dim))
        dimOf[loop] = dim;

  int64_t compared = 0;
  for (const search::Partition &factors :
       search::enumeratePartitions(problem, 0, 1, 16)) {
    search::Tiling tiling = model.makeTiling(0, factors, 1);
    for (auto [index, access] : llvm::enumerate(
             ArrayRef<OperandAccess>(nest.operands).take_front(2))) {
      auto shape = cast<RankedTensorType>(access.value.getType()).getShape();
      int64_t largest = 0, total = 0;
      for (int32_t tile = 0; tile < tiling.used; ++tile) {
        SmallVector<int64_t> low(nest.loops.size(), 0), high;
        for (const Loop &loop : nest.loops)
          high.push_back(loop.size);
        int32_t rest = tile;
        for (int32_t dim = static_cast<int32_t>(factors.size()); dim-- > 0;) {
          int64_t digit = rest % factors[dim];
          rest /= factors[dim];
          for (size_t loop = 0; loop < dimOf.size(); ++loop)
            if (dimOf[loop] == dim) {
              low[loop] = digit * tiling.tile[dim];
              high[loop] =
                  std::min(low[loop] + tiling.tile[dim], nest.loops[loop].size);
            }
        }
        int64_t volume = boxVolume(access.map, low, high, shape);
        largest = std::max(largest, volume);
        total += volume;
      }
      EXPECT_EQ(tiling.operands[index].largest, largest);
      EXPECT_EQ(tiling.operands[index].total, total);
      ++compared;
    }
  }
  EXPECT_GT(compared, 10);
}

// The layers; all but the first operand is constant where it is weights.
static const char *const kLayers[] = {
    // Stride, dilation and padding on one side only.
    R"((%arg0: tensor<1x9x10x3xf32>, %arg1: tensor<4x3x2x3xf32>, %arg2: tensor<1xf32>) -> tensor<1x4x6x4xf32> {
      %0 = scope.layer "conv" {
        %1 = tosa.conv2d %arg0, %arg1, %arg2, %arg2, %arg2 {acc_type = f32, dilation = array<i64: 1, 2>, pad = array<i64: 0, 0, 2, 1>, stride = array<i64: 2, 2>} : (tensor<1x9x10x3xf32>, tensor<4x3x2x3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x6x4xf32>
        scope.yield %1 : tensor<1x4x6x4xf32>
      } : tensor<1x4x6x4xf32>
      return %0 : tensor<1x4x6x4xf32>
    })",
    // Depthwise.
    R"((%arg0: tensor<1x7x7x6xf32>, %arg1: tensor<3x3x6x1xf32>, %arg2: tensor<1xf32>) -> tensor<1x7x7x6xf32> {
      %0 = scope.layer "conv" {
        %1 = tosa.depthwise_conv2d %arg0, %arg1, %arg2, %arg2, %arg2 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x7x7x6xf32>, tensor<3x3x6x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x7x7x6xf32>
        scope.yield %1 : tensor<1x7x7x6xf32>
      } : tensor<1x7x7x6xf32>
      return %0 : tensor<1x7x7x6xf32>
    })",
    // A matmul of activations with batches.
    R"((%arg0: tensor<3x5x4xf32>, %arg1: tensor<3x4x6xf32>, %arg2: tensor<1xf32>) -> tensor<3x5x6xf32> {
      %0 = scope.layer "matmul" {
        %1 = tosa.matmul %arg0, %arg1, %arg2, %arg2 : (tensor<3x5x4xf32>, tensor<3x4x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x5x6xf32>
        scope.yield %1 : tensor<3x5x6xf32>
      } : tensor<3x5x6xf32>
      return %0 : tensor<3x5x6xf32>
    })",
    // Channels first, by linalg.
    R"((%arg0: tensor<1x3x8x8xf32>, %arg1: tensor<4x3x3x3xf32>, %arg2: tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> {
      %0 = scope.layer "conv" {
        %1 = linalg.conv_2d_nchw_fchw ins(%arg0, %arg1 : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) outs(%arg2 : tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32>
        scope.yield %1 : tensor<1x4x6x6xf32>
      } : tensor<1x4x6x6xf32>
      return %0 : tensor<1x4x6x6xf32>
    })",
    // Elements that are repeated along a dimension.
    R"((%arg0: tensor<4x6xf32>, %arg1: tensor<1x6xf32>) -> tensor<4x6xf32> {
      %0 = scope.layer "add" {
        %1 = tosa.add %arg0, %arg1 : (tensor<4x6xf32>, tensor<1x6xf32>) -> tensor<4x6xf32>
        scope.yield %1 : tensor<4x6xf32>
      } : tensor<4x6xf32>
      return %0 : tensor<4x6xf32>
    })",
};

INSTANTIATE_TEST_SUITE_P(Layers, Footprint, ::testing::ValuesIn(kLayers));
