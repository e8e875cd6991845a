// RUN: scope-opt --scope-attach-package="package=simba-2x2" --scope-form-layers %s | FileCheck %s
// RUN: scope-opt --scope-merge-pipeline="package=simba-2x2 strategy=layer-by-layer" %s | FileCheck %s --check-prefix=PLAN

// The product stands behind a view that splits the output channels into heads:
// in one layer with the matmul, no chiplet could have a part of the channels.

// CHECK: scope.layer "matmul_0"
// CHECK-NEXT: tosa.matmul
// CHECK-NOT: tosa.mul
// CHECK: scope.yield
// CHECK: scope.layer "matmul_1"
// CHECK: tosa.mul
// CHECK: tosa.matmul

// PLAN: scope.layer "matmul_0" partition<{{.*}}channel = {{[0-9]+}}

func.func @rotary(%input: tensor<1x2x64xf32>, %angles: tensor<1x1x2x16xf32>) -> tensor<4x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %weights = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x64x64xf32>}> : () -> tensor<1x64x64xf32>
  %heads = tosa.const_shape {values = dense<[1, 2, 4, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %flat = tosa.const_shape {values = dense<[4, 2, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.matmul %input, %weights, %zero, %zero : (tensor<1x2x64xf32>, tensor<1x64x64xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x64xf32>
  %1 = tosa.reshape %0, %heads : (tensor<1x2x64xf32>, !tosa.shape<4>) -> tensor<1x2x4x16xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x2x4x16xf32>) -> tensor<1x4x2x16xf32>
  %3 = tosa.mul %2, %angles, %shift : (tensor<1x4x2x16xf32>, tensor<1x1x2x16xf32>, tensor<1xi8>) -> tensor<1x4x2x16xf32>
  %4 = tosa.transpose %2 {perms = array<i32: 0, 1, 3, 2>} : (tensor<1x4x2x16xf32>) -> tensor<1x4x16x2xf32>
  %5 = tosa.reshape %3, %flat : (tensor<1x4x2x16xf32>, !tosa.shape<3>) -> tensor<4x2x16xf32>
  %tall = tosa.const_shape {values = dense<[4, 16, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %6 = tosa.reshape %4, %tall : (tensor<1x4x16x2xf32>, !tosa.shape<3>) -> tensor<4x16x2xf32>
  %7 = tosa.matmul %5, %6, %zero, %zero : (tensor<4x2x16xf32>, tensor<4x16x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x2x2xf32>
  return %7 : tensor<4x2x2xf32>
}
