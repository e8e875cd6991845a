// RUN: scope-opt %s --split-input-file --verify-diagnostics

// No other attribute begins with `scope.`.
// expected-error@+1 {{unknown attribute 'scope.color'; known are 'scope.config', 'scope.plan' and 'scope.pin'}}
func.func private @f() attributes {scope.color = 1}

// -----

// A configuration stands on a module.
// expected-error@+1 {{'scope.config' belongs on a module, not on 'func.func'}}
func.func private @f() attributes {scope.config = #scope.config<>}

// -----

// A configuration is a #scope.config.
// expected-error@+1 {{'scope.config' must be a #scope.config}}
module attributes {scope.config = 4} {}

// -----

// A plan stands on a function.
// expected-error@+1 {{'scope.plan' belongs on a function, not on 'builtin.module'}}
module attributes {scope.plan = 4} {}

// -----

// A plan is a #scope.plan.
// expected-error@+1 {{'scope.plan' must be a #scope.plan}}
func.func private @f() attributes {scope.plan = 4}

// -----

// A pin stands on an operation with a result.
func.func @f() {
  // expected-error@+1 {{'scope.pin' belongs on the anchor of a layer, and 'func.return' has no result}}
  return {scope.pin = #scope.pin<cut>}
}

// -----

// A pin is a #scope.pin.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.pin' must be a #scope.pin}}
  %0 = math.exp %arg0 {scope.pin = 4} : tensor<4xf32>
  return
}

// -----

// A layer's own pin is no `scope.pin`.
func.func @f() {
  // expected-error@+1 {{a layer has its pin as 'pin', not as 'scope.pin'}}
  scope.layer "a" attributes {scope.pin = #scope.pin<cut>} {
    scope.yield
  }
  return
}
