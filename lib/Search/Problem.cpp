//===- Problem.cpp - What a search is asked to do ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Problem.h"

#include "scope/Search/Partitions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

using namespace scope::search;

llvm::SmallVector<int64_t, 8> scope::search::beatCalls(const Problem &problem) {
  llvm::SmallVector<int64_t, 8> beats;
  int64_t largest = problem.calls();
  if (problem.config.maxBeat > 0)
    largest = std::min(
        largest, std::max<int64_t>(1, problem.config.maxBeat /
                                          problem.network.samplesPerCall));
  bool batchOnly = problem.config.strategy == Strategy::DataParallel;
  if (problem.config.space == Space::Published && !batchOnly)
    largest = 1;
  for (int64_t calls = 1; calls <= largest && problem.calls() % calls == 0;
       calls *= 2)
    beats.push_back(calls);
  return beats;
}

/// How the sentence about two pins starts.
static std::string contradiction(const Network &network, const Pin &a,
                                 const Pin &b) {
  if (a.layer == b.layer)
    return llvm::formatv("the pins of layer '{0}' contradict each other: ",
                         network.layers[a.layer].name);
  return llvm::formatv("the pins of layers '{0}' and '{1}' contradict each "
                       "other: ",
                       network.layers[a.layer].name,
                       network.layers[b.layer].name);
}

/// Checks one pin by itself.
static Diagnosis checkPin(const Problem &problem, const Pin &pin) {
  const Network &network = problem.network;
  auto fail = [&](const std::string &message) {
    return Diagnosis{message, pin.layer, -1};
  };
  const std::string &name = network.layers[pin.layer].name;
  if (pin.join && (pin.cut || pin.split))
    return fail(contradiction(network, pin, pin) +
                "it cannot both share a cluster with the layer before and "
                "start one");
  if (pin.join && pin.layer == 0)
    return fail(llvm::formatv("layer '{0}' is the first and has no layer "
                              "before it to join",
                              name));
  int64_t available = static_cast<int64_t>(snakeOrder(problem.package).size());
  int64_t least = pin.minChiplets.value_or(1);
  int64_t most = pin.maxChiplets.value_or(available);
  if (least > most)
    return fail(llvm::formatv("{0}at least {1} and at most {2} chiplets",
                              contradiction(network, pin, pin), least, most));
  if (least < 1 || least > available)
    return fail(llvm::formatv("the pin of layer '{0}' asks for at least {1} "
                              "chiplets, the package has {2}",
                              name, least, available));
  // Clusters are placed along the snake order while the search knows only how
  // many chiplets of which kinds a region has.
  if (pin.region && !problem.package.kindAt.empty() &&
      llvm::any_of(problem.package.kindAt, [&](uint8_t kind) {
        return kind != problem.package.kindAt.front();
      }))
    return fail(llvm::formatv("layer '{0}' is pinned to a region, and the "
                              "package has several kinds of chiplets; pin the "
                              "number of chiplets instead",
                              name));
  if (pin.region) {
    int64_t size = static_cast<int64_t>(pin.region->size());
    for (Coordinate at : *pin.region)
      if (at.row < 0 || at.col < 0 || at.row >= problem.package.rows ||
          at.col >= problem.package.cols || !isEnabled(problem.package, at))
        return fail(llvm::formatv("the pin of layer '{0}' names chiplet ({1}, "
                                  "{2}), which is disabled or off the grid",
                                  name, at.row, at.col));
    if (size < least || size > most)
      return fail(llvm::formatv("{0}its region has {1} chiplets, not {2} to "
                                "{3}",
                                contradiction(network, pin, pin), size, least,
                                most));
  }
  if (pin.partition) {
    llvm::SmallVector<int32_t, 5> factors(pin.partition->begin(),
                                          pin.partition->end());
    std::string last;
    bool legal = false;
    for (int64_t calls : beatCalls(problem)) {
      last = checkPartition(problem, pin.layer, factors, calls);
      legal |= last.empty();
    }
    if (!legal)
      return fail(llvm::formatv("the partition pinned to layer '{0}' is not "
                                "possible: {1}",
                                name, last));
    int64_t used = 1;
    for (int32_t factor : factors)
      used *= factor;
    if (used > most)
      return fail(llvm::formatv("{0}the partition uses {1} chiplets, at most "
                                "{2} are allowed",
                                contradiction(network, pin, pin), used, most));
  }
  return {};
}

