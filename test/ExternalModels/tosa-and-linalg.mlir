// A plan of TOSA operations stays valid, with the same costs, when the
// operations inside the layers are lowered to linalg: both forms of an operation
// have the same loops and touch the same data.

// RUN: scope-opt %s --scope-merge-pipeline="package=simba-2x2 batch=4 search=auto" -o %t.plan.mlir
// RUN: scope-opt %t.plan.mlir %lower_to_linalg -o %t.linalg.mlir
// RUN: FileCheck %s < %t.linalg.mlir
// RUN: scope-opt %t.linalg.mlir --scope-verify-plan -o /dev/null
// RUN: scope-opt %t.linalg.mlir --canonicalize --cse --scope-verify-plan -o /dev/null
// RUN: scope-opt %t.linalg.mlir --linalg-generalize-named-ops --scope-verify-plan -o /dev/null
// CHECK-NOT: tosa.{{(conv|depth|matmul|max_pool|avg_pool|reduce|add|mul|reshape|concat)}}

func.func @conv2d(%arg0: tensor<1x9x9x4xf32>) -> tensor<1x4x3x8xf32> {
  %weight = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x4xf32>}> : () -> tensor<8x3x3x4xf32>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xf32>}> : () -> tensor<8xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.conv2d %arg0, %weight, %bias, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x9x9x4xf32>, tensor<8x3x3x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x3x8xf32>
  return %0 : tensor<1x4x3x8xf32>
}

func.func @quantized(%arg0: tensor<1x8x8x4xi8>) -> tensor<1x8x8x8xi8> {
  %weight = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x4xi8>}> : () -> tensor<8x3x3x4xi8>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xi32>}> : () -> tensor<8xi32>
  %zero = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zero32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %factor = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %shift = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %weight, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xi8>, tensor<8x3x3x4xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %1 = tosa.rescale %0, %factor, %shift, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x8x8x8xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x8x8x8xi8>
  return %1 : tensor<1x8x8x8xi8>
}

func.func @depthwise(%arg0: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %weight = "tosa.const"() <{values = dense_resource<__elided__> : tensor<3x3x4x1xf32>}> : () -> tensor<3x3x4x1xf32>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<4xf32>}> : () -> tensor<4xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.depthwise_conv2d %arg0, %weight, %bias, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<3x3x4x1xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x4xf32>
  return %0 : tensor<1x8x8x4xf32>
}

func.func @conv3d(%arg0: tensor<1x4x6x6x2xf32>) -> tensor<1x3x5x5x4xf32> {
  %weight = "tosa.const"() <{values = dense_resource<__elided__> : tensor<4x2x2x2x2xf32>}> : () -> tensor<4x2x2x2x2xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.conv3d %arg0, %weight, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1, 1>, pad = array<i64: 0, 0, 0, 0, 0, 0>, stride = array<i64: 1, 1, 1>} : (tensor<1x4x6x6x2xf32>, tensor<4x2x2x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x5x5x4xf32>
  return %0 : tensor<1x3x5x5x4xf32>
}

func.func @pools(%arg0: tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.avg_pool2d %arg0, %zero, %zero {acc_type = f32, kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x4xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x8x8x4xf32>) -> tensor<1x4x4x4xf32>
  return %1 : tensor<1x4x4x4xf32>
}

func.func @softmax(%arg0: tensor<2x8x8xf32>) -> tensor<2x8x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.reduce_max %arg0 {axis = 2 : i32} : (tensor<2x8x8xf32>) -> tensor<2x8x1xf32>
  %1 = tosa.sub %arg0, %0 : (tensor<2x8x8xf32>, tensor<2x8x1xf32>) -> tensor<2x8x8xf32>
  %2 = tosa.exp %1 : (tensor<2x8x8xf32>) -> tensor<2x8x8xf32>
  %3 = tosa.reduce_sum %2 {axis = 2 : i32} : (tensor<2x8x8xf32>) -> tensor<2x8x1xf32>
  %4 = tosa.reciprocal %3 : (tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
  %5 = tosa.mul %2, %4, %shift : (tensor<2x8x8xf32>, tensor<2x8x1xf32>, tensor<1xi8>) -> tensor<2x8x8xf32>
  return %5 : tensor<2x8x8xf32>
}

