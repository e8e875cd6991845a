//===- KernelBuilder.cpp - One tile as a function -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"

using namespace mlir;
using namespace scope;

static SmallVector<int64_t> sizesOf(ArrayRef<Interval> box) {
  SmallVector<int64_t> sizes;
  for (const Interval &range : box)
    sizes.push_back(range.size());
  return sizes;
}

static RankedTensorType typeOf(Type like, ArrayRef<Interval> box) {
  return RankedTensorType::get(sizesOf(box),
                               cast<RankedTensorType>(like).getElementType());
}

Value KernelBuilder::cut(Value from, ArrayRef<Interval> outer,
                         ArrayRef<Interval> box, ArrayRef<int64_t> strides) {
  bool isAll =
      Box(outer) == Box(box) &&
      llvm::all_of(strides, [](int64_t stride) { return stride == 1; });
  if (isAll || box.empty())
    return from;
  SmallVector<OpFoldResult> offsets, sizes, steps;
  for (auto [outside, inside, stride] : llvm::zip_equal(outer, box, strides)) {
    offsets.push_back(rewriter.getIndexAttr(inside.begin - outside.begin));
    sizes.push_back(rewriter.getIndexAttr((inside.size() - 1) / stride + 1));
    steps.push_back(rewriter.getIndexAttr(stride));
  }
  return tensor::ExtractSliceOp::create(rewriter, from.getLoc(), from, offsets,
                                        sizes, steps);
}

Value KernelBuilder::get(int32_t value, ArrayRef<Interval> box) {
  for (auto [number, outer] : llvm::enumerate(tile.boxes[value]))
    if (programs::contains(outer, box))
      return cut(made[value][number], outer, box,
                 SmallVector<int64_t>(box.size(), 1));
  return putTogether(value, box);
}

Value KernelBuilder::putTogether(int32_t value, ArrayRef<Interval> box) {
  Value original = graph.valueOf(value);
  RankedTensorType type = typeOf(original.getType(), box);
  Value whole = tensor::EmptyOp::create(rewriter, original.getLoc(),
                                        type.getShape(), type.getElementType());
  SmallVector<int64_t> ones(box.size(), 1);
  for (auto [number, outer] : llvm::enumerate(tile.boxes[value])) {
    Box inside;
    for (auto [range, part] : llvm::zip_equal(box, outer))
      inside.push_back(programs::intersect(range, part));
    if (programs::elements(inside) == 0)
      continue;
    SmallVector<OpFoldResult> offsets, sizes;
    for (auto [range, part] : llvm::zip_equal(box, inside)) {
      offsets.push_back(rewriter.getIndexAttr(part.begin - range.begin));
      sizes.push_back(rewriter.getIndexAttr(part.size()));
    }
    SmallVector<OpFoldResult> strides(box.size(), rewriter.getIndexAttr(1));
    whole = tensor::InsertSliceOp::create(
        rewriter, original.getLoc(),
        cut(made[value][number], outer, inside, ones), whole, offsets, sizes,
        strides);
  }
  return whole;
}

