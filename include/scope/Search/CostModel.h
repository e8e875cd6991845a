//===- CostModel.h - Cycles, bytes and energy of a plan ---------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one cost model behind the search, the baselines, the report and the
// bounds. It is decomposable: the cost of a layer depends on its own partition,
// on the partitions of the layers of the same cluster that it reads from, and
// on the cluster's first and last layer, region size, weight mode, level and
// beat; never on other clusters. The equations are explained in the docs page
// on the cost model; the names here are those of that page.
//
// Times are whole cycles and every division rounds up. Energies are whole
// femtojoules. All arithmetic is on integers, so results are the same on every
// machine.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_COSTMODEL_H
#define SCOPE_SEARCH_COSTMODEL_H

#include "scope/Search/Plan.h"

namespace scope::search {

/// A set of operands of a layer, one bit an operand.
using OperandMask = uint64_t;

/// What one partition of one layer means for beats of a given number of calls:
/// everything about it that does not depend on other layers.
struct Tiling {
  int32_t layer = 0;
  int64_t calls = 1;
  Partition factors;
  /// Size of a full tile along each dimension.
  llvm::SmallVector<int64_t, 5> tile;
  /// Chiplets used: the product of the factors.
  int32_t used = 1;
  /// Compute cycles of the largest tile, and femtojoules of the SRAM accesses
  /// that the computations of a beat make.
  struct Work {
    int64_t cycles = 0;
    int64_t energySram = 0;
  };
  /// By chiplet kind: where the weights are there at once, and where they come
  /// in several pieces, if the tile has them; and the cycles of both that are
  /// serial work on operands.
  llvm::SmallVector<Work, 1> whole, inPieces;
  llvm::SmallVector<int64_t, 1> serial;
  /// Largest and summed bytes that the tiles touch, by operand, and the bytes
  /// that any of them touches, each once.
  struct Touched {
    int64_t largest = 0;
    int64_t total = 0;
    int64_t distinct = 0;
    /// Buffer for the largest tile in bands of one row of one call; equal to
    /// `largest` where bands do not help.
    int64_t band = 0;
  };
  llvm::SmallVector<Touched, 3> operands;
  /// Bytes of the largest output tile, by output, and all together.
  llvm::SmallVector<int64_t, 1> outputs;
  int64_t outputTile = 0;
  /// Rows of a tile in bands: the bands of a call.
  int64_t rows = 1;
  /// What two of leave in turn where results leave in bands: rows of one call,
  /// or the channels of a piece of weights.
  int64_t outputBand = 0;
  int64_t outputPiece = 0;
  /// Weights that the largest tile touches, and the sum over the tiles.
  int64_t weightTile = 0;
  int64_t weightTotal = 0;
  /// Output channels whose weights make a piece where weights are fetched every
  /// beat, and the bytes of the largest piece. A tile that has no more channels
  /// is computed in one piece.
  int64_t pieceChannels = 0;
  int64_t pieceBytes = 0;
  /// Chiplets from one tile to the next one with the same weights; `used` if
  /// all tiles have other ones.
  int32_t sameWeights = 1;
  bool hasPieces = false;
  /// Femtojoules of a beat that the MACs take, and those that reading the
  /// weights again for every band of a call takes.
  int64_t energyMac = 0;
  int64_t energyBands = 0;
};

/// One exchange of data between chiplets.
struct Transfer {
  /// Cycles; 0 if nothing moves.
  int64_t cycles = 0;
  /// Bytes received by the chiplet that receives most, and by all.
  int64_t largest = 0;
  int64_t total = 0;
  int64_t energySram = 0;
  int64_t energyNop = 0;
};

/// What a layer costs in a region, whatever the other layers of its cluster do.
struct LayerTerms {
  int64_t compute = 0;
  int64_t weights = 0;
  int64_t external = 0;
  /// The same where it comes from the DRAM and cannot arrive a beat ahead.
  int64_t externalNow = 0;
  int32_t used = 1;
  /// Tile bytes: operands from inside the cluster and chunks of weights;
  /// operands from outside, once and in bands; outputs, whole and in bands.
  int64_t inside = 0;
  int64_t outside = 0;
  int64_t outsideBands = 0;
  int64_t output = 0;
  int64_t outputBands = 0;
  /// Whether weights arrive in several pieces, each of which goes over all of
  /// the operands; and what the last one takes to compute.
  bool inPieces = false;
  int64_t lastPiece = 0;
  /// Bands of a tile, whether those of an operand from outside share rows, and
  /// what the DRAM takes to answer for one.
  int64_t bands = 1;
  bool bandsOverlap = false;
  int64_t bandWait = 0;
  int64_t energyMac = 0, energySram = 0, energyNop = 0, energyBands = 0;
};

/// The region of a cluster and how it holds weights.
struct RegionContext {
  /// Chiplets of the region and the kinds among them.
  int32_t size = 1;
  KindMask kinds = 1;
  WeightMode mode = WeightMode::Replicated;
  /// Bytes of SRAM for tiles (the rest is for residents).
  int64_t room = 0;
  /// Whether the DRAM reads and writes beats while the cluster is at work on
  /// them.
  bool solo = false;
};

/// What a layer needs to know about the layers around it.
struct LayerContext {
  /// Bytes, on one chiplet, of outputs of earlier layers of the cluster that
  /// some layer from this one on reads; and those that a later one reads.
  int64_t heldBefore = 0;
  int64_t heldAfter = 0;
  /// Whether this layer ends the cluster, and the bytes of a beat that leave
  /// the cluster then.
  bool last = false;
  int64_t leaving = 0;
  /// Whether it is the cluster's only layer.
  bool only = false;
};

/// Everything the model knows about one problem. Holds references to the
/// network and package of the problem, which must outlive it.
class CostModel {
public:
  explicit CostModel(const Problem &problem);

