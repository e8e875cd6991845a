//===- SearchBenchmark.cpp - Time and result of one search ----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs one search on a model network and prints what it found, how long it took
// and how much memory. Every argument is key=value:
//
//   network, package   names as in ModelNetworks.h
//   search             auto, exact, linear
//   strategy           merged, segmented, sequential, full-pipeline,
//                      layer-by-layer, data-parallel
//   objective          throughput, latency, energy, edp, ed2p, e2dp
//   space              full, published
//   batch, budget, time-limit, disabled (number of chiplets from the end)
//   bytes              size of an element, 1 unless given
//   threads            1 unless given
//   plan=1             prints the plan
//
//===----------------------------------------------------------------------===//

#include "ModelNetworks.h"

#include "scope/Search/Search.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <sys/resource.h>

using namespace scope::search;

static double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_utime.tv_sec) + double(usage.ru_utime.tv_usec) * 1e-6 +
         double(usage.ru_stime.tv_sec) + double(usage.ru_stime.tv_usec) * 1e-6;
}

static void printPlan(const SearchResult &result, const Network &network) {
  for (size_t s = 0; s < result.plan.segments.size(); ++s) {
    const SegmentPlan &segment = result.plan.segments[s];
    const SegmentCost &cost = result.cost.segments[s];
    llvm::outs() << llvm::formatv(
        "segment {0}: layers {1}-{2} beat {3} load {4} fill {5} pace {6} dram "
        "{7} cycles {8}\n",
        s, segment.firstLayer(), segment.lastLayer(), segment.beatCalls,
        cost.load, cost.fill, cost.pace, cost.dramBeat, cost.cycles);
    for (size_t c = 0; c < segment.clusters.size(); ++c) {
      const ClusterPlan &cluster = segment.clusters[c];
      llvm::outs() << llvm::formatv(
          "  cluster {0}-{1} size {2} mode {3} level {4} stage {5}\n",
          cluster.firstLayer, cluster.lastLayer, cluster.size,
          cluster.mode == WeightMode::Replicated ? "rep" : "dist",
          cluster.level, cost.clusters[c].stage);
      for (int32_t l = cluster.firstLayer; l <= cluster.lastLayer; ++l) {
        const LayerCost &layer =
            cost.clusters[c].layers[l - cluster.firstLayer];
        llvm::outs() << "    " << network.layers[l].name << " (";
        llvm::interleave(result.plan.partitions[l], llvm::outs(), ",");
        llvm::outs() << llvm::formatv(
            ") compute {0} internal {1} external {2} weights {3} send {4} = "
            "{5}\n",
            layer.compute, layer.internal, layer.external, layer.weights,
            layer.send, layer.cycles);
      }
    }
  }
}

/// Makes every element `bytes` bytes wide.
static void widenElements(Network &network, int64_t bytes) {
  for (Layer &layer : network.layers) {
    for (Operand &operand : layer.operands)
      operand.elementBytes *= bytes;
    for (Output &output : layer.outputs)
      output.elementBytes *= bytes;
  }
  for (Value &value : network.values)
    value.bytes *= bytes;
}

int main(int argc, char **argv) {
  std::string networkName = "resnet50", packageName = "simba-4x4";
  Config config;
  bool plan = false;
  int disabled = 0;
  int64_t bytes = 1;
  unsigned threads = 1;
  for (int index = 1; index < argc; ++index) {
    auto [key, value] = llvm::StringRef(argv[index]).split('=');
    bool wrong = false;
    if (key == "network")
      networkName = value.str();
    else if (key == "package")
      packageName = value.str();
    else if (key == "search")
      config.algorithm = llvm::StringSwitch<Algorithm>(value)
                             .Case("exact", Algorithm::Exact)
                             .Case("linear", Algorithm::Linear)
                             .Default(Algorithm::Auto);
    else if (key == "strategy")
      config.strategy = llvm::StringSwitch<Strategy>(value)
                            .Case("segmented", Strategy::Segmented)
                            .Case("sequential", Strategy::Sequential)
                            .Case("full-pipeline", Strategy::FullPipeline)
                            .Case("layer-by-layer", Strategy::LayerByLayer)
                            .Case("data-parallel", Strategy::DataParallel)
                            .Default(Strategy::Merged);
    else if (key == "objective")
      config.objective = llvm::StringSwitch<Objective>(value)
                             .Case("latency", Objective::Latency)
                             .Case("energy", Objective::Energy)
                             .Case("edp", Objective::EDP)
                             .Case("ed2p", Objective::ED2P)
                             .Case("e2dp", Objective::E2DP)
                             .Default(Objective::Throughput);
    else if (key == "space")
      config.space = value == "published" ? Space::Published : Space::Full;
    else if (key == "batch")
      wrong = value.getAsInteger(10, config.batch);
    else if (key == "budget")
      wrong = value.getAsInteger(10, config.workBudget);
    else if (key == "time-limit")
      wrong = value.getAsDouble(config.timeLimit);
    else if (key == "disabled")
      wrong = value.getAsInteger(10, disabled);
    else if (key == "bytes")
      wrong = value.getAsInteger(10, bytes);
    else if (key == "threads")
      wrong = value.getAsInteger(10, threads);
    else if (key == "plan")
      plan = value == "1";
    else
      wrong = true;
    if (wrong) {
      llvm::errs() << "unknown argument '" << argv[index] << "'\n";
      return 1;
    }
  }
  std::optional<Network> network = makeNetwork(networkName);
  std::optional<Package> package = makePackage(packageName);
  if (!network || !package) {
    llvm::errs() << "no network '" << networkName << "' or package '"
                 << packageName << "'\n";
    return 1;
  }
  widenElements(*network, bytes);
  std::vector<Coordinate> order = snakeOrder(*package);
  for (int index = 0; index < disabled; ++index)
    package->disabled.push_back(order[order.size() - 1 - index]);
  llvm::sort(package->disabled);
  Problem problem{*network, *package, config};
  double before = cpuSeconds();
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(threads));
  auto start = std::chrono::steady_clock::now();
  SearchResult result =
      scope::search::search(problem, threads > 1 ? &pool : nullptr);
  double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  double seconds = cpuSeconds() - before;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  llvm::outs() << llvm::formatv("{0} {1} {2} layers: ", networkName,
                                packageName, network->numLayers());
  if (result.failure)
    llvm::outs() << "no plan: " << result.failure.message;
  else
    llvm::outs() << llvm::formatv(
        "cycles {0} latency {1} energy {2} gap {3:P2} by {4}{5}, {6} segments",
        result.cost.cycles, result.cost.latency, result.cost.energy,
        gap(result, config.objective), result.answeredBy,
        result.proved ? " (proved)" : "", result.plan.segments.size());
  llvm::outs() << llvm::formatv(
      "; {0} candidates, {1:F2} s CPU, {2:F2} s, {3} MB\n", result.candidates,
      seconds, elapsed, usage.ru_maxrss / 1024);
  if (plan && !result.failure)
    printPlan(result, *network);
  return 0;
}
