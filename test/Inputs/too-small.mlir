scope.package @too_small <{
  rows = 2, cols = 2, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 64 B,
  port = 8 B/cycle, hop = 2 cycles, dram = [<[0,0] each 2 B/cycle>]
}>