  const Problem &getProblem() const { return problem; }
  const Network &getNetwork() const { return problem.network; }
  const Package &getPackage() const { return problem.package; }
  const Config &getConfig() const { return problem.config; }

  /// Enabled chiplets along the snake order, and the kinds among `size` of
  /// them from position `firstSlot` on.
  llvm::ArrayRef<Coordinate> getChiplets() const { return chiplets; }
  int32_t numChiplets() const { return static_cast<int32_t>(chiplets.size()); }
  KindMask kindsOf(int32_t firstSlot, int32_t size) const;
  /// All kinds among the enabled chiplets.
  KindMask allKinds() const { return everyKind; }

  /// Least SRAM among `kinds`, and the part that `level` leaves for tiles.
  int64_t sram(KindMask kinds) const;
  int64_t budget(KindMask kinds, int64_t level) const {
    return sram(kinds) * level / 16;
  }
  int64_t room(KindMask kinds, int64_t level) const {
    return sram(kinds) - budget(kinds, level) - problem.config.tileReserve;
  }

  /// Whether a layer with `tiling` that is alone in its segment fits a region
  /// of `size` chiplets, in some weight mode at some level.
  bool fitsAlone(const Tiling &tiling, int32_t size) const;
  /// Whether the weights of `layer` come from DRAM every beat, because they do
  /// not fit the largest region next to the layer's smallest tiles.
  bool streams(int32_t layer) const { return streamed[layer]; }
  /// Distinct bytes of weights of `layer`, streamed or not.
  int64_t weights(int32_t layer) const { return layerWeights[layer]; }

  /// The tiling of `layer` by `factors` for beats of `calls` calls. Factors are
  /// brought to their canonical form: the number of tiles that are not empty.
  Tiling makeTiling(int32_t layer, llvm::ArrayRef<int32_t> factors,
                    int64_t calls) const;

  /// What `consumer` fetches of operand `operand` from the chiplets of its own
  /// cluster that computed it as `producer` says.
  Transfer internalTransfer(const Tiling &consumer, unsigned operand,
                            const Tiling &producer) const {
    return internalTransfer(consumer, consumer.layer, operand, producer,
                            producer.layer);
  }
  /// The same for layers that are like those of the tilings.
  Transfer internalTransfer(const Tiling &consumer, int32_t consumerLayer,
                            unsigned operand, const Tiling &producer,
                            int32_t producerLayer) const;
  /// No more than the cycles of that transfer: what chiplets cannot have made
  /// themselves, however the tiles lie.
  int64_t leastInternalCycles(const Tiling &consumer, int32_t consumerLayer,
                              unsigned operand, const Tiling &producer,
                              int32_t producerLayer) const;
  /// Bytes that the largest tile makes of `value`, an output of `layer`, which
  /// is like that of the tiling.
  int64_t bytesMade(const Tiling &tiling, int32_t layer, int32_t value) const;
  /// What `tiling` fetches from outside the cluster; one bit an operand.
  Transfer externalTransfer(const Tiling &tiling, OperandMask operands,
                            int32_t size) const;
  /// What `tiling` gathers of its weights in a region of `size` chiplets.
  Transfer weightTransfer(const Tiling &tiling, WeightMode mode,
                          int32_t size) const;
  /// Whether a tile is computed piece by piece because its weights arrive so.
  bool isInPieces(const Tiling &tiling, WeightMode mode, int32_t size) const {
    return tiling.hasPieces && weightTransfer(tiling, mode, size).total > 0;
  }

