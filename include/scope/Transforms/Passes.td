//===- Passes.td - Passes of Scope -------------------------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One `def` a pass: what it reads, what it writes and where, its options.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TRANSFORMS_PASSES_TD
#define SCOPE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AttachPackage : Pass<"scope-attach-package", "::mlir::ModuleOp"> {
  let summary = "Put the package and the search configuration into the module";
  let description = [{
    Reads its options, and the file that `package-file` names. Writes one
    `scope.package` to the beginning of the module, instead of the one that is
    there, and the other options as attribute `scope.config` of the module.

    With neither `package` nor `package-file`, a package that the module has
    already stays; a module without any gets `simba-6x6`. The page on presets
    lists the known packages and their fields. A package file is a module that
    holds one `scope.package` and nothing else.

    Refused, with an error at the package: whatever its verifier refuses, DRAM
    ports that are faster than the links at their chiplets, and quantities that
    are too large or too finely divided to compute with exactly.

    ```
    scope-opt --scope-attach-package="package=simba-4x4 batch=16" model.mlir
    ```

    ```mlir
    module attributes {scope.config = #scope.config<batch = 16>} {
      scope.package @simba_4x4 <{
        rows = 4, cols = 4, clock = 1 GHz,
        ...
      }>
      ...
    }
    ```
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
  let options = [
    Option<"package", "package", "std::string", /*default=*/"",
        "Name of a built-in package, for example simba-6x6">,
    Option<"packageFile", "package-file", "std::string", /*default=*/"",
        "File that holds one scope.package">,
    Option<"batch", "batch", "int64_t", /*default=*/"0",
        "Samples of a batch; 0: the package's">,
    Option<"assumeBits", "assume-bits", "int64_t", /*default=*/"0",
        "Width that every element is counted with, 8, 16 or 32; 0: the program's own">,
    Option<"objective", "objective", "::scope::Objective",
        /*default=*/"::scope::Objective::Throughput",
        "What the plan is best in", [{::llvm::cl::values(
          clEnumValN(::scope::Objective::Throughput, "throughput", "cycles of the batch"),
          clEnumValN(::scope::Objective::Latency, "latency", "cycles until the first beat is complete"),
          clEnumValN(::scope::Objective::Energy, "energy", "energy of the batch"),
          clEnumValN(::scope::Objective::Edp, "edp", "energy times cycles of the batch"))}]>,
    Option<"strategy", "strategy", "::scope::Strategy",
        /*default=*/"::scope::Strategy::Merged",
        "Which plans are allowed", [{::llvm::cl::values(
          clEnumValN(::scope::Strategy::Merged, "merged", "all"),
          clEnumValN(::scope::Strategy::Segmented, "segmented", "one layer with multiply-accumulates a cluster"),
          clEnumValN(::scope::Strategy::Sequential, "sequential", "one cluster a segment"),
          clEnumValN(::scope::Strategy::FullPipeline, "full-pipeline", "one segment"),
          clEnumValN(::scope::Strategy::LayerByLayer, "layer-by-layer", "every layer on the whole package"),
          clEnumValN(::scope::Strategy::DataParallel, "data-parallel", "one cluster a segment, only the batch split"))}]>,
    Option<"space", "space", "::scope::Space", /*default=*/"::scope::Space::Full",
        "Which schedules are searched", [{::llvm::cl::values(
          clEnumValN(::scope::Space::Full, "full", "all that the model knows"),
          clEnumValN(::scope::Space::Published, "published", "those of the published pipelines"))}]>,
    Option<"search", "search", "::scope::SearchKind",
        /*default=*/"::scope::SearchKind::Auto",
        "The search algorithm", [{::llvm::cl::values(
          clEnumValN(::scope::SearchKind::Auto, "auto", "the best that the work budget allows"),
          clEnumValN(::scope::SearchKind::Exact, "exact", "to the end, with a proof"),
          clEnumValN(::scope::SearchKind::Linear, "linear", "time linear in the layers"),
          clEnumValN(::scope::SearchKind::Exhaustive, "exhaustive", "all plans, small networks only"),
          clEnumValN(::scope::SearchKind::Random, "random", "plans at random"),
          clEnumValN(::scope::SearchKind::Pareto, "pareto", "the front of time and energy"))}]>,
    Option<"workBudget", "work-budget", "int64_t", /*default=*/"0",
        "Label relaxations that the search may spend; 0: its own choice">,
    Option<"timeLimit", "time-limit", "double", /*default=*/"0",
        "Seconds that the search may take; 0: no limit. Results may then vary">,
    Option<"partitionSpace", "partition-space", "::scope::PartitionSpace",
        /*default=*/"::scope::PartitionSpace::Mixed",
        "Which partitions a layer may have", [{::llvm::cl::values(
          clEnumValN(::scope::PartitionSpace::Mixed, "mixed", "all"),
          clEnumValN(::scope::PartitionSpace::Pure, "pure", "input-shared or weight-shared, not both"))}]>,
    Option<"splitBatch", "split-batch", "bool", /*default=*/"true",
        "Whether the batch may be split over chiplets">,
    Option<"maxBeat", "max-beat", "int64_t", /*default=*/"0",
        "Largest beat in samples; 0: no bound">,
    Option<"weights", "weights", "::scope::WeightChoice",
        /*default=*/"::scope::WeightChoice::Any",
        "How clusters may hold their weights", [{::llvm::cl::values(
          clEnumValN(::scope::WeightChoice::Any, "any", "either way"),
          clEnumValN(::scope::WeightChoice::Replicated, "replicated", "every chiplet what its tiles need"),
          clEnumValN(::scope::WeightChoice::Distributed, "distributed", "every byte once, gathered before use"))}]>,
    Option<"function", "function", "std::string", /*default=*/"",
        "The function to plan; empty: every one">,
  ];
}

def FormLayers : Pass<"scope-form-layers", "::mlir::ModuleOp"> {
  let summary = "Group the operations of each function into layers";
  let dependentDialects = ["::scope::ScopeDialect"];
}

def Strip : Pass<"scope-strip", "::mlir::ModuleOp"> {
  let summary = "Give the original program back";
  let description = [{
    Reads a module with plans in any state: finished, with layers only, on
    buffers, or none. The modules inside are treated alike. What the other
    passes have added goes away:

    - every `scope.segment`, `scope.cluster` and `scope.layer`; the operations
      inside take its place, in their order, and whoever read a result reads
      what was yielded;
    - every `scope.package`;
    - the attribute `scope.config` of modules and the attribute `scope.plan` of
      functions.

    A `scope.pin` on an operation belongs to the user's program and stays. The
    pin of a `scope.layer`, and every other attribute of an operation of the
    plan, goes away with it.

    ```
    scope-opt --scope-strip plan.mlir
    ```

    ```mlir
    %0 = scope.layer "conv2d_3" partition<row = 4> {
      %1 = tosa.add %arg0, %arg0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      scope.yield %1 : tensor<4xf32>
    } : tensor<4xf32>
    return %0 : tensor<4xf32>
    ```

    becomes

    ```mlir
    %0 = tosa.add %arg0, %arg0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
    ```
  }];
}

#endif // SCOPE_TRANSFORMS_PASSES_TD
