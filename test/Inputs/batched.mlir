func.func @batched(%arg0: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = math.exp %arg0 : tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}
