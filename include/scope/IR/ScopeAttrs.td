//===- ScopeAttrs.td - Attributes of plans -----------------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes that plans are made of: how a layer is split, where a cluster
// runs, what lies in an SRAM, what it costs, what the user asks for.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEATTRS_TD
#define SCOPE_IR_SCOPEATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "scope/IR/ScopeEnums.td"

class Scope_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Scope_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Scope_WeightModeAttr
    : EnumAttr<Scope_Dialect, Scope_WeightMode, "weight_mode">;

def Scope_BufferRoleAttr
    : EnumAttr<Scope_Dialect, Scope_BufferRole, "buffer_role">;
def Scope_TensorKindAttr
    : EnumAttr<Scope_Dialect, Scope_TensorKind, "tensor_kind">;

def Scope_PartitionAttr : Scope_Attr<"Partition", "partition"> {
  let summary = "how a layer is split over the chiplets of its region";
  let description = [{
    A factor for each parallel dimension of a layer that is split. A dimension
    is named by its role (`batch`, `other`, `row`, `column`, `channel`); where a
    layer has several dimensions of one role, the second and later ones have a
    suffix from 1 on. A factor of 1 is not written, so `#scope.partition<>` runs
    on one chiplet. Factors are kept in the order of the roles, whatever the
    order in the text.

    ```mlir
    #scope.partition<batch = 2, row = 4>
    #scope.partition<other = 2, other1 = 4, channel = 8>
    ```

    Constraints:

    - every name is a role, with or without a suffix from 1 on;
    - no dimension is named twice;
    - every factor is at least 1, and their product at most 1024.
  }];
  let parameters = (ins
      ArrayRefParameter<"::scope::DimFactor", "factors above 1">:$factors);
  let builders = [
    AttrBuilder<(ins "::llvm::ArrayRef<::scope::DimFactor>":$factors), [{
      return $_get($_ctxt, normalize(factors));
    }]>];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Brings `factors` into the stored form.
    static ::llvm::SmallVector<::scope::DimFactor>
    normalize(::llvm::ArrayRef<::scope::DimFactor> factors);
    /// The factor of dimension number `index` of role `role`; 1 if not split.
    int64_t getFactor(DimRole role, int64_t index = 0) const;
    /// The product of all factors: the number of tiles.
    int64_t getProduct() const;
  }];
}

def Scope_RegionAttr : Scope_Attr<"Region", "region"> {
  let summary = "a set of chiplets";
  let description = [{
    Coordinates `[row,column]`, written as rectangles `[top,left]-[bottom,right]`
    and stored as a sorted set. The text that is printed is canonical: the
    rectangle at the first coordinate that is not covered yet, as wide as
    possible and then as high as possible, and so on.

    ```mlir
    #scope.region<[0,0]-[1,5], [2,3]>
    ```

    Constraints:

    - at least one coordinate, and none named twice;
    - rows and columns from 0 to 31;
    - a rectangle's second corner is not above or left of its first.
  }];
  let parameters = (ins
      ArrayRefParameter<"::scope::ChipletCoord", "sorted">:$coords);
  let builders = [
    AttrBuilder<(ins "::llvm::ArrayRef<::scope::ChipletCoord>":$coords), [{
      return $_get($_ctxt, normalize(coords));
    }]>];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Brings `coords` into the stored form.
    static ::llvm::SmallVector<::scope::ChipletCoord>
    normalize(::llvm::ArrayRef<::scope::ChipletCoord> coords);
    /// The number of chiplets.
    int64_t size() const { return getCoords().size(); }
    /// Whether `coord` belongs to the region.
    bool contains(ChipletCoord coord) const;
    /// Whether every chiplet of `other` belongs to the region.
    bool contains(RegionAttr other) const;
    /// Whether a chiplet belongs to both regions.
    bool overlaps(RegionAttr other) const;
  }];
}

