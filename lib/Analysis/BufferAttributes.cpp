//===- BufferAttributes.cpp - Buffers in the IR and in the search ---------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/BufferAttributes.h"

using namespace mlir;
using namespace scope;

BufferAttr scope::toBufferAttr(MLIRContext *context,
                               const search::Buffer &buffer) {
  return BufferAttr::get(context, static_cast<BufferRole>(buffer.role),
                         std::max(0, buffer.index), buffer.offset, buffer.bytes,
                         buffer.copies, buffer.firstStep, buffer.lastStep,
                         RegionAttr());
}

void scope::writeBuffers(ClusterOp cluster, int32_t firstLayer,
                         ArrayRef<search::Buffer> buffers) {
  MLIRContext *context = cluster.getContext();
  for (auto [index, layer] :
       llvm::enumerate(cluster.getBody().getOps<LayerOp>())) {
    SmallVector<Attribute> attributes;
    for (const search::Buffer &buffer : buffers)
      if (buffer.layer == firstLayer + static_cast<int32_t>(index))
        attributes.push_back(toBufferAttr(context, buffer));
    layer.setBuffersAttr(ArrayAttr::get(context, attributes));
  }
}

FailureOr<std::vector<search::Buffer>> scope::readBuffers(ClusterOp cluster,
                                                          int32_t firstLayer) {
  std::vector<search::Buffer> buffers;
  int32_t lastStep = 2 * static_cast<int32_t>(llvm::range_size(
                             cluster.getBody().getOps<LayerOp>())) -
                     1;
  for (auto [index, layer] :
       llvm::enumerate(cluster.getBody().getOps<LayerOp>())) {
    if (!layer.getBuffersAttr())
      return layer.emitOpError("has no buffers, but its cluster has some; run "
                               "scope-allocate-buffers");
    for (auto attr : layer.getBuffersAttr().getAsRange<BufferAttr>()) {
      search::Buffer buffer;
      buffer.role = static_cast<search::BufferRole>(attr.getRole());
      buffer.layer = firstLayer + static_cast<int32_t>(index);
      bool isOfLayer = buffer.role == search::BufferRole::Weights ||
                       buffer.role == search::BufferRole::Chunk;
      buffer.index = isOfLayer ? -1 : static_cast<int32_t>(attr.getIndex());
      buffer.offset = attr.getOffset();
      buffer.bytes = attr.getBytes();
      buffer.copies = attr.getCopies();
      buffer.firstStep =
          attr.getFirst() < 0 ? 0 : static_cast<int32_t>(attr.getFirst());
      buffer.lastStep =
          attr.getLast() < 0 ? lastStep : static_cast<int32_t>(attr.getLast());
      buffers.push_back(buffer);
    }
  }
  return buffers;
}
