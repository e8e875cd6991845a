//===- AuditMutationTest.cpp - Broken promises are found ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes plans whose promises all hold and breaks one at a time.
//
//===----------------------------------------------------------------------===//

#include "AuditInstances.h"

#include "scope/Search/Partitions.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <functional>

using namespace scope::search;

namespace {
/// Changes `promise` (or the instance it is about); false if there is nothing
/// of its kind to change.
using Mutation = std::function<bool(Dice &, Instance &, Promise &)>;

/// A place in a plan.
struct Spot {
  int32_t segment, cluster;
};
} // namespace

/// Promises of random feasible plans, one a seed.
static bool makeGoodPromise(uint64_t seed, Instance &instance,
                            Promise &promise) {
  instance = makeAuditInstance(seed);
  Problem problem{instance.network, instance.package, instance.config};
  if (check(problem))
    return false;
  CostModel model(problem);
  Dice dice(seed + 1000000);
  std::optional<Plan> plan = makeRandomPlan(dice, model);
  if (!plan || evaluate(model, *plan).infeasible)
    return false;
  promise = makePromise(model, *plan);
  return audit(problem, promise).empty();
}

/// Applies `mutate` to many good promises and expects that each is refused with
/// a finding of `kind`.
static void expectFound(FindingKind kind, const Mutation &mutate) {
  int applied = 0;
  for (uint64_t seed = 1; seed <= 6000 && applied < 20; ++seed) {
    Instance instance;
    Promise promise;
    if (!makeGoodPromise(seed, instance, promise))
      continue;
    Dice dice(seed + 3000000);
    if (!mutate(dice, instance, promise))
      continue;
    ++applied;
    Problem problem{instance.network, instance.package, instance.config};
    std::vector<Finding> findings = audit(problem, promise);
    EXPECT_TRUE(llvm::any_of(findings, [&](const Finding &finding) {
      return finding.kind == kind;
    })) << "seed " << seed << "\n"
        << printFindings(findings);
  }
  EXPECT_GE(applied, 10);
}

/// A random cluster for which `wanted` holds.
static std::optional<Spot>
findCluster(Dice &dice, const Promise &promise,
            llvm::function_ref<bool(const SegmentPlan &, const ClusterPlan &)>
                wanted) {
  std::vector<Spot> spots;
  for (size_t s = 0; s < promise.plan.segments.size(); ++s)
    for (size_t c = 0; c < promise.plan.segments[s].clusters.size(); ++c)
      if (wanted(promise.plan.segments[s], promise.plan.segments[s].clusters[c]))
        spots.push_back({int32_t(s), int32_t(c)});
  if (spots.empty())
    return std::nullopt;
  return spots[dice.roll(0, int64_t(spots.size()) - 1)];
}

/// Any cluster.
static Spot anyCluster(Dice &dice, const Promise &promise) {
  return *findCluster(dice, promise,
                      [](const SegmentPlan &, const ClusterPlan &) {
                        return true;
                      });
}

static ClusterPlan &planAt(Promise &promise, Spot spot) {
  return promise.plan.segments[spot.segment].clusters[spot.cluster];
}

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

/// Changes one figure and expects exactly one finding, at the right place.
template <typename Cost, typename Figure>
static void expectFigureFound(Figure Cost::*figure,
                              llvm::function_ref<Cost &(Promise &, Spot)> at,
                              bool inCluster, bool inLayer) {
  int applied = 0;
  for (uint64_t seed = 1; seed <= 400 && applied < 8; ++seed) {
    Instance instance;
    Promise promise;
    if (!makeGoodPromise(seed, instance, promise))
      continue;
    ++applied;
    Dice dice(seed);
    Spot spot = anyCluster(dice, promise);
    Figure &value = at(promise, spot).*figure;
    value = static_cast<Figure>(std::is_same_v<Figure, bool>
                                    ? !value
                                    : value + (dice.oneIn(2) ? 1 : -1));
    Problem problem{instance.network, instance.package, instance.config};
    std::vector<Finding> findings = audit(problem, promise);
    ASSERT_EQ(findings.size(), 1u)
        << "seed " << seed << "\n" << printFindings(findings);
    EXPECT_EQ(findings[0].kind, FindingKind::Cost);
    bool inSegment = !std::is_same_v<Cost, PlanCost>;
    EXPECT_EQ(findings[0].segment, inSegment ? spot.segment : -1);
    EXPECT_EQ(findings[0].cluster, inCluster ? spot.cluster : -1);
    EXPECT_EQ(findings[0].layer,
              inLayer ? planAt(promise, spot).firstLayer : -1);
  }
  EXPECT_EQ(applied, 8);
}

