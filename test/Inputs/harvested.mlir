scope.package @harvested <{
  rows = 4, cols = 4, clock = 1 GHz, mac_k = 4, mac_c = 4, vector = 4, sram = 8 KiB,
  port = 16 B/cycle, hop = 2 cycles,
  dram = [<[0,0] each 8 B/cycle>, <[3,0], [3,3] each 4 B/cycle>],
  disabled = <[1,1]-[1,2], [2,2]>
}>
