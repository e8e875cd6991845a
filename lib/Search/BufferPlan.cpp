//===- BufferPlan.cpp - Offsets for everything in SRAM -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/BufferPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <numeric>

using namespace scope::search;

llvm::StringRef scope::search::getBufferRoleName(BufferRole role) {
  switch (role) {
  case BufferRole::Weights:
    return "weights";
  case BufferRole::Chunk:
    return "chunk";
  case BufferRole::Arriving:
    return "arriving";
  case BufferRole::Waiting:
    return "waiting";
  case BufferRole::Input:
    return "input";
  case BufferRole::Output:
    return "output";
  }
  llvm_unreachable("unknown role");
}

//===----------------------------------------------------------------------===//
// Listing
//===----------------------------------------------------------------------===//

namespace {
/// Lists the buffers of one cluster, layer by layer.
class Lister {
public:
  Lister(const CostModel &model, const Plan &plan, const ClusterPlan &cluster,
         int64_t beatCalls, Edges edges, std::vector<Buffer> &buffers)
      : model(model), plan(plan), cluster(cluster), calls(beatCalls),
        edges(edges), buffers(buffers),
        lastStep(2 * (cluster.lastLayer - cluster.firstLayer) + 1) {}

  void run() {
    ClusterCost cost;
    Diagnosis wrong = evaluateCluster(model, plan, cluster, calls, edges, cost);
    assert(!wrong && "buffers of an infeasible plan");
    (void)wrong;
    for (int32_t layer = cluster.firstLayer; layer <= cluster.lastLayer;
         ++layer) {
      Tiling tiling = model.makeTiling(layer, plan.partitions[layer], calls);
      listEdges(layer);
      listWeights(layer, tiling);
      listTiles(layer, tiling, cost.layers[layer - cluster.firstLayer]);
    }
  }

private:
  void add(BufferRole role, int32_t layer, int32_t index, int64_t bytes,
           int64_t copies, int32_t first, int32_t last) {
    if (bytes > 0)
      buffers.push_back({role, layer, index, 0, bytes, copies, first, last});
  }

  void listEdges(int32_t layer) {
    for (const CostModel::WaitingBeats &edge : model.edgesOf(
             cluster.firstLayer, cluster.lastLayer, layer, calls, edges)) {
      int64_t beat = model.shareOfBeat(edge.value, calls, cluster.size);
      BufferRole role =
          edge.arrives ? BufferRole::Arriving : BufferRole::Waiting;
      add(role, layer, edge.value, beat * edge.beats, edge.beats, 0, lastStep);
    }
  }

  void listWeights(int32_t layer, const Tiling &tiling) {
    int32_t step = 2 * (layer - cluster.firstLayer);
    if (!model.streams(layer))
      add(BufferRole::Weights, layer, -1,
          cluster.mode == WeightMode::Replicated
              ? tiling.weightTile
              : model.distributedWeights(layer, cluster.size),
          1, 0, lastStep);
    if (model.weightTransfer(tiling, cluster.mode, cluster.size).total > 0)
      add(BufferRole::Chunk, layer, -1, 2 * tiling.pieceBytes, 2, step,
          step + 1);
  }

