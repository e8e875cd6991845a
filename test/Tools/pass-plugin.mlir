// The pass plugin alone is enough for a program without plans.

// UNSUPPORTED: sanitizer
// RUN: mlir-opt %s --load-pass-plugin=%scope_plugin --pass-pipeline='builtin.module(scope-attach-package{package=tiny-2x2})' | FileCheck %s

// CHECK: module attributes {scope.config = #scope.config<>} {
// CHECK: scope.package @tiny_2x2
// CHECK: func.func private @f
func.func private @f()
