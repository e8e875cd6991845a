// What the passes added goes away; the program is what it was, text for text.

// RUN: rm -rf %t && split-file %s %t
// RUN: scope-opt %t/program.mlir -o %t/program.out
// RUN: scope-opt %t/plan.mlir --scope-strip -o %t/plan.out
// RUN: diff %t/program.out %t/plan.out
// RUN: scope-opt %t/layers.mlir --scope-strip -o %t/layers.out
// RUN: diff %t/program.out %t/layers.out
// RUN: scope-opt %t/program.mlir --scope-strip -o %t/again.out
// RUN: diff %t/program.out %t/again.out

// What is attached before goes away as well.
// RUN: scope-opt %t/program.mlir --scope-attach-package="package=tiny-2x2 batch=8" --scope-strip -o %t/attached.out
// RUN: diff %t/program.out %t/attached.out

//--- program.mlir
module attributes {test.mark} {
  func.func private @callee(tensor<4xf32>) -> tensor<4xf32> attributes {test.plan = 1}
  func.func @main(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) attributes {test.mark} {
    %cst = arith.constant dense<2.0> : tensor<4xf32>
    %0 = math.exp %arg0 {scope.pin = #scope.pin<cut>} : tensor<4xf32>
    %1 = arith.addf %0, %cst : tensor<4xf32>
    %2 = math.exp %1 : tensor<4xf32>
    %3 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
        ins(%1 : tensor<4xf32>) outs(%2 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %5 = arith.addf %in, %out : f32
      linalg.yield %5 : f32
    } -> tensor<4xf32>
    %4 = arith.mulf %3, %0 {test.mark} : tensor<4xf32>
    return %2, %4, %arg1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  module @inner {
    func.func @f(%arg0: tensor<4xf32>) -> tensor<4xf32> {
      %0 = math.exp %arg0 : tensor<4xf32>
      return %0 : tensor<4xf32>
    }
  }
}

//--- plan.mlir
module attributes {scope.config = #scope.config<batch = 8>, test.mark} {
  scope.package @p <{
    rows = 2, cols = 2, clock = 1 GHz,
    mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
    port = 8 B/cycle, hop = 2 cycles,
    dram = [<[0,0], [1,0] each 2 GB/s>]
  }>
  func.func private @callee(tensor<4xf32>) -> tensor<4xf32> attributes {test.plan = 1}
  func.func @main(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
      attributes {scope.plan = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef",
                    package_hash = "0123456789abcdef", batch = 8, cycles = 1, latency = 1, energy = 1>, test.mark} {
    %cst = arith.constant dense<2.0> : tensor<4xf32>
    %s:2 = scope.segment beat 4 cost<cycles = 12> {
      // Gives results in another order, one of them twice, and one that
      // nobody reads.
      %c:3 = scope.cluster chiplets 2 weights replicated level 6 region<[0,0]-[0,1]> {
        %l:2 = scope.layer "a" partition<row = 2> pin<cluster = 3> cost<cycles = 3>
            buffers[#scope.buffer<weights, offset = 0, bytes = 64>] attributes {test.gone} {
          %0 = math.exp %arg0 {scope.pin = #scope.pin<cut>} : tensor<4xf32>
          %1 = arith.addf %0, %cst : tensor<4xf32>
          scope.yield %1, %0 : tensor<4xf32>, tensor<4xf32>
        } : tensor<4xf32>, tensor<4xf32>
        scope.yield %l#1, %l#0, %l#0 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
      } : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
      // A layer whose value stays in its cluster.
      %d:2 = scope.cluster chiplets 2 weights distributed level 2 region<[1,0]-[1,1]> {
        %l = scope.layer "b" {
          %2 = math.exp %c#2 : tensor<4xf32>
          scope.yield %2 : tensor<4xf32>
        } : tensor<4xf32>
        %m = scope.layer "c" streamed {
          %3 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
              ins(%c#1 : tensor<4xf32>) outs(%l : tensor<4xf32>) {
          ^bb0(%in: f32, %out: f32):
            %5 = arith.addf %in, %out : f32
            linalg.yield %5 : f32
          } -> tensor<4xf32>
          %4 = arith.mulf %3, %c#0 {test.mark} : tensor<4xf32>
          scope.yield %4 : tensor<4xf32>
        } : tensor<4xf32>
        scope.yield %l, %m : tensor<4xf32>, tensor<4xf32>
      } : tensor<4xf32>, tensor<4xf32>
      scope.yield %d#0, %d#1 : tensor<4xf32>, tensor<4xf32>
    } : tensor<4xf32>, tensor<4xf32>
    // Passes on what it gets.
    %t:3 = scope.segment beat 1 {
      %c:3 = scope.cluster chiplets 1 weights replicated level 2 {
        %l:3 = scope.layer "d" {
          scope.yield %s#1, %arg1, %s#0 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
        } : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
        scope.yield %l#0, %l#1, %l#2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
      } : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
      scope.yield %c#0, %c#1, %c#2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
    } : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
    return %t#2, %t#0, %t#1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  module @inner attributes {scope.config = #scope.config<batch = 2>} {
    scope.package @p <{
      rows = 2, cols = 2, clock = 1 GHz,
      mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
      port = 8 B/cycle, hop = 2 cycles,
      dram = [<[0,0], [1,0] each 2 GB/s>]
    }>
    func.func @f(%arg0: tensor<4xf32>) -> tensor<4xf32>
        attributes {scope.plan = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef",
                      package_hash = "0123456789abcdef", batch = 2, cycles = 1, latency = 1, energy = 1>} {
      %s = scope.segment beat 1 {
        %c = scope.cluster chiplets 1 weights replicated level 2 {
          %l = scope.layer "a" {
            %0 = math.exp %arg0 : tensor<4xf32>
            scope.yield %0 : tensor<4xf32>
          } : tensor<4xf32>
          scope.yield %l : tensor<4xf32>
        } : tensor<4xf32>
        scope.yield %c : tensor<4xf32>
      } : tensor<4xf32>
      return %s : tensor<4xf32>
    }
  }
}

//--- layers.mlir
// Layers, and operations between them that are in none.
module attributes {test.mark} {
  func.func private @callee(tensor<4xf32>) -> tensor<4xf32> attributes {test.plan = 1}
  func.func @main(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) attributes {test.mark} {
    %cst = arith.constant dense<2.0> : tensor<4xf32>
    %l:2 = scope.layer "a" {
      %0 = math.exp %arg0 {scope.pin = #scope.pin<cut>} : tensor<4xf32>
      %1 = arith.addf %0, %cst : tensor<4xf32>
      scope.yield %0, %1 : tensor<4xf32>, tensor<4xf32>
    } : tensor<4xf32>, tensor<4xf32>
    %2 = math.exp %l#1 : tensor<4xf32>
    scope.layer "nothing" {
      scope.yield
    }
    %3 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
        ins(%l#1 : tensor<4xf32>) outs(%2 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %5 = arith.addf %in, %out : f32
      linalg.yield %5 : f32
    } -> tensor<4xf32>
    %m = scope.layer "b" pin<join> {
      %4 = arith.mulf %3, %l#0 {test.mark} : tensor<4xf32>
      scope.yield %4 : tensor<4xf32>
    } : tensor<4xf32>
    return %2, %m, %arg1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  module @inner {
    func.func @f(%arg0: tensor<4xf32>) -> tensor<4xf32> {
      %0 = scope.layer "a" {
        %1 = math.exp %arg0 : tensor<4xf32>
        scope.yield %1 : tensor<4xf32>
      } : tensor<4xf32>
      return %0 : tensor<4xf32>
    }
  }
}