  void listTiles(int32_t layer, const Tiling &tiling, const LayerCost &cost) {
    const Network &network = model.getNetwork();
    int32_t step = 2 * (layer - cluster.firstLayer);
    OperandMask external = model.externalOperands(layer, cluster.firstLayer);
    bool inPieces = model.isInPieces(tiling, cluster.mode, cluster.size);
    for (auto [index, operand] :
         llvm::enumerate(network.layers[layer].operands)) {
      if (operand.kind == OperandKind::Weight)
        continue;
      const Tiling::Touched &touched = tiling.operands[index];
      int64_t bytes = touched.largest, copies = 1;
      if (external >> index & 1) {
        bytes = cost.banded && !inPieces
                    ? 2 * touched.band
                    : (cost.overlapped ? 2 : 1) * touched.largest;
        copies = cost.banded || cost.overlapped ? 2 : 1;
      }
      add(BufferRole::Input, layer, static_cast<int32_t>(index), bytes, copies,
          step, step + 1);
    }
    // The DRAM takes the last results in bands, where nothing is kept for it.
    int64_t band = inPieces ? tiling.outputPiece : tiling.outputBand;
    bool bands = edges == Edges::Alone && layer == cluster.lastLayer &&
                 (cost.banded || !cost.overlapped || inPieces) &&
                 2 * band < tiling.outputTile;
    for (auto [index, bytes] : llvm::enumerate(tiling.outputs)) {
      const Value &value =
          network.values[network.layers[layer].outputs[index].value];
      int32_t lastReader =
          value.consumers.empty() ? -1 : value.consumers.back();
      int32_t until = step + 1;
      if (lastReader > cluster.lastLayer)
        until = lastStep;
      else if (lastReader > layer)
        until = 2 * (lastReader - cluster.firstLayer);
      if (bands && index == 0)
        add(BufferRole::Output, layer, 0, 2 * band, 2, step + 1, until);
      else if (!bands)
        add(BufferRole::Output, layer, static_cast<int32_t>(index), bytes, 1,
            step + 1, until);
    }
  }

  const CostModel &model;
  const Plan &plan;
  const ClusterPlan &cluster;
  int64_t calls;
  Edges edges;
  std::vector<Buffer> &buffers;
  int32_t lastStep;
};
} // namespace

