//===- Transfers.cpp - Operations that move data together -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Transfers.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>
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

/// What the loads of `transfer` bring: parts that are equal, and of which the
/// chiplets have the same already, are brought together.
static void addLoads(const PackageProgram &program, Transfer &transfer) {
  const Layout &to = program.layouts[getOp(program, transfer.first()).to];
  std::map<std::pair<size_t, std::vector<int64_t>>, size_t> groups;
  std::vector<size_t> first = firstEqual(to);
  llvm::DenseMap<int32_t, size_t> partOf;
  for (auto [index, part] : llvm::enumerate(to.parts))
    partOf[part.chiplet] = index;
  std::vector<Box> read;
  for (const OpRef &ref : transfer.targets) {
    const Op &op = getOp(program, ref);
    auto part = partOf.find(
        program.segments[ref.segment].chiplets[ref.program].chiplet);
    if (part == partOf.end())
      continue;
    llvm::SmallVector<Box, 2> rest = {to.parts[part->second].box};
    std::vector<int64_t> own;
    if (op.own.buffer >= 0) {
      const Layout &held = program.layouts[op.own.layout];
      const Box &box = held.parts[op.own.part].box;
      if (held.isFlat == to.isFlat)
        subtract(rest, box);
      for (const Range &range : box)
        own.insert(own.end(), {range.begin, range.end});
    }
    auto [group, isNew] = groups.try_emplace({first[part->second], own},
                                             transfer.deliveries.size());
    if (isNew) {
      Delivery &delivery = transfer.deliveries.emplace_back();
      for (const Box &box : rest)
        delivery.elements += elements(box);
      read.insert(read.end(), rest.begin(), rest.end());
    }
    transfer.deliveries[group->second].receivers.push_back(part->first);
  }
  llvm::erase_if(transfer.deliveries, [](const Delivery &delivery) {
    return delivery.elements == 0;
  });
  transfer.distinct = unionElements(read);
}

std::vector<Transfer>
scope::programs::listTransfers(const PackageProgram &program, int32_t number) {
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
  return result;
}

void scope::programs::findDeliveries(const PackageProgram &program,
                                     Transfer &transfer) {
  const OpRef &first = transfer.first();
  const Op &op = getOp(program, first);
  if (transfer.kind == OpKind::Load)
    addLoads(program, transfer);
  if (transfer.kind == OpKind::Send)
    transfer.deliveries =
        deliveries(program.layouts[op.from], program.layouts[op.to],
                   program.tensors[op.tensor].beatShape(
                       program.segments[first.segment].beatCalls));
}
