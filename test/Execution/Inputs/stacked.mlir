// Images that are put below each other: a band of the result needs nothing of one
// of them, or parts of both that lie in different places in the order of the
// kernel.
func.func @stacked(%x: tensor<1x6x16x16xf32>, %y: tensor<1x7x16x16xf32>) -> tensor<1x13x16x16xf32> {
  %0 = tosa.concat %x, %y {axis = 1 : i32} : (tensor<1x6x16x16xf32>, tensor<1x7x16x16xf32>) -> tensor<1x13x16x16xf32>
  %1 = tosa.concat %y, %x {axis = 1 : i32} : (tensor<1x7x16x16xf32>, tensor<1x6x16x16xf32>) -> tensor<1x13x16x16xf32>
  %2 = tosa.add %0, %1 : (tensor<1x13x16x16xf32>, tensor<1x13x16x16xf32>) -> tensor<1x13x16x16xf32>
  return %2 : tensor<1x13x16x16xf32>
}
