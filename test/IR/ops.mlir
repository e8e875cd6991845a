// RUN: scope-opt %s | scope-opt | FileCheck %s

// CHECK-LABEL: func @nested
func.func @nested(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: scope.segment beat 4 cost<cycles = 12> {
  %0 = scope.segment beat 4 cost<cycles = 12> {
    // CHECK: scope.cluster chiplets 2 weights replicated level 6 region<[0,0]-[0,1]> {
    %1 = scope.cluster chiplets 2 weights replicated level 6 region<[0,0]-[0,1]> {
      // CHECK: scope.layer "a" partition<row = 2> {
      %2 = scope.layer "a" partition<row = 2> {
        %3 = math.exp %arg0 : tensor<4xf32>
        scope.yield %3 : tensor<4xf32>
      } : tensor<4xf32>
      scope.yield %2 : tensor<4xf32>
    } : tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  return %0 : tensor<4xf32>
}
