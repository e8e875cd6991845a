//===- BufferPlanTest.cpp - Offsets of buffers ----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is fetched lies apart from the layer before while there is room, and
// shares its place where there is not.
//
//===----------------------------------------------------------------------===//

#include "scope/Search/BufferPlan.h"

#include "gtest/gtest.h"

using namespace scope::search;

/// A cluster of `layers` layers that fetch `bytes` of weights each, and make
/// results of one byte for the next one.
static ClusterBuffers makeFetches(int32_t layers, int64_t bytes) {
  ClusterBuffers result;
  for (int32_t layer = 0; layer < layers; ++layer) {
    result.buffers.push_back(
        {BufferRole::Chunk, layer, -1, 0, bytes, 2, 2 * layer, 2 * layer + 1});
    result.buffers.push_back({BufferRole::Output, layer, 0, 0, 1, 1,
                              2 * layer + 1,
                              std::min(2 * layer + 2, 2 * layers - 1)});
  }
  return result;
}

static bool share(const Buffer &a, const Buffer &b) {
  return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

TEST(BufferPlanTest, FetchesLieApartFromTheLayerBefore) {
  constexpr int32_t kLayers = 6;
  constexpr int64_t kBytes = 100;
  // Two places in turn are enough for an even number of layers: the first layer
  // of a beat follows the last one of the beat before.
  ClusterBuffers roomy = makeFetches(kLayers, kBytes);
  ASSERT_TRUE(allocate(roomy, 2 * kBytes + 10));
  for (int32_t layer = 0; layer < kLayers; ++layer)
    EXPECT_FALSE(share(roomy.buffers[2 * layer],
                       roomy.buffers[2 * ((layer + 1) % kLayers)]))
        << "layer " << layer;
  EXPECT_LE(roomy.extent, 2 * kBytes + 10);
  // There is one place.
  ClusterBuffers tight = makeFetches(kLayers, kBytes);
  ASSERT_TRUE(allocate(tight, kBytes + 10));
  EXPECT_TRUE(share(tight.buffers[0], tight.buffers[2]));
  for (const Buffer &a : tight.buffers)
    for (const Buffer &b : tight.buffers)
      EXPECT_TRUE(&a == &b || !a.overlaps(b));
  // And none at all.
  ClusterBuffers none = makeFetches(kLayers, kBytes);
  EXPECT_FALSE(allocate(none, kBytes));
  EXPECT_EQ(none.extent, kBytes + 1);
}

TEST(BufferPlanTest, PiecesOfAllLayersHaveOneBorder) {
  // No room for two layers' pieces: the first piece of a layer may come while
  // the last one of the layer before, in the other half, is in use.
  constexpr int64_t kBytes[] = {60, 100, 60, 80};
  ClusterBuffers cluster = makeFetches(std::size(kBytes), 0);
  for (int32_t layer = 0; layer < static_cast<int32_t>(std::size(kBytes));
       ++layer)
    cluster.buffers[2 * layer].bytes = kBytes[layer];
  ASSERT_TRUE(allocate(cluster, 110));
  auto border = [&](int32_t layer) {
    const Buffer &chunk = cluster.buffers[2 * layer];
    return chunk.offset + chunk.bytes / 2;
  };
  for (int32_t layer = 1; layer < static_cast<int32_t>(std::size(kBytes));
       ++layer)
    EXPECT_EQ(border(layer), border(0)) << "layer " << layer;
  for (const Buffer &a : cluster.buffers)
    for (const Buffer &b : cluster.buffers)
      EXPECT_TRUE(&a == &b || !a.overlaps(b));
}