TEST(AuditMutation, EveryFigureOfALayer) {
  auto at = [](Promise &promise, Spot spot) -> LayerCost & {
    return promise.cost.segments[spot.segment]
        .clusters[spot.cluster]
        .layers.front();
  };
  for (int64_t LayerCost::*figure :
       {&LayerCost::compute, &LayerCost::internal, &LayerCost::external,
        &LayerCost::weights, &LayerCost::send, &LayerCost::cycles,
        &LayerCost::energyMac, &LayerCost::energySram, &LayerCost::energyNop})
    expectFigureFound<LayerCost, int64_t>(figure, at, true, true);
  for (bool LayerCost::*figure : {&LayerCost::overlapped, &LayerCost::banded})
    expectFigureFound<LayerCost, bool>(figure, at, true, true);
  expectFigureFound<LayerCost, int32_t>(&LayerCost::used, at, true, true);
}

TEST(AuditMutation, EveryFigureOfACluster) {
  auto at = [](Promise &promise, Spot spot) -> ClusterCost & {
    return promise.cost.segments[spot.segment].clusters[spot.cluster];
  };
  for (int64_t ClusterCost::*figure :
       {&ClusterCost::stage, &ClusterCost::resident,
        &ClusterCost::residentWeights, &ClusterCost::deliveredWeights,
        &ClusterCost::tiles})
    expectFigureFound<ClusterCost, int64_t>(figure, at, true, false);
}

TEST(AuditMutation, EveryFigureOfASegment) {
  auto at = [](Promise &promise, Spot spot) -> SegmentCost & {
    return promise.cost.segments[spot.segment];
  };
  for (int64_t SegmentCost::*figure :
       {&SegmentCost::load, &SegmentCost::fill, &SegmentCost::pace,
        &SegmentCost::slowestStage, &SegmentCost::dramBeat, &SegmentCost::beats,
        &SegmentCost::cycles, &SegmentCost::latency, &SegmentCost::dramBytes,
        &SegmentCost::energyMac, &SegmentCost::energySram,
        &SegmentCost::energyNop, &SegmentCost::energyDram,
        &SegmentCost::energyIdle})
    expectFigureFound<SegmentCost, int64_t>(figure, at, false, false);
}

TEST(AuditMutation, EveryFigureOfThePlan) {
  auto at = [](Promise &promise, Spot) -> PlanCost & { return promise.cost; };
  for (int64_t PlanCost::*figure :
       {&PlanCost::cycles, &PlanCost::latency, &PlanCost::energy})
    expectFigureFound<PlanCost, int64_t>(figure, at, false, false);
}

TEST(AuditMutation, MissingCosts) {
  expectFound(FindingKind::Cost, [](Dice &, Instance &, Promise &promise) {
    promise.cost.segments.pop_back();
    return true;
  });
  expectFound(FindingKind::Cost, [](Dice &, Instance &, Promise &promise) {
    promise.cost.segments.back().clusters.pop_back();
    return true;
  });
  expectFound(FindingKind::Cost, [](Dice &, Instance &, Promise &promise) {
    promise.cost.segments[0].clusters[0].layers.pop_back();
    return true;
  });
}

//===----------------------------------------------------------------------===//
// Coverage
//===----------------------------------------------------------------------===//

TEST(AuditMutation, MissingLayer) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    --promise.plan.segments.back().clusters.back().lastLayer;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    ++promise.plan.segments.front().clusters.front().firstLayer;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    if (promise.plan.segments.size() < 2)
      return false;
    promise.plan.segments.pop_back();
    promise.cost.segments.pop_back();
    promise.clusters.pop_back();
    return true;
  });
}

TEST(AuditMutation, LayerTwice) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    if (promise.plan.segments.size() < 2)
      return false;
    --promise.plan.segments.back().clusters.front().firstLayer;
    return true;
  });
}

