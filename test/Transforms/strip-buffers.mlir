// A plan on buffers: the order of what reads and writes memory stays.

// RUN: scope-opt %s --scope-strip | FileCheck %s --implicit-check-not=scope.

// A bufferized plan, stripped, is the stripped plan, bufferized.
// RUN: scope-opt %S/../IR/bufferize.mlir --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --scope-strip -o %t.after
// RUN: scope-opt %S/../IR/bufferize.mlir --scope-strip --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" -o %t.before
// RUN: diff %t.before %t.after
// RUN: FileCheck %s --check-prefix=UPSTREAM --implicit-check-not=scope. < %t.after
// UPSTREAM: memref.alloc

// Deallocations between the layers stay where they are.
// RUN: scope-opt %S/../IR/bufferize.mlir --one-shot-bufferize="bufferize-function-boundaries" --buffer-deallocation-pipeline --scope-strip | FileCheck %s --check-prefix=DEALLOC --implicit-check-not=scope.
// DEALLOC-LABEL: func.func @plan
// DEALLOC: linalg.add {{.*}} outs(%[[A:.*]] : memref<4xf32>)
// DEALLOC: linalg.mul ins(%[[A]],
// DEALLOC: memref.extract_strided_metadata %[[A]]
// DEALLOC: memref.dealloc

// CHECK-LABEL: func.func @buffers
// CHECK-SAME: (%[[ARG:.*]]: memref<4xf32>) -> memref<4xf32>
// CHECK-NEXT: %[[TRUE:.*]] = arith.constant true
// CHECK-NEXT: %[[A:.*]] = memref.alloc()
// CHECK-NEXT: memref.copy %[[ARG]], %[[A]]
// CHECK-NEXT: %[[B:.*]] = memref.alloc()
// CHECK-NEXT: memref.copy %[[A]], %[[B]]
// CHECK-NEXT: memref.copy %[[ARG]], %[[A]]
// CHECK-NEXT: memref.dealloc %[[A]]
// CHECK-NEXT: cf.assert %[[TRUE]], "true"
// CHECK-NEXT: return %[[B]]
func.func @buffers(%arg0: memref<4xf32>) -> memref<4xf32> {
  %0:2 = scope.segment beat 1 {
    %true = arith.constant true
    %1:2 = scope.cluster chiplets 1 weights replicated level 2 {
      %2 = scope.layer "a" {
        %alloc = memref.alloc() : memref<4xf32>
        memref.copy %arg0, %alloc : memref<4xf32> to memref<4xf32>
        scope.yield %alloc : memref<4xf32>
      } : memref<4xf32>
      %3 = scope.layer "b" {
        %alloc = memref.alloc() : memref<4xf32>
        memref.copy %2, %alloc : memref<4xf32> to memref<4xf32>
        scope.yield %alloc : memref<4xf32>
      } : memref<4xf32>
      // A layer that has no result and writes.
      scope.layer "c" {
        memref.copy %arg0, %2 : memref<4xf32> to memref<4xf32>
        scope.yield
      }
      memref.dealloc %2 : memref<4xf32>
      scope.yield %3, %true : memref<4xf32>, i1
    } : memref<4xf32>, i1
    scope.yield %1#0, %1#1 : memref<4xf32>, i1
  } : memref<4xf32>, i1
  cf.assert %0#1, "true"
  return %0#0 : memref<4xf32>
}
