//===- LayerClasses.h - Layers that cost the same ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deep networks repeat a few layers many times. Layers of one class have equal
// dimensions, operands and work, so that tilings, costs and transfers are
// computed once a class. Everything is numbered in the order of first use.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_LAYERCLASSES_H
#define SCOPE_LIB_SEARCH_LAYERCLASSES_H

#include "scope/Search/CostModel.h"

namespace scope::search {

/// An operand of a layer that an earlier layer makes.
struct Edge {
  int32_t producer = -1;
  uint32_t operand = 0;
  /// Number of the edge's class: consumer class, operand, producer class and
  /// output.
  int32_t edgeClass = -1;
};

/// The classes of the layers and edges of a network.
class LayerClasses {
public:
  explicit LayerClasses(const CostModel &model);

  int32_t classOf(int32_t layer) const { return layerClass[layer]; }
  int32_t numClasses() const { return static_cast<int32_t>(example.size()); }
  int32_t numEdgeClasses() const {
    return static_cast<int32_t>(edgeExample.size());
  }
  /// The first layer of a class.
  int32_t exampleOf(int32_t layerClass) const { return example[layerClass]; }
  /// Consumer and edge of the first edge of a class.
  const std::pair<int32_t, Edge> &edgeExampleOf(int32_t edgeClass) const {
    return edgeExample[edgeClass];
  }
  /// Activation operands of `layer` that other layers make.
  llvm::ArrayRef<Edge> edgesOf(int32_t layer) const { return edges[layer]; }
  /// The last layer that reads an output of `layer`; -1 for none.
  int32_t lastReader(int32_t layer) const { return readers[layer]; }

private:
  std::vector<int32_t> layerClass;
  std::vector<int32_t> example;
  std::vector<std::vector<Edge>> edges;
  std::vector<std::pair<int32_t, Edge>> edgeExample;
  std::vector<int32_t> readers;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_LAYERCLASSES_H
