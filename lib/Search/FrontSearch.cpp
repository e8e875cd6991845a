//===- FrontSearch.cpp - Plans of which none is better in all -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FrontSearch.h"

#include "scope/Search/BufferPlan.h"
#include "scope/Search/Exhaustive.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <tuple>

using namespace scope::search;

/// Plans that are listed to find their front, and the rough count beyond which
/// that is not tried.
static constexpr int64_t kMostPlans = 2000000, kMostRoughly = 200000;

/// The same for `exhaustive`, which has looked at them once already.
static constexpr int64_t kMostOfExhaustive = 20000000;

/// Work of the searches of a front, each.
static constexpr int64_t kWorkOfOne = 2000000;

bool scope::search::meetsConstraints(const PlanTotals &cost,
                                     const Config &config) {
  return (config.maxLatency == 0 || cost.latency <= config.maxLatency) &&
         (config.maxEnergy == 0 || cost.energy <= config.maxEnergy);
}

namespace {
/// Plans none of which is at least as good as another one in all respects.
class Front {
public:
  struct Point {
    PlanTotals cost;
    Plan plan;
    int64_t tileReserve = 0;
  };

  void insert(const PlanTotals &cost, int64_t tileReserve,
              llvm::function_ref<Plan()> makePlan) {
    auto covers = [](const PlanTotals &a, const PlanTotals &b) {
      return a.cycles <= b.cycles && a.latency <= b.latency &&
             a.energy <= b.energy;
    };
    if (llvm::any_of(points, [&](const Point &point) {
          return covers(point.cost, cost);
        }))
      return;
    llvm::erase_if(
        points, [&](const Point &point) { return covers(cost, point.cost); });
    points.push_back({cost, makePlan(), tileReserve});
  }

  std::vector<Point> points;
};
} // namespace

/// Lists all plans. False if there are too many.
static bool listAll(const Problem &problem, Front &front, int64_t &candidates) {
  CostModel model(problem);
  // Whoever asks for all plans has time for them.
  bool asked = problem.config.algorithm == Algorithm::Exhaustive;
  if (!asked && countPlans(model) > kMostRoughly)
    return false;
  std::optional<int64_t> count = enumeratePlans(
      model, asked ? kMostOfExhaustive : kMostPlans,
      [&](const PlanTotals &summary, llvm::function_ref<Plan()> makePlan) {
        front.insert(summary, problem.config.tileReserve, makePlan);
      });
  candidates += count.value_or(0);
  return count && llvm::all_of(front.points, [&](const Front::Point &point) {
           return !planBuffers(model, point.plan).failure;
         });
}

static void
searchAll(const Problem &problem, Front &front, int64_t &candidates,
          llvm::function_ref<SearchResult(const Problem &)> searchOne) {
  for (Objective objective : {Objective::Throughput, Objective::Latency,
                              Objective::Energy, Objective::EDP})
    for (int64_t calls : beatCalls(problem)) {
      // Every other beat: plans with the beat between are not far.
      if (llvm::countr_zero(static_cast<uint64_t>(calls)) % 2 != 0)
        continue;
      Problem part = problem;
      part.config.algorithm = Algorithm::Auto;
      part.config.objective = objective;
      part.config.maxBeat = calls * problem.network.samplesPerCall;
      part.config.workBudget = std::min(part.config.workBudget, kWorkOfOne);
      SearchResult found = searchOne(part);
      candidates += found.candidates;
      if (!found.failure)
        front.insert(found.cost, found.tileReserve,
                     [&] { return std::move(found.plan); });
    }
}

/// Says what the constraints ask for and what there is.
static std::string describeFailure(const Config &config, const Front &front,
                                   bool all) {
  std::string text = all ? "no plan of the space meets the constraints:"
                         : "no plan that meets the constraints was found:";
  const PlanTotals *fastest = nullptr, *thriftiest = nullptr;
  for (const Front::Point &point : front.points) {
    if (!fastest || point.cost.latency < fastest->latency)
      fastest = &point.cost;
    if (!thriftiest || point.cost.energy < thriftiest->energy)
      thriftiest = &point.cost;
  }
  constexpr int64_t kPerPicojoule = 1000;
  if (config.maxLatency > 0)
    text += llvm::formatv(" max-latency={0} cycles, and the least is {1:N} "
                          "(with {2:N} pJ);",
                          config.maxLatency, fastest->latency,
                          fastest->energy / kPerPicojoule);
  if (config.maxEnergy > 0)
    text += llvm::formatv(" max-energy={0} pJ, and the least is {1:N} (with "
                          "a latency of {2:N} cycles);",
                          config.maxEnergy / kPerPicojoule,
                          ceilDiv(thriftiest->energy, kPerPicojoule),
                          thriftiest->latency);
  return text + " raise what is too low";
}

SearchResult scope::search::searchFront(
    const Problem &problem, llvm::ArrayRef<SearchResult> known,
    llvm::function_ref<SearchResult(const Problem &)> searchOne) {
  const Config &config = problem.config;
  SearchResult result;
  Front front;
  bool all = listAll(problem, front, result.candidates);
  if (!all) {
    front.points.clear();
    for (const SearchResult &found : known)
      front.insert(found.cost, found.tileReserve, [&] { return found.plan; });
    searchAll(problem, front, result.candidates, searchOne);
  }
  if (front.points.empty()) {
    result = searchOne(problem);
    return result;
  }
  llvm::sort(front.points, [](const Front::Point &a, const Front::Point &b) {
    return std::tie(a.cost.cycles, a.cost.latency, a.cost.energy) <
           std::tie(b.cost.cycles, b.cost.latency, b.cost.energy);
  });
  const Front::Point *best = nullptr;
  __int128 bestValue = 0;
  for (const Front::Point &point : front.points) {
    result.front.push_back(point.cost);
    if (!meetsConstraints(point.cost, config))
      continue;
    __int128 value = objectiveValue(point.cost, config.objective);
    if (!best || value < bestValue) {
      best = &point;
      bestValue = value;
    }
  }
  result.answeredBy = "pareto";
  result.proved = all;
  if (!best) {
    result.failure = {describeFailure(config, front, all)};
    return result;
  }
  Problem chosen = problem;
  chosen.config.tileReserve = best->tileReserve;
  CostModel model(chosen);
  result.plan = best->plan;
  result.tileReserve = best->tileReserve;
  result.cost = evaluate(model, result.plan).cost;
  result.bounds = computeBounds(model);
  result.failure = verify(model, result.plan, result.cost);
  return result;
}
