//===- LayerGraph.cpp - What the tiles of a layer need --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerGraph.h"

#include "scope/Analysis/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace scope;

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

/// Adds `factor` times `expr`; false if it is no sum of positive multiples of
/// loops.
static bool addTerms(AffineExpr expr, int64_t factor, LinearExpr &sum) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    sum.terms.push_back({dim.getPosition(), factor});
    return factor > 0;
  }
  if (auto value = dyn_cast<AffineConstantExpr>(expr)) {
    sum.constant += factor * value.getValue();
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return addTerms(binary.getLHS(), factor, sum) &&
           addTerms(binary.getRHS(), factor, sum);
  auto scale = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && scale &&
         addTerms(binary.getLHS(), factor * scale.getValue(), sum);
}

int32_t LayerGraph::number(Value value) {
  auto [entry, isNew] =
      numbers.try_emplace(value, static_cast<int32_t>(shapes.size()));
  if (isNew) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    values.push_back(value);
    shapes.emplace_back();
    if (type)
      shapes.back().assign(type.getShape().begin(), type.getShape().end());
  }
  return entry->second;
}

LayerGraph::LayerGraph(func::FuncOp function) : function(function) {
  Block &body = function.getBody().front();
  for (BlockArgument argument : body.getArguments())
    number(argument);
  for (Operation &op : body.without_terminator())
    addNode(op);
}

/// Whether every element that the body of `op` reads of tensors outside of it
/// is found by a plain coordinate; collects these tensors.
static void findCaptures(linalg::LinalgOp op, Node &node) {
  DenseMap<Value, size_t> known;
  op->walk([&](tensor::ExtractOp extract) {
    Value tensor = extract.getTensor();
    if (op->isAncestor(tensor.getParentRegion()->getParentOp()))
      return;
    auto [entry, isNew] = known.try_emplace(tensor, node.captures.size());
    if (isNew)
      node.captures.push_back({tensor, {}});
    Capture &capture = node.captures[entry->second];
    for (auto [dim, index] : llvm::enumerate(extract.getIndices())) {
      auto loop = index.getDefiningOp<linalg::IndexOp>();
      int64_t position = loop ? int64_t(loop.getDim()) : -1;
      if (isNew)
        capture.loops.push_back(position);
      else if (capture.loops[dim] != position)
        capture.loops[dim] = -1;
    }
  });
  op->walk([&](linalg::IndexOp) { node.readsIndex = true; });
}

bool LayerGraph::addStructured(linalg::LinalgOp op, Node &node) {
  if (!op.hasPureTensorSemantics())
    return false;
  SmallVector<int64_t> loops = op.getStaticLoopRanges();
  node.loops.assign(loops.begin(), loops.end());
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    auto &exprs = node.operandExprs.emplace_back();
    for (AffineExpr expr : map.getResults())
      if (!addTerms(expr, 1, exprs.emplace_back()) || exprs.back().constant < 0)
        return false;
  }
  for (OpResult result : op->getResults()) {
    AffineMap map = op.getIndexingMapMatchingResult(result);
    auto &loopOf = node.resultLoops.emplace_back();
    for (AffineExpr expr : map.getResults()) {
      if (auto only = dyn_cast<AffineConstantExpr>(expr);
          only && only.getValue() == 0) {
        loopOf.push_back(-1);
        continue;
      }
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop)
        return false;
      loopOf.push_back(loop.getPosition());
    }
  }
  findCaptures(op, node);
  return true;
}

