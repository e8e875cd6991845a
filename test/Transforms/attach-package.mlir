// RUN: scope-opt %s --scope-attach-package | FileCheck %s --check-prefixes=CHECK,DEFAULT
// RUN: scope-opt %s --scope-attach-package="package=scar-3x3" | FileCheck %s --check-prefixes=CHECK,SCAR
// RUN: scope-opt %s --scope-attach-package="package=hetero-6x6" | FileCheck %s --check-prefixes=CHECK,HETERO

// A second run with a name replaces the package; one without leaves it.
// RUN: scope-opt %s --scope-attach-package="package=tiny-2x2 batch=2" --scope-attach-package="package=scar-3x3" | FileCheck %s --check-prefixes=CHECK,SCAR
// RUN: scope-opt %s --scope-attach-package="package=scar-3x3 batch=2" --scope-attach-package | FileCheck %s --check-prefixes=CHECK,SCAR

// All presets are packages that work.
// RUN: for p in simba-1x1 simba-1x32 simba-32x1 simba-4x4 simba-8x8 simba-16x16 simba-32x32 scar-3x3 scar-6x6 set-8x8 gemini-6x6 wormhole-8x8 hetero-6x6 tiny-2x2; do scope-opt %s --scope-attach-package="package=$p" || exit 1; done | FileCheck %s --check-prefix=ALL
// ALL-COUNT-14: scope.package @

// Every option of the configuration.
// RUN: scope-opt %s --scope-attach-package="batch=64 assume-bits=8 objective=edp strategy=data-parallel space=published search=exact work-budget=1000 time-limit=0.0015 partition-space=pure split-batch=false max-beat=8 weights=distributed max-latency=9 max-energy=8 samples=7 seed=6 function=main" | FileCheck %s --check-prefixes=CHECK,CONFIG
// RUN: scope-opt %s --scope-attach-package="objective=latency strategy=full-pipeline search=linear weights=replicated" | FileCheck %s --check-prefix=OTHER

// CONFIG: module attributes {scope.config = #scope.config<batch = 64, assume_bits = 8, objective = edp,
// CONFIG-SAME: strategy = "data-parallel", space = published, search = exact, work_budget = 1000, time_limit_ms = 2,
// CONFIG-SAME: partition_space = pure, split_batch = false, max_beat = 8, weights = distributed, max_latency = 9, max_energy = 8, samples = 7, seed = 6, function = @main>, test.mark}
// OTHER: scope.config = #scope.config<objective = latency, strategy = "full-pipeline", search = linear, weights = replicated>

// DEFAULT: module attributes {scope.config = #scope.config<>, test.mark} {
// DEFAULT-NEXT: scope.package @simba_6x6 <{
// DEFAULT-NEXT: rows = 6, cols = 6, clock = 1 GHz,
// DEFAULT-NEXT: mac_k = 32, mac_c = 32, vector = 64, sram = 752 KiB,
// DEFAULT-NEXT: port = 100 GB/s, link = 100 GB/s, hop = 20 ns, multicast = true,
// DEFAULT-NEXT: dram = [<[0,0]-[5,0], [0,5]-[5,5] each 6 GB/s>], dram_latency = 100 ns, batch = 64,
// DEFAULT-NEXT: mac_energy = 0.018 pJ/mac,
// DEFAULT-NEXT: hop_energy = 1.285 pJ/bit,
// DEFAULT-NEXT: }>

// SCAR: scope.config = #scope.config<>
// SCAR-NOT: scope.package
// SCAR: scope.package @scar_3x3 <{
// SCAR-NEXT: rows = 3, cols = 3, clock = 500 MHz,
// SCAR-NOT: scope.package

// HETERO: scope.package @hetero_6x6
// HETERO: kinds = [<"vector", mac_k = 16, mac_c = 16, vector = 256, sram = <752 KiB>, at = <[4,0]-[5,5]>>]

// CHECK: func.func @main
module attributes {test.mark} {
  func.func @main(%arg0: tensor<4xf32>) -> tensor<4xf32> {
    return %arg0 : tensor<4xf32>
  }
}
