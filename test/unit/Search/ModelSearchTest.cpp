//===- ModelSearchTest.cpp - Searches on networks of real sizes -----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelNetworks.h"
#include "RandomProblem.h"

#include "scope/Search/BufferPlan.h"
#include "scope/Search/Search.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ThreadPool.h"
#include "gtest/gtest.h"

using namespace scope::search;

static const Strategy kParts[] = {Strategy::LayerByLayer, Strategy::Sequential,
                                  Strategy::Segmented, Strategy::FullPipeline,
                                  Strategy::DataParallel};
static const Objective kObjectives[] = {Objective::Throughput,
                                        Objective::Latency, Objective::Energy,
                                        Objective::EDP};

/// Searches, and checks that the plan is one whose buffers find a place.
static SearchResult searchAndCheck(const Network &network,
                                   const Package &package,
                                   const Config &config) {
  SearchResult result = search({network, package, config});
  if (result.failure)
    return result;
  Config reserved = config;
  reserved.tileReserve = result.tileReserve;
  CostModel model({network, package, reserved});
  Diagnosis wrong = verify(model, result.plan, result.cost);
  EXPECT_FALSE(wrong) << wrong.message;
  Diagnosis misplaced = planBuffers(model, result.plan).failure;
  EXPECT_FALSE(misplaced) << misplaced.message;
  EXPECT_GE(gap(result, config.objective), 0);
  return result;
}

/// Expects that `merged` is no worse than any other strategy.
static void expectMergedWins(const Network &network, const Package &package,
                             Config config, const std::string &what) {
  config.strategy = Strategy::Merged;
  SearchResult merged = searchAndCheck(network, package, config);
  for (Strategy strategy : kParts) {
    // Data parallelism has a space of its own there.
    if (strategy == Strategy::DataParallel && config.space != Space::Full)
      continue;
    config.strategy = strategy;
    SearchResult part = searchAndCheck(network, package, config);
    if (part.failure)
      continue;
    ASSERT_FALSE(merged.failure) << what << ": " << merged.failure.message;
    EXPECT_TRUE(objectiveValue(merged.cost, config.objective) <=
                objectiveValue(part.cost, config.objective))
        << what << ", strategy " << int(strategy) << ": "
        << double(objectiveValue(merged.cost, config.objective)) << " over "
        << double(objectiveValue(part.cost, config.objective));
  }
}

namespace {
struct Case {
  const char *network, *package;
};
} // namespace

TEST(ModelSearch, MergedIsNeverWorse) {
  for (Case at : {Case{"resnet18", "simba-4x4"}, Case{"vgg16", "gemini-6x6"},
                  Case{"resnet50", "set-8x8"}})
    for (Space space : {Space::Full, Space::Published}) {
      Config config;
      config.space = space;
      // Also where the searches do not come to their end.
      for (int64_t budget : {30000000, 1000000}) {
        config.workBudget = budget;
        expectMergedWins(*makeNetwork(at.network), *makePackage(at.package),
                         config,
                         std::string(at.network) + " on " + at.package +
                             ", budget " + std::to_string(budget));
      }
    }
}

TEST(ModelSearch, MergedIsNeverWorseUnderAnyObjective) {
  Network network = makeResNet(18);
  Package package = *makePackage("simba-4x4");
  for (Objective objective : kObjectives) {
    Config config;
    config.objective = objective;
    config.workBudget = 4000000;
    expectMergedWins(network, package, config,
                     "objective " + std::to_string(int(objective)));
  }
}

TEST(ModelSearch, MergedIsNeverWorseOnRandomNetworks) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(1000 + seed);
    Network network = makeRandomNetwork(dice, int32_t(dice.roll(5, 9)));
    Package package = makeRandomPackage(dice, 8, dice.roll(40, 600));
    Config config;
    config.batch = int64_t(1) << dice.roll(0, 4);
    config.objective = kObjectives[dice.roll(0, 3)];
    config.space = dice.oneIn(3) ? Space::Published : Space::Full;
    config.workBudget = dice.oneIn(2) ? dice.roll(100, 20000) : 1000000;
    if (check(Problem{network, package, config}))
      continue;
    expectMergedWins(network, package, config, "seed " + std::to_string(seed));
  }
}

TEST(ModelSearch, PlansEverywhere) {
  for (const char *network : {"resnet50", "vgg16", "vit", "densenet121"})
    for (const char *package : {"simba-4x4", "set-8x8", "gemini-6x6"}) {
      Config config;
      config.workBudget = 4000000;
      SearchResult result =
          searchAndCheck(*makeNetwork(network), *makePackage(package), config);
      EXPECT_FALSE(result.failure)
          << network << " on " << package << ": " << result.failure.message;
      // Plans of this space are near the bound, even with little budget.
      EXPECT_LT(gap(result, config.objective), 0.25)
          << network << " on " << package;
    }
}