void LayerGraph::addNode(Operation &op) {
  Node node;
  node.op = &op;
  bool isTensor = llvm::all_of(op.getResultTypes(), [](Type type) {
    return isa<RankedTensorType>(type);
  });
  if (auto structured = dyn_cast<linalg::LinalgOp>(op)) {
    Node made = node;
    if (addStructured(structured, made)) {
      node = std::move(made);
      node.kind = NodeKind::Structured;
    }
  } else if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    bool isPlain = pad.getConstantPaddingValue() && !pad.getNofold() &&
                   pad.getLow().empty() && pad.getHigh().empty();
    if (isPlain)
      node.kind = NodeKind::Pad;
  } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    if (!slice.getDroppedDims().any() && slice.getOffsets().empty() &&
        slice.getSizes().empty() && slice.getStrides().empty())
      node.kind = NodeKind::ExtractSlice;
  } else if (auto slice = dyn_cast<tensor::InsertSliceOp>(op)) {
    if (slice.getSourceType().getRank() == slice.getDestType().getRank() &&
        slice.getOffsets().empty() && slice.getSizes().empty() &&
        slice.hasUnitStride())
      node.kind = NodeKind::InsertSlice;
  } else if (isa<tensor::ExpandShapeOp>(op)) {
    node.kind = NodeKind::Expand;
  } else if (isa<tensor::CollapseShapeOp>(op)) {
    node.kind = NodeKind::Collapse;
  } else if (isa<tensor::EmptyOp>(op)) {
    node.kind = NodeKind::Uniform;
  } else if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (isTensor && isa<SplatElementsAttr>(constant.getValue()))
      node.kind = NodeKind::Uniform;
  }
  if (node.kind == NodeKind::Structured) {
    for (Value operand : op.getOperands())
      node.reads.push_back(number(operand));
    for (const Capture &capture : node.captures)
      node.reads.push_back(number(capture.value));
    // Scalars that the body reads from outside.
    for (Value value : readValues(&op))
      if (!isa<RankedTensorType>(value.getType()) &&
          !llvm::is_contained(op.getOperands(), value))
        node.reads.push_back(number(value));
  } else {
    for (Value value : readValues(&op))
      node.reads.push_back(number(value));
  }
  for (Value result : op.getResults())
    node.results.push_back(number(result));
  nodes.push_back(std::move(node));
}

//===----------------------------------------------------------------------===//
// Shapes that change
//===----------------------------------------------------------------------===//

/// The smallest box of dimensions `sizes` whose elements are consecutive and
/// that has all of `box`.
static Box consecutive(ArrayRef<Interval> box, ArrayRef<int64_t> sizes) {
  Box result(box.begin(), box.end());
  bool isWhole = false;
  for (auto [range, size] : llvm::zip_equal(result, sizes)) {
    if (isWhole)
      range = {0, size};
    isWhole |= range.size() > 1;
  }
  return result;
}

/// The numbers of the elements of a consecutive box.
static Interval flatten(ArrayRef<Interval> box, ArrayRef<int64_t> sizes) {
  int64_t first = 0, last = 0;
  for (auto [range, size] : llvm::zip_equal(box, sizes)) {
    first = first * size + range.begin;
    last = last * size + range.end - 1;
  }
  return {first, last + 1};
}

/// The smallest consecutive box that has all elements of `flat`.
static Box unflatten(Interval flat, ArrayRef<int64_t> sizes) {
  Box result;
  int64_t inner = 1;
  for (int64_t size : sizes)
    inner *= size;
  bool isWhole = false;
  for (int64_t size : sizes) {
    inner /= size;
    if (isWhole) {
      result.push_back({0, size});
      continue;
    }
    int64_t begin = flat.begin / inner;
    int64_t end = llvm::divideCeil(flat.end, inner);
    result.push_back({begin, end});
    isWhole = end - begin > 1;
    flat.begin -= begin * inner;
    flat.end -= begin * inner;
  }
  return result;
}

/// `box` of the side of a reshape with fewer dimensions, from one of the other
/// side, whose parts are consecutive.
static Box collapseBox(ArrayRef<Interval> box, ArrayRef<int64_t> shape,
                       ArrayRef<ReassociationIndices> groups) {
  Box result;
  for (const ReassociationIndices &group : groups)
    result.push_back(flatten(box.slice(group.front(), group.size()),
                             shape.slice(group.front(), group.size())));
  return result;
}

