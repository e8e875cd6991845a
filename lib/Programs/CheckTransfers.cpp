//===- CheckTransfers.cpp - Every byte is sent, and arrives once ----------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checker.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace scope::programs;

namespace {
/// Looks at the operations of one tag.
class TransferCheck {
public:
  TransferCheck(Checker &checker, const Transfer &transfer)
      : checker(checker), program(checker.program), transfer(transfer),
        op(getOp(program, transfer.first())),
        shape(program.tensors[op.tensor].beatShape(
            program.segments[transfer.first().segment].beatCalls)),
        fromParts(partsOf(op.from)), toParts(partsOf(op.to)),
        sources(endsOf(transfer.sources)), targets(endsOf(transfer.targets)) {}

  void run() {
    if (!isConsistent())
      return;
    switch (transfer.kind) {
    case OpKind::Load:
      return loads();
    case OpKind::Store:
      return stores();
    default:
      messages();
      arrivals();
    }
  }

private:
  int32_t chipletOf(const OpRef &ref) const {
    return program.segments[ref.segment].chiplets[ref.program].chiplet;
  }
  const Layout &layout(int32_t index) const { return program.layouts[index]; }

  using Parts = llvm::DenseMap<int32_t, const Part *>;
  /// The parts of a layout by chiplet.
  Parts partsOf(int32_t index) const {
    Parts result;
    if (index < 0)
      return result;
    result.reserve(static_cast<unsigned>(layout(index).parts.size()));
    for (const Part &part : layout(index).parts)
      result[part.chiplet] = &part;
    return result;
  }
  /// Operations by the number of their chiplet.
  using Ends = std::vector<const OpRef *>;
  Ends endsOf(const std::vector<OpRef> &refs) const {
    Ends result(size_t(program.rows) * program.cols);
    for (const OpRef &ref : refs)
      result[chipletOf(ref)] = &ref;
    return result;
  }
  static const OpRef *find(const Ends &ends, int32_t chiplet) {
    auto number = static_cast<size_t>(chiplet);
    return number < ends.size() ? ends[number] : nullptr;
  }

  /// One tensor, one pair of layouts, each chiplet at most once at either end,
  /// places that hold what the layouts say.
  bool isConsistent() {
    const OpRef &first = transfer.first();
    size_t before = checker.found.size();
    for (const std::vector<OpRef> *refs :
         {&transfer.sources, &transfer.targets}) {
      const OpRef *last = nullptr;
      for (const OpRef &ref : *refs) {
        const Op &other = getOp(program, ref);
        OpKind kind = other.kind == OpKind::Recv ? OpKind::Send : other.kind;
        if (kind != transfer.kind || other.tensor != op.tensor ||
            other.from != op.from || other.to != op.to)
          checker.report(Finding::Transfer, ref,
                         "it has the tag " + llvm::Twine(transfer.tag) +
                             " but not the kind, tensor and layouts of",
                         first);
        else if (last && last->program == ref.program)
          checker.report(Finding::Transfer, ref,
                         "it has the tag " + llvm::Twine(transfer.tag) + " of",
                         *last);
        else
          place(ref, other);
        last = &ref;
      }
    }
    return checker.found.size() == before;
  }

  /// The place of an operation holds its chiplet's part of the layout.
  void place(const OpRef &ref, const Op &other) {
    bool isSource = other.kind == OpKind::Send || other.kind == OpKind::Store;
    const Layout &named = layout(isSource ? op.from : op.to);
    const Layout &held = layout(other.place.layout);
    const Part *part = (isSource ? fromParts : toParts).lookup(chipletOf(ref));
    if (!part || named.isFlat != held.isFlat ||
        part->box != held.parts[other.place.part].box)
      checker.report(Finding::Transfer, ref,
                     "its place does not hold the chiplet's part of layout " +
                         llvm::Twine(isSource ? other.from : other.to));
  }

  /// Every part is loaded, by operations of one tag.
  void loads() {
    for (const Part &part : layout(op.to).parts)
      if (elements(part.box) > 0 && !find(targets, part.chiplet))
        checker.report(Finding::Transfer, transfer.first(),
                       "chiplet " + checker.nameOf(part.chiplet) +
                           " has a part of the layout, but no load with the "
                           "tag " +
                           llvm::Twine(transfer.tag) + " of");
  }