TEST(ModelSearch, TwoKindsAndDisabledChiplets) {
  Network network = makeResNet(18);
  Config config;
  config.workBudget = 4000000;
  Package package = *makePackage("hetero-6x6");
  EXPECT_FALSE(searchAndCheck(network, package, config).failure);
  for (Coordinate at : {Coordinate{0, 5}, Coordinate{2, 2}, Coordinate{5, 0}})
    package.disabled.push_back(at);
  EXPECT_FALSE(searchAndCheck(network, package, config).failure);
  package = *makePackage("simba-6x6");
  package.disabled = {{0, 0}, {3, 3}};
  EXPECT_FALSE(searchAndCheck(network, package, config).failure);
}

TEST(ModelSearch, ManyChipletsOfWhichTenAreDead) {
  Network network = makeResNet(50);
  Package package = *makePackage("simba-16x16");
  Config config;
  config.workBudget = 4000000;
  SearchResult whole = searchAndCheck(network, package, config);
  Dice dice(10);
  while (package.disabled.size() < 10) {
    Coordinate at{static_cast<int32_t>(dice.roll(0, 15)),
                  static_cast<int32_t>(dice.roll(0, 15))};
    if (!llvm::is_contained(package.disabled, at))
      package.disabled.push_back(at);
  }
  llvm::sort(package.disabled);
  SearchResult harvested = searchAndCheck(network, package, config);
  ASSERT_FALSE(whole.failure || harvested.failure);
  for (const SegmentPlan &segment : harvested.plan.segments)
    for (const ClusterPlan &cluster : segment.clusters)
      EXPECT_LE(cluster.firstSlot + cluster.size, 246);
  // Ten of 256 chiplets cost little more than their share.
  EXPECT_LT(harvested.cost.cycles, whole.cost.cycles * 1.10);
}

TEST(ModelSearch, ExactIsNoWorseThanAuto) {
  Network network = makeResNet(50);
  Package package = *makePackage("simba-4x4");
  Config config;
  config.workBudget = 5000000;
  SearchResult quick = searchAndCheck(network, package, config);
  config.algorithm = Algorithm::Exact;
  SearchResult exact = searchAndCheck(network, package, config);
  ASSERT_FALSE(quick.failure || exact.failure);
  EXPECT_TRUE(exact.proved);
  EXPECT_FALSE(quick.proved);
  EXPECT_LE(exact.cost.cycles, quick.cost.cycles);
  EXPECT_LE(quick.cost.cycles, exact.cost.cycles * 1.02);
}

TEST(ModelSearch, SaysWhichLayerDoesNotFit) {
  Network network = makeResNet(18);
  Config config;
  Package package = *makePackage("simba-4x4");
  config.strategy = Strategy::FullPipeline;
  SearchResult result = search({network, package, config});
  ASSERT_TRUE(result.failure);
  EXPECT_NE(result.failure.message.find("11,717,312 bytes"), std::string::npos)
      << result.failure.message;
  EXPECT_GE(result.failure.layer, 0);

  // Too little SRAM for a row of the first layer, however it is split.
  config.strategy = Strategy::Merged;
  package.kinds[0].sram = 512;
  result = search({network, package, config});
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure.layer, 0);
  EXPECT_NE(result.failure.message.find("'conv1'"), std::string::npos)
      << result.failure.message;
}

TEST(ModelSearch, RefusesPinsThatOneSegmentCannotHold) {
  Network network = makeResNet(18);
  Package package = *makePackage("simba-2x2");
  Config config;
  config.strategy = Strategy::FullPipeline;
  for (int32_t layer = 0; layer < 5; ++layer) {
    Pin pin;
    pin.layer = layer;
    pin.cluster = layer;
    if (layer == 4)
      pin.minChiplets = 2;
    config.pins.push_back(pin);
  }
  EXPECT_EQ(search({network, package, config}).failure.message,
            "the pins ask for 5 clusters with 6 chiplets in the one segment of "
            "strategy=full-pipeline, the package has 4; pin fewer clusters or "
            "smaller ones");
  config.pins.resize(1);
  config.pins[0].layer = 3;
  config.pins[0].cut = true;
  EXPECT_EQ(search({network, package, config}).failure.message,
            "layer '" + network.layers[3].name +
                "' is pinned to start a segment, and strategy=full-pipeline "
                "has one segment; choose another strategy, or pin it with "
                "split");
}

TEST(ModelSearch, RefusesRegionsAmongSeveralKinds) {
  Network network = makeResNet(18);
  Package package = *makePackage("hetero-6x6");
  Config config;
  Pin pin;
  pin.layer = 3;
  pin.region = {{0, 0}, {0, 1}};
  config.pins.push_back(pin);
  SearchResult result = search({network, package, config});
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure.layer, 3);
  EXPECT_NE(result.failure.message.find("several kinds of chiplets"),
            std::string::npos)
      << result.failure.message;
}