static Box expandBox(ArrayRef<Interval> box, ArrayRef<int64_t> shape,
                     ArrayRef<ReassociationIndices> groups) {
  // A group of none stands for a shape without elements of rank 0.
  if (groups.empty())
    return programs::wholeBox(shape);
  Box result;
  for (auto [range, group] : llvm::zip_equal(box, groups))
    llvm::append_range(
        result, unflatten(range, shape.slice(group.front(), group.size())));
  return result;
}

/// More parts than this make a kernel larger than what they save is worth.
static constexpr size_t kMaxParts = 32;

/// All combinations of what `choices` offers for each group of dimensions;
/// none if there are more than `kMaxParts`.
static SmallVector<Box, 1> combine(ArrayRef<SmallVector<Box, 1>> choices) {
  size_t count = 1;
  for (const SmallVector<Box, 1> &choice : choices) {
    count *= choice.size();
    if (count > kMaxParts)
      return {};
  }
  SmallVector<Box, 1> result = {Box()};
  for (const SmallVector<Box, 1> &choice : choices) {
    SmallVector<Box, 1> longer;
    for (const Box &begin : result)
      for (const Box &end : choice) {
        longer.push_back(begin);
        llvm::append_range(longer.back(), end);
      }
    result = std::move(longer);
  }
  return result;
}

/// Cuts `box` of dimensions `sizes` into boxes whose elements are consecutive;
/// none if these are more than `kMaxParts`.
static SmallVector<Box, 1> cutConsecutive(ArrayRef<Interval> box,
                                          ArrayRef<int64_t> sizes) {
  // Dimensions before the last one that is not whole are taken one by one.
  size_t whole = box.size();
  while (whole > 0 && box[whole - 1].size() == sizes[whole - 1])
    --whole;
  SmallVector<SmallVector<Box, 1>> choices;
  for (size_t dim = 0; dim < box.size(); ++dim) {
    SmallVector<Box, 1> &choice = choices.emplace_back();
    if (dim + 1 >= whole)
      choice.push_back({box[dim]});
    else if (box[dim].size() > int64_t(kMaxParts))
      return {};
    else
      for (int64_t at = box[dim].begin; at < box[dim].end; ++at)
        choice.push_back({{at, at + 1}});
  }
  return combine(choices);
}

/// Cuts the elements `flat` of a shape of `sizes` into ranges that are boxes of
/// it, in order.
static void cutFlat(Interval flat, ArrayRef<int64_t> sizes, int64_t begin,
                    SmallVectorImpl<Box> &ranges) {
  if (flat.empty())
    return;
  int64_t inner = 1;
  for (int64_t size : sizes.drop_front())
    inner *= size;
  // Up to the first whole step of the outer dimension, whole steps, the rest.
  int64_t first = llvm::divideCeil(flat.begin, inner) * inner;
  int64_t last = flat.end / inner * inner;
  auto cutInside = [&](Interval part) {
    int64_t step = part.begin / inner * inner;
    cutFlat({part.begin - step, part.end - step}, sizes.drop_front(),
            begin + step, ranges);
  };
  if (first > last) {
    cutInside(flat);
    return;
  }
  if (flat.begin < first)
    cutInside({flat.begin, first});
  if (first < last)
    ranges.push_back({{begin + first, begin + last}});
  if (last < flat.end)
    cutInside({last, flat.end});
}

static SmallVector<ReassociationIndices, 4> groupsOf(Operation *op) {
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return expand.getReassociationIndices();
  return cast<tensor::CollapseShapeOp>(op).getReassociationIndices();
}

//===----------------------------------------------------------------------===//
// Boxes of one operation
//===----------------------------------------------------------------------===//