TEST(AuditMutation, WrongOrder) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    if (promise.plan.segments.size() < 2)
      return false;
    std::swap(promise.plan.segments[0], promise.plan.segments[1]);
    std::swap(promise.cost.segments[0], promise.cost.segments[1]);
    std::swap(promise.clusters[0], promise.clusters[1]);
    return true;
  });
}

TEST(AuditMutation, NonsenseIndices) {
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.segments[0].clusters[0].lastLayer = 1000000;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.segments[0].clusters[0].firstLayer = -5;
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.segments[0].clusters.clear();
    promise.clusters[0].clear();
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.plan.partitions.pop_back();
    return true;
  });
  expectFound(FindingKind::Coverage, [](Dice &, Instance &, Promise &promise) {
    promise.clusters.pop_back();
    return !promise.clusters.empty();
  });
}

//===----------------------------------------------------------------------===//
// Space
//===----------------------------------------------------------------------===//

TEST(AuditMutation, NoLevel) {
  for (int32_t level : {0, 1, 3, 13, 15, 16, -2, 1000000})
    expectFound(FindingKind::Space,
                [&](Dice &dice, Instance &, Promise &promise) {
                  planAt(promise, anyCluster(dice, promise)).level = level;
                  return true;
                });
}

TEST(AuditMutation, LevelTooLowOrHigh) {
  // The lowest level has no space for residents, or the highest none for
  // tiles; where neither is so, the plan stays good.
  expectFound(FindingKind::Capacity,
              [](Dice &dice, Instance &instance, Promise &promise) {
                int32_t level = dice.oneIn(2) ? 2 : 14;
                Spot spot = anyCluster(dice, promise);
                planAt(promise, spot).level = level;
                Problem problem{instance.network, instance.package,
                                instance.config};
                return bool(evaluate(CostModel(problem), promise.plan)
                                .infeasible);
              });
}

TEST(AuditMutation, Beat) {
  for (int64_t calls : {int64_t(0), int64_t(-1), int64_t(3), int64_t(1) << 40})
    expectFound(FindingKind::Space, [&](Dice &, Instance &, Promise &promise) {
      promise.plan.segments[0].beatCalls = calls;
      return true;
    });
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.maxBeat = 1;
                return promise.plan.segments[0].beatCalls > 1;
              });
}

TEST(AuditMutation, Partition) {
  expectFound(FindingKind::Space,
              [](Dice &dice, Instance &, Promise &promise) {
                Spot spot = anyCluster(dice, promise);
                int32_t layer = planAt(promise, spot).firstLayer;
                promise.plan.partitions[layer][1] =
                    static_cast<int32_t>(dice.oneIn(2) ? 0 : 100);
                return true;
              });
  expectFound(FindingKind::Space, [](Dice &, Instance &, Promise &promise) {
    promise.plan.partitions[0].push_back(1);
    return true;
  });
  // More tiles than chiplets.
  expectFound(FindingKind::Space,
              [](Dice &dice, Instance &instance, Promise &promise) {
                Spot spot = anyCluster(dice, promise);
                ClusterPlan &cluster = planAt(promise, spot);
                const Layer &layer =
                    instance.network.layers[cluster.firstLayer];
                Partition &factors =
                    promise.plan.partitions[cluster.firstLayer];
                for (size_t dim = 1; dim < factors.size(); ++dim)
                  factors[dim] = static_cast<int32_t>(layer.dims[dim].size);
                return int64_t(factors[1]) * factors[2] > cluster.size;
              });
}

TEST(AuditMutation, Strategy) {
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.strategy = Strategy::LayerByLayer;
                return promise.plan.segments[0].clusters.size() > 1 ||
                       promise.plan.segments[0].firstLayer() !=
                           promise.plan.segments[0].lastLayer();
              });
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.strategy = Strategy::Sequential;
                return promise.plan.segments[0].clusters.size() > 1;
              });
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.strategy = Strategy::FullPipeline;
                return promise.plan.segments.size() > 1;
              });
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.strategy = Strategy::DataParallel;
                return llvm::any_of(promise.plan.partitions,
                                    [](const Partition &factors) {
                                      return factors[1] * factors[2] > 1;
                                    });
              });
  expectFound(FindingKind::Space,
              [](Dice &dice, Instance &instance, Promise &promise) {
                instance.config.strategy = Strategy::Segmented;
                return findCluster(
                           dice, promise,
                           [&](const SegmentPlan &, const ClusterPlan &c) {
                             int count = 0;
                             for (int32_t l = c.firstLayer; l <= c.lastLayer;
                                  ++l)
                               count += instance.network.layers[l].macs > 0;
                             return count > 1;
                           })
                    .has_value();
              });
}

