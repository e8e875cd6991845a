// Transposed convolutions, as decoders have them: one with steps of one, and one
// that doubles the image.
func.func @transposed(%x: tensor<1x5x6x4xf32>) -> tensor<1x12x15x3xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %taps = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x4xf32>}> : () -> tensor<8x3x3x4xf32>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xf32>}> : () -> tensor<8xf32>
  %taps1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<3x2x3x8xf32>}> : () -> tensor<3x2x3x8xf32>
  %bias1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<3xf32>}> : () -> tensor<3xf32>
  %0 = tosa.transpose_conv2d %x, %taps, %bias, %zero, %zero {acc_type = f32, out_pad = array<i64: -1, 0, -1, 0>, stride = array<i64: 1, 1>} : (tensor<1x5x6x4xf32>, tensor<8x3x3x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x7x8xf32>
  %1 = tosa.transpose_conv2d %0, %taps1, %bias1, %zero, %zero {acc_type = f32, out_pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x6x7x8xf32>, tensor<3x2x3x8xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x12x15x3xf32>
  return %1 : tensor<1x12x15x3xf32>
}