SmallVector<Box, 1> LayerGraph::boxesOfReshape(const Node &node,
                                               ArrayRef<Interval> box) const {
  ArrayRef<int64_t> from = shapes[node.reads.front()];
  ArrayRef<int64_t> to = shapes[node.results.front()];
  auto groups = groupsOf(node.op);
  // A group of none stands for a shape without elements of rank 0.
  if (groups.empty())
    return {programs::wholeBox(to)};
  SmallVector<SmallVector<Box, 1>> choices;
  for (auto [number, group] : llvm::enumerate(groups)) {
    SmallVector<Box, 1> &choice = choices.emplace_back();
    if (node.kind == NodeKind::Expand)
      choice = cutConsecutive(box.slice(group.front(), group.size()),
                              to.slice(group.front(), group.size()));
    else
      cutFlat(box[number], from.slice(group.front(), group.size()), 0, choice);
  }
  SmallVector<Box, 1> parts = combine(choices);
  if (!parts.empty())
    return parts;
  // What consecutive elements of the source make.
  if (node.kind == NodeKind::Collapse)
    return {collapseBox(expandBox(box, from, groups), from, groups)};
  Box rounded;
  for (const ReassociationIndices &group : groups)
    llvm::append_range(rounded,
                       consecutive(box.slice(group.front(), group.size()),
                                   to.slice(group.front(), group.size())));
  return {rounded};
}

Box LayerGraph::boxMade(const Node &node, unsigned result,
                        ArrayRef<Interval> loops) const {
  Box box;
  for (int64_t loop : node.resultLoops[result])
    box.push_back(loop >= 0 ? loops[loop] : Interval{0, 1});
  return box;
}

/// What iterations `loops` read along one dimension. It begins where the
/// coordinate without its constant begins, so that the map of the operation
/// holds for the tile as it is.
static Interval rangeRead(const LinearExpr &expr, ArrayRef<Interval> loops) {
  int64_t begin = 0, last = expr.constant;
  for (auto [loop, coefficient] : expr.terms) {
    begin += coefficient * loops[loop].begin;
    last += coefficient * (loops[loop].end - 1);
  }
  return {begin, last + 1};
}

SmallVector<Box, 3> LayerGraph::boxesRead(const Node &node,
                                          ArrayRef<Interval> box,
                                          ArrayRef<Interval> loops) const {
  SmallVector<Box, 3> result;
  switch (node.kind) {
  case NodeKind::Structured: {
    for (const auto &exprs : node.operandExprs) {
      Box &read = result.emplace_back();
      for (const LinearExpr &expr : exprs)
        read.push_back(rangeRead(expr, loops));
    }
    for (const Capture &capture : node.captures) {
      Box &read = result.emplace_back();
      int32_t value = node.reads[result.size() - 1];
      for (auto [loop, size] : llvm::zip_equal(capture.loops, shapes[value]))
        read.push_back(loop >= 0 ? loops[loop] : Interval{0, size});
    }
    while (result.size() < node.reads.size())
      result.emplace_back();
    return result;
  }
  case NodeKind::Pad: {
    auto pad = cast<tensor::PadOp>(node.op);
    Box &read = result.emplace_back();
    for (auto [range, low, size] :
         llvm::zip_equal(box, pad.getStaticLow(), shapes[node.reads.front()]))
      read.push_back(programs::intersect(
          Interval{range.begin - low, range.end - low}, Interval{0, size}));
    break;
  }
  case NodeKind::ExtractSlice: {
    auto slice = cast<tensor::ExtractSliceOp>(node.op);
    Box &read = result.emplace_back();
    for (auto [range, offset, stride] : llvm::zip_equal(
             box, slice.getStaticOffsets(), slice.getStaticStrides()))
      read.push_back({offset + range.begin * stride,
                      offset + (range.end - 1) * stride + 1});
    break;
  }
  case NodeKind::InsertSlice: {
    auto slice = cast<tensor::InsertSliceOp>(node.op);
    Box source, inside;
    for (auto [range, offset, size] : llvm::zip_equal(
             box, slice.getStaticOffsets(), slice.getStaticSizes())) {
      inside.push_back(
          programs::intersect(range, Interval{offset, offset + size}));
      source.push_back(
          {inside.back().begin - offset, inside.back().end - offset});
    }
    bool covers = inside == Box(box.begin(), box.end());
    result.push_back(source);
    result.push_back(covers ? Box(box.size(), Interval()) : Box(box));
    break;
  }
  case NodeKind::Expand:
    result.push_back(
        collapseBox(box, shapes[node.results.front()], groupsOf(node.op)));
    break;
  case NodeKind::Collapse:
    result.push_back(
        expandBox(box, shapes[node.reads.front()], groupsOf(node.op)));
    break;
  case NodeKind::Uniform:
    break;
  case NodeKind::Whole:
    for (int32_t value : node.reads)
      result.push_back(whole(value));
    return result;
  }
  // Scalars beside the tensors.
  while (result.size() < node.reads.size())
    result.push_back(whole(node.reads[result.size()]));
  return result;
}

