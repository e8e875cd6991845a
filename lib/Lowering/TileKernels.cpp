//===- TileKernels.cpp - The code of tiles --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Lowering/TileKernels.h"

#include "KernelBuilder.h"

#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace scope;

struct TileKernels::PerLayer {
  explicit PerLayer(func::FuncOp function) : graph(function) {}
  LayerGraph graph;
  llvm::StringMap<int32_t> byKey;
};

TileKernels::TileKernels(ModuleOp module) : module(module) {}
TileKernels::~TileKernels() = default;

/// A hash of what `function` does; equal for functions that are equivalent.
static llvm::hash_code hashOf(func::FuncOp function) {
  llvm::hash_code hash = hash_value(function.getFunctionType());
  function.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(hash, op->getName(), op->getRawDictionaryAttrs(),
                              op->getResultTypes());
  });
  return hash;
}

TileKernels::PerLayer &TileKernels::find(func::FuncOp function) {
  PerLayer *&known = layers[function];
  if (known)
    return *known;
  // Layers that are alike have kernels that are alike.
  llvm::SmallVector<PerLayer *, 1> &candidates = byHash[hashOf(function)];
  for (PerLayer *candidate : candidates) {
    func::FuncOp other = candidate->graph.getFunction();
    if (other.getFunctionType() == function.getFunctionType() &&
        OperationEquivalence::isRegionEquivalentTo(
            &function.getBody(), &other.getBody(),
            OperationEquivalence::IgnoreLocations))
      return *(known = candidate);
  }
  graphs.push_back(std::make_unique<PerLayer>(function));
  known = graphs.back().get();
  candidates.push_back(known);
  return *known;
}

TileWork TileKernels::make(const LayerFunction &layer,
                           ArrayRef<programs::Box> results) {
  PerLayer &known = find(layer.function);
  const LayerGraph &graph = known.graph;
  SmallVector<bool> keepsApart;
  for (const LayerFunction::Input &input : layer.inputs)
    keepsApart.push_back(!input.isConstant);
  TileBoxes tile = graph.follow(results, keepsApart);
  TileWork work;
  work.writes.assign(results.begin(), results.end());
  func::FuncOp function = graph.getFunction();
  for (BlockArgument argument : function.getArguments())
    for (const Box &box : tile.boxes[graph.numberOf(argument)])
      work.reads.push_back({int32_t(argument.getArgNumber()), box});

  auto [entry, isNew] = known.byKey.try_emplace(
      graph.key(tile, results), static_cast<int32_t>(kernels.size()));
  if (isNew)
    kernels.push_back(
        KernelBuilder(graph, tile)
            .build(module, ("kernel" + Twine(kernels.size())).str(), results));
  work.kernel = entry->second;
  return work;
}
