//===- Transfers.cpp - Data that moves between chiplets -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tiler.h"

#include <algorithm>
#include <numeric>

using namespace scope::search;

int64_t CostModel::bytesOnLinks(int64_t sent, int64_t received,
                                int64_t hops) const {
  int64_t ways =
      problem.package.multicast ? std::min(sent, received) : received;
  return saturate(__int128(ways) * hops + (received - ways));
}

int64_t CostModel::exchangeCycles(int64_t in, int64_t out, int64_t sent,
                                  int64_t total, const Geometry &region) const {
  const Package &package = problem.package;
  // Half of what is sent starts on either side of the middle. A copy goes to
  // the other side or stays; with multicast a byte crosses once.
  int64_t acrossFourTimes =
      package.multicast ? std::min(total, 2 * sent) : total;
  return std::max(
             {divideUp(in, package.port), divideUp(out, package.port),
              divideUp(bytesOnLinks(sent, total, region.hops), region.allLinks),
              divideUp(acrossFourTimes, region.fourTimesAcross)}) +
         region.hops * package.hop;
}

int64_t CostModel::columnCycles(int64_t sent, int64_t total, Copies copies,
                                const Geometry &region) const {
  int64_t fourTimes = total;
  if (problem.package.multicast) {
    // Routes go along the row first, then a byte goes along each column that
    // wants it. Of copies that stand evenly in a column, the last one but for
    // those above it gets what starts above through one link.
    int64_t most = saturate(__int128(copies.columns) * sent);
    if (total > 2 * most)
      fourTimes = 4 * (most - saturate(__int128(most) * most / total));
    // Of copies in rows that follow each other, those at the middle get a half
    // of what they want through one link; all others want it above or below.
    if (copies.together) {
      __int128 both = __int128(sent) + ceilDiv(total, region.used);
      fourTimes = std::min(fourTimes, saturate((both * both + sent - 1) / sent *
                                               copies.columns));
    }
  }
  return divideUp(fourTimes, region.fourTimesColumns);
}

/// What lies between any of `all` places of a row and `run` of them next to
/// each other, on the average over where both are, times `unit`, as `run` is.
static __int128 reach(int64_t all, __int128 run, __int128 unit) {
  __int128 free = std::max<__int128>(0, all * unit - run);
  return free * (free + 2 * unit) / (3 * all * unit);
}

/// What a tree from any place of a way of `length` to copies evenly along it
/// covers, on the average: of m copies 1 - 1 / m + 1 / 3 m^2, with m `all` over
/// `one`.
static __int128 spread(__int128 length, __int128 one, __int128 all) {
  __int128 part = length * one / all;
  return length - part + part * one / (3 * all);
}

int64_t CostModel::bytesOnTrees(int64_t sent, int64_t total, Copies copies,
                                const Geometry &region, int64_t places) const {
  int64_t cols = std::min<int64_t>(problem.package.cols, places);
  int64_t rows = std::min<int64_t>(problem.package.rows,
                                   ceilDiv(places, problem.package.cols));
  __int128 bytes = sent, inColumns = bytes * copies.columns;
  if (copies.together) {
    inColumns = std::min<__int128>(inColumns, total);
    return saturate(total - sent + reach(cols, inColumns, bytes) +
                    reach(rows, total, inColumns));
  }
  // To the columns, which stand evenly, to the rows of the region, and to the
  // copies in each column.
  inColumns = std::min<__int128>(inColumns, total);
  __int128 height = inColumns * region.used / region.columns;
  return saturate(spread(bytes * region.columns, bytes, inColumns) +
                  spread(height, inColumns, total) +
                  reach(rows, height, inColumns));
}

CostModel::Copies CostModel::copiesOfWeights(const Tiling &tiling) const {
  // The snake order comes to the same column again after two rows.
  int64_t columns = geometry(tiling.used).columns, every = tiling.sameWeights;
  int64_t places = 2 * columns / std::gcd(2 * columns, every);
  return {std::min(columns, places), every == 1};
}

int64_t CostModel::arrivalCycles(int64_t in, int64_t sent, int64_t total,
                                 Copies copies, const Geometry &region) const {
  const Package &package = problem.package;
  int64_t crossing =
      package.multicast ? total : saturate(__int128(total) * hopsOfPackage);
  return std::max({divideUp(in, package.port),
                   divideUp(crossing, region.allLinks),
                   columnCycles(sent, total, copies, region)}) +
         hopsOfPackage * package.hop;
}

