// RUN: scope-opt %s --verify-roundtrip | FileCheck %s
// RUN: scope-opt %s --mlir-print-op-generic | scope-opt | FileCheck %s
// RUN: scope-opt %s --emit-bytecode | scope-opt | FileCheck %s
// RUN: scope-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// CHECK-LABEL: func.func @layers
// GENERIC: sym_name = "layers"
func.func @layers(%arg0: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // The result is called like the layer.
  // CHECK: %conv_0 = scope.layer "conv_0" {
  // CHECK-NEXT: math.exp
  // CHECK-NEXT: scope.yield %{{.*}} : tensor<4xf32>
  // CHECK-NEXT: } : tensor<4xf32>
  // GENERIC: "scope.layer"() <{name = "conv_0"}> ({
  %0 = scope.layer "conv_0" {
    %1 = math.exp %arg0 : tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  // CHECK: %two:2 = scope.layer "two" partition<batch = 2> streamed pin<cut>
  // CHECK-SAME: cost<cycles = 7> buffers[#scope.buffer<input, offset = 0, bytes = 16>]
  // CHECK-SAME: attributes {test.mark} {
  // CHECK: scope.yield %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>
  // CHECK-NEXT: } : tensor<4xf32>, tensor<4xf32>
  %2:2 = scope.layer "two" partition<batch = 2> streamed pin<cut> cost<cycles = 7>
      buffers[#scope.buffer<input, offset = 0, bytes = 16>] attributes {test.mark} {
    %3 = math.exp %0 : tensor<4xf32>
    %4 = math.exp %3 : tensor<4xf32>
    scope.yield %3, %4 : tensor<4xf32>, tensor<4xf32>
  } : tensor<4xf32>, tensor<4xf32>
  // CHECK: scope.layer "nothing" {
  // CHECK-NEXT: scope.yield
  // CHECK-NEXT: }
  scope.layer "nothing" {
    scope.yield
  }
  // CHECK: return %two#0, %two#1
  return %2#0, %2#1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @plan
func.func @plan(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[S0:.*]]:2 = scope.segment beat 4 cost<cycles = 12, load = 3> {
  %0:2 = scope.segment beat 4 cost<load = 3, cycles = 12> {
    // CHECK-NEXT: %[[C0:.*]] = scope.cluster chiplets 2 weights replicated level 6 {
    // GENERIC: "scope.cluster"() <{chiplets = 2 : i64, level = 6 : i64, weights = #scope<weight_mode replicated>}> ({
    %1 = scope.cluster chiplets 2 weights replicated level 6 {
      // CHECK-NEXT: %a = scope.layer "a" partition<row = 2> {
      %2 = scope.layer "a" partition<row = 2> {
        %3 = math.exp %arg0 : tensor<4xf32>
        scope.yield %3 : tensor<4xf32>
      } : tensor<4xf32>
      // CHECK: scope.yield %a : tensor<4xf32>
      scope.yield %2 : tensor<4xf32>
    } : tensor<4xf32>
    // CHECK: scope.cluster chiplets 4 weights distributed level 14 region<[0,0]-[1,1]>
    // CHECK-SAME: cost<stage = 5> {
    // CHECK-NEXT: scope.layer "b" buffers[#scope.buffer<weights, index = 1, offset = 0, bytes = 64, first = 0, last = 1, region = <[0,1]>>] {
    %4 = scope.cluster chiplets 4 weights distributed level 14
        region<[0,0]-[0,1], [1,0], [1,1]> cost<stage = 5> {
      %5 = scope.layer "b"
          buffers[#scope.buffer<weights, index = 1, offset = 0, bytes = 64, first = 0, last = 1,
                                region = <[0,1]>>] {
        %6 = math.exp %1 : tensor<4xf32>
        scope.yield %6 : tensor<4xf32>
      } : tensor<4xf32>
      scope.yield %5 : tensor<4xf32>
    } : tensor<4xf32>
    scope.yield %1, %4 : tensor<4xf32>, tensor<4xf32>
  } : tensor<4xf32>, tensor<4xf32>
  // A second segment may use the same chiplets.
  // CHECK: scope.segment beat 1 {
  %7 = scope.segment beat 1 {
    // CHECK-NEXT: scope.cluster chiplets 4 weights replicated level 2 ahead region<[0,0]-[1,1]> {
    // GENERIC: "scope.cluster"() <{ahead, chiplets = 4
    %8 = scope.cluster chiplets 4 weights replicated level 2 ahead region<[0,0]-[1,1]> {
      %9 = scope.layer "c" {
        %10 = arith.addf %0#0, %0#1 : tensor<4xf32>
        scope.yield %10 : tensor<4xf32>
      } : tensor<4xf32>
      %11 = scope.layer "d" {
        %12 = math.exp %9 : tensor<4xf32>
        scope.yield %12 : tensor<4xf32>
      } : tensor<4xf32>
      scope.yield %11 : tensor<4xf32>
    } : tensor<4xf32>
    scope.yield %8 : tensor<4xf32>
  } : tensor<4xf32>
  return %7 : tensor<4xf32>
}

// A plan on buffers: operations that manage memory stand between the layers.
// CHECK-LABEL: func.func @buffers
func.func @buffers(%arg0: memref<4xf32>) -> memref<4xf32> {
  %0 = scope.segment beat 1 {
    %true = arith.constant true
    %1:2 = scope.cluster chiplets 1 weights replicated level 2 {
      %2 = scope.layer "a" {
        %alloc = memref.alloc() : memref<4xf32>
        scope.yield %alloc : memref<4xf32>
      } : memref<4xf32>
      %3 = scope.layer "b" {
        %alloc = memref.alloc() : memref<4xf32>
        memref.copy %2, %alloc : memref<4xf32> to memref<4xf32>
        scope.yield %alloc : memref<4xf32>
      } : memref<4xf32>
      // CHECK: memref.dealloc %a : memref<4xf32>
      memref.dealloc %2 : memref<4xf32>
      scope.yield %3, %true : memref<4xf32>, i1
    } : memref<4xf32>, i1
    scope.yield %1#0 : memref<4xf32>
  } : memref<4xf32>
  return %0 : memref<4xf32>
}
