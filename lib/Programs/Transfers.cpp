//===- Transfers.cpp - Operations that move data together -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Transfers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <tuple>

using namespace scope::programs;

const Op &scope::programs::getOp(const PackageProgram &program,
                                 const OpRef &ref) {
  const ChipletProgram &chiplet =
      program.segments[ref.segment].chiplets[ref.program];
  return (ref.isLoad ? chiplet.load : chiplet.body)[ref.op];
}

llvm::StringRef scope::programs::getOpKindName(OpKind kind) {
  switch (kind) {
  case OpKind::Load:
    return "load";
  case OpKind::Store:
    return "store";
  case OpKind::Send:
    return "send";
  case OpKind::Recv:
    return "recv";
  case OpKind::Compute:
    return "compute";
  }
  return "";
}

std::string scope::programs::describe(const PackageProgram &program,
                                      const OpRef &ref) {
  int32_t chiplet = program.segments[ref.segment].chiplets[ref.program].chiplet;
  const Op &op = getOp(program, ref);
  bool hasLayer =
      op.layer >= 0 && op.layer < static_cast<int32_t>(program.layers.size());
  return llvm::formatv(
      "segment {0}, chiplet [{1},{2}], {3} op {4} ({5}{6}{7})", ref.segment,
      chiplet / program.cols, chiplet % program.cols,
      ref.isLoad ? "load" : "body", ref.op, getOpKindName(op.kind),
      hasLayer ? ", layer " : "", hasLayer ? program.layers[op.layer] : "");
}

std::vector<Transfer>
scope::programs::findTransfers(const PackageProgram &program, int32_t number) {
  const SegmentProgram &segment = program.segments[number];
  std::vector<std::pair<int32_t, OpRef>> tagged;
  for (auto [index, chiplet] : llvm::enumerate(segment.chiplets))
    for (bool isLoad : {true, false})
      for (auto [at, op] :
           llvm::enumerate(isLoad ? chiplet.load : chiplet.body))
        if (op.kind != OpKind::Compute)
          tagged.push_back({op.tag,
                            {number, static_cast<int32_t>(index), isLoad,
                             static_cast<int32_t>(at)}});
  llvm::stable_sort(tagged, [](const auto &a, const auto &b) {
    return std::make_tuple(!a.second.isLoad, a.first) <
           std::make_tuple(!b.second.isLoad, b.first);
  });
  std::vector<Transfer> result;
  for (const auto &[tag, ref] : tagged) {
    if (result.empty() || result.back().tag != tag ||
        result.back().isLoad != ref.isLoad) {
      Transfer &transfer = result.emplace_back();
      transfer.tag = tag;
      transfer.isLoad = ref.isLoad;
      OpKind kind = getOp(program, ref).kind;
      transfer.kind = kind == OpKind::Recv ? OpKind::Send : kind;
    }
    OpKind kind = getOp(program, ref).kind;
    bool isSource = kind == OpKind::Send || kind == OpKind::Store;
    (isSource ? result.back().sources : result.back().targets).push_back(ref);
  }
  for (Transfer &transfer : result) {
    const Op &op = getOp(program, transfer.first());
    if (transfer.kind == OpKind::Load)
      transfer.deliveries = loadDeliveries(program.layouts[op.to]);
    if (transfer.kind == OpKind::Send)
      transfer.deliveries =
          deliveries(program.layouts[op.from], program.layouts[op.to],
                     program.tensors[op.tensor].beatShape(segment.beatCalls));
  }
  return result;
}