func.func @reductions(%arg0: tensor<1x4x8x8xf32>) -> (tensor<1x4x8x1xf32>, tensor<1x4x1x8xf32>, tensor<1x8x8xi32>) {
  %0 = tosa.reduce_min %arg0 {axis = 3 : i32} : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x1xf32>
  %1 = tosa.reduce_product %arg0 {axis = 2 : i32} : (tensor<1x4x8x8xf32>) -> tensor<1x4x1x8xf32>
  %2 = tosa.argmax %arg0 {axis = 1 : i32} : (tensor<1x4x8x8xf32>) -> tensor<1x8x8xi32>
  return %0, %1, %2 : tensor<1x4x8x1xf32>, tensor<1x4x1x8xf32>, tensor<1x8x8xi32>
}

func.func @elementwise(%arg0: tensor<1x4x8x8xf32>, %arg1: tensor<1x4x1x8xf32>) -> tensor<1x4x8x8xf32> {
  %table = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x1x1x8xf32>}> : () -> tensor<1x1x1x8xf32>
  %half = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.maximum %arg0, %arg1 : (tensor<1x4x8x8xf32>, tensor<1x4x1x8xf32>) -> tensor<1x4x8x8xf32>
  %1 = tosa.mul %0, %table, %shift : (tensor<1x4x8x8xf32>, tensor<1x1x1x8xf32>, tensor<1xi8>) -> tensor<1x4x8x8xf32>
  %2 = tosa.add %1, %half : (tensor<1x4x8x8xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x8x8xf32>
  %3 = tosa.greater %2, %table : (tensor<1x4x8x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x4x8x8xi1>
  %4 = tosa.select %3, %2, %half : (tensor<1x4x8x8xi1>, tensor<1x4x8x8xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x8x8xf32>
  return %4 : tensor<1x4x8x8xf32>
}

func.func @gelu(%arg0: tensor<1x8x8xf32>, %arg1: tensor<1x8x8xf32>) -> tensor<1x8x8xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %half = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %root = "tosa.const"() <{values = dense<0.7> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %arg0, %arg1, %zero, %zero : (tensor<1x8x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8xf32>
  %1 = tosa.mul %0, %root, %shift : (tensor<1x8x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x8x8xf32>
  %2 = tosa.erf %1 : (tensor<1x8x8xf32>) -> tensor<1x8x8xf32>
  %3 = tosa.add %2, %one : (tensor<1x8x8xf32>, tensor<1x1x1xf32>) -> tensor<1x8x8xf32>
  %4 = tosa.mul %0, %half, %shift : (tensor<1x8x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x8x8xf32>
  %5 = tosa.mul %4, %3, %shift : (tensor<1x8x8xf32>, tensor<1x8x8xf32>, tensor<1xi8>) -> tensor<1x8x8xf32>
  return %5 : tensor<1x8x8xf32>
}

func.func @gather(%arg0: tensor<1x16xi32>) -> tensor<1x16x8xf32> {
  %table = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x100x8xf32>}> : () -> tensor<1x100x8xf32>
  %0 = tosa.gather %table, %arg0 : (tensor<1x100x8xf32>, tensor<1x16xi32>) -> tensor<1x16x8xf32>
  return %0 : tensor<1x16x8xf32>
}

func.func @views(%arg0: tensor<1x8x8x4xf32>) -> tensor<1x4x4x16xf32> {
  %pad = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %start = tosa.const_shape {values = dense<[0, 1, 1, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 8, 8, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %shape = tosa.const_shape {values = dense<[1, 4, 4, 16]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.exp %arg0 : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  %1 = tosa.pad %0, %pad, %zero : (tensor<1x8x8x4xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x10x10x4xf32>
  %2 = tosa.slice %1, %start, %size : (tensor<1x10x10x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x8x8x4xf32>
  %3 = tosa.transpose %2 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  %4 = tosa.max_pool2d %3 {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  %5 = tosa.reshape %4, %shape : (tensor<1x8x8x4xf32>, !tosa.shape<4>) -> tensor<1x4x4x16xf32>
  %6 = tosa.max_pool2d %5 {kernel = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
  return %6 : tensor<1x4x4x16xf32>
}

func.func @concat(%arg0: tensor<1x8x8x4xf32>, %arg1: tensor<1x8x8x8xf32>) -> tensor<1x8x8x12xf32> {
  %0 = tosa.concat %arg0, %arg1 {axis = 3 : i32} : (tensor<1x8x8x4xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x12xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x12xf32>) -> tensor<1x8x8x12xf32>
  return %1 : tensor<1x8x8x12xf32>
}
