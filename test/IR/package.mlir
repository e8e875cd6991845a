// RUN: scope-opt %s --verify-roundtrip | FileCheck %s
// RUN: scope-opt %s --mlir-print-op-generic | scope-opt | FileCheck %s
// RUN: scope-opt %s --emit-bytecode | scope-opt | FileCheck %s

// Quantities stay as they were written; fields are printed in a fixed order.
// CHECK: scope.package @all <{
// CHECK-NEXT: rows = 4, cols = 3, clock = 1.8 GHz,
// CHECK-NEXT: mac_k = 16, mac_c = 8, vector = 4, sram = 1 MiB,
// CHECK-NEXT: port = 24 GB/s, link = 12 B/cycle, hop = 20 ns, multicast = true,
// CHECK-NEXT: dram = [<[0,0]-[3,0] each 3 GB/s>, <[0,2] each 4 GB/s>], dram_latency = 0.1 us, batch = 16,
// CHECK-NEXT: mac_energy = 18 fJ/mac, sram_read_energy = 0.132 pJ/bit, sram_write_energy = 1.5 pJ/byte,
// CHECK-NEXT: hop_energy = 0.7 pJ/bit, dram_energy = 0.06 nJ/byte, idle = 1.5 W,
// CHECK-NEXT: disabled = <[1,1]-[2,1]>,
// CHECK-NEXT: kinds = [<"wide", mac_k = 64, mac_c = 16, vector = 4, sram = <2 MiB>, at = <[3,0]-[3,2]>>]
// CHECK-NEXT: }> attributes {test.mark}
scope.package @all <{
  idle = 1.5 W, dram_energy = 0.06 nJ/byte, hop_energy = 0.7 pJ/bit,
  sram_write_energy = 1.5 pJ/byte, sram_read_energy = 0.132 pJ/bit, mac_energy = 18 fJ/mac,
  kinds = [<"wide", mac_k = 64, mac_c = 16, vector = 4, sram = <2 MiB>, at = <[3,0]-[3,2]>>],
  disabled = <[1,1], [2,1]>,
  batch = 16, dram_latency = 0.10 us,
  dram = [<[0,0]-[3,0] each 3 GB/s>, <[0,2] each 4 GB/s>],
  multicast = true, hop = 20 ns, link = 12 B/cycle, port = 24 GB/s,
  sram = 1 MiB, vector = 4, mac_c = 8, mac_k = 16,
  clock = 1.8 GHz, cols = 3, rows = 4
}> attributes {test.mark}

// Only what is needed; the rest has defaults.
// CHECK: scope.package @needed <{
// CHECK-NEXT: rows = 1, cols = 1, clock = 500 MHz,
// CHECK-NEXT: mac_k = 1, mac_c = 1, vector = 1, sram = 16 B,
// CHECK-NEXT: port = 1 B/s, hop = 0 cycles,
// CHECK-NEXT: dram = [<[0,0] each 1 TB/s>]
// CHECK-NEXT: }>
scope.package @needed <{
  rows = 1, cols = 1, clock = 500 MHz, mac_k = 1, mac_c = 1, vector = 1, sram = 16 B,
  port = 1 B/s, hop = 0 cycles, dram = [<[0,0] each 1 TB/s>]
}>