TEST(AuditMutation, Configuration) {
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                WeightMode mode = promise.plan.segments[0].clusters[0].mode;
                instance.config.weights = mode == WeightMode::Replicated
                                              ? WeightMode::Distributed
                                              : WeightMode::Replicated;
                return true;
              });
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.splitBatch = false;
                return instance.config.strategy != Strategy::DataParallel &&
                       llvm::any_of(promise.plan.partitions,
                                    [](const Partition &factors) {
                                      return factors[0] > 1;
                                    });
              });
  expectFound(FindingKind::Space,
              [](Dice &, Instance &instance, Promise &promise) {
                instance.config.pureOnly = true;
                // Channels split of a layer that reads all of them.
                for (int32_t l = 0; l < instance.network.numLayers(); ++l) {
                  const Partition &factors = promise.plan.partitions[l];
                  if (sharesInput(instance.network.layers[l], 2) &&
                      factors[0] * factors[1] > 1 && factors[2] > 1)
                    return true;
                }
                return false;
              });
  expectFound(FindingKind::Space,
              [](Dice &dice, Instance &instance, Promise &promise) {
                for (int32_t l = 0; l < instance.network.numLayers(); ++l)
                  for (int32_t factor : promise.plan.partitions[l])
                    if (factor > 1) {
                      instance.network.layers[l].splittable = false;
                      return true;
                    }
                return false;
              });
}

TEST(AuditMutation, DistributedWhereThePublishedSpaceReplicates) {
  expectFound(FindingKind::Space,
              [](Dice &dice, Instance &instance, Promise &promise) {
                Config &config = instance.config;
                if (config.space != Space::Published || config.weights)
                  return false;
                Spot spot = anyCluster(dice, promise);
                planAt(promise, spot).mode = WeightMode::Distributed;
                return true;
              });
}

TEST(AuditMutation, Pins) {
  auto pinned = [](llvm::function_ref<bool(Pin &, const Promise &, Spot)> set) {
    return [set](Dice &dice, Instance &instance, Promise &promise) {
      Spot spot = anyCluster(dice, promise);
      Pin pin;
      pin.layer = planAt(promise, spot).firstLayer;
      bool applies = set(pin, promise, spot);
      instance.config.pins.push_back(pin);
      return applies;
    };
  };
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &promise,
                                            Spot spot) {
                pin.cut = true;
                return spot.cluster > 0;
              }));
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &promise,
                                            Spot spot) {
                const ClusterPlan &plan = promise.plan.segments[spot.segment]
                                              .clusters[spot.cluster];
                pin.layer = plan.lastLayer;
                pin.split = true;
                return plan.firstLayer != plan.lastLayer;
              }));
  expectFound(FindingKind::Space,
              pinned([](Pin &pin, const Promise &, Spot) {
                pin.join = true;
                return pin.layer > 0;
              }));
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &promise,
                                            Spot spot) {
                pin.minChiplets = promise.plan.segments[spot.segment]
                                      .clusters[spot.cluster]
                                      .size +
                                  1;
                return true;
              }));
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &promise,
                                            Spot spot) {
                pin.maxChiplets = promise.plan.segments[spot.segment]
                                      .clusters[spot.cluster]
                                      .size -
                                  1;
                return true;
              }));
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &promise,
                                            Spot spot) {
                const auto &clusters = promise.clusters[spot.segment];
                pin.region = clusters[(spot.cluster + 1) % clusters.size()]
                                 .region;
                return clusters.size() > 1;
              }));
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &promise,
                                            Spot) {
                const Partition &own = promise.plan.partitions[pin.layer];
                pin.partition.emplace(own.begin(), own.end());
                ++pin.partition->back();
                return true;
              }));
  for (bool same : {true, false})
    expectFound(FindingKind::Space, [&](Dice &, Instance &instance,
                                        Promise &promise) {
      const ClusterPlan &cluster = promise.plan.segments[0].clusters[0];
      Pin a, b;
      a.layer = cluster.firstLayer;
      b.layer = same ? cluster.lastLayer + 1 : cluster.lastLayer;
      a.cluster = 7;
      b.cluster = same ? 7 : 8;
      if (b.layer == a.layer || b.layer >= instance.network.numLayers())
        return false;
      instance.config.pins = {a, b};
      return true;
    });
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

