//===- ScopeOps.td - Operations of plans -------------------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The nested regions of a plan. The package is in ScopePackage.td.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEOPS_TD
#define SCOPE_IR_SCOPEOPS_TD

include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "scope/IR/ScopeAttrs.td"
include "scope/IR/ScopePackage.td"
include "scope/IR/ScopePrograms.td"

class Scope_Op<string mnemonic, list<Trait> traits = []>
    : Op<Scope_Dialect, mnemonic, traits>;

// A single-block region that runs once, takes no arguments, reads values that
// dominate it, and gives what its yield names. It does not say how often it
// runs: upstream's control-flow sinking moves operations into regions that run
// once, and would put one layer into another.
class Scope_RegionOp<string mnemonic, list<Trait> traits = []>
    : Scope_Op<mnemonic, traits # [
        SingleBlock, NoRegionArguments, RecursiveMemoryEffects,
        RecursivelySpeculatable,
        DeclareOpInterfaceMethods<RegionBranchOpInterface>,
        DeclareOpInterfaceMethods<BufferizableOpInterface,
                                  ["getAliasingOpOperands", "bufferize"]>]> {
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  code regionDeclaration = [{
    /// The terminator.
    YieldOp getYield();
  }];
  let extraClassDefinition = [{
    YieldOp $cppClass::getYield() {
      return ::llvm::cast<YieldOp>(getBody().front().getTerminator());
    }
    void $cppClass::getSuccessorRegions(
        ::mlir::RegionBranchPoint point,
        ::llvm::SmallVectorImpl<::mlir::RegionSuccessor> &successors) {
      if (point.isParent())
        successors.emplace_back(&getBody());
      else
        successors.emplace_back(getOperation(), getOperation()->getResults());
    }
    ::mlir::bufferization::AliasingOpOperandList
    $cppClass::getAliasingOpOperands(
        ::mlir::Value value, const ::mlir::bufferization::AnalysisState &) {
      return detail::getAliasingYieldOperand(value);
    }
    ::llvm::LogicalResult $cppClass::bufferize(
        ::mlir::RewriterBase &rewriter,
        const ::mlir::bufferization::BufferizationOptions &options,
        ::mlir::bufferization::BufferizationState &state) {
      return detail::bufferizeRegionOp(*this, rewriter, options, state);
    }
  }];
}

def Scope_YieldOp : Scope_Op<"yield", [
    Pure, ReturnLike, Terminator,
    ParentOneOf<["LayerOp", "ClusterOp", "SegmentOp"]>,
    DeclareOpInterfaceMethods<BufferizableOpInterface,
        ["bufferizesToMemoryRead", "bufferizesToMemoryWrite",
         "getAliasingValues", "mustBufferizeInPlace", "bufferize"]>]> {
  let summary = "gives the results of a layer, a cluster or a segment";
  let description = [{
    ```mlir
    scope.yield %0, %1 : tensor<4xf32>, tensor<8xf32>
    ```

    Constraints:

    - it ends a `scope.layer`, a `scope.cluster` or a `scope.segment`;
    - its operands have the types of the surrounding operation's results.
  }];
  let arguments = (ins Variadic<AnyType>:$operands);
  let builders = [OpBuilder<(ins), [{ /* gives nothing */ }]>];
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
}