  /// Cost terms of `tiling` in `region`; one bit an operand says which come
  /// from outside the cluster.
  LayerTerms layerTerms(const Tiling &tiling, const RegionContext &region,
                        OperandMask externalOperands) const;
  /// Cost of a layer without its internal transfers; `cycles` is kUnbounded if
  /// the tiles do not fit.
  LayerCost layerCost(const LayerTerms &terms, const RegionContext &region,
                      const LayerContext &context) const;
  /// Cycles of the send of a beat that leaves while the layer is at work: no
  /// faster than the DRAM takes it.
  int64_t sendNow(const RegionContext &region, const LayerContext &context,
                  int64_t send) const {
    return region.solo && context.last
               ? std::max(send, dramCycles(context.leaving))
               : send;
  }
  /// Its cycles where its edges have two tiles, given those of the send.
  int64_t overlappedCycles(const LayerTerms &terms, const RegionContext &region,
                           const LayerContext &context, int64_t send) const {
    bool ahead = worksAhead(region, context);
    return overlappedCycles(terms, region.solo, ahead,
                            ahead ? send : sendNow(region, context, send));
  }
  /// The same, by whether the DRAM works ahead. If not, the first piece waits
  /// for whole tiles. Results go to other clusters when the last piece is made,
  /// and to the DRAM after each.
  static int64_t overlappedCycles(const LayerTerms &terms, bool solo,
                                  bool ahead, int64_t send) {
    int64_t arriving = terms.weights + terms.external;
    if (terms.inPieces && !solo)
      return std::max(std::max(terms.compute, arriving) +
                          std::max<int64_t>(0, send - terms.lastPiece),
                      arriving + send);
    if (ahead)
      return std::max(terms.compute, arriving + send);
    if (terms.inPieces)
      return terms.externalNow + std::max(terms.compute, terms.weights + send);
    return std::max(terms.compute, terms.weights + terms.externalNow + send);
  }
  /// Its cycles where its edges are there in bands, or once.
  int64_t bandedCycles(const LayerTerms &terms, const RegionContext &region,
                       const LayerContext &context, int64_t send) const;
  int64_t onceCycles(const LayerTerms &terms, const RegionContext &region,
                     const LayerContext &context, int64_t send) const {
    return terms.compute + terms.weights + terms.externalNow +
           sendNow(region, context, send);
  }
  /// Whether the DRAM can read for the next beat and write of the last one
  /// while other layers are at work: tiles of several layers share their SRAM.
  static bool worksAhead(const RegionContext &region,
                         const LayerContext &context) {
    return !region.solo || context.only;
  }
  /// Its cycles, given those of the send; kUnbounded if it does not fit.
  int64_t layerCycles(const LayerTerms &terms, const RegionContext &region,
                      const LayerContext &context, int64_t send) const;
  /// Cycles that `used` chiplets take to send `bytes`.
  int64_t sendCycles(int64_t bytes, int32_t used) const {
    return divideUp(bytes, portsOf[used]);
  }
  /// Bytes of SRAM that the tiles of a layer need at least.
  int64_t leastTileBytes(const LayerTerms &terms, const RegionContext &region,
                         const LayerContext &context) const;

  /// Bits of the operands of `layer` made before `firstLayer` (or outside the
  /// network): those that come from outside a cluster starting there.
  OperandMask externalOperands(int32_t layer, int32_t firstLayer) const;
  /// Bytes of a call that layers firstLayer..lastLayer make and others read.
  int64_t leavingBytes(int32_t firstLayer, int32_t lastLayer) const;
  /// A value that is kept for a pipeline edge of a cluster, spread evenly over
  /// its region.
  struct WaitingBeats {
    int32_t value = -1;
    int64_t beats = 1;
    /// Whether the beat arrives from another cluster; otherwise the beats were
    /// made here and wait for a consumer further down the pipeline.
    bool arrives = false;
  };
  /// The edges of the cluster firstLayer..lastLayer that are counted at
  /// `layer`; none of a cluster that is alone and of which the DRAM is not
  /// ahead.
  llvm::SmallVector<WaitingBeats, 2> edgesOf(int32_t firstLayer,
                                             int32_t lastLayer, int32_t layer,
                                             int64_t calls, Edges edges) const;
  /// Most beats that a result waits for a stage further down the pipeline:
  /// there are never more stages than chiplets, or more beats than the batch
  /// has.
  int64_t mostWaitingBeats(int64_t calls) const {
    return std::min<int64_t>(std::max<int32_t>(0, numChiplets() - 2),
                             problem.calls() / calls - 1);
  }
  /// Resident bytes a chiplet for the edges of the cluster
  /// firstLayer..lastLayer on `size` chiplets: the arriving beats, and the
  /// beats that wait for a consumer further down the pipeline or for the DRAM.
  int64_t edgeBytes(int32_t firstLayer, int32_t lastLayer, int32_t size,
                    int64_t calls, Edges edges) const;
  /// Bytes that each of `size` chiplets keeps of `calls` calls of `value` when
  /// they are spread evenly over them.
  int64_t shareOfBeat(int32_t value, int64_t calls, int32_t size) const {
    return evenShare(problem.network.values[value].bytes * calls, size,
                     valueWidths[value]);
  }
  /// Resident bytes a chiplet for the distributed weights of `layer`.
  int64_t distributedWeights(int32_t layer, int32_t size) const;

