//===- AuditBuffers.cpp - Allocated buffers against the rules -------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditBuffers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;
using namespace scope::search::auditing;

/// The name of a role; of its own, so that nothing is shared with what is
/// checked.
static const char *roleName(BufferRole role) {
  switch (role) {
  case BufferRole::Weights:
    return "weights";
  case BufferRole::Chunk:
    return "chunk of weights";
  case BufferRole::Arriving:
    return "arriving beat";
  case BufferRole::Waiting:
    return "waiting beats";
  case BufferRole::Input:
    return "input tile";
  case BufferRole::Output:
    return "output tile";
  }
  llvm_unreachable("unknown role");
}

namespace {
class BufferCheck {
public:
  BufferCheck(const Network &network, Where where,
              llvm::ArrayRef<Buffer> promised, Findings &findings)
      : network(network), where(where), promised(promised),
        matched(promised.size(), false), findings(findings) {}

  void checkDemand(const Buffer &demand);
  void checkSurplus(const ClusterView &view, const Memory &memory);
  void checkOffsets(int64_t sram);

private:
  void add(const Buffer &buffer, std::string message) {
    Where at = where;
    if (buffer.layer >= 0 && buffer.layer < network.numLayers())
      at.layer = buffer.layer;
    findings.add(FindingKind::Buffer, at, std::move(message));
  }
  std::string describe(const Buffer &buffer) const {
    std::string text = roleName(buffer.role);
    if (buffer.index >= 0)
      text += " " + std::to_string(buffer.index);
    if (buffer.layer >= 0 && buffer.layer < network.numLayers())
      text += " of layer '" + network.layers[buffer.layer].name + "'";
    else
      text += " of layer " + std::to_string(buffer.layer);
    return text;
  }

  const Network &network;
  Where where;
  llvm::ArrayRef<Buffer> promised;
  std::vector<bool> matched;
  Findings &findings;
};
} // namespace

void BufferCheck::checkDemand(const Buffer &demand) {
  const Buffer *found = nullptr;
  for (auto [index, buffer] : llvm::enumerate(promised))
    if (!matched[index] && buffer.role == demand.role &&
        buffer.layer == demand.layer && buffer.index == demand.index) {
      matched[index] = true;
      found = &buffer;
      break;
    }
  if (!found)
    return add(demand,
               llvm::formatv("there is no {0}; it needs {1} bytes in "
                             "{2} copies from step {3} to {4}; "
                             "allocate anew",
                             describe(demand), demand.bytes, demand.copies,
                             demand.firstStep, demand.lastStep));
  if (found->bytes < demand.bytes)
    add(demand, llvm::formatv("the {0} has {1} bytes and needs {2}; allocate "
                              "anew",
                              describe(demand), found->bytes, demand.bytes));
  if (found->copies != demand.copies)
    add(demand, llvm::formatv("the {0} has {1} copies and needs {2}; allocate "
                              "anew",
                              describe(demand), found->copies, demand.copies));
  if (found->firstStep > demand.firstStep || found->lastStep < demand.lastStep)
    add(demand,
        llvm::formatv("the {0} lives from step {1} to {2} and is "
                      "needed from {3} to {4}; allocate anew",
                      describe(demand), found->firstStep, found->lastStep,
                      demand.firstStep, demand.lastStep));
}

void BufferCheck::checkSurplus(const ClusterView &view, const Memory &memory) {
  for (auto [index, buffer] : llvm::enumerate(promised)) {
    if (matched[index])
      continue;
    bool streamed = buffer.role == BufferRole::Weights &&
                    buffer.layer >= view.first && buffer.layer <= view.last &&
                    memory.streams(buffer.layer);
    add(buffer, llvm::formatv("nothing asks for the {0} of {1} bytes{2}; "
                              "allocate anew",
                              describe(buffer), buffer.bytes,
                              streamed ? ", the layer's weights fit no region "
                                         "and come from DRAM every beat"
                                       : ""));
  }
}

void BufferCheck::checkOffsets(int64_t sram) {
  for (auto [index, buffer] : llvm::enumerate(promised)) {
    if (buffer.bytes < 0 || buffer.offset < 0 || buffer.bytes > sram ||
        buffer.offset > sram - buffer.bytes) {
      add(buffer,
          llvm::formatv("the {0} takes {1} bytes from offset {2}, the "
                        "smallest SRAM of the region has {3}; allocate "
                        "anew",
                        describe(buffer), buffer.bytes, buffer.offset, sram));
      continue;
    }
    for (const Buffer &other : promised.take_front(index)) {
      bool sameTime = std::max(buffer.firstStep, other.firstStep) <=
                      std::min(buffer.lastStep, other.lastStep);
      bool samePlace = buffer.offset < other.offset + other.bytes &&
                       other.offset < buffer.offset + buffer.bytes;
      if (sameTime && samePlace)
        add(buffer,
            llvm::formatv("the {0} (bytes {1} to {2}) and the {3} ({4} "
                          "to {5}) live at the same time and overlap; "
                          "allocate anew",
                          describe(buffer), buffer.offset,
                          buffer.offset + buffer.bytes - 1, describe(other),
                          other.offset, other.offset + other.bytes - 1));
    }
  }
}

void auditing::checkBuffers(const Network &network, const Grid &grid,
                            const Memory &memory, const ClusterFacts &facts,
                            Where where, llvm::ArrayRef<Buffer> promised,
                            Findings &findings) {
  const ClusterView &view = facts.view;
  BufferCheck check(network, where, promised, findings);
  for (int32_t layer = view.first; layer <= view.last; ++layer) {
    const LayerFacts &own = facts.layers[layer - view.first];
    for (const Buffer &demand : memory.residentBuffers(view, layer, own))
      check.checkDemand(demand);
    for (const Buffer &demand : memory.tileBuffers(
             view, layer, own, facts.buffering[layer - view.first]))
      check.checkDemand(demand);
  }
  check.checkSurplus(view, memory);
  check.checkOffsets(grid.leastSram(view.kinds));
}
