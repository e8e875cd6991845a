// Tokens that are pixels of an image, cut so that a tile begins and ends inside
// of rows: what it reads of the image is no box.
func.func @tokens(%x: tensor<1x5x7x4xf32>) -> tensor<1x35x6xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %taps = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x4xf32>}> : () -> tensor<8x3x3x4xf32>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xf32>}> : () -> tensor<8xf32>
  %weights = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x8x6xf32>}> : () -> tensor<1x8x6xf32>
  %flat = tosa.const_shape {values = dense<[1, 35, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.conv2d %x, %taps, %bias, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x5x7x4xf32>, tensor<8x3x3x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x7x8xf32>
  %1 = tosa.reshape %0, %flat : (tensor<1x5x7x8xf32>, !tosa.shape<3>) -> tensor<1x35x8xf32>
  %2 = tosa.matmul %1, %weights, %zero, %zero {scope.pin = #scope.pin<partition = <row = 4>>} : (tensor<1x35x8xf32>, tensor<1x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x35x6xf32>
  return %2 : tensor<1x35x6xf32>
}