TEST(ModelSearch, AnswersWhateverTheLimits) {
  // The largest network on many chiplets, and a part of the strategies that
  // needs more than the quickest search looks at.
  for (Space space : {Space::Full, Space::Published}) {
    Config config;
    config.space = space;
    config.workBudget = 1;
    Network network = makeResNet(152);
    Package package = *makePackage("simba-16x16");
    EXPECT_FALSE(searchAndCheck(network, package, config).failure);
    config.workBudget = Config().workBudget;
    config.timeLimit = 0.01;
    EXPECT_FALSE(searchAndCheck(network, package, config).failure);
    config.strategy = Strategy::Sequential;
    EXPECT_FALSE(
        searchAndCheck(makeResNet(50), *makePackage("simba-4x4"), config)
            .failure);
  }
}

TEST(ModelSearch, LinearIsNearTheBest) {
  for (Case at : {Case{"resnet50", "simba-4x4"}, Case{"resnet152", "simba-4x4"},
                  Case{"vit", "simba-4x4"}}) {
    Network network = *makeNetwork(at.network);
    Package package = *makePackage(at.package);
    Config config;
    config.algorithm = Algorithm::Linear;
    SearchResult linear = searchAndCheck(network, package, config);
    ASSERT_FALSE(linear.failure);
    EXPECT_EQ(linear.answeredBy, "linear");
    config.algorithm = Algorithm::Auto;
    int64_t best = search({network, package, config}).cost.cycles;
    EXPECT_LE(double(linear.cost.cycles), 1.03 * double(best)) << at.network;
    // The bound leaves auto itself 3.1 % for this network.
    bool isLoose = llvm::StringRef(at.network) == "vit";
    EXPECT_LT(gap(linear, config.objective), isLoose ? 0.05 : 0.03)
        << at.network;
  }
}

TEST(ModelSearch, LinearMergesWhatHasManyBranches) {
  // So many values are live in a block that there are too many ways to split
  // them; one way for all is known at once.
  Config config;
  config.algorithm = Algorithm::Linear;
  SearchResult linear =
      searchAndCheck(makeDenseNet(121), *makePackage("simba-4x4"), config);
  ASSERT_FALSE(linear.failure);
  EXPECT_LT(gap(linear, config.objective), 0.03);
  int32_t longest = 0;
  for (const SegmentPlan &segment : linear.plan.segments)
    for (const ClusterPlan &cluster : segment.clusters)
      longest = std::max(longest, cluster.lastLayer - cluster.firstLayer + 1);
  EXPECT_GT(longest, 32);
}

TEST(ModelSearch, LinearIsNearTheBestOfThePublishedSpace) {
  for (Case at : {Case{"resnet50", "simba-4x4"}, Case{"vgg16", "simba-4x4"},
                  Case{"resnet18", "gemini-6x6"}}) {
    Network network = *makeNetwork(at.network);
    Package package = *makePackage(at.package);
    Config config;
    config.space = Space::Published;
    config.algorithm = Algorithm::Linear;
    SearchResult linear = searchAndCheck(network, package, config);
    config.algorithm = Algorithm::Exact;
    SearchResult exact = searchAndCheck(network, package, config);
    ASSERT_FALSE(linear.failure || exact.failure);
    EXPECT_EQ(linear.answeredBy, "linear");
    EXPECT_TRUE(exact.proved);
    EXPECT_LE(linear.cost.cycles, exact.cost.cycles * 1.03)
        << at.network << " on " << at.package;
  }
}

TEST(ModelSearch, ReadsManyOperands) {
  // 48 layers of a block read up to 49 values each.
  Network network = makeDenseNet(201);
  EXPECT_EQ(check(network), "");
  size_t most = 0;
  for (const Layer &layer : network.layers)
    most = std::max(most, layer.operands.size());
  EXPECT_GT(most, 32u);
  Layer &layer = network.layers.back();
  while (layer.operands.size() <= kMostOperands)
    layer.operands.push_back(layer.operands.back());
  EXPECT_NE(check(network).find("it reads 65 operands, at most 64"),
            std::string::npos)
      << check(network);
}

TEST(ModelSearch, ThreadsChangeNothing) {
  llvm::StdThreadPool pool(llvm::hardware_concurrency(3));
  for (const char *name : {"simba-2x2", "simba-4x4", "hetero-6x6"})
    for (Algorithm algorithm : {Algorithm::Auto, Algorithm::Exact}) {
      // All of the space takes long where there are two kinds of chiplets.
      if (algorithm == Algorithm::Exact && name[0] == 'h')
        continue;
      // Of its equal runs of layers some are searched at once.
      Network network = makeResNet(34);
      Package package = *makePackage(name);
      Config config;
      config.algorithm = algorithm;
      config.space = name[6] == '2' ? Space::Published : Space::Full;
      SearchResult alone = search({network, package, config});
      SearchResult together =
          scope::search::search({network, package, config}, &pool);
      ASSERT_FALSE(alone.failure);
      EXPECT_EQ(alone.candidates, together.candidates);
      EXPECT_EQ(alone.answeredBy, together.answeredBy);
      CostModel model({network, package, config});
      EXPECT_FALSE(verify(model, together.plan, alone.cost));
      EXPECT_TRUE(alone.plan.partitions == together.plan.partitions);
    }
}
