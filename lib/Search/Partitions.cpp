//===- Partitions.cpp - The ways to split a layer -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Search/Partitions.h"

#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;

bool scope::search::sharesInput(const Layer &layer, int32_t dim) {
  if (dim == 0)
    return false;
  for (const Operand &operand : layer.operands)
    if (operand.kind == OperandKind::Activation)
      return llvm::none_of(operand.accesses, [&](const Access &access) {
        return access.dim == dim;
      });
  return true;
}

/// Sizes of the dimensions of `layer` in a beat; 1 for those that the space
/// does not let a plan split.
static llvm::SmallVector<int64_t, 5>
splittableSizes(const Problem &problem, const Layer &layer, int64_t calls) {
  llvm::SmallVector<int64_t, 5> sizes;
  bool batchOnly = problem.config.strategy == Strategy::DataParallel;
  for (auto [index, dim] : llvm::enumerate(layer.dims)) {
    bool allowed = layer.splittable;
    allowed &= index == 0 ? allowsBatchSplit(problem.config) : !batchOnly;
    int64_t size = index == 0 ? calls : dim.size;
    sizes.push_back(allowed ? size : 1);
  }
  return sizes;
}

/// Whether a partition that splits the dimensions of `splitMask` is allowed as
/// far as pure and mixed partitions go.
static bool isPureEnough(const Config &config, const Layer &layer,
                         llvm::ArrayRef<int32_t> factors) {
  if (allowsMixed(config))
    return true;
  bool input = false, weights = false;
  for (auto [index, factor] : llvm::enumerate(factors))
    if (factor > 1)
      (sharesInput(layer, int32_t(index)) ? input : weights) = true;
  return !(input && weights);
}

std::vector<Partition>
scope::search::enumeratePartitions(const Problem &problem, int32_t layerIndex,
                                   int64_t calls, int32_t maxUsed) {
  const Layer &layer = problem.network.layers[layerIndex];
  llvm::SmallVector<int64_t, 5> sizes = splittableSizes(problem, layer, calls);
  const Pin *pin = nullptr;
  for (const Pin &candidate : problem.config.pins)
    if (candidate.layer == layerIndex && candidate.partition)
      pin = &candidate;

  std::vector<Partition> partitions;
  Partition factors(sizes.size(), 1);
  // Depth first over the dimensions; `used` is the product so far.
  auto descend = [&](auto &&self, unsigned dim, int64_t used) -> void {
    if (dim == sizes.size()) {
      if (isPureEnough(problem.config, layer, factors))
        partitions.push_back(factors);
      return;
    }
    for (int64_t factor = 1; factor <= sizes[dim] && used * factor <= maxUsed;
         ++factor) {
      if (ceilDiv(sizes[dim], ceilDiv(sizes[dim], factor)) != factor)
        continue;
      if (pin && (*pin->partition)[dim] != factor)
        continue;
      factors[dim] = static_cast<int32_t>(factor);
      self(self, dim + 1, used * factor);
    }
    factors[dim] = 1;
  };
  descend(descend, 0, 1);
  return partitions;
}

std::vector<Partition>
scope::search::enumerateSmallestTiles(const Problem &problem, int32_t layer,
                                      int32_t maxUsed, int64_t &calls) {
  for (int64_t beat : beatCalls(problem)) {
    calls = beat;
    std::vector<Partition> partitions =
        enumeratePartitions(problem, layer, calls, maxUsed);
    if (!partitions.empty())
      return partitions;
  }
  return {};
}

std::string scope::search::checkPartition(const Problem &problem,
                                          int32_t layerIndex,
                                          llvm::ArrayRef<int32_t> factors,
                                          int64_t calls) {
  const Layer &layer = problem.network.layers[layerIndex];
  if (factors.size() != layer.dims.size())
    return llvm::formatv("the partition has {0} factors, the layer {1} "
                         "dimensions",
                         factors.size(), layer.dims.size());
  llvm::SmallVector<int64_t, 5> sizes = splittableSizes(problem, layer, calls);
  for (auto [index, factor] : llvm::enumerate(factors)) {
    int64_t size = index == 0 ? calls : layer.dims[index].size;
    if (factor < 1 || factor > size)
      return llvm::formatv("factor {0} of dimension {1} is not between 1 and "
                           "its size, {2}",
                           factor, index, size);
    if (factor > sizes[index])
      return llvm::formatv("the space does not allow dimension {0} to be split",
                           index);
    if (ceilDiv(size, ceilDiv(size, factor)) != factor)
      return llvm::formatv("factor {0} of dimension {1} leaves tiles empty: "
                           "{2} iterations fill {3} tiles",
                           factor, index, size,
                           ceilDiv(size, ceilDiv(size, factor)));
  }
  if (!isPureEnough(problem.config, layer, factors))
    return "the space allows only pure partitions (ISP or WSP)";
  return "";
}
