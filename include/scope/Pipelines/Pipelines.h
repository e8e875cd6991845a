//===- Pipelines.h - Named pipelines ----------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pipeline that does the main job, and its options: those of
// `scope-attach-package`, and what decides in the end.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PIPELINES_PIPELINES_H
#define SCOPE_PIPELINES_PIPELINES_H

#include "scope/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace scope {

/// What decides between good plans.
enum class FinalChoice : uint8_t { Model, Simulate };

/// The options of `scope-merge-pipeline`: those of `scope-attach-package`,
/// where they are described.
struct MergePipelineOptions
    : public mlir::PassPipelineOptions<MergePipelineOptions> {
  Option<std::string> package{
      *this, "package",
      llvm::cl::desc("Name of a built-in package, for example simba-6x6"),
      llvm::cl::init("")};
  Option<std::string> packageFile{
      *this, "package-file",
      llvm::cl::desc("File that holds one scope.package"), llvm::cl::init("")};
  Option<int64_t> batch{*this, "batch",
                        llvm::cl::desc("Samples of a batch; 0: the package's"),
                        llvm::cl::init(0)};
  Option<int64_t> assumeBits{
      *this, "assume-bits",
      llvm::cl::desc("Width that every element is counted with, 8, 16 or 32; "
                     "0: the program's own"),
      llvm::cl::init(0)};
  Option<Objective> objective{
      *this, "objective", llvm::cl::desc("What the plan is best in"),
      llvm::cl::init(Objective::Throughput),
      llvm::cl::values(
          clEnumValN(Objective::Throughput, "throughput",
                     "cycles of the batch"),
          clEnumValN(Objective::Latency, "latency",
                     "cycles until the first beat is complete"),
          clEnumValN(Objective::Energy, "energy", "energy of the batch"),
          clEnumValN(Objective::Edp, "edp", "energy times cycles of the batch"),
          clEnumValN(Objective::Ed2p, "ed2p",
                     "energy times the square of the cycles"),
          clEnumValN(Objective::E2dp, "e2dp",
                     "the square of the energy times the cycles"))};
  Option<Strategy> strategy{
      *this, "strategy", llvm::cl::desc("Which plans are allowed"),
      llvm::cl::init(Strategy::Merged),
      llvm::cl::values(
          clEnumValN(Strategy::Merged, "merged", "all"),
          clEnumValN(Strategy::Segmented, "segmented",
                     "one layer with multiply-accumulates a cluster"),
          clEnumValN(Strategy::Sequential, "sequential",
                     "one cluster a segment"),
          clEnumValN(Strategy::FullPipeline, "full-pipeline", "one segment"),
          clEnumValN(Strategy::LayerByLayer, "layer-by-layer",
                     "every layer on the whole package"),
          clEnumValN(Strategy::DataParallel, "data-parallel",
                     "one cluster a segment, only the batch split"))};
  Option<Space> space{
      *this, "space", llvm::cl::desc("Which schedules are searched"),
      llvm::cl::init(Space::Full),
      llvm::cl::values(
          clEnumValN(Space::Full, "full", "all that the model knows"),
          clEnumValN(Space::Published, "published",
                     "those of the published pipelines"))};
  Option<SearchKind> search{
      *this, "search", llvm::cl::desc("The search algorithm"),
      llvm::cl::init(SearchKind::Auto),
      llvm::cl::values(
          clEnumValN(SearchKind::Auto, "auto",
                     "the best that the work budget allows"),
          clEnumValN(SearchKind::Exact, "exact", "to the end, with a proof"),
          clEnumValN(SearchKind::Linear, "linear", "time linear in the layers"),
          clEnumValN(SearchKind::Exhaustive, "exhaustive",
                     "all plans, small networks only"),
          clEnumValN(SearchKind::Random, "random", "plans at random"),
          clEnumValN(SearchKind::Pareto, "pareto",
                     "the front of cycles, latency and energy"))};
  Option<int64_t> workBudget{
      *this, "work-budget",
      llvm::cl::desc(
          "Label relaxations that the search may spend; 0: its own choice"),
      llvm::cl::init(0)};
  Option<double> timeLimit{*this, "time-limit",
                           llvm::cl::desc("Seconds that the search may take; "
                                          "0: no limit. Results may then vary"),
                           llvm::cl::init(0)};
  Option<PartitionSpace> partitionSpace{
      *this, "partition-space",
      llvm::cl::desc("Which partitions a layer may have"),
      llvm::cl::init(PartitionSpace::Mixed),
      llvm::cl::values(clEnumValN(PartitionSpace::Mixed, "mixed", "all"),
                       clEnumValN(PartitionSpace::Pure, "pure",
                                  "input-shared or weight-shared, not both"))};
  Option<bool> splitBatch{
      *this, "split-batch",
      llvm::cl::desc("Whether the batch may be split over chiplets"),
      llvm::cl::init(true)};
  Option<int64_t> maxBeat{
      *this, "max-beat", llvm::cl::desc("Largest beat in samples; 0: no bound"),
      llvm::cl::init(0)};
  Option<WeightChoice> weights{
      *this, "weights", llvm::cl::desc("How clusters may hold their weights"),
      llvm::cl::init(WeightChoice::Any),
      llvm::cl::values(clEnumValN(WeightChoice::Any, "any", "either way"),
                       clEnumValN(WeightChoice::Replicated, "replicated",
                                  "every chiplet what its tiles need"),
                       clEnumValN(WeightChoice::Distributed, "distributed",
                                  "every byte once, gathered before use"))};
  Option<int64_t> maxLatency{
      *this, "max-latency",
      llvm::cl::desc(
          "Most cycles until the first beat is complete; 0: no bound"),
      llvm::cl::init(0)};
  Option<int64_t> maxEnergy{
      *this, "max-energy",
      llvm::cl::desc("Most picojoules of a batch; 0: no bound"),
      llvm::cl::init(0)};
  Option<int64_t> maxChiplets{
      *this, "max-chiplets",
      llvm::cl::desc("Most chiplets that the plan uses, along the snake order "
                     "of the grid; the others are disabled. 0: all"),
      llvm::cl::init(0)};
  Option<int64_t> samples{
      *this, "samples",
      llvm::cl::desc("Plans that search=random draws; 0: 1000"),
      llvm::cl::init(0)};
  Option<int64_t> seed{
      *this, "seed", llvm::cl::desc("Where the numbers of search=random start"),
      llvm::cl::init(1)};
  Option<std::string> function{
      *this, "function",
      llvm::cl::desc("The function to plan; empty: every one"),
      llvm::cl::init("")};

  Option<FinalChoice> finalChoice{
      *this, "final", llvm::cl::desc("What decides between good plans"),
      llvm::cl::init(FinalChoice::Model),
      llvm::cl::values(
          clEnumValN(FinalChoice::Model, "model", "the cost model alone"),
          clEnumValN(FinalChoice::Simulate, "simulate",
                     "a simulation of the best few; see "
                     "scope-choose-plan"))};

  /// The same for the pass.
  AttachPackageOptions forAttachPackage() const {
    AttachPackageOptions options;
    options.package = package;
    options.packageFile = packageFile;
    options.batch = batch;
    options.assumeBits = assumeBits;
    options.objective = objective;
    options.strategy = strategy;
    options.space = space;
    options.search = search;
    options.workBudget = workBudget;
    options.timeLimit = timeLimit;
    options.partitionSpace = partitionSpace;
    options.splitBatch = splitBatch;
    options.maxBeat = maxBeat;
    options.weights = weights;
    options.maxLatency = maxLatency;
    options.maxEnergy = maxEnergy;
    options.maxChiplets = maxChiplets;
    options.samples = samples;
    options.seed = seed;
    options.function = function;
    return options;
  }
};

/// Adds what `scope-merge-pipeline` consists of to `manager`, which works on
/// modules: strip, attach the package, form layers, search, place, allocate
/// buffers, verify.
void buildMergePipeline(mlir::OpPassManager &manager,
                        const AttachPackageOptions &options,
                        FinalChoice finalChoice = FinalChoice::Model);

/// Makes `scope-merge-pipeline` known to the pass-pipeline parser.
void registerScopePipelines();

} // namespace scope

#endif // SCOPE_PIPELINES_PIPELINES_H
