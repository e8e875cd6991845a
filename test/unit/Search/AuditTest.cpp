//===- AuditTest.cpp - Two implementations of one model -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cost model, the buffer plan and the placement against the audit, which
// computes the same from the page and shares no code with them.
//
//===----------------------------------------------------------------------===//

#include "AuditInstances.h"

#include "scope/Search/Search.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

using namespace scope::search;

namespace {
/// How often the plans met a rule of the model.
struct Tally {
  int feasible = 0, infeasible = 0, pipelines = 0, distributed = 0;
  int internal = 0, external = 0, gathered = 0, streamed = 0;
  int twice = 0, banded = 0, once = 0, waiting = 0, manyWaiting = 0;
  int mixedKinds = 0, tables = 0, buffers = 0;

  void count(const Instance &instance, const CostModel &model,
             const Promise &promise);
};
} // namespace

void Tally::count(const Instance &instance, const CostModel &model,
                  const Promise &promise) {
  ++feasible;
  for (const Layer &layer : instance.network.layers)
    for (const Operand &operand : layer.operands)
      tables += operand.kind == OperandKind::Table;
  for (size_t s = 0; s < promise.plan.segments.size(); ++s) {
    const SegmentPlan &segment = promise.plan.segments[s];
    pipelines += segment.clusters.size() > 1;
    for (size_t c = 0; c < segment.clusters.size(); ++c) {
      const ClusterPlan &cluster = segment.clusters[c];
      distributed += cluster.mode == WeightMode::Distributed;
      mixedKinds += cluster.kinds == 3;
      const ClusterCost &cost = promise.cost.segments[s].clusters[c];
      for (int32_t l = cluster.firstLayer; l <= cluster.lastLayer; ++l) {
        const LayerCost &layer = cost.layers[l - cluster.firstLayer];
        internal += layer.internal > 0;
        external += layer.external > 0;
        gathered += layer.weights > 0 && !model.streams(l);
        streamed += layer.weights > 0 && model.streams(l);
        banded += layer.banded;
        once += !layer.overlapped;
        twice += layer.overlapped && !layer.banded;
      }
      if (!promise.clusters[s][c].buffers)
        continue;
      for (const Buffer &buffer : *promise.clusters[s][c].buffers) {
        ++buffers;
        waiting += buffer.role == BufferRole::Waiting;
        manyWaiting += buffer.role == BufferRole::Waiting && buffer.copies > 1;
      }
    }
  }
}

TEST(Audit, AgreesOnRandomPlans) {
  Tally tally;
  for (uint64_t seed = 1; seed <= 6000; ++seed) {
    Instance instance = makeAuditInstance(seed);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    Dice dice(seed + 1000000);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan)
      continue;
    if (Diagnosis infeasible = evaluate(model, *plan).infeasible) {
      ++tally.infeasible;
      std::vector<Finding> findings = audit(problem, {*plan, {}, {}});
      EXPECT_TRUE(llvm::any_of(findings,
                               [](const Finding &finding) {
                                 return finding.kind == FindingKind::Capacity;
                               }))
          << "seed " << seed << ": " << infeasible.message << "\n"
          << printFindings(findings);
      continue;
    }
    Promise promise = makePromise(model, *plan);
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(findings.empty()) << "seed " << seed << ":\n"
                                  << printFindings(findings);
    tally.count(instance, model, promise);
  }
  // The plans must reach everything, or the agreement says little.
  EXPECT_GT(tally.feasible, 1000);
  EXPECT_GT(tally.infeasible, 500);
  EXPECT_GT(tally.pipelines, 400);
  EXPECT_GT(tally.distributed, 500);
  EXPECT_GT(tally.internal, 500);
  EXPECT_GT(tally.external, 1000);
  EXPECT_GT(tally.gathered, 500);
  EXPECT_GT(tally.streamed, 20);
  EXPECT_GT(tally.twice, 2000);
  EXPECT_GT(tally.banded, 50);
  EXPECT_GT(tally.once, 50);
  EXPECT_GT(tally.waiting, 100);
  EXPECT_GT(tally.manyWaiting, 30);
  EXPECT_GT(tally.mixedKinds, 50);
  EXPECT_GT(tally.tables, 200);
  EXPECT_GT(tally.buffers, 5000);
}

