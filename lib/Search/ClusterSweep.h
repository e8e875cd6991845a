//===- ClusterSweep.h - Best partitions inside a cluster --------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a first layer, a region and a weight mode, finds the best stage of the
// cluster from that layer to every later one, in one sweep over the layers.
//
// The sweep is a dynamic program over the partitions of the *live* layers:
// those of the cluster whose output a layer still to come reads. On a chain
// that is the current layer alone, in a residual block also the layer that the
// block starts from. Every entry holds the best time, or where more than the
// time counts (replicated weights need bytes, some objectives energy) the
// Pareto set of labels. The result is exact; a network with too many live
// layers at once is given up, and the caller is told.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_CLUSTERSWEEP_H
#define SCOPE_LIB_SEARCH_CLUSTERSWEEP_H

#include "ClusterBoundary.h"
#include "LabelFront.h"
#include "StateTable.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <deque>
#include <functional>
#include <map>

namespace scope::search {

class EdgeFloors;

/// One way to run a cluster: what it costs the segment.
struct Option {
  int64_t stage = 0;
  /// Weights on the fullest chiplet; 0 where they never bound the load.
  int64_t share = 0;
  /// Weights delivered when the segment is loaded.
  int64_t delivered = 0;
  /// Femtojoules of all beats, without the load and the DRAM.
  int64_t energy = 0;
  RegionType region;
  WeightMode mode = WeightMode::Replicated;
  int32_t level = 2;
  /// Whether the DRAM works ahead, if the cluster is alone in its segment.
  bool ahead = false;

  /// Whether this option is at least as good as `other` on a region that is no
  /// larger.
  bool dominates(const Option &other) const {
    return stage <= other.stage && share <= other.share &&
           delivered <= other.delivered && energy <= other.energy;
  }
};

/// Which costs of a cluster matter besides its time.
struct Criteria {
  bool delivered = false;
  bool energy = false;
};

/// Which criteria the objective and the package call for.
Criteria criteriaFor(const CostModel &model);

class ClusterSweep {
public:
  /// Several sweeps, one a thread, may use `states` at once, prepared for the
  /// regions at hand. With `shares`, the work that each of them would do for
  /// itself is not counted.
  ClusterSweep(const CostModel &model, const LayerClasses &classes,
               StateTable &states, int64_t mostEntries, bool shares = false);
  ~ClusterSweep();

  /// What neighbours take together, if it is known; it must outlive the runs.
  void useEdges(const EdgeFloors *floors) { neighbours = floors; }

  /// What to sweep.
  struct Request {
    int32_t first = 0;
    int32_t last = 0;
    RegionType region;
    WeightMode mode = WeightMode::Distributed;
    Edges edges = Edges::Pipelined;
  };

  /// Longest time of interest at a layer.
  using Limit = llvm::function_ref<int64_t(int32_t last)>;
  /// Takes the options of a cluster, those of one level at a time.
  using Emit = llvm::function_ref<void(int32_t last, const Option &option)>;
  /// Told early of a layer that a run takes into account, perhaps not the last.
  using Reach = llvm::function_ref<void(int32_t layer)>;

  /// Emits every option of the clusters request.first..last, last up to
  /// request.last, whose stage is within `endLimit`. What takes longer than
  /// `limit` by some layer is not followed further. Returns false if a part of
  /// the space had to be left out.
  bool run(
      Request request, Limit limit, Limit endLimit, Emit emit,
      Reach reach = [](int32_t) {});

  /// Says for every cluster request.first..last whether it can hold its weights
  /// replicated at some level, with any partitions of the space. Returns false
  /// if that could not be found out for all.
  bool findReplicable(const Request &request, std::vector<bool> &replicable);

  /// The partitions (by layer from request.first to request.last) that give
  /// `option`.
  std::vector<Partition> trace(const Request &request, const Option &option);

