//===- CostModelPageTest.cpp - The worked example of the docs -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Computes the plans of the example on the cost model's page and compares every
// figure that stands there.
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PackageReader.h"
#include "scope/IR/Presets.h"
#include "scope/Search/Audit.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include "gtest/gtest.h"

#include <map>

using namespace scope;
using namespace scope::search;

/// An 8 x 8 convolution with a 3 x 3 kernel from `channels` to 8 channels.
static Layer makeConvolution(const char *name, int32_t input, int32_t output,
                             int64_t channels, bool fromLayer) {
  Layer layer;
  layer.name = name;
  layer.dims = {{1, search::DimRole::Batch},
                {8, search::DimRole::Row},
                {8, search::DimRole::Column},
                {8, search::DimRole::Channel}};
  layer.kDim = 3;
  layer.channelReduction = channels;
  layer.otherReduction = 9;
  layer.macs = 8 * 8 * 8 * channels * 9;
  layer.streamOps = 1;
  Operand image;
  image.value = input;
  image.accesses = {Access{1, 1, 3, -1, 0, 8, fromLayer ? 1 : -1},
                    Access{2, 1, 3, -1, 0, 8, fromLayer ? 2 : -1},
                    Access{-1, 1, 1, 0, 0, channels, fromLayer ? 3 : -1}};
  Operand weights;
  weights.kind = OperandKind::Weight;
  weights.accesses = {Access{3, 1, 1, 0, 0, 8, -1},
                      Access{-1, 1, 1, 0, 0, channels * 9, -1}};
  layer.operands = {image, weights};
  Output result;
  result.value = output;
  result.dims = {1, 2, 3};
  layer.outputs = {result};
  return layer;
}

/// The network of the example, with one or both of its convolutions.
static Network makeNetwork(int32_t numLayers) {
  Network network;
  network.values.resize(numLayers + 1);
  network.values[0].bytes = 8 * 8 * 4;
  for (int32_t index = 0; index < numLayers; ++index) {
    network.layers.push_back(makeConvolution(index == 0 ? "conv1" : "conv2",
                                             index, index + 1,
                                             index == 0 ? 4 : 8, index > 0));
    network.values[index].consumers = {index};
    network.values[index + 1].producer = index;
    network.values[index + 1].bytes = 8 * 8 * 8;
  }
  network.values.back().isNetworkOutput = true;
  return network;
}

namespace {
class CostModelPageTest : public testing::Test {
protected:
  void SetUp() override {
    context.loadDialect<ScopeDialect>();
    op = buildPreset(*lookupPreset("tiny-2x2"), &context);
    llvm::FailureOr<Package> read = readPackage(*op);
    ASSERT_TRUE(succeeded(read));
    package = *read;
    auto file = llvm::MemoryBuffer::getFile(SCOPE_COST_MODEL_PAGE);
    ASSERT_TRUE(bool(file)) << "cannot read " << SCOPE_COST_MODEL_PAGE;
    page = (*file)->getBuffer().str();
  }

  /// The costs of `plan`; checks that the audit finds nothing wrong with them.
  PlanCost evaluatePlan(const Network &network, const Plan &plan) {
    Config config;
    config.batch = package.batch;
    Problem problem{network, package, config};
    EXPECT_EQ(check(problem).message, "");
    CostModel model(problem);
    EXPECT_EQ(checkShape(model, plan).message, "");
    Evaluation evaluation = evaluate(model, plan);
    EXPECT_EQ(evaluation.infeasible.message, "");
    for (const Finding &finding :
         audit(problem, Promise{plan, evaluation.cost, {}}))
      ADD_FAILURE() << finding.message;
    return evaluation.cost;
  }

