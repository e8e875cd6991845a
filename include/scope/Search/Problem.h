//===- Problem.h - What a search is asked to do -----------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A problem instance: a network, a package, and the configuration that names
// the objective and the space of plans. A search goes
//
//   Problem -> check() -> algorithm -> verify()
//
// and every algorithm answers for the same space under the same cost model.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_PROBLEM_H
#define SCOPE_SEARCH_PROBLEM_H

#include "scope/Search/Network.h"
#include "scope/Search/Package.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace scope::search {

/// What a plan is chosen by; the least value wins.
enum class Objective : uint8_t {
  /// Cycles of the whole batch.
  Throughput,
  /// Cycles until the first beat is complete.
  Latency,
  /// Energy of the whole batch.
  Energy,
  /// Energy times cycles of the whole batch.
  EDP,
  /// Energy times the square of the cycles.
  ED2P,
  /// The square of the energy times the cycles.
  E2DP,
};

/// Whether energy and cycles of the batch count both.
inline bool isProduct(Objective objective) {
  return objective >= Objective::EDP;
}

/// Restrictions of the merged pipeline; see the table in the docs.
enum class Strategy : uint8_t {
  Merged,
  Segmented,
  Sequential,
  FullPipeline,
  LayerByLayer,
  DataParallel,
};

/// The space of plans: everything, or that of the published pipelines (pure
/// partitions, one call a beat, replicated weights wherever they are feasible,
/// no batch split).
enum class Space : uint8_t { Full, Published };

/// How a cluster holds its weights.
enum class WeightMode : uint8_t {
  /// Every chiplet holds what its tiles need.
  Replicated,
  /// Every byte is held once in the region and gathered before use.
  Distributed,
};

/// The algorithms; see `search`.
enum class Algorithm : uint8_t {
  Auto,
  Exact,
  Linear,
  Exhaustive,
  Random,
  Pareto,
};

/// Resident budgets that a cluster may choose from, in sixteenths of the SRAM.
inline constexpr int64_t kLevels[] = {2, 4, 6, 8, 10, 12, 14};

/// Largest piece of gathered or streamed weights in SRAM at a time, in bytes.
inline constexpr int64_t kWeightPiece = 64 * 1024;

/// A piece that has the weights of less than one pass over the lanes in
/// `kWeightPiece` may take one part of this many of an SRAM.
inline constexpr int64_t kPiecesInSram = 4;

/// What the user asks of one layer. All layers without a wish have no pin.
struct Pin {
  int32_t layer = -1;
  /// Layers with the same cluster number share a cluster; others do not.
  std::optional<int64_t> cluster;
  /// A segment, or a cluster, starts at this layer; or none does.
  bool cut = false;
  bool split = false;
  bool join = false;
  /// Bounds on the chiplets of the layer's cluster.
  std::optional<int64_t> minChiplets, maxChiplets;
  /// The coordinates of the layer's cluster, ascending.
  std::optional<std::vector<Coordinate>> region;
  /// One factor for every dimension of the layer.
  std::optional<llvm::SmallVector<int64_t, 5>> partition;
};

/// The search configuration.
struct Config {
  /// Samples that a segment processes before the next one is loaded; a
  /// multiple of the network's `samplesPerCall`.
  int64_t batch = 64;
  Objective objective = Objective::Throughput;
  Strategy strategy = Strategy::Merged;
  Space space = Space::Full;
  Algorithm algorithm = Algorithm::Auto;
  /// Only partitions that are ISP or WSP, never both at once.
  bool pureOnly = false;
  /// Whether the batch may be split over chiplets.
  bool splitBatch = true;
  /// Largest beat in samples; 0 for no bound.
  int64_t maxBeat = 0;
  /// The weight mode of every cluster; none: any.
  std::optional<WeightMode> weights;
  /// Label relaxations that `auto` may spend.
  int64_t workBudget = 400000000;
  /// Seconds after which the search returns what it has; 0 for no limit. A
  /// result under a limit may vary from run to run.
  double timeLimit = 0;
  /// Most cycles until the first beat is complete, and most femtojoules of the
  /// batch; 0 for no bound.
  int64_t maxLatency = 0;
  int64_t maxEnergy = 0;
  /// Plans that `random` draws, and where its numbers start.
  int64_t samples = 1000;
  int64_t seed = 1;
  std::vector<Pin> pins;
  /// Bytes of every SRAM that no tile may use: what a search sets aside after
  /// a plan whose buffers could not be given offsets.
  int64_t tileReserve = 0;
};

/// One search problem.
struct Problem {
  const Network &network;
  const Package &package;
  Config config;

  /// Calls of the function in a batch.
  int64_t calls() const { return config.batch / network.samplesPerCall; }
};

/// Where something is wrong with a problem.
struct Diagnosis {
  /// What is wrong; empty if nothing is.
  std::string message;
  /// The layer it is about; negative for none.
  int32_t layer = -1;
  /// A second layer that takes part in it; negative for none.
  int32_t otherLayer = -1;

  explicit operator bool() const { return !message.empty(); }
};

/// Checks network, package and configuration, and that they fit together: a
/// batch that is a multiple of the calls, pins that do not contradict each
/// other or the strategy.
Diagnosis check(const Problem &problem);

/// Calls that a beat may consist of: powers of two that divide the batch,
/// ascending, inside the bounds of the configuration.
llvm::SmallVector<int64_t, 8> beatCalls(const Problem &problem);

/// Whether plans of `config` may use mixed partitions.
inline bool allowsMixed(const Config &config) {
  return !config.pureOnly && config.space == Space::Full;
}

/// Whether plans of `config` may split the batch. Data parallelism keeps its
/// batch split in the published space.
inline bool allowsBatchSplit(const Config &config) {
  return config.strategy == Strategy::DataParallel ||
         (config.splitBatch && config.space == Space::Full);
}

} // namespace scope::search

#endif // SCOPE_SEARCH_PROBLEM_H