/// A pin that some plan may follow, for a random layer.
static Pin makePin(Dice &dice, const Instance &instance, bool mayPinRegion) {
  std::vector<Coordinate> chiplets = snakeOrder(instance.package);
  int64_t available = static_cast<int64_t>(chiplets.size());
  Pin pin;
  pin.layer =
      static_cast<int32_t>(dice.roll(0, instance.network.numLayers() - 1));
  switch (dice.roll(0, mayPinRegion ? 7 : 6)) {
  case 0:
    pin.cut = true;
    break;
  case 1:
    pin.split = true;
    break;
  case 2:
    pin.join = true;
    break;
  case 3:
    pin.cluster = dice.roll(0, 1);
    break;
  case 4:
    pin.minChiplets = dice.roll(1, available);
    break;
  case 5:
    pin.maxChiplets = dice.roll(1, available);
    break;
  case 6: {
    llvm::SmallVector<int64_t, 5> factors = {dice.oneIn(3) ? 2 : 1};
    for (const ParallelDim &dim :
         llvm::drop_begin(instance.network.layers[pin.layer].dims))
      factors.push_back(dice.roll(1, std::min<int64_t>(2, dim.size)));
    pin.partition = factors;
    break;
  }
  default: {
    std::vector<Coordinate> region;
    for (Coordinate at : chiplets)
      if (dice.oneIn(2))
        region.push_back(at);
    if (region.empty())
      region.push_back(chiplets[dice.roll(0, available - 1)]);
    llvm::sort(region);
    pin.region = region;
    break;
  }
  }
  return pin;
}

/// A random instance for searches.
static Instance makeSearchInstance(uint64_t seed) {
  Dice dice(seed);
  Instance instance;
  int32_t numLayers = static_cast<int32_t>(dice.roll(1, 6));
  instance.network = makeRandomNetwork(dice, numLayers);
  if (dice.oneIn(2))
    enrich(dice, instance.network);
  instance.package = makeRandomPackage(dice, 8, dice.roll(40, 600));
  Config &config = instance.config;
  config.batch =
      instance.network.samplesPerCall * (int64_t(1) << dice.roll(0, 2));
  config.objective = static_cast<Objective>(dice.roll(0, 3));
  config.strategy = static_cast<Strategy>(dice.oneIn(2) ? 0 : dice.roll(0, 5));
  config.space = dice.oneIn(3) ? Space::Published : Space::Full;
  config.pureOnly = dice.oneIn(4);
  config.splitBatch = !dice.oneIn(4);
  for (int64_t pins = dice.oneIn(2) ? dice.roll(1, 3) : 0; pins > 0; --pins) {
    bool mayPinRegion = instance.package.kinds.size() == 1;
    config.pins.push_back(makePin(dice, instance, mayPinRegion));
  }
  return instance;
}

TEST(Audit, AgreesOnSearchedPlans) {
  int found = 0, none = 0, pinned = 0, pinnedRegions = 0, published = 0;
  for (uint64_t seed = 1; seed <= 900; ++seed) {
    Instance instance = makeSearchInstance(seed + 2000000);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    SearchResult result = search(problem);
    if (result.failure) {
      ++none;
      continue;
    }
    ++found;
    published += instance.config.space == Space::Published;
    pinned += !instance.config.pins.empty();
    for (const Pin &pin : instance.config.pins)
      pinnedRegions += pin.region.has_value();
    Promise promise = makePromise(CostModel(problem), result.plan);
    promise.cost = result.cost;
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(findings.empty()) << "seed " << seed << ":\n"
                                  << printFindings(findings);
  }
  EXPECT_GT(found, 400);
  EXPECT_GT(none, 10);
  EXPECT_GT(pinned, 100);
  EXPECT_GT(pinnedRegions, 10);
  EXPECT_GT(published, 100);
}

TEST(Audit, PinnedBatchSplit) {
  // No beat of one call has this partition; the layer fits all the same.
  Network network = makeChain(2, 8, 4);
  Package package = makePlainPackage(2, 2, 2000);
  Config config;
  config.batch = 4;
  Pin pin;
  pin.layer = 1;
  pin.partition = {2, 1, 2};
  config.pins = {pin};
  Problem problem{network, package, config};
  ASSERT_FALSE(check(problem));
  CostModel model(problem);
  EXPECT_FALSE(model.streams(1));
  SearchResult result = search(problem);
  ASSERT_FALSE(result.failure) << result.failure.message;
  EXPECT_EQ(result.plan.partitions[1], (Partition{2, 1, 2}));
  Promise promise = makePromise(model, result.plan);
  std::vector<Finding> findings = audit(problem, promise);
  EXPECT_TRUE(findings.empty()) << printFindings(findings);
}

/// A pin of `layer` to the chiplets from `begin` up to `end` of row 0.
static Pin pinTo(int32_t layer, int32_t begin, int32_t end) {
  Pin pin;
  pin.layer = layer;
  pin.region.emplace();
  for (int32_t col = begin; col < end; ++col)
    pin.region->push_back({0, col});
  return pin;
}

