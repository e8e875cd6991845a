// Nine convolutions with weights of one shape, and a residual connection over
// all but the first.
func.func @residual(%arg0: tensor<1x8x8x8xi8>) -> tensor<1x8x8x8xi8> {
  %weight0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight2 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight3 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight4 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight5 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight6 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight7 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %weight8 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8x3x3x8xi8>}> : () -> tensor<8x3x3x8xi8>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<8xi32>}> : () -> tensor<8xi32>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %weight0, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %1 = tosa.cast %0 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %2 = tosa.conv2d %1, %weight1, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %3 = tosa.cast %2 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %4 = tosa.conv2d %3, %weight2, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %5 = tosa.cast %4 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %6 = tosa.conv2d %5, %weight3, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %7 = tosa.cast %6 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %8 = tosa.conv2d %7, %weight4, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %9 = tosa.cast %8 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %10 = tosa.conv2d %9, %weight5, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %11 = tosa.cast %10 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %12 = tosa.conv2d %11, %weight6, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %13 = tosa.cast %12 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %14 = tosa.conv2d %13, %weight7, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %15 = tosa.cast %14 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %16 = tosa.conv2d %15, %weight8, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x8xi8>, tensor<8x3x3x8xi8>, tensor<8xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x8x8x8xi32>
  %17 = tosa.cast %16 : (tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi8>
  %18 = tosa.add %17, %1 : (tensor<1x8x8x8xi8>, tensor<1x8x8x8xi8>) -> tensor<1x8x8x8xi8>
  return %18 : tensor<1x8x8x8xi8>
}
