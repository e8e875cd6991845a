//===- DotPlan.cpp - Plans as graphs --------------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Target/ReportWriters.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GraphWriter.h"

using namespace scope;

namespace {
/// Writes the graph of one plan.
class Writer {
public:
  Writer(llvm::raw_ostream &os, const FunctionReport &report)
      : os(os), network(report.getNetwork()), plan(report.plan->plan.plan) {}

  void write(llvm::StringRef name) {
    os << "digraph " << quoted(name) << " {\n"
       << "  node [shape=box];\n"
       << "  compound=true;\n";
    for (auto [index, segment] : llvm::enumerate(plan.segments))
      writeSegment(index, segment);
    for (auto [index, value] : llvm::enumerate(network.values))
      writeValue(index, value);
    os << "}\n";
  }

private:
  static std::string quoted(llvm::StringRef text) {
    return ("\"" + llvm::DOT::EscapeString(text.str()) + "\"");
  }

  void writeSegment(size_t number, const search::SegmentPlan &segment) {
    os << "  subgraph cluster_" << number << " {\n    label="
       << quoted(llvm::formatv("segment {0}, beats of {1} calls", number,
                               segment.beatCalls)
                     .str())
       << ";\n";
    for (auto [index, cluster] : llvm::enumerate(segment.clusters)) {
      os << "    subgraph cluster_" << number << "_" << index
         << " {\n      label="
         << quoted(
                llvm::formatv("cluster {0}, {1} chiplets", index, cluster.size)
                    .str())
         << ";\n";
      for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
           ++layer)
        writeLayer(layer);
      os << "    }\n";
    }
    os << "  }\n";
  }

  void writeLayer(int32_t layer) {
    const search::Layer &of = network.layers[layer];
    std::string text = of.name;
    for (auto [dim, factor] : llvm::zip_equal(of.dims, plan.partitions[layer]))
      if (factor > 1)
        text +=
            llvm::formatv("\n{0} / {1}", search::getRoleName(dim.role), factor);
    os << "      layer" << layer << " [label=" << quoted(text) << "];\n";
  }

  /// A value with its producer and consumers; inputs and results of the network
  /// stand outside.
  void writeValue(size_t index, const search::Value &value) {
    std::string from = "layer" + std::to_string(value.producer);
    if (value.producer < 0) {
      from = "input" + std::to_string(index);
      os << "  " << from << " [shape=ellipse, label=\"input\"];\n";
    }
    auto edge = [&](const std::string &to) {
      os << "  " << from << " -> " << to << " [label=\""
         << llvm::formatv("{0:N}", value.bytes) << " B\"];\n";
    };
    for (int32_t consumer : value.consumers)
      edge("layer" + std::to_string(consumer));
    if (!value.isNetworkOutput)
      return;
    std::string result = "result" + std::to_string(index);
    os << "  " << result << " [shape=ellipse, label=\"result\"];\n";
    edge(result);
  }

  llvm::raw_ostream &os;
  const search::Network &network;
  const search::Plan &plan;
};
} // namespace

void scope::writeDotPlans(llvm::raw_ostream &os,
                          llvm::ArrayRef<FunctionReport> reports) {
  for (const FunctionReport &report : reports) {
    mlir::FunctionOpInterface function = report.function;
    Writer(os, report).write(function.getName());
  }
}
