// A MobileNet-like network with odd sizes: a strided convolution, a depthwise
// one, pooling, a residual add, and a fully connected layer.
func.func @depthwise(%image: tensor<1x19x17x3xf32>) -> tensor<1x1x10xf32> {
  %w0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<13x3x3x3xf32>}> : () -> tensor<13x3x3x3xf32>
  %b0 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<13xf32>}> : () -> tensor<13xf32>
  %w1 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<3x3x13x1xf32>}> : () -> tensor<3x3x13x1xf32>
  %w2 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<13x1x1x13xf32>}> : () -> tensor<13x1x1x13xf32>
  %w3 = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x260x10xf32>}> : () -> tensor<1x260x10xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %flat = tosa.const_shape {values = dense<[1, 1, 260]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %0 = tosa.conv2d %image, %w0, %b0, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>} : (tensor<1x19x17x3xf32>, tensor<13x3x3x3xf32>, tensor<13xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x10x9x13xf32>
  %1 = tosa.clamp %0 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x10x9x13xf32>) -> tensor<1x10x9x13xf32>
  %2 = tosa.depthwise_conv2d %1, %w1, %b0, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x10x9x13xf32>, tensor<3x3x13x1xf32>, tensor<13xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x10x9x13xf32>
  %3 = tosa.clamp %2 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x10x9x13xf32>) -> tensor<1x10x9x13xf32>
  %4 = tosa.conv2d %3, %w2, %b0, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x10x9x13xf32>, tensor<13x1x1x13xf32>, tensor<13xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x10x9x13xf32>
  %5 = tosa.add %4, %1 : (tensor<1x10x9x13xf32>, tensor<1x10x9x13xf32>) -> tensor<1x10x9x13xf32>
  %6 = tosa.max_pool2d %5 {kernel = array<i64: 2, 3>, pad = array<i64: 0, 0, 1, 1>, stride = array<i64: 2, 2>} : (tensor<1x10x9x13xf32>) -> tensor<1x5x5x13xf32>
  %7 = tosa.avg_pool2d %6, %z, %z {acc_type = f32, kernel = array<i64: 1, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x5x5x13xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x4x13xf32>
  %8 = tosa.reshape %7, %flat : (tensor<1x5x4x13xf32>, !tosa.shape<3>) -> tensor<1x1x260xf32>
  %9 = tosa.matmul %8, %w3, %z, %z : (tensor<1x1x260xf32>, tensor<1x260x10xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x10xf32>
  return %9 : tensor<1x1x10xf32>
}
