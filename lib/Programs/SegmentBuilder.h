//===- SegmentBuilder.h - Programs of one segment ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the operations of the clusters of one segment: where data comes from,
// the computations, and where it goes.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_PROGRAMS_SEGMENTBUILDER_H
#define SCOPE_LIB_PROGRAMS_SEGMENTBUILDER_H

#include "scope/Programs/Builder.h"

#include "scope/Search/CostModel.h"

#include "llvm/ADT/DenseMap.h"

#include <map>
#include <optional>
#include <tuple>

namespace scope::programs {

class SegmentBuilder {
public:
  SegmentBuilder(const search::CostModel &model, const PlacedPlan &placed,
                 const std::vector<LayerTiles> &layers, PackageProgram &program,
                 size_t segment, int32_t nextTag)
      : model(model), plan(placed.plan->segments[segment]), placed(placed),
        layers(layers), program(program), segment(segment), nextTag(nextTag) {}

  std::string build(SegmentProgram &made);
  int32_t tagsUsed() const { return nextTag; }

private:
  /// Where a tensor lies on the chiplets of a cluster.
  struct Holding {
    int32_t layout = -1;
    /// Buffer by position in the region; negative for none.
    llvm::SmallVector<int32_t, 0> buffers;
  };
  /// A beat that another cluster sends here.
  struct Arrival {
    int32_t tag = -1;
    /// What the senders have.
    int32_t from = -1;
  };
  /// One box of an operand: the argument and the number of the box.
  using BoxNumber = std::pair<int32_t, int32_t>;
  /// A cluster that is being built.
  struct Cluster {
    const search::ClusterPlan *plan = nullptr;
    llvm::ArrayRef<search::Coordinate> region;
    llvm::ArrayRef<search::Buffer> buffers;
    llvm::ArrayRef<search::LayerCost> costs;
    /// By position in the region.
    std::vector<ChipletProgram> programs;
    /// By tensor: tiles of results that were made here, shares of what arrives,
    /// and who sends it.
    llvm::DenseMap<int32_t, Holding> outputs, arriving;
    llvm::DenseMap<int32_t, Arrival> arrivals;
    /// By box: who sends what goes to the tiles at once.
    llvm::DenseMap<BoxNumber, Arrival> directArrivals;
    /// The last layer so far whose weights come in several pieces, and the slot
    /// of the last of them.
    int32_t pieceLayer = -1;
    int32_t pieceSlot = 1;
    int32_t size() const { return static_cast<int32_t>(region.size()); }
  };
  /// A buffer of the plan, from `inner` bytes into each slot on.
  struct Room {
    const search::Buffer *buffer = nullptr;
    int64_t inner = 0;
    int64_t left() const { return buffer->bytes / buffer->copies - inner; }
  };
  /// One box of an operand that comes band by band.
  struct BandInput {
    int32_t number = 0;
    int32_t copy = 0;
    /// By position in the region.
    llvm::SmallVector<Room, 0> places;
    /// The band at work; without a layout if it needs nothing of this box.
    Holding band;
  };
  /// One layer while it is built.
  struct LayerState {
    int32_t layer = 0;
    const LayerTiles *tiles = nullptr;
    search::Tiling tiling;
    bool overlaps = false;
    /// By argument and copy: where its tile lies.
    llvm::DenseMap<BoxNumber, Holding> inputs;
    /// Constants by argument: shares that pieces are gathered from.
    llvm::DenseMap<int32_t, Holding> shares;
    /// Operands in bands, and results: where the band at work lies.
    llvm::SmallVector<BandInput, 2> bandInputs;
    llvm::SmallVector<Holding, 1> bandOutputs;
    bool inChunks = false;
    bool outputInBands = false;
    /// Pieces of the tile that has most.
    size_t pieces = 0;
    /// The slot of the weights of the first piece.
    int32_t firstSlot = 0;
    /// The slot of the weights of `piece`: the next one for each piece, or, if
    /// there is only one, for each beat (negative).
    int32_t chunkSlot(size_t piece) const {
      return pieces == 1 ? -1 : static_cast<int32_t>((firstSlot + piece) % 2);
    }
    /// The box as it comes in bands; null if its tile is held whole.
    const BandInput *findBand(const TileAccess &access) const;
  };
  /// Which band of a tile is at work, if it is taken in bands at all.
  struct Band {
    std::optional<int64_t> call;
    size_t number = 0;
    int32_t slot = 0;
  };
  /// The tile of a chiplet; null if it computes nothing.
  struct TileAt {
    const LayerTiles::Tile *tile = nullptr;
    Range calls;
  };
  using BoxOf = llvm::function_ref<Box(int32_t position)>;

