// RUN: scope-opt %s --split-input-file --verify-diagnostics --scope-attach-package=package=tiny-2x2 --scope-form-layers --scope-search

// Pins that contradict each other.
func.func @pins(%arg0: tensor<4x8xf32>, %arg1: tensor<1x4x4xf32>) -> (tensor<4x1xf32>, tensor<1x4x1xf32>) {
  // expected-error@+1 {{the pins of layers 'reduce_sum_0' and 'reduce_max_0' contradict each other: they share a cluster and ask for different sizes of it}}
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32, scope.pin = #scope.pin<cluster = 1, chiplets = 1>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  // expected-note@+1 {{the other layer, 'reduce_max_0', is here}}
  %1 = tosa.reduce_max %arg1 {axis = 2 : i32, scope.pin = #scope.pin<cluster = 1, chiplets = 2>} : (tensor<1x4x4xf32>) -> tensor<1x4x1xf32>
  return %0, %1 : tensor<4x1xf32>, tensor<1x4x1xf32>
}

// -----

func.func @join(%arg0: tensor<1x8xf32>) -> tensor<1x1xf32> {
  // expected-error@+1 {{layer 'reduce_sum_0' is the first and has no layer before it to join}}
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32, scope.pin = #scope.pin<join>} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

func.func @size(%arg0: tensor<1x8xf32>) -> tensor<1x1xf32> {
  // expected-error@+1 {{the pin of layer 'reduce_sum_0' asks for at least 5 chiplets, the package has 4}}
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32, scope.pin = #scope.pin<chiplets = 5 to 8>} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

func.func @dimension(%arg0: tensor<8x8xf32>) -> tensor<8x1xf32> {
  // expected-error@+1 {{is pinned to #scope.partition<channel = 2>, but has no dimension 'channel' to split}}
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32, scope.pin = #scope.pin<partition = <channel = 2>>} : (tensor<8x8xf32>) -> tensor<8x1xf32>
  return %0 : tensor<8x1xf32>
}

// -----

func.func @partition(%arg0: tensor<1x3x8xf32>) -> tensor<1x3x1xf32> {
  // expected-error@+1 {{the partition pinned to layer 'reduce_sum_0' is not possible: factor 4 of dimension 1 is not between 1 and its size, 3}}
  %0 = tosa.reduce_sum %arg0 {axis = 2 : i32, scope.pin = #scope.pin<partition = <row = 4>>} : (tensor<1x3x8xf32>) -> tensor<1x3x1xf32>
  return %0 : tensor<1x3x1xf32>
}

// -----

func.func @region(%arg0: tensor<1x8xf32>) -> tensor<1x1xf32> {
  // expected-error@+1 {{is pinned to a region without enabled chiplets of the 2 x 2 package}}
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32, scope.pin = #scope.pin<region = [4 to 5, *]>} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// What fits no SRAM, with what is needed and what there is.
func.func @large(%arg0: tensor<1x100000xf32>) -> tensor<1x1xf32> {
  // expected-error@+1 {{the smallest tiles of layer 'reduce_sum_0' need 400,004 bytes of SRAM on a chiplet, at most 3,584 of its 4,096 are there for tiles; use chiplets with more SRAM, more of them, or a lower assume-bits}}
  %0 = tosa.reduce_sum %arg0 {axis = 1 : i32} : (tensor<1x100000xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
