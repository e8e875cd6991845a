// RUN: scope-opt %s --split-input-file --verify-diagnostics

// A field that there is not.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{a package has no field 'noc'; its fields are rows, cols, clock, mac_k, mac_c, vector, sram, port, link, hop, multicast, dram, dram_latency, batch, mac_energy, sram_read_energy, sram_write_energy, hop_energy, dram_energy, idle, disabled, kinds}}
  noc = 8 B/cycle
}>

// -----

// A field twice.
scope.package @p <{
  rows = 2,
  // expected-error@+1 {{field 'rows' is given twice}}
  rows = 2
}>

// -----

// Without rows.
// expected-error@+1 {{package 'p' needs the field 'rows'}}
scope.package @p <{
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without cols.
// expected-error@+1 {{package 'p' needs the field 'cols'}}
scope.package @p <{
  rows = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without clock.
// expected-error@+1 {{package 'p' needs the field 'clock'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without mac_k.
// expected-error@+1 {{package 'p' needs the field 'mac_k'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without mac_c.
// expected-error@+1 {{package 'p' needs the field 'mac_c'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without vector.
// expected-error@+1 {{package 'p' needs the field 'vector'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without sram.
// expected-error@+1 {{package 'p' needs the field 'sram'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without port.
// expected-error@+1 {{package 'p' needs the field 'port'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without hop.
// expected-error@+1 {{package 'p' needs the field 'hop'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Without dram.
// expected-error@+1 {{package 'p' needs the field 'dram'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles
}>

// -----

// A wrong unit for clock.
scope.package @p <{
  rows = 2,
  cols = 2,
  // expected-error@+1 {{'clock' is a frequency (Hz, kHz, MHz, GHz), not 'ns'}}
  clock = 3 ns,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// A wrong unit for sram.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  // expected-error@+1 {{'sram' is a size (B, KB, MB, GB, KiB, MiB, GiB), not 'GB/s'}}
  sram = 3 GB/s,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// A wrong unit for port.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  // expected-error@+1 {{'port' is a rate (B/s, KB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, Mbit/s, Gbit/s, Tbit/s, B/cycle), not 'KiB'}}
  port = 3 KiB,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// A wrong unit for link.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'link' is a rate}}
  link = 3 GHz
}>

// -----

// A wrong unit for hop.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  // expected-error@+1 {{'hop' is a time (ps, ns, us, ms, s, cycles), not 'B/cycle'}}
  hop = 3 B/cycle,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// A wrong unit for dram_latency.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'dram_latency' is a time}}
  dram_latency = 3 GHz
}>

// -----

// A wrong unit for mac_energy.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'mac_energy' is an energy of work (fJ/mac, pJ/mac, nJ/mac), not 'pJ/bit'}}
  mac_energy = 3 pJ/bit
}>

// -----

// A wrong unit for sram_read_energy.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'sram_read_energy' is an energy of data (fJ/bit, pJ/bit, nJ/bit, fJ/byte, pJ/byte, nJ/byte), not 'pJ/mac'}}
  sram_read_energy = 3 pJ/mac
}>

// -----

// A wrong unit for sram_write_energy.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'sram_write_energy' is an energy of data}}
  sram_write_energy = 3 W
}>

// -----

// A wrong unit for hop_energy.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'hop_energy' is an energy of data}}
  hop_energy = 3 cycles
}>

// -----

// A wrong unit for dram_energy.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'dram_energy' is an energy of data}}
  dram_energy = 3 W
}>

// -----

// A wrong unit for idle.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  // expected-error@+1 {{'idle' is a power (uW, mW, W), not 'pJ/bit'}}
  idle = 3 pJ/bit
}>

// -----

// An unknown unit.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  // expected-error@+1 {{unknown unit 'GB/fortnight'}}
  port = 3 GB/fortnight,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// No unit.
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  // expected-error@+1 {{a quantity needs a unit}}
  port = 3,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// A unit where none belongs.
scope.package @p <{
  // expected-error@+1 {{expected '}'}}
  rows = 2 GB
}>

// -----

// Neither true nor false.
scope.package @p <{
  // expected-error@+1 {{expected 'false' or 'true'}}
  multicast = yes
}>

// -----

// DRAM ports that are no list.
scope.package @p <{
  // expected-error@+1 {{expected '['}}
  dram = 4 GB/s
}>

// -----

// Not in a module.
func.func @f() {
  // expected-error@+1 {{'scope.package' op expects parent op 'builtin.module'}}
  scope.package @p <{
    rows = 2, cols = 2, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
    port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 1 GB/s>]
  }>
  return
}

// -----

