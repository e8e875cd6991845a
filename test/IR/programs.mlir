// RUN: scope-opt %s | scope-opt | FileCheck %s
// RUN: scope-opt %s --emit-bytecode | scope-opt | FileCheck %s

// Everything that programs consist of, once.

// CHECK: scope.programs @net_programs for @net package @pair version "2.0" grid 1 x 2 calls 4 layers ["a", "b"] outputs [@value1]
scope.programs @net_programs for @net package @pair version "2.0" grid 1 x 2 calls 4 layers ["a", "b"] outputs [@value1] {
  // CHECK: scope.tensor @input0 input 0 of_value 0 bytes 1 dram : tensor<8xf32>
  scope.tensor @input0 input 0 of_value 0 bytes 1 dram : tensor<8xf32>
  scope.tensor @value1 value 1 of_value 1 bytes 1 dram : tensor<8xf32>
  // CHECK: scope.tensor @constant0 constant 0 bytes 1 dram : tensor<8xf32>
  scope.tensor @constant0 constant 0 bytes 1 dram : tensor<8xf32>
  // CHECK: scope.layout @whole of @input0 {0: [0 to 1, 0 to 8]}
  scope.layout @whole of @input0 {0: [0 to 1, 0 to 8]}
  // CHECK: scope.layout @halves of @input0 flat {0: [0 to 4], 1: [4 to 8]}
  scope.layout @halves of @input0 flat {0: [0 to 4], 1: [4 to 8]}
  scope.layout @weights of @constant0 {0: [0 to 1, 0 to 8]}
  scope.layout @shares of @constant0 flat {0: [0 to 4], 1: [4 to 8]}
  scope.layout @result of @value1 {0: [0 to 1, 0 to 8]}
  func.func @kernel0(%a: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<8xf32> {
    return %a : tensor<8xf32>
  }
  // CHECK: scope.program @chiplet_0_0 chiplet 0 {
  scope.program @chiplet_0_0 chiplet 0 {
    // CHECK: %[[SHARE:.*]] = scope.sram arriving layer 0 index 0 at 0 bytes 4 slots 1 stride 4
    %share = scope.sram arriving layer 0 index 0 at 0 bytes 4 slots 1 stride 4
    %input = scope.sram input layer 0 index 0 at 8 bytes 8 slots 2 stride 8
    %weights = scope.sram weights layer 0 index 0 at 24 bytes 8 slots 1 stride 8
    %output = scope.sram output layer 0 index 0 at 32 bytes 8 slots 1 stride 8
    // CHECK: scope.run segment 0 load {
    scope.run segment 0 load {
      // CHECK: scope.load @constant0 to %{{.*}} : @weights tag 0 layer 0
      scope.load @constant0 to %weights : @weights tag 0 layer 0
    // CHECK: beats 4 calls 1 {
    } beats 4 calls 1 {
      // CHECK: scope.load @input0 to %[[SHARE]] : @halves tag 1 layer 0
      scope.load @input0 to %share : @halves tag 1 layer 0
      // CHECK: scope.recv @input0 to %{{.*}} slot 1 : @whole from @halves own %[[SHARE]] slot 0 tag 2 layer 0 streams
      scope.recv @input0 to %input slot 1 : @whole from @halves own %share slot 0 tag 2 layer 0 streams
      // CHECK: scope.recv @constant0 to %[[GATHERED:.*]] : @weights from @shares own %[[SHARE]] slot 0, @input0 to %{{.*}} slot 0 : @whole from @halves, @constant0 to %[[GATHERED]] : @weights from @shares own %[[SHARE]] tag 4 layer 1
      scope.recv @constant0 to %weights : @weights from @shares own %share slot 0, @input0 to %input slot 0 : @whole from @halves, @constant0 to %weights : @weights from @shares own %share tag 4 layer 1
      // CHECK: scope.compute @kernel0 on %{{.*}}, %{{.*}}, %{{.*}} reads [#scope.use<tensor = @input0, place = 0, slot = 1, holds = @whole, streams = true>, #scope.use<tensor = @constant0, place = 1, holds = @weights>] writes [#scope.use<tensor = @value1, place = 2, holds = @result>] layer 0 cycles 8 macs 0 read_bytes 16 written_bytes 8 table_bytes 0
      scope.compute @kernel0 on %input, %weights, %output reads [#scope.use<tensor = @input0, place = 0, slot = 1, holds = @whole, streams = true>, #scope.use<tensor = @constant0, place = 1, holds = @weights>] writes [#scope.use<tensor = @value1, place = 2, holds = @result>] layer 0 cycles 8 macs 0 read_bytes 16 written_bytes 8 table_bytes 0
      // CHECK: scope.store %{{.*}} : @result to @value1 tag 3 layer 0 streams
      scope.store %output : @result to @value1 tag 3 layer 0 streams
    }
  }
  scope.program @chiplet_0_1 chiplet 1 {
    %share = scope.sram arriving layer 0 index 0 at 0 bytes 4 slots 1 stride 4
    scope.run segment 0 load {
    } beats 4 calls 1 {
      scope.load @input0 to %share : @halves tag 1 layer 0
      // CHECK: scope.send @input0 from %{{.*}} : @halves to @whole tag 2 layer 0
      scope.send @input0 from %share : @halves to @whole tag 2 layer 0
    }
  }
}