  std::string addLayer(size_t index, int32_t layer);
  LayerState makeState(const Cluster &cluster, int32_t layer) const;
  std::string placeInputs(Cluster &cluster, LayerState &state);
  std::string placeInput(Cluster &cluster, LayerState &state, int32_t number);
  /// The buffers of the operands of `state` that read `tensor`.
  llvm::SmallVector<Room, 0> roomsFor(const Cluster &cluster,
                                      const LayerState &state,
                                      int32_t tensor) const;
  std::string placeOutputs(Cluster &cluster, LayerState &state);
  std::string loadWeights(Cluster &cluster, LayerState &state);
  void receiveArriving(Cluster &cluster, LayerState &state);
  void fetchInputs(Cluster &cluster, LayerState &state);
  std::string compute(Cluster &cluster, LayerState &state);
  std::string fetchPieceWeights(Cluster &cluster, LayerState &state,
                                size_t piece);
  /// The slot for the first piece of weights, so that it can come while the
  /// layer before is at work: one where nothing of that one lies, if there is
  /// one.
  int32_t firstPieceSlot(const Cluster &cluster, const LayerState &state) const;
  void fetchBands(Cluster &cluster, LayerState &state, size_t piece,
                  const Band &band);
  void addCompute(Cluster &cluster, LayerState &state, size_t piece,
                  const Band &band);
  void sendResults(size_t index, LayerState &state);
  /// Copies a result to the beats that wait in `waiting`.
  Holding keepWaiting(Cluster &cluster, const LayerState &state, int32_t tensor,
                      const search::Buffer &waiting);
  /// Whether what comes into the cluster goes to the tiles at once.
  bool takesTiles(const Cluster &cluster) const;
  /// Sends `tensor` to the tiles of the only layer of `later`.
  void sendToTiles(Cluster &cluster, int32_t layer, int32_t tensor,
                   const Holding &source, Cluster &later, bool streams);
  std::string placeOutputBand(Cluster &cluster, LayerState &state, size_t piece,
                              const Band &band);
  void storeBand(Cluster &cluster, LayerState &state, int32_t slot);
  /// The shares in which a beat of `tensor` arrives at `cluster`; without a
  /// layout if none does.
  Holding &sharesOf(Cluster &cluster, int32_t tensor);
  /// Whether `tensor` is made outside of the cluster.
  bool isExternal(const Cluster &cluster, int32_t tensor) const;
  /// Whether `tensor`, which is made in the segment, is read after it.
  bool leaves(int32_t tensor) const;
  int32_t valueOf(int32_t tensor) const;

  TileAt tileAt(const LayerState &state, int32_t position) const;
  /// The box of `access` for `calls`.
  static Box withCalls(const Range &calls, const TileAccess &access);
  /// The layout of the parts that `boxOf` gives (empty: none), or negative if
  /// there are none.
  int32_t addLayout(const Cluster &cluster, int32_t tensor, bool isFlat,
                    BoxOf boxOf);
  int32_t addShares(const Cluster &cluster, int32_t tensor);
  /// The layout of what tiles access by argument or result; negative: of none.
  int32_t tileLayout(const Cluster &cluster, const LayerState &state,
                     int32_t tensor, bool isRead, int32_t number, int32_t copy);
  const search::Buffer *findBuffer(const Cluster &cluster,
                                   search::BufferRole role, int32_t layer,
                                   int32_t index) const;
  /// A buffer for the parts of `layout` on every chiplet that has one, `inner`
  /// bytes into `from`.
  Holding hold(Cluster &cluster, int32_t layout, const search::Buffer &from,
               int64_t inner);
  /// The same, at `places` by position in the region.
  Holding hold(Cluster &cluster, int32_t layout, llvm::ArrayRef<Room> places);
  Place placeOf(const Holding &holding, int32_t position,
                int32_t slot = -1) const;
  int64_t largestPart(int32_t layout) const;
  /// Sends the parts of `from` to where layout `to` needs them; the tag.
  int32_t send(Cluster &cluster, int32_t layer, int32_t tensor,
               const Holding &from, int32_t to, bool streams,
               int32_t slot = -1);
  /// Takes into `to` what is sent, and what the chiplets have in `own`.
  void receive(Cluster &cluster, int32_t layer, int32_t tensor,
               const Arrival &arrival, const Holding &own, const Holding &to,
               bool streams, int32_t ownSlot = -1, int32_t toSlot = -1);
  void store(Cluster &cluster, int32_t layer, int32_t tensor,
             const Holding &from, bool streams, int32_t slot = -1);
  /// Sends and receives that bring `tensor` from `from` to `to` inside of the
  /// cluster.
  void exchange(Cluster &cluster, int32_t layer, int32_t tensor,
                const Holding &from, const Holding &to, bool streams,
                int32_t fromSlot = -1, int32_t toSlot = -1);
  void load(Cluster &cluster, int32_t layer, int32_t tensor, const Holding &to,
            bool streams, bool isResident, int32_t slot = -1);
  /// The constants of the layer that lie in SRAM, widest elements first.
  llvm::SmallVector<int32_t> residents(const LayerState &state) const;
  std::string misfit(const LayerState &state, int32_t tensor, int64_t need,
                     int64_t have) const;

  const search::CostModel &model;
  const search::SegmentPlan &plan;
  const PlacedPlan &placed;
  const std::vector<LayerTiles> &layers;
  PackageProgram &program;
  size_t segment;
  int32_t nextTag;
  std::vector<Cluster> clusters;
  /// Tensor by value of the network.
  std::vector<int32_t> tensorOf;
  /// Layouts of tiles by layer, read or written, argument or result, and box.
  std::map<std::tuple<int32_t, bool, int32_t, int32_t>, int32_t> tileLayouts;
  /// By layout and position in its cluster's region: the part, or negative.
  std::vector<llvm::SmallVector<int32_t, 0>> partAt;
};

} // namespace scope::programs

#endif // SCOPE_LIB_PROGRAMS_SEGMENTBUILDER_H