int64_t CostModel::networkEnergy(int64_t sent, int64_t received,
                                 int64_t hops) const {
  return multiplyUp(bytesOnLinks(sent, received, hops),
                    problem.package.energy.hop);
}

/// What one chiplet must send when `total` bytes go out from `senders` of which
/// each holds `own`, and nobody receives more than `in`. With multicast a byte
/// leaves its sender once however many receive it.
static int64_t sentByOne(const Package &package, int64_t in, int64_t total,
                         int64_t own, int64_t senders) {
  int64_t even = std::max(in, ceilDiv(total, senders));
  return package.multicast ? std::min(own, even) : even;
}

//===----------------------------------------------------------------------===//
// Between the chiplets of a region
//===----------------------------------------------------------------------===//

namespace {
/// What the chiplets of a region touch of one operand, and what of it they made
/// themselves, as products over the dimensions of reader and maker. Dimensions
/// that are not split are folded into one number.
class Overlap {
public:
  Overlap(const Layer &to, const Tiling &consumer, const Operand &read,
          const Layer &from, const Tiling &producer)
      : to(to), from(from), consumer(consumer), producer(producer), read(read) {
  }

  /// Largest and summed bytes that a chiplet touches and did not make.
  std::pair<int64_t, int64_t> received();

private:
  using Range = std::pair<int64_t, int64_t>;
  static Range tileRange(const Tiling &tiling, const Layer &layer, unsigned dim,
                         int32_t digit) {
    int64_t size = dim == 0 ? tiling.calls : layer.dims[dim].size;
    int64_t low = digit * tiling.tile[dim];
    return {low, std::min(low + tiling.tile[dim], size)};
  }
  static int64_t common(Range a, Range b) {
    return std::max<int64_t>(0, std::min(a.second, b.second) -
                                    std::max(a.first, b.first));
  }
  /// Multiplies what the tiles along dimension `dim` of the reader touch by
  /// `touched`, and what they made by `made`, of the digits of both sides.
  template <typename Touched, typename Made>
  void addFactor(int32_t dim, int32_t producerDim, Touched touched, Made made);

  const Layer &to, &from;
  const Tiling &consumer, &producer;
  const Operand &read;
  /// Products over what no split dimension of the reader changes.
  int64_t touchedOnce = 1, madeOnce = 1;
  /// By dimension of the reader and digit.
  struct Axis {
    int32_t dim;
    llvm::SmallVector<int64_t, 16> touched, made;
  };
  llvm::SmallVector<Axis, 5> axes;
  /// Factors of what was made that change with a digit of the maker; the
  /// dimension of the reader is -1 if none of it is split.
  struct Pair {
    int32_t dim, producerDim;
    int32_t width;
    llvm::SmallVector<int64_t, 32> made;
  };
  llvm::SmallVector<Pair, 4> pairs;
};
} // namespace

template <typename Touched, typename Made>
void Overlap::addFactor(int32_t dim, int32_t producerDim, Touched touched,
                        Made made) {
  int32_t count = dim >= 0 ? consumer.factors[dim] : 1;
  int32_t width = producerDim >= 0 ? producer.factors[producerDim] : 1;
  if (count == 1) {
    touchedOnce *= touched(0);
    if (width == 1)
      madeOnce *= made(0, 0);
  } else {
    Axis *axis = llvm::find_if(
        axes, [&](const Axis &other) { return other.dim == dim; });
    if (axis == axes.end()) {
      axes.push_back({dim, {}, {}});
      axis = &axes.back();
      axis->touched.assign(count, 1);
      axis->made.assign(count, 1);
    }
    for (int32_t digit = 0; digit < count; ++digit) {
      axis->touched[digit] *= touched(digit);
      if (width == 1)
        axis->made[digit] *= made(digit, 0);
    }
  }
  if (width == 1)
    return;
  pairs.push_back({count == 1 ? -1 : dim, producerDim, width, {}});
  for (int32_t digit = 0; digit < count; ++digit)
    for (int32_t other = 0; other < width; ++other)
      pairs.back().made.push_back(made(digit, other));
}