  /// Compares the figures of a section of the page with `computed`: all values
  /// that stand there, and no computed one may be missing.
  void compareSection(const std::string &title,
                      std::map<std::string, std::string> computed) {
    llvm::StringRef section = llvm::StringRef(page);
    size_t start = section.find("\n### " + title + "\n");
    ASSERT_NE(start, llvm::StringRef::npos) << title;
    section = section.drop_front(start + 1).split("\n### ").first;
    llvm::SmallVector<llvm::StringRef> lines;
    section.split(lines, '\n');
    for (llvm::StringRef line : lines) {
      llvm::SmallVector<llvm::StringRef> cells;
      line.split(cells, '|');
      if (cells.size() != 5)
        continue;
      std::string figure = cells[1].trim().str();
      std::string value = cells[3].trim().str();
      if (value.empty() || value == "value" || value == "---")
        continue;
      auto known = computed.find(figure);
      if (known == computed.end()) {
        ADD_FAILURE() << title << ": nothing computes '" << figure << "'";
        continue;
      }
      EXPECT_EQ(value, known->second) << title << ": " << figure;
      computed.erase(known);
    }
    for (const auto &[figure, value] : computed)
      ADD_FAILURE() << title << ": the page does not have '" << figure
                    << "', which is " << value;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<PackageOp> op;
  Package package;
  std::string page;
};
} // namespace

static std::string cycles(int64_t number) {
  return std::to_string(number) + " cycles";
}
static std::string bytes(int64_t number) {
  return std::to_string(number) + " bytes";
}
static std::string picojoules(int64_t femtojoules) {
  EXPECT_EQ(femtojoules % 1000, 0);
  return std::to_string(femtojoules / 1000) + " pJ";
}

TEST_F(CostModelPageTest, OneConvolution) {
  Plan plan;
  plan.partitions = {{1, 2, 1, 2}};
  plan.segments.resize(1);
  plan.segments[0].clusters = {
      {0, 0, 0, 4, 1, search::WeightMode::Replicated, 2}};
  PlanCost cost = evaluatePlan(makeNetwork(1), plan);
  ASSERT_EQ(cost.segments.size(), 1u);
  const SegmentCost &segment = cost.segments[0];
  const ClusterCost &cluster = segment.clusters[0];
  const LayerCost &layer = cluster.layers[0];
  EXPECT_TRUE(layer.overlapped);
  EXPECT_FALSE(layer.banded);
  compareSection("One convolution",
                 {{"compute", cycles(layer.compute)},
                  {"external", cycles(layer.external)},
                  {"send", cycles(layer.send)},
                  {"tiles, least", bytes(cluster.tiles)},
                  {"cycles of the layer", cycles(layer.cycles)},
                  {"resident", bytes(cluster.resident)},
                  {"load", cycles(segment.load)},
                  {"dram", cycles(segment.dramBeat)},
                  {"pace", cycles(segment.pace)},
                  {"fill", cycles(segment.fill)},
                  {"cycles", cycles(cost.cycles)},
                  {"latency", cycles(cost.latency)},
                  {"energy, MACs", picojoules(segment.energyMac)},
                  {"energy, SRAM", picojoules(segment.energySram)},
                  {"energy, NoP", picojoules(segment.energyNop)},
                  {"energy, DRAM", picojoules(segment.energyDram)},
                  {"energy", picojoules(cost.energy)}});
}

TEST_F(CostModelPageTest, TwoConvolutionsInOneCluster) {
  Plan plan;
  plan.partitions = {{1, 2, 1, 2}, {1, 2, 1, 2}};
  plan.segments.resize(1);
  plan.segments[0].clusters = {
      {0, 1, 0, 4, 1, search::WeightMode::Replicated, 2}};
  PlanCost cost = evaluatePlan(makeNetwork(2), plan);
  ASSERT_EQ(cost.segments.size(), 1u);
  const SegmentCost &segment = cost.segments[0];
  const ClusterCost &cluster = segment.clusters[0];
  const LayerCost &first = cluster.layers[0], &second = cluster.layers[1];
  compareSection("Two convolutions in one cluster",
                 {{"conv1, cycles", cycles(first.cycles)},
                  {"conv2, internal", cycles(second.internal)},
                  {"conv2, compute", cycles(second.compute)},
                  {"conv2, send", cycles(second.send)},
                  {"conv2, cycles", cycles(second.cycles)},
                  {"tiles, least", bytes(cluster.tiles)},
                  {"resident", bytes(cluster.resident)},
                  {"stage", cycles(cluster.stage)},
                  {"load", cycles(segment.load)},
                  {"dram", cycles(segment.dramBeat)},
                  {"cycles", cycles(cost.cycles)},
                  {"latency", cycles(cost.latency)}});
}

TEST_F(CostModelPageTest, TwoClusters) {
  Plan plan;
  plan.partitions = {{1, 1, 1, 1}, {1, 3, 1, 1}};
  plan.segments.resize(1);
  plan.segments[0].clusters = {
      {0, 0, 0, 1, 1, search::WeightMode::Replicated, 4},
      {1, 1, 1, 3, 1, search::WeightMode::Replicated, 4}};
  PlanCost cost = evaluatePlan(makeNetwork(2), plan);
  ASSERT_EQ(cost.segments.size(), 1u);
  const SegmentCost &segment = cost.segments[0];
  const ClusterCost &a = segment.clusters[0], &b = segment.clusters[1];
  compareSection("Two clusters",
                 {{"conv1, compute", cycles(a.layers[0].compute)},
                  {"conv1, external", cycles(a.layers[0].external)},
                  {"conv1, send", cycles(a.layers[0].send)},
                  {"conv1, resident", bytes(a.resident)},
                  {"conv1, stage", cycles(a.stage)},
                  {"conv2, compute", cycles(b.layers[0].compute)},
                  {"conv2, external", cycles(b.layers[0].external)},
                  {"conv2, send", cycles(b.layers[0].send)},
                  {"conv2, resident", bytes(b.resident)},
                  {"conv2, stage", cycles(b.stage)},
                  {"load", cycles(segment.load)},
                  {"fill", cycles(segment.fill)},
                  {"pace", cycles(segment.pace)},
                  {"cycles", cycles(cost.cycles)},
                  {"latency", cycles(cost.latency)}});
}
