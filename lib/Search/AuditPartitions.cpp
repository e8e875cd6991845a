//===- AuditPartitions.cpp - Which beats and partitions are allowed -------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditSpace.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;
using namespace scope::search::auditing;

std::vector<int64_t> auditing::allowedBeats(const Problem &problem) {
  const Config &config = problem.config;
  std::vector<int64_t> beats;
  for (int64_t calls = 1; calls <= problem.calls(); calls *= 2) {
    bool divides = problem.calls() % calls == 0;
    bool tooLong = config.maxBeat > 0 && calls > 1 &&
                   calls * problem.network.samplesPerCall > config.maxBeat;
    bool published = config.space == Space::Published &&
                     config.strategy != Strategy::DataParallel;
    if (divides && !tooLong && !(published && calls > 1))
      beats.push_back(calls);
  }
  return beats;
}

/// Whether chiplets that divide dimension `dim` of `layer` between them all
/// read the whole input: an input-shared partition.
static bool isInputShared(const Layer &layer, size_t dim) {
  if (dim == 0)
    return false;
  for (const Operand &operand : layer.operands) {
    if (operand.kind != OperandKind::Activation)
      continue;
    for (const Access &access : operand.accesses)
      if (access.dim == static_cast<int32_t>(dim))
        return false;
    return true;
  }
  return true;
}

std::string auditing::whyNoPartition(const Problem &problem, int32_t layerIndex,
                                     llvm::ArrayRef<int32_t> factors,
                                     int64_t calls) {
  const Layer &layer = problem.network.layers[layerIndex];
  const Config &config = problem.config;
  if (factors.size() != layer.dims.size())
    return llvm::formatv("it has {0} factors for {1} dimensions",
                         factors.size(), layer.dims.size());
  bool dataParallel = config.strategy == Strategy::DataParallel;
  bool full = config.space == Space::Full;
  int shared[2] = {0, 0};
  for (auto [dim, factor] : llvm::enumerate(factors)) {
    int64_t size = dim == 0 ? calls : layer.dims[dim].size;
    if (factor < 1 || factor > size)
      return llvm::formatv("factor {0} of dimension {1} is not between 1 and "
                           "its size, {2}",
                           factor, dim, size);
    if (factor == 1)
      continue;
    if (!layer.splittable)
      return "the layer cannot be split";
    if (dim == 0 && !dataParallel && !(full && config.splitBatch))
      return "the configuration does not allow the batch to be split";
    if (dim > 0 && dataParallel)
      return llvm::formatv("data parallelism splits the batch only, not "
                           "dimension {0}",
                           dim);
    if (cut(size, factor).size() != static_cast<size_t>(factor))
      return llvm::formatv("factor {0} of dimension {1} leaves tiles empty: "
                           "{2} iterations fill {3}",
                           factor, dim, size, cut(size, factor).size());
    ++shared[isInputShared(layer, dim)];
  }
  if ((config.pureOnly || !full) && shared[0] > 0 && shared[1] > 0)
    return "it is both input-shared and weight-shared, the space allows one of "
           "them";
  return "";
}

std::vector<Partition> auditing::allowedPartitions(const Problem &problem,
                                                   int32_t layerIndex,
                                                   int64_t calls,
                                                   int64_t mostUsed) {
  const Layer &layer = problem.network.layers[layerIndex];
  std::vector<std::pair<Partition, int64_t>> prefixes(1, {{}, 1});
  for (size_t dim = 0; dim < layer.dims.size(); ++dim) {
    int64_t size = dim == 0 ? calls : layer.dims[dim].size;
    std::vector<std::pair<Partition, int64_t>> longer;
    for (const auto &[factors, used] : prefixes)
      for (int64_t factor = 1; factor <= size && factor * used <= mostUsed;
           ++factor) {
        longer.push_back({factors, used * factor});
        longer.back().first.push_back(static_cast<int32_t>(factor));
        // What is wrong already does not get better with more dimensions.
        Partition rest = longer.back().first;
        rest.resize(layer.dims.size(), 1);
        if (!whyNoPartition(problem, layerIndex, rest, calls).empty())
          longer.pop_back();
      }
    prefixes = std::move(longer);
  }
  std::vector<Partition> partitions;
  for (const auto &[factors, used] : prefixes)
    if (llvm::all_of(problem.config.pins,
                     [&, &factors = factors](const Pin &pin) {
                       return pin.layer != layerIndex || !pin.partition ||
                              llvm::equal(*pin.partition, factors);
                     }))
      partitions.push_back(factors);
  return partitions;
}
