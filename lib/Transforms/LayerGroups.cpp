//===- LayerGroups.cpp - Which operations form a layer --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerGroups.h"

#include "scope/Analysis/ViewTracer.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace scope;

namespace {

/// What grouping needs to know of an operation. Operations are numbered in the
/// order of the program, without constants.
struct Node {
  Operation *op = nullptr;
  bool isView = false;
  bool isElementwise = false;
  bool isReduction = false;
  /// Elements of the largest result.
  int64_t size = 0;
  /// Operations that make what this one reads, and that read what it makes,
  /// ascending, each once.
  SmallVector<int32_t, 4> producers, consumers;
  /// Whether the terminator reads a result.
  bool isReturned = false;
  int32_t group = -1;
};

class Grouper {
public:
  Grouper(Block &block, Constants &constants);

  std::vector<LayerGroup> run();

private:
  struct Group {
    int32_t anchor = -1;
    SmallVector<int32_t, 8> nodes;
    llvm::SmallSetVector<int32_t, 4> producers, consumers;
  };

  void groupReductions();
  void joinReductions(int32_t reduction, std::vector<int32_t> &leader);
  bool isConvex(ArrayRef<int32_t> members, SmallVectorImpl<int32_t> &closure);
  void groupForward();
  bool fitsProducer(int32_t node, int32_t group);
  int32_t latestProducer(int32_t node);
  void groupLeftovers();
  void groupViews();

  int32_t newGroup(int32_t anchor);
  void add(int32_t node, int32_t group);
  bool inputIsShared(int32_t node) const;
  bool reaches(int32_t from, int32_t to);
  SmallVector<int32_t, 4> producerGroups(int32_t node);
  std::optional<int32_t> onlyConsumerGroup(int32_t node);
  void merge(int32_t from, int32_t into);
  void linkGroups();
  std::vector<int32_t> order();
  void dissolveCycles(std::vector<int32_t> &sequence);

  Constants &constants;
  std::vector<Node> nodes;
  DenseMap<Operation *, int32_t> nodeOf;
  std::vector<Group> groups;
};

} // namespace

Grouper::Grouper(Block &block, Constants &constants) : constants(constants) {
  for (Operation &op : block.without_terminator()) {
    if (constants.isConstant(&op))
      continue;
    Node node;
    node.op = &op;
    OpDescription description = describe(&op);
    node.isView = description.isView();
    node.isElementwise = description.isElementwise();
    node.isReduction = description.structured && description.structured->kind ==
                                                     StructuredKind::Reduction;
    for (Type type : op.getResultTypes())
      node.size = std::max(node.size, cast<ShapedType>(type).getNumElements());
    auto index = static_cast<int32_t>(nodes.size());
    for (Value value : readValues(&op))
      if (auto known = nodeOf.find(value.getDefiningOp());
          value.getDefiningOp() && known != nodeOf.end() &&
          !llvm::is_contained(node.producers, known->second)) {
        node.producers.push_back(known->second);
        nodes[known->second].consumers.push_back(index);
      }
    nodeOf[&op] = index;
    nodes.push_back(std::move(node));
  }
  for (Value value : block.getTerminator()->getOperands())
    if (auto known = nodeOf.find(value.getDefiningOp());
        value.getDefiningOp() && known != nodeOf.end())
      nodes[known->second].isReturned = true;
}

