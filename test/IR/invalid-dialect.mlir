// RUN: scope-opt %s --split-input-file --verify-diagnostics

// No other attribute begins with `scope.`.
// expected-error@+1 {{unknown attribute 'scope.color'; known are 'scope.config', 'scope.plan', 'scope.front' and 'scope.pin'}}
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

// -----

// A front stands on a planned function.
// expected-error@+1 {{'scope.front' belongs on a planned function}}
func.func private @f() attributes {scope.front = array<i64: 1, 2, 3>}

// -----

// A front has three figures a plan.
// expected-error@+1 {{'scope.front' must be an array of i64 with cycles, latency and energy of every plan, none negative}}
func.func private @f() attributes {scope.front = array<i64: 1, 2>, scope.plan = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "fedcba9876543210", batch = 1, cycles = 1, latency = 2, energy = 3>}
