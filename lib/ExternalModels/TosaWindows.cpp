//===- TosaWindows.cpp - Convolutions and pooling of TOSA -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TosaWindows.h"

#include "scope/Interfaces/LayerOpInterface.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace scope;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

namespace {

/// A loop nest while it is being written down.
struct Nest {
  explicit Nest(MLIRContext *context) : context(context) {}

  AffineExpr loop(int64_t size, LoopRole role) {
    op.loops.push_back({size, role});
    return getAffineDimExpr(op.loops.size() - 1, context);
  }
  /// Maps may be added once all loops are there.
  void read(Value value, ArrayRef<AffineExpr> coordinates,
            bool isInit = false) {
    op.operands.push_back({value, map(coordinates), isInit});
  }
  void write(ArrayRef<AffineExpr> coordinates) {
    op.results.push_back(map(coordinates));
  }
  AffineMap map(ArrayRef<AffineExpr> coordinates) const {
    return AffineMap::get(op.loops.size(), 0, coordinates, context);
  }
  /// A bias of one element for each channel, or one for all.
  void readBias(Value bias, AffineExpr channel) {
    read(bias,
         {shapeOf(bias)[0] == 1 ? getAffineConstantExpr(0, context) : channel},
         /*isInit=*/true);
  }
  OpDescription finish() {
    OpDescription description;
    description.structured = std::move(op);
    return description;
  }

