// RUN: rm -rf %t && split-file %s %t
// RUN: scope-opt %t/name.mlir --verify-diagnostics --scope-attach-package="package=simba-4"
// RUN: scope-opt %t/grid.mlir --verify-diagnostics --scope-attach-package="package=simba-33x4"
// RUN: scope-opt %t/empty-grid.mlir --verify-diagnostics --scope-attach-package="package=simba-0x4"
// RUN: scope-opt %t/batch.mlir --verify-diagnostics --scope-attach-package="batch=-1"
// RUN: scope-opt %t/bits.mlir --verify-diagnostics --scope-attach-package="assume-bits=4"
// RUN: scope-opt %t/budget.mlir --verify-diagnostics --scope-attach-package="work-budget=-5"
// RUN: scope-opt %t/beat.mlir --verify-diagnostics --scope-attach-package="max-beat=-5"
// RUN: scope-opt %t/time.mlir --verify-diagnostics --scope-attach-package="time-limit=-5"
// RUN: scope-opt %t/nan.mlir --verify-diagnostics --scope-attach-package="time-limit=nan"
// RUN: scope-opt %t/function.mlir --verify-diagnostics --scope-attach-package="function=h"
// RUN: scope-opt %t/no-function.mlir --verify-diagnostics --scope-attach-package="function=h"
// RUN: scope-opt %t/packages.mlir --split-input-file --verify-diagnostics --scope-attach-package

// Options are typed.
// RUN: not scope-opt %t/batch.mlir --scope-attach-package="objective=speed" 2>&1 | FileCheck %s --check-prefix=ENUM
// RUN: not scope-opt %t/batch.mlir --scope-attach-package="batch=many" 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not scope-opt %t/batch.mlir --scope-attach-package="colour=red" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// ENUM: Cannot find option named 'speed'!
// NUMBER: 'many' value invalid for long argument!
// UNKNOWN: no such option colour

//--- name.mlir
// expected-error@+1 {{no package is called 'simba-4'; known are simba-RxC, scar-3x3, scar-6x6, set-8x8, gemini-6x6, wormhole-8x8, hetero-6x6, tiny-2x2 (R and C from 1 to 32); package-file= takes one of your own}}
module {}

//--- grid.mlir
// expected-error@+1 {{no package is called 'simba-33x4'}}
module {}

//--- empty-grid.mlir
// expected-error@+1 {{no package is called 'simba-0x4'}}
module {}

//--- batch.mlir
// expected-error@+1 {{wrong option: 'batch' must not be negative, got -1}}
module {}

//--- bits.mlir
// expected-error@+1 {{wrong option: 'assume_bits' must be 8, 16 or 32, or 0 for the program's own width; got 4}}
module {}

//--- budget.mlir
// expected-error@+1 {{wrong option: 'work_budget' must not be negative, got -5}}
module {}

//--- beat.mlir
// expected-error@+1 {{wrong option: 'max_beat' must not be negative, got -5}}
module {}

//--- time.mlir
// expected-error@+1 {{'time-limit' must be 0 to 1.000000e+09 seconds, got -5.0}}
module {}

//--- nan.mlir
// expected-error@+1 {{'time-limit' must be 0 to 1.000000e+09 seconds, got nan}}
module {}

//--- function.mlir
// expected-error@+1 {{no function is called '@h'; the module has '@f', '@g'}}
module {
  func.func private @f()
  func.func private @g()
}

//--- no-function.mlir
// expected-error@+1 {{no function is called '@h'; the module has none}}
module {}

//--- packages.mlir
// The package of the module stays, if it works: a port must not be faster than
// the links of its chiplet.
// expected-error@+1 {{'scope.package' op cannot work: the DRAM port at (1, 1) brings 20 B/cycle, more than the 2 links of its chiplet carry (16 B/cycle); lower the bandwidth of the port, spread it over more ports, or raise that of the links}}
scope.package @p <{
  rows = 2, cols = 2, clock = 500 MHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 8 GB/s>, <[1,1] each 10 GB/s>]
}>

// -----

// One chiplet has no links.
scope.package @p <{
  rows = 1, cols = 1, clock = 500 MHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-note@+1 {{the first package is here}}
scope.package @p <{
  rows = 1, cols = 1, clock = 500 MHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>
// expected-error@+1 {{'scope.package' op is the second package of the module, which must have one}}
scope.package @q <{
  rows = 1, cols = 1, clock = 500 MHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has #scope.quantity<0.5 Hz> for 'clock', which is no whole number of hertz}}
scope.package @p <{
  rows = 1, cols = 1, clock = 0.5 Hz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has #scope.quantity<0.3 KiB> for 'sram', which is no whole number of bytes}}
scope.package @p <{
  rows = 1, cols = 1, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 0.3 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has #scope.quantity<2048 GiB> for 'sram', which is too large or too finely divided to compute with exactly; use fewer digits}}
scope.package @p <{
  rows = 1, cols = 1, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 2048 GiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has #scope.quantity<1.23456789012345 B/cycle> for 'port', which is too large or too finely divided}}
scope.package @p <{
  rows = 1, cols = 1, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 1 KiB,
  port = 1.23456789012345 B/cycle, hop = 2 cycles, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has #scope.quantity<999999999999999 s> for 'hop', which is too large or too finely divided}}
scope.package @p <{
  rows = 1, cols = 1, clock = 1000 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 1 KiB,
  port = 1 B/cycle, hop = 999999999999999 s, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has #scope.quantity<10 s> for 'dram_latency', which is too large or too finely divided}}
scope.package @p <{
  rows = 1, cols = 1, clock = 1000 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 1 KiB,
  port = 1 B/cycle, hop = 1 ps, dram_latency = 10 s, dram = [<[0,0] each 80 GB/s>]
}>

// -----

// expected-error@+1 {{'scope.package' op has DRAM ports whose bandwidths cannot be added exactly; give them in one unit, with fewer digits}}
scope.package @p <{
  rows = 2, cols = 2, clock = 999999937 Hz, mac_k = 4, mac_c = 4, vector = 4, sram = 1 KiB,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 1 GB/s>, <[0,1] each 1.0001 B/cycle>]
}>