// A wrong unit in generic syntax.
// expected-error@+1 {{'scope.package' op has 'W' for 'port', which is a rate}}
"scope.package"() <{clock = #scope.quantity<1 GHz>, cols = 2 : i64, dram = [#scope.dram_ports<[0,0] each 1 GB/s>],
  hop = #scope.quantity<2 cycles>, mac_c = 4 : i64, mac_k = 4 : i64, port = #scope.quantity<8 W>, rows = 2 : i64,
  sram = #scope.quantity<4 KiB>, sym_name = "p", vector = 4 : i64}> : () -> ()

// -----

// A field that is missing in generic syntax.
// expected-error@+1 {{'scope.package' op requires attribute 'clock'}}
"scope.package"() <{cols = 2 : i64, dram = [#scope.dram_ports<[0,0] each 1 GB/s>],
  hop = #scope.quantity<2 cycles>, mac_c = 4 : i64, mac_k = 4 : i64, port = #scope.quantity<8 B/cycle>, rows = 2 : i64,
  sram = #scope.quantity<4 KiB>, sym_name = "p", vector = 4 : i64}> : () -> ()

// -----

// No rows.
// expected-error@+1 {{attribute 'rows' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 32}}
scope.package @p <{
  rows = 0,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Too many rows.
// expected-error@+1 {{attribute 'rows' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 32}}
scope.package @p <{
  rows = 33,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// No cols.
// expected-error@+1 {{attribute 'cols' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 32}}
scope.package @p <{
  rows = 2,
  cols = 0,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Too many cols.
// expected-error@+1 {{attribute 'cols' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 32}}
scope.package @p <{
  rows = 2,
  cols = 33,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// No lanes in mac_k.
// expected-error@+1 {{attribute 'mac_k' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 65536}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 0,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// No lanes in mac_c.
// expected-error@+1 {{attribute 'mac_c' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 65536}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 0,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// No lanes in vector.
// expected-error@+1 {{attribute 'vector' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 65536}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 0,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Too many lanes.
// expected-error@+1 {{attribute 'vector' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 65536}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 65537,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// An empty batch.
// expected-error@+1 {{attribute 'batch' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  batch = 0
}>

// -----

// Nothing for clock.
// expected-error@+1 {{'scope.package' op has 'clock' zero; it must be above zero}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 0 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Nothing for sram.
// expected-error@+1 {{'scope.package' op has 'sram' zero; it must be above zero}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 0 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Nothing for port.
// expected-error@+1 {{'scope.package' op has 'port' zero; it must be above zero}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 0 GB/s,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>]
}>

// -----

// Nothing for link.
// expected-error@+1 {{'scope.package' op has 'link' zero; it must be above zero}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  link = 0 GB/s
}>

// -----

// Nothing from a DRAM port.
// expected-error@+1 {{'scope.package' op has a DRAM port of bandwidth zero; leave it away or give it one above zero}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 0 GB/s>]
}>

// -----

// A DRAM port off the grid.
// expected-error@+1 {{'scope.package' op has a DRAM port at [2,0], off its grid of 2 x 2; the last chiplet is [1,1]}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0]-[2,0] each 1 GB/s>]
}>

// -----

// A disabled chiplet off the grid.
// expected-error@+1 {{'scope.package' op has a disabled chiplet at [0,2], off its grid of 2 x 2; the last chiplet is [1,1]}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  disabled = <[0,2]>
}>

// -----

// A kind off the grid.
// expected-error@+1 {{'scope.package' op has kind 'a' at [4,0], off its grid of 2 x 2; the last chiplet is [1,1]}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  kinds = [<"a", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[4,0]>>]
}>

// -----

// Every chiplet disabled.
// expected-error@+1 {{'scope.package' op has every one of its 4 chiplets disabled; at least one must be enabled}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  disabled = <[0,0]-[1,1]>
}>

// -----

// No DRAM port.
// expected-error@+1 {{'scope.package' op has no DRAM port on an enabled chiplet; weights and inputs could not get in}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = []
}>

// -----

// No DRAM port on an enabled chiplet.
// expected-error@+1 {{'scope.package' op has no DRAM port on an enabled chiplet; weights and inputs could not get in}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  disabled = <[0,0]>
}>

// -----

// Two DRAM ports at one chiplet.
// expected-error@+1 {{'scope.package' op has two DRAM ports at [0,0]; add their bandwidths}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>, <[0,0]-[0,1] each 2 GB/s>]
}>

// -----

// Two kinds of one name.
// expected-error@+1 {{'scope.package' op has two kinds named 'a'}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  kinds = [<"a", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]>>, <"a", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,1]>>]
}>

// -----

// Two kinds at one chiplet.
// expected-error@+1 {{'scope.package' op gives chiplets of kind 'b' another kind as well}}
scope.package @p <{
  rows = 2,
  cols = 2,
  clock = 1 GHz,
  mac_k = 4,
  mac_c = 4,
  vector = 4,
  sram = 4 KiB,
  port = 8 B/cycle,
  hop = 2 cycles,
  dram = [<[0,0] each 1 GB/s>],
  kinds = [<"a", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]>>, <"b", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]-[0,1]>>]
}>