std::pair<int64_t, int64_t> Overlap::received() {
  addFactor(
      0, 0,
      [&](int32_t digit) {
        auto [low, high] = tileRange(consumer, to, 0, digit);
        return high - low;
      },
      [&](int32_t digit, int32_t other) {
        return common(tileRange(consumer, to, 0, digit),
                      tileRange(producer, from, 0, other));
      });
  for (const Access &access : read.accesses) {
    auto touched = [&](int32_t digit) -> Range {
      if (access.dim < 0)
        return {access.begin, access.end};
      auto [low, high] = tileRange(consumer, to, access.dim, digit);
      return touchedRange(access, low, high);
    };
    addFactor(
        access.dim, access.producerDim,
        [&](int32_t digit) {
          auto [begin, end] = touched(digit);
          return end - begin;
        },
        [&](int32_t digit, int32_t other) {
          Range range = touched(digit);
          if (access.producerDim < 0)
            return range.second - range.first;
          return common(range,
                        tileRange(producer, from, access.producerDim, other));
        });
  }

  // Walk over the chiplets with the digits of both sides. Chiplets beyond those
  // that made something reuse nothing.
  touchedOnce *= read.elementBytes;
  madeOnce *= read.elementBytes;
  unsigned consumerDims = consumer.factors.size();
  unsigned producerDims = producer.factors.size();
  llvm::SmallVector<int32_t, 6> toDigits(consumerDims, 0);
  llvm::SmallVector<int32_t, 6> fromDigits(producerDims, 0);
  int64_t largest = 0, total = 0;
  for (int32_t chiplet = 0; chiplet < consumer.used; ++chiplet) {
    int64_t touched = touchedOnce, made = madeOnce;
    for (const Axis &axis : axes) {
      touched *= axis.touched[toDigits[axis.dim]];
      made *= axis.made[toDigits[axis.dim]];
    }
    if (chiplet >= producer.used) {
      made = 0;
    } else {
      for (const Pair &pair : pairs)
        made *= pair.made[(pair.dim < 0 ? 0 : toDigits[pair.dim]) * pair.width +
                          fromDigits[pair.producerDim]];
    }
    largest = std::max(largest, touched - made);
    total += touched - made;
    for (unsigned d = consumerDims; d-- > 0;) {
      if (++toDigits[d] < consumer.factors[d])
        break;
      toDigits[d] = 0;
    }
    for (unsigned d = producerDims; d-- > 0;) {
      if (++fromDigits[d] < producer.factors[d])
        break;
      fromDigits[d] = 0;
    }
  }
  return {largest, total};
}

int64_t CostModel::bytesMade(const Tiling &tiling, int32_t layer,
                             int32_t value) const {
  for (auto [output, bytes] :
       llvm::zip_equal(problem.network.layers[layer].outputs, tiling.outputs))
    if (output.value == value)
      return bytes;
  return 0;
}

Transfer CostModel::internalTransfer(const Tiling &consumer,
                                     int32_t consumerLayer, unsigned operand,
                                     const Tiling &producer,
                                     int32_t producerLayer) const {
  const Package &package = problem.package;
  const Layer &to = problem.network.layers[consumerLayer];
  const Layer &from = problem.network.layers[producerLayer];
  const Operand &read = to.operands[operand];
  int64_t own = bytesMade(producer, producerLayer, read.value);

  // Dimensions of the producer that are split must be followed one to one by
  // the consumer, or nothing of its tiles can be reused.
  bool reusable = true;
  for (unsigned d = 1; d < producer.factors.size(); ++d)
    if (producer.factors[d] > 1)
      reusable &= llvm::any_of(read.accesses, [&](const Access &access) {
        return access.producerDim == int32_t(d);
      });

  Transfer transfer;
  if (reusable)
    std::tie(transfer.largest, transfer.total) =
        Overlap(to, consumer, read, from, producer).received();
  else
    std::tie(transfer.largest, transfer.total) = std::make_pair(
        consumer.operands[operand].largest, consumer.operands[operand].total);
  if (transfer.total == 0)
    return transfer;

  const Geometry &region = geometry(std::max(consumer.used, producer.used));
  int64_t out =
      sentByOne(package, transfer.largest, transfer.total, own, producer.used);
  int64_t sent = package.multicast
                     ? std::min(transfer.total, own * producer.used)
                     : transfer.total;
  transfer.cycles =
      exchangeCycles(transfer.largest, out, sent, transfer.total, region);
  transfer.energySram = multiplyUp(transfer.total, package.energy.sramWrite) +
                        multiplyUp(sent, package.energy.sramRead);
  transfer.energyNop = networkEnergy(sent, transfer.total, region.hops);
  return transfer;
}