  /// Every part is stored, of equal ones at least one.
  void stores() {
    const std::vector<Part> &parts = layout(op.from).parts;
    for (const Part &part : parts) {
      bool stored = llvm::any_of(parts, [&](const Part &other) {
        return other.box == part.box && find(sources, other.chiplet);
      });
      if (elements(part.box) > 0 && !stored)
        checker.report(Finding::Transfer, transfer.first(),
                       "chiplet " + checker.nameOf(part.chiplet) +
                           " has a part of the layout that no store with the "
                           "tag " +
                           llvm::Twine(transfer.tag) + " writes");
    }
  }

  /// Every message has its send and its receive.
  void messages() {
    for (const Delivery &delivery : transfer.deliveries) {
      const OpRef *send = find(sources, delivery.sender);
      for (int32_t receiver : delivery.receivers) {
        const OpRef *recv = find(targets, receiver);
        if (send && recv)
          continue;
        std::string what = (llvm::Twine(delivery.elements) + " elements, tag " +
                            llvm::Twine(transfer.tag))
                               .str();
        if (recv)
          checker.report(Finding::Transfer, *recv,
                         "chiplet " + checker.nameOf(delivery.sender) +
                             " has no send for it (" + what + ")");
        else if (send)
          checker.report(Finding::Transfer, *send,
                         "chiplet " + checker.nameOf(receiver) +
                             " has no receive for it (" + what + ")");
        else
          checker.report(Finding::Transfer, transfer.first(),
                         "chiplets " + checker.nameOf(delivery.sender) +
                             " and " + checker.nameOf(receiver) +
                             " have neither send nor receive (" + what + ")");
      }
    }
  }

  /// Every receive gets each element of its part once.
  void arrivals() {
    // By chiplet; a layout may name one that does not exist.
    std::vector<int64_t> arrives(size_t(program.rows) * program.cols);
    for (const Delivery &delivery : transfer.deliveries)
      for (int32_t receiver : delivery.receivers)
        if (static_cast<size_t>(receiver) < arrives.size())
          arrives[receiver] += delivery.elements;
    const Layout &from = layout(op.from), &to = layout(op.to);
    if (distinctElements(from) != sumOfDifferent(from))
      checker.report(Finding::Transfer, transfer.first(),
                     "parts of what the senders have overlap");
    for (const OpRef &ref : transfer.targets) {
      const Op &recv = getOp(program, ref);
      const Part *needed = toParts.lookup(chipletOf(ref));
      const Part *mine = fromParts.lookup(chipletOf(ref));
      int64_t own =
          mine ? elements(intersect(from, *mine, to, *needed, shape), shape)
               : 0;
      if (own > 0 && recv.own.buffer < 0) {
        checker.report(Finding::Transfer, ref,
                       "its own " + llvm::Twine(own) +
                           " elements are copied from nowhere");
        continue;
      }
      if (recv.own.buffer >= 0) {
        const Layout &held = layout(recv.own.layout);
        if (!mine || held.isFlat != from.isFlat ||
            held.parts[recv.own.part].box != mine->box) {
          checker.report(Finding::Transfer, ref,
                         "its own place does not hold the chiplet's part of "
                         "layout " +
                             llvm::Twine(op.from));
          continue;
        }
      }
      int64_t all = elements(needed->box);
      int64_t got = arrives[chipletOf(ref)] + own;
      if (got != all)
        checker.report(Finding::Transfer, ref,
                       "it needs " + llvm::Twine(all) + " elements and gets " +
                           llvm::Twine(got));
    }
  }

  /// Elements of all parts, equal ones once.
  static int64_t sumOfDifferent(const Layout &layout) {
    int64_t sum = 0;
    for (const Delivery &delivery : equalParts(layout))
      sum += delivery.elements;
    return sum;
  }

  Checker &checker;
  const PackageProgram &program;
  const Transfer &transfer;
  const Op &op;
  llvm::SmallVector<int64_t, 5> shape;
  Parts fromParts, toParts;
  Ends sources, targets;
};
} // namespace

void scope::programs::checkTags(Checker &checker,
                                llvm::ArrayRef<Transfer> transfers) {
  // A tag belongs to the load or to the body.
  for (const Transfer &transfer : transfers) {
    if (!transfer.isLoad)
      break;
    const auto *other = llvm::find_if(transfers, [&](const Transfer &body) {
      return !body.isLoad && body.tag == transfer.tag;
    });
    if (other != transfers.end())
      checker.report(Finding::Transfer, other->first(),
                     "it has the tag " + llvm::Twine(transfer.tag) + " of",
                     transfer.first());
  }
}

void scope::programs::checkTransfer(Checker &checker,
                                    const Transfer &transfer) {
  TransferCheck(checker, transfer).run();
}