def Scope_LayerOp : Scope_RegionOp<"layer", [
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "the unit of scheduling: an anchor operation and what fuses to it";
  let description = [{
    The operations inside are ordinary ones of upstream dialects. The results
    are the values that are used after the layer; everything else is read by
    dominance. A planned layer has a partition and a cost.

    ```mlir
    %0 = scope.layer "conv2d_3" partition<row = 4> {
      %1 = tosa.add %arg0, %arg0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      scope.yield %1 : tensor<4xf32>
    } : tensor<4xf32>
    ```

    `streamed` says that the weights do not stay in SRAM: they come from DRAM in
    every beat.

    Constraints:

    - the body is one block without arguments that ends in a `scope.yield` of
      the layer's result types;
    - no `scope` operation but the yield is inside;
    - it stands in a `scope.cluster` or directly in the body of a function;
    - the name is not empty, and no other layer of the function has it;
    - the partition makes no more tiles than the cluster has chiplets;
    - the buffers' chiplets belong to the cluster's region, and their live
      ranges end at a step of the cluster.
  }];
  let arguments = (ins
    StrAttr:$name,
    OptionalAttr<Scope_PartitionAttr>:$partition,
    UnitAttr:$streamed,
    OptionalAttr<Scope_PinAttr>:$pin,
    OptionalAttr<Scope_CostAttr>:$cost,
    OptionalAttr<TypedArrayAttrBase<Scope_BufferAttr, "array of buffers">>:$buffers);
  let assemblyFormat = [{
    $name (`partition` `` $partition^)? (`streamed` $streamed^)?
    (`pin` `` $pin^)? (`cost` `` $cost^)? (`buffers` `` $buffers^)?
    attr-dict-with-keyword $body (`:` type($results)^)?
  }];
  let extraClassDeclaration = regionDeclaration;
}

def Scope_ClusterOp : Scope_RegionOp<"cluster", [HasParent<"SegmentOp">]> {
  let summary = "layers that run one after another on one region of chiplets";
  let description = [{
    One stage of a pipeline. `chiplets` is the size of its region; the region
    itself is known after placement. `level` is the part of each SRAM, in
    sixteenths, that weights and edge buffers may take. With `ahead` the
    cluster keeps a beat that arrives and one that leaves, so that the DRAM
    reads and writes them while the layers are at work on the one between.

    ```mlir
    %0 = scope.cluster chiplets 4 weights distributed level 6 ahead region<[0,0]-[0,3]> {
      ...
    } : tensor<4xf32>
    ```

    Constraints:

    - the body is one block without arguments that ends in a `scope.yield` of
      the cluster's result types;
    - it stands in a `scope.segment`;
    - it holds at least one `scope.layer`, and nothing but layers and the yield
      (once its results are buffers, operations that manage memory may stand
      between the layers);
    - `chiplets` is 1 to 1024;
    - `level` is 2, 4, 6, 8, 10, 12 or 14;
    - `ahead` stands only in a cluster of several layers that is alone in its
      segment;
    - the region has as many chiplets as `chiplets` says.
  }];
  let arguments = (ins
    ConfinedAttr<I64Attr, [IntPositive, IntMaxValue<1024>]>:$chiplets,
    Scope_WeightModeAttr:$weights,
    I64Attr:$level,
    UnitAttr:$ahead,
    OptionalAttr<Scope_RegionAttr>:$region,
    OptionalAttr<Scope_CostAttr>:$cost);
  let assemblyFormat = [{
    `chiplets` $chiplets `weights` `` $weights `level` $level (`ahead` $ahead^)?
    (`region` `` $region^)? (`cost` `` $cost^)?
    attr-dict-with-keyword $body (`:` type($results)^)?
  }];
  let extraClassDeclaration = regionDeclaration;
}

def Scope_SegmentOp : Scope_RegionOp<"segment"> {
  let summary = "clusters that are in the package together and run as a pipeline";
  let description = [{
    Segments run one after another, each on the whole package. `beat` samples
    move through the pipeline at a time.

    ```mlir
    %0 = scope.segment beat 4 cost<cycles = 81000, load = 1000> {
      ...
    } : tensor<4xf32>
    ```

    Constraints:

    - the body is one block without arguments that ends in a `scope.yield` of
      the segment's result types;
    - it stands directly in the body of a function;
    - it holds at least one `scope.cluster`, and nothing but clusters and the
      yield (once its results are buffers, operations that manage memory may
      stand between the clusters);
    - `beat` is at least 1;
    - the regions of its clusters do not overlap.
  }];
  let arguments = (ins
    ConfinedAttr<I64Attr, [IntPositive]>:$beat,
    OptionalAttr<Scope_CostAttr>:$cost);
  let assemblyFormat = [{
    `beat` $beat (`cost` `` $cost^)?
    attr-dict-with-keyword $body (`:` type($results)^)?
  }];
  let extraClassDeclaration = regionDeclaration;
}

#endif // SCOPE_IR_SCOPEOPS_TD
