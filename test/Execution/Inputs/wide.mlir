// Two convolutions with so many channels that gathered weights arrive in pieces.
func.func @wide(%arg0: tensor<1x6x6x64xi8>) -> tensor<1x6x6x256xi8> {
  %weight0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<128x3x3x64xi8>}> : () -> tensor<128x3x3x64xi8>
  %weight1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<256x3x3x128xi8>}> : () -> tensor<256x3x3x128xi8>
  %bias0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<128xi32>}> : () -> tensor<128xi32>
  %bias1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<256xi32>}> : () -> tensor<256xi32>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shift = "tosa.const"() <{values = dense<24> : tensor<1xi8>}> : () -> tensor<1xi8>
  %multiplier = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zero32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %0 = tosa.conv2d %arg0, %weight0, %bias0, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x6x6x64xi8>, tensor<128x3x3x64xi8>, tensor<128xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x6x6x128xi32>
  %1 = tosa.rescale %0, %multiplier, %shift, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x6x6x128xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x6x6x128xi8>
  %2 = tosa.conv2d %1, %weight1, %bias1, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x6x6x128xi8>, tensor<256x3x3x128xi8>, tensor<256xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x6x6x256xi32>
  %3 = tosa.rescale %2, %multiplier, %shift, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x6x6x256xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x6x6x256xi8>
  return %3 : tensor<1x6x6x256xi8>
}
