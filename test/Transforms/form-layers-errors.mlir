// RUN: scope-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect --scope-form-layers

func.func @dynamic(%arg0: tensor<4xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{cannot be planned: a dynamic shape; give every tensor static sizes}}
  %0 = tensor.cast %arg0 : tensor<4xf32> to tensor<?xf32>
  return %0 : tensor<?xf32>
}
// expected-note@-5 {{operations of '@dynamic' that cannot be planned: 1 x tensor.cast}}

// -----

// expected-error@+1 {{cannot be planned: argument 1 is a dynamic shape}}
func.func @argument(%arg0: tensor<4xf32>, %arg1: tensor<?xf32>) {
  return
}

// -----

// expected-error@+1 {{cannot be planned: argument 0 is an unranked tensor; give every tensor a shape}}
func.func @unranked(%arg0: tensor<*xf32>) {
  return
}

// -----

// expected-error@+1 {{cannot be planned: argument 0 is data that is no tensor}}
func.func @memref(%arg0: memref<4xf32>) {
  return
}

// -----

func.func private @callee(tensor<4xf32>) -> tensor<4xf32>
// All that is refused is listed, with counts.
// expected-note@+1 {{operations of '@caller' that cannot be planned: 2 x func.call, 1 x scf.execute_region, 1 x tensor.extract}}
func.func @caller(%arg0: tensor<4xf32>, %arg1: tensor<1xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{cannot be planned: calls are not planned; inline them first}}
  %0 = func.call @callee(%arg0) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = func.call @callee(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = scf.execute_region -> tensor<4xf32> {
    scf.yield %1 : tensor<4xf32>
  }
  %3 = tensor.extract %arg1[%c0] : tensor<1xf32>
  return %2 : tensor<4xf32>
}

// -----

// expected-note@+1 {{1 x tosa.variable_read}}
func.func @state(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{cannot be planned: operations with side effects are not planned}}
  %0 = tosa.variable_read @v : tensor<4xf32>
  %1 = tosa.add %0, %arg0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
tosa.variable @v = dense<0.0> : tensor<4xf32>

// -----

// expected-note@+1 {{1 x tosa.cond_if}}
func.func @branch(%arg0: tensor<4xf32>, %arg1: tensor<i1>) -> tensor<4xf32> {
  // expected-error@+1 {{cannot be planned: operations with regions are planned in linalg only}}
  %0 = tosa.cond_if %arg1 (%a = %arg0) : tensor<i1> (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    tosa.yield %a : tensor<4xf32>
  } else {
  ^bb0(%a: tensor<4xf32>):
    tosa.yield %a : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

// expected-error@+1 {{has control flow between blocks, which is not planned}}
func.func @blocks(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  cf.br ^bb1
^bb1:
  return %arg0 : tensor<4xf32>
}

// -----

// expected-error@+1 {{cannot be planned: argument 0 is a tensor without elements; remove it}}
func.func @empty(%arg0: tensor<0x4xf32>) {
  return
}

// -----

// expected-error@+1 {{has layers already; run scope-strip on it first}}
func.func @twice(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  %0 = scope.layer "a" {
    %1 = math.exp %arg0 : tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @pins(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note@+1 {{the other operation is here}}
  %0 = math.exp %arg0 {scope.pin = #scope.pin<cut>} : tensor<4xf32>
  // expected-error@+1 {{has another pin than an operation of the same layer; leave one of them away}}
  %1 = math.exp %0 {scope.pin = #scope.pin<split>} : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// expected-error@+1 {{has no function with a body to plan}}
module {
  func.func private @f(tensor<4xf32>)
}

// -----

// expected-error@+1 {{has no function '@g' with a body to plan}}
module attributes {scope.config = #scope.config<function = @g>} {
  func.func @f(%arg0: tensor<4xf32>) {
    return
  }
}
