//===- BufferAttributes.h - Buffers in the IR and in the search -*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Converts the buffers of the search library to `#scope.buffer` attributes of
// the layers of a cluster, and back.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_BUFFERATTRIBUTES_H
#define SCOPE_ANALYSIS_BUFFERATTRIBUTES_H

#include "scope/IR/ScopeOps.h"
#include "scope/Search/BufferPlan.h"

namespace scope {

/// The attribute for `buffer`.
BufferAttr toBufferAttr(mlir::MLIRContext *context,
                        const search::Buffer &buffer);

/// Sets the attribute `buffers` of every layer of `cluster`, the first of which
/// is layer `firstLayer` of the network.
void writeBuffers(ClusterOp cluster, int32_t firstLayer,
                  llvm::ArrayRef<search::Buffer> buffers);

/// Reads the buffers of `cluster` and its layers. Fails with an error at the
/// operation if one has a role or a live range that no allocation gives.
llvm::FailureOr<std::vector<search::Buffer>> readBuffers(ClusterOp cluster,
                                                         int32_t firstLayer);

} // namespace scope

#endif // SCOPE_ANALYSIS_BUFFERATTRIBUTES_H
