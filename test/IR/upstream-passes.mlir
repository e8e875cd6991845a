// Passes of upstream leave a plan a plan: no layer is inlined, merged, moved
// into another, or erased while somebody reads it.

// RUN: scope-opt %s --canonicalize | FileCheck %s --check-prefixes=CHECK,HOISTED
// RUN: scope-opt %s --cse | FileCheck %s
// RUN: scope-opt %s --sccp | FileCheck %s
// RUN: scope-opt %s --control-flow-sink | FileCheck %s
// RUN: scope-opt %s --loop-invariant-code-motion | FileCheck %s
// RUN: scope-opt %s --remove-dead-values | FileCheck %s
// RUN: scope-opt %s --symbol-dce | FileCheck %s
// RUN: scope-opt %s --inline | FileCheck %s
// RUN: scope-opt %s --topological-sort | FileCheck %s
// RUN: scope-opt %s --canonicalize --cse --canonicalize | FileCheck %s --check-prefixes=CHECK,HOISTED

// CHECK-LABEL: func.func @plan
func.func @plan(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // A constant that folding leaves behind goes to the function.
  // HOISTED: arith.constant dense<2.000000e+00>
  // CHECK: %[[S:.*]]:2 = scope.segment beat 4
  %0:2 = scope.segment beat 4 {
    // CHECK-NEXT: %[[C:.*]]:2 = scope.cluster
    %1:2 = scope.cluster chiplets 2 weights replicated level 6 {
      // CHECK-NEXT: %a = scope.layer "a"
      // HOISTED-NEXT: math.exp
      // CHECK: scope.yield
      // CHECK-NEXT: } : tensor<4xf32>
      %2 = scope.layer "a" {
        %3 = math.exp %arg0 : tensor<4xf32>
        scope.yield %3 : tensor<4xf32>
      } : tensor<4xf32>
      // The same work under another name is another layer.
      // CHECK-NEXT: %b = scope.layer "b"
      // CHECK: scope.yield
      // CHECK-NEXT: } : tensor<4xf32>
      %4 = scope.layer "b" {
        %5 = math.exp %arg0 : tensor<4xf32>
        scope.yield %5 : tensor<4xf32>
      } : tensor<4xf32>
      // A layer that does nothing.
      // CHECK-NEXT: %c:2 = scope.layer "c"
      // CHECK-NEXT: scope.yield
      // CHECK-NEXT: } : tensor<4xf32>, tensor<4xf32>
      %6:2 = scope.layer "c" {
        scope.yield %2, %4 : tensor<4xf32>, tensor<4xf32>
      } : tensor<4xf32>, tensor<4xf32>
      // CHECK-NEXT: %d = scope.layer "d"
      // CHECK: arith.mulf
      // CHECK: scope.yield
      // CHECK-NEXT: } : tensor<4xf32>
      %7 = scope.layer "d" {
        %one = arith.constant dense<1.0> : tensor<4xf32>
        %two = arith.addf %one, %one : tensor<4xf32>
        %8 = arith.mulf %6#0, %two : tensor<4xf32>
        %9 = arith.addf %8, %6#1 : tensor<4xf32>
        scope.yield %9 : tensor<4xf32>
      } : tensor<4xf32>
      // CHECK-NEXT: scope.yield
      scope.yield %4, %7 : tensor<4xf32>, tensor<4xf32>
    } : tensor<4xf32>, tensor<4xf32>
    scope.yield %1#0, %1#1 : tensor<4xf32>, tensor<4xf32>
  } : tensor<4xf32>, tensor<4xf32>
  // CHECK: return %[[S]]#0, %[[S]]#1
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}
