// Multicast trees go along a row and then down every column that a copy stands
// in. The model counts about so many links where all chiplets want the same
// bytes, where those of one row do, and where every second one does.
//
// RUN: sed 's/@PIN@/row = 16, column = 16/' %s | scope-simulate - --package=simba-16x16 --batch=4 --plan-options="strategy=layer-by-layer weights=distributed max-beat=1" | FileCheck %s
// RUN: sed 's/@PIN@/row = 16, channel = 16/' %s | scope-simulate - --package=simba-16x16 --batch=4 --plan-options="strategy=layer-by-layer weights=distributed max-beat=1" | FileCheck %s
// RUN: sed 's/@PIN@/row = 16, column = 8, channel = 2/' %s | scope-simulate - --package=simba-16x16 --batch=4 --plan-options="strategy=layer-by-layer weights=distributed max-beat=1" | FileCheck %s
// CHECK: NoP {{.* (0.9[5-9]|1.0[0-4]).$}}

func.func @main(%image: tensor<1x16x16x3072xi8>) -> tensor<1x16x16x64xi32> {
  %weights = "tosa.const"() <{values = dense_resource<__elided__> : tensor<64x1x1x3072xi8>}> : () -> tensor<64x1x1x3072xi8>
  %bias = "tosa.const"() <{values = dense_resource<__elided__> : tensor<64xi32>}> : () -> tensor<64xi32>
  %zero = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %image, %weights, %bias, %zero, %zero {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, scope.pin = #scope.pin<partition = <@PIN@>>} : (tensor<1x16x16x3072xi8>, tensor<64x1x1x3072xi8>, tensor<64xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x16x16x64xi32>
  return %0 : tensor<1x16x16x64xi32>
}