/// Checks two pins, `a` of an earlier layer than `b` or of the same one.
static Diagnosis checkPinPair(const Problem &problem, const Pin &a,
                              const Pin &b) {
  auto fail = [&](const char *why) {
    return Diagnosis{contradiction(problem.network, a, b) + why, a.layer,
                     b.layer};
  };
  bool sameCluster = a.cluster && b.cluster && *a.cluster == *b.cluster;
  bool differentCluster = a.cluster && b.cluster && *a.cluster != *b.cluster;
  bool joined = true;
  for (int32_t layer = a.layer + 1; layer <= b.layer; ++layer)
    joined &= llvm::any_of(problem.config.pins, [&](const Pin &pin) {
      return pin.layer == layer && pin.join;
    });
  if (a.layer == b.layer && differentCluster)
    return fail("it is in two clusters");
  if (joined && differentCluster)
    return fail("they are joined and in two clusters");
  if (sameCluster)
    for (const Pin &pin : problem.config.pins)
      if (pin.layer > a.layer && pin.layer <= b.layer) {
        if (pin.cut || pin.split)
          return fail("they share a cluster, and one starts between them");
        if (pin.cluster && *pin.cluster != *a.cluster)
          return fail(
              "they share a cluster, and a layer between them does not");
      }
  if (sameCluster || joined) {
    if (a.minChiplets && b.maxChiplets && *a.minChiplets > *b.maxChiplets)
      return fail("they share a cluster and ask for different sizes of it");
    if (b.minChiplets && a.maxChiplets && *b.minChiplets > *a.maxChiplets)
      return fail("they share a cluster and ask for different sizes of it");
    if (a.region && b.region && *a.region != *b.region)
      return fail("they share a cluster and ask for different regions");
  }
  return {};
}

/// Whether what a batch moves and computes can be counted.
static std::string checkAmounts(const Problem &problem) {
  constexpr int64_t kMostBytes = kUnbounded >> 20;
  const Network &network = problem.network;
  __int128 largest = 1;
  for (const Value &value : network.values)
    largest = std::max<__int128>(largest, value.bytes);
  for (const Layer &layer : network.layers)
    largest = std::max<__int128>(largest, weightBytes(layer));
  if (largest * problem.calls() > kMostBytes)
    return llvm::formatv("a batch of {0} samples moves more bytes than can be "
                         "counted; choose a smaller one",
                         problem.config.batch);
  return "";
}

/// Checks pins against the one segment of a full pipeline.
static Diagnosis checkPinsOfOneSegment(const Problem &problem) {
  const Network &network = problem.network;
  auto available = static_cast<int64_t>(snakeOrder(problem.package).size());
  // Chiplets that clusters with a number, or with a start of their own, need
  // at least. Clusters are told apart where that is sure.
  std::map<int64_t, std::pair<int64_t, const Pin *>> leastOf;
  for (const Pin &pin : problem.config.pins) {
    if (pin.cut && pin.layer > 0)
      return {llvm::formatv("layer '{0}' is pinned to start a segment, and "
                            "strategy=full-pipeline has one segment; choose "
                            "another strategy, or pin it with split",
                            network.layers[pin.layer].name),
              pin.layer};
    if (!pin.cluster)
      continue;
    int64_t least = pin.minChiplets.value_or(
        pin.region ? static_cast<int64_t>(pin.region->size()) : 1);
    auto &[known, example] = leastOf[*pin.cluster];
    known = std::max(known, least);
    example = &pin;
  }
  int64_t sum = 0;
  const Pin *last = nullptr;
  for (const auto &[cluster, least] : leastOf) {
    sum += least.first;
    last = least.second;
  }
  if (sum <= available)
    return {};
  return {
      llvm::formatv("the pins ask for {0} clusters with {1} chiplets in the "
                    "one segment of strategy=full-pipeline, the package "
                    "has {2}; pin fewer clusters or smaller ones",
                    leastOf.size(), sum, available),
      last->layer};
}

Diagnosis scope::search::check(const Problem &problem) {
  const Config &config = problem.config;
  if (std::string wrong = check(problem.package); !wrong.empty())
    return {wrong};
  if (std::string wrong = check(problem.network); !wrong.empty())
    return {wrong};
  // First of what concerns the batch, so that nothing below overflows.
  if (std::string wrong = checkAmounts(problem); !wrong.empty())
    return {wrong};
  if (config.batch < 1 || config.batch % problem.network.samplesPerCall != 0)
    return {llvm::formatv("a batch of {0} samples is no multiple of the {1} "
                          "samples that one call of the function computes; "
                          "choose {2}",
                          config.batch, problem.network.samplesPerCall,
                          ceilDiv(std::max<int64_t>(1, config.batch),
                                  problem.network.samplesPerCall) *
                              problem.network.samplesPerCall)};
  for (const Pin &pin : config.pins) {
    if (pin.layer < 0 || pin.layer >= problem.network.numLayers())
      return {llvm::formatv("a pin names layer {0} of {1}", pin.layer,
                            problem.network.numLayers())};
    if (Diagnosis wrong = checkPin(problem, pin))
      return wrong;
  }
  for (const Pin &a : config.pins)
    for (const Pin &b : config.pins)
      if (a.layer <= b.layer && &a != &b)
        if (Diagnosis wrong = checkPinPair(problem, a, b))
          return wrong;
  if (config.strategy == Strategy::FullPipeline)
    return checkPinsOfOneSegment(problem);
  return {};
}