int64_t CostModel::leastInternalCycles(const Tiling &consumer,
                                       int32_t consumerLayer, unsigned operand,
                                       const Tiling &producer,
                                       int32_t producerLayer) const {
  const Package &package = problem.package;
  const Operand &read = problem.network.layers[consumerLayer].operands[operand];
  int64_t made =
      read.elementBytes * std::min(consumer.tile[0], producer.tile[0]);
  for (const Access &access : read.accesses) {
    int64_t extent = access.end - access.begin;
    if (access.dim >= 0)
      extent =
          std::min(extent, (consumer.tile[access.dim] - 1) * access.stride +
                               access.window);
    if (access.producerDim >= 0)
      extent = std::min(extent, producer.tile[access.producerDim]);
    made *= extent;
  }
  const Tiling::Touched &touched = consumer.operands[operand];
  int64_t in = std::max<int64_t>(0, touched.largest - made);
  int64_t total = std::max(
      in, touched.total - std::min(consumer.used, producer.used) * made);
  if (total == 0)
    return 0;
  int64_t own = bytesMade(producer, producerLayer, read.value);
  int64_t out = sentByOne(package, in, total, own, producer.used);
  int64_t sent =
      package.multicast ? std::min(total, own * producer.used) : total;
  return exchangeCycles(in, out, sent, total,
                        geometry(std::max(consumer.used, producer.used)));
}

//===----------------------------------------------------------------------===//
// From outside, and weights
//===----------------------------------------------------------------------===//

Transfer CostModel::externalTransfer(const Tiling &tiling, OperandMask operands,
                                     int32_t size) const {
  Transfer transfer;
  int64_t sent = 0;
  for (auto [index, touched] : llvm::enumerate(tiling.operands))
    if (operands >> index & 1) {
      transfer.largest += touched.largest;
      transfer.total += touched.total;
      sent += touched.distinct;
    }
  if (transfer.total == 0)
    return transfer;
  const EnergyTable &energy = problem.package.energy;
  const Geometry &region = geometry(tiling.used);
  transfer.cycles = arrivalCycles(transfer.largest, sent, transfer.total,
                                  {region.columns, true}, region);
  transfer.energySram = multiplyUp(transfer.total, energy.sramWrite);
  // Most often it comes from next to the region, or from DRAM to all chiplets.
  transfer.energyNop = multiplyUp(
      problem.package.multicast
          ? bytesOnTrees(sent, transfer.total, {region.columns, true}, region,
                         std::min<int64_t>(numChiplets(), 3 * size))
          : saturate(__int128(transfer.total) * hopsOfPackage),
      energy.hop);
  return transfer;
}

Transfer CostModel::weightTransfer(const Tiling &tiling, WeightMode mode,
                                   int32_t size) const {
  const Package &package = problem.package;
  Transfer transfer;
  int64_t distinct = layerWeights[tiling.layer];
  if (distinct == 0)
    return transfer;
  int64_t out = 0, hops = hopsOfPackage, sent = 0, read = 0;
  if (streams(tiling.layer)) {
    transfer.largest = tiling.weightTile;
    transfer.total = tiling.weightTotal;
    sent = std::min(transfer.total, distinct);
  } else if (mode == WeightMode::Distributed) {
    // Each chiplet of the region holds an even share of every tile, or its own
    // one.
    if (tiling.weightTile > distinct / size)
      transfer.largest = tiling.weightTile - tiling.weightTile / size;
    transfer.total = transfer.largest * tiling.used;
    int64_t own = ceilDiv(distinct, size);
    out = sentByOne(package, transfer.largest, transfer.total, own, size);
    hops = geometry(tiling.used).hops;
    sent = read = package.multicast ? std::min(transfer.total, own * size)
                                    : transfer.total;
  }
  if (transfer.total == 0)
    return transfer;
  const Geometry &region = geometry(tiling.used);
  Copies copies = copiesOfWeights(tiling);
  // There is room for two pieces, so the DRAM cannot work ahead.
  transfer.cycles =
      streams(tiling.layer)
          ? std::max(arrivalCycles(transfer.largest, sent, transfer.total,
                                   copies, region),
                     dramCycles(distinct))
          : std::max(exchangeCycles(transfer.largest, out, sent, transfer.total,
                                    region),
                     columnCycles(sent, transfer.total, copies, region) +
                         region.hops * package.hop);
  transfer.energySram = multiplyUp(transfer.total, package.energy.sramWrite) +
                        multiplyUp(read, package.energy.sramRead);
  transfer.energyNop = multiplyUp(
      package.multicast
          ? bytesOnTrees(sent, transfer.total, copies, region,
                         streams(tiling.layer) ? numChiplets() : size)
          : bytesOnLinks(sent, transfer.total, hops),
      package.energy.hop);
  return transfer;
}
