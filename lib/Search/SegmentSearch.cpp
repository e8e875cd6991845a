//===- SegmentSearch.cpp - Divide the layers into segments ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentSearch.h"

#include "PaceBounds.h"
#include "SegmentPaths.h"

#include <algorithm>
#include <tuple>

using namespace scope::search;

/// Work after which the budget is asked.
static constexpr int64_t kWorkBetweenChecks = 20000;

/// Factor between the prices of a chiplet that the quick search tries, in
/// cycles of the sum of stages.
static constexpr int64_t kPriceStep = 16;

/// Parts of its energy that a way of more cycles must save to be kept by the
/// quick search for the least product of both.
static constexpr int64_t kPrefixSteps = 256;

const CostModel::DramTraffic &SegmentSearch::traffic(int32_t first,
                                                     int32_t last) {
  std::vector<CostModel::DramTraffic> &row = trafficTable;
  if (trafficOf.first != first) {
    row.clear();
    trafficOf.first = first;
    trafficOf.second.emplace(model, first);
  }
  while (static_cast<int32_t>(row.size()) <= last - first) {
    trafficOf.second->advance();
    row.push_back(trafficOf.second->traffic());
  }
  return row[last - first];
}

//===----------------------------------------------------------------------===//
// Whole segments
//===----------------------------------------------------------------------===//

static bool hasFewerCycles(const Prefix &a, const Prefix &b) {
  return a.cycles < b.cycles;
}

bool SegmentSearch::worthKeeping(int32_t end, const Prefix &prefix) const {
  int64_t load = bounds.leastLoad(end);
  const CostToGo::Cost &rest = toGo.after(end);
  // The rest knows itself how often the DRAM has to start.
  int64_t dram = load - model.getPackage().dramLatency;
  int64_t time = ceilDiv(rest.area, numChiplets);
  if (paceBounds)
    time = std::max(time, paceBounds->after(end));
  if (paths && prefix.cycles + paths->after(end) > target.cycles())
    return false;
  if (target.isMissed(prefix.cycles + std::max<int64_t>(0, dram) + time,
                      prefix.latency + load + rest.latency,
                      prefix.energy + rest.energy +
                          overhead(end, std::max<int64_t>(0, dram) + time)))
    return false;
  const std::vector<Prefix> &list = prefixes[end];
  if (list.empty())
    return true;
  switch (model.getConfig().objective) {
  case Objective::Throughput:
    return prefix.cycles < list.front().cycles;
  case Objective::Latency:
    return prefix.latency < list.front().latency;
  case Objective::Energy:
    return prefix.energy < list.front().energy;
  case Objective::EDP:
  case Objective::ED2P:
  case Objective::E2DP: {
    // The last one of no more cycles has the least energy of those.
    auto after = llvm::upper_bound(list, prefix, hasFewerCycles);
    if (after == list.begin())
      return true;
    // The quick search keeps those that make a difference.
    int64_t least = std::prev(after)->energy;
    return prefix.energy < least - (isQuick ? least / kPrefixSteps : 0);
  }
  }
  llvm_unreachable("unknown objective");
}

void SegmentSearch::keep(int32_t end, Prefix prefix) {
  std::vector<Prefix> &list = prefixes[end];
  if (!isProduct(model.getConfig().objective)) {
    list.clear();
    list.push_back(std::move(prefix));
    return;
  }
  // A staircase: more cycles, less energy.
  auto at = llvm::lower_bound(list, prefix, hasFewerCycles);
  auto last = at;
  while (last != list.end() && last->energy >= prefix.energy)
    ++last;
  at = list.erase(at, last);
  list.insert(at, std::move(prefix));
}

void SegmentSearch::closeSegment(
    int32_t start, size_t beat, int32_t end, const Label &label,
    llvm::function_ref<std::vector<ClusterChoice>()> clusters, bool solo) {
  SegmentCost cost = model.closeSegment(start, end - 1, tables.beats[beat],
                                        traffic(start, end - 1), label.totals);
  for (int32_t index = 0; index < static_cast<int32_t>(prefixes[start].size());
       ++index) {
    const Prefix &before = prefixes[start][index];
    Prefix prefix;
    prefix.cycles = before.cycles + cost.cycles;
    prefix.latency = before.latency + cost.latency;
    prefix.energy = before.energy + cost.energy() + label.energy;
    prefix.start = start;
    prefix.previous = index;
    prefix.beat = beat;
    prefix.solo = solo;
    if (!worthKeeping(end, prefix))
      continue;
    prefix.clusters = clusters();
    keep(end, std::move(prefix));
  }
}