def Scope_CostAttr : Scope_Attr<"Cost", "cost"> {
  let summary = "figures of a layer, a cluster or a segment";
  let description = [{
    Named whole numbers: cycles, bytes, or femtojoules. They are kept in the
    order below, whatever the order in the text; a figure that is not written is
    not known.

    | key | of | meaning |
    |---|---|---|
    | `cycles` | layer, segment | layer: what it adds to its stage for one beat; segment: for the batch |
    | `latency` | segment | load and a beat by itself: until the first beat is complete |
    | `compute` | layer | the slowest chiplet |
    | `internal` | layer | activations from the same region, same beat |
    | `external` | layer | activations from another region or DRAM |
    | `weights` | layer | weights gathered or streamed |
    | `send` | layer | sending what leaves the cluster |
    | `overlapped` | layer | 1 if transfers overlap with compute, else 0 |
    | `banded` | layer | 1 if edges to DRAM are taken in bands of rows, else 0 |
    | `used` | layer | chiplets that compute |
    | `stage` | cluster | sum of its layers, for one beat |
    | `resident` | cluster | bytes of weights and edge buffers on the fullest chiplet |
    | `resident_weights` | cluster | the part of `resident` that are weights |
    | `delivered_weights` | cluster | bytes delivered to the region by the load |
    | `tiles` | cluster | bytes that tiles need at least, at the layer that needs most |
    | `load` | segment | cycles before the first beat |
    | `fill` | segment | what a beat by itself takes beyond the pace: arrival, all stages and the way back to the DRAM |
    | `pace` | segment | cycles between two beats |
    | `slowest_stage` | segment | the largest `stage` |
    | `dram` | segment | cycles of a beat's DRAM traffic |
    | `beats` | segment | beats in the batch |
    | `dram_bytes` | segment | DRAM bytes of the batch, weights included |
    | `energy` | all | femtojoules: layer and cluster for a beat, segment for the batch |
    | `energy_mac`, `energy_sram`, `energy_nop`, `energy_dram`, `energy_idle` | all | the parts of `energy` |

    ```mlir
    #scope.cost<cycles = 1204, compute = 1024, internal = 180>
    ```

    Constraints:

    - every key is one of the table, and none is named twice;
    - no figure is negative.
  }];
  let parameters = (ins
      ArrayRefParameter<"::scope::CostEntry", "sorted by key">:$entries);
  let builders = [
    AttrBuilder<(ins "::llvm::ArrayRef<::scope::CostEntry>":$entries), [{
      return $_get($_ctxt, normalize(entries));
    }]>];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Brings `entries` into the stored form.
    static ::llvm::SmallVector<::scope::CostEntry>
    normalize(::llvm::ArrayRef<::scope::CostEntry> entries);
    /// The figure `key`, or nothing if it is not written.
    std::optional<int64_t> lookup(CostKey key) const;
  }];
}

def Scope_BufferAttr : Scope_Attr<"Buffer", "buffer"> {
  let summary = "a piece of SRAM on the chiplets of a region";
  let description = [{
    A range of bytes at the same offset on each of its chiplets, large enough
    for the largest tile. `index` says which operand (`input`), which result
    (`output`) or which value (`arriving`, `skip`) it holds, by the numbers that
    `scope-translate --scope-to-json` gives them. `copies` equal parts hold as
    many beats (or bands, or pieces).

    A beat passes through a cluster in steps: step 2n is the exchange of data
    for layer n of the cluster (from 0), step 2n + 1 its computation. A buffer
    is live from step `first` to step `last`, both inclusive; without them it is
    live during the whole segment.

    | role | holds |
    |---|---|
    | `weights` | resident weights of the layer |
    | `weight_chunk` | gathered or streamed weights before their use |
    | `arriving` | the beat of a value that arrives from another cluster |
    | `skip` | beats of a value that wait for a stage further on |
    | `input` | the tile of an operand |
    | `output` | the tile of a result, until the cluster has read it |

    ```mlir
    #scope.buffer<weights, index = 0, offset = 0, bytes = 36864>
    #scope.buffer<skip, index = 0, offset = 36864, bytes = 4096, copies = 2,
                  region = <[0,0]-[0,3]>>
    ```

    Constraints:

    - `index` and `offset` are not negative; `bytes` and `copies` at least 1;
    - `bytes` is a multiple of `copies`;
    - `first` and `last` stand together, neither negative, `first` not after
      `last`.
  }];
  let parameters = (ins
    EnumParameter<Scope_BufferRole>:$role,
    DefaultValuedParameter<"int64_t", "0", "which operand, result or value">:$index,
    "int64_t":$offset,
    "int64_t":$bytes,
    DefaultValuedParameter<"int64_t", "1", "beats or bands held">:$copies,
    DefaultValuedParameter<"int64_t", "-1", "first step, or -1">:$first,
    DefaultValuedParameter<"int64_t", "-1", "last step, or -1">:$last,
    OptionalParameter<"::scope::RegionAttr",
        "its chiplets; none: those of the cluster">:$region);
  let assemblyFormat = [{
    `<` $role `,` struct($index, $offset, $bytes, $copies, $first, $last,
                         $region) `>`
  }];
  let genVerifyDecl = 1;
}