  MLIRContext *context;
  StructuredOp op;
};

template <typename Model, typename Op>
struct WindowModel : LayerOpInterface::ExternalModel<Model, Op> {
  OpDescription describe(Operation *op) const {
    Nest nest(op->getContext());
    Model::fill(cast<Op>(op), nest);
    return nest.finish();
  }
  Arithmetic getArithmetic(Operation *, ArrayRef<bool>) const {
    return Arithmetic::Other;
  }
};

struct Conv2DModel : WindowModel<Conv2DModel, tosa::Conv2DOp> {
  static void fill(tosa::Conv2DOp op, Nest &nest) {
    ArrayRef<int64_t> out = shapeOf(op.getResult());
    ArrayRef<int64_t> weight = shapeOf(op.getWeight());
    ArrayRef<int64_t> pad = op.getPad(), stride = op.getStride(),
                      dilation = op.getDilation();
    nest.op.kind = StructuredKind::Contraction;
    nest.op.opsPerPoint = 0;
    AffineExpr n = nest.loop(out[0], LoopRole::Other);
    AffineExpr row = nest.loop(out[1], LoopRole::Row);
    AffineExpr col = nest.loop(out[2], LoopRole::Column);
    AffineExpr channel = nest.loop(out[3], LoopRole::Channel);
    AffineExpr kernelRow = nest.loop(weight[1], LoopRole::Reduction);
    AffineExpr kernelCol = nest.loop(weight[2], LoopRole::Reduction);
    AffineExpr in = nest.loop(weight[3], LoopRole::ChannelReduction);
    nest.read(op.getInput(),
              {n, row * stride[0] + kernelRow * dilation[0] - pad[0],
               col * stride[1] + kernelCol * dilation[1] - pad[2], in});
    nest.read(op.getWeight(), {channel, kernelRow, kernelCol, in});
    nest.readBias(op.getBias(), channel);
    nest.write({n, row, col, channel});
  }
};

struct Conv3DModel : WindowModel<Conv3DModel, tosa::Conv3DOp> {
  static void fill(tosa::Conv3DOp op, Nest &nest) {
    ArrayRef<int64_t> out = shapeOf(op.getResult());
    ArrayRef<int64_t> weight = shapeOf(op.getWeight());
    ArrayRef<int64_t> pad = op.getPad(), stride = op.getStride(),
                      dilation = op.getDilation();
    nest.op.kind = StructuredKind::Contraction;
    nest.op.opsPerPoint = 0;
    AffineExpr n = nest.loop(out[0], LoopRole::Other);
    static constexpr LoopRole roles[] = {LoopRole::Other, LoopRole::Row,
                                         LoopRole::Column};
    SmallVector<AffineExpr, 3> image, kernel;
    for (int64_t d = 0; d < 3; ++d)
      image.push_back(nest.loop(out[d + 1], roles[d]));
    AffineExpr channel = nest.loop(out[4], LoopRole::Channel);
    for (int64_t d = 0; d < 3; ++d)
      kernel.push_back(nest.loop(weight[d + 1], LoopRole::Reduction));
    AffineExpr in = nest.loop(weight[4], LoopRole::ChannelReduction);
    SmallVector<AffineExpr, 5> input = {n};
    for (int64_t d = 0; d < 3; ++d)
      input.push_back(image[d] * stride[d] + kernel[d] * dilation[d] -
                      pad[2 * d]);
    input.push_back(in);
    nest.read(op.getInput(), input);
    nest.read(op.getWeight(), {channel, kernel[0], kernel[1], kernel[2], in});
    nest.readBias(op.getBias(), channel);
    nest.write({n, image[0], image[1], image[2], channel});
  }
};

struct DepthwiseModel : WindowModel<DepthwiseModel, tosa::DepthwiseConv2DOp> {
  static void fill(tosa::DepthwiseConv2DOp op, Nest &nest) {
    ArrayRef<int64_t> out = shapeOf(op.getResult());
    ArrayRef<int64_t> weight = shapeOf(op.getWeight());
    ArrayRef<int64_t> pad = op.getPad(), stride = op.getStride(),
                      dilation = op.getDilation();
    nest.op.kind = StructuredKind::Contraction;
    nest.op.opsPerPoint = 0;
    AffineExpr n = nest.loop(out[0], LoopRole::Other);
    AffineExpr row = nest.loop(out[1], LoopRole::Row);
    AffineExpr col = nest.loop(out[2], LoopRole::Column);
    AffineExpr channel = nest.loop(weight[2], LoopRole::Channel);
    // All results of one channel are made together.
    AffineExpr copy = nest.loop(weight[3], LoopRole::Reduction);
    AffineExpr kernelRow = nest.loop(weight[0], LoopRole::Reduction);
    AffineExpr kernelCol = nest.loop(weight[1], LoopRole::Reduction);
    AffineExpr made = channel * weight[3] + copy;
    nest.read(op.getInput(),
              {n, row * stride[0] + kernelRow * dilation[0] - pad[0],
               col * stride[1] + kernelCol * dilation[1] - pad[2], channel});
    nest.read(op.getWeight(), {kernelRow, kernelCol, channel, copy});
    nest.readBias(op.getBias(), made);
    nest.write({n, row, col, made});
  }
};

/// Every input pixel spreads over a window of the output. Seen from the output,
/// a block of `stride` rows and columns needs the pixels whose windows reach
/// it; the blocks are the loops, so that halo is counted.
struct TransposeConvModel
    : WindowModel<TransposeConvModel, tosa::TransposeConv2DOp> {
  static void fill(tosa::TransposeConv2DOp op, Nest &nest) {
    ArrayRef<int64_t> in = shapeOf(op.getInput());
    ArrayRef<int64_t> out = shapeOf(op.getResult());
    ArrayRef<int64_t> weight = shapeOf(op.getWeight());
    ArrayRef<int64_t> stride = op.getStride();
    nest.op.kind = StructuredKind::Contraction;
    nest.op.opsPerPoint = 0;
    auto blocks = [&](int64_t d) {
      return llvm::divideCeil(out[d + 1], stride[d]);
    };
    auto reach = [&](int64_t d) {
      return int64_t(llvm::divideCeil(weight[d + 1], stride[d]));
    };
    AffineExpr n = nest.loop(out[0], LoopRole::Other);
    AffineExpr row = nest.loop(blocks(0), LoopRole::Row);
    AffineExpr col = nest.loop(blocks(1), LoopRole::Column);
    AffineExpr channel = nest.loop(out[3], LoopRole::Channel);
    AffineExpr kernelRow = nest.loop(reach(0), LoopRole::Reduction);
    AffineExpr kernelCol = nest.loop(reach(1), LoopRole::Reduction);
    AffineExpr phaseRow = nest.loop(stride[0], LoopRole::Reduction);
    AffineExpr phaseCol = nest.loop(stride[1], LoopRole::Reduction);
    AffineExpr made = nest.loop(in[3], LoopRole::ChannelReduction);
    nest.read(op.getInput(), {n, row + kernelRow - (reach(0) - 1),
                              col + kernelCol - (reach(1) - 1), made});
    nest.read(op.getWeight(), {channel, kernelRow * stride[0] + phaseRow,
                               kernelCol * stride[1] + phaseCol, made});
    nest.readBias(op.getBias(), channel);
    nest.write(
        {n, row * stride[0] + phaseRow, col * stride[1] + phaseCol, channel});
  }
};

template <typename Op> struct PoolModel : WindowModel<PoolModel<Op>, Op> {
  static void fill(Op op, Nest &nest) {
    ArrayRef<int64_t> out = shapeOf(op.getResult());
    ArrayRef<int64_t> pad = op.getPad(), stride = op.getStride(),
                      kernel = op.getKernel();
    nest.op.kind = StructuredKind::Window;
    // An average divides at the end.
    nest.op.opsPerResult = std::is_same_v<Op, tosa::AvgPool2dOp> ? 1 : 0;
    AffineExpr n = nest.loop(out[0], LoopRole::Other);
    AffineExpr row = nest.loop(out[1], LoopRole::Row);
    AffineExpr col = nest.loop(out[2], LoopRole::Column);
    AffineExpr channel = nest.loop(out[3], LoopRole::Channel);
    AffineExpr kernelRow = nest.loop(kernel[0], LoopRole::Reduction);
    AffineExpr kernelCol = nest.loop(kernel[1], LoopRole::Reduction);
    nest.read(op.getInput(), {n, row * stride[0] + kernelRow - pad[0],
                              col * stride[1] + kernelCol - pad[2], channel});
    nest.write({n, row, col, channel});
  }
};

} // namespace

void scope::attachTosaWindowModels(MLIRContext *context) {
  tosa::AvgPool2dOp::attachInterface<PoolModel<tosa::AvgPool2dOp>>(*context);
  tosa::Conv2DOp::attachInterface<Conv2DModel>(*context);
  tosa::Conv3DOp::attachInterface<Conv3DModel>(*context);
  tosa::DepthwiseConv2DOp::attachInterface<DepthwiseModel>(*context);
  tosa::MaxPool2dOp::attachInterface<PoolModel<tosa::MaxPool2dOp>>(*context);
  tosa::TransposeConv2DOp::attachInterface<TransposeConvModel>(*context);
}