  /// Label relaxations so far.
  int64_t getWork() {
    work += states.takeWork();
    return work;
  }
  /// Runs that take more work from now on than this are cut off.
  void limitWork(int64_t most) { mostWork = getWork() + most; }
  /// The same for all runs from when `expired` says so. It must outlive them.
  void limitTime(const std::function<bool()> &expired) { isExpired = &expired; }
  /// Whether labels were left out because there were too many.
  bool hasLeftOut() const { return leftOut; }
  /// The last layer that a run since the last call of this took into account.
  int32_t takeFurthest() { return std::exchange(furthest, -1); }

private:
  /// One layer's costs on the current region, by candidate state.
  struct LayerCosts {
    OperandMask external = 0;
    llvm::ArrayRef<int32_t> states;
    /// Where `states` are, if they are a list of their own.
    std::vector<int32_t> ownStates;
    std::vector<const Tiling *> tilings;
    std::vector<LayerTerms> terms;
    /// Cycles while everything fits twice, without the send.
    std::vector<int64_t> cycles;
    bool isSolo = false;
    int64_t least = kUnbounded;
    int64_t largestInside = 0, largestOutside = 0, largestOutput = 0;
    /// In a narrow sweep, by state: the least time from the end of the layer to
    /// that of a longer cluster less what that may take; and what a cluster
    /// that ends here may take.
    std::vector<int64_t> toGo;
    int64_t longestEnd = -1;

    /// Appends the next state and accounts for it.
    void add(const LayerTerms &terms);
    void account(const LayerTerms &terms);

    /// No less than what the tiles need, all of them twice, next to what others
    /// hold before and after.
    int64_t mostTiles(int64_t heldBefore, int64_t heldAfter) const {
      return largestInside + 2 * largestOutside +
             std::max(heldBefore, heldAfter + largestOutput);
    }
  };
  struct Step;
  struct Recorded;
  struct Relaxed;
  class LeastMemory;
  /// The inner loop of a narrow sweep over times: extends an entry by every
  /// state that is of use.
  void extendNarrow(Step &step, int64_t soFar, llvm::ArrayRef<int64_t> digits,
                    const int64_t *inside, const int64_t *atEnd, int64_t *best,
                    int64_t &bestEnd);
  struct Node {
    int32_t parent;
    int32_t state;
  };
  /// Compact transfer costs along an edge: producer candidates by consumer
  /// candidates. In a narrow sweep they are computed when they are first asked
  /// for, and negative before.
  struct Matrix {
    bool known = false;
    std::vector<int64_t> cycles, energy;
    int32_t edgeClass = -1;
    llvm::ArrayRef<int32_t> from, to;
  };
  /// What moves along an edge of a class, and no more than that, quickly.
  StateTable::InternalCost internal(int32_t edgeClass, int32_t consumerState,
                                    int32_t producerState) {
    return states.internal(edgeClass, consumerState, producerState);
  }
  int64_t leastInternal(int32_t edgeClass, int32_t consumerState,
                        int32_t producerState) {
    work += states.hasShapes(edgeClass) ? 2 : 5;
    return states.leastInternal(edgeClass, consumerState, producerState);
  }
  /// No more than `moved` says, and quickly.
  int64_t leastMoved(Matrix &matrix, int64_t producer, int64_t consumer) {
    int64_t cycles =
        matrix.cycles[producer * static_cast<int64_t>(matrix.to.size()) +
                      consumer];
    return cycles >= 0 ? cycles
                       : leastInternal(matrix.edgeClass, matrix.to[consumer],
                                       matrix.from[producer]);
  }
  int64_t moved(Matrix &matrix, int64_t producer, int64_t consumer) {
    int64_t &cycles =
        matrix.cycles[producer * static_cast<int64_t>(matrix.to.size()) +
                      consumer];
    if (cycles < 0) {
      ++work;
      cycles =
          internal(matrix.edgeClass, matrix.to[consumer], matrix.from[producer])
              .cycles;
    }
    return cycles;
  }

