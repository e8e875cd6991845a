// Two convolutions, the second with a residual add, and a fully connected layer.
func.func @small(%arg0: tensor<1x8x8x8xi8>) -> tensor<1x1x16xi32> {
  %weight0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x512x16xi8>}> : () -> tensor<1x512x16xi8>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xi32>}> : () -> tensor<8xi32>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape = tosa.const_shape {values = dense<[1, 1, 512]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.conv2d %arg0, %weight0, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %1 = tosa.cast %0 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %2 = tosa.conv2d %1, %weight0, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %3 = tosa.cast %2 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %4 = tosa.add %3, %arg0 : (tensor<1x8x8x8xi8>, tensor<1x8x8x8xi8>) -> tensor<1x8x8x8xi8>
  %5 = tosa.reshape %4, %shape : (tensor<1x8x8x8xi8>, !tosa.shape<3>) -> tensor<1x1x512xi8>
  %6 = tosa.matmul %5, %weight1, %zero, %zero : (tensor<1x1x512xi8>, tensor<1x512x16xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x16xi32>
  return %6 : tensor<1x1x16xi32>
}
