//===- BufferPlan.h - Offsets for everything in SRAM ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives every buffer of a plan an offset in the SRAM of its chiplets. All
// chiplets of a region use the same offsets, sized for the largest tile.
//
// Residents (weights, arriving beats, beats that wait) stay for the whole
// segment and come first. Tiles share what is left: each lives from the step
// that fills it to the step that reads it last. A layer takes two steps, the
// exchange with other chiplets and the computation; the bytes that live at a
// step are what the cost model counts, so a plan that the model calls feasible
// fails here only if the free bytes are in pieces.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_BUFFERPLAN_H
#define SCOPE_SEARCH_BUFFERPLAN_H

#include "scope/Search/CostModel.h"

namespace scope::search {

/// What a buffer is for.
enum class BufferRole : uint8_t {
  /// Weights of a layer, for the whole segment.
  Weights,
  /// Gathered or streamed weights, two pieces in turn.
  Chunk,
  /// A beat that arrives from another cluster, or from a DRAM that works ahead,
  /// spread over the region.
  Arriving,
  /// Beats that wait for a stage further down the pipeline, or one that waits
  /// for a DRAM that works ahead.
  Waiting,
  /// The tile of an operand.
  Input,
  /// The tile of a result, until the last layer of the cluster has read it.
  Output,
};

/// Returns the name of `role` as plans print it.
llvm::StringRef getBufferRoleName(BufferRole role);

/// One buffer on every chiplet of a cluster's region.
struct Buffer {
  BufferRole role = BufferRole::Weights;
  /// The layer it belongs to.
  int32_t layer = 0;
  /// Operand of `layer` (Input), output of `layer` (Output; 0 if all are
  /// together in bands), or value of the network (Arriving, Waiting); negative
  /// for the others.
  int32_t index = -1;
  int64_t offset = 0;
  /// Bytes, all copies together.
  int64_t bytes = 0;
  /// 2 where one copy is filled while the other is in use, the number of beats
  /// for waiting ones.
  int64_t copies = 1;
  /// Steps inside a beat, both inclusive: step 2n is the exchange of the n-th
  /// layer of the cluster, 2n + 1 its computation.
  int32_t firstStep = 0;
  int32_t lastStep = 0;

  bool overlaps(const Buffer &other) const {
    return firstStep <= other.lastStep && other.firstStep <= lastStep &&
           offset < other.offset + other.bytes && other.offset < offset + bytes;
  }
};

/// Whether `buffer` lives while the layer before that of `fetched` is at work,
/// in a cluster of `numSteps` steps. The steps of a beat follow those of the
/// one before.
bool livesBefore(const Buffer &buffer, const Buffer &fetched, int32_t numSteps);

/// The buffers of one cluster.
struct ClusterBuffers {
  std::vector<Buffer> buffers;
  /// Most bytes that live at one step, and end of the highest buffer.
  int64_t peak = 0;
  int64_t extent = 0;
};

/// Lists the buffers of `cluster` without offsets.
ClusterBuffers listBuffers(const CostModel &model, const Plan &plan,
                           const ClusterPlan &cluster, int64_t beatCalls,
                           Edges edges);

/// Gives offsets to the buffers of `cluster`; false if they do not fit in
/// `capacity` bytes. Where there is room, what is fetched for a layer lies
/// apart from what lives while the layer before is at work, so that it can come
/// then.
bool allocate(ClusterBuffers &cluster, int64_t capacity);

/// The buffers of a whole plan, by segment and cluster.
struct BufferPlan {
  std::vector<std::vector<ClusterBuffers>> segments;
  /// Why offsets could not be given; empty if they could.
  Diagnosis failure;
  /// Bytes by which the worst cluster misses.
  int64_t missing = 0;
};

/// Lists and allocates the buffers of a feasible plan.
BufferPlan planBuffers(const CostModel &model, const Plan &plan);

} // namespace scope::search

#endif // SCOPE_SEARCH_BUFFERPLAN_H
