//===- Builder.cpp - Programs of a plan -----------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SegmentBuilder.h"

using namespace scope;
using namespace scope::programs;

/// Marks what goes through DRAM.
static void findDramTensors(const search::CostModel &model,
                            const search::Plan &plan, PackageProgram &program) {
  std::vector<int32_t> segmentOf(model.getNetwork().numLayers());
  for (auto [index, segment] : llvm::enumerate(plan.segments))
    for (int32_t layer = segment.firstLayer(); layer <= segment.lastLayer();
         ++layer)
      segmentOf[layer] = static_cast<int32_t>(index);
  for (Tensor &tensor : program.tensors) {
    if (tensor.kind != TensorKind::Value) {
      tensor.isInDram = true;
      continue;
    }
    const search::Value &value = model.getNetwork().values[tensor.value];
    tensor.isInDram = value.isNetworkOutput ||
                      llvm::any_of(value.consumers, [&](int32_t layer) {
                        return segmentOf[layer] != segmentOf[value.producer];
                      });
  }
}

std::string scope::programs::buildPrograms(
    const search::CostModel &model, const PlacedPlan &placed,
    const std::vector<LayerTiles> &layers, PackageProgram &program) {
  const search::Plan &plan = *placed.plan;
  findDramTensors(model, plan, program);
  int32_t nextTag = 0;
  for (auto [index, segment] : llvm::enumerate(plan.segments)) {
    SegmentProgram &made = program.segments.emplace_back();
    made.beatCalls = segment.beatCalls;
    made.beats = model.getProblem().calls() / segment.beatCalls;
    SegmentBuilder builder(model, placed, layers, program, index, nextTag);
    if (std::string wrong = builder.build(made); !wrong.empty())
      return wrong;
    nextTag = builder.tagsUsed();
  }
  return "";
}