  /// DRAM bytes of one call that `layer` reads in a segment that starts with
  /// `firstLayer`: what was made before it, and rows of tables. Every layer
  /// reads for itself what it touches.
  int64_t dramReads(int32_t layer, int32_t firstLayer) const;
  /// The part of them that is read however the layer is split: tiles leave out
  /// what lies between them where a stride is wider than its window.
  int64_t leastDramReads(int32_t layer, int32_t firstLayer) const;
  /// Bytes of operand `operand` that `layer` reads in one call however it is
  /// split.
  int64_t leastRead(int32_t layer, unsigned operand) const {
    return leastReads[layer][operand];
  }
  /// DRAM bytes of one call of the segment firstLayer..lastLayer: what it reads
  /// and what it writes.
  struct DramTraffic {
    int64_t read = 0;
    int64_t written = 0;
    /// What of it the first layer reads, and the last one writes.
    int64_t arriving = 0;
    int64_t leaving = 0;
    /// Streamed weights, which are read once a beat however many calls it has.
    int64_t streamed = 0;
  };
  DramTraffic dramTraffic(int32_t firstLayer, int32_t lastLayer) const;
  /// Bytes of one call that `layer` makes and a layer after `lastLayer`, or the
  /// world, reads.
  int64_t keptBytes(int32_t layer, int32_t lastLayer) const;
  /// Cycles that a beat by itself waits at the DRAM before its first stage and
  /// after its last one.
  int64_t edgeCycles(const DramTraffic &traffic, int64_t beatCalls) const {
    return dramCycles(traffic.arriving * beatCalls) +
           dramCycles(traffic.leaving * beatCalls);
  }
  /// Bytes of weights that the segment loads, each once.
  int64_t loadedWeights(int32_t firstLayer, int32_t lastLayer) const {
    return residentSum[lastLayer + 1] - residentSum[firstLayer];
  }
  /// Cycles to load a segment.
  int64_t loadCycles(int64_t weights, int64_t largestShare,
                     int64_t delivered) const;
  /// Cycles of `bytes` at the DRAM.
  int64_t dramCycles(int64_t bytes) const { return divideUp(bytes, dramRate); }
  /// What a segment's cost follows from, besides the segment itself.
  struct SegmentTotals {
    /// Sum of the stages, and the slowest.
    int64_t sum = 0;
    int64_t slowest = 0;
    /// Weights on the fullest chiplet, and delivered to all.
    int64_t share = 0;
    int64_t delivered = 0;
  };
  /// The cost of a segment but for the energy of its layers.
  SegmentCost closeSegment(int32_t firstLayer, int32_t lastLayer,
                           int64_t beatCalls, const DramTraffic &traffic,
                           const SegmentTotals &totals) const;

  /// The most that a chiplet of `kinds` does for `tiling`; `inPieces`: in the
  /// pieces in which fetched weights come.
  Tiling::Work work(const Tiling &tiling, KindMask kinds, bool inPieces) const;

