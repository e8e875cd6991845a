//===- LayerOps.cpp - The operations of a layer by their part -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerOps.h"

#include "scope/Analysis/ViewTracer.h"

using namespace mlir;
using namespace scope;

int64_t LayerWorkOp::volume() const {
  int64_t volume = 1;
  if (nest) {
    for (const Loop &loop : nest->loops)
      volume *= loop.size;
    return volume;
  }
  for (Value result : op->getResults())
    volume =
        std::max(volume, cast<ShapedType>(result.getType()).getNumElements());
  return volume;
}

/// Order of preference for the anchor.
static int rankAsAnchor(const LayerWorkOp &work) {
  if (!work.nest)
    return 4;
  switch (work.nest->kind) {
  case StructuredKind::Contraction:
    return 5;
  case StructuredKind::Window:
  case StructuredKind::Gather:
  case StructuredKind::Softmax:
    return 3;
  case StructuredKind::Reduction:
    return 2;
  case StructuredKind::Elementwise:
    return 1;
  }
  llvm_unreachable("unknown kind");
}

/// Whether `work` only scales, shifts and converts one value by constants.
static bool scalesOrShifts(const LayerWorkOp &work, Constants &constants) {
  constexpr Arithmetic affine =
      Arithmetic::Add | Arithmetic::Multiply | Arithmetic::Convert;
  if (!work.nest || work.nest->kind != StructuredKind::Elementwise ||
      work.arithmetic == Arithmetic::None ||
      (work.arithmetic & ~affine) != Arithmetic::None)
    return false;
  return llvm::count_if(work.nest->operands, [&](const OperandAccess &operand) {
           return !constants.isConstant(operand.value);
         }) == 1;
}

LayerOps::LayerOps(Block &body, Constants &constants) : body(body) {
  int best = 0;
  int64_t bestVolume = 0;
  for (Operation &op : body.without_terminator()) {
    if (constants.isConstant(&op))
      continue;
    OpDescription description = describe(&op);
    if (description.isView())
      continue;
    LayerWorkOp work;
    work.op = &op;
    work.nest = std::move(description.structured);
    if (auto layerOp = dyn_cast<LayerOpInterface>(op)) {
      SmallVector<bool> isConstant;
      for (Value operand : op.getOperands())
        isConstant.push_back(constants.isConstant(operand));
      work.arithmetic = layerOp.getArithmetic(isConstant);
    }
    work.isAffine = scalesOrShifts(work, constants);
    int rank = rankAsAnchor(work);
    int64_t volume = work.volume();
    if (rank > best || (rank == best && rank == 1 && volume > bestVolume)) {
      best = rank;
      bestVolume = volume;
      anchorIndex = static_cast<int32_t>(workOps.size());
    }
    indexOf[&op] = workOps.size();
    workOps.push_back(std::move(work));
  }
  findComposite();
  findGelus(constants);
}

const LayerWorkOp *LayerOps::find(Operation *op) const {
  auto found = indexOf.find(op);
  return found == indexOf.end() ? nullptr : &workOps[found->second];
}

std::optional<int64_t> LayerOps::geluOps(Operation *op) const {
  auto found = gelu.find(op);
  if (found == gelu.end())
    return std::nullopt;
  return found->second;
}

/// Calls `each` for the operations of `body` that make what `op` reads.
template <typename Each>
static void forProducers(Operation *op, Block &body, Each each) {
  for (Value value : readValues(op))
    if (Operation *producer = value.getDefiningOp())
      if (producer->getBlock() == &body)
        each(producer);
}

void LayerOps::findComposite() {
  const LayerWorkOp *first = anchor();
  if (!first || !first->nest || first->nest->kind != StructuredKind::Reduction)
    return;
  // What follows from a reduction, and the operations that bring a reduced
  // value and a full one together.
  llvm::DenseSet<Operation *> reduced;
  Operation *last = nullptr;
  Arithmetic arithmetic = Arithmetic::None;
  int64_t full = first->volume();
  for (Operation &op : body.without_terminator()) {
    bool fromReduced = false;
    forProducers(&op, body, [&](Operation *producer) {
      fromReduced |= reduced.contains(producer);
    });
    const LayerWorkOp *work = find(&op);
    bool reduces =
        work && work->nest && work->nest->kind == StructuredKind::Reduction;
    if (work && !reduces && fromReduced && work->volume() >= full)
      last = &op;
    if (reduces || (fromReduced && (!work || work->volume() < full)))
      reduced.insert(&op);
  }
  if (!last)
    return;
  SmallVector<Operation *> open = {last};
  while (!open.empty()) {
    Operation *op = open.pop_back_val();
    if (!core.insert(op).second)
      continue;
    if (const LayerWorkOp *work = find(op))
      arithmetic |= work->arithmetic;
    forProducers(op, body,
                 [&](Operation *producer) { open.push_back(producer); });
  }
  if ((arithmetic & Arithmetic::Exp) != Arithmetic::None)
    opsOfComposite = kSoftmaxOps;
  else if ((arithmetic & Arithmetic::Root) != Arithmetic::None)
    opsOfComposite = kLayerNormOps;
  else
    core.clear();
}

void LayerOps::findGelus(Constants &constants) {
  // x * f(x), where f holds an erf or a tanh and nothing but numbers besides.
  auto usesNumbersOnly = [&](const LayerWorkOp &work) {
    return llvm::all_of(work.nest->operands, [&](const OperandAccess &operand) {
      return !constants.isConstant(operand.value) ||
             constants.varyingDims(operand.value).none();
    });
  };
  for (const LayerWorkOp &product : workOps) {
    if (product.isAffine || !product.nest ||
        product.nest->kind != StructuredKind::Elementwise ||
        product.arithmetic != Arithmetic::Multiply)
      continue;
    llvm::DenseSet<Operation *> members = {product.op};
    SmallVector<Operation *> open = {product.op};
    Arithmetic arithmetic = Arithmetic::None;
    while (!open.empty()) {
      Operation *op = open.pop_back_val();
      forProducers(op, body, [&](Operation *producer) {
        const LayerWorkOp *work = find(producer);
        bool isView = !work && !constants.isConstant(producer);
        if (!isView &&
            (!work || !work->nest || gelu.contains(producer) ||
             work->nest->kind != StructuredKind::Elementwise ||
             work->volume() != product.volume() || !usesNumbersOnly(*work)))
          return;
        // What others read as well is what the GELU is applied to.
        bool staysInside =
            llvm::all_of(producer->getUsers(), [&](Operation *user) {
              return user->getBlock() == &body &&
                     !user->hasTrait<OpTrait::IsTerminator>();
            });
        if (!staysInside || !members.insert(producer).second)
          return;
        if (work)
          arithmetic |= work->arithmetic;
        open.push_back(producer);
      });
    }
    if ((arithmetic & Arithmetic::Sigmoidal) == Arithmetic::None)
      continue;
    for (Operation *member : members)
      gelu[member] = 0;
    gelu[product.op] = kGeluOps;
  }
}
