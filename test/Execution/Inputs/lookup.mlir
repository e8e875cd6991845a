// Rows of tables by the input and by a constant without data. The constant
// numbers the rows of two tables, of which the second one has four.
func.func @lookup(%x: tensor<1x3xi64>) -> (tensor<1x3x2xf32>, tensor<1x3x2xf32>) {
  %words = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x40x2xf32>}> : () -> tensor<1x40x2xf32>
  %places = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x3xi64>}> : () -> tensor<1x3xi64>
  %few = "tosa.const"() <{values = dense_resource<__elided__> : tensor<1x4x2xf32>}> : () -> tensor<1x4x2xf32>
  %0 = tosa.cast %x : (tensor<1x3xi64>) -> tensor<1x3xi32>
  %1 = tosa.gather %words, %0 : (tensor<1x40x2xf32>, tensor<1x3xi32>) -> tensor<1x3x2xf32>
  %2 = tosa.cast %places : (tensor<1x3xi64>) -> tensor<1x3xi32>
  %3 = tosa.gather %words, %2 : (tensor<1x40x2xf32>, tensor<1x3xi32>) -> tensor<1x3x2xf32>
  %4 = tosa.gather %few, %2 : (tensor<1x4x2xf32>, tensor<1x3xi32>) -> tensor<1x3x2xf32>
  %5 = tosa.add %1, %3 : (tensor<1x3x2xf32>, tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %6 = tosa.add %1, %4 : (tensor<1x3x2xf32>, tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  return %5, %6 : tensor<1x3x2xf32>, tensor<1x3x2xf32>
}
