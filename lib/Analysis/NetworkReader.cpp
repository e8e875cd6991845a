//===- NetworkReader.cpp - Functions as the search sees them --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/NetworkReader.h"

#include "LayerReader.h"

#include "scope/Analysis/ViewTracer.h"

using namespace mlir;
using namespace scope;

int64_t scope::samplesPerCall(FunctionOpInterface function) {
  std::optional<int64_t> leading;
  auto agrees = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return true;
    if (tensor.getRank() == 0)
      return false;
    if (!leading)
      leading = tensor.getDimSize(0);
    return *leading == tensor.getDimSize(0);
  };
  if (llvm::all_of(function.getArgumentTypes(), agrees) &&
      llvm::all_of(function.getResultTypes(), agrees) && leading)
    return std::max<int64_t>(1, *leading);
  return 1;
}

/// Tells every value who reads it.
static void linkConsumers(search::Network &network) {
  for (auto [index, layer] : llvm::enumerate(network.layers))
    for (const search::Operand &operand : layer.operands) {
      if (operand.kind != search::OperandKind::Activation)
        continue;
      auto &consumers = network.values[operand.value].consumers;
      if (consumers.empty() || consumers.back() != int32_t(index))
        consumers.push_back(static_cast<int32_t>(index));
    }
}

/// Checks that all that is left outside of layers is constant.
static LogicalResult checkCoverage(FunctionOpInterface function,
                                   Constants &constants) {
  for (Operation &op : function.getFunctionBody().front().without_terminator())
    if (!isa<LayerOp, SegmentOp>(op) && !constants.isConstant(&op))
      return op.emitError("stands outside of every layer of the function; run "
                          "scope-form-layers on the stripped program");
  return success();
}

FailureOr<NetworkOfFunction> scope::readNetwork(FunctionOpInterface function,
                                                int64_t assumeBits) {
  NetworkOfFunction result;
  NetworkState state;
  state.assumeBits = assumeBits;
  if (function.isExternal() || !function.getFunctionBody().hasOneBlock())
    return emitError(function.getLoc(), "has no body of one block to plan");
  if (failed(checkCoverage(function, state.constants)))
    return failure();
  state.network.name = function.getName().str();
  state.network.samplesPerCall = samplesPerCall(function);
  function.walk([&](LayerOp layer) { result.layers.push_back(layer); });
  for (LayerOp layer : result.layers)
    LayerReader(state, layer.getBody().front()).read(layer.getName());
  Operation *terminator = function.getFunctionBody().front().getTerminator();
  for (Value returned : terminator->getOperands())
    if (isa<RankedTensorType>(returned.getType()))
      for (const TracedPiece &piece : traceViews(returned))
        if (auto known = state.stored.find(piece.root);
            known != state.stored.end())
          state.network.values[known->second.id].isNetworkOutput = true;
  linkConsumers(state.network);
  if (std::string wrong = search::check(state.network); !wrong.empty())
    return emitError(function.getLoc(), "cannot be planned: ") << wrong;
  result.network = std::move(state.network);
  result.values.resize(result.network.values.size());
  for (auto &[root, value] : state.stored)
    result.values[value.id] = {root, std::move(value.madeBy)};
  return result;
}

//===----------------------------------------------------------------------===//
// Partitions
//===----------------------------------------------------------------------===//

/// The number of dimension `dim` among those of its role.
static int64_t indexInRole(const search::Layer &layer, size_t dim) {
  int64_t index = 0;
  for (size_t other = 0; other < dim; ++other)
    index += layer.dims[other].role == layer.dims[dim].role;
  return index;
}

PartitionAttr scope::toPartitionAttr(MLIRContext *context,
                                     const search::Layer &layer,
                                     ArrayRef<int32_t> factors) {
  SmallVector<DimFactor> named;
  for (auto [dim, factor] : llvm::enumerate(factors))
    named.push_back({static_cast<DimRole>(layer.dims[dim].role),
                     indexInRole(layer, dim), factor});
  return PartitionAttr::get(context, named);
}

SmallVector<int64_t, 5> scope::toFactors(PartitionAttr partition,
                                         const search::Layer &layer,
                                         std::string &unknown) {
  SmallVector<int64_t, 5> factors(layer.dims.size(), 1);
  for (const DimFactor &named : partition.getFactors()) {
    bool found = false;
    for (size_t dim = 0; dim < layer.dims.size(); ++dim)
      if (static_cast<DimRole>(layer.dims[dim].role) == named.role &&
          indexInRole(layer, dim) == named.index) {
        factors[dim] = named.factor;
        found = true;
      }
    if (!found) {
      llvm::raw_string_ostream stream(unknown);
      stream << stringifyDimRole(named.role);
      if (named.index > 0)
        stream << named.index;
    }
  }
  return factors;
}
