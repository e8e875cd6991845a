//===- NetworkReader.h - Functions as the search sees them ------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Extracts the network of a function whose operations stand in layers: loops,
// operands and bytes of every layer, and the stored values between them. What
// is extracted depends on what the operations do, not on their names: the same
// layers in TOSA and in linalg give the same network.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_ANALYSIS_NETWORKREADER_H
#define SCOPE_ANALYSIS_NETWORKREADER_H

#include "scope/IR/ScopeOps.h"
#include "scope/Search/Network.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace scope {

/// What of one dimension of a tensor a tile of a layer makes.
struct MadeBy {
  /// The dimension of the layer; -1 where every tile makes all.
  int32_t dim = -1;
  /// Coordinates that every iteration makes, from its own times `block` on.
  int64_t block = 1;
};

/// Where a value of the network stands in the function.
struct ValueOfFunction {
  /// Made by an operation that is no view, or an argument.
  mlir::Value root;
  /// By dimension of its tensor.
  llvm::SmallVector<MadeBy, 4> madeBy;
};

/// A network and the layers that it was read from.
struct NetworkOfFunction {
  search::Network network;
  /// By index into `network.layers`.
  llvm::SmallVector<LayerOp> layers;
  /// By index into `network.values`.
  std::vector<ValueOfFunction> values;
};

/// Reads the network of `function`. With `assumeBits` not 0, every element is
/// counted at that width. Emits an error and fails if an operation that is not
/// constant stands outside of a layer, or if the network is too large to
/// compute with.
llvm::FailureOr<NetworkOfFunction>
readNetwork(mlir::FunctionOpInterface function, int64_t assumeBits);

/// Samples that one call of `function` computes: the leading dimension that all
/// its tensors share, or 1.
int64_t samplesPerCall(mlir::FunctionOpInterface function);

/// The name that the search and plans give to the dimensions of `layer`:
/// numbers count the dimensions of one role.
PartitionAttr toPartitionAttr(mlir::MLIRContext *context,
                              const search::Layer &layer,
                              llvm::ArrayRef<int32_t> factors);
/// The factors that `partition` means for `layer`. If it names a dimension that
/// the layer does not have, returns that entry as text in `unknown`.
llvm::SmallVector<int64_t, 5> toFactors(PartitionAttr partition,
                                        const search::Layer &layer,
                                        std::string &unknown);

} // namespace scope

#endif // SCOPE_ANALYSIS_NETWORKREADER_H
