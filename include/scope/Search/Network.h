//===- Network.h - Layers and values as the search sees them ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A neural network reduced to what planning needs: an ordered list of layers,
// each with a parallel iteration space and operands described by affine
// accesses, and the stored values that flow between them. Everything is
// referred to by an integer index; nothing here knows MLIR.
//
// All sizes are those of one *call* of the network's function. A call computes
// `samplesPerCall` samples; a beat consists of one or more calls, and the
// number of calls is the size of the implicit batch dimension, which is
// dimension 0 of every layer.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_SEARCH_NETWORK_H
#define SCOPE_SEARCH_NETWORK_H

#include "scope/Search/Rational.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace scope::search {

/// What a parallel dimension of a layer stands for. The numeric order is the
/// order in which tiles are numbered over the chiplets of a region (mixed
/// radix, the last one innermost).
enum class DimRole : uint8_t {
  /// Calls of a beat. Dimension 0 of every layer, and of no other.
  Batch,
  /// Heads, groups, batch dimensions inside the program, and the like.
  Other,
  /// Output rows; the rows of a matmul.
  Row,
  /// Output columns of an image.
  Column,
  /// Output channels; the columns of a matmul.
  Channel,
};

/// Returns the name of `role` as it is printed in plans.
llvm::StringRef getRoleName(DimRole role);

/// One parallel dimension of a layer.
struct ParallelDim {
  /// Number of iterations, at least 1. Dimension 0 (the batch) says 1 here; a
  /// plan multiplies it by the number of calls in a beat.
  int64_t size = 1;
  DimRole role = DimRole::Other;
};

/// How one dimension of an operand's tensor follows from a tile of the
/// iteration space. A tile [lo, hi) of dimension `dim` touches the coordinates
/// [lo * stride + offset, (hi - 1) * stride + offset + window), clipped to
/// [begin, end). With `dim` negative every tile touches all of [begin, end).
struct Access {
  int32_t dim = -1;
  int64_t stride = 1;
  int64_t window = 1;
  int64_t offset = 0;
  int64_t begin = 0;
  int64_t end = 1;
  /// The dimension of the producing layer that runs along this one, one to
  /// one: coordinate x is made by iteration x of that dimension. Negative
  /// where there is none (the network's input, or a view in between that mixes
  /// dimensions); then nothing is reused across it unless it is not split.
  int32_t producerDim = -1;
};

/// What kind of data an operand is.
enum class OperandKind : uint8_t {
  /// A value made while the network runs; see `Operand::value`.
  Activation,
  /// A compile-time constant, resident in SRAM (or streamed from DRAM).
  Weight,
  /// A constant that stays in DRAM; every call moves the rows it selects.
  Table,
};

/// One operand of a layer. The bytes that a tile touches are the product of
/// the extents of its accesses, times `elementBytes`, times the number of
/// calls in the tile unless the operand is a weight.
struct Operand {
  OperandKind kind = OperandKind::Activation;
  /// Index into `Network::values` of an activation; negative otherwise.
  int32_t value = -1;
  int64_t elementBytes = 1;
  llvm::SmallVector<Access, 4> accesses;
  /// Vector element-operations for each touched element that are done before
  /// the anchor starts (a fused scaling of an input, say).
  int64_t serialOps = 0;
};

/// One stored result of a layer. A tile makes `constantElements` times the
/// product of the tile sizes of `dims` elements (and times the calls).
struct Output {
  /// Index into `Network::values`.
  int32_t value = -1;
  int64_t elementBytes = 1;
  int64_t constantElements = 1;
  /// Indices into `Layer::dims`, without the batch.
  llvm::SmallVector<int32_t, 4> dims;
};

/// Most operands that a layer may have: sets of them are kept as bits.
inline constexpr size_t kMostOperands = 64;

/// The unit of scheduling: an anchor operation and what is fused to it.
struct Layer {
  std::string name;
  /// Parallel dimensions; index 0 is the batch, the others ascend by role.
  llvm::SmallVector<ParallelDim, 5> dims;
  /// The dimension that runs over the lanes `mac_k`; negative for none.
  int32_t kDim = -1;
  /// Size of the reduction that runs over the lanes `mac_c`; 1 for none.
  int64_t channelReduction = 1;
  /// Product of the sizes of all other reductions of the multiply-accumulates.
  int64_t otherReduction = 1;
  /// Multiply-accumulates of one call; 0 for a layer without any.
  int64_t macs = 0;
  /// Vector element-operations for each point of the parallel iteration space
  /// (reductions of the anchor included) that stream with the anchor.
  int64_t streamOps = 0;
  /// At most kMostOperands.
  llvm::SmallVector<Operand, 3> operands;
  llvm::SmallVector<Output, 1> outputs;
  /// False for an operation that Scope cannot split: it runs on one chiplet.
  bool splittable = true;
};

/// A value that is stored between layers. Views of one value are one value.
struct Value {
  /// Index of the layer that makes it; negative for an input of the network.
  int32_t producer = -1;
  /// Bytes of one call.
  int64_t bytes = 0;
  /// Whether it leaves the network.
  bool isNetworkOutput = false;
  /// Layers that read it, ascending, each once.
  llvm::SmallVector<int32_t, 2> consumers;
};

/// A network: layers in the fixed topological order of the plan.
struct Network {
  std::string name;
  /// Samples that one call of the function computes; at least 1.
  int64_t samplesPerCall = 1;
  std::vector<Layer> layers;
  std::vector<Value> values;

  int32_t numLayers() const { return static_cast<int32_t>(layers.size()); }
};

/// Checks that `network` is well formed: indices in range, operands made by
/// earlier layers, sizes positive, consumers as the operands say, products
/// inside 63 bits. Returns an empty string, or what is wrong.
std::string check(const Network &network);

/// A hash of everything in `network` that a plan depends on (names are not
/// part of it). The same on every machine.
uint64_t hash(const Network &network);

/// Bytes of weights that layer `layer` owns, each distinct byte once.
int64_t weightBytes(const Layer &layer);

/// Bytes of the widest element among the weights of `layer`; 1 if it has none.
int64_t widestWeight(const Layer &layer);

/// Bytes of an element of value `value`: as its layer makes it, or as its first
/// reader takes it from outside of the network. 1 if nobody reads it.
int64_t elementBytes(const Network &network, int32_t value);

/// What one of `size` chiplets holds at most when `bytes` are spread evenly
/// over them in whole elements of `width` bytes.
inline int64_t evenShare(int64_t bytes, int64_t size, int64_t width) {
  return ceilDiv(ceilDiv(bytes, width), size) * width;
}

} // namespace scope::search

#endif // SCOPE_SEARCH_NETWORK_H
