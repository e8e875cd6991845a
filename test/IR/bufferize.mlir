// RUN: scope-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" | FileCheck %s
// RUN: scope-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --buffer-deallocation-pipeline | FileCheck %s --check-prefix=DEALLOC
// RUN: scope-opt %s --one-shot-bufferize="bufferize-function-boundaries" --canonicalize | FileCheck %s --check-prefix=STRIDED

// CHECK-LABEL: func.func @plan
// CHECK-SAME: (%[[ARG:.*]]: memref<4xf32>) -> memref<4xf32>
// DEALLOC-LABEL: func.func @plan
// STRIDED-LABEL: func.func @plan
// STRIDED-SAME: (%{{.*}}: memref<4xf32, strided<[?], offset: ?>>) -> memref<4xf32>
func.func @plan(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[CST:.*]] = memref.get_global
  %cst = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  // Attributes stay.
  // CHECK: %[[S:.*]] = scope.segment beat 4 cost<cycles = 12> {
  %0 = scope.segment beat 4 cost<cycles = 12> {
    // CHECK-NEXT: %[[C:.*]] = scope.cluster chiplets 2 weights replicated level 6 region<[0,0]-[0,1]> attributes {test.mark} {
    %1 = scope.cluster chiplets 2 weights replicated level 6 region<[0,0]-[0,1]> attributes {test.mark} {
      // CHECK-NEXT: %a = scope.layer "a" partition<row = 2> {
      // CHECK-NEXT: %[[ALLOC:.*]] = memref.alloc()
      // CHECK-NEXT: linalg.add ins(%[[ARG]], %[[CST]] : {{.*}}) outs(%[[ALLOC]] : memref<4xf32>)
      // CHECK-NEXT: scope.yield %[[ALLOC]] : memref<4xf32>
      // CHECK-NEXT: } : memref<4xf32>
      %2 = scope.layer "a" partition<row = 2> {
        %e = tensor.empty() : tensor<4xf32>
        %3 = linalg.add ins(%arg0, %cst : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
        scope.yield %3 : tensor<4xf32>
      } : tensor<4xf32>
      // CHECK-NEXT: %b = scope.layer "b"
      // CHECK: linalg.mul ins(%a, %[[CST]] : {{.*}})
      // CHECK: } : memref<4xf32>
      %4 = scope.layer "b" {
        %e = tensor.empty() : tensor<4xf32>
        %5 = linalg.mul ins(%2, %cst : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
        scope.yield %5 : tensor<4xf32>
      } : tensor<4xf32>
      // What one layer made is released in the cluster.
      // DEALLOC: %b:2 = scope.layer "b"
      // DEALLOC: } : memref<4xf32>, i1
      // DEALLOC: memref.dealloc
      // DEALLOC: scope.yield
      // CHECK-NEXT: scope.yield %b : memref<4xf32>
      // CHECK-NEXT: } : memref<4xf32>
      scope.yield %4 : tensor<4xf32>
    } : tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  // CHECK: return %[[S]] : memref<4xf32>
  return %0 : tensor<4xf32>
}

// A layer may write where its input lies if nobody reads that afterwards, and
// must not if somebody does.
// CHECK-LABEL: func.func @in_place
func.func @in_place(%arg0: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %cst = arith.constant 1.0 : f32
  // CHECK: %a = scope.layer "a"
  // CHECK: %[[A:.*]] = memref.alloc
  // CHECK: scope.yield %[[A]]
  %0 = scope.layer "a" {
    %e = tensor.empty() : tensor<4xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  // CHECK: %b = scope.layer "b"
  // CHECK-NEXT: %[[B:.*]] = memref.alloc
  // CHECK-NEXT: linalg.exp ins(%a : memref<4xf32>) outs(%[[B]] : memref<4xf32>)
  // CHECK-NEXT: scope.yield %[[B]]
  %2 = scope.layer "b" {
    %3 = linalg.exp ins(%0 : tensor<4xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    scope.yield %3 : tensor<4xf32>
  } : tensor<4xf32>
  // CHECK: %c = scope.layer "c"
  // CHECK-NEXT: linalg.exp ins(%b : memref<4xf32>) outs(%b : memref<4xf32>)
  // CHECK-NEXT: scope.yield %b
  %4 = scope.layer "c" {
    %5 = linalg.exp ins(%2 : tensor<4xf32>) outs(%2 : tensor<4xf32>) -> tensor<4xf32>
    scope.yield %5 : tensor<4xf32>
  } : tensor<4xf32>
  return %0, %4 : tensor<4xf32>, tensor<4xf32>
}

// The layout of what a layer gives follows from its body.
// CHECK-LABEL: func.func @strided
// CHECK: scope.layer "a"
// CHECK: } : memref<4xf32, strided<[8], offset: 3>>
func.func @strided(%arg0: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = scope.layer "a" {
    %1 = tensor.extract_slice %arg0[0, 3] [4, 1] [1, 1] : tensor<4x8xf32> to tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  %2 = scope.layer "b" {
    %e = tensor.empty() : tensor<4xf32>
    %3 = linalg.exp ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scope.yield %3 : tensor<4xf32>
  } : tensor<4xf32>
  return %2 : tensor<4xf32>
}