def Scope_PinAttr : Scope_Attr<"Pin", "pin"> {
  let summary = "what the user asks of a layer";
  let description = [{
    A wish that the search grants or refuses with an error. It stands as
    attribute `scope.pin` on the anchor operation of a layer, or on the
    `scope.layer` itself.

    | entry | meaning |
    |---|---|
    | `cut` | a segment starts at this layer |
    | `split` | a cluster starts at this layer |
    | `join` | this layer is in the same cluster as the layer before |
    | `cluster = 3` | layers with the same number share a cluster, others do not |
    | `chiplets = 4`, `chiplets = 4 to 8` | the size of the cluster's region |
    | `region = [0 to 3, *]` | the region's rows and columns; `*` is all of them |
    | `partition = <row = 4>` | the layer's partition |

    ```mlir
    #scope.pin<cut, chiplets = 4 to 8>
    #scope.pin<cluster = 2, region = [0 to 3, *], partition = <row = 4>>
    ```

    Constraints:

    - at least one entry, and none twice;
    - not `join` together with `cut` or `split`;
    - `cluster` is not negative;
    - a range of chiplets begins at 1 or more, and its end is not below its
      beginning nor above 1024;
    - rows and columns of a region lie in 0 to 31, the end not before the
      beginning.
  }];
  let parameters = (ins
    "bool":$cut, "bool":$split, "bool":$join,
    OptionalParameter<"std::optional<int64_t>">:$cluster,
    OptionalParameter<"std::optional<::scope::IndexRange>">:$chiplets,
    OptionalParameter<"std::optional<::scope::RegionPattern>">:$region,
    OptionalParameter<"::scope::PartitionAttr">:$partition);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Scope_ConfigAttr : Scope_Attr<"Config", "config"> {
  let summary = "what to plan for";
  let description = [{
    The search configuration, as `scope.config` on the module. Entries that have
    their default value are not written.

    | entry | default | meaning |
    |---|---|---|
    | `batch` | 0 | samples of a batch; 0: the package's |
    | `assume_bits` | 0 | width of every element, 8, 16 or 32; 0: the program's own |
    | `objective` | `throughput` | `throughput`, `latency`, `energy`, `edp`, `ed2p` or `e2dp` |
    | `strategy` | `merged` | `merged`, `segmented`, `sequential`, `"full-pipeline"`, `"layer-by-layer"` or `"data-parallel"` |
    | `space` | `full` | `full` or `published` |
    | `search` | `auto` | `auto`, `exact`, `linear`, `exhaustive`, `random` or `pareto` |
    | `work_budget` | 0 | label relaxations that `auto` may spend; 0: the algorithm's own choice |
    | `time_limit_ms` | 0 | milliseconds that the search may take; 0: no limit |
    | `partition_space` | `mixed` | `mixed` or `pure` |
    | `split_batch` | true | whether the batch may be split over chiplets |
    | `max_beat` | 0 | largest beat in samples; 0: no bound |
    | `weights` | `any` | `any`, `replicated` or `distributed` |
    | `max_latency` | 0 | most cycles until the first beat is complete; 0: no bound |
    | `max_energy` | 0 | most picojoules of a batch; 0: no bound |
    | `samples` | 0 | plans that `random` draws; 0: 1000 |
    | `seed` | 1 | where the numbers of `random` start |
    | `function` | none | the function to plan; none: every one that can be planned |

    ```mlir
    module attributes {scope.config = #scope.config<batch = 64, assume_bits = 8>} {}
    ```

    Constraints:

    - no number is negative;
    - `assume_bits` is 0, 8, 16 or 32.
  }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "0">:$batch,
    DefaultValuedParameter<"int64_t", "0">:$assume_bits,
    DefaultValuedParameter<"::scope::Objective", "::scope::Objective::Throughput">:$objective,
    DefaultValuedParameter<"::scope::Strategy", "::scope::Strategy::Merged">:$strategy,
    DefaultValuedParameter<"::scope::Space", "::scope::Space::Full">:$space,
    DefaultValuedParameter<"::scope::SearchKind", "::scope::SearchKind::Auto">:$search,
    DefaultValuedParameter<"int64_t", "0">:$work_budget,
    DefaultValuedParameter<"int64_t", "0">:$time_limit_ms,
    DefaultValuedParameter<"::scope::PartitionSpace", "::scope::PartitionSpace::Mixed">:$partition_space,
    DefaultValuedParameter<"bool", "true">:$split_batch,
    DefaultValuedParameter<"int64_t", "0">:$max_beat,
    DefaultValuedParameter<"::scope::WeightChoice", "::scope::WeightChoice::Any">:$weights,
    DefaultValuedParameter<"int64_t", "0">:$max_latency,
    DefaultValuedParameter<"int64_t", "0">:$max_energy,
    DefaultValuedParameter<"int64_t", "0">:$samples,
    DefaultValuedParameter<"int64_t", "1">:$seed,
    OptionalParameter<"::mlir::FlatSymbolRefAttr">:$function);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The configuration of a user who says nothing.
    static ConfigAttr getDefault(::mlir::MLIRContext *context);
  }];
}