  /// Hops and directed links of a region with `used` chiplets, those of its
  /// links that cross its middle in one direction, and its columns along the
  /// snake order.
  struct Geometry {
    int64_t hops = 1;
    int64_t links = 1;
    int64_t across = 1;
    int64_t columns = 1;
    int64_t used = 1;
    /// Bytes a cycle of all links, and four times those across the middle and
    /// those along its columns.
    Rational allLinks, fourTimesAcross, fourTimesColumns;
  };
  const Geometry &geometry(int32_t used) const { return geometries[used]; }
  int64_t packageHops() const { return hopsOfPackage; }
  /// Hops from a DRAM port to the enabled chiplet that is farthest from it.
  int64_t dramReach() const { return hopsFromDram; }
  /// Femtojoules that `received` bytes of `sent` different ones take on their
  /// way of `hops` hops.
  int64_t networkEnergy(int64_t sent, int64_t received, int64_t hops) const;
  /// Bytes that links carry for `received` bytes of `sent` different ones on a
  /// way of `hops` hops. With multicast the copies of a byte share its way but
  /// for their last hop.
  int64_t bytesOnLinks(int64_t sent, int64_t received, int64_t hops) const;

private:
  /// Cycles of moving `total` bytes, of `sent` different ones, between the
  /// chiplets of a region: the busiest receiver, the busiest sender, its links,
  /// those across its middle, and the way.
  int64_t exchangeCycles(int64_t in, int64_t out, int64_t sent, int64_t total,
                         const Geometry &region) const;
  /// How the chiplets stand that want the same bytes: in how many columns, and
  /// whether next to each other along the snake order or evenly apart.
  struct Copies {
    int64_t columns = 1;
    bool together = true;
  };
  Copies copiesOfWeights(const Tiling &tiling) const;
  /// Cycles of moving `total` bytes, of `sent` different ones, into a region
  /// from outside.
  int64_t arrivalCycles(int64_t in, int64_t sent, int64_t total, Copies copies,
                        const Geometry &region) const;
  /// Cycles of the busiest links along the columns of a region that `total`
  /// bytes, of `sent` different ones, come to.
  int64_t columnCycles(int64_t sent, int64_t total, Copies copies,
                       const Geometry &region) const;
  /// Bytes on all links of the multicast trees from anywhere among `places`
  /// chiplets to `total` bytes, of `sent` different ones, in a region: routes
  /// go along the row first, and then down every column with a copy.
  int64_t bytesOnTrees(int64_t sent, int64_t total, Copies copies,
                       const Geometry &region, int64_t places) const;
  void findDramReads();
  void findStreamedLayers();

  Problem problem;
  std::vector<Coordinate> chiplets;
  std::vector<uint8_t> slotKind;
  KindMask everyKind = 0;
  std::vector<Geometry> geometries;
  std::vector<int64_t> layerWeights;
  /// By value: bytes of an element.
  std::vector<int64_t> valueWidths;
  /// By layer: what it touches of each operand in one call, and the layer that
  /// made it; negative for what comes from outside and rows of tables.
  struct DramRead {
    int32_t producer;
    int64_t bytes;
    /// What of it is read however the layer is split.
    int64_t leastBytes;
  };
  std::vector<llvm::SmallVector<DramRead, 3>> layerReads;
  /// By layer and operand, weights included.
  std::vector<llvm::SmallVector<int64_t, 3>> leastReads;
  std::vector<bool> streamed;
  /// Bytes of weights that are not streamed, of all layers before an index.
  std::vector<int64_t> residentSum;
  /// By used chiplets: bytes a cycle that all their ports take together.
  std::vector<Rational> portsOf;
  Rational dramRate;
  Rational portLinkRate;
  int64_t hopsOfPackage = 1;
  int64_t hopsFromDram = 0;
};

/// The cost of `plan`, or why it is not feasible. The plan must have the shape
/// of a plan (`checkShape`).
struct Evaluation {
  PlanCost cost;
  Diagnosis infeasible;
};
Evaluation evaluate(const CostModel &model, const Plan &plan);
/// The same for one segment and for one cluster.
Diagnosis evaluateSegment(const CostModel &model, const Plan &plan,
                          const SegmentPlan &segment, SegmentCost &cost);
Diagnosis evaluateCluster(const CostModel &model, const Plan &plan,
                          const ClusterPlan &cluster, int64_t beatCalls,
                          Edges edges, ClusterCost &cost);

/// Checks that `plan` covers every layer once and in order, that its regions
/// are disjoint, and that everything lies in the space of the problem
/// (strategy, beats, partitions, weight modes, pins).
/// With `isPlaced` the regions are those of a placement: any chiplets, so that
/// `firstSlot` means nothing and is not looked at.
Diagnosis checkShape(const CostModel &model, const Plan &plan,
                     bool isPlaced = false);

/// Checks `plan` and that evaluating it again gives `cost`.
Diagnosis verify(const CostModel &model, const Plan &plan,
                 const PlanCost &cost);

} // namespace scope::search

#endif // SCOPE_SEARCH_COSTMODEL_H