TEST(AuditMutation, Regions) {
  auto region = [](llvm::function_ref<bool(std::vector<Coordinate> &,
                                           const Instance &, Promise &, Spot)>
                       change) {
    return [change](Dice &dice, Instance &instance, Promise &promise) {
      Spot spot = anyCluster(dice, promise);
      return change(promise.clusters[spot.segment][spot.cluster].region,
                    instance, promise, spot);
    };
  };
  // Overlap.
  expectFound(FindingKind::Region,
              region([](std::vector<Coordinate> &region, const Instance &,
                        Promise &promise, Spot spot) {
                auto &clusters = promise.clusters[spot.segment];
                region.back() =
                    clusters[(spot.cluster + 1) % clusters.size()].region[0];
                return clusters.size() > 1;
              }));
  expectFound(FindingKind::Region,
              region([](std::vector<Coordinate> &region, const Instance &,
                        Promise &, Spot) {
                region.back() = region.front();
                return region.size() > 1;
              }));
  // Off the grid, or disabled.
  expectFound(FindingKind::Region,
              region([](std::vector<Coordinate> &region, const Instance &,
                        Promise &, Spot) {
                region.back() = {-1, 0};
                return true;
              }));
  expectFound(FindingKind::Region,
              region([](std::vector<Coordinate> &region,
                        const Instance &instance, Promise &, Spot) {
                region.back() = {instance.package.rows, 0};
                return true;
              }));
  expectFound(FindingKind::Region,
              region([](std::vector<Coordinate> &region,
                        const Instance &instance, Promise &, Spot) {
                if (instance.package.disabled.empty())
                  return false;
                region.back() = instance.package.disabled.front();
                return true;
              }));
  // Wrong number.
  expectFound(FindingKind::Region,
              region([](std::vector<Coordinate> &region, const Instance &,
                        Promise &, Spot) {
                region.pop_back();
                return !region.empty();
              }));
  // Other kinds than the plan was made for.
  expectFound(FindingKind::Region, [](Dice &dice, Instance &, Promise &promise) {
    planAt(promise, anyCluster(dice, promise)).kinds ^= 1;
    return true;
  });
}

TEST(AuditMutation, RegionsBeforePlacement) {
  auto forget = [](Promise &promise) {
    for (auto &clusters : promise.clusters)
      for (PromisedCluster &cluster : clusters)
        cluster.region.clear();
  };
  expectFound(FindingKind::Region,
              [&](Dice &dice, Instance &, Promise &promise) {
                forget(promise);
                planAt(promise, anyCluster(dice, promise)).size += 100;
                return true;
              });
  expectFound(FindingKind::Region,
              [&](Dice &dice, Instance &, Promise &promise) {
                forget(promise);
                planAt(promise, anyCluster(dice, promise)).size = 0;
                return true;
              });
  expectFound(FindingKind::Region,
              [&](Dice &, Instance &instance, Promise &promise) {
                promise.clusters.clear();
                int32_t all = static_cast<int32_t>(
                    snakeOrder(instance.package).size());
                for (ClusterPlan &cluster : promise.plan.segments[0].clusters)
                  cluster.size = all;
                return promise.plan.segments[0].clusters.size() > 1;
              });
  expectFound(FindingKind::Region,
              [&](Dice &dice, Instance &, Promise &promise) {
                forget(promise);
                planAt(promise, anyCluster(dice, promise)).kinds = 1u << 31;
                return true;
              });
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

/// A mutation of one buffer for which `wanted` holds.
static Mutation
changeBuffer(std::function<bool(const Buffer &)> wanted,
             std::function<void(std::vector<Buffer> &, size_t, const Instance &)>
                 change) {
  return [=](Dice &dice, Instance &instance, Promise &promise) {
    std::vector<std::pair<std::vector<Buffer> *, size_t>> choices;
    for (auto &clusters : promise.clusters)
      for (PromisedCluster &cluster : clusters)
        if (cluster.buffers)
          for (size_t b = 0; b < cluster.buffers->size(); ++b)
            if (wanted((*cluster.buffers)[b]))
              choices.push_back({&*cluster.buffers, b});
    if (choices.empty())
      return false;
    auto [buffers, index] = choices[dice.roll(0, int64_t(choices.size()) - 1)];
    change(*buffers, index, instance);
    return true;
  };
}

TEST(AuditMutation, BufferShrunkMissingOrElsewhere) {
  for (BufferRole role :
       {BufferRole::Weights, BufferRole::Chunk, BufferRole::Arriving,
        BufferRole::Waiting, BufferRole::Input, BufferRole::Output}) {
    auto isRole = [role](const Buffer &buffer) { return buffer.role == role; };
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  --list[index].bytes;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  list.erase(list.begin() + index);
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  --list[index].copies;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  --list[index].lastStep;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  ++list[index].firstStep;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  list[index].offset = -1;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &instance) {
                  int64_t most = 0;
                  for (const ChipletKind &kind : instance.package.kinds)
                    most = std::max(most, kind.sram);
                  list[index].offset = most - list[index].bytes + 1;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  ++list[index].layer;
                }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  list.push_back(list[index]);
                }));
  }
}

