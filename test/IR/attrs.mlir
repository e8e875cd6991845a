// RUN: scope-opt %s --verify-roundtrip | FileCheck %s
// RUN: scope-opt %s --mlir-print-op-generic | scope-opt | FileCheck %s
// RUN: scope-opt %s --emit-bytecode | scope-opt | FileCheck %s

module attributes {test.a = [

// Factors of 1 are not kept, and the order is that of the roles.
// CHECK: #scope.partition<>, #scope.partition<>,
#scope.partition<>, #scope.partition<row = 1>,
// CHECK-SAME: #scope.partition<batch = 2, other = 3, other1 = 4, row = 5>,
#scope.partition<row = 5, other1 = 4, other = 3, batch = 2>,
// CHECK-SAME: #scope.partition<column = 32, channel12 = 32>,
#scope.partition<column = 32, channel12 = 32>,

// CHECK-SAME: #scope.region<[0,0]>,
#scope.region<[0,0]>,
// CHECK-SAME: #scope.region<[0,0]-[1,5], [2,3]>,
#scope.region<[2,3], [1,0]-[1,5], [0,0]-[0,5]>,
// As wide as possible first, then as high as possible.
// CHECK-SAME: #scope.region<[0,0]-[0,2], [1,0]-[2,1]>,
#scope.region<[0,0], [0,1], [0,2], [1,0], [1,1], [2,0], [2,1]>,
// CHECK-SAME: #scope.region<[0,1]-[2,1], [1,0], [1,2]>,
#scope.region<[0,1], [1,0]-[1,0], [1,1], [1,2], [2,1]>,
// CHECK-SAME: #scope.region<[0,0]-[31,31]>,
#scope.region<[0,0]-[31,31]>,

// CHECK-SAME: #scope.cost<>,
#scope.cost<>,
// CHECK-SAME: #scope.cost<cycles = 9223372036854775807, compute = 1, energy = 0>,
#scope.cost<energy = 0, cycles = 9223372036854775807, compute = 1>,
// CHECK-SAME: #scope.cost<cycles = 1, latency = 1, compute = 1, internal = 1, external = 1, weights = 1,
// CHECK-SAME: send = 1, overlapped = 1, banded = 1, used = 1, stage = 1, resident = 1, resident_weights = 1,
// CHECK-SAME: delivered_weights = 1, tiles = 1, load = 1, fill = 1, pace = 1, slowest_stage = 1, dram = 1,
// CHECK-SAME: beats = 1, dram_bytes = 1, energy = 1, energy_mac = 1, energy_sram = 1, energy_nop = 1,
// CHECK-SAME: energy_dram = 1, energy_idle = 1>,
#scope.cost<cycles = 1, latency = 1, compute = 1, internal = 1, external = 1, weights = 1,
  send = 1, overlapped = 1, banded = 1, used = 1, stage = 1, resident = 1, resident_weights = 1,
  delivered_weights = 1, tiles = 1, load = 1, fill = 1, pace = 1, slowest_stage = 1, dram = 1,
  beats = 1, dram_bytes = 1, energy = 1, energy_mac = 1, energy_sram = 1, energy_nop = 1,
  energy_dram = 1, energy_idle = 1>,

// CHECK-SAME: #scope.buffer<weights, offset = 0, bytes = 36864>,
#scope.buffer<weights, index = 0, offset = 0, bytes = 36864>,
// CHECK-SAME: #scope.buffer<skip, index = 1, offset = 8, bytes = 64, copies = 2, first = 0, last = 3, region = <[0,0]-[0,3]>>,
#scope.buffer<skip, index = 1, offset = 8, bytes = 64, copies = 2, first = 0, last = 3, region = <[0,0]-[0,3]>>,
// CHECK-SAME: #scope.buffer<weight_chunk, {{[^>]*}}>, #scope.buffer<input, {{[^>]*}}>, #scope.buffer<arriving, {{[^>]*}}>,
// CHECK-SAME: #scope.buffer<output, {{[^>]*}}>, #scope.buffer<output, {{[^>]*}}>,
#scope.buffer<weight_chunk, offset = 1, bytes = 1>, #scope.buffer<input, offset = 1, bytes = 1>,
#scope.buffer<arriving, offset = 1, bytes = 1>, #scope.buffer<output, offset = 1, bytes = 1>,
#scope.buffer<output, offset = 1, bytes = 1>,

// CHECK-SAME: #scope.pin<cut, split>, #scope.pin<join>,
#scope.pin<split, cut>, #scope.pin<join>,
// CHECK-SAME: #scope.pin<cluster = 2, chiplets = 4 to 8, region = [0 to 3, *], partition = <row = 4>>,
#scope.pin<partition = <row = 4>, region = [0 to 3, *], chiplets = 4 to 8, cluster = 2>,
// CHECK-SAME: #scope.pin<chiplets = 4, region = [*, 5]>,
#scope.pin<chiplets = 4 to 4, region = [*, 5 to 5]>,

// CHECK-SAME: #scope.config<>,
#scope.config<batch = 0, objective = throughput, split_batch = true>,
// CHECK-SAME: #scope.config<batch = 64, assume_bits = 8, objective = edp, strategy = "layer-by-layer",
// CHECK-SAME: space = published, search = exact, work_budget = 5, time_limit_ms = 1500, partition_space = pure,
// CHECK-SAME: split_batch = false, max_beat = 8, weights = distributed, max_latency = 7, max_energy = 6, samples = 5, seed = 4, function = @main>,
#scope.config<batch = 64, assume_bits = 8, objective = edp, strategy = "layer-by-layer",
  space = published, search = exact, work_budget = 5, time_limit_ms = 1500, partition_space = pure,
  split_batch = false, max_beat = 8, weights = distributed, max_latency = 7, max_energy = 6, samples = 5, seed = 4, function = @main>,

// CHECK-SAME: #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef",
// CHECK-SAME: package_hash = "fedcba9876543210", batch = 64, cycles = 1, latency = 2, energy = 3>,
#scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef",
  package_hash = "fedcba9876543210", batch = 64, cycles = 1, latency = 2, energy = 3>,
// CHECK-SAME: #scope.plan<version = "1.12", package = @p, network_hash = "0123456789abcdef",
// CHECK-SAME: package_hash = "fedcba9876543210", batch = 64, assume_bits = 16, objective = latency, strategy = "full-pipeline",
// CHECK-SAME: space = published, cycles = 1, latency = 2, energy = 3, bound = 1, proved = true, algorithm = linear, candidates = 77>,
#scope.plan<version = "1.12", package = @p, network_hash = "0123456789abcdef",
  package_hash = "fedcba9876543210", batch = 64, assume_bits = 16, objective = latency, strategy = "full-pipeline",
  space = published, cycles = 1, latency = 2, energy = 3, bound = 1, proved = true, algorithm = linear, candidates = 77>,

// CHECK-SAME: #scope<weight_mode distributed>,
#scope<weight_mode distributed>,

// CHECK-SAME: #scope.quantity<100 GB/s>, #scope.quantity<0.7 pJ/bit>, #scope.quantity<1.5 W>,
#scope.quantity<100 GB/s>, #scope.quantity<0.70 pJ/bit>, #scope.quantity<1.5 W>,
// CHECK-SAME: #scope.quantity<0.000000000000001 s>, #scope.quantity<999999999999999 cycles>,
#scope.quantity<0.000000000000001 s>, #scope.quantity<999999999999999 cycles>,
// CHECK-SAME: #scope.quantity<1000 B/cycle>, #scope.quantity<123456.789012345 kHz>, #scope.quantity<0 fJ/mac>,
#scope.quantity<1.0e3 B/cycle>, #scope.quantity<123456.789012345 kHz>, #scope.quantity<0.0 fJ/mac>,

// CHECK-SAME: #scope.dram_ports<[0,0]-[1,0] each 2.5 GB/s>,
#scope.dram_ports<[1,0], [0,0] each 2.5 GB/s>,
// CHECK-SAME: #scope.chiplet_kind<"wide", mac_k = 64, mac_c = 32, vector = 1, sram = <752 KiB>, at = <[4,0]-[5,5]>>
#scope.chiplet_kind<"wide", mac_k = 64, mac_c = 32, vector = 1, sram = <752 KiB>, at = <[4,0]-[5,5]>>
]} {}

// A configuration belongs on a module, a plan on a function, a pin on an
// operation with results.
// CHECK: module attributes {scope.config = #scope.config<batch = 4>}
module attributes {scope.config = #scope.config<batch = 4>} {
  // CHECK: scope.plan = #scope.plan<version = "1.0"
  func.func @main(%arg0: tensor<4xf32>) -> tensor<4xf32> attributes {
      scope.plan = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef",
        package_hash = "fedcba9876543210", batch = 64, cycles = 1, latency = 2, energy = 3>} {
    // CHECK: scope.pin = #scope.pin<cut>
    %0 = math.exp %arg0 {scope.pin = #scope.pin<cut>} : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
