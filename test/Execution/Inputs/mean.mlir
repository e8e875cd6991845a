// Linalg as PyTorch exports it: a mean over images whose result keeps dimensions
// of one element, which its map writes as constants.
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#mean = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>
func.func @mean(%x: tensor<1x32x5x5xf32>) -> tensor<1x32x1x1xf32> {
  %zero = arith.constant 0.0 : f32
  %count = arith.constant 25.0 : f32
  %empty = tensor.empty() : tensor<1x32x1x1xf32>
  %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x32x1x1xf32>) -> tensor<1x32x1x1xf32>
  %sum = linalg.generic {indexing_maps = [#all, #mean], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%x : tensor<1x32x5x5xf32>) outs(%none : tensor<1x32x1x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<1x32x1x1xf32>
  %mean = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%sum : tensor<1x32x1x1xf32>) outs(%empty : tensor<1x32x1x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.divf %in, %count : f32
    linalg.yield %0 : f32
  } -> tensor<1x32x1x1xf32>
  return %mean : tensor<1x32x1x1xf32>
}
