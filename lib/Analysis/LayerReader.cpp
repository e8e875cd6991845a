//===- LayerReader.cpp - One layer as the search sees it ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerReader.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"

#include <tuple>

using namespace mlir;
using namespace scope;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// NetworkState
//===----------------------------------------------------------------------===//

int64_t NetworkState::elementBytes(Value value) const {
  constexpr int64_t bitsPerByte = 8;
  if (assumeBits > 0)
    return assumeBits / bitsPerByte;
  Type type = getElementTypeOrSelf(value.getType());
  int64_t bits = type.isIndex() ? 64
                 : type.isIntOrFloat()
                     ? static_cast<int64_t>(type.getIntOrFloatBitWidth())
                     : bitsPerByte;
  return std::max<int64_t>(1, llvm::divideCeil(bits, bitsPerByte));
}

StoredValue &NetworkState::store(Value root, int32_t producer) {
  StoredValue &entry = stored[root];
  if (entry.id >= 0)
    return entry;
  auto type = cast<ShapedType>(root.getType());
  entry.id = static_cast<int32_t>(network.values.size());
  entry.madeBy.assign(type.getRank(), MadeBy());
  search::Value value;
  value.producer = producer;
  value.bytes = type.getNumElements() * elementBytes(root);
  network.values.push_back(std::move(value));
  return entry;
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

static search::DimRole toDimRole(LoopRole role) {
  switch (role) {
  case LoopRole::Row:
    return search::DimRole::Row;
  case LoopRole::Column:
    return search::DimRole::Column;
  case LoopRole::Channel:
    return search::DimRole::Channel;
  default:
    return search::DimRole::Other;
  }
}

/// Makes the dimensions of the layer from the loops of the anchor that may be
/// split and have anything to split.
void LayerReader::chooseDims() {
  layer.dims.assign(1, {1, search::DimRole::Batch});
  layer.kDim = -1;
  const LayerWorkOp *anchor = ops.anchor();
  dimOfLoop.clear();
  if (!anchor || !anchor->nest)
    return;
  ArrayRef<Loop> loops = anchor->nest->loops;
  dimOfLoop.assign(loops.size(), -1);
  SmallVector<size_t> order;
  for (size_t loop = 0; loop < loops.size(); ++loop)
    if (isParallel(loops[loop].role) && !isWhole[loop] && loops[loop].size > 1)
      order.push_back(loop);
  llvm::stable_sort(order, [&](size_t a, size_t b) {
    return toDimRole(loops[a].role) < toDimRole(loops[b].role);
  });
  for (size_t loop : order) {
    dimOfLoop[loop] = static_cast<int32_t>(layer.dims.size());
    if (anchor->nest->kind == StructuredKind::Contraction && layer.kDim < 0 &&
        loops[loop].role == LoopRole::Channel)
      layer.kDim = dimOfLoop[loop];
    layer.dims.push_back({loops[loop].size, toDimRole(loops[loop].role)});
  }
}

//===----------------------------------------------------------------------===//
// Forward: what a tile makes
//===----------------------------------------------------------------------===//

const LayerReader::Ranges *LayerReader::forwardRanges(Value value) const {
  auto known = forward.find(value);
  return known == forward.end() ? nullptr : &known->second;
}

void LayerReader::forwardResults(const LayerWorkOp &op,
                                 ArrayRef<AccessRange> loops) {
  for (Value result : op.op->getResults()) {
    ArrayRef<int64_t> shape = shapeOf(result);
    Ranges &ranges = forward[result];
    ranges.clear();
    if (op.nest) {
      unsigned number = cast<OpResult>(result).getResultNumber();
      ranges = evaluate(op.nest->results[number], loops, shape);
      continue;
    }
    for (int64_t size : shape)
      ranges.push_back(wholeRange(size));
  }
}

void LayerReader::forwardView(Operation *op) {
  Value result = op->getResult(0);
  OpDescription description = describe(op);
  for (const ViewPiece &piece : description.view->pieces) {
    const Ranges *from = forwardRanges(piece.operand);
    if (!from)
      continue;
    Ranges ranges;
    for (auto [dim, size] : llvm::enumerate(shapeOf(result))) {
      const ViewPiece::Source &source = piece.sources[dim];
      AccessRange range = wholeRange(size);
      if (source.dim >= 0 && source.stride == 1 &&
          (*from)[source.dim].dim >= 0) {
        range = (*from)[source.dim];
        range.offset -= source.shift;
        range.begin =
            std::clamp<int64_t>(range.begin - source.shift, 0, size - 1);
        range.end = std::clamp<int64_t>(range.end - source.shift,
                                        range.begin + 1, size);
        // Beside this piece there are others, or padding, which belong to no
        // tile: let every tile have them all.
        if (range.end - range.begin != size)
          range = wholeRange(size);
      }
      ranges.push_back(range);
    }
    forward[result] = std::move(ranges);
    return;
  }
}

/// Finds out what the loops of a downstream operation run along. Returns false
/// if it reduces a dimension of the layer, which is then whole.
bool LayerReader::followLoops(const LayerWorkOp &op, Ranges &loops) {
  loops.clear();
  for (const Loop &loop : op.nest->loops)
    loops.push_back(wholeRange(loop.size));
  for (const OperandAccess &operand : op.nest->operands) {
    const Ranges *ranges = forwardRanges(operand.value);
    if (!ranges)
      continue;
    for (auto [range, coordinate] :
         llvm::zip_equal(*ranges, operand.map.getResults())) {
      if (range.dim < 0)
        continue;
      auto loop = dyn_cast<AffineDimExpr>(coordinate);
      bool splits = loop && isParallel(op.nest->loops[loop.getPosition()].role);
      if (splits) {
        AccessRange &known = loops[loop.getPosition()];
        if (known.dim < 0)
          known = range;
        continue;
      }
      if (isa<AffineConstantExpr>(coordinate))
        continue;
      // Every iteration needs all of it, or an unknown part.
      size_t anchorLoop = llvm::find(dimOfLoop, range.dim) - dimOfLoop.begin();
      isWhole[anchorLoop] = true;
      return false;
    }
  }
  return true;
}

/// Follows the results of the anchor through the layer. Returns false if a
/// dimension turned out to be whole; then it has to be done again.
bool LayerReader::readForward() {
  forward.clear();
  const LayerWorkOp *anchor = ops.anchor();
  Ranges loops;
  for (Operation &op : body.without_terminator()) {
    if (state.constants.isConstant(&op))
      continue;
    const LayerWorkOp *work = ops.find(&op);
    if (!work) {
      forwardView(&op);
      continue;
    }
    if (work == anchor) {
      Ranges ranges;
      if (work->nest)
        for (auto [loop, dim] : llvm::zip_equal(work->nest->loops, dimOfLoop))
          ranges.push_back(dim >= 0 ? loopRange(dim, loop.size)
                                    : wholeRange(loop.size));
      forwardResults(*work, ranges);
      continue;
    }
    bool isDownstream = llvm::any_of(
        readValues(&op), [&](Value value) { return forwardRanges(value); });
    if (!isDownstream)
      continue;
    if (!work->nest) {
      // Nothing is known of it but that it reads everything.
      layer.splittable = false;
      forwardResults(*work, {});
      continue;
    }
    if (!followLoops(*work, loops))
      return false;
    forwardResults(*work, loops);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Backward: what a tile needs
//===----------------------------------------------------------------------===//

void LayerReader::need(Value value, ArrayRef<AccessRange> ranges, Way way) {
  if (!isa<RankedTensorType>(value.getType()))
    return;
  if (state.constants.isConstant(value)) {
    addWeight(value, ranges);
    return;
  }
  for (const TracedPiece &piece : traceViews(value)) {
    if (state.constants.isConstant(piece.root))
      continue; // Padding, a class token: a few constants beside the data.
    std::optional<SmallVector<RootRange, 4>> touched =
        touchedOfPiece(piece, ranges);
    if (!touched || forwardRanges(piece.root))
      continue;
    Operation *op = piece.root.getDefiningOp();
    const LayerWorkOp *work =
        op && op->getBlock() == &body ? ops.find(op) : nullptr;
    if (work)
      needThrough(*work, cast<OpResult>(piece.root).getResultNumber(), *touched,
                  way);
    else
      addActivation(piece.root, *touched, way.serialOps);
  }
}

/// Continues through `op`, which is not downstream of the anchor.
void LayerReader::needThrough(const LayerWorkOp &op, unsigned result,
                              ArrayRef<RootRange> touched, Way way) {
  uint64_t key = llvm::hash_value(result);
  for (const RootRange &entry : touched)
    key = llvm::hash_combine(key, entry.rootDim, entry.range.dim,
                             entry.range.stride, entry.range.window,
                             entry.range.offset, entry.range.begin,
                             entry.range.end);
  if (!visited.insert({op.op, key}).second)
    return;
  if (!op.nest) {
    layer.splittable = false;
    if (counted.insert(op.op).second)
      streamTotal += op.volume();
    readOpaque(op);
    return;
  }
  Ranges loops;
  for (const Loop &loop : op.nest->loops)
    loops.push_back(wholeRange(loop.size));
  for (auto [dim, coordinate] :
       llvm::enumerate(op.nest->results[result].getResults()))
    if (auto loop = dyn_cast<AffineDimExpr>(coordinate))
      for (const RootRange &entry : touched)
        if (entry.rootDim == static_cast<int32_t>(dim) &&
            isParallel(op.nest->loops[loop.getPosition()].role))
          loops[loop.getPosition()] = entry.range;

  bool continuesRun = op.isAffine && way.run >= 0;
  int32_t run = -1;
  if (op.isAffine) {
    run = way.run;
    if (run < 0) {
      run = static_cast<int32_t>(affineRuns.size());
      affineRuns.emplace_back();
    }
  }
  int64_t perElement = continuesRun ? 0 : 1;
  Way next = way;
  next.run = run;
  if (way.isSerial)
    next.serialOps += perElement;
  else if (counted.insert(op.op).second && !ops.isCore(op.op) &&
           !ops.geluOps(op.op))
    streamTotal += op.volume() * perElement;
  for (const OperandAccess &operand : op.nest->operands) {
    Ranges ranges = evaluate(operand.map, loops, shapeOf(operand.value));
    if (run >= 0 && state.constants.isConstant(operand.value)) {
      addToRun(run, op.arithmetic, operand.value, ranges);
      continue;
    }
    need(operand.value, ranges, next);
    // The work belongs to one operand.
    next.serialOps = 0;
  }
}

void LayerReader::addActivation(Value root, ArrayRef<RootRange> touched,
                                int64_t serialOps) {
  const StoredValue &value = state.store(root, /*producer=*/-1);
  search::Operand operand;
  operand.kind = search::OperandKind::Activation;
  operand.value = value.id;
  operand.elementBytes = state.elementBytes(root);
  operand.serialOps = serialOps;
  for (const RootRange &entry : touched) {
    search::Access access = entry.range;
    // Only what is made one coordinate an iteration can be followed.
    if (entry.rootDim >= 0 && value.madeBy[entry.rootDim].block == 1)
      access.producerDim = value.madeBy[entry.rootDim].dim;
    if (access.dim < 0 && access.producerDim < 0 && access.begin == 0 &&
        access.end == 1)
      continue;
    operand.accesses.push_back(access);
  }
  auto same = [&](const search::Operand &other) {
    return other.kind == operand.kind && other.value == operand.value &&
           llvm::equal(other.accesses, operand.accesses,
                       [](const search::Access &a, const search::Access &b) {
                         return a.dim == b.dim && a.stride == b.stride &&
                                a.window == b.window && a.offset == b.offset &&
                                a.begin == b.begin && a.end == b.end &&
                                a.producerDim == b.producerDim;
                       });
  };
  auto *known = llvm::find_if(layer.operands, same);
  if (known != layer.operands.end()) {
    known->serialOps = std::max(known->serialOps, serialOps);
    return;
  }
  layer.operands.push_back(std::move(operand));
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

SmallVector<search::Access, 4>
LayerReader::constantAccesses(Value value, ArrayRef<AccessRange> ranges) {
  SmallVector<search::Access, 4> accesses;
  llvm::SmallBitVector varying = state.constants.varyingDims(value);
  for (unsigned dim : varying.set_bits())
    accesses.push_back(ranges[dim]);
  return accesses;
}

void LayerReader::addWeight(Value value, ArrayRef<AccessRange> ranges) {
  search::Operand operand;
  operand.kind = search::OperandKind::Weight;
  operand.elementBytes = state.elementBytes(value);
  operand.accesses = constantAccesses(value, ranges);
  // One number for all is part of the program, not data.
  if (!operand.accesses.empty())
    layer.operands.push_back(std::move(operand));
}

void LayerReader::addToRun(int32_t index, Arithmetic arithmetic, Value constant,
                           ArrayRef<AccessRange> ranges) {
  SmallVector<search::Access, 4> accesses = constantAccesses(constant, ranges);
  if (accesses.empty())
    return;
  AffineRun &run = affineRuns[index];
  run.scales |= (arithmetic & Arithmetic::Multiply) != Arithmetic::None;
  run.shifts |= (arithmetic & Arithmetic::Add) != Arithmetic::None;
  auto elements = [](ArrayRef<search::Access> accesses) {
    int64_t product = 1;
    for (const search::Access &access : accesses)
      product *= access.end - access.begin;
    return product;
  };
  if (!run.accesses.empty() && elements(accesses) <= elements(run.accesses))
    return;
  run.accesses = std::move(accesses);
  run.elementBytes = state.elementBytes(constant);
}

/// The run that ends with `value`, seen through views; -1 for none.
int32_t LayerReader::runBehind(Value value) const {
  SmallVector<TracedPiece, 1> pieces = traceViews(value);
  if (pieces.size() != 1)
    return -1;
  auto known = runs.find(pieces.front().root);
  return known == runs.end() ? -1 : known->second;
}

//===----------------------------------------------------------------------===//
// The anchor and what follows
//===----------------------------------------------------------------------===//

/// Everything that `op` reads, whole.
void LayerReader::readOpaque(const LayerWorkOp &op) {
  for (Value value : readValues(op.op)) {
    if (!isa<RankedTensorType>(value.getType()))
      continue;
    Ranges ranges;
    for (int64_t size : shapeOf(value))
      ranges.push_back(wholeRange(size));
    need(value, ranges, Way());
  }
}

void LayerReader::readAnchor() {
  const LayerWorkOp &anchor = *ops.anchor();
  counted.insert(anchor.op);
  if (!anchor.nest) {
    layer.splittable = false;
    streamTotal += anchor.volume();
    readOpaque(anchor);
    return;
  }
  const StructuredOp &nest = *anchor.nest;
  Ranges loops;
  for (auto [loop, dim] : llvm::zip_equal(nest.loops, dimOfLoop))
    loops.push_back(dim >= 0 ? loopRange(dim, loop.size)
                             : wholeRange(loop.size));
  int64_t results = 0;
  for (Value result : anchor.op->getResults())
    results += cast<ShapedType>(result.getType()).getNumElements();

  if (nest.kind == StructuredKind::Contraction) {
    layer.macs = anchor.volume();
    for (const Loop &loop : nest.loops)
      if (loop.role == LoopRole::ChannelReduction)
        layer.channelReduction *= loop.size;
      else if (loop.role == LoopRole::Reduction)
        layer.otherReduction *= loop.size;
  } else if (nest.kind == StructuredKind::Softmax) {
    streamTotal += kSoftmaxOps * anchor.volume();
  } else if (ops.compositeOps() > 0) {
    streamTotal += ops.compositeOps() * anchor.volume();
  } else {
    streamTotal += nest.opsPerPoint * anchor.volume();
  }
  streamTotal += nest.opsPerResult * results;

  Way way;
  way.isSerial = nest.kind == StructuredKind::Contraction ||
                 nest.kind == StructuredKind::Window;
  int32_t run = -1;
  for (const OperandAccess &operand : nest.operands) {
    Ranges ranges = evaluate(operand.map, loops, shapeOf(operand.value));
    bool isConstant = state.constants.isConstant(operand.value);
    if (isConstant && operand.isInit) {
      // A bias shifts the result; what a reduction starts from otherwise is
      // nothing to fetch.
      if (state.constants.isZero(operand.value) ||
          nest.kind != StructuredKind::Contraction)
        continue;
      run = static_cast<int32_t>(affineRuns.size());
      affineRuns.emplace_back();
      streamTotal += results;
      addToRun(run, Arithmetic::Add, operand.value, ranges);
      continue;
    }
    if (isConstant && nest.kind == StructuredKind::Gather &&
        &operand == &nest.operands.front()) {
      // Of a table, the rows that are selected: as many as results.
      search::Operand table;
      table.kind = search::OperandKind::Table;
      table.elementBytes = state.elementBytes(operand.value);
      for (AccessRange loop : loops)
        table.accesses.push_back(loop);
      layer.operands.push_back(std::move(table));
      continue;
    }
    if (isConstant && nest.kind == StructuredKind::Elementwise &&
        anchor.isAffine) {
      if (run < 0) {
        run = static_cast<int32_t>(affineRuns.size());
        affineRuns.emplace_back();
      }
      addToRun(run, anchor.arithmetic, operand.value, ranges);
      continue;
    }
    need(operand.value, ranges, way);
  }
  if (anchor.isAffine && run < 0) {
    run = static_cast<int32_t>(affineRuns.size());
    affineRuns.emplace_back();
  }
  if (run >= 0)
    for (Value result : anchor.op->getResults())
      runs[result] = run;
}

/// Counts the work of a downstream operation, and the run it belongs to.
void LayerReader::countDownstream(const LayerWorkOp &op) {
  counted.insert(op.op);
  if (std::optional<int64_t> gelu = ops.geluOps(op.op)) {
    streamTotal += *gelu * op.volume();
    return;
  }
  if (ops.isCore(op.op))
    return;
  if (op.nest && op.nest->kind == StructuredKind::Softmax) {
    streamTotal += kSoftmaxOps * op.volume();
    return;
  }
  if (!op.isAffine) {
    streamTotal += op.volume();
    return;
  }
  // A run costs one operation an element, those of a layer norm nothing more.
  int32_t run = -1;
  bool addsNothing = op.arithmetic == Arithmetic::Add;
  Value input;
  for (const OperandAccess &operand : op.nest->operands) {
    if (!state.constants.isConstant(operand.value))
      input = operand.value;
    else
      addsNothing &= state.constants.isZero(operand.value);
  }
  run = runBehind(input);
  if (run < 0 && addsNothing)
    return;
  if (run < 0) {
    run = static_cast<int32_t>(affineRuns.size());
    affineRuns.emplace_back();
    SmallVector<TracedPiece, 1> pieces = traceViews(input);
    bool followsNorm = ops.compositeOps() == kLayerNormOps &&
                       pieces.size() == 1 &&
                       pieces.front().root.getDefiningOp() &&
                       ops.isCore(pieces.front().root.getDefiningOp());
    if (!followsNorm)
      streamTotal += op.volume();
  }
  runs[op.op->getResult(0)] = run;
}

void LayerReader::readDownstream(const LayerWorkOp &op, Ranges &loops) {
  countDownstream(op);
  if (!op.nest) {
    readOpaque(op);
    return;
  }
  followLoops(op, loops);
  auto run = runs.find(op.op->getResult(0));
  for (const OperandAccess &operand : op.nest->operands) {
    if (forwardRanges(operand.value))
      continue;
    Ranges ranges = evaluate(operand.map, loops, shapeOf(operand.value));
    if (op.isAffine && run != runs.end() &&
        state.constants.isConstant(operand.value))
      addToRun(run->second, op.arithmetic, operand.value, ranges);
    else if (!operand.isInit || !state.constants.isConstant(operand.value))
      need(operand.value, ranges, Way());
  }
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// The values that the layer makes and others read.
SmallVector<Value, 2> LayerReader::ownOutputs() const {
  llvm::SetVector<Value> roots;
  for (Value yielded : body.getTerminator()->getOperands())
    for (const TracedPiece &piece : traceViews(yielded)) {
      Operation *op = piece.root.getDefiningOp();
      if (op && op->getBlock() == &body &&
          !state.constants.isConstant(piece.root) &&
          !state.stored.count(piece.root))
        roots.insert(piece.root);
    }
  return SmallVector<Value, 2>(roots.begin(), roots.end());
}

/// Tiles make different parts of the results. Returns false if some dimension
/// of the layer cannot be found in a result that depends on it, because a
/// reshape split or joined it; then it is whole, and all has to be done again.
bool LayerReader::coversOutputs() {
  for (Value root : ownOutputs()) {
    const Ranges *ranges = forwardRanges(root);
    if (!ranges)
      continue;
    llvm::SmallBitVector isFound(layer.dims.size());
    for (auto [range, size] : llvm::zip_equal(*ranges, shapeOf(root)))
      if (blockOf(range, size) > 0)
        isFound.set(range.dim);
    for (auto [loop, dim] : llvm::enumerate(dimOfLoop))
      if (dim > 0 && !isFound.test(dim)) {
        isWhole[loop] = true;
        return false;
      }
  }
  return true;
}

void LayerReader::addOutputs() {
  for (Value root : ownOutputs()) {
    StoredValue &value = state.store(root, index);
    search::Output output;
    output.value = value.id;
    output.elementBytes = state.elementBytes(root);
    const Ranges *ranges = forwardRanges(root);
    for (auto [dim, size] : llvm::enumerate(shapeOf(root))) {
      int64_t block = ranges ? blockOf((*ranges)[dim], size) : 0;
      if (block == 0) {
        output.constantElements *= size;
        continue;
      }
      value.madeBy[dim] = {(*ranges)[dim].dim, block};
      output.dims.push_back((*ranges)[dim].dim);
      output.constantElements *= block;
    }
    layer.outputs.push_back(std::move(output));
  }
}

void LayerReader::finishWork() {
  for (const AffineRun &run : affineRuns) {
    if (run.accesses.empty())
      continue;
    search::Operand operand;
    operand.kind = search::OperandKind::Weight;
    operand.elementBytes = run.elementBytes;
    operand.accesses = run.accesses;
    if (run.scales && run.shifts) {
      AccessRange both = wholeRange(2);
      operand.accesses.push_back(both);
    }
    layer.operands.push_back(std::move(operand));
  }
  // The order in which coordinates stand in a tensor makes no difference.
  for (search::Operand &operand : layer.operands)
    llvm::stable_sort(operand.accesses,
                      [](const search::Access &a, const search::Access &b) {
                        return std::tie(a.dim, a.producerDim, a.stride,
                                        a.window, a.offset, a.begin, a.end) <
                               std::tie(b.dim, b.producerDim, b.stride,
                                        b.window, b.offset, b.begin, b.end);
                      });
  int64_t points = 1;
  for (const search::ParallelDim &dim : layer.dims)
    points *= dim.size;
  layer.streamOps = llvm::divideCeil(streamTotal, points);
}

void LayerReader::read(StringRef name) {
  index = state.network.numLayers();
  layer.name = name.str();
  const LayerWorkOp *anchor = ops.anchor();
  isWhole.assign(anchor && anchor->nest ? anchor->nest->loops.size() : 0,
                 false);
  do
    chooseDims();
  while (!readForward() || !coversOutputs());
  if (anchor)
    readAnchor();
  Ranges loops;
  for (const LayerWorkOp &op : ops.work())
    if (&op != anchor && forwardRanges(op.op->getResult(0)))
      readDownstream(op, loops);
  // Results that do not depend on the anchor, and views of what others made.
  for (Value yielded : body.getTerminator()->getOperands()) {
    if (!isa<RankedTensorType>(yielded.getType()) || forwardRanges(yielded))
      continue;
    Ranges ranges;
    for (int64_t size : shapeOf(yielded))
      ranges.push_back(wholeRange(size));
    for (const TracedPiece &piece : traceViews(yielded)) {
      Operation *op = piece.root.getDefiningOp();
      if (op && op->getBlock() == &body && !forwardRanges(piece.root)) {
        need(yielded, ranges, Way());
        break;
      }
    }
  }
  addOutputs();
  finishWork();
  state.network.layers.push_back(std::move(layer));
}
