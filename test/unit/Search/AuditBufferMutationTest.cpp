//===- AuditBufferMutationTest.cpp - Wrong buffers are found --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditMutations.h"

#include "gtest/gtest.h"

using namespace scope::search;

/// A mutation of one buffer for which `wanted` holds.
static Mutation changeBuffer(
    const std::function<bool(const Buffer &)> &wanted,
    const std::function<void(std::vector<Buffer> &, size_t, const Instance &)>
        &change) {
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
    expectFound(
        FindingKind::Buffer,
        changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                const Instance &) { --list[index].bytes; }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  list.erase(list.begin() + index);
                }));
    expectFound(
        FindingKind::Buffer,
        changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                const Instance &) { --list[index].copies; }));
    expectFound(
        FindingKind::Buffer,
        changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                const Instance &) { --list[index].lastStep; }));
    expectFound(FindingKind::Buffer,
                changeBuffer(
                    isRole, [](std::vector<Buffer> &list, size_t index,
                               const Instance &) { ++list[index].firstStep; }));
    expectFound(FindingKind::Buffer,
                changeBuffer(
                    isRole, [](std::vector<Buffer> &list, size_t index,
                               const Instance &) { list[index].offset = -1; }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &instance) {
                  int64_t most = 0;
                  for (const ChipletKind &kind : instance.package.kinds)
                    most = std::max(most, kind.sram);
                  list[index].offset = most - list[index].bytes + 1;
                }));
    expectFound(
        FindingKind::Buffer,
        changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                const Instance &) { ++list[index].layer; }));
    expectFound(FindingKind::Buffer,
                changeBuffer(isRole, [](std::vector<Buffer> &list, size_t index,
                                        const Instance &) {
                  list.push_back(list[index]);
                }));
  }
}

TEST(AuditMutation, FewerWaitingBeats) {
  expectFound(
      FindingKind::Buffer,
      changeBuffer(
          [](const Buffer &buffer) {
            return buffer.role == BufferRole::Waiting && buffer.copies > 1;
          },
          [](std::vector<Buffer> &list, size_t index, const Instance &) {
            Buffer &buffer = list[index];
            buffer.bytes -= buffer.bytes / buffer.copies;
            --buffer.copies;
          }));
}

TEST(AuditMutation, BuffersOverlap) {
  // Moves a buffer onto another one that lives at the same time.
  expectFound(
      FindingKind::Buffer, [](Dice &dice, Instance &, Promise &promise) {
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
  expectFound(FindingKind::Buffer, [](Dice &dice, Instance &instance,
                                      Promise &promise) {
    Problem problem{instance.network, instance.package, instance.config};
    CostModel model(problem);
    for (size_t s = 0; s < promise.plan.segments.size(); ++s)
      for (size_t c = 0; c < promise.clusters[s].size(); ++c) {
        auto &buffers = promise.clusters[s][c].buffers;
        const ClusterPlan &plan = promise.plan.segments[s].clusters[c];
        for (int32_t l = plan.firstLayer; l <= plan.lastLayer; ++l)
          if (buffers && model.streams(l)) {
            for (Buffer &buffer : *buffers)
              if (buffer.layer == l && buffer.role == BufferRole::Chunk)
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