TEST(Audit, PinsToTheSameChiplets) {
  // Regions of one segment are disjoint, and one cluster has one region.
  Network network = makeChain(3, 8, 4);
  Package package = makePlainPackage(1, 5, 2000);
  Config config;
  config.batch = 64;
  config.strategy = Strategy::FullPipeline;
  config.pins = {pinTo(0, 0, 2), pinTo(1, 1, 3)};
  Problem overlapping{network, package, config};
  ASSERT_FALSE(check(overlapping));
  EXPECT_TRUE(search(overlapping).failure);

  config.pins = {pinTo(0, 0, 2), pinTo(1, 2, 4)};
  Problem disjoint{network, package, config};
  SearchResult result = search(disjoint);
  ASSERT_FALSE(result.failure) << result.failure.message;
  EXPECT_EQ(result.plan.segments[0].clusters[0].lastLayer, 0);
  CostModel model(disjoint);
  std::vector<Finding> findings =
      audit(disjoint, makePromise(model, result.plan));
  EXPECT_TRUE(findings.empty()) << printFindings(findings);
}

TEST(Shape, KindsOfARegion) {
  // The least SRAM and the slowest lanes follow from the kinds.
  int refused = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Instance instance = makeAuditInstance(seed);
    Problem problem{instance.network, instance.package, instance.config};
    if (check(problem))
      continue;
    CostModel model(problem);
    Dice dice(seed);
    std::optional<Plan> plan = makeRandomPlan(dice, model);
    if (!plan)
      continue;
    plan->segments.back().clusters.back().kinds ^= 2;
    EXPECT_TRUE(checkShape(model, *plan)) << "seed " << seed;
    ++refused;
  }
  EXPECT_GT(refused, 100);
}

TEST(Audit, AgreesOnResultsThatComeInPieces) {
  // Two matrix products on two chiplets each. The weights of the first come in
  // four pieces, and it sends its result when it computes with the last one.
  constexpr int64_t kRows = 64, kChannels = 64, kDepth = 4096, kWide = 4096;
  Network network;
  network.values.resize(3);
  network.values[0].bytes = kRows * kDepth;
  network.values[2].isNetworkOutput = true;
  for (int32_t index = 0; index < 2; ++index) {
    int64_t depth = index == 0 ? kDepth : kChannels;
    Operand input, weights;
    input.value = index;
    input.elementBytes = index == 0 ? 1 : kWide;
    input.accesses = {Access{1, 1, 1, 0, 0, kRows, index == 0 ? -1 : 1},
                      Access{-1, 1, 1, 0, 0, depth, index == 0 ? -1 : 2}};
    weights.kind = OperandKind::Weight;
    weights.accesses = {Access{2, 1, 1, 0, 0, kChannels, -1},
                        Access{-1, 1, 1, 0, 0, depth, -1}};
    Output output;
    output.value = index + 1;
    output.elementBytes = index == 0 ? kWide : 1;
    output.dims = {1, 2};
    Layer layer;
    layer.name = index == 0 ? "first" : "second";
    layer.dims = {{1, DimRole::Batch},
                  {kRows, DimRole::Row},
                  {kChannels, DimRole::Channel}};
    layer.kDim = 2;
    layer.channelReduction = depth;
    layer.macs = kRows * kChannels * depth;
    layer.operands = {input, weights};
    layer.outputs = {output};
    network.layers.push_back(layer);
    network.values[index].consumers = {index};
    network.values[index + 1].producer = index;
    network.values[index + 1].bytes = kRows * kChannels * output.elementBytes;
  }
  Package package;
  package.rows = package.cols = 2;
  package.kinds.resize(1);
  package.kinds[0].macK = 16;
  package.kinds[0].macC = 64;
  package.kinds[0].sram = 1 << 30;
  package.link = package.port = Rational(1000);
  package.hop = 0;
  package.dramPorts = {{{0, 0}, Rational(1000)}};
  Config config;
  config.batch = 4;
  Problem problem{network, package, config};
  ASSERT_FALSE(check(problem)) << check(problem).message;
  CostModel model(problem);

  Plan plan;
  plan.partitions = {{1, 2, 1}, {1, 2, 1}};
  SegmentPlan segment;
  for (int32_t layer = 0; layer < 2; ++layer) {
    ClusterPlan cluster;
    cluster.firstLayer = cluster.lastLayer = layer;
    cluster.firstSlot = 2 * layer;
    cluster.size = 2;
    cluster.kinds = 1;
    cluster.mode = WeightMode::Distributed;
    cluster.level = 8;
    segment.clusters.push_back(cluster);
  }
  plan.segments = {segment};
  Promise promise = makePromise(model, plan);
  const LayerCost &first = promise.cost.segments[0].clusters[0].layers[0];
  EXPECT_EQ(first.compute, 64 / 16 * (4096 / 64) * 32);
  EXPECT_EQ(first.send, (kRows * kChannels * kWide + 1999) / 2000);
  EXPECT_LT(first.weights + first.external, first.compute);
  EXPECT_EQ(first.cycles, first.compute + first.send - first.compute / 4);
  std::vector<Finding> findings = audit(problem, promise);
  EXPECT_TRUE(findings.empty()) << printFindings(findings);
}