TEST(AuditMutation, FewerWaitingBeats) {
  expectFound(FindingKind::Buffer,
              changeBuffer(
                  [](const Buffer &buffer) {
                    return buffer.role == BufferRole::Waiting &&
                           buffer.copies > 1;
                  },
                  [](std::vector<Buffer> &list, size_t index,
                     const Instance &) {
                    Buffer &buffer = list[index];
                    buffer.bytes -= buffer.bytes / buffer.copies;
                    --buffer.copies;
                  }));
}

TEST(AuditMutation, BuffersOverlap) {
  // Moves a buffer onto another one that lives at the same time.
  expectFound(FindingKind::Buffer, [](Dice &dice, Instance &,
                                      Promise &promise) {
    Spot spot = anyCluster(dice, promise);
    auto &buffers = promise.clusters[spot.segment][spot.cluster].buffers;
    if (!buffers)
      return false;
    for (Buffer &a : *buffers)
      for (Buffer &b : *buffers)
        if (&a != &b && a.firstStep <= b.lastStep &&
            b.firstStep <= a.lastStep && a.bytes > 0 && b.bytes > 0) {
          a.offset = std::max<int64_t>(0, b.offset + b.bytes - 1);
          return true;
        }
    return false;
  });
}

TEST(AuditMutation, ResidentWeightsOfAStreamedLayer) {
  expectFound(FindingKind::Buffer,
              [](Dice &dice, Instance &instance, Promise &promise) {
                Problem problem{instance.network, instance.package,
                                instance.config};
                CostModel model(problem);
                for (size_t s = 0; s < promise.plan.segments.size(); ++s)
                  for (size_t c = 0; c < promise.clusters[s].size(); ++c) {
                    auto &buffers = promise.clusters[s][c].buffers;
                    const ClusterPlan &plan =
                        promise.plan.segments[s].clusters[c];
                    for (int32_t l = plan.firstLayer; l <= plan.lastLayer; ++l)
                      if (buffers && model.streams(l)) {
                        for (Buffer &buffer : *buffers)
                          if (buffer.layer == l &&
                              buffer.role == BufferRole::Chunk)
                            buffer.role = BufferRole::Weights;
                        return true;
                      }
                  }
                return false;
              });
}

TEST(AuditMutation, StopsAfterSomeFindings) {
  Instance instance;
  Promise promise;
  uint64_t seed = 1;
  while (!makeGoodPromise(seed, instance, promise) ||
         instance.network.numLayers() < 6)
    ++seed;
  for (SegmentCost &segment : promise.cost.segments)
    for (ClusterCost &cluster : segment.clusters)
      for (LayerCost &layer : cluster.layers) {
        layer = LayerCost();
        layer.compute = layer.internal = layer.external = -1;
        layer.weights = layer.send = layer.cycles = -1;
      }
  Problem problem{instance.network, instance.package, instance.config};
  EXPECT_EQ(audit(problem, promise).size(), kMostFindings);
  EXPECT_EQ(audit(problem, promise, 3).size(), 3u);
}
