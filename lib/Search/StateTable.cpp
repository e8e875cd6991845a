//===- StateTable.cpp - Partitions of all layers for one beat ------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StateTable.h"

#include "Parallel.h"

#include "scope/Search/Partitions.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <thread>
#include <tuple>

using namespace scope::search;

/// Searches over no more states a region are to be quick, and choose them with
/// care.
static constexpr int32_t kFewStates = 4;

StateCatalog::Partitions::Partitions(const CostModel &model, int32_t layer,
                                     int64_t calls)
    : tiler(model, layer, calls) {
  std::vector<Partition> all = enumeratePartitions(model.getProblem(), layer,
                                                   calls, model.numChiplets());
  // By the chiplets that they use; they are enumerated in the order of their
  // factors, which remains where they use as many.
  std::vector<int32_t> products;
  products.reserve(all.size());
  std::vector<size_t> next(model.numChiplets() + 2, 0);
  for (const Partition &partition : all) {
    int32_t product = 1;
    for (int32_t factor : partition)
      product *= factor;
    products.push_back(product);
    ++next[product + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  factors.resize(all.size());
  used.resize(all.size());
  for (auto [partition, product] : llvm::zip_equal(all, products)) {
    size_t at = next[product]++;
    factors[at] = std::move(partition);
    used[at] = product;
  }
  compute.reserve(all.size());
  weightTile.reserve(all.size());
  incoming.reserve(all.size());
  for (const Partition &partition : factors) {
    compute.push_back(tiler.leastCompute(partition));
    weightTile.push_back(tiler.weightTile(partition));
    incoming.push_back(
        divideUp(tiler.incoming(partition), model.getPackage().port));
  }
  tilings.emplace(factors.size());
}

std::vector<int64_t>
StateCatalog::Partitions::leastCompute(int32_t numChiplets) const {
  std::vector<int64_t> least(numChiplets + 1, kUnbounded);
  for (auto [chiplets, cycles] : llvm::zip_equal(used, compute))
    least[chiplets] = std::min(least[chiplets], cycles);
  for (int32_t size = 1; size <= numChiplets; ++size)
    least[size] = std::min(least[size], least[size - 1]);
  return least;
}

int32_t StateCatalog::Partitions::find(llvm::ArrayRef<int32_t> wanted,
                                       int32_t chiplets) const {
  // They are in the order of what they use, and then of their factors.
  auto [first, last] = std::equal_range(used.begin(), used.end(), chiplets);
  auto begin = factors.begin() + (first - used.begin());
  auto end = factors.begin() + (last - used.begin());
  auto at = std::lower_bound(
      begin, end, wanted,
      [](llvm::ArrayRef<int32_t> a, llvm::ArrayRef<int32_t> b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(),
                                            b.end());
      });
  if (at == end || llvm::ArrayRef<int32_t>(*at) != wanted)
    return -1;
  return static_cast<int32_t>(at - factors.begin());
}

StateCatalog::Partitions &StateCatalog::partitions(int32_t layerClass,
                                                   int64_t calls) {
  std::vector<std::unique_ptr<Partitions>> &row = lists[calls];
  row.resize(classes.numClasses());
  if (!row[layerClass])
    row[layerClass] = std::make_unique<Partitions>(
        model, classes.exampleOf(layerClass), calls);
  return *row[layerClass];
}

void StateCatalog::prepare(llvm::ArrayRef<int64_t> beats,
                           llvm::ThreadPoolInterface *threads) {
  std::vector<std::pair<int32_t, int64_t>> missing;
  for (int64_t calls : beats) {
    (void)transfers(calls);
    std::vector<std::unique_ptr<Partitions>> &row = lists[calls];
    row.resize(classes.numClasses());
    for (int32_t c = 0; c < classes.numClasses(); ++c)
      if (!row[c])
        missing.push_back({c, calls});
  }
  forEach(threads, missing.size(), numThreads(threads),
          [&](size_t, size_t index) {
            auto [layerClass, calls] = missing[index];
            (void)partitions(layerClass, calls);
          });
}

StateTable::StateTable(const CostModel &model, const LayerClasses &classes,
                       StateCatalog &catalog, const Candidates &candidates,
                       int64_t calls, const Longest &longest,
                       llvm::ThreadPoolInterface *threads)
    : model(model), classes(classes),
      statesPerRegion(candidates.statesPerRegion), calls(calls),
      partitions(classes.numClasses()), chosen(classes.numClasses()),
      everything(classes.numClasses()), known(classes.numClasses()),
      numSelected(classes.numClasses()), transfers(catalog.transfers(calls)),
      isMulticast(model.getPackage().multicast) {
  for (int32_t c = 0; c < classes.numClasses(); ++c) {
    partitions[c].list = &catalog.partitions(c, calls);
    chosen[c].resize(model.numChiplets() + 1);
    everything[c].resize(model.numChiplets() + 1);
    known[c].resize(model.numChiplets() + 1);
    numSelected[c].resize(model.numChiplets() + 1);
  }
  forEach(threads, partitions.size(), numThreads(threads),
          [&](size_t, size_t c) { findInteresting(int32_t(c), longest); });
  prepareShapes();
}

void StateTable::findInteresting(int32_t layerClass, const Longest &longest) {
  int32_t layer = classes.exampleOf(layerClass);
  Selection &selection = partitions[layerClass];
  const StateCatalog::Partitions &list = *selection.list;
  selection.longest.assign(model.numChiplets() + 1, -1);
  // What is of interest on a region may not be on a smaller one, where all
  // other layers of a cluster take longer; it counts there as well.
  std::vector<int64_t> limits(model.numChiplets() + 1);
  int64_t most = -1;
  for (int32_t size = model.numChiplets(); size > 0; --size) {
    selection.longest[size] = longest(layer, size);
    limits[size] = most = std::max(most, selection.longest[size]);
  }
  selection.leastCompute = list.leastCompute(model.numChiplets());
  selection.counts.assign(model.numChiplets() + 2, 0);
  for (size_t state = 0; state < list.used.size(); ++state) {
    auto end = std::partition_point(
        limits.begin() + 1, limits.end(),
        [&](int64_t limit) { return list.compute[state] <= limit; });
    auto largest = static_cast<int32_t>(end - limits.begin()) - 1;
    if (largest >= list.used[state]) {
      ++selection.counts[list.used[state]];
      --selection.counts[largest + 1];
    }
  }
  std::partial_sum(selection.counts.begin(), selection.counts.end(),
                   selection.counts.begin());
}

llvm::ArrayRef<int32_t> StateTable::candidates(int32_t layerClass,
                                               int32_t size) {
  if (!known[layerClass][size]) {
    known[layerClass][size] = true;
    numSelected[layerClass][size] =
        selectStates(layerClass, size, chosen[layerClass][size]);
  }
  return chosen[layerClass][size];
}

llvm::ArrayRef<int32_t> StateTable::allStates(int32_t layerClass,
                                              int32_t size) {
  std::vector<int32_t> &list = everything[layerClass][size];
  if (list.empty()) {
    llvm::ArrayRef<int32_t> used = partitions[layerClass].list->used;
    list.resize(llvm::upper_bound(used, size) - used.begin());
    std::iota(list.begin(), list.end(), 0);
  }
  return list;
}

/// Which kind of split dominates a partition: the batch, the rows and columns,
/// the channels, or the rest.
static int mainSplit(const Layer &layer, llvm::ArrayRef<int32_t> factors) {
  int best = 0;
  int32_t most = 1;
  for (unsigned d = 0; d < factors.size(); ++d) {
    if (factors[d] <= most)
      continue;
    most = factors[d];
    best = 1 + static_cast<int>(layer.dims[d].role);
  }
  return best;
}

int64_t StateTable::movingBytes(const Tiling &tiling) const {
  int64_t bytes = tiling.outputTile;
  for (auto [operand, touched] : llvm::zip_equal(
           model.getNetwork().layers[tiling.layer].operands, tiling.operands))
    bytes += operand.kind == OperandKind::Weight ? 0 : touched.largest;
  return bytes;
}

bool StateTable::isShortOfRoom(const Tiling &tiling) const {
  // Searches over few chiplets are quick, so there it is worth while sooner.
  int64_t times = model.numChiplets() <= kFewChiplets ? 4 : 1;
  return times * (movingBytes(tiling) + tiling.weightTile) >
         model.room(model.allKinds(), kLevels[0]);
}

int32_t StateTable::cheapestWithReaders(
    int32_t layerClass,
    llvm::ArrayRef<std::pair<int64_t, int32_t>> prices) const {
  const StateCatalog::Partitions &list = *partitions[layerClass].list;
  llvm::SmallVector<const StateCatalog::Partitions *, 8> readers;
  for (int32_t edge = 0; edge < classes.numEdgeClasses(); ++edge) {
    const auto &[consumer, example] = classes.edgeExampleOf(edge);
    if (classes.classOf(example.producer) == layerClass)
      readers.push_back(partitions[classes.classOf(consumer)].list);
  }
  std::pair<int64_t, int32_t> best{kUnbounded, prices.front().second};
  for (auto [price, state] : prices) {
    if (price > best.first)
      break;
    int64_t incoming = 0;
    for (const StateCatalog::Partitions *reader : readers)
      if (int32_t twin = reader->find(list.factors[state], list.used[state]);
          twin >= 0)
        incoming = std::max(incoming, reader->incoming[twin]);
    best = std::min(best, {price + incoming, state});
  }
  return best.second;
}

int32_t
StateTable::furthestSplit(int32_t layerClass, int32_t size,
                          std::vector<std::pair<int64_t, int32_t>> prices) {
  llvm::sort(prices, [&](const auto &a, const auto &b) {
    // The batch is the first dimension of every layer.
    auto calls = [&](int32_t state) {
      return partitions[layerClass].list->factors[state].front();
    };
    return std::tuple(-calls(a.second), a) < std::tuple(-calls(b.second), b);
  });
  for (auto [price, state] : prices)
    if (model.fitsAlone(tiling(layerClass, state), size))
      return state;
  return prices.front().second;
}

int64_t StateTable::selectStates(int32_t layerClass, int32_t size,
                                 std::vector<int32_t> &selected) {
  const Selection &selection = partitions[layerClass];
  const StateCatalog::Partitions &list = *selection.list;
  int32_t count = static_cast<int32_t>(llvm::upper_bound(list.used, size) -
                                       list.used.begin());
  std::vector<int32_t> interesting;
  for (int32_t state = 0; state < count; ++state)
    if (list.compute[state] <= selection.longest[size])
      interesting.push_back(state);
  // What is selected must not depend on what is of interest: a search with a
  // better plan in hand looks at a part of what one without looks at.
  if (statesPerRegion == 0 || count <= statesPerRegion || interesting.empty()) {
    selected = std::move(interesting);
    return count;
  }

  // A rough price: compute, what must come in at the least, and the weights if
  // they have to be gathered. Half of the states are the cheapest ones; the
  // others are the cheapest of every kind of split, so that neighbours find a
  // partner that suits them, and the cheapest one together with what the
  // readers then take in.
  int32_t example = classes.exampleOf(layerClass);
  const Layer &layer = model.getNetwork().layers[example];
  auto price = [&] {
    int64_t share = model.weights(example) / size;
    const Rational &port = model.getPackage().port;
    std::vector<std::pair<int64_t, int32_t>> prices;
    for (int32_t state = 0; state < count; ++state) {
      int64_t gathered = std::max<int64_t>(0, list.weightTile[state] - share);
      prices.push_back(
          {std::max(list.compute[state], divideUp(gathered, port)) +
               list.incoming[state],
           state});
    }
    return prices;
  };
  std::vector<std::pair<int64_t, int32_t>> ranked = price();
  if (statesPerRegion == 1) {
    int32_t only = furthestSplit(layerClass, size, std::move(ranked));
    if (list.compute[only] <= selection.longest[size])
      selected.push_back(only);
    return 1;
  }
  // More than this many are not looked at below.
  size_t most = std::min(ranked.size(), size_t(statesPerRegion) * 32);
  std::nth_element(ranked.begin(), ranked.begin() + (most - 1), ranked.end());
  ranked.resize(most);
  llvm::sort(ranked);
  std::vector<int> splitSeen(8, 0);
  std::vector<int32_t> picked;
  int32_t perSplit = std::max(1, statesPerRegion / 8);
  for (auto [cost, state] : ranked) {
    int split = mainSplit(layer, list.factors[state]);
    if (static_cast<int32_t>(picked.size()) >= statesPerRegion / 2 &&
        splitSeen[split] >= perSplit)
      continue;
    ++splitSeen[split];
    picked.push_back(state);
  }
  if (int32_t suiting = cheapestWithReaders(layerClass, ranked);
      !llvm::is_contained(picked, suiting))
    picked.push_back(suiting);
  if (statesPerRegion <= kFewStates &&
      isShortOfRoom(tiling(layerClass, ranked.front().second))) {
    // Of the others, those that take less room than all cheaper ones: for
    // everything, for weights that are there to stay, and for all else.
    std::array<int64_t, 3> least = {kUnbounded, kUnbounded, kUnbounded};
    for (auto [cost, state] : ranked) {
      const Tiling &tiles = tiling(layerClass, state);
      int64_t moving = movingBytes(tiles);
      std::array<int64_t, 3> bytes = {
          moving + std::min(tiles.weightTile, 2 * tiles.pieceBytes),
          tiles.weightTile, moving};
      bool isSmaller = false;
      for (size_t which = 0; which < bytes.size(); ++which)
        if (bytes[which] < least[which] - least[which] / 8) {
          least[which] = bytes[which];
          isSmaller = true;
        }
      if (!isSmaller || llvm::is_contained(picked, state))
        continue;
      picked.push_back(state);
    }
  }
  // Where memory is short the cheapest states may not fit at all.
  auto fits = [&](int32_t state) {
    return model.fitsAlone(tiling(layerClass, state), size);
  };
  if (llvm::none_of(picked, fits)) {
    int32_t wanted = statesPerRegion / 2;
    ranked = price();
    llvm::sort(ranked);
    for (auto [cost, state] : ranked) {
      if (!fits(state))
        continue;
      picked.push_back(state);
      if (--wanted == 0)
        break;
    }
  }
  for (int32_t state : picked)
    if (list.compute[state] <= selection.longest[size])
      selected.push_back(state);
  llvm::sort(selected);
  return static_cast<int64_t>(picked.size());
}

StateTable::InternalCost StateTable::makeInternal(int32_t edgeClass,
                                                  int32_t consumerState,
                                                  int32_t producerState) {
  const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
  int32_t to = classes.classOf(consumer), from = classes.classOf(edge.producer);
  // Tilings are made for the first layer of their class; the operand has to be
  // looked up in the layers of this edge.
  Transfer transfer =
      model.internalTransfer(tiling(to, consumerState), consumer, edge.operand,
                             tiling(from, producerState), edge.producer);
  return {transfer.cycles, transfer.energySram + transfer.energyNop};
}

/// What it is worth to compute a transfer to a tiling.
static int64_t transferWork(const Tiling &consumer) {
  return 100 + consumer.used;
}

StateTable::InternalCost StateTable::internal(int32_t edgeClass,
                                              int32_t consumerState,
                                              int32_t producerState) {
  TransferTable &known = transfers[edgeClass];
  uint64_t key = TransferTable::keyOf(consumerState, producerState);
  InternalCost cost = known.find(key);
  if (cost.cycles >= 0)
    return cost;
  cost = makeInternal(edgeClass, consumerState, producerState);
  // Another thread may have been quicker; it is counted once.
  if (known.insert(key, cost)) {
    int32_t consumer = classes.edgeExampleOf(edgeClass).first;
    work.fetch_add(
        transferWork(tiling(classes.classOf(consumer), consumerState)),
        std::memory_order_relaxed);
  }
  return cost;
}

void StateTable::prepare(int32_t size, llvm::ThreadPoolInterface *threads) {
  forEach(threads, partitions.size(), numThreads(threads),
          [&](size_t, size_t c) {
            (void)candidates(int32_t(c), size);
            // The published space asks for those that are of no interest, too.
            if (model.getConfig().space == Space::Published)
              (void)allStates(int32_t(c), size);
          });
}

int64_t StateTable::leastBeyondShapes(int32_t edgeClass, int32_t consumerState,
                                      int32_t producerState) {
  const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
  return model.leastInternalCycles(
      tiling(classes.classOf(consumer), consumerState), consumer, edge.operand,
      tiling(classes.classOf(edge.producer), producerState), edge.producer);
}

/// Cycles that a byte takes at `rate`, as parts of 2^64, rounded down; 0 if it
/// is no more than a byte a cycle.
static uint64_t cyclesOfByte(const Rational &rate) {
  if (rate.numerator <= rate.denominator)
    return 0;
  return static_cast<uint64_t>(
      (static_cast<unsigned __int128>(rate.denominator) << 64) /
      static_cast<uint64_t>(rate.numerator));
}

void StateTable::prepareShapes() {
  const Package &package = model.getPackage();
  ways.resize(1);
  for (int32_t used = 1; used <= model.numChiplets(); ++used) {
    const CostModel::Geometry &region = model.geometry(used);
    ways.push_back({region.hops * package.hop, region.hops - 1,
                    cyclesOfByte(region.allLinks),
                    cyclesOfByte(region.fourTimesAcross)});
  }
  // Without it the shapes are not used.
  portCycles = cyclesOfByte(package.port);
  shapes.resize(classes.numEdgeClasses());
  shapeBytes.assign(classes.numEdgeClasses(), 0);
  // Few states do not pay for tables over all of them.
  if (isRestricted())
    return;
  constexpr int64_t kMostExtent = std::numeric_limits<int32_t>::max();
  for (int32_t edgeClass = 0; edgeClass < classes.numEdgeClasses();
       ++edgeClass) {
    const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
    const Operand &read =
        model.getNetwork().layers[consumer].operands[edge.operand];
    bool holds = portCycles > 0 && calls <= kMostExtent &&
                 read.accesses.size() <= Shape::kMostAccesses;
    for (const Access &access : read.accesses)
      holds &= access.end - access.begin <= kMostExtent;
    if (!holds)
      continue;
    shapeBytes[edgeClass] = read.elementBytes;
    shapes[edgeClass].to = std::vector<Shape>(
        partitions[classes.classOf(consumer)].list->used.size());
    shapes[edgeClass].from = std::vector<Shape>(
        partitions[classes.classOf(edge.producer)].list->used.size());
  }
}

/// Whether this thread is the one to find out a shape. Otherwise waits until
/// another one has.
static bool claim(std::atomic<int32_t> &used) {
  int32_t unknown = 0;
  if (used.compare_exchange_strong(unknown, -1))
    return true;
  while (used.load(std::memory_order_acquire) < 0)
    std::this_thread::yield();
  return false;
}

int32_t StateTable::findReader(int32_t edgeClass, int32_t consumerState) {
  const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
  const Operand &read =
      model.getNetwork().layers[consumer].operands[edge.operand];
  const Tiling &reader = tiling(classes.classOf(consumer), consumerState);
  Shape &to = shapes[edgeClass].to[consumerState];
  if (!claim(to.used))
    return reader.used;
  llvm::fill(to.extents, 1);
  to.largest = reader.operands[edge.operand].largest;
  to.total = reader.operands[edge.operand].total;
  to.extents[0] = static_cast<int32_t>(reader.tile[0]);
  for (auto [index, access] : llvm::enumerate(read.accesses)) {
    int64_t extent = access.end - access.begin;
    if (access.dim >= 0)
      extent = std::min(extent, (reader.tile[access.dim] - 1) * access.stride +
                                    access.window);
    to.extents[index + 1] = static_cast<int32_t>(extent);
  }
  to.used.store(reader.used, std::memory_order_release);
  return reader.used;
}

int32_t StateTable::findMaker(int32_t edgeClass, int32_t producerState) {
  const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
  const Operand &read =
      model.getNetwork().layers[consumer].operands[edge.operand];
  const Tiling &maker = tiling(classes.classOf(edge.producer), producerState);
  Shape &from = shapes[edgeClass].from[producerState];
  if (!claim(from.used))
    return maker.used;
  llvm::fill(from.extents, std::numeric_limits<int32_t>::max());
  from.total = maker.used * model.bytesMade(maker, edge.producer, read.value);
  from.extents[0] = static_cast<int32_t>(maker.tile[0]);
  for (auto [index, access] : llvm::enumerate(read.accesses))
    if (access.producerDim >= 0)
      from.extents[index + 1] = static_cast<int32_t>(std::min<int64_t>(
          maker.tile[access.producerDim], std::numeric_limits<int32_t>::max()));
  from.used.store(maker.used, std::memory_order_release);
  return maker.used;
}

int32_t StateTable::twin(int32_t edgeClass, int32_t consumerState) const {
  const auto &[consumer, edge] = classes.edgeExampleOf(edgeClass);
  const StateCatalog::Partitions &to =
      *partitions[classes.classOf(consumer)].list;
  const StateCatalog::Partitions &from =
      *partitions[classes.classOf(edge.producer)].list;
  return from.find(to.factors[consumerState], to.used[consumerState]);
}

void StateTable::forget() {
  for (Selection &selection : partitions)
    selection.list->tilings->clear();
  for (TransferTable &known : transfers)
    known.settle();
}