ClusterBuffers scope::search::listBuffers(const CostModel &model,
                                          const Plan &plan,
                                          const ClusterPlan &cluster,
                                          int64_t beatCalls, Edges edges) {
  ClusterBuffers result;
  Lister(model, plan, cluster, beatCalls, edges, result.buffers).run();
  int32_t lastStep = 0;
  for (const Buffer &buffer : result.buffers)
    lastStep = std::max(lastStep, buffer.lastStep);
  for (int32_t step = 0; step <= lastStep; ++step) {
    int64_t live = 0;
    for (const Buffer &buffer : result.buffers)
      if (buffer.firstStep <= step && step <= buffer.lastStep)
        live += buffer.bytes;
    result.peak = std::max(result.peak, live);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Offsets
//===----------------------------------------------------------------------===//

bool scope::search::livesBefore(const Buffer &buffer, const Buffer &fetched,
                                int32_t numSteps) {
  auto lives = [&](int32_t step) {
    step = (step + numSteps) % numSteps;
    return buffer.firstStep <= step && step <= buffer.lastStep;
  };
  return lives(fetched.firstStep - 1) || lives(fetched.firstStep - 2);
}

/// What is fetched for a layer can come while the layer before is at work if
/// nothing of that one lies there.
static bool wouldWait(const Buffer &fetched, const Buffer &other,
                      int32_t numSteps) {
  return (fetched.role == BufferRole::Chunk ||
          fetched.role == BufferRole::Input) &&
         livesBefore(other, fetched, numSteps);
}

/// The lowest offset from `base` at which `buffer` fits between those placed
/// before, best fit: the smallest gap that is large enough. `numSteps`: apart
/// from what it would wait for, too, or what would wait for it; 0 for not so.
static int64_t bestOffset(llvm::ArrayRef<Buffer> buffers,
                          llvm::ArrayRef<size_t> placed, const Buffer &buffer,
                          int64_t base, int32_t numSteps) {
  llvm::SmallVector<std::pair<int64_t, int64_t>, 16> taken;
  for (size_t index : placed) {
    const Buffer &other = buffers[index];
    bool together = buffer.firstStep <= other.lastStep &&
                    other.firstStep <= buffer.lastStep;
    if (together || (numSteps > 0 && (wouldWait(buffer, other, numSteps) ||
                                      wouldWait(other, buffer, numSteps))))
      taken.push_back({other.offset, other.offset + other.bytes});
  }
  llvm::sort(taken);
  int64_t best = -1, bestGap = kUnbounded, end = base;
  for (auto [from, to] : taken) {
    int64_t gap = from - end;
    if (gap >= buffer.bytes && gap < bestGap) {
      best = end;
      bestGap = gap;
    }
    end = std::max(end, to);
  }
  return best >= 0 ? best : end;
}

namespace {
/// Where what is fetched for a layer lies.
enum class Fetches : uint8_t {
  /// Apart from what lives while the layer before is at work, where there is
  /// room.
  Apart,
  /// The same; but pieces of weights of all layers have their border in one
  /// place, so that the first piece of a layer comes while the last one of the
  /// layer before, on the other side, is in use.
  Bordering,
  /// Where there is room.
  Anywhere
};
} // namespace

/// Bytes that cannot come while the layer before them is at work.
static int64_t waitingBytes(llvm::ArrayRef<Buffer> buffers,
                            llvm::ArrayRef<size_t> tiles, int32_t numSteps) {
  auto isInWay = [&](const Buffer &fetched, const Buffer &other) {
    if (&fetched == &other || !wouldWait(fetched, other, numSteps) ||
        fetched.offset >= other.offset + other.bytes ||
        other.offset >= fetched.offset + fetched.bytes)
      return false;
    auto border = [](const Buffer &buffer) {
      return 2 * buffer.offset + buffer.bytes;
    };
    return fetched.role != BufferRole::Chunk ||
           other.role != BufferRole::Chunk || border(fetched) != border(other);
  };
  int64_t bytes = 0;
  for (size_t index : tiles)
    if (llvm::any_of(tiles, [&](size_t other) {
          return isInWay(buffers[index], buffers[other]);
        }))
      bytes += buffers[index].bytes / buffers[index].copies;
  return bytes;
}

/// Places buffers in the order of `order` from `base` up; returns the end of
/// the highest one.
static int64_t placeInOrder(std::vector<Buffer> &buffers,
                            std::vector<size_t> order, int64_t base,
                            int64_t capacity, int32_t numSteps,
                            Fetches fetches) {
  int64_t extent = base;
  size_t count = 0;
  if (fetches == Fetches::Bordering) {
    auto isPieces = [&](size_t index) {
      return buffers[index].role == BufferRole::Chunk;
    };
    llvm::stable_sort(
        order, [&](size_t a, size_t b) { return isPieces(a) > isPieces(b); });
    int64_t half = 0;
    for (; count < order.size() && isPieces(order[count]); ++count)
      half = std::max(half, buffers[order[count]].bytes / 2);
    for (size_t index : llvm::ArrayRef(order).take_front(count)) {
      Buffer &buffer = buffers[index];
      buffer.offset = base + half - buffer.bytes / 2;
      extent = std::max(extent, buffer.offset + buffer.bytes);
    }
  }
  for (; count < order.size(); ++count) {
    Buffer &buffer = buffers[order[count]];
    auto place = [&](int32_t steps) {
      buffer.offset =
          bestOffset(buffers, llvm::ArrayRef(order).take_front(count), buffer,
                     base, steps);
      return buffer.offset + buffer.bytes <= capacity;
    };
    if (fetches == Fetches::Anywhere || !place(numSteps))
      place(0);
    extent = std::max(extent, buffer.offset + buffer.bytes);
  }
  return extent;
}

/// Places what lives for one layer only from the top of `capacity` down and the
/// rest from `base` up in the order it is made. On chains with nested shortcuts
/// nothing is lost this way.
static int64_t placeFromBothEnds(std::vector<Buffer> &buffers,
                                 llvm::ArrayRef<size_t> order, int64_t base,
                                 int64_t capacity) {
  std::vector<size_t> low;
  for (size_t index : order)
    if (buffers[index].role == BufferRole::Output)
      low.push_back(index);
  int64_t extent = placeInOrder(buffers, low, base, capacity, /*numSteps=*/0,
                                Fetches::Anywhere);
  int32_t lastStep = 0;
  for (size_t index : order)
    lastStep = std::max(lastStep, buffers[index].lastStep);
  std::vector<int64_t> top(lastStep + 1, capacity);
  for (size_t index : order) {
    Buffer &buffer = buffers[index];
    if (buffer.role == BufferRole::Output)
      continue;
    // All temporaries of a layer share their two steps.
    buffer.offset = top[buffer.firstStep] - buffer.bytes;
    top[buffer.firstStep] = buffer.offset;
    for (size_t other : low)
      if (buffer.overlaps(buffers[other]))
        return kUnbounded;
    if (buffer.offset < base)
      return kUnbounded;
    extent = std::max(extent, buffer.offset + buffer.bytes);
  }
  return extent;
}

bool scope::search::allocate(ClusterBuffers &cluster, int64_t capacity) {
  std::vector<Buffer> &buffers = cluster.buffers;
  int64_t base = 0;
  std::vector<size_t> tiles;
  for (size_t index = 0; index < buffers.size(); ++index) {
    Buffer &buffer = buffers[index];
    bool resident = buffer.role == BufferRole::Weights ||
                    buffer.role == BufferRole::Arriving ||
                    buffer.role == BufferRole::Waiting;
    if (!resident) {
      tiles.push_back(index);
      continue;
    }
    buffer.offset = base;
    base += buffer.bytes;
  }
  auto life = [&](size_t index) {
    return buffers[index].lastStep - buffers[index].firstStep;
  };
  std::vector<std::vector<size_t>> orders(3, tiles);
  llvm::stable_sort(orders[0], [&](size_t a, size_t b) {
    return buffers[a].bytes > buffers[b].bytes;
  });
  llvm::stable_sort(orders[1],
                    [&](size_t a, size_t b) { return life(a) > life(b); });
  int32_t numSteps = 0;
  for (const Buffer &buffer : buffers)
    numSteps = std::max(numSteps, buffer.lastStep + 1);
  // Of the ways that fit, the one where least has to wait.
  std::vector<Buffer> best;
  int64_t leastWaiting = kUnbounded, leastExtent = kUnbounded;
  for (Fetches fetches :
       {Fetches::Apart, Fetches::Bordering, Fetches::Anywhere})
    for (const std::vector<size_t> &order : orders) {
      if (leastWaiting == 0)
        break;
      int64_t extent =
          placeInOrder(buffers, order, base, capacity, numSteps, fetches);
      leastExtent = std::min(leastExtent, extent);
      if (extent > capacity)
        continue;
      int64_t waiting = waitingBytes(buffers, tiles, numSteps);
      if (waiting >= leastWaiting)
        continue;
      leastWaiting = waiting;
      best = buffers;
      cluster.extent = extent;
    }
  if (leastWaiting < kUnbounded) {
    buffers = std::move(best);
    return true;
  }
  int64_t extent = placeFromBothEnds(buffers, tiles, base, capacity);
  if (extent <= capacity) {
    cluster.extent = extent;
    return true;
  }
  cluster.extent = leastExtent;
  return false;
}

BufferPlan scope::search::planBuffers(const CostModel &model,
                                      const Plan &plan) {
  BufferPlan result;
  for (const SegmentPlan &segment : plan.segments) {
    std::vector<ClusterBuffers> &clusters = result.segments.emplace_back();
    for (const ClusterPlan &cluster : segment.clusters) {
      clusters.push_back(listBuffers(model, plan, cluster, segment.beatCalls,
                                     segment.edges()));
      int64_t capacity = model.sram(cluster.kinds);
      if (allocate(clusters.back(), capacity))
        continue;
      int64_t missing = clusters.back().extent - capacity;
      if (missing > result.missing) {
        result.missing = missing;
        result.failure = {
            llvm::formatv(
                "the buffers of the cluster from layer '{0}' to "
                "'{1}' need {2:N} bytes at a time, and {3:N} with what "
                "is lost between them; the SRAM has {4:N}",
                model.getNetwork().layers[cluster.firstLayer].name,
                model.getNetwork().layers[cluster.lastLayer].name,
                clusters.back().peak, clusters.back().extent, capacity),
            cluster.firstLayer, cluster.lastLayer};
      }
    }
  }
  return result;
}
