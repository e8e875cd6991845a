// RUN: scope-opt %s --split-input-file --scope-form-layers | FileCheck %s

// What importers make of a convolution: layout transposes, an unfolded batch
// norm whose constants stay outside, an activation.
// CHECK-LABEL: func @conv
// CHECK: tosa.rsqrt
// CHECK-NEXT: tosa.reshape
// CHECK-NEXT: %conv2d_0 = scope.layer "conv2d_0" {
// CHECK-NEXT:   tosa.transpose
// CHECK-NEXT:   tosa.conv2d
// CHECK-NEXT:   tosa.transpose
// CHECK-NEXT:   tosa.sub
// CHECK-NEXT:   tosa.mul
// CHECK-NEXT:   tosa.clamp
// CHECK-NEXT:   scope.yield %{{.*}} : tensor<1x8x6x6xf32>
// CHECK-NEXT: } : tensor<1x8x6x6xf32>
// CHECK-NEXT: return %conv2d_0
func.func @conv(%arg0: tensor<1x4x6x6xf32>) -> tensor<1x8x6x6xf32> {
  %weight = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x4xf32>}> : () -> tensor<8x3x3x4xf32>
  %mean = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x8x1x1xf32>}> : () -> tensor<1x8x1x1xf32>
  %variance = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xf32>}> : () -> tensor<8xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape = tosa.const_shape {values = dense<[1, 8, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %0 = tosa.transpose %arg0 {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x4x6x6xf32>) -> tensor<1x6x6x4xf32>
  %1 = tosa.conv2d %0, %weight, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x6x6x4xf32>, tensor<8x3x3x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x8xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x6x6x8xf32>) -> tensor<1x8x6x6xf32>
  %3 = tosa.rsqrt %variance : (tensor<8xf32>) -> tensor<8xf32>
  %4 = tosa.sub %2, %mean : (tensor<1x8x6x6xf32>, tensor<1x8x1x1xf32>) -> tensor<1x8x6x6xf32>
  %5 = tosa.reshape %3, %shape : (tensor<8xf32>, !tosa.shape<4>) -> tensor<1x8x1x1xf32>
  %6 = tosa.mul %4, %5, %shift : (tensor<1x8x6x6xf32>, tensor<1x8x1x1xf32>, tensor<1xi8>) -> tensor<1x8x6x6xf32>
  %7 = tosa.clamp %6 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32>
  return %7 : tensor<1x8x6x6xf32>
}

// -----

