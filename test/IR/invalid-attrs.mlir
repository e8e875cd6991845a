// RUN: scope-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// partition: every name is a role.
// expected-error@+1 {{'depth' is no dimension; expected batch, other, row, column or channel, with a suffix from 1 on for further ones}}
"test.op"() {a = #scope.partition<depth = 2>} : () -> ()

// -----

// partition: a suffix begins at 1.
// expected-error@+1 {{'row0' is no dimension}}
"test.op"() {a = #scope.partition<row0 = 2>} : () -> ()

// -----

// partition: a suffix is a number.
// expected-error@+1 {{is no dimension}}
"test.op"() {a = #scope.partition<row99999999999999999999 = 2>} : () -> ()

// -----

// partition: no dimension twice.
// expected-error@+1 {{'row' is named twice}}
"test.op"() {a = #scope.partition<row = 2, row = 4>} : () -> ()

// -----

// partition: no dimension twice, even with a factor of 1.
// expected-error@+1 {{'row' is named twice}}
"test.op"() {a = #scope.partition<row = 1, row = 4>} : () -> ()

// -----

// partition: factors of at least 1.
// expected-error@+1 {{a factor must be at least 1, got 0}}
"test.op"() {a = #scope.partition<row = 0>} : () -> ()

// -----

// partition: at most 1024 tiles.
// expected-error@+1 {{more than 1024 tiles}}
"test.op"() {a = #scope.partition<row = 64, column = 32>} : () -> ()

// -----

// partition: a factor that would overflow.
// expected-error@+1 {{more than 1024 tiles}}
"test.op"() {a = #scope.partition<row = 1024, column = 9223372036854775807>} : () -> ()

// -----

// partition: a factor is a number.
// expected-error@+1 {{expected integer value}}
"test.op"() {a = #scope.partition<row = "a">} : () -> ()

// -----

// partition: no end.
// expected-error@+1 {{unbalanced '<' character in pretty dialect name}}
"test.op"() {a = #scope.partition<row = 4} : () -> ()

// -----

// region: at least one coordinate.
// expected-error@+1 {{expected '['}}
"test.op"() {a = #scope.region<>} : () -> ()

// -----

// region: no coordinate twice.
// expected-error@+1 {{chiplet [1,0] is named twice}}
"test.op"() {a = #scope.region<[0,0]-[1,1], [1,0]>} : () -> ()

// -----

// region: on the largest grid.
// expected-error@+1 {{chiplet [0,32] is off the largest grid, 32 x 32}}
"test.op"() {a = #scope.region<[0,32]>} : () -> ()

// -----

// region: not negative.
// expected-error@+1 {{chiplet [-1,0] is off the largest grid, 32 x 32}}
"test.op"() {a = #scope.region<[-1,0]>} : () -> ()

// -----

// region: corners in order.
// expected-error@+1 {{a rectangle goes from its top left to its bottom right corner}}
"test.op"() {a = #scope.region<[1,1]-[0,1]>} : () -> ()

// -----

// region: corners in order, columns too.
// expected-error@+1 {{a rectangle goes from its top left to its bottom right corner}}
"test.op"() {a = #scope.region<[1,1]-[1,0]>} : () -> ()

// -----

// cost: every key is known.
// expected-error@+1 {{'seconds' is no figure of a cost}}
"test.op"() {a = #scope.cost<seconds = 2>} : () -> ()

// -----

// cost: no key twice.
// expected-error@+1 {{'cycles' is named twice}}
"test.op"() {a = #scope.cost<cycles = 2, load = 1, cycles = 2>} : () -> ()

// -----

// cost: no figure is negative.
// expected-error@+1 {{'cycles' must not be negative, got -2}}
"test.op"() {a = #scope.cost<cycles = -2>} : () -> ()

// -----

// cost: 64 bits.
// expected-error@+1 {{integer value too large}}
"test.op"() {a = #scope.cost<cycles = 9223372036854775808>} : () -> ()

// -----

// buffer: the role is known.
// expected-error@+2 {{expected ::scope::BufferRole to be one of: weights, weight_chunk, arriving, skip, input, output}}
// expected-error@+1 {{failed to parse Scope_BufferAttr parameter 'role'}}
"test.op"() {a = #scope.buffer<stuff, offset = 0, bytes = 1>} : () -> ()

// -----

// buffer: the index is not negative.
// expected-error@+1 {{'index' must not be negative, got -1}}
"test.op"() {a = #scope.buffer<input, index = -1, offset = 0, bytes = 1>} : () -> ()

// -----

// buffer: the offset is not negative.
// expected-error@+1 {{'offset' must not be negative, got -1}}
"test.op"() {a = #scope.buffer<input, offset = -1, bytes = 1>} : () -> ()

// -----

// buffer: at least one byte.
// expected-error@+1 {{'bytes' must be at least 1, got 0}}
"test.op"() {a = #scope.buffer<input, offset = 0, bytes = 0>} : () -> ()

// -----

// buffer: at least one copy.
// expected-error@+1 {{'copies' must be at least 1, got 0}}
"test.op"() {a = #scope.buffer<input, offset = 0, bytes = 1, copies = 0>} : () -> ()

// -----

// buffer: bytes are a multiple of the copies.
// expected-error@+1 {{'bytes' (3) must be a multiple of 'copies' (2)}}
"test.op"() {a = #scope.buffer<input, offset = 0, bytes = 3, copies = 2>} : () -> ()

// -----

// buffer: first and last stand together.
// expected-error@+1 {{'first' and 'last' must stand together}}
"test.op"() {a = #scope.buffer<input, offset = 0, bytes = 1, last = 2>} : () -> ()

// -----

// buffer: first and last are not negative.
// expected-error@+1 {{no live range: 'first' is -2 and 'last' is 2}}
"test.op"() {a = #scope.buffer<input, offset = 0, bytes = 1, first = -2, last = 2>} : () -> ()

// -----

// buffer: first is not after last.
// expected-error@+1 {{no live range: 'first' is 3 and 'last' is 2}}
"test.op"() {a = #scope.buffer<input, offset = 0, bytes = 1, first = 3, last = 2>} : () -> ()

// -----

// buffer: what is needed.
// expected-error@+1 {{struct is missing required parameter: bytes}}
"test.op"() {a = #scope.buffer<input, offset = 0>} : () -> ()

// -----

// pin: at least one entry.
// expected-error@+1 {{a pin must ask for something}}
"test.op"() {a = #scope.pin<>} : () -> ()

// -----

// pin: entries are known.
// expected-error@+1 {{unknown entry 'glue' of a pin; known are cut, split, join, cluster, chiplets, region and partition}}
"test.op"() {a = #scope.pin<glue>} : () -> ()

// -----

// pin: no entry twice.
// expected-error@+1 {{'cut' is named twice}}
"test.op"() {a = #scope.pin<cut, split, cut>} : () -> ()

// -----

// pin: no entry twice, those with values too.
// expected-error@+1 {{'cluster' is named twice}}
"test.op"() {a = #scope.pin<cluster = 1, cluster = 1>} : () -> ()

// -----

// pin: not join and cut.
// expected-error@+1 {{'join' contradicts 'cut'}}
"test.op"() {a = #scope.pin<join, cut>} : () -> ()

// -----

// pin: not join and split.
// expected-error@+1 {{'join' contradicts 'split'}}
"test.op"() {a = #scope.pin<split, join>} : () -> ()

// -----

// pin: the cluster is not negative.
// expected-error@+1 {{'cluster' must not be negative, got -1}}
"test.op"() {a = #scope.pin<cluster = -1>} : () -> ()

// -----

// pin: chiplets from 1 on.
// expected-error@+1 {{'chiplets' must be a range inside 1 to 1024, got 0 to 4}}
"test.op"() {a = #scope.pin<chiplets = 0 to 4>} : () -> ()

// -----

// pin: chiplets in order.
// expected-error@+1 {{'chiplets' must be a range inside 1 to 1024, got 4 to 3}}
"test.op"() {a = #scope.pin<chiplets = 4 to 3>} : () -> ()

// -----

// pin: chiplets up to 1024.
// expected-error@+1 {{'chiplets' must be a range inside 1 to 1024, got 4 to 1025}}
"test.op"() {a = #scope.pin<chiplets = 4 to 1025>} : () -> ()

// -----

// pin: rows in order.
// expected-error@+1 {{'region' must name rows and columns inside 0 to 31, got 3 to 1}}
"test.op"() {a = #scope.pin<region = [3 to 1, *]>} : () -> ()

// -----

// pin: columns on the largest grid.
// expected-error@+1 {{'region' must name rows and columns inside 0 to 31, got 32 to 32}}
"test.op"() {a = #scope.pin<region = [*, 32]>} : () -> ()

// -----

// pin: rows not negative.
// expected-error@+1 {{'region' must name rows and columns inside 0 to 31, got -1 to -1}}
"test.op"() {a = #scope.pin<region = [-1, *]>} : () -> ()

// -----

// pin: its partition is a partition.
// expected-error@+1 {{a factor must be at least 1, got 0}}
"test.op"() {a = #scope.pin<partition = <row = 0>>} : () -> ()

// -----

// config: batch is not negative.
// expected-error@+1 {{'batch' must not be negative, got -1}}
"test.op"() {a = #scope.config<batch = -1>} : () -> ()

// -----

// config: work_budget is not negative.
// expected-error@+1 {{'work_budget' must not be negative, got -1}}
"test.op"() {a = #scope.config<work_budget = -1>} : () -> ()

// -----

// config: time_limit_ms is not negative.
// expected-error@+1 {{'time_limit_ms' must not be negative, got -1}}
"test.op"() {a = #scope.config<time_limit_ms = -1>} : () -> ()

// -----

// config: max_latency is not negative.
// expected-error@+1 {{'max_latency' must not be negative, got -1}}
"test.op"() {a = #scope.config<max_latency = -1>} : () -> ()

// -----

// config: max_energy is not negative.
// expected-error@+1 {{'max_energy' must not be negative, got -1}}
"test.op"() {a = #scope.config<max_energy = -1>} : () -> ()

// -----

// config: samples is not negative.
// expected-error@+1 {{'samples' must not be negative, got -1}}
"test.op"() {a = #scope.config<samples = -1>} : () -> ()

// -----

// config: seed is not negative.
// expected-error@+1 {{'seed' must not be negative, got -1}}
"test.op"() {a = #scope.config<seed = -1>} : () -> ()

// -----

// config: max_beat is not negative.
// expected-error@+1 {{'max_beat' must not be negative, got -1}}
"test.op"() {a = #scope.config<max_beat = -1>} : () -> ()

// -----

// config: widths.
// expected-error@+1 {{'assume_bits' must be 8, 16 or 32, or 0 for the program's own width; got 12}}
"test.op"() {a = #scope.config<assume_bits = 12>} : () -> ()

// -----

// config: entries are known.
// expected-error@+1 {{duplicate or unknown struct parameter name: speed}}
"test.op"() {a = #scope.config<speed = 12>} : () -> ()

// -----

// plan: the version is two numbers.
// expected-error@+1 {{'version' must be like "1.0", got "1"}}
"test.op"() {a = #scope.plan<version = "1", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1>} : () -> ()

// -----

// plan: the version has no words.
// expected-error@+1 {{'version' must be like "1.0", got "1.x"}}
"test.op"() {a = #scope.plan<version = "1.x", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1>} : () -> ()

// -----

// plan: hashes have 16 digits.
// expected-error@+1 {{a hash must be 16 hexadecimal digits, got "123"}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "123", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1>} : () -> ()

// -----

// plan: hashes are hexadecimal.
// expected-error@+1 {{a hash must be 16 hexadecimal digits, got "0123456789abcdeg"}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdeg", batch = 1, cycles = 1, latency = 1, energy = 1>} : () -> ()

// -----

// plan: a batch of at least 1.
// expected-error@+1 {{'batch' must be at least 1, got 0}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 0, cycles = 1, latency = 1, energy = 1>} : () -> ()

// -----

// plan: widths.
// expected-error@+1 {{'assume_bits' must be 8, 16 or 32, or 0 for the program's own width; got 64}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1, assume_bits = 64>} : () -> ()

// -----

// plan: cycles is not negative.
// expected-error@+1 {{'cycles' must not be negative, got -1}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = -1, latency = 1, energy = 1>} : () -> ()

// -----

// plan: latency is not negative.
// expected-error@+1 {{'latency' must not be negative, got -1}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = -1, energy = 1>} : () -> ()

// -----

// plan: energy is not negative.
// expected-error@+1 {{'energy' must not be negative, got -1}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = -1>} : () -> ()

// -----

// plan: bound is not negative.
// expected-error@+1 {{'bound' must not be negative, got -1}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1, bound = -1>} : () -> ()

// -----

// plan: candidates is not negative.
// expected-error@+1 {{'candidates' must not be negative, got -1}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1, candidates = -1>} : () -> ()

// -----

// plan: reserve is not negative.
// expected-error@+1 {{'reserve' must not be negative, got -1}}
"test.op"() {a = #scope.plan<version = "1.0", package = @p, network_hash = "0123456789abcdef", package_hash = "0123456789abcdef", batch = 1, cycles = 1, latency = 1, energy = 1, reserve = -1>} : () -> ()

// -----

// quantity: not negative.
// expected-error@+1 {{a quantity must not be negative}}
"test.op"() {a = #scope.quantity<-1 GB/s>} : () -> ()

// -----

// quantity: not negative, decimals too.
// expected-error@+1 {{a quantity must not be negative}}
"test.op"() {a = #scope.quantity<-1.5 GB/s>} : () -> ()

// -----

// quantity: at most 15 digits.
// expected-error@+1 {{a quantity has at most 15 significant digits and as many decimals}}
"test.op"() {a = #scope.quantity<1000000000000000 B>} : () -> ()

// -----

// quantity: at most 15 digits, decimals too.
// expected-error@+1 {{a quantity has at most 15 significant digits and as many decimals}}
"test.op"() {a = #scope.quantity<1234567.890123456 B>} : () -> ()

// -----

// quantity: at most 15 decimals.
// expected-error@+1 {{a quantity has at most 15 significant digits and as many decimals}}
"test.op"() {a = #scope.quantity<0.0000000000000001 B>} : () -> ()

// -----

// quantity: not above 15 digits by its exponent.
// expected-error@+1 {{a quantity has at most 15 significant digits and as many decimals}}
"test.op"() {a = #scope.quantity<1.0e15 B>} : () -> ()

// -----

// quantity: too long for 64 bits.
// expected-error@+1 {{a quantity has at most 15 significant digits and as many decimals}}
"test.op"() {a = #scope.quantity<99999999999999999999999 B>} : () -> ()

// -----

// quantity: a unit.
// expected-error@+1 {{a quantity needs a unit}}
"test.op"() {a = #scope.quantity<5>} : () -> ()

// -----

// quantity: a known unit.
// expected-error@+1 {{unknown unit 'parsec'}}
"test.op"() {a = #scope.quantity<5 parsec>} : () -> ()

// -----

// quantity: a known unit with a slash.
// expected-error@+1 {{unknown unit 'GB/h'}}
"test.op"() {a = #scope.quantity<5 GB/h>} : () -> ()

// -----

// quantity: a number.
// expected-error@+1 {{expected floating point literal}}
"test.op"() {a = #scope.quantity<GB>} : () -> ()

// -----

// dram_ports: the chiplets are a region.
// expected-error@+1 {{chiplet [0,0] is named twice}}
"test.op"() {a = #scope.dram_ports<[0,0], [0,0] each 1 GB/s>} : () -> ()

// -----

// dram_ports: the bandwidth is a rate.
// expected-error@+1 {{the bandwidth of a DRAM port is a rate (B/s, KB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, Mbit/s, Gbit/s, Tbit/s, B/cycle), not 'GHz'}}
"test.op"() {a = #scope.dram_ports<[0,0] each 1 GHz>} : () -> ()

// -----

// chiplet_kind: a name.
// expected-error@+1 {{a kind needs a name other than 'default'}}
"test.op"() {a = #scope.chiplet_kind<"", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: a name of its own.
// expected-error@+1 {{a kind needs a name other than 'default'}}
"test.op"() {a = #scope.chiplet_kind<"default", mac_k = 1, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: mac_k of at least 1.
// expected-error@+1 {{'mac_k' must be 1 to 65536, got 0}}
"test.op"() {a = #scope.chiplet_kind<"a", mac_k = 0, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: mac_c of at least 1.
// expected-error@+1 {{'mac_c' must be 1 to 65536, got 0}}
"test.op"() {a = #scope.chiplet_kind<"a", mac_k = 1, mac_c = 0, vector = 1, sram = <1 KiB>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: vector of at least 1.
// expected-error@+1 {{'vector' must be 1 to 65536, got 0}}
"test.op"() {a = #scope.chiplet_kind<"a", mac_k = 1, mac_c = 1, vector = 0, sram = <1 KiB>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: at most 65536 lanes.
// expected-error@+1 {{'mac_k' must be 1 to 65536, got 65537}}
"test.op"() {a = #scope.chiplet_kind<"a", mac_k = 65537, mac_c = 1, vector = 1, sram = <1 KiB>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: sram is a size.
// expected-error@+1 {{'sram' is a size (B, KB, MB, GB, KiB, MiB, GiB), not 'GHz'}}
"test.op"() {a = #scope.chiplet_kind<"a", mac_k = 1, mac_c = 1, vector = 1, sram = <1 GHz>, at = <[0,0]>>} : () -> ()

// -----

// chiplet_kind: sram above zero.
// expected-error@+1 {{'sram' must be above zero}}
"test.op"() {a = #scope.chiplet_kind<"a", mac_k = 1, mac_c = 1, vector = 1, sram = <0 B>, at = <[0,0]>>} : () -> ()

// -----

// No other attribute.
// expected-error@+1 {{unknown attribute `thing` in dialect `scope`}}
"test.op"() {a = #scope.thing<1>} : () -> ()
