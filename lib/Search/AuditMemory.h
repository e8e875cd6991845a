//===- AuditMemory.h - Bytes that a plan needs on a chiplet -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The capacity rules: which buffers a cluster must have on every chiplet of its
// region, how long each lives, and which way of buffering the edges of a layer
// fits. Bytes are added up step by step.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITMEMORY_H
#define SCOPE_LIB_SEARCH_AUDITMEMORY_H

#include "AuditPackage.h"
#include "AuditTiles.h"

#include "scope/Search/BufferPlan.h"

namespace scope::search::auditing {

/// A cluster as the audit looks at it.
struct ClusterView {
  int32_t first = 0, last = 0;
  int64_t beatCalls = 1;
  /// Whether it is alone in its segment and takes turns with the DRAM, and
  /// whether it is alone and the DRAM works ahead.
  bool solo = false, ahead = false;
  int64_t size = 1;
  KindMask kinds = 1;
  WeightMode mode = WeightMode::Replicated;
  int64_t level = 0;

  /// The last step of a beat: two steps a layer, from 0.
  int32_t lastStep() const { return 2 * (last - first) + 1; }
};

/// How the edges of a layer to the outside of its cluster are buffered.
enum class Buffering { Twice, Bands, Once };

/// Bytes of tiles that live while a layer is at work, by way of buffering.
struct TileNeeds {
  int64_t twice = 0, bands = 0, once = 0;
  int64_t least() const { return std::min(bands, once); }
};

/// The residents of a cluster on its fullest chiplet.
struct Residents {
  int64_t weights = 0;
  int64_t edges = 0;
  /// Bytes of weights that the load delivers to all chiplets.
  int64_t delivered = 0;
};

/// Knows the capacity rules for one problem.
class Memory {
public:
  Memory(const Problem &problem, const Grid &grid);

  /// Whether the weights of `layer` must come from DRAM every beat.
  bool streams(int32_t layer) const { return streamed[layer]; }
  /// Bytes for residents at the level of `view`, and for tiles.
  int64_t budget(const ClusterView &view) const;
  int64_t room(const ClusterView &view) const;

  /// Whether `operand` of a layer of `view` comes from outside the cluster.
  bool isExternal(const ClusterView &view, const Operand &operand) const;
  /// Bytes that all chiplets of `view` together fetch of the weights of `layer`
  /// for a beat, and the most that one fetches.
  struct Fetched {
    int64_t largest = 0, total = 0;
  };
  Fetched fetchedWeights(const ClusterView &view, int32_t layer,
                         const LayerFacts &facts) const;

  /// How a beat takes weights that are fetched: so many output channels at a
  /// time, in a buffer of so many bytes.
  struct Pieces {
    int64_t channels = 1, bytes = 0;
    /// Channels of the tile that has most.
    int64_t all = 1;
    bool areSeveral() const { return channels < all; }
  };
  Pieces pieces(const LayerFacts &facts) const;
  /// By tile: the pieces of output channels in which it is computed.
  std::vector<std::vector<Range>> channelsOf(const ClusterView &view,
                                             int32_t layer,
                                             const LayerFacts &facts) const;

  /// The buffers for weights and edges that layer `layer` is the reason for.
  std::vector<Buffer> residentBuffers(const ClusterView &view, int32_t layer,
                                      const LayerFacts &facts) const;
  /// The tiles of `layer`.
  std::vector<Buffer> tileBuffers(const ClusterView &view, int32_t layer,
                                  const LayerFacts &facts,
                                  Buffering buffering) const;
  /// What `layer` needs next to the results of earlier layers, `held`.
  TileNeeds needs(const ClusterView &view, int32_t layer,
                  const LayerFacts &facts, llvm::ArrayRef<Buffer> held) const;
  /// The first way of buffering that fits a layer with these needs, of twice,
  /// in bands, once; one that is once may be faster than in bands. None if
  /// nothing fits.
  std::optional<Buffering> choose(const ClusterView &view,
                                  const TileNeeds &needs) const;

  Residents residents(const ClusterView &view,
                      llvm::ArrayRef<LayerFacts> facts) const;

private:
  bool fitsResident(int32_t layer) const;

  const Problem &problem;
  const Network &network;
  const Grid &grid;
  /// By value: bytes of an element.
  std::vector<int64_t> widths;
  std::vector<bool> streamed;
};

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITMEMORY_H
