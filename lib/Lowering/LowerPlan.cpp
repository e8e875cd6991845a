//===- LowerPlan.cpp - From a plan to programs ----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Lowering/LowerPlan.h"

#include "TileMaker.h"

#include "scope/Analysis/ProgramReader.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

/// Checks that the plan is finished, and puts what the IR says of regions and
/// buffers together.
static LogicalResult readPlacement(const PlanOfFunction &read,
                                   programs::PlacedPlan &placed) {
  for (const auto &segment : read.clusters) {
    placed.regions.emplace_back();
    placed.buffers.emplace_back();
    for (const ClusterInIR &cluster : segment) {
      ClusterOp op = cluster.op;
      if (cluster.region.empty())
        return op.emitOpError("has no chiplets yet; run scope-place");
      if (!cluster.buffers)
        return op.emitOpError("has no buffers yet; run scope-allocate-buffers");
      placed.regions.back().push_back(cluster.region);
      placed.buffers.back().push_back(*cluster.buffers);
    }
  }
  return success();
}

/// Describes the tensors: values first, then constants.
static void addTensors(const NetworkOfFunction &source,
                       const LayerFunctions &functions, int64_t assumeBits,
                       LoweredPlan &result) {
  programs::PackageProgram &program = result.programs;
  const search::Network &network = source.network;
  for (auto [index, value] : llvm::enumerate(network.values)) {
    programs::Tensor &tensor = program.tensors.emplace_back();
    Value root = source.values[index].root;
    auto type = cast<RankedTensorType>(root.getType());
    result.elementTypes.push_back(type.getElementType());
    tensor.value = static_cast<int32_t>(index);
    tensor.shape.assign(type.getShape().begin(), type.getShape().end());
    tensor.elementBytes =
        value.bytes / std::max<int64_t>(1, type.getNumElements());
    if (auto argument = dyn_cast<BlockArgument>(root)) {
      tensor.kind = programs::TensorKind::Input;
      tensor.index = static_cast<int32_t>(argument.getArgNumber());
      tensor.name = llvm::formatv("input{0}", tensor.index);
      continue;
    }
    tensor.kind = programs::TensorKind::Value;
    tensor.index = tensor.value;
    tensor.name = llvm::formatv("value{0}", tensor.index);
  }
  func::FuncOp constants = functions.constants;
  for (auto [index, type] : llvm::enumerate(constants.getResultTypes())) {
    programs::Tensor &tensor = program.tensors.emplace_back();
    auto shaped = cast<RankedTensorType>(type);
    result.elementTypes.push_back(shaped.getElementType());
    tensor.kind = programs::TensorKind::Constant;
    tensor.index = static_cast<int32_t>(index);
    tensor.name = llvm::formatv("constant{0}", tensor.index);
    tensor.shape.assign(shaped.getShape().begin(), shaped.getShape().end());
    constexpr int64_t bitsPerByte = 8;
    int64_t bits = assumeBits > 0 ? assumeBits
                   : shaped.getElementType().isIndex()
                       ? 64
                       : shaped.getElementTypeBitWidth();
    tensor.elementBytes = llvm::divideCeil(bits, bitsPerByte);
  }
}

FailureOr<LoweredPlan> scope::lowerPlan(FunctionOpInterface function) {
  FailureOr<PlanOfFunction> read = readPlan(function, /*requireHashes=*/true);
  if (failed(read))
    return failure();
  programs::PlacedPlan placed;
  if (failed(readPlacement(*read, placed)))
    return failure();
  const NetworkOfFunction &source = read->problem->source;
  search::CostModel model(read->problem->get());
  search::Evaluation evaluation = search::evaluate(model, read->plan);
  if (evaluation.infeasible) {
    emitDiagnosis(evaluation.infeasible, source, function);
    return failure();
  }
  placed.plan = &read->plan;
  placed.cost = &evaluation.cost;

  FailureOr<LayerFunctions> functions = makeLayerFunctions(function, source);
  if (failed(functions))
    return failure();
  LoweredPlan result;
  result.package = model.getPackage();
  result.code = ModuleOp::create(function.getLoc());
  programs::PackageProgram &program = result.programs;
  program.name = function.getName().str();
  program.rows = model.getPackage().rows;
  program.cols = model.getPackage().cols;
  program.calls = model.getProblem().calls();
  for (const search::Layer &layer : source.network.layers)
    program.layers.push_back(layer.name);
  addTensors(source, *functions, read->problem->assumeBits, result);
  auto numValues = static_cast<int32_t>(source.network.values.size());
  auto tensorOf = [&](const LayerFunction::Input &input) {
    return input.isConstant ? numValues + input.index : input.index;
  };

  TileKernels kernels(*result.code);
  TileMaker maker(model, source, *functions, kernels, program);
  std::vector<programs::LayerTiles> tiles(source.network.layers.size());
  for (auto [segmentIndex, segment] : llvm::enumerate(read->plan.segments))
    for (auto [clusterIndex, cluster] : llvm::enumerate(segment.clusters))
      for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
           ++layer) {
        LayerInPlan in;
        in.layer = layer;
        in.partition = read->plan.partitions[layer];
        in.beatCalls = segment.beatCalls;
        for (const search::Buffer &buffer :
             placed.buffers[segmentIndex][clusterIndex]) {
          if (buffer.layer != layer)
            continue;
          if (buffer.role == search::BufferRole::Chunk)
            in.fetchesWeights = true;
          if (buffer.role == search::BufferRole::Output && buffer.copies > 1)
            in.isBanded = true;
        }
        in.isBanded |= evaluation.cost.segments[segmentIndex]
                           .clusters[clusterIndex]
                           .layers[layer - cluster.firstLayer]
                           .banded;
        programs::LayerTiles &made = tiles[layer];
        for (const LayerFunction::Input &input :
             functions->layers[layer].inputs)
          made.inputs.push_back({tensorOf(input), false});
        for (int32_t value : functions->layers[layer].outputs)
          made.outputs.push_back(value);
        maker.make(in, made);
        for (const programs::LayerInput &input : made.inputs)
          if (program.tensors[input.tensor].isConstant() && !input.isResident)
            program.tensors[input.tensor].kind = programs::TensorKind::Table;
      }
  for (func::FuncOp kernel : kernels.getKernels())
    program.kernels.push_back({kernel.getName().str()});
  if (std::string wrong =
          programs::buildPrograms(model, placed, tiles, program);
      !wrong.empty())
    return emitError(function.getLoc()) << wrong;
  for (func::FuncOp kept :
       {functions->constants, functions->outputs.function}) {
    kept->remove();
    result.code->push_back(kept);
  }
  for (const LayerFunction::Input &input : functions->outputs.inputs)
    result.outputTensors.push_back(tensorOf(input));
  return result;
}

FailureOr<LoweredPlan> scope::readLoweredPlan(ProgramsOp op) {
  FailureOr<ProgramsInIR> read = readPrograms(op);
  if (failed(read))
    return failure();
  LoweredPlan result;
  result.programs = std::move(read->programs);
  result.package = std::move(read->package);
  result.outputTensors = std::move(read->outputTensors);
  result.code = ModuleOp::create(op.getLoc());
  for (auto function : op.getBody().getOps<func::FuncOp>())
    result.code->push_back(function.clone());
  for (auto tensor : op.getBody().getOps<TensorOp>())
    result.elementTypes.push_back(
        cast<ShapedType>(tensor.getType()).getElementType());
  return result;
}
