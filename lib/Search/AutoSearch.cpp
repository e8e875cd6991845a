//===- AutoSearch.cpp - A search, and searches of parts -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AutoSearch.h"

#include "StrategySearch.h"

#include <chrono>

using namespace scope::search;

/// The other strategies whose plans are plans of the configuration's space as
/// well. Those that divide the layers in some way come first; data parallelism
/// has partitions of its own and always is a search of its own.
static llvm::SmallVector<Strategy, 6> partsOf(const Config &config,
                                              bool leftOut) {
  llvm::SmallVector<Strategy, 6> parts;
  if (config.strategy != Strategy::Merged)
    return parts;
  if (config.space == Space::Full && config.splitBatch)
    parts.push_back(Strategy::DataParallel);
  if (leftOut)
    parts.append({Strategy::LayerByLayer, Strategy::Sequential,
                  Strategy::Segmented, Strategy::FullPipeline});
  return parts;
}

/// The same problem in the published space, whose plans are plans of the full
/// one; none where that is not so.
static std::optional<Problem> publishedPart(const Problem &problem) {
  // Data parallelism is the same in both.
  if (problem.config.space == Space::Published || problem.config.weights ||
      problem.config.strategy == Strategy::DataParallel)
    return std::nullopt;
  Problem part = problem;
  part.config.space = Space::Published;
  return part;
}

namespace {
/// The best plan of a space, and of parts of it where the search of the whole
/// did not look at everything.
class PartSearch {
public:
  /// Only plans better than `incumbent` are of interest.
  PartSearch(const CostModel &model, std::optional<PlanCost> incumbent,
             std::function<bool()> expired, llvm::ThreadPoolInterface *threads,
             SearchResult &result)
      : model(model), config(model.getConfig()), expired(std::move(expired)),
        threads(threads), result(result), best(std::move(incumbent)) {}

  void run(const LowerBounds &lower);

private:
  /// Takes the plan of a search of a part if it is better than the one in hand.
  void take(SearchResult found, const char *by);
  void searchStrategy(Strategy strategy);
  void searchPublished(const Problem &part);

  const CostModel &model;
  const Config &config;
  std::function<bool()> expired;
  llvm::ThreadPoolInterface *threads;
  SearchResult &result;
  std::optional<PlanCost> best;
};
} // namespace

void PartSearch::take(SearchResult found, const char *by) {
  result.candidates += found.candidates;
  if (found.plan.segments.empty() ||
      (best && objectiveValue(found.cost, config.objective) >=
                   objectiveValue(*best, config.objective)))
    return;
  best = found.cost;
  result.plan = std::move(found.plan);
  result.cost = std::move(found.cost);
  result.answeredBy = by;
}

void PartSearch::searchStrategy(Strategy strategy) {
  Problem part = model.getProblem();
  part.config.strategy = strategy;
  CostModel partModel(part);
  // Its work alone may take longer than the plan in hand.
  if (best && config.objective == Objective::Throughput &&
      WorkBounds(partModel).spareArea(best->cycles - 1) < 0)
    return;
  LowerBounds partLower(partModel);
  SearchResult found;
  StrategySearch(partModel, partLower, best, expired, threads, found).run();
  take(std::move(found), "restricted");
}

void PartSearch::searchPublished(const Problem &part) {
  CostModel partModel(part);
  SearchResult found;
  PartSearch(partModel, best, expired, threads, found)
      .run(LowerBounds(partModel));
  if (found.plan.segments.empty())
    return;
  // What is streamed depends on the partitions that there are.
  Evaluation evaluation = evaluate(model, found.plan);
  if (evaluation.infeasible)
    return;
  found.cost = std::move(evaluation.cost);
  take(std::move(found), "restricted");
}

void PartSearch::run(const LowerBounds &lower) {
  StrategySearch search(model, lower, best, expired, threads, result);
  search.run();
  best = search.cost();
  if (result.proved)
    return;
  auto isOver = [&] { return best && expired(); };
  for (Strategy strategy : partsOf(config, search.hasLeftOut()))
    if (!isOver())
      searchStrategy(strategy);
  std::optional<Problem> published = publishedPart(model.getProblem());
  if (published && !isOver() && search.isFarFromBound(best))
    searchPublished(*published);
}

void scope::search::searchPlans(const CostModel &model,
                                const LowerBounds &lower,
                                llvm::ThreadPoolInterface *threads,
                                SearchResult &result) {
  auto start = std::chrono::steady_clock::now();
  double limit = model.getConfig().timeLimit;
  auto expired = [=] {
    return limit > 0 && std::chrono::duration<double>(
                            std::chrono::steady_clock::now() - start)
                                .count() > limit;
  };
  PartSearch(model, std::nullopt, expired, threads, result).run(lower);
  if (result.plan.segments.empty())
    result.failure = {result.proved
                          ? "no plan of the chosen space and strategy is "
                            "feasible on this package; choose another "
                            "strategy, more SRAM or a lower assume-bits"
                          : "no feasible plan was found within the budget; "
                            "raise work-budget or time-limit"};
}