//===----------------------------------------------------------------------===//
// All operations
//===----------------------------------------------------------------------===//

static Box hullOf(ArrayRef<Interval> a, ArrayRef<Interval> b) {
  Box hull;
  for (auto [left, right] : llvm::zip_equal(a, b))
    hull.push_back(
        {std::min(left.begin, right.begin), std::max(left.end, right.end)});
  return hull;
}

/// Adds `box` to `boxes`, joining boxes where that makes fewer elements.
static void addBox(SmallVectorImpl<Box> &boxes, Box box) {
  for (size_t index = 0; index < boxes.size(); ++index) {
    Box hull = hullOf(boxes[index], box);
    if (programs::elements(hull) >=
        programs::elements(boxes[index]) + programs::elements(box))
      continue;
    if (hull == boxes[index])
      return;
    boxes.erase(boxes.begin() + index);
    return addBox(boxes, std::move(hull));
  }
  boxes.push_back(std::move(box));
}

/// Adds `box` to `boxes` unless one of them has all of it.
static void addApart(SmallVectorImpl<Box> &boxes, Box box) {
  for (const Box &other : boxes)
    if (programs::contains(other, box))
      return;
  llvm::erase_if(
      boxes, [&](const Box &other) { return programs::contains(box, other); });
  boxes.push_back(std::move(box));
}

SmallVector<Box, 1>
LayerGraph::loopsFor(const Node &node,
                     ArrayRef<SmallVector<Box, 1>> boxes) const {
  SmallVector<Box, 1> made;
  for (auto [number, value] : llvm::enumerate(node.results))
    for (const Box &box : boxes[value]) {
      Box loops;
      for (int64_t size : node.loops)
        loops.push_back({0, size});
      for (auto [range, loop] : llvm::zip_equal(box, node.resultLoops[number]))
        if (loop >= 0)
          loops[loop] = range;
      if (node.results.size() > 1 && !made.empty())
        made.front() = hullOf(made.front(), loops);
      else
        made.push_back(std::move(loops));
    }
  return made;
}

TileBoxes LayerGraph::follow(ArrayRef<Box> results,
                             ArrayRef<bool> keepsApart) const {
  TileBoxes tile;
  tile.boxes.resize(shapes.size());
  tile.loops.resize(nodes.size());
  for (auto [value, box] : llvm::zip_equal(getReturn()->getOperands(), results))
    addBox(tile.boxes[numbers.lookup(value)], box);

  for (size_t index = nodes.size(); index-- > 0;) {
    const Node &node = nodes[index];
    auto needs = [&](ArrayRef<Interval> box, ArrayRef<Interval> loops) {
      SmallVector<Box, 3> reads = boxesRead(node, box, loops);
      for (auto [value, read] : llvm::zip_equal(node.reads, reads)) {
        if (!shapes[value].empty() && programs::elements(read) == 0)
          continue;
        // Arguments have the first numbers.
        SmallVector<Box, 1> &known = tile.boxes[value];
        if (static_cast<size_t>(value) >= keepsApart.size())
          addBox(known, read);
        else if (keepsApart[value])
          addApart(known, read);
        else
          known.assign(1, known.empty() ? read : hullOf(known.front(), read));
      }
    };
    if (node.kind == NodeKind::Structured) {
      tile.loops[index] = loopsFor(node, tile.boxes);
      if (tile.loops[index].empty())
        continue;
      for (auto [number, value] : llvm::enumerate(node.results)) {
        tile.boxes[value].clear();
        for (const Box &loops : tile.loops[index])
          tile.boxes[value].push_back(boxMade(node, unsigned(number), loops));
      }
      for (const Box &loops : tile.loops[index])
        needs({}, loops);
      continue;
    }
    bool isNeeded = false;
    for (int32_t value : node.results) {
      if (node.kind == NodeKind::Expand || node.kind == NodeKind::Collapse) {
        SmallVector<Box, 1> parts;
        for (const Box &box : tile.boxes[value])
          for (Box &part : boxesOfReshape(node, box))
            addApart(parts, std::move(part));
        tile.boxes[value] = std::move(parts);
      }
      isNeeded |= !tile.boxes[value].empty();
    }
    if (!isNeeded)
      continue;
    if (node.kind == NodeKind::Whole) {
      for (int32_t value : node.results)
        tile.boxes[value].assign(1, whole(value));
      needs({}, {});
      continue;
    }
    for (const Box &box : tile.boxes[node.results.front()])
      needs(box, {});
  }
  return tile;
}