void KernelBuilder::addStructured(const Node &node, ArrayRef<Interval> loops) {
  auto op = cast<linalg::LinalgOp>(node.op);
  SmallVector<Box, 3> boxes = graph.boxesRead(node, {}, loops);
  IRMapping mapping;
  SmallVector<Value> operands;
  for (auto [index, value] : llvm::enumerate(node.reads)) {
    Value read = get(value, boxes[index]);
    if (index < op->getNumOperands())
      operands.push_back(read);
    else
      mapping.map(graph.valueOf(value), read);
  }
  SmallVector<Type> types;
  for (auto [number, result] : llvm::enumerate(op->getResults()))
    types.push_back(
        typeOf(result.getType(), graph.boxMade(node, unsigned(number), loops)));
  Operation *copy = rewriter.clone(*op, mapping);
  copy->setOperands(operands);
  for (auto [result, type] : llvm::zip_equal(copy->getResults(), types))
    result.setType(type);
  auto tiled = cast<linalg::LinalgOp>(copy);
  if (node.readsIndex) {
    SmallVector<OpFoldResult> offsets;
    for (const Interval &range : loops)
      offsets.push_back(rewriter.getIndexAttr(range.begin));
    linalg::offsetIndices(rewriter, tiled, offsets);
  }
  // What is read element by element begins at its box, not at its tensor.
  for (size_t index = 0; index < node.captures.size(); ++index) {
    const Capture &capture = node.captures[index];
    size_t at = op->getNumOperands() + index;
    Value tensor = mapping.lookup(capture.value);
    copy->walk([&](tensor::ExtractOp extract) {
      if (extract.getTensor() != tensor)
        return;
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPoint(extract);
      for (auto [dim, loop] : llvm::enumerate(capture.loops)) {
        int64_t begin = boxes[at][dim].begin;
        if (loop < 0 || begin == 0)
          continue;
        Value offset =
            arith::ConstantIndexOp::create(rewriter, extract.getLoc(), begin);
        extract.getIndicesMutable()[dim].set(arith::SubIOp::create(
            rewriter, extract.getLoc(), extract.getIndices()[dim], offset));
      }
    });
  }
  rewriter.setInsertionPointAfter(copy);
  for (auto [value, result] : llvm::zip_equal(node.results, copy->getResults()))
    made[value].push_back(result);
}

Value KernelBuilder::makePad(tensor::PadOp pad, ArrayRef<Interval> box,
                             const Node &node) {
  Box read = graph.boxesRead(node, box, {}).front();
  Location loc = pad.getLoc();
  Value filler = pad.getConstantPaddingValue();
  int32_t number = graph.numberOf(filler);
  if (!tile.boxes[number].empty())
    filler = get(number, {});
  else
    filler = rewriter.clone(*filler.getDefiningOp())->getResult(0);
  RankedTensorType type = typeOf(pad.getType(), box);
  if (programs::elements(read) == 0)
    return tensor::SplatOp::create(rewriter, loc, filler, type);
  SmallVector<OpFoldResult> low, high;
  for (auto [range, inner, before] :
       llvm::zip_equal(box, read, pad.getStaticLow())) {
    int64_t begin = inner.begin + before - range.begin;
    low.push_back(rewriter.getIndexAttr(begin));
    high.push_back(rewriter.getIndexAttr(range.size() - inner.size() - begin));
  }
  Value source = get(node.reads.front(), read);
  if (source.getType() == type)
    return source;
  return tensor::PadOp::create(rewriter, loc, type, source, low, high, filler);
}

Value KernelBuilder::makeInsert(tensor::InsertSliceOp insert,
                                ArrayRef<Interval> box, const Node &node) {
  SmallVector<Box, 3> reads = graph.boxesRead(node, box, {});
  bool fromSource = programs::elements(reads[0]) > 0;
  bool fromDest = programs::elements(reads[1]) > 0;
  if (!fromDest)
    return get(node.reads[0], reads[0]);
  Value dest = get(node.reads[1], reads[1]);
  if (!fromSource)
    return dest;
  Value source = get(node.reads[0], reads[0]);
  SmallVector<OpFoldResult> offsets, sizes, strides;
  for (auto [range, read, offset] :
       llvm::zip_equal(box, reads[0], insert.getStaticOffsets())) {
    offsets.push_back(rewriter.getIndexAttr(read.begin + offset - range.begin));
    sizes.push_back(rewriter.getIndexAttr(read.size()));
    strides.push_back(rewriter.getIndexAttr(1));
  }
  return tensor::InsertSliceOp::create(rewriter, insert.getLoc(), source, dest,
                                       offsets, sizes, strides);
}

