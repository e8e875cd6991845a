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
          clEnumValN(::scope::Objective::Edp, "edp", "energy times cycles of the batch"),
          clEnumValN(::scope::Objective::Ed2p, "ed2p", "energy times the square of the cycles"),
          clEnumValN(::scope::Objective::E2dp, "e2dp", "the square of the energy times the cycles"))}]>,
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
          clEnumValN(::scope::SearchKind::Pareto, "pareto", "the front of cycles, latency and energy"))}]>,
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
    Option<"maxLatency", "max-latency", "int64_t", /*default=*/"0",
        "Most cycles until the first beat is complete; 0: no bound">,
    Option<"maxEnergy", "max-energy", "int64_t", /*default=*/"0",
        "Most picojoules of a batch; 0: no bound">,
    Option<"maxChiplets", "max-chiplets", "int64_t", /*default=*/"0",
        "Most chiplets that the plan uses, along the snake order of the grid; the others are disabled. 0: all">,
    Option<"samples", "samples", "int64_t", /*default=*/"0",
        "Plans that search=random draws; 0: 1000">,
    Option<"seed", "seed", "int64_t", /*default=*/"1",
        "Where the numbers of search=random start">,
    Option<"function", "function", "std::string", /*default=*/"",
        "The function to plan; empty: every one">,
  ];
}

