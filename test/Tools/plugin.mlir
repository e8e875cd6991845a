// Stock mlir-opt with the plugin reads plans, and runs the passes with the same
// result as scope-opt.

// RUN: %mlir_opt_plugin %s --pass-pipeline='builtin.module(scope-attach-package{package=simba-4x4 batch=16 strategy=layer-by-layer})' -o %t.plugin
// RUN: scope-opt %s --scope-attach-package="package=simba-4x4 batch=16 strategy=layer-by-layer" -o %t.own
// RUN: diff %t.plugin %t.own
// RUN: FileCheck %s < %t.plugin

// RUN: not %mlir_opt_plugin %s --pass-pipeline='builtin.module(scope-attach-package{package=nothing})' 2>&1 | FileCheck %s --check-prefix=ERROR

// CHECK: scope.config = #scope.config<batch = 16, strategy = "layer-by-layer">
// CHECK: scope.package @simba_4x4
// CHECK: scope.layer "a"
// ERROR: error: no package is called 'nothing'
module {
  func.func @f(%arg0: tensor<4xf32>) -> tensor<4xf32> {
    %0 = scope.layer "a" {
      %1 = math.exp %arg0 : tensor<4xf32>
      scope.yield %1 : tensor<4xf32>
    } : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
