// int8: convolution, depthwise convolution, rescales of both kinds, a table, a
// residual add as quantized networks have it, and pooling.
func.func @quantized(%x: tensor<1x11x9x8xi8>) -> tensor<1x5x4x16xi8> {
  %w0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<16x3x3x8xi8>}> : () -> tensor<16x3x3x8xi8>
  %b0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<16xi32>}> : () -> tensor<16xi32>
  %w1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<3x3x16x1xi8>}> : () -> tensor<3x3x16x1xi8>
  %t = "tosa.const"() <{values = dense_resource<__elided__> : tensor<256xi8>}> : () -> tensor<256xi8>
  %in = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zero32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %out = "tosa.const"() <{values = dense<-5> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m0 = "tosa.const"() <{values = dense<[1073741824, 1173741824, 1273741824, 1373741824, 1473741824, 1573741824, 1673741824, 1773741824, 1873741824, 1973741824, 2073741824, 2143741824, 1083741824, 1183741824, 1283741824, 1383741824]> : tensor<16xi32>}> : () -> tensor<16xi32>
  %s0 = "tosa.const"() <{values = dense<[39, 40, 40, 40, 40, 40, 40, 40, 41, 41, 41, 41, 39, 40, 40, 40]> : tensor<16xi8>}> : () -> tensor<16xi8>
  %m1 = "tosa.const"() <{values = dense<1412345678> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s1 = "tosa.const"() <{values = dense<39> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m2 = "tosa.const"() <{values = dense<1234567890> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s2 = "tosa.const"() <{values = dense<11> : tensor<1xi8>}> : () -> tensor<1xi8>
  %s3 = "tosa.const"() <{values = dense<51> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w0, %b0, %in, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x11x9x8xi8>, tensor<16x3x3x8xi8>, tensor<16xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x11x9x16xi32>
  %1 = tosa.rescale %0, %m0, %s0, %zero32, %out {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x11x9x16xi32>, tensor<16xi32>, tensor<16xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x11x9x16xi8>
  %2 = tosa.clamp %1 {max_val = 120 : i8, min_val = -100 : i8} : (tensor<1x11x9x16xi8>) -> tensor<1x11x9x16xi8>
  %3 = tosa.depthwise_conv2d %2, %w1, %b0, %out, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x11x9x16xi8>, tensor<3x3x16x1xi8>, tensor<16xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x11x9x16xi32>
  %4 = tosa.rescale %3, %m1, %s1, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x11x9x16xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x11x9x16xi8>
  %5 = tosa.table %4, %t : (tensor<1x11x9x16xi8>, tensor<256xi8>) -> tensor<1x11x9x16xi8>
  %6 = tosa.rescale %5, %m2, %s2, %zero, %zero32 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x11x9x16xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x11x9x16xi32>
  %7 = tosa.rescale %2, %m2, %s2, %out, %zero32 {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x11x9x16xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x11x9x16xi32>
  %8 = tosa.add %6, %7 : (tensor<1x11x9x16xi32>, tensor<1x11x9x16xi32>) -> tensor<1x11x9x16xi32>
  %9 = tosa.rescale %8, %m2, %s3, %zero32, %zero {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<1x11x9x16xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x11x9x16xi8>
  %10 = tosa.avg_pool2d %9, %zero, %zero {acc_type = i32, kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x11x9x16xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x5x4x16xi8>
  return %10 : tensor<1x5x4x16xi8>
}
