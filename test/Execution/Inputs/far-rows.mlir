// Makes integers of at least 873.
func.func @far_rows(%x: tensor<1x3xi32>) -> tensor<1x3xi64> {
  %much = "tosa.const"() <{values = dense<1000> : tensor<1x1xi32>}> : () -> tensor<1x1xi32>
  %0 = tosa.add %x, %much : (tensor<1x3xi32>, tensor<1x1xi32>) -> tensor<1x3xi32>
  %1 = tosa.cast %0 : (tensor<1x3xi32>) -> tensor<1x3xi64>
  return %1 : tensor<1x3xi64>
}
