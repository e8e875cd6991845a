//===- Mutations.cpp - Ways to break chiplet programs ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutations.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace scope;
using namespace scope::programs;

namespace {
/// An operation of a program.
struct Site {
  SegmentProgram *segment;
  ChipletProgram *chiplet;
  std::vector<Op> *ops;
  size_t at;

  Op &op() const { return (*ops)[at]; }
};

using Filter = std::function<bool(const Site &)>;
using Change = std::function<void(PackageProgram &, const Site &)>;
} // namespace

static std::vector<Site> sites(PackageProgram &program, const Filter &filter) {
  std::vector<Site> result;
  for (SegmentProgram &segment : program.segments)
    for (ChipletProgram &chiplet : segment.chiplets)
      for (std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
        for (size_t at = 0; at < ops->size(); ++at)
          if (Site site = {&segment, &chiplet, ops, at}; filter(site))
            result.push_back(site);
  return result;
}

static Filter isKind(OpKind kind) {
  return [=](const Site &site) { return site.op().kind == kind; };
}

/// A copy of `layout` for one operation alone.
static int32_t copyLayout(PackageProgram &program, int32_t layout) {
  program.layouts.push_back(Layout(program.layouts[layout]));
  return static_cast<int32_t>(program.layouts.size()) - 1;
}

static Part &partOf(PackageProgram &program, int32_t layout, int32_t chiplet) {
  return *llvm::find_if(program.layouts[layout].parts, [&](const Part &part) {
    return part.chiplet == chiplet;
  });
}

/// Moves a box by one, to the front if it can, in the last dimension in which
/// it is not at both ends of `whole`; false if it fills it.
static bool shift(Box &box, llvm::ArrayRef<Range> whole) {
  for (size_t dim = box.size(); dim-- > 0;) {
    int64_t by = box[dim].begin > whole[dim].begin ? -1
                 : box[dim].end < whole[dim].end   ? 1
                                                   : 0;
    if (by == 0)
      continue;
    box[dim].begin += by;
    box[dim].end += by;
    return true;
  }
  return false;
}

static Box wholeOf(const PackageProgram &program, int32_t layout,
                   const SegmentProgram &segment) {
  const Layout &of = program.layouts[layout];
  Box whole = wholeBox(program.tensors[of.tensor].beatShape(segment.beatCalls));
  if (of.isFlat)
    whole = {{0, elements(whole)}};
  return whole;
}

/// The buffers that `op` writes, and those that it reads.
static llvm::SmallVector<int32_t> buffersOf(const Op &op, bool written) {
  llvm::SmallVector<int32_t> result;
  for (const ComputeArg &arg : written ? op.writes : op.reads)
    result.push_back(arg.place.buffer);
  bool writes = op.kind == OpKind::Load || op.kind == OpKind::Recv;
  if (op.kind != OpKind::Compute && writes == written)
    result.push_back(op.place.buffer);
  if (!written)
    result.push_back(op.own.buffer);
  llvm::erase_if(result, [](int32_t buffer) { return buffer < 0; });
  return result;
}

static bool meet(llvm::ArrayRef<int32_t> a, llvm::ArrayRef<int32_t> b) {
  return llvm::any_of(a, [&](int32_t x) { return llvm::is_contained(b, x); });
}

/// The operation just before `site` that writes what it reads; none: -1.
static int64_t producerOf(const Site &site) {
  for (size_t at = site.at; at-- > 0;)
    if (meet(buffersOf((*site.ops)[at], true), buffersOf(site.op(), false)))
      return static_cast<int64_t>(at);
  return -1;
}

/// Whether the body of `chiplet` uses its buffer `buffer`.
static bool isUsed(const ChipletProgram &chiplet, size_t buffer) {
  return llvm::any_of(chiplet.body, [&](const Op &op) {
    return llvm::is_contained(buffersOf(op, true), int32_t(buffer)) ||
           llvm::is_contained(buffersOf(op, false), int32_t(buffer));
  });
}

namespace {
class Collector {
public:
  explicit Collector(llvm::ArrayRef<int> kernelType)
      : kernelType(kernelType.begin(), kernelType.end()) {}

  std::vector<Mutation> collect() {
    dropAndRepeat();
    tagsAndOrder();
    slices();
    spaces();
    computations();
    tensorsAndSegments();
    fields();
    return std::move(result);
  }

private:
  void add(llvm::StringRef name, const Filter &filter, const Change &change) {
    result.push_back({name, [=](PackageProgram &program) {
                        Edits edits;
                        for (const Site &site : sites(program, filter))
                          edits.push_back(
                              [=, &program] { change(program, site); });
                        return edits;
                      }});
  }
  /// Edits of each buffer that satisfies `filter`.
  void
  addBuffers(llvm::StringRef name,
             const std::function<bool(const Buffer &)> &filter,
             const std::function<void(ChipletProgram &, Buffer &)> &change) {
    result.push_back(
        {name, [=](PackageProgram &program) {
           Edits edits;
           for (SegmentProgram &segment : program.segments)
             for (ChipletProgram &chiplet : segment.chiplets)
               for (size_t at = 0; at < chiplet.buffers.size(); ++at)
                 if (filter(chiplet.buffers[at]) && isUsed(chiplet, at))
                   edits.push_back([&chiplet, at, change] {
                     change(chiplet, chiplet.buffers[at]);
                   });
           return edits;
         }});
  }

  void dropAndRepeat() {
    for (auto [name, kind] :
         {std::pair("dropped load", OpKind::Load),
          std::pair("dropped store", OpKind::Store),
          std::pair("dropped send", OpKind::Send),
          std::pair("dropped receive", OpKind::Recv),
          std::pair("dropped computation", OpKind::Compute)})
      add(name, isKind(kind), [](PackageProgram &, const Site &site) {
        site.ops->erase(site.ops->begin() + site.at);
      });
    for (auto [name, kind] : {std::pair("send twice", OpKind::Send),
                              std::pair("receive twice", OpKind::Recv)})
      add(name, isKind(kind), [](PackageProgram &, const Site &site) {
        site.ops->insert(site.ops->begin() + site.at, Op(site.op()));
      });
  }

  void tagsAndOrder() {
    auto transfersTwice = [](OpKind kind) {
      return [=](const Site &site) {
        return site.op().kind == kind && site.at > 0 &&
               llvm::any_of(llvm::ArrayRef(*site.ops).take_front(site.at),
                            [&](const Op &op) {
                              return op.kind == kind && op.tag != site.op().tag;
                            });
      };
    };
    auto swapTags = [](OpKind kind) {
      return [=](PackageProgram &, const Site &site) {
        for (size_t at = site.at; at-- > 0;) {
          Op &other = (*site.ops)[at];
          if (other.kind == kind && other.tag != site.op().tag)
            return std::swap(other.tag, site.op().tag);
        }
      };
    };
    for (auto [name, kind] :
         {std::pair("swapped tags of sends", OpKind::Send),
          std::pair("swapped tags of receives", OpKind::Recv),
          std::pair("swapped tags of loads", OpKind::Load)})
      add(name, transfersTwice(kind), swapTags(kind));
    // Of a copy inside a chiplet the tag says nothing.
    auto receives = [](const Site &site) {
      return site.op().kind == OpKind::Recv &&
             (site.op().own.buffer < 0 || site.op().from != site.op().to);
    };
    add("a tag of its own", receives,
        [](PackageProgram &, const Site &site) { site.op().tag = 1 << 20; });
    for (auto [name, kind] :
         {std::pair("computation before its operands", OpKind::Compute),
          std::pair("send before its data", OpKind::Send),
          std::pair("store before its data", OpKind::Store)})
      add(
          name,
          [=, kind = kind](const Site &site) {
            return site.op().kind == kind && producerOf(site) >= 0;
          },
          [](PackageProgram &, const Site &site) {
            auto first = site.ops->begin();
            std::rotate(first + producerOf(site), first + site.at,
                        first + site.at + 1);
          });
    add(
        "a segment's beat before its load",
        [](const Site &site) {
          return site.ops == &site.chiplet->load &&
                 site.op().kind == OpKind::Load;
        },
        [](PackageProgram &, const Site &site) {
          site.chiplet->body.push_back(Op(site.op()));
          site.ops->erase(site.ops->begin() + site.at);
        });
  }

  void slices() {
    auto isPart = [](const PackageProgram &program, int32_t layout,
                     const Site &site) {
      return layout >= 0 && program.layouts[layout].find(site.chiplet->chiplet);
    };
    // For one operation alone.
    using Which = int32_t Op::*;
    for (auto [name, kind, which] :
         {std::tuple("receive that expects another slice", OpKind::Recv,
                     Which(&Op::to)),
          std::tuple("send of another slice", OpKind::Send, Which(&Op::from)),
          std::tuple("load of another slice", OpKind::Load, Which(&Op::to)),
          std::tuple("store of another slice", OpKind::Store,
                     Which(&Op::from))})
      result.push_back(
          {name, [=, kind = kind, which = which](PackageProgram &program) {
             Edits edits;
             for (const Site &site : sites(program, isKind(kind))) {
               int32_t layout = site.op().*which;
               if (!isPart(program, layout, site))
                 continue;
               Box box = partOf(program, layout, site.chiplet->chiplet).box;
               if (shift(box, wholeOf(program, layout, *site.segment)))
                 edits.push_back([=, &program] {
                   int32_t copy = copyLayout(program, layout);
                   partOf(program, copy, site.chiplet->chiplet).box = box;
                   site.op().*which = copy;
                 });
             }
             return edits;
           }});
    // In all operations that name the layout.
    auto changeLayouts = [&](llvm::StringRef name, bool needsMany,
                             const std::function<void(Layout &)> &change) {
      result.push_back(
          {name, [=](PackageProgram &program) {
             Edits edits;
             for (size_t at = 0; at < program.layouts.size(); ++at) {
               // Layouts that receivers need, of parts that differ.
               auto needs = [=](const Site &site) {
                 return site.op().kind == OpKind::Recv &&
                        site.op().to == int32_t(at);
               };
               Layout &layout = program.layouts[at];
               const std::vector<Part> &parts = layout.parts;
               if (sites(program, needs).size() == parts.size() &&
                   (!needsMany || parts.front().box != parts.back().box))
                 edits.push_back([&layout, change] { change(layout); });
             }
             return edits;
           }});
    };
    changeLayouts("receiver left out", true,
                  [](Layout &layout) { layout.parts.pop_back(); });
    changeLayouts("a part too small", false, [](Layout &layout) {
      --layout.parts.front().box.back().end;
    });
    changeLayouts("a part beyond the tensor", false, [](Layout &layout) {
      layout.parts.back().box.back().end += int64_t(1) << 30;
    });
    changeLayouts("parts of other chiplets", true, [](Layout &layout) {
      std::swap(layout.parts.front().chiplet, layout.parts.back().chiplet);
    });
    add(
        "part of another chiplet",
        [](const Site &site) {
          return site.op().kind != OpKind::Compute && site.op().place.part > 0;
        },
        [](PackageProgram &, const Site &site) { --site.op().place.part; });
    auto hasOwn = [](const Site &site) { return site.op().own.buffer >= 0; };
    // A load without is right, and may even be better.
    add(
        "own part left out",
        [=](const Site &site) {
          return site.op().kind == OpKind::Recv && hasOwn(site);
        },
        [](PackageProgram &, const Site &site) { site.op().own = {}; });
    add("own part from another buffer", hasOwn,
        [](PackageProgram &, const Site &site) {
          Op &op = site.op();
          op.own.buffer = op.own.buffer == op.place.buffer
                              ? (op.own.buffer == 0 ? 1 : 0)
                              : op.place.buffer;
        });
  }

  void spaces() {
    auto isAny = [](const Buffer &) { return true; };
    auto isWeights = [](const Buffer &buffer) {
      return buffer.role == search::BufferRole::Weights;
    };
    addBuffers("offset beyond the SRAM", isAny,
               [](ChipletProgram &, Buffer &buffer) {
                 buffer.offset += int64_t(1) << 30;
               });
    addBuffers("negative offset", isAny,
               [](ChipletProgram &, Buffer &buffer) { buffer.offset = -1; });
    addBuffers("slot without room", isAny,
               [](ChipletProgram &, Buffer &buffer) { buffer.bytes = 0; });
    addBuffers(
        "slots that overlap",
        [](const Buffer &buffer) { return buffer.slots > 1; },
        [](ChipletProgram &, Buffer &buffer) {
          buffer.stride = buffer.bytes - 1;
        });
    // What is loaded once must not be where beats are written.
    addBuffers("offset of weights on what beats write", isWeights,
               [](ChipletProgram &chiplet, Buffer &buffer) {
                 for (const Op &op : chiplet.body)
                   for (int32_t written : buffersOf(op, true)) {
                     buffer.offset = chiplet.buffers[written].offset;
                     return;
                   }
               });
    add(
        "offset of a result on an operand",
        [](const Site &site) {
          const Op &op = site.op();
          return op.kind == OpKind::Compute && !op.reads.empty() &&
                 op.reads.front().place.buffer >= 0;
        },
        [](PackageProgram &, const Site &site) {
          const Place &read = site.op().reads.front().place;
          const Place &write = site.op().writes.front().place;
          std::vector<Buffer> &buffers = site.chiplet->buffers;
          const Buffer &from = buffers[read.buffer];
          Buffer &to = buffers[write.buffer];
          to.offset = from.offset + std::max(0, read.slot) * from.stride -
                      std::max(0, write.slot) * to.stride;
        });
    // Everywhere: a chiplet has to send before it can receive, and so has the
    // one that it receives from.
    result.push_back(
        {"place of what arrives on what is sent", [](PackageProgram &program) {
           Edits edits;
           for (SegmentProgram &segment : program.segments) {
             std::vector<std::pair<Buffer *, int64_t>> moves;
             for (ChipletProgram &chiplet : segment.chiplets)
               for (const Op &op : chiplet.body)
                 if (op.kind == OpKind::Recv && op.own.buffer >= 0 &&
                     op.own.buffer != op.place.buffer)
                   moves.push_back({&chiplet.buffers[op.place.buffer],
                                    chiplet.buffers[op.own.buffer].offset});
             if (!moves.empty())
               edits.push_back([moves] {
                 for (auto [buffer, offset] : moves)
                   buffer->offset = offset;
               });
           }
           return edits;
         }});
    result.push_back(
        {"credits too few for beats that wait", [](PackageProgram &program) {
           Edits edits;
           for (SegmentProgram &segment : program.segments) {
             std::vector<Buffer *> rings;
             for (ChipletProgram &chiplet : segment.chiplets)
               for (Buffer &buffer : chiplet.buffers)
                 if (buffer.role == search::BufferRole::Waiting &&
                     buffer.slots > 1)
                   rings.push_back(&buffer);
             if (!rings.empty())
               edits.push_back([rings] {
                 for (Buffer *ring : rings)
                   ring->slots = 1;
               });
           }
           return edits;
         }});
    auto isSlotted = [](const Site &site) {
      const Place &place = site.op().place;
      return place.buffer >= 0 && place.slot >= 0 &&
             site.chiplet->buffers[place.buffer].slots > 1;
    };
    add("a slot too few", isSlotted, [](PackageProgram &, const Site &site) {
      const Place &place = site.op().place;
      site.chiplet->buffers[place.buffer].slots = place.slot;
    });
    add("another slot", isSlotted, [](PackageProgram &, const Site &site) {
      Place &place = site.op().place;
      place.slot =
          (place.slot + 1) %
          static_cast<int32_t>(site.chiplet->buffers[place.buffer].slots);
    });
  }

  void computations() {
    auto isCompute = isKind(OpKind::Compute);
    // Only operands that differ.
    add(
        "swapped operands",
        [](const Site &site) {
          const Op &op = site.op();
          return op.kind == OpKind::Compute && op.reads.size() > 1 &&
                 op.reads[0].tensor != op.reads[1].tensor;
        },
        [](PackageProgram &, const Site &site) {
          std::swap(site.op().reads[0], site.op().reads[1]);
        });
    // Boxes inside of a place: the data is there, and it is wrong.
    for (bool isRead : {true, false})
      result.push_back(
          {isRead ? "operand shifted in its place"
                  : "result shifted in its place",
           [=](PackageProgram &program) {
             Edits edits;
             for (const Site &site : sites(program, isKind(OpKind::Compute))) {
               auto &args = isRead ? site.op().reads : site.op().writes;
               for (size_t at = 0; at < args.size(); ++at) {
                 const ComputeArg &arg = args[at];
                 if (arg.place.buffer < 0 || arg.boxLayout < 0)
                   continue;
                 Box box =
                     program.layouts[arg.boxLayout].parts[arg.boxPart].box;
                 const Box &held = program.layouts[arg.place.layout]
                                       .parts[arg.place.part]
                                       .box;
                 if (shift(box, held))
                   edits.push_back([=, &program] {
                     auto &changed =
                         (isRead ? site.op().reads : site.op().writes)[at];
                     changed.boxLayout = copyLayout(program, changed.boxLayout);
                     program.layouts[changed.boxLayout]
                         .parts[changed.boxPart]
                         .box = box;
                   });
               }
             }
             return edits;
           }});
    result.push_back(
        {"another kernel", [types = kernelType](PackageProgram &program) {
           Edits edits;
           for (const Site &site : sites(program, isKind(OpKind::Compute)))
             for (size_t other = 0; other < types.size(); ++other)
               if (types[other] == types[site.op().kernel] &&
                   int32_t(other) != site.op().kernel)
                 edits.push_back(
                     [=] { site.op().kernel = static_cast<int32_t>(other); });
           return edits;
         }});
    // A piece of the weights that belongs to other output channels.
    result.push_back(
        {"wrong piece", [](PackageProgram &program) {
           Edits edits;
           for (const Site &site : sites(program, isKind(OpKind::Compute)))
             for (size_t next = site.at + 1; next < site.ops->size(); ++next) {
               const Op &a = site.op(), &b = (*site.ops)[next];
               if (b.kind != OpKind::Compute || a.kernel != b.kernel ||
                   a.layer != b.layer)
                 continue;
               edits.push_back([=] {
                 std::swap(site.op().writes, (*site.ops)[next].writes);
               });
               break;
             }
           return edits;
         }});
    add("no kernel", isCompute,
        [](PackageProgram &, const Site &site) { site.op().kernel = 1 << 20; });
    add("no result", isCompute,
        [](PackageProgram &, const Site &site) { site.op().writes.clear(); });
    add("negative cycles", isCompute,
        [](PackageProgram &, const Site &site) { site.op().cycles = -1; });
  }

  void tensorsAndSegments() {
    auto ofTensors = [&](llvm::StringRef name,
                         const std::function<bool(const Tensor &)> &filter,
                         const std::function<void(Tensor &)> &change) {
      result.push_back({name, [=](PackageProgram &program) {
                          Edits edits;
                          for (Tensor &tensor : program.tensors)
                            if (filter(tensor))
                              edits.push_back([&, change] { change(tensor); });
                          return edits;
                        }});
    };
    auto isLoaded = [](const Tensor &tensor) {
      return tensor.isInDram && tensor.kind != TensorKind::Table;
    };
    ofTensors("tensor that is not in DRAM", isLoaded,
              [](Tensor &tensor) { tensor.isInDram = false; });
    ofTensors("wrong bytes of an element", isLoaded,
              [](Tensor &tensor) { tensor.elementBytes *= int64_t(1) << 20; });
    ofTensors(
        "a tensor too small",
        [](const Tensor &tensor) {
          return !tensor.shape.empty() && tensor.kind != TensorKind::Table;
        },
        [](Tensor &tensor) { tensor.shape.front() = 0; });
    result.push_back({"swapped constants", [](PackageProgram &program) {
                        Edits edits;
                        for (Tensor &a : program.tensors)
                          for (Tensor &b : program.tensors)
                            if (&a < &b && a.kind == TensorKind::Constant &&
                                b.kind == a.kind && a.shape == b.shape &&
                                a.elementBytes == b.elementBytes)
                              edits.push_back(
                                  [&] { std::swap(a.index, b.index); });
                        return edits;
                      }});
    result.push_back({"swapped segments", [](PackageProgram &program) {
                        Edits edits;
                        for (size_t at = 1; at < program.segments.size(); ++at)
                          edits.push_back([&program, at] {
                            std::swap(program.segments[at - 1],
                                      program.segments[at]);
                          });
                        return edits;
                      }});
    result.push_back({"dropped segment", [](PackageProgram &program) {
                        Edits edits;
                        if (program.segments.size() > 1)
                          edits.push_back([&] {
                            program.segments.erase(program.segments.begin());
                          });
                        return edits;
                      }});
    result.push_back(
        {"dropped program of a chiplet", [](PackageProgram &program) {
           Edits edits;
           for (SegmentProgram &segment : program.segments)
             for (size_t at = 0; at < segment.chiplets.size(); ++at)
               edits.push_back([&segment, at] {
                 segment.chiplets.erase(segment.chiplets.begin() + at);
               });
           return edits;
         }});
    result.push_back({"a beat too few", [](PackageProgram &program) {
                        Edits edits;
                        for (SegmentProgram &segment : program.segments)
                          if (segment.beats > 1)
                            edits.push_back([&] { --segment.beats; });
                        return edits;
                      }});
    result.push_back({"calls of a beat", [](PackageProgram &program) {
                        Edits edits;
                        for (SegmentProgram &segment : program.segments)
                          edits.push_back([&] { segment.beatCalls = 0; });
                        return edits;
                      }});
  }

  void fields() {
    auto isTransfer = [](const Site &site) {
      return site.op().kind != OpKind::Compute;
    };
    add("no such buffer", isTransfer, [](PackageProgram &, const Site &site) {
      site.op().place.buffer = 1 << 20;
    });
    add("no such layer", isTransfer,
        [](PackageProgram &, const Site &site) { site.op().layer = -1; });
    add("no such tensor", isTransfer,
        [](PackageProgram &, const Site &site) { site.op().tensor = 1 << 20; });
    add("no such layout", isTransfer, [](PackageProgram &, const Site &site) {
      site.op().place.layout = 1 << 20;
    });
    add("layout of another tensor", isTransfer,
        [](PackageProgram &program, const Site &site) {
          for (size_t other = 0; other < program.layouts.size(); ++other)
            if (program.layouts[other].tensor != site.op().tensor) {
              site.op().place.layout = static_cast<int32_t>(other);
              return;
            }
        });
  }

  std::vector<int> kernelType;
  std::vector<Mutation> result;
};
} // namespace

std::vector<Mutation>
scope::programs::allMutations(llvm::ArrayRef<int> kernelType) {
  return Collector(kernelType).collect();
}
