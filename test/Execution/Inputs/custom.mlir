// An operation that only its own hardware knows.
func.func @custom(%x: tensor<1x8x8xf32>) -> (tensor<1x8x8xf32>) {
  %0 = tosa.custom %x {domain_name = "mine", operator_name = "op", implementation_attrs = ""} : (tensor<1x8x8xf32>) -> (tensor<1x8x8xf32>)
  return %0 : tensor<1x8x8xf32>
}
