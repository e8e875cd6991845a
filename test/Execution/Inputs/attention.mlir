// Products of two parts of one value, as attention has them: a tile needs all of
// the first part and some of the second.
func.func @attention(%x: tensor<1x8x16xf32>) -> tensor<1x8x8xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %first = tosa.const_shape {values = dense<0> : tensor<3xindex>} : () -> !tosa.shape<3>
  %second = tosa.const_shape {values = dense<[0, 0, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %one = tosa.const_shape {values = dense<[1, 8, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %q = tosa.slice %x, %first, %one : (tensor<1x8x16xf32>, !tosa.shape<3>, !tosa.shape<3>) -> tensor<1x8x8xf32>
  %k = tosa.slice %x, %second, %one : (tensor<1x8x16xf32>, !tosa.shape<3>, !tosa.shape<3>) -> tensor<1x8x8xf32>
  %t = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<1x8x8xf32>) -> tensor<1x8x8xf32>
  %r = tosa.matmul %q, %t, %z, %z {scope.pin = #scope.pin<partition = <channel = 2>>} : (tensor<1x8x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8xf32>
  return %r : tensor<1x8x8xf32>
}
