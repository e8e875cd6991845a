// Room for all of what `once.mlir` reads, once, and for bands of its result.
scope.package @small <{
  rows = 1, cols = 1, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 16,
  sram = 12 KiB, port = 16 B/cycle, link = 16 B/cycle, hop = 2 cycles, multicast = true,
  dram = [<[0,0] each 2 B/cycle>], dram_latency = 20 cycles, batch = 3,
  mac_energy = 1 pJ/mac, sram_read_energy = 1 pJ/byte, sram_write_energy = 2 pJ/byte,
  hop_energy = 4 pJ/byte, dram_energy = 64 pJ/byte, idle = 0 W
}>
