// A plan by hand, without costs: two stages of one chiplet each.
module attributes {scope.config = #scope.config<strategy = segmented, max_beat = 1>} {
  scope.package @pair <{
    rows = 1, cols = 2, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4,
    sram = 16 KiB, port = 8 B/cycle, hop = 2 cycles,
    dram = [<[0,0] each 2.5 GB/s>], batch = 4,
    mac_energy = 0.5 pJ/mac, sram_read_energy = 1 pJ/byte,
    sram_write_energy = 1 pJ/byte, hop_energy = 2 pJ/byte,
    dram_energy = 20 pJ/byte, idle = 10 mW
  }>
  func.func @net(%arg0: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> attributes {scope.plan = #scope.plan<version = "1.0", package = @pair, network_hash = "0000000000000000", package_hash = "0000000000000000", batch = 4, strategy = segmented, cycles = 0, latency = 0, energy = 0>} {
    %weight = "tosa.const"() <{values = dense<[[[[1.0, 2.0, 3.0, 4.0]]], [[[5.0, 6.0, 7.0, 8.0]]], [[[9.0, 1.0, 2.0, 3.0]]], [[[4.0, 5.0, 6.0, 7.0]]]]> : tensor<4x1x1x4xf32>}> : () -> tensor<4x1x1x4xf32>
    %bias = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
    %0 = scope.segment beat 1 {
      %1 = scope.cluster chiplets 1 weights replicated level 2 {
        %2 = scope.layer "first, \22quoted\22" partition<> {
          %3 = tosa.conv2d %arg0, %weight, %bias, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<4x1x1x4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x4xf32>
          %4 = tosa.clamp %3 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
          scope.yield %4 : tensor<1x8x8x4xf32>
        } : tensor<1x8x8x4xf32>
        scope.yield %2 : tensor<1x8x8x4xf32>
      } : tensor<1x8x8x4xf32>
      %5 = scope.cluster chiplets 1 weights replicated level 2 {
        %6 = scope.layer "second" partition<> {
          %7 = tosa.conv2d %1, %weight, %bias, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<4x1x1x4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x4xf32>
          scope.yield %7 : tensor<1x8x8x4xf32>
        } : tensor<1x8x8x4xf32>
        scope.yield %6 : tensor<1x8x8x4xf32>
      } : tensor<1x8x8x4xf32>
      scope.yield %5 : tensor<1x8x8x4xf32>
    } : tensor<1x8x8x4xf32>
    return %0 : tensor<1x8x8x4xf32>
  }
}
