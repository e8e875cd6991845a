//===- TileKernels.cpp - The code of tiles --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Lowering/TileKernels.h"

#include "KernelBuilder.h"

using namespace mlir;
using namespace scope;

struct TileKernels::PerLayer {
  explicit PerLayer(func::FuncOp function) : graph(function) {}
  LayerGraph graph;
  llvm::StringMap<int32_t> byKey;
};

TileKernels::TileKernels(ModuleOp module) : module(module) {}
TileKernels::~TileKernels() = default;

TileWork TileKernels::make(const LayerFunction &layer,
                           ArrayRef<programs::Box> results) {
  std::unique_ptr<PerLayer> &known = layers[layer.function];
  if (!known)
    known = std::make_unique<PerLayer>(layer.function);
  const LayerGraph &graph = known->graph;
  TileBoxes tile = graph.follow(results);
  TileWork work;
  work.writes.assign(results.begin(), results.end());
  func::FuncOp function = layer.function;
  for (BlockArgument argument : function.getArguments())
    for (const Box &box : tile.boxes[graph.numberOf(argument)])
      work.reads.push_back({int32_t(argument.getArgNumber()), box});

  auto [entry, isNew] = known->byKey.try_emplace(graph.key(tile, results), 0);
  if (isNew) {
    std::string name = ("kernel" + Twine(kernels.size())).str();
    func::FuncOp kernel =
        KernelBuilder(graph, tile).build(module, name, results);
    // Layers that are alike have kernels that are alike.
    std::string text;
    llvm::raw_string_ostream stream(text);
    for (Type type : kernel.getFunctionType().getInputs())
      stream << type << ' ';
    kernel.getBody().front().print(stream);
    auto [same, isFirst] =
        byText.try_emplace(text, static_cast<int32_t>(kernels.size()));
    if (isFirst)
      kernels.push_back(kernel);
    else
      kernel.erase();
    entry->second = same->second;
  }
  work.kernel = entry->second;
  return work;
}
