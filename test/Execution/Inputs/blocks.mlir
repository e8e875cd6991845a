// A depthwise convolution of which a tile makes two results for each channel.
func.func @blocks(%x: tensor<1x8x6x8xf32>) -> tensor<1x8x6x16xf32> {
  %w0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<3x3x8x2xf32>}> : () -> tensor<3x3x8x2xf32>
  %b0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<16xf32>}> : () -> tensor<16xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.depthwise_conv2d %x, %w0, %b0, %z, %z {scope.pin = #scope.pin<partition = <channel = 4>>, acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x6x8xf32>, tensor<3x3x8x2xf32>, tensor<16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x6x16xf32>
  return %0 : tensor<1x8x6x16xf32>
}
