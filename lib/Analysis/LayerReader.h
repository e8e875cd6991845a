//===- LayerReader.h - One layer as the search sees it ----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A layer has one *anchor*, whose parallel loops are the layer's dimensions.
// What the other operations touch follows from the anchor: forward from its
// results, and backward from what they and it read.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_ANALYSIS_LAYERREADER_H
#define SCOPE_LIB_ANALYSIS_LAYERREADER_H

#include "AccessRange.h"
#include "LayerOps.h"

#include "scope/Analysis/Constants.h"
#include "scope/Analysis/NetworkReader.h"
#include "scope/Search/Network.h"

#include "llvm/ADT/DenseSet.h"

namespace scope {

/// A stored value of the network that is being read.
struct StoredValue {
  /// Index into `Network::values`.
  int32_t id = -1;
  /// By dimension of its tensor.
  llvm::SmallVector<MadeBy, 4> madeBy;
};

/// What the layers of a function share while they are read.
struct NetworkState {
  search::Network network;
  llvm::DenseMap<mlir::Value, StoredValue> stored;
  Constants constants;
  /// Bits of every element; 0: as the types say.
  int64_t assumeBits = 0;

  /// Bytes of one element of the tensor `value`.
  int64_t elementBytes(mlir::Value value) const;
  /// Adds the value that `root` stores, made by layer `producer`.
  StoredValue &store(mlir::Value root, int32_t producer);
};

class LayerReader {
public:
  LayerReader(NetworkState &state, mlir::Block &body)
      : state(state), body(body), ops(body, state.constants) {}

  /// Reads the layer and adds it, with what it stores, to the network.
  void read(llvm::StringRef name);

private:
  using Ranges = llvm::SmallVector<AccessRange, 4>;
  /// A run of per-channel scalings and shifts: one vector operation an element
  /// and at most two vectors of constants.
  struct AffineRun {
    bool scales = false;
    bool shifts = false;
    int64_t elementBytes = 1;
    llvm::SmallVector<search::Access, 4> accesses;
  };
  /// How a value is reached from the anchor.
  struct Way {
    /// Whether what is computed on the way delays the anchor.
    bool isSerial = false;
    /// Vector operations an element so far.
    int64_t serialOps = 0;
    /// The run that the last operation on the way belongs to; -1 for none.
    int32_t run = -1;
  };

  void chooseDims();
  bool readForward();
  bool coversOutputs();
  llvm::SmallVector<mlir::Value, 2> ownOutputs() const;
  void readAnchor();
  void readOpaque(const LayerWorkOp &op);
  void readDownstream(const LayerWorkOp &op, Ranges &loops);
  bool followLoops(const LayerWorkOp &op, Ranges &loops);
  void forwardView(mlir::Operation *op);
  void forwardResults(const LayerWorkOp &op, llvm::ArrayRef<AccessRange> loops);
  const Ranges *forwardRanges(mlir::Value value) const;

  void need(mlir::Value value, llvm::ArrayRef<AccessRange> ranges, Way way);
  void needThrough(const LayerWorkOp &op, unsigned result,
                   llvm::ArrayRef<RootRange> touched, Way way);
  void addActivation(mlir::Value root, llvm::ArrayRef<RootRange> touched,
                     int64_t serialOps);
  void addWeight(mlir::Value value, llvm::ArrayRef<AccessRange> ranges);
  void addToRun(int32_t run, Arithmetic arithmetic, mlir::Value constant,
                llvm::ArrayRef<AccessRange> ranges);
  llvm::SmallVector<search::Access, 4>
  constantAccesses(mlir::Value value, llvm::ArrayRef<AccessRange> ranges);
  int32_t runBehind(mlir::Value value) const;
  void countDownstream(const LayerWorkOp &op);
  void addOutputs();
  void finishWork();

  NetworkState &state;
  mlir::Block &body;
  LayerOps ops;
  search::Layer layer;
  int32_t index = -1;
  /// By loop of the anchor: the dimension of the layer, or -1.
  llvm::SmallVector<int32_t, 6> dimOfLoop;
  /// Loops of the anchor that some operation reduces, so that they stay whole.
  llvm::SmallVector<bool, 6> isWhole;
  /// What a tile makes of the values inside the layer.
  llvm::DenseMap<mlir::Value, Ranges> forward;
  llvm::DenseMap<mlir::Value, int32_t> runs;
  std::vector<AffineRun> affineRuns;
  llvm::DenseSet<std::pair<mlir::Operation *, uint64_t>> visited;
  llvm::DenseSet<mlir::Operation *> counted;
  /// Vector operations of a call that stream with the anchor.
  int64_t streamTotal = 0;
};

} // namespace scope

#endif // SCOPE_LIB_ANALYSIS_LAYERREADER_H