def Scope_PlanAttr : Scope_Attr<"Plan", "plan"> {
  let summary = "what a plan belongs to, and its totals";
  let description = [{
    Stands as `scope.plan` on a planned function. The hashes tie the plan to the
    network that was extracted from the function and to the package; a tool that
    reads the plan refuses it when either has changed.

    | entry | meaning |
    |---|---|
    | `version` | of the plan format, `"1.1"` |
    | `package` | the `scope.package` it is for |
    | `network_hash`, `package_hash` | 64 bits each, as hexadecimal strings |
    | `batch`, `assume_bits` | what was planned for |
    | `objective`, `strategy`, `space` | what was asked |
    | `cycles`, `latency` | of the batch, and until its first beat is complete |
    | `energy` | femtojoules of the batch |
    | `bound` | the largest lower bound of the objective, in its unit; 0: none |
    | `proved` | whether no plan of the space is better |
    | `algorithm` | which part of the search answered |
    | `candidates` | plans or labels that were looked at |
    | `reserve` | bytes of every SRAM that no tile uses, so that all buffers find a place |
    | `simulated_plans` | of how many plans a simulation chose this one; 0: none did |
    | `simulated_cycles` | of the batch, as simulated then |

    Constraints:

    - `version` is two whole numbers with a point between them;
    - both hashes are 16 hexadecimal digits;
    - `batch` is at least 1; `assume_bits` is 0, 8, 16 or 32;
    - no other number is negative.
  }];
  let parameters = (ins
    StringRefParameter<>:$version,
    "::mlir::FlatSymbolRefAttr":$package,
    StringRefParameter<>:$network_hash,
    StringRefParameter<>:$package_hash,
    "int64_t":$batch,
    DefaultValuedParameter<"int64_t", "0">:$assume_bits,
    DefaultValuedParameter<"::scope::Objective", "::scope::Objective::Throughput">:$objective,
    DefaultValuedParameter<"::scope::Strategy", "::scope::Strategy::Merged">:$strategy,
    DefaultValuedParameter<"::scope::Space", "::scope::Space::Full">:$space,
    "int64_t":$cycles,
    "int64_t":$latency,
    "int64_t":$energy,
    DefaultValuedParameter<"int64_t", "0">:$bound,
    DefaultValuedParameter<"bool", "false">:$proved,
    DefaultValuedParameter<"::scope::SearchKind", "::scope::SearchKind::Auto">:$algorithm,
    DefaultValuedParameter<"int64_t", "0">:$candidates,
    DefaultValuedParameter<"int64_t", "0">:$reserve,
    DefaultValuedParameter<"int64_t", "0">:$simulated_plans,
    DefaultValuedParameter<"int64_t", "0">:$simulated_cycles);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // SCOPE_IR_SCOPEATTRS_TD