Value KernelBuilder::makeBox(const Node &node, ArrayRef<Interval> box) {
  Operation *op = node.op;
  RankedTensorType type = typeOf(op->getResult(0).getType(), box);
  switch (node.kind) {
  case NodeKind::Pad:
    return makePad(cast<tensor::PadOp>(op), box, node);
  case NodeKind::InsertSlice:
    return makeInsert(cast<tensor::InsertSliceOp>(op), box, node);
  case NodeKind::ExtractSlice: {
    auto slice = cast<tensor::ExtractSliceOp>(op);
    Box read = graph.boxesRead(node, box, {}).front();
    int32_t value = node.reads.front();
    for (auto [number, outer] : llvm::enumerate(tile.boxes[value]))
      if (programs::contains(outer, read))
        return cut(made[value][number], outer, read, slice.getStaticStrides());
    return cut(putTogether(value, read), read, read, slice.getStaticStrides());
  }
  case NodeKind::Expand: {
    auto expand = cast<tensor::ExpandShapeOp>(op);
    Value source =
        get(node.reads.front(), graph.boxesRead(node, box, {}).front());
    return tensor::ExpandShapeOp::create(rewriter, op->getLoc(), type, source,
                                         expand.getReassociationIndices());
  }
  case NodeKind::Collapse: {
    auto collapse = cast<tensor::CollapseShapeOp>(op);
    Value source =
        get(node.reads.front(), graph.boxesRead(node, box, {}).front());
    return tensor::CollapseShapeOp::create(rewriter, op->getLoc(), type, source,
                                           collapse.getReassociationIndices());
  }
  case NodeKind::Uniform: {
    if (isa<tensor::EmptyOp>(op))
      return tensor::EmptyOp::create(rewriter, op->getLoc(), type.getShape(),
                                     type.getElementType());
    auto splat =
        cast<SplatElementsAttr>(cast<arith::ConstantOp>(op).getValue());
    return arith::ConstantOp::create(rewriter, op->getLoc(),
                                     splat.resizeSplat(type));
  }
  default:
    llvm_unreachable("not made box by box");
  }
}

void KernelBuilder::addWhole(const Node &node) {
  IRMapping mapping;
  for (int32_t value : node.reads)
    mapping.map(graph.valueOf(value),
                get(value, programs::wholeBox(graph.shapeOf(value))));
  Operation *copy = rewriter.clone(*node.op, mapping);
  for (auto [value, result] : llvm::zip_equal(node.results, copy->getResults()))
    made[value].assign(1, result);
}

func::FuncOp KernelBuilder::build(ModuleOp module, StringRef name,
                                  ArrayRef<Box> results) {
  func::FuncOp source = graph.getFunction();
  rewriter.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> inputs;
  for (BlockArgument argument : source.getArguments())
    for (const Box &box : tile.boxes[graph.numberOf(argument)])
      inputs.push_back(typeOf(argument.getType(), box));
  SmallVector<Type> outputs;
  for (auto [type, box] : llvm::zip_equal(source.getResultTypes(), results))
    outputs.push_back(typeOf(type, box));
  Location unknown = rewriter.getUnknownLoc();
  auto kernel = func::FuncOp::create(rewriter, unknown, name,
                                     rewriter.getFunctionType(inputs, outputs));
  Block *body = kernel.addEntryBlock();
  rewriter.setInsertionPointToStart(body);
  unsigned next = 0;
  for (BlockArgument argument : source.getArguments()) {
    int32_t value = graph.numberOf(argument);
    for (size_t count = tile.boxes[value].size(); count > 0; --count)
      made[value].push_back(body->getArgument(next++));
  }
  for (auto [index, node] : llvm::enumerate(graph.getNodes())) {
    bool isNeeded = llvm::any_of(node.results, [&](int32_t value) {
      return !tile.boxes[value].empty();
    });
    if (!isNeeded)
      continue;
    if (node.kind == NodeKind::Structured)
      for (const Box &loops : tile.loops[index])
        addStructured(node, loops);
    else if (node.kind == NodeKind::Whole)
      addWhole(node);
    else
      for (const Box &box : tile.boxes[node.results.front()])
        made[node.results.front()].push_back(makeBox(node, box));
  }
  SmallVector<Value> returned;
  for (auto [value, box] :
       llvm::zip_equal(graph.getReturn()->getOperands(), results))
    returned.push_back(get(graph.numberOf(value), box));
  func::ReturnOp::create(rewriter, unknown, returned);
  kernel->walk([&](Operation *op) { op->setLoc(unknown); });
  return kernel;
}