void SegmentSearch::closePipeline(int32_t start, size_t beat, int32_t end,
                                  const Label &label,
                                  const std::vector<Choice> &choices) {
  if (label.clusters < 2 || (fullPipelineOnly() && end < numLayers))
    return;
  closeSegment(
      start, beat, end, label,
      [&] {
        std::vector<ClusterChoice> clusters;
        for (int32_t at = label.choice; at >= 0; at = choices[at].previous)
          clusters.push_back(choices[at].cluster);
        std::reverse(clusters.begin(), clusters.end());
        return clusters;
      },
      /*solo=*/false);
}

SegmentSearch::Label SegmentSearch::extend(const Label &label,
                                           const Option &option,
                                           int64_t leastShare) const {
  Label extended = label;
  extended.totals.sum += option.stage;
  extended.totals.slowest = std::max(extended.totals.slowest, option.stage);
  if (option.share > leastShare)
    extended.totals.share = std::max(extended.totals.share, option.share);
  if (extended.totals.share <= leastShare)
    extended.totals.share = 0;
  extended.totals.delivered += option.delivered;
  extended.energy += option.energy;
  extended.clusters += 1;
  return extended;
}

void SegmentSearch::extendSolo(int32_t start, size_t beat) {
  const std::vector<std::vector<Option>> &row = tables.alone[beat].from(start);
  for (size_t length = 0; length < row.size(); ++length) {
    int32_t last = start + static_cast<int32_t>(length);
    if (!pins.allowsSegment(start, last) ||
        !clusterFollowsStrategy(problem, start, last))
      break;
    if (fullPipelineOnly() && last + 1 < numLayers)
      continue;
    for (const Option &option : row[length]) {
      auto clusters = [&]() -> std::vector<ClusterChoice> {
        int32_t slot = 0, size = option.region.size;
        while (slot + size > numChiplets ||
               !(tables.regions[tables.regionAt[slot][size]] == option.region))
          ++slot;
        return {{start, last, slot, &option}};
      };
      closeSegment(start, beat, last + 1, extend(Label(), option, 0), clusters,
                   /*solo=*/true);
    }
  }
}

int64_t SegmentSearch::leastShare(int32_t start, int32_t last) {
  // Whatever follows, loading the weights so far takes the DRAM this long.
  const Rational &port = model.getPackage().port;
  for (int32_t next = start + static_cast<int32_t>(leastShares.size());
       next <= last; ++next) {
    int64_t cycles = model.dramCycles(model.loadedWeights(start, next));
    leastShares.push_back(
        saturate(__int128(cycles) * port.numerator / port.denominator));
  }
  return leastShares[last - start];
}

void SegmentSearch::findLongest() {
  for (const OptionTable &table : tables.pipelined) {
    std::vector<int64_t> &at = longestAt.emplace_back(numLayers, 0);
    for (int32_t first = 0; first < numLayers; ++first)
      for (const std::vector<Option> &options : table.from(first))
        for (const Option &option : options)
          at[first] = std::max(at[first], option.stage);
    std::vector<int64_t> &from = longestFrom.emplace_back(at);
    for (int32_t first = numLayers - 1; first-- > 0;)
      from[first] = std::max(from[first], from[first + 1]);
  }
}

int64_t SegmentSearch::longestStage(int32_t start, size_t beat) const {
  // Without bounds on segments a look at all layers would be one for every
  // start.
  if (furthest == numLayers - 1)
    return longestFrom[beat][start];
  llvm::ArrayRef<int64_t> at = longestAt[beat];
  return *llvm::max_element(at.slice(start, furthest - start + 1));
}

