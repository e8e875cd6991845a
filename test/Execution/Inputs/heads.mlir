// Two heads of attention that are cut out of one product: what a head reads of it
// lies in two boxes, far from each other in the product and side by side in
// between. What half of the last result's channels read for both heads is no box
// of the product.
func.func @heads(%x: tensor<1x9x8xf32>) -> tensor<2x9x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %weights = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x8x24xf32>}> : () -> tensor<1x8x24xf32>
  %parts = tosa.const_shape {values = dense<[1, 9, 1, 3, 8]> : tensor<5xindex>} : () -> !tosa.shape<5>
  %rows = tosa.const_shape {values = dense<[3, 9, 1, 8]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %first = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %second = tosa.const_shape {values = dense<[1, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %third = tosa.const_shape {values = dense<[2, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %one = tosa.const_shape {values = dense<[1, 9, 1, 8]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %each = tosa.const_shape {values = dense<[9, 2, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.matmul %x, %weights, %zero, %zero : (tensor<1x9x8xf32>, tensor<1x8x24xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x9x24xf32>
  %1 = tosa.reshape %0, %parts : (tensor<1x9x24xf32>, !tosa.shape<5>) -> tensor<1x9x1x3x8xf32>
  %2 = tosa.transpose %1 {perms = array<i32: 3, 1, 2, 0, 4>} : (tensor<1x9x1x3x8xf32>) -> tensor<3x9x1x1x8xf32>
  %3 = tosa.reshape %2, %rows : (tensor<3x9x1x1x8xf32>, !tosa.shape<4>) -> tensor<3x9x1x8xf32>
  %4 = tosa.slice %3, %first, %one : (tensor<3x9x1x8xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x9x1x8xf32>
  %5 = tosa.slice %3, %second, %one : (tensor<3x9x1x8xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x9x1x8xf32>
  %6 = tosa.reshape %4, %each : (tensor<1x9x1x8xf32>, !tosa.shape<3>) -> tensor<9x2x4xf32>
  %7 = tosa.transpose %6 {perms = array<i32: 1, 0, 2>} : (tensor<9x2x4xf32>) -> tensor<2x9x4xf32>
  %8 = tosa.reshape %5, %each : (tensor<1x9x1x8xf32>, !tosa.shape<3>) -> tensor<9x2x4xf32>
  %9 = tosa.transpose %8 {perms = array<i32: 1, 2, 0>} : (tensor<9x2x4xf32>) -> tensor<2x4x9xf32>
  %10 = tosa.matmul %7, %9, %zero, %zero : (tensor<2x9x4xf32>, tensor<2x4x9xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x9x9xf32>
  %11 = tosa.slice %3, %third, %one : (tensor<3x9x1x8xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x9x1x8xf32>
  %12 = tosa.reshape %11, %each : (tensor<1x9x1x8xf32>, !tosa.shape<3>) -> tensor<9x2x4xf32>
  %13 = tosa.transpose %12 {perms = array<i32: 1, 0, 2>} : (tensor<9x2x4xf32>) -> tensor<2x9x4xf32>
  %14 = tosa.matmul %10, %13, %zero, %zero {scope.pin = #scope.pin<partition = <channel = 2>>} : (tensor<2x9x9xf32>, tensor<2x9x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x9x4xf32>
  return %14 : tensor<2x9x4xf32>
}
