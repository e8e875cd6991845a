//===- AuditSpaceMutationTest.cpp - Plans out of their space are found ----===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditMutations.h"

#include "scope/Search/Partitions.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <limits>

using namespace scope::search;

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
  expectFound(FindingKind::Capacity, [](Dice &dice, Instance &instance,
                                        Promise &promise) {
    int32_t level = dice.oneIn(2) ? 2 : 14;
    Spot spot = anyCluster(dice, promise);
    planAt(promise, spot).level = level;
    Problem problem{instance.network, instance.package, instance.config};
    return bool(evaluate(CostModel(problem), promise.plan).infeasible);
  });
}

TEST(AuditMutation, Beat) {
  for (int64_t calls : {int64_t(0), int64_t(-1), int64_t(3), int64_t(1) << 40,
                        std::numeric_limits<int64_t>::max()})
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
  expectFound(FindingKind::Space, [](Dice &dice, Instance &, Promise &promise) {
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
  expectFound(
      FindingKind::Space, [](Dice &dice, Instance &instance, Promise &promise) {
        Spot spot = anyCluster(dice, promise);
        ClusterPlan &cluster = planAt(promise, spot);
        const Layer &layer = instance.network.layers[cluster.firstLayer];
        Partition &factors = promise.plan.partitions[cluster.firstLayer];
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
  expectFound(FindingKind::Space, [](Dice &, Instance &instance,
                                     Promise &promise) {
    instance.config.strategy = Strategy::DataParallel;
    return llvm::any_of(promise.plan.partitions, [](const Partition &factors) {
      return factors[1] * factors[2] > 1;
    });
  });
  expectFound(FindingKind::Space, [](Dice &dice, Instance &instance,
                                     Promise &promise) {
    instance.config.strategy = Strategy::Segmented;
    return findCluster(dice, promise,
                       [&](const SegmentPlan &, const ClusterPlan &c) {
                         int count = 0;
                         for (int32_t l = c.firstLayer; l <= c.lastLayer; ++l)
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
  expectFound(FindingKind::Space, [](Dice &, Instance &instance,
                                     Promise &promise) {
    instance.config.splitBatch = false;
    return instance.config.strategy != Strategy::DataParallel &&
           llvm::any_of(promise.plan.partitions, [](const Partition &factors) {
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
  expectFound(FindingKind::Space,
              pinned([](Pin &pin, const Promise &promise, Spot spot) {
                pin.cut = true;
                return spot.cluster > 0;
              }));
  expectFound(FindingKind::Space,
              pinned([](Pin &pin, const Promise &promise, Spot spot) {
                const ClusterPlan &plan =
                    promise.plan.segments[spot.segment].clusters[spot.cluster];
                pin.layer = plan.lastLayer;
                pin.split = true;
                return plan.firstLayer != plan.lastLayer;
              }));
  expectFound(FindingKind::Space, pinned([](Pin &pin, const Promise &, Spot) {
                pin.join = true;
                return pin.layer > 0;
              }));
  expectFound(
      FindingKind::Space,
      pinned([](Pin &pin, const Promise &promise, Spot spot) {
        pin.minChiplets =
            promise.plan.segments[spot.segment].clusters[spot.cluster].size + 1;
        return true;
      }));
  expectFound(
      FindingKind::Space,
      pinned([](Pin &pin, const Promise &promise, Spot spot) {
        pin.maxChiplets =
            promise.plan.segments[spot.segment].clusters[spot.cluster].size - 1;
        return true;
      }));
  expectFound(FindingKind::Space,
              pinned([](Pin &pin, const Promise &promise, Spot spot) {
                const auto &clusters = promise.clusters[spot.segment];
                pin.region =
                    clusters[(spot.cluster + 1) % clusters.size()].region;
                return clusters.size() > 1;
              }));
  expectFound(FindingKind::Space,
              pinned([](Pin &pin, const Promise &promise, Spot) {
                const Partition &own = promise.plan.partitions[pin.layer];
                pin.partition.emplace(own.begin(), own.end());
                ++pin.partition->back();
                return true;
              }));
  for (bool same : {true, false})
    expectFound(
        FindingKind::Space, [&](Dice &, Instance &instance, Promise &promise) {
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
  expectFound(FindingKind::Region,
              [](Dice &dice, Instance &, Promise &promise) {
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
  expectFound(
      FindingKind::Region, [&](Dice &, Instance &instance, Promise &promise) {
        promise.clusters.clear();
        int32_t all = static_cast<int32_t>(snakeOrder(instance.package).size());
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