bool SegmentSearch::isHopeless(int32_t start, size_t beat, int32_t next,
                               int32_t used, const Label &label) const {
  if (!target.exists())
    return false;
  const CostToGo::Cost &rest = toGo.after(next);
  // The chiplets taken so far are busy for the segment's beats at the pace of
  // the slowest stage; what follows needs its own chiplet-cycles.
  int64_t steady = saturate(__int128(label.totals.slowest) * beatsOf[beat]);
  int64_t area = saturate(__int128(used) * steady + rest.area);
  int64_t cycles = cheapest.cycles + arriving[beat] + label.fill() +
                   std::max(steady, ceilDiv(area, numChiplets));
  cycles = std::min(kUnbounded, cycles);
  if (target.isMissed(cycles,
                      cheapest.latency + arriving[beat] + label.totals.sum +
                          rest.latency,
                      cheapest.energy + label.energy + rest.energy +
                          overhead(start, cycles - cheapest.before)))
    return true;
  return paceBounds && paceBounds->isHopeless(
                           beat, next, used, cheapest.cycles + arriving[beat],
                           label.totals.sum, label.totals.slowest);
}

//===----------------------------------------------------------------------===//
// Pipelines by labels
//===----------------------------------------------------------------------===//

bool SegmentSearch::dominates(const Label &a, const Label &b) const {
  // A segment of one cluster is another kind of segment, so a single cluster
  // may not stand in for several.
  if (a.clusters <= 1 && b.clusters > 1)
    return false;
  if (a.totals.share > b.totals.share ||
      a.totals.delivered > b.totals.delivered || a.energy > b.energy)
    return false;
  if (model.getConfig().objective == Objective::Latency)
    return a.totals.sum <= b.totals.sum;
  return a.totals.slowest <= b.totals.slowest && a.totals.sum <= b.totals.sum;
}

/// The labels at one layer that no other one dominates, fewest chiplets first.
/// Those that differ in the sum of stages and the slowest one alone are a
/// staircase.
class SegmentSearch::Front {
public:
  explicit Front(const SegmentSearch &search) : search(search) {}

  bool covers(const Label &label) const {
    // The last corner of no larger sum has the least slowest stage of all.
    auto corner = llvm::upper_bound(
        corners, label.totals.sum,
        [](int64_t key, const Corner &at) { return key < at.first; });
    if (corner != corners.begin() &&
        std::prev(corner)->second <= secondKey(label))
      return true;
    return llvm::any_of(others, [&](const Label &other) {
      return search.dominates(other, label);
    });
  }

  /// Labels that are not part of the staircase.
  int64_t numOthers() const { return static_cast<int64_t>(others.size()); }

  void add(const Label &label) {
    bool simple = label.totals.share == 0 && label.totals.delivered == 0 &&
                  label.energy == 0 && label.clusters > 1;
    if (!simple) {
      others.push_back(label);
      return;
    }
    Corner added{label.totals.sum, secondKey(label)};
    auto at =
        llvm::lower_bound(corners, added, [](const Corner &a, const Corner &b) {
          return a.first < b.first;
        });
    auto end = at;
    while (end != corners.end() && end->second >= added.second)
      ++end;
    at = corners.erase(at, end);
    corners.insert(at, added);
  }

private:
  using Corner = std::pair<int64_t, int64_t>;
  int64_t secondKey(const Label &label) const {
    return search.model.getConfig().objective == Objective::Latency
               ? 0
               : label.totals.slowest;
  }

  const SegmentSearch &search;
  std::vector<Corner> corners;
  std::vector<Label> others;
};