int32_t Grouper::newGroup(int32_t anchor) {
  groups.emplace_back().anchor = anchor;
  add(anchor, static_cast<int32_t>(groups.size()) - 1);
  return static_cast<int32_t>(groups.size()) - 1;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Adds to `closure` what lies on a path between two of `members` (ascending),
/// and them. False if that holds anything that reductions do not go together
/// with.
bool Grouper::isConvex(ArrayRef<int32_t> members,
                       SmallVectorImpl<int32_t> &closure) {
  int32_t first = members.front(), last = members.back();
  std::vector<bool> isDown(last - first + 1, false),
      isUp(last - first + 1, false);
  for (int32_t member : members)
    isDown[member - first] = isUp[member - first] = true;
  for (int32_t index = first; index <= last; ++index)
    for (int32_t producer : nodes[index].producers)
      if (producer >= first && isDown[producer - first])
        isDown[index - first] = true;
  for (int32_t index = last; index >= first; --index)
    for (int32_t consumer : nodes[index].consumers)
      if (consumer <= last && isUp[consumer - first])
        isUp[index - first] = true;
  for (int32_t index = first; index <= last; ++index) {
    if (!isDown[index - first] || !isUp[index - first])
      continue;
    const Node &node = nodes[index];
    if (!node.isView && !node.isElementwise && !node.isReduction)
      return false;
    if (node.group >= 0)
      return false;
    closure.push_back(index);
  }
  return true;
}

/// Joins `reduction` with the reductions that follow from it through
/// elementwise operations and views, directly or where its result meets
/// full-sized values.
void Grouper::joinReductions(int32_t reduction, std::vector<int32_t> &leader) {
  // Everything elementwise that follows, in order.
  std::vector<int32_t> reached = {reduction};
  DenseSet<int32_t> seen = {reduction};
  SmallVector<int32_t> found;
  for (size_t next = 0; next < reached.size(); ++next)
    for (int32_t consumer : nodes[reached[next]].consumers) {
      if (!seen.insert(consumer).second)
        continue;
      const Node &node = nodes[consumer];
      if (node.isReduction)
        found.push_back(consumer);
      else if (node.isView || node.isElementwise)
        reached.push_back(consumer);
    }
  // Reductions whose results meet this one's in an elementwise operation.
  for (int32_t index : reached)
    for (int32_t producer : nodes[index].producers) {
      SmallVector<int32_t> up = {producer};
      while (!up.empty()) {
        int32_t at = up.pop_back_val();
        if (seen.contains(at) || at < reduction)
          continue;
        seen.insert(at);
        if (nodes[at].isReduction)
          found.push_back(at);
        else if (nodes[at].isView || nodes[at].isElementwise)
          llvm::append_range(up, nodes[at].producers);
      }
    }
  llvm::sort(found);
  for (int32_t other : found) {
    int32_t a = leader[reduction], b = leader[other];
    if (a == b)
      continue;
    SmallVector<int32_t> members, closure;
    for (auto [index, head] : llvm::enumerate(leader))
      if (head == a || head == b)
        members.push_back(static_cast<int32_t>(index));
    if (!isConvex(members, closure))
      continue;
    for (int32_t member : members)
      leader[member] = std::min(a, b);
  }
}

void Grouper::groupReductions() {
  // By operation: the first reduction of its group; -1 for all but reductions.
  std::vector<int32_t> leader(nodes.size(), -1);
  for (auto [index, node] : llvm::enumerate(nodes))
    if (node.isReduction)
      leader[index] = static_cast<int32_t>(index);
  for (auto [index, node] : llvm::enumerate(nodes))
    if (node.isReduction)
      joinReductions(static_cast<int32_t>(index), leader);

  for (auto [index, node] : llvm::enumerate(nodes)) {
    if (leader[index] != static_cast<int32_t>(index))
      continue;
    SmallVector<int32_t> members;
    for (auto [other, head] : llvm::enumerate(leader))
      if (head == static_cast<int32_t>(index))
        members.push_back(static_cast<int32_t>(other));
    // Where a reduced value is spread over a full-sized one, that belongs here
    // too.
    SmallVector<int32_t> spread = members;
    DenseSet<int32_t> small(members.begin(), members.end());
    for (int32_t at = members.front(); at < static_cast<int32_t>(nodes.size());
         ++at) {
      const Node &reader = nodes[at];
      if (small.contains(at) || (!reader.isElementwise && !reader.isView) ||
          llvm::none_of(reader.producers,
                        [&](int32_t from) { return small.contains(from); }))
        continue;
      int64_t largest = 0;
      for (int32_t from : reader.producers)
        if (small.contains(from))
          largest = std::max(largest, nodes[from].size);
      if (reader.size <= largest)
        small.insert(at);
      else if (reader.isElementwise)
        spread.push_back(at);
    }
    llvm::sort(spread);
    spread.erase(llvm::unique(spread), spread.end());
    SmallVector<int32_t> closure;
    if (!isConvex(spread, closure)) {
      closure.clear();
      if (!isConvex(members, closure))
        closure = {members.front()};
    }
    int32_t group = newGroup(members.front());
    for (int32_t member : closure)
      if (nodes[member].group < 0)
        add(member, group);
    // Members that fell out by a broken closure get groups of their own.
    for (int32_t member : members)
      if (nodes[member].group < 0)
        newGroup(member);
  }
  // What only prepares the input of such a group belongs to it, if its own
  // input is needed as it is elsewhere.
  for (auto index = static_cast<int32_t>(nodes.size()); index-- > 0;) {
    Node &node = nodes[index];
    if (node.group >= 0 || !node.isElementwise || node.isReturned)
      continue;
    std::optional<int32_t> group = onlyConsumerGroup(index);
    if (!group || !nodes[groups[*group].anchor].isReduction)
      continue;
    if (inputIsShared(index))
      add(index, *group);
  }
}

//===----------------------------------------------------------------------===//
// Groups and their dependences
//===----------------------------------------------------------------------===//

/// Whether others read all that `node` reads, seen through what leads to it
/// alone.
bool Grouper::inputIsShared(int32_t node) const {
  return llvm::all_of(nodes[node].producers, [&](int32_t producer) {
    const Node &from = nodes[producer];
    if (from.consumers.size() > 1 || from.isReturned)
      return true;
    return from.group < 0 && (from.isView || from.isElementwise) &&
           inputIsShared(producer);
  });
}

/// The groups that make what `node` reads, seen through views that have no
/// group yet.
SmallVector<int32_t, 4> Grouper::producerGroups(int32_t node) {
  SmallVector<int32_t, 4> result;
  SmallVector<int32_t> open(nodes[node].producers.begin(),
                            nodes[node].producers.end());
  DenseSet<int32_t> seen;
  while (!open.empty()) {
    int32_t producer = open.pop_back_val();
    if (!seen.insert(producer).second)
      continue;
    if (nodes[producer].group >= 0) {
      if (!llvm::is_contained(result, nodes[producer].group))
        result.push_back(nodes[producer].group);
    } else {
      llvm::append_range(open, nodes[producer].producers);
    }
  }
  return result;
}

/// The one group that reads what `node` makes, seen through views that have no
/// group yet; nothing if there are several or none.
std::optional<int32_t> Grouper::onlyConsumerGroup(int32_t node) {
  std::optional<int32_t> result;
  SmallVector<int32_t> open = {node};
  while (!open.empty()) {
    int32_t at = open.pop_back_val();
    if (nodes[at].isReturned)
      return std::nullopt;
    for (int32_t consumer : nodes[at].consumers) {
      int32_t group = nodes[consumer].group;
      if (group < 0 && nodes[consumer].isView) {
        open.push_back(consumer);
        continue;
      }
      if (group < 0 || (result && *result != group))
        return std::nullopt;
      result = group;
    }
  }
  return result;
}

void Grouper::add(int32_t node, int32_t group) {
  nodes[node].group = group;
  groups[group].nodes.push_back(node);
  for (int32_t producer : producerGroups(node))
    if (producer != group) {
      groups[producer].consumers.insert(group);
      groups[group].producers.insert(producer);
    }
  // Consumers that were grouped before, seen through views that have no group.
  SmallVector<int32_t> open = {node};
  while (!open.empty())
    for (int32_t consumer : nodes[open.pop_back_val()].consumers) {
      int32_t other = nodes[consumer].group;
      if (other < 0 && nodes[consumer].isView)
        open.push_back(consumer);
      if (other < 0 || other == group)
        continue;
      groups[group].consumers.insert(other);
      groups[other].producers.insert(group);
    }
}

/// Whether group `to` needs a result of group `from`, directly or not.
bool Grouper::reaches(int32_t from, int32_t to) {
  SmallVector<int32_t> open = {from};
  DenseSet<int32_t> seen = {from};
  while (!open.empty()) {
    int32_t group = open.pop_back_val();
    if (group == to)
      return true;
    for (int32_t next : groups[group].consumers)
      if (seen.insert(next).second)
        open.push_back(next);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Elementwise operations and views
//===----------------------------------------------------------------------===//

/// Whether `piece` shows the output channels of the operation that makes its
/// root as a dimension of their own. Where they are split or joined, a layer of
/// both could not be split by them, and its weights would be whole everywhere.
static bool showsChannels(const TracedPiece &piece) {
  Operation *op = piece.root.getDefiningOp();
  OpDescription description = describe(op);
  if (!description.structured)
    return true;
  const StructuredOp &structured = *description.structured;
  AffineMap map =
      structured.results[cast<OpResult>(piece.root).getResultNumber()];
  for (auto [dim, coordinate] : llvm::enumerate(map.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(coordinate);
    if (!loop || structured.loops[loop.getPosition()].size == 1 ||
        structured.loops[loop.getPosition()].role != LoopRole::Channel)
      continue;
    auto isChannels = [channel = static_cast<int32_t>(dim)](
                          const TracedPiece::Source &source) {
      return source.dim == channel;
    };
    if (llvm::none_of(piece.sources, isChannels))
      return false;
  }
  return true;
}

/// Whether elementwise `node` has about the size of what `group` gives it, and
/// no other data stands beside that in what it reads.
bool Grouper::fitsProducer(int32_t node, int32_t group) {
  for (Value value : readValues(nodes[node].op)) {
    if (!isa<RankedTensorType>(value.getType()) || constants.isConstant(value))
      continue;
    SmallVector<TracedPiece, 1> pieces = traceViews(value);
    llvm::erase_if(pieces, [&](const TracedPiece &piece) {
      return constants.isConstant(piece.root);
    });
    if (pieces.size() != 1)
      continue;
    auto known = nodeOf.find(pieces.front().root.getDefiningOp());
    if (!pieces.front().root.getDefiningOp() || known == nodeOf.end() ||
        nodes[known->second].group != group)
      continue;
    // Padding and class tokens may come on top; of a slice, the rest would have
    // to be stored as well.
    int64_t made = nodes[known->second].size;
    if (nodes[node].size >= made && nodes[node].size <= 2 * made &&
        showsChannels(pieces.front()))
      return true;
  }
  return false;
}

/// The latest group that makes what `node` reads and may take it in; -1 for
/// none.
int32_t Grouper::latestProducer(int32_t node) {
  SmallVector<int32_t, 4> candidates = producerGroups(node);
  llvm::sort(candidates, [&](int32_t a, int32_t b) {
    return groups[a].anchor > groups[b].anchor;
  });
  for (int32_t group : candidates) {
    bool isLast = llvm::none_of(candidates, [&](int32_t other) {
      return other != group && reaches(group, other);
    });
    if (isLast && (nodes[node].isView || fitsProducer(node, group)))
      return group;
  }
  return -1;
}

void Grouper::groupForward() {
  for (int32_t index = 0; index < static_cast<int32_t>(nodes.size()); ++index) {
    Node &node = nodes[index];
    if (node.group >= 0 || node.isView)
      continue;
    int32_t group = node.isElementwise ? latestProducer(index) : -1;
    if (group >= 0)
      add(index, group);
    else
      newGroup(index);
  }
}

void Grouper::merge(int32_t from, int32_t into) {
  SmallVector<int32_t, 8> moved = std::move(groups[from].nodes);
  groups[from].nodes.clear();
  for (int32_t node : moved)
    nodes[node].group = into;
  llvm::append_range(groups[into].nodes, moved);
}

/// Merges elementwise groups that have one consumer into it.
void Grouper::groupLeftovers() {
  for (auto index = static_cast<int32_t>(groups.size()); index-- > 0;) {
    ArrayRef<int32_t> members = groups[index].nodes;
    if (members.empty() || !nodes[groups[index].anchor].isElementwise)
      continue;
    std::optional<int32_t> consumer;
    bool hasOne = true;
    for (int32_t member : members) {
      // Consumers outside of the group; inside does not count.
      bool leaves = nodes[member].isReturned ||
                    llvm::any_of(nodes[member].consumers, [&](int32_t reader) {
                      return nodes[reader].group != index;
                    });
      if (!leaves)
        continue;
      SmallVector<int32_t> open = {member};
      while (!open.empty() && hasOne) {
        int32_t at = open.pop_back_val();
        hasOne &= !nodes[at].isReturned;
        for (int32_t reader : nodes[at].consumers) {
          int32_t group = nodes[reader].group;
          if (group == index)
            continue;
          if (group < 0) {
            open.push_back(reader);
            continue;
          }
          hasOne &= !consumer || *consumer == group;
          consumer = group;
        }
      }
    }
    if (hasOne && consumer)
      merge(index, *consumer);
  }
  linkGroups();
}

/// Finds the edges between groups anew.
void Grouper::linkGroups() {
  for (Group &group : groups) {
    group.producers.clear();
    group.consumers.clear();
  }
  for (int32_t node = 0; node < static_cast<int32_t>(nodes.size()); ++node) {
    int32_t group = nodes[node].group;
    if (group < 0)
      continue;
    for (int32_t producer : producerGroups(node))
      if (producer != group) {
        groups[producer].consumers.insert(group);
        groups[group].producers.insert(producer);
      }
  }
}

void Grouper::groupViews() {
  // Backward, so that the readers of a view have their groups.
  for (auto index = static_cast<int32_t>(nodes.size()); index-- > 0;) {
    Node &node = nodes[index];
    if (node.group >= 0)
      continue;
    if (std::optional<int32_t> consumer = onlyConsumerGroup(index)) {
      add(index, *consumer);
      continue;
    }
    int32_t group = latestProducer(index);
    if (group < 0) {
      // It shows an argument: the first of its readers takes it.
      for (int32_t consumer : node.consumers) {
        int32_t candidate = nodes[consumer].group;
        if (llvm::none_of(node.consumers, [&](int32_t other) {
              return nodes[other].group != candidate &&
                     reaches(nodes[other].group, candidate);
            })) {
          group = candidate;
          break;
        }
      }
    }
    if (group >= 0)
      add(index, group);
    else
      newGroup(index);
  }
}

//===----------------------------------------------------------------------===//
// The order
//===----------------------------------------------------------------------===//

/// Groups in an order in which they can run. Of those that are ready, one that
/// reads what was made last comes first.
std::vector<int32_t> Grouper::order() {
  std::vector<int32_t> waiting(groups.size()), ready, result;
  auto firstOf = [&](int32_t group) { return groups[group].nodes.front(); };
  for (int32_t group = 0; group < static_cast<int32_t>(groups.size());
       ++group) {
    llvm::sort(groups[group].nodes);
    waiting[group] = static_cast<int32_t>(groups[group].producers.size());
  }
  auto pushReady = [&](SmallVectorImpl<int32_t> &released) {
    // On a stack: what comes first in the program is taken first.
    llvm::sort(released,
               [&](int32_t a, int32_t b) { return firstOf(a) > firstOf(b); });
    llvm::append_range(ready, released);
  };
  SmallVector<int32_t> released;
  for (int32_t group = 0; group < static_cast<int32_t>(groups.size()); ++group)
    if (!groups[group].nodes.empty() && waiting[group] == 0)
      released.push_back(group);
  pushReady(released);
  while (!ready.empty()) {
    int32_t group = ready.back();
    ready.pop_back();
    result.push_back(group);
    released.clear();
    for (int32_t consumer : groups[group].consumers)
      if (--waiting[consumer] == 0)
        released.push_back(consumer);
    pushReady(released);
  }
  return result;
}

/// Takes groups apart that wait for each other. The rules do not make any; this
/// keeps a gap in them from becoming a wrong program.
void Grouper::dissolveCycles(std::vector<int32_t> &sequence) {
  std::vector<bool> isPlaced(groups.size(), false);
  for (int32_t group : sequence)
    isPlaced[group] = true;
  bool isComplete = true;
  for (int32_t group = 0, count = static_cast<int32_t>(groups.size());
       group < count; ++group) {
    if (isPlaced[group])
      continue;
    SmallVector<int32_t, 8> members = std::move(groups[group].nodes);
    groups[group].nodes.clear();
    for (int32_t member : members) {
      isComplete = false;
      auto alone = static_cast<int32_t>(groups.size());
      groups.emplace_back().anchor = member;
      groups[alone].nodes.push_back(member);
      nodes[member].group = alone;
    }
  }
  if (isComplete)
    return;
  linkGroups();
  sequence = order();
}

std::vector<LayerGroup> Grouper::run() {
  groupReductions();
  groupForward();
  groupLeftovers();
  groupViews();
  linkGroups();
  std::vector<int32_t> sequence = order();
  dissolveCycles(sequence);
  std::vector<LayerGroup> result;
  for (int32_t group : sequence) {
    LayerGroup &layer = result.emplace_back();
    layer.anchor = nodes[groups[group].anchor].op;
    for (int32_t node : groups[group].nodes)
      layer.ops.push_back(nodes[node].op);
  }
  return result;
}

std::vector<LayerGroup> scope::groupLayers(Block &block, Constants &constants) {
  return Grouper(block, constants).run();
}
