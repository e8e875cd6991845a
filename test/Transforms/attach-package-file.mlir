// RUN: rm -rf %t && split-file %s %t
// RUN: scope-opt %t/main.mlir --scope-attach-package="package-file=%t/good.mlir" | FileCheck %s
// RUN: scope-opt %t/main.mlir --scope-attach-package="package-file=%t/module.mlir" | FileCheck %s
// RUN: scope-opt %t/good.mlir --emit-bytecode -o %t/good.mlirbc
// RUN: scope-opt %t/main.mlir --scope-attach-package="package-file=%t/good.mlirbc" | FileCheck %s

// CHECK: scope.package @own <{
// CHECK-NEXT: rows = 1, cols = 2, clock = 1.8 GHz,
// CHECK-NEXT: mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
// CHECK-NEXT: port = 24 GB/s, hop = 20 ns,
// CHECK-NEXT: dram = [<[0,0]-[0,1] each 3.5 GB/s>]
// CHECK-NEXT: }>
// CHECK-NOT: scope.package
// CHECK: func.func private @f

// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/unknown-field.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/wrong-unit.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/no-ports.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/fast-port.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/two.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/none.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/other.mlir"
// RUN: scope-opt %t/main.mlir --verify-diagnostics --scope-attach-package="package-file=%t/text.mlir"
// RUN: scope-opt %t/missing.mlir --verify-diagnostics --scope-attach-package="package-file=%t/there-is-no-such-file.mlir"
// RUN: scope-opt %t/folder.mlir --verify-diagnostics --scope-attach-package="package-file=%t"
// RUN: scope-opt %t/both.mlir --verify-diagnostics --scope-attach-package="package=tiny-2x2 package-file=%t/good.mlir"
// RUN: scope-opt %t/clash.mlir --verify-diagnostics --scope-attach-package="package-file=%t/good.mlir"

// The error and its place reach the user.
// RUN: not scope-opt %t/main.mlir --scope-attach-package="package-file=%t/unknown-field.mlir" 2>&1 | FileCheck %s --check-prefix=PLACE
// PLACE: unknown-field.mlir:3:3: error: custom op 'scope.package' a package has no field 'noc'
// PLACE-NEXT: noc = 4 GB/s

//--- main.mlir
scope.package @old <{
  rows = 1, cols = 1, clock = 1 GHz, mac_k = 1, mac_c = 1, vector = 1, sram = 1 KiB,
  port = 1 GB/s, hop = 1 cycles, dram = [<[0,0] each 1 GB/s>]
}>
func.func private @f()

//--- good.mlir
scope.package @own <{
  rows = 1, cols = 2, clock = 1.8 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 24 GB/s, hop = 20 ns, dram = [<[0,0]-[0,1] each 3.5 GB/s>]
}>

//--- module.mlir
module @name {
  scope.package @own <{
    rows = 1, cols = 2, clock = 1.8 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
    port = 24 GB/s, hop = 20 ns, dram = [<[0,0]-[0,1] each 3.5 GB/s>]
  }>
}

//--- unknown-field.mlir
scope.package @own <{
  // expected-error@+1 {{a package has no field 'noc'; its fields are rows, cols,}}
  noc = 4 GB/s
}>

//--- wrong-unit.mlir
scope.package @own <{
  rows = 1, cols = 2, clock = 1.8 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  // expected-error@+1 {{'port' is a rate (B/s, KB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, Mbit/s, Gbit/s, Tbit/s, B/cycle), not 'GB'}}
  port = 24 GB, hop = 20 ns, dram = [<[0,0]-[0,1] each 3.5 GB/s>]
}>

//--- no-ports.mlir
// expected-error@+1 {{'scope.package' op has no DRAM port on an enabled chiplet}}
scope.package @own <{
  rows = 1, cols = 2, clock = 1.8 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 24 GB/s, hop = 20 ns, dram = []
}>

//--- fast-port.mlir
// expected-error@+1 {{'scope.package' op cannot work: the DRAM port at (0, 0) brings 40 B/cycle, more than the 1 links of its chiplet carry (24 B/cycle)}}
scope.package @own <{
  rows = 1, cols = 2, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 24 GB/s, hop = 20 ns, dram = [<[0,0] each 40 GB/s>]
}>

//--- two.mlir
scope.package @own <{
  rows = 1, cols = 2, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 24 GB/s, hop = 20 ns, dram = [<[0,0] each 4 GB/s>]
}>
// expected-error@+1 {{a package file must hold one 'scope.package' and nothing else}}
scope.package @own2 <{
  rows = 1, cols = 2, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
  port = 24 GB/s, hop = 20 ns, dram = [<[0,0] each 4 GB/s>]
}>

//--- none.mlir
// expected-error {{a package file must hold one 'scope.package', and this one holds none}}

//--- other.mlir
// A dialect that has no business here.
// expected-error@+2 {{Dialect `func' not found for custom op 'func.func'}}
// expected-note@+1 {{Available dialects: builtin, scope}}
func.func private @g()

//--- text.mlir
// expected-error@+1 {{custom op 'this' is unknown (tried 'builtin.this' as well)}}
this is no package

//--- missing.mlir
// expected-error@+1 {{cannot read the package file: cannot open input file}}
module {}

//--- folder.mlir
// expected-error@+1 {{cannot read the package file: cannot open input file}}
module {}

//--- both.mlir
// expected-error@+1 {{package= and package-file= are both given; leave one of them away}}
module {}

//--- clash.mlir
// expected-error@+1 {{has the name '@own', which the package needs; rename it}}
func.func private @own()