  /// Whether the run at hand is to be cut off.
  bool isCutOff() const {
    return work > mostWork || (isExpired && *isExpired && (*isExpired)());
  }
  /// What run does, with the partitions that are left. No cluster of interest
  /// may fit a level below `leastLevel`.
  bool runWithin(const Request &request, int64_t leastLevel, Limit limit,
                 Limit endLimit, Emit emit);
  void setRegion(const Request &request, WeightMode mode);
  /// Costs of `layer`, of the candidates or (`all`) of the states that matter
  /// for whether something fits.
  const LayerCosts &costsOf(int32_t layer, int32_t first, bool all);
  void keepSmallest(LayerCosts &result) const;
  /// Bounds what follows on the first `length` layers of a relaxed sweep.
  void boundToGo(int32_t first, size_t length);
  /// Finds the partitions that clusters of `request` within the limits may
  /// have at `level` or above, and ends the request where no cluster can be
  /// longer. Returns false if there is no such cluster.
  bool narrow(Request &request, int64_t level, Limit limit, Limit endLimit);
  /// The least level of the clusters of `request`, by length less one; 0 for
  /// those that have none or are of no interest.
  void findLeastLevels(const Request &request, Limit endLimit,
                       std::vector<int64_t> &levels);
  /// Goes back to all candidates.
  void widen() {
    narrowed.clear();
    narrowMatrices.clear();
  }
  Matrix &narrowMatrixOf(int32_t first, int32_t consumer, const Edge &edge);
  Matrix &matrixOf(int32_t consumer, const Edge &edge);
  bool makeStep(int32_t layer, int32_t first, bool all, Step &step);
  void runScalar(const Request &request, int64_t level,
                 const std::vector<int64_t> &levelOf, Limit limit,
                 Limit endLimit, Emit emit, bool record, bool &complete);
  void runLabels(const Request &request, int64_t level, Limit limit,
                 Limit endLimit, Emit emit, bool anyLevel, const Option *target,
                 std::vector<Partition> *traced, bool &complete);
  /// Goes back over the recorded sweep and finds what is left to do. Returns
  /// false if it was cut off.
  bool findToGo(const Request &request, int64_t level, Limit endLimit);
  bool fitsAt(const Request &request, int64_t level,
              std::vector<bool> &replicable, bool &roomy);
  /// Adds labels that ascend by time.
  void insert(LabelFront &front, llvm::ArrayRef<ClusterLabel> added);

  const CostModel &model;
  const LayerClasses &classes;
  StateTable &states;
  Criteria criteria;
  int64_t mostEntries, mostWork = kUnbounded;
  const std::function<bool()> *isExpired = nullptr;
  /// Whether only a few labels are kept of every entry: the result is then the
  /// best of a part of the space.
  bool fewLabels;
  bool leftOut = false;
  RegionContext region;
  Edges edgeMode = Edges::Pipelined;
  /// By class, the first by weight mode as well, the second of replicated
  /// weights, both by whether the DRAM takes turns with the cluster; a deque
  /// keeps references valid.
  std::array<std::array<std::vector<std::deque<LayerCosts>>, 2>, 2> costs;
  std::array<std::vector<std::deque<LayerCosts>>, 2> smallest;
  const EdgeFloors *neighbours = nullptr;
  bool shares;
  std::vector<Matrix> matrices;
  /// The part of the candidates that the sweep at hand needs, by layer from its
  /// first on, and the transfers between them by consumer and operand; empty
  /// for all.
  std::deque<LayerCosts> narrowed;
  /// The layers of the last relaxed sweep.
  std::vector<Relaxed> relaxed;
  std::map<std::pair<int32_t, uint32_t>, Matrix> narrowMatrices;
  std::vector<Node> nodes;
  /// Room for a merge of labels.
  std::vector<ClusterLabel> merged;
  /// The last scalar sweep, layer by layer, if it was told to record itself.
  std::vector<Recorded> recorded;
  /// No less than the bytes of tiles at any layer of the last scalar sweep, all
  /// of them twice.
  int64_t mostTiles = 0;
  int64_t work = 0;
  int32_t furthest = -1;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_CLUSTERSWEEP_H
