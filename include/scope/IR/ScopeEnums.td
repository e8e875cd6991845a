//===- ScopeEnums.td - Enumerations of the scope dialect ---*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Closed sets of words in attributes and in pass options.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEENUMS_TD
#define SCOPE_IR_SCOPEENUMS_TD

include "mlir/IR/EnumAttr.td"
include "scope/IR/ScopeDialect.td"

class Scope_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::scope";
  let genSpecializedAttr = 0;
}

def Scope_DimRole : Scope_Enum<"DimRole",
    "what a parallel dimension of a layer stands for", [
      I32EnumAttrCase<"Batch", 0, "batch">,
      I32EnumAttrCase<"Other", 1, "other">,
      I32EnumAttrCase<"Row", 2, "row">,
      I32EnumAttrCase<"Column", 3, "column">,
      I32EnumAttrCase<"Channel", 4, "channel">]>;

def Scope_WeightMode : Scope_Enum<"WeightMode",
    "how the chiplets of a cluster hold its weights", [
      I32EnumAttrCase<"Replicated", 0, "replicated">,
      I32EnumAttrCase<"Distributed", 1, "distributed">]>;

def Scope_BufferRole : Scope_Enum<"BufferRole",
    "what a buffer holds", [
      I32EnumAttrCase<"Weights", 0, "weights">,
      I32EnumAttrCase<"WeightChunk", 1, "weight_chunk">,
      I32EnumAttrCase<"Arriving", 2, "arriving">,
      I32EnumAttrCase<"Skip", 3, "skip">,
      I32EnumAttrCase<"Input", 4, "input">,
      I32EnumAttrCase<"Output", 5, "output">]>;

def Scope_TensorKind : Scope_Enum<"TensorKind",
    "what a tensor of a program is", [
      I32EnumAttrCase<"Input", 0, "input">,
      I32EnumAttrCase<"Value", 1, "value">,
      I32EnumAttrCase<"Constant", 2, "constant">,
      I32EnumAttrCase<"Table", 3, "table">]>;

def Scope_Objective : Scope_Enum<"Objective", "what a plan is best in", [
      I32EnumAttrCase<"Throughput", 0, "throughput">,
      I32EnumAttrCase<"Latency", 1, "latency">,
      I32EnumAttrCase<"Energy", 2, "energy">,
      I32EnumAttrCase<"Edp", 3, "edp">,
      I32EnumAttrCase<"Ed2p", 4, "ed2p">,
      I32EnumAttrCase<"E2dp", 5, "e2dp">]>;

def Scope_Strategy : Scope_Enum<"Strategy",
    "which restriction of the merged pipeline a plan obeys", [
      I32EnumAttrCase<"Merged", 0, "merged">,
      I32EnumAttrCase<"Segmented", 1, "segmented">,
      I32EnumAttrCase<"Sequential", 2, "sequential">,
      I32EnumAttrCase<"FullPipeline", 3, "full-pipeline">,
      I32EnumAttrCase<"LayerByLayer", 4, "layer-by-layer">,
      I32EnumAttrCase<"DataParallel", 5, "data-parallel">]>;

def Scope_Space : Scope_Enum<"Space", "which schedules are searched", [
      I32EnumAttrCase<"Full", 0, "full">,
      I32EnumAttrCase<"Published", 1, "published">]>;

def Scope_SearchKind : Scope_Enum<"SearchKind", "the search algorithm", [
      I32EnumAttrCase<"Auto", 0, "auto">,
      I32EnumAttrCase<"Exact", 1, "exact">,
      I32EnumAttrCase<"Linear", 2, "linear">,
      I32EnumAttrCase<"Exhaustive", 3, "exhaustive">,
      I32EnumAttrCase<"Random", 4, "random">,
      I32EnumAttrCase<"Pareto", 5, "pareto">]>;

def Scope_PartitionSpace : Scope_Enum<"PartitionSpace",
    "whether a layer may be split both ways at once", [
      I32EnumAttrCase<"Mixed", 0, "mixed">,
      I32EnumAttrCase<"Pure", 1, "pure">]>;

def Scope_WeightChoice : Scope_Enum<"WeightChoice",
    "the weight modes that the search may choose from", [
      I32EnumAttrCase<"Any", 0, "any">,
      I32EnumAttrCase<"Replicated", 1, "replicated">,
      I32EnumAttrCase<"Distributed", 2, "distributed">]>;

def Scope_CostKey : Scope_Enum<"CostKey", "a figure of a `#scope.cost`", [
      I32EnumAttrCase<"Cycles", 0, "cycles">,
      I32EnumAttrCase<"Latency", 1, "latency">,
      I32EnumAttrCase<"Compute", 2, "compute">,
      I32EnumAttrCase<"Internal", 3, "internal">,
      I32EnumAttrCase<"External", 4, "external">,
      I32EnumAttrCase<"Weights", 5, "weights">,
      I32EnumAttrCase<"Send", 6, "send">,
      I32EnumAttrCase<"Overlapped", 7, "overlapped">,
      I32EnumAttrCase<"Banded", 8, "banded">,
      I32EnumAttrCase<"Used", 9, "used">,
      I32EnumAttrCase<"Stage", 10, "stage">,
      I32EnumAttrCase<"Resident", 11, "resident">,
      I32EnumAttrCase<"ResidentWeights", 12, "resident_weights">,
      I32EnumAttrCase<"DeliveredWeights", 13, "delivered_weights">,
      I32EnumAttrCase<"Tiles", 14, "tiles">,
      I32EnumAttrCase<"Load", 15, "load">,
      I32EnumAttrCase<"Fill", 16, "fill">,
      I32EnumAttrCase<"Pace", 17, "pace">,
      I32EnumAttrCase<"SlowestStage", 18, "slowest_stage">,
      I32EnumAttrCase<"Dram", 19, "dram">,
      I32EnumAttrCase<"Beats", 20, "beats">,
      I32EnumAttrCase<"DramBytes", 21, "dram_bytes">,
      I32EnumAttrCase<"Energy", 22, "energy">,
      I32EnumAttrCase<"EnergyMac", 23, "energy_mac">,
      I32EnumAttrCase<"EnergySram", 24, "energy_sram">,
      I32EnumAttrCase<"EnergyNop", 25, "energy_nop">,
      I32EnumAttrCase<"EnergyDram", 26, "energy_dram">,
      I32EnumAttrCase<"EnergyIdle", 27, "energy_idle">]>;

#endif // SCOPE_IR_SCOPEENUMS_TD