// A residual add belongs to its latest producer. The shared view belongs to the
// layer that makes what it shows, which yields both.
// CHECK-LABEL: func @residual
// CHECK: %[[A:.*]]:2 = scope.layer "matmul_0"
// CHECK:   %[[M:.*]] = tosa.matmul %arg0
// CHECK:   %[[R:.*]] = tosa.reshape %[[M]]
// CHECK:   scope.yield %[[M]], %[[R]]
// CHECK: %[[B:.*]] = scope.layer "matmul_1"
// CHECK:   tosa.matmul %[[A]]#0
// CHECK:   tosa.add
// CHECK:   scope.yield
// CHECK: %[[C:.*]] = scope.layer "reduce_max_0"
// CHECK:   tosa.reduce_max %[[A]]#1
// CHECK: %[[D:.*]] = scope.layer "reduce_min_0"
// CHECK:   tosa.reduce_min %[[A]]#1
// CHECK: return %[[B]], %[[C]], %[[D]]
func.func @residual(%arg0: tensor<1x4x4xf32>, %arg1: tensor<1x4x4xf32>) -> (tensor<1x4x4xf32>, tensor<1x16xf32>, tensor<4x1xf32>) {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[4, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape2 = tosa.const_shape {values = dense<[1, 16]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.matmul %arg0, %arg1, %zero, %zero : (tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4xf32>
  %1 = tosa.matmul %0, %arg1, %zero, %zero : (tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4xf32>
  %2 = tosa.add %1, %0 : (tensor<1x4x4xf32>, tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  %3 = tosa.reshape %0, %shape : (tensor<1x4x4xf32>, !tosa.shape<2>) -> tensor<4x4xf32>
  %4 = tosa.reduce_max %3 {axis = 0 : i32} : (tensor<4x4xf32>) -> tensor<1x4xf32>
  %5 = tosa.reduce_min %3 {axis = 1 : i32} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  %6 = tosa.concat %4, %4, %4, %4 {axis = 1 : i32} : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x16xf32>
  return %2, %6, %5 : tensor<1x4x4xf32>, tensor<1x16xf32>, tensor<4x1xf32>
}

// -----

// A softmax in parts is one layer; what scales its input belongs to the matmul.
// CHECK-LABEL: func @softmax
// CHECK: %[[A:.*]] = scope.layer "matmul_0"
// CHECK-NEXT: tosa.matmul
// CHECK-NEXT: tosa.mul
// CHECK-NEXT: scope.yield
// CHECK: %[[B:.*]] = scope.layer "reduce_max_0"
// CHECK-NEXT: tosa.reduce_max %[[A]]
// CHECK-NEXT: tosa.sub
// CHECK-NEXT: tosa.exp
// CHECK-NEXT: tosa.reduce_sum
// CHECK-NEXT: tosa.reciprocal
// CHECK-NEXT: tosa.mul
// CHECK-NEXT: scope.yield
// CHECK: return %[[B]]
func.func @softmax(%arg0: tensor<2x4x8xf32>, %arg1: tensor<2x8x4xf32>) -> tensor<2x4x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %scale = "tosa.const"() <{values = dense<0.125> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %arg0, %arg1, %zero, %zero : (tensor<2x4x8xf32>, tensor<2x8x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x4xf32>
  %1 = tosa.mul %0, %scale, %shift : (tensor<2x4x4xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x4xf32>
  %2 = tosa.reduce_max %1 {axis = 2 : i32} : (tensor<2x4x4xf32>) -> tensor<2x4x1xf32>
  %3 = tosa.sub %1, %2 : (tensor<2x4x4xf32>, tensor<2x4x1xf32>) -> tensor<2x4x4xf32>
  %4 = tosa.exp %3 : (tensor<2x4x4xf32>) -> tensor<2x4x4xf32>
  %5 = tosa.reduce_sum %4 {axis = 2 : i32} : (tensor<2x4x4xf32>) -> tensor<2x4x1xf32>
  %6 = tosa.reciprocal %5 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %7 = tosa.mul %4, %6, %shift : (tensor<2x4x4xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x4xf32>
  return %7 : tensor<2x4x4xf32>
}

// -----

// Two layer norms with a skip between them stay two: what lies between holds a
// matmul. The cast that only the norm reads belongs to it.
// CHECK-LABEL: func @norms
// CHECK: scope.layer "reduce_sum_0"
// CHECK-NEXT: tosa.cast
// CHECK-NEXT: tosa.reduce_sum
// CHECK-NEXT: tosa.cast
// CHECK-NEXT: tosa.sub
// CHECK-NEXT: scope.yield
// CHECK: scope.layer "matmul_0"
// CHECK-NEXT: tosa.matmul
// CHECK-NEXT: tosa.add
// CHECK: scope.layer "reduce_sum_1"
// CHECK-NEXT: tosa.reduce_sum
// CHECK-NEXT: tosa.sub
// CHECK-NEXT: scope.yield
func.func @norms(%arg0: tensor<1x4x4xf32>, %arg1: tensor<1x4x4xf32>) -> tensor<1x4x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.cast %arg0 : (tensor<1x4x4xf32>) -> tensor<1x4x4xf16>
  %1 = tosa.reduce_sum %0 {axis = 2 : i32} : (tensor<1x4x4xf16>) -> tensor<1x4x1xf16>
  %2 = tosa.cast %1 : (tensor<1x4x1xf16>) -> tensor<1x4x1xf32>
  %3 = tosa.sub %arg0, %2 : (tensor<1x4x4xf32>, tensor<1x4x1xf32>) -> tensor<1x4x4xf32>
  %4 = tosa.matmul %3, %arg1, %zero, %zero : (tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4xf32>
  %5 = tosa.add %4, %3 : (tensor<1x4x4xf32>, tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  %6 = tosa.reduce_sum %5 {axis = 2 : i32} : (tensor<1x4x4xf32>) -> tensor<1x4x1xf32>
  %7 = tosa.sub %5, %6 : (tensor<1x4x4xf32>, tensor<1x4x1xf32>) -> tensor<1x4x4xf32>
  return %7 : tensor<1x4x4xf32>
}

// -----

// A mean over rows and columns, one after the other, is one layer.
// CHECK-LABEL: func @mean
// CHECK: scope.layer "reduce_sum_0"
// CHECK-NEXT: tosa.reduce_sum
// CHECK-NEXT: tosa.reduce_sum
// CHECK-NEXT: tosa.mul
// CHECK-NEXT: scope.yield
// CHECK-NOT: scope.layer
func.func @mean(%arg0: tensor<1x8x7x7xf32>) -> tensor<1x8x1x1xf32> {
  %scale = "tosa.const"() <{values = dense<0.02> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.reduce_sum %arg0 {axis = 2 : i32} : (tensor<1x8x7x7xf32>) -> tensor<1x8x1x7xf32>
  %1 = tosa.reduce_sum %0 {axis = 3 : i32} : (tensor<1x8x1x7xf32>) -> tensor<1x8x1x1xf32>
  %2 = tosa.mul %1, %scale, %shift : (tensor<1x8x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x8x1x1xf32>
  return %2 : tensor<1x8x1x1xf32>
}

// -----

// An activation on a concatenation of several layers belongs to its only
// consumer.
// CHECK-LABEL: func @dense
// CHECK: scope.layer "max_pool2d_0"
// CHECK: scope.layer "max_pool2d_1"
// CHECK: scope.layer "conv2d_0"
// CHECK-NEXT: tosa.concat
// CHECK-NEXT: tosa.clamp
// CHECK-NEXT: tosa.conv2d
// CHECK-NEXT: scope.yield
func.func @dense(%arg0: tensor<1x4x4x4xf32>) -> tensor<1x4x4x8xf32> {
  %weight = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x1x1x8xf32>}> : () -> tensor<8x1x1x8xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.max_pool2d %arg0 {kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %1 = tosa.max_pool2d %0 {kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %2 = tosa.concat %0, %1 {axis = 3 : i32} : (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) -> tensor<1x4x4x8xf32>
  %3 = tosa.clamp %2 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  %4 = tosa.conv2d %3, %weight, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x8xf32>, tensor<8x1x1x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x8xf32>
  return %4 : tensor<1x4x4x8xf32>
}

// -----

// An operation that says nothing of itself is a layer of its own; sizes that do
// not agree keep the multiplication by a gate out of the gate's layer.
// CHECK-LABEL: func @custom
// CHECK: %[[A:.*]] = scope.layer "custom_0"
// CHECK-NEXT: tosa.custom
// CHECK-NEXT: scope.yield
// CHECK: %[[B:.*]] = scope.layer "mul_0"
// CHECK-NEXT: tosa.mul %arg0, %[[A]]
func.func @custom(%arg0: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.custom %arg0 {operator_name = "gate", domain_name = "test", implementation_attrs = ""} : (tensor<1x8x8x8xf32>) -> tensor<1x1x1x8xf32>
  %1 = tosa.mul %arg0, %0, %shift : (tensor<1x8x8x8xf32>, tensor<1x1x1x8xf32>, tensor<1xi8>) -> tensor<1x8x8x8xf32>
  return %1 : tensor<1x8x8x8xf32>
}

// -----

// Results that are arguments, or constant, need no layer; a view of an argument
// that is a result gets one.
// CHECK-LABEL: func @trivial
// CHECK: %[[V:.*]] = scope.layer "transpose_0"
// CHECK: return %arg0, %{{.*}}, %[[V]]
func.func @trivial(%arg0: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<1xf32>, tensor<8x4xf32>) {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.transpose %arg0 {perms = array<i32: 1, 0>} : (tensor<4x8xf32>) -> tensor<8x4xf32>
  return %arg0, %zero, %0 : tensor<4x8xf32>, tensor<1xf32>, tensor<8x4xf32>
}

// -----

// Only the function that the configuration names is planned. The pin of an
// operation becomes that of its layer.
// CHECK-LABEL: func @other
// CHECK-NOT: scope.layer
// CHECK-LABEL: func @chosen
// CHECK: scope.layer "exp_0" pin<cut>
module attributes {scope.config = #scope.config<function = @chosen>} {
  func.func @other(%arg0: tensor<4xf32>) -> tensor<4xf32> {
    %0 = math.exp %arg0 : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func @chosen(%arg0: tensor<4xf32>) -> tensor<4xf32> {
    %0 = math.exp %arg0 {scope.pin = #scope.pin<cut>} : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
