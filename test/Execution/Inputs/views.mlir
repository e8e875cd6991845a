// Layers that compute nothing: one that only shows its input, beside a
// convolution that nobody reads; and a slice that is a result.
func.func @views(%x: tensor<1x8x7x6xf32>) -> (tensor<1x8x7x12xf32>, tensor<1x4x7x6xf32>) {
  %w = "tosa.const"() <{values = dense_resource<__elided__> : tensor<9x3x3x12xf32>}> : () -> tensor<9x3x3x12xf32>
  %b = "tosa.const"() <{values = dense_resource<__elided__> : tensor<9xf32>}> : () -> tensor<9xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = tosa.const_shape {values = dense<0> : tensor<4xindex>} : () -> !tosa.shape<4>
  %n = tosa.const_shape {values = dense<[1, 4, 7, 6]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %1 = tosa.concat %x, %x {axis = 3 : i32} : (tensor<1x8x7x6xf32>, tensor<1x8x7x6xf32>) -> tensor<1x8x7x12xf32>
  %2 = tosa.conv2d %1, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x8x7x12xf32>, tensor<9x3x3x12xf32>, tensor<9xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x7x9xf32>
  %3 = tosa.add %x, %x : (tensor<1x8x7x6xf32>, tensor<1x8x7x6xf32>) -> tensor<1x8x7x6xf32>
  %4 = tosa.slice %3, %s, %n : (tensor<1x8x7x6xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x7x6xf32>
  return %1, %4 : tensor<1x8x7x12xf32>, tensor<1x4x7x6xf32>
}