Operation *LayerGraph::getReturn() const {
  return const_cast<func::FuncOp &>(function).getBody().front().getTerminator();
}

std::string LayerGraph::key(const TileBoxes &tile,
                            ArrayRef<Box> results) const {
  SmallVector<int64_t, 128> words;
  for (const auto &boxes : tile.boxes) {
    words.push_back(static_cast<int64_t>(boxes.size()));
    for (const Box &box : boxes)
      for (const Interval &range : box)
        words.push_back(range.size());
  }
  auto addOffset = [&](int32_t value, ArrayRef<Interval> box) {
    for (auto [number, made] : llvm::enumerate(tile.boxes[value]))
      if (programs::contains(made, box)) {
        words.push_back(static_cast<int64_t>(number));
        for (auto [inner, outer] : llvm::zip_equal(box, made))
          words.push_back(inner.begin - outer.begin);
        return;
      }
    // It is put together of parts.
    words.push_back(-1);
    for (const Box &made : tile.boxes[value])
      for (auto [inner, outer] : llvm::zip_equal(box, made))
        words.push_back(outer.begin - inner.begin);
  };
  for (auto [index, node] : llvm::enumerate(nodes)) {
    if (node.kind == NodeKind::Structured) {
      for (const Box &loops : tile.loops[index]) {
        if (node.readsIndex || !node.captures.empty())
          for (const Interval &range : loops)
            words.push_back(range.begin);
        for (auto [value, read] :
             llvm::zip_equal(node.reads, boxesRead(node, {}, loops)))
          addOffset(value, read);
      }
      continue;
    }
    if (node.kind == NodeKind::Whole || node.kind == NodeKind::Uniform)
      continue;
    for (const Box &box : tile.boxes[node.results.front()])
      for (auto [value, read] :
           llvm::zip_equal(node.reads, boxesRead(node, box, {}))) {
        // Where a pad or a slice begins decides what is constant in its tile.
        for (auto [range, size] : llvm::zip_equal(read, shapes[value]))
          words.push_back(range.size());
        // The other operand of a pad is the value that it pads with.
        if (node.kind == NodeKind::Pad && value == node.reads.front())
          for (auto [inner, low, range] : llvm::zip_equal(
                   read, cast<tensor::PadOp>(node.op).getStaticLow(), box))
            words.push_back(inner.begin + low - range.begin);
        if (node.kind == NodeKind::InsertSlice)
          for (auto [offset, range] : llvm::zip_equal(
                   cast<tensor::InsertSliceOp>(node.op).getStaticOffsets(),
                   box))
            words.push_back(offset - range.begin);
        if (programs::elements(read) > 0)
          addOffset(value, read);
      }
  }
  for (auto [value, box] : llvm::zip_equal(getReturn()->getOperands(), results))
    addOffset(numbers.lookup(value), box);
  return std::string(reinterpret_cast<const char *>(words.data()),
                     words.size() * sizeof(int64_t));
}
