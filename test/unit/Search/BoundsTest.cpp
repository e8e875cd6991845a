//===- BoundsTest.cpp - No plan is better than the bounds -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomProblem.h"

#include "scope/Search/Search.h"

#include "gtest/gtest.h"

using namespace scope::search;

TEST(Bounds, HoldWithSerialWorkOnStridedOperands) {
  // Tiles do not touch what lies between them, the whole layer does.
  int compared = 0, gaps = 0;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    Dice dice(seed);
    Network network =
        makeRandomNetwork(dice, static_cast<int32_t>(dice.roll(1, 3)));
    for (Layer &layer : network.layers)
      for (Operand &operand : layer.operands)
        if (operand.kind == OperandKind::Activation && dice.oneIn(2)) {
          operand.serialOps = dice.roll(1, 4);
          gaps += operand.accesses[0].stride > operand.accesses[0].window;
        }
    Package package = makeRandomPackage(dice, 3, dice.roll(200, 1000));
    Config config;
    config.batch = int64_t(1) << dice.roll(0, 2);
    Problem problem{network, package, config};
    if (check(problem))
      continue;
    SearchResult result = search(problem);
    if (result.failure)
      continue;
    ++compared;
    EXPECT_TRUE(boundOn(result.bounds, config.objective) <=
                objectiveValue(result.cost, config.objective))
        << "seed " << seed;
  }
  EXPECT_GT(compared, 500);
  EXPECT_GT(gaps, 100);
}