def FormLayers : Pass<"scope-form-layers", "::mlir::ModuleOp"> {
  let summary = "Group the operations of each function into layers";
  let description = [{
    Reads functions in TOSA, in linalg on tensors, or mixed, with static shapes:
    the one that `scope.config` names, or all that have a body. Moves every
    operation that is not constant into a `scope.layer`; constants, and
    operations on constants alone, stay in the body of the function.

    - A convolution, matmul, pooling or gather is the anchor of a layer.
    - Reductions along axes that depend on each other through elementwise
      operations are one layer: a softmax, a layer norm, a mean over an image.
    - An elementwise operation (bias, batch norm, activation, residual add)
      belongs to the latest layer that makes one of its operands, if the sizes
      agree; otherwise to its only consumer; otherwise it is a layer.
    - A view (reshape, transpose, slice, concat, pad, ...) belongs to its only
      consumer's layer, or, if it is shared, to the layer that makes what it
      shows.
    - An operation of which nothing is known (`tosa.custom`) is a layer that runs
      on one chiplet; a remark says so.

    Layers are convex and stand in an order in which they can run: depth first,
    so that branches stay together. A `scope.pin` of an operation becomes the pin
    of its layer. No operation is changed or doubled: `scope-strip` gives the
    program back.

    Refused, all in one error with counts: calls, side effects, regions outside
    of linalg, data that is no tensor, shapes that are not static.

    ```mlir
    %0 = scope.layer "conv2d_0" {
      %1 = tosa.conv2d ...
      %2 = tosa.clamp %1 ...
      scope.yield %2 : tensor<1x56x56x64xf32>
    } : tensor<1x56x56x64xf32>
    ```
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
}

def Search : Pass<"scope-search", "::mlir::ModuleOp"> {
  let summary = "Search the pipeline of each function";
  let description = [{
    Reads the layers of a function, the package and the configuration of the
    module, and pins. Searches the best plan (`PipelineSearchAnalysis`, which
    changes nothing) and writes it: `scope.segment` and `scope.cluster` around
    the layers, with sizes, weight modes, levels, regions along the snake order
    and costs; the partition of every layer; and the totals as `scope.plan` on
    the function.

    Remarks of category `scope-search` say why a segment ends where it ends and
    what limits each stage; with them come the next-best choices for segments and
    stages and what they would cost.

    Refused: functions without layers or with a plan; pins that contradict each
    other; a batch that is no multiple of a call's samples; networks that fit the
    package in no way, with the layer that needs most.

    ```
    scope-opt --scope-attach-package --scope-form-layers --scope-search model.mlir
    ```
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
}

def ChoosePlan : Pass<"scope-choose-plan", "::mlir::ModuleOp"> {
  let summary = "Search plans, and let the simulator choose";
  let description = [{
    Stands for `scope-search`, `scope-place` and `scope-allocate-buffers`, and reads
    what `scope-search` reads. Searches the best plan of the space that was asked
    for, and the best ones of parts of it (a strategy, a weight mode, pure
    partitions, no batch split, another objective). Each that is different is
    lowered to programs and simulated; the one that is best in what was asked for,
    as simulated, is written. `simulated_plans` and `simulated_cycles` of
    `scope.plan` say so, and the report.

    ```
    scope-opt --scope-attach-package --scope-form-layers --scope-choose-plan model.mlir
    scope-opt --scope-merge-pipeline="final=simulate" model.mlir
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::tosa::TosaDialect", "::mlir::index::IndexDialect", "::scope::ScopeDialect"];
}

def Place : Pass<"scope-place", "::mlir::ModuleOp"> {
  let summary = "Choose the chiplets of every region";
  let description = [{
    Reads a plan, whose regions `scope-search` laid along the snake order of the
    grid. Moves clusters along that order and along the one that goes by columns,
    then exchanges neighbouring chiplets of different regions, as long as that
    makes a beat shorter or, at equal cycles, links carry less (XY routes, the
    traffic of a beat). A beat takes as long as the busiest link or the slowest
    cluster; where others use a link for a part of the beat, transfers over it
    are as slow as if only the rest of it were there. Regions that are pinned to
    coordinates get these and stay; then, and where chiplets are of several
    kinds, only neighbours of one kind are exchanged. Writes `region` of every
    cluster. Costs of the model do not depend on it.

    Remarks of category `scope-place` give the cycles of a beat and the load of
    the busiest link before and after, what no load can be below, and the mean
    hops of a byte.
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
}

def AllocateBuffers : Pass<"scope-allocate-buffers", "::mlir::ModuleOp"> {
  let summary = "Give every buffer of a plan an offset";
  let description = [{
    Reads a plan. Writes `buffers` of every layer: weights, gathered pieces,
    arriving and waiting beats, and the tiles of operands and results, each with
    offset, bytes, copies and live steps. All chiplets of a region use the same
    offsets.

    Where there is room, what is fetched for a layer lies apart from what lives
    while the layer before is at work, so that it can come then.

    A plan that `scope-search` made can always be allocated. A plan that was
    edited by hand may need more than there is; the error says how much.

    Remarks of category `scope-allocate-buffers` give the most bytes of every
    cluster that live at a time, and where the highest buffer ends.
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
}

def Cost : Pass<"scope-cost", "::mlir::ModuleOp"> {
  let summary = "Compute the costs of a plan anew";
  let description = [{
    Reads a plan, for example one that was edited by hand. Writes the costs of
    segments, clusters and layers, and the totals and hashes of `scope.plan`.
    What the search knew of the plan (bound, proof) is dropped where it does not
    hold any more.

    Refused: plans that are not legal or do not fit, with what is needed and what
    there is.
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
}

def VerifyPlan : Pass<"scope-verify-plan", "::mlir::ModuleOp"> {
  let summary = "Check every promise of a plan";
  let description = [{
    Reads planned functions and changes nothing. Checks, with rules of its own
    that share no code with the search:

    - the plan belongs to this program and this package (hashes), and its format
      version can be read;
    - every layer is in the plan once, in an order in which it can run; nothing
      but constants stands outside;
    - regions lie on enabled chiplets and do not overlap in a segment;
    - partitions, levels, weight modes and beats are legal for what was asked,
      pins are honoured;
    - weights, arriving and waiting beats and tiles fit;
    - every cost is what the model says;
    - after allocation: every buffer that is needed is there, large enough, and
      none overlaps another that lives at the same step.

    One error for each promise that is broken, at its operation.
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
}

def Report : Pass<"scope-report", "::mlir::ModuleOp"> {
  let summary = "Say what a plan is and what it costs";
  let description = [{
    Reads planned functions, whether the search or a user's hand made the plan,
    and changes nothing. Writes to `output`:

    - `text`, for people, 120 columns wide: package, network, what was asked for,
      throughput, latency, energy, utilisation, bounds and the gap to the largest,
      then tables of segments, clusters and layers;
    - `csv`: one line a layer, below a line with the names of the columns;
    - `json`: what `scope-translate --scope-to-json` writes.

    Functions that have layers but no plan are reported too, except in JSON: their
    layers with sizes, multiply-accumulates and bytes.

    Costs are those that stand in the plan. If they are not those of the plan,
    because it was edited and `scope-cost` was not run, the report and a warning
    say so.

    On standard output the report stands before the program that `scope-opt`
    prints; send that elsewhere:

    ```
    scope-opt --scope-merge-pipeline --scope-report -o /dev/null model.mlir
    scope-opt --scope-report="format=csv output=layers.csv" -o /dev/null plan.mlir
    ```

    Refused: modules with nothing to report on, plans of another program or
    package, and files that cannot be written.
  }];
  let dependentDialects = ["::scope::ScopeDialect"];
  let options = [
    Option<"format", "format", "::scope::ReportFormat",
        /*default=*/"::scope::ReportFormat::Text",
        "The format of the report", [{::llvm::cl::values(
          clEnumValN(::scope::ReportFormat::Text, "text", "for people"),
          clEnumValN(::scope::ReportFormat::Json, "json", "versioned, of plans only"),
          clEnumValN(::scope::ReportFormat::Csv, "csv", "one line a layer"))}]>,
    Option<"output", "output", "std::string", /*default=*/"\"-\"",
        "File to write; - for standard output">,
  ];
}

def LowerToChiplets : Pass<"scope-lower-to-chiplets", "::mlir::ModuleOp"> {
  let summary = "Make one program a chiplet";
  let description = [{
    Reads planned functions whose regions are placed and whose buffers have
    offsets. Adds, for each, a `scope.programs` with the same package: a program
    for every chiplet, with loads, stores, sends, receives and computations on
    tiles, the functions that compute them (in linalg), and what they move. The
    function stays as it is. The contract is in `docs/programs.md`.

    Refused: plans that are not placed or have no buffers; layers that have no
    form in linalg; weights of which not even one output channel fits a piece.

    ```
    scope-opt --scope-merge-pipeline --scope-lower-to-chiplets model.mlir
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::tosa::TosaDialect", "::mlir::index::IndexDialect", "::scope::ScopeDialect"];
}

def Simulate : Pass<"scope-simulate", "::mlir::ModuleOp"> {
  let summary = "Time a plan on a package whose links contend";
  let description = [{
    Lowers planned functions whose regions are placed and whose buffers have
    offsets to programs of chiplets, or takes the `scope.programs` of the module,
    checks the programs, simulates them, and changes nothing. Writes what the simulator saw beside what the cost model said:
    cycles, energy, segments, what each chiplet did and waited for, and the busiest
    links and DRAM ports.

    Beats whose course repeats are simulated once; with `all-beats`, all of them.
    The result is the same.

    ```
    scope-opt --scope-merge-pipeline --scope-simulate -o /dev/null model.mlir
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::tosa::TosaDialect", "::mlir::index::IndexDialect", "::scope::ScopeDialect"];
  let options = [
    Option<"output", "output", "std::string", /*default=*/"\"-\"",
        "File to write; - for standard output">,
    Option<"allBeats", "all-beats", "bool", /*default=*/"false",
        "Simulate every beat">,
  ];
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

    With `keep-package`, what a new plan starts from stays: packages, the
    configuration, and the pin of a layer, which moves to the layer's anchor.

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
  let options = [
    Option<"keepPackage", "keep-package", "bool", /*default=*/"false",
        "Keep packages, the configuration and pins">,
  ];
}

#endif // SCOPE_TRANSFORMS_PASSES_TD