bool SegmentSearch::extendByLabels(int32_t start, size_t beat) {
  const OptionTable &table = tables.pipelined[beat];
  if (table.from(start).empty())
    return true;
  std::vector<Choice> choices;
  // Labels by next layer (from `start`) and chiplets used.
  std::vector<std::vector<std::vector<Label>>> labels(numLayers - start + 1);
  labels[0].resize(numChiplets + 1);
  labels[0][0].push_back(Label());

  auto insert = [&](int32_t next, int32_t used, const Label &label) {
    std::vector<std::vector<Label>> &row = labels[next - start];
    if (row.empty())
      row.resize(numChiplets + 1);
    std::vector<Label> &cell = row[used];
    pending += static_cast<int64_t>(cell.size()) / 8;
    for (const Label &other : cell)
      if (dominates(other, label))
        return false;
    llvm::erase_if(cell,
                   [&](const Label &other) { return dominates(label, other); });
    cell.push_back(label);
    return true;
  };

  for (int32_t next = start; next <= numLayers; ++next) {
    std::vector<std::vector<Label>> row = std::move(labels[next - start]);
    labels[next - start].clear();
    if (row.empty())
      continue;
    Front front(*this);
    for (int32_t used = 0; used <= numChiplets; ++used) {
      for (size_t index = 0; index < row[used].size(); ++index) {
        Label label = row[used][index];
        ++pending;
        if (tables.uniform) {
          pending += front.numOthers() / 8;
          if (front.covers(label))
            continue;
          front.add(label);
        } else if (used < numChiplets) {
          // A chiplet may stay idle between two regions.
          if (llvm::none_of(row[used + 1], [&](const Label &other) {
                return dominates(other, label);
              }))
            row[used + 1].push_back(label);
        }
        closePipeline(start, beat, next, label, choices);
        if (next == numLayers || used == numChiplets)
          continue;
        const std::vector<std::vector<Option>> &clusters = table.from(next);
        for (size_t length = 0; length < clusters.size(); ++length) {
          int32_t last = next + static_cast<int32_t>(length);
          if (last > furthest || !pins.allowsSegment(start, last) ||
              !pins.allowsNext(start, next, last) ||
              !clusterFollowsStrategy(problem, next, last))
            break;
          pending += static_cast<int64_t>(clusters[length].size());
          for (const Option &option : clusters[length]) {
            int32_t size = option.region.size;
            if (used + size > numChiplets)
              break;
            if (!tables.uniform &&
                !(tables.regions[tables.regionAt[used][size]] == option.region))
              continue;
            Label extended = extend(label, option, leastShare(start, last));
            extended.choice = static_cast<int32_t>(choices.size());
            if (isHopeless(start, beat, last + 1, used + size, extended))
              continue;
            if (insert(last + 1, used + size, extended))
              choices.push_back({{next, last, used, &option}, label.choice});
          }
        }
        if (pending > kWorkBetweenChecks) {
          // A relaxation here takes about as long as four inside a cluster.
          if (spend(4 * std::exchange(pending, 0)))
            return false;
        }
      }
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Pipelines by pace
//===----------------------------------------------------------------------===//

void SegmentSearch::tryPace(int32_t start, size_t beat, int64_t pace,
                            int64_t price) {
  const OptionTable &table = tables.pipelined[beat];
  // Up to a layer: the cheapest way at the price of a chiplet. Without one, the
  // fewest chiplets, and of those ways the fastest.
  struct Best {
    int32_t used = -1;
    Label label;
  };
  auto isCheaper = [&](int32_t used, int64_t sum, const Best &other) {
    if (other.used < 0)
      return true;
    if (price > 0)
      return __int128(price) * (used - other.used) <
             other.label.totals.sum - sum;
    return std::tie(used, sum) < std::tie(other.used, other.label.totals.sum);
  };
  std::vector<Best> best(1);
  std::vector<Choice> choices;
  best[0].used = 0;
  for (int32_t next = start; next < numLayers; ++next) {
    if (size_t(next - start) >= best.size())
      break;
    Best from = best[next - start];
    if (from.used < 0)
      continue;
    closePipeline(start, beat, next, from.label, choices);
    const std::vector<std::vector<Option>> &clusters = table.from(next);
    for (size_t length = 0; length < clusters.size(); ++length) {
      int32_t last = next + static_cast<int32_t>(length);
      if (last > furthest || !pins.allowsSegment(start, last) ||
          !pins.allowsNext(start, next, last) ||
          !clusterFollowsStrategy(problem, next, last))
        break;
      ++pending;
      const std::vector<Option> &options = clusters[length];
      // Stages get shorter with the size, as far as they are on the staircase
      // of time alone.
      for (const Option &option : options) {
        if (option.stage > pace)
          continue;
        int32_t used = from.used + option.region.size;
        if (used > numChiplets)
          break;
        if (!tables.uniform &&
            !(tables.regions[tables.regionAt[from.used][option.region.size]] ==
              option.region))
          continue;
        Label extended = extend(from.label, option, leastShare(start, last));
        if (best.size() <= size_t(last + 1 - start))
          best.resize(last + 2 - start);
        Best &known = best[last + 1 - start];
        if (isCheaper(used, extended.totals.sum, known) &&
            !isHopeless(start, beat, last + 1, used, extended)) {
          extended.choice = static_cast<int32_t>(choices.size());
          choices.push_back(
              {{next, last, from.used, &option}, from.label.choice});
          known = {used, extended};
        }
        if (price == 0)
          break;
      }
    }
  }
  if (size_t(numLayers - start) < best.size() &&
      best[numLayers - start].used >= 0)
    closePipeline(start, beat, numLayers, best[numLayers - start].label,
                  choices);
}

bool SegmentSearch::extendByPace(int32_t start, size_t beat, int64_t steps) {
  // The first cluster may be quicker than others, which set the pace.
  int64_t shortest = kUnbounded;
  for (const std::vector<Option> &options : tables.pipelined[beat].from(start))
    for (const Option &option : options)
      shortest = std::min(shortest, option.stage);
  if (shortest == kUnbounded)
    return true;
  int64_t longest = longestStage(start, beat);
  for (int64_t pace = shortest; pace < kUnbounded; pace += pace / steps + 1) {
    tryPace(start, beat, pace, /*price=*/0);
    if (pending > kWorkBetweenChecks && spend(std::exchange(pending, 0)))
      return false;
    if (pace >= longest)
      break;
  }
  // Where the DRAM sets the pace, or there are few beats, the sum of the stages
  // counts more than the slowest one.
  for (int64_t price = longest; price > 0; price /= kPriceStep) {
    tryPace(start, beat, longest, price);
    if (pending > kWorkBetweenChecks && spend(std::exchange(pending, 0)))
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// All segments
//===----------------------------------------------------------------------===//

bool SegmentSearch::run(bool exact, int64_t steps) {
  isQuick = !exact;
  prefixes.assign(numLayers + 1, {});
  prefixes[0].emplace_back();
  for (int64_t calls : tables.beats)
    beatsOf.push_back(model.getProblem().calls() / calls);
  if (isQuick)
    findLongest();
  bool complete = true;
  for (int32_t start = 0; start < numLayers; ++start) {
    if (prefixes[start].empty() || (fullPipelineOnly() && start > 0))
      continue;
    cheapest = {kUnbounded, kUnbounded, kUnbounded, kUnbounded};
    int64_t load = bounds.leastLoad(start);
    for (const Prefix &before : prefixes[start]) {
      cheapest.before = std::min(cheapest.before, before.cycles);
      cheapest.cycles = std::min(cheapest.cycles, before.cycles + load);
      cheapest.latency = std::min(cheapest.latency, before.latency + load);
      cheapest.energy = std::min(cheapest.energy, before.energy);
    }
    leastShares.clear();
    arriving.clear();
    for (int64_t calls : tables.beats)
      arriving.push_back(
          model.dramCycles(model.dramReads(start, start) * calls));
    for (size_t beat = 0; beat < tables.beats.size(); ++beat) {
      extendSolo(start, beat);
      furthest = paths ? paths->lastOfPipeline(beat, start, cheapest.before)
                       : numLayers - 1;
      if (complete && furthest > start)
        complete = exact ? extendByLabels(start, beat)
                         : extendByPace(start, beat, steps);
    }
  }
  return complete;
}

std::vector<const Prefix *> SegmentSearch::best() const {
  Objective objective = model.getConfig().objective;
  const Prefix *best = nullptr;
  __int128 bestValue = 0;
  for (const Prefix &prefix : prefixes[numLayers]) {
    PlanCost cost;
    cost.cycles = prefix.cycles;
    cost.latency = prefix.latency;
    cost.energy = prefix.energy;
    __int128 value = objectiveValue(cost, objective);
    if (!best || value < bestValue) {
      best = &prefix;
      bestValue = value;
    }
  }
  std::vector<const Prefix *> chain;
  for (; best && best->start >= 0;
       best = &prefixes[best->start][best->previous])
    chain.push_back(best);
  std::reverse(chain.begin(), chain.end());
  return chain;
}
