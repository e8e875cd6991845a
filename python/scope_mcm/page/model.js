// A plan with what the views look up all the time. Nothing here is a cost: those
// are in the JSON; this only says where things are and when the model has them run.
"use strict";

// Okabe and Ito's colours, which people with colour vision deficiencies tell apart,
// then the same lighter. Stages have their number written on them as well.
const STAGE_COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8ac00", "#7a7a7a",
  "#66aad1", "#f0c566", "#66c5ab", "#e0afca", "#99d2f1", "#e69e66", "#d4cd66", "#afafaf"];
// Cividis.
const HEAT_COLOURS = ["#e8e8f0", "#fee838", "#d3c164", "#a59c74", "#7c7b78", "#575d6d", "#2f446b", "#00224e"];
const ENERGY_PARTS = [["mac_fj", "MACs", "#0072b2"], ["sram_fj", "SRAM", "#e69f00"], ["nop_fj", "NoP", "#009e73"],
  ["dram_fj", "DRAM", "#cc79a7"], ["idle_fj", "idle", "#999999"]];
const BUFFER_NAMES = { weights: "weights", weight_chunk: "pieces of weights", arriving: "arriving", skip: "waiting",
  input: "inputs", output: "outputs" };

function stageColour(cluster) {
  return STAGE_COLOURS[cluster % STAGE_COLOURS.length];
}

class PlanView {
  constructor(plan, name) {
    this.name = name;
    this.json = plan;
    this.package = plan.package;
    this.func = plan.functions[0];
    this.segments = this.func.segments;
    this.layers = [];
    for (const segment of this.segments)
      for (const cluster of segment.clusters)
        for (const layer of cluster.layers)
          this.layers.push({ layer, cluster, segment, calls: segment.beat_samples / this.func.samples_per_call });
    this.kindAt = new Map();
    for (const kind of this.package.kinds)
      for (const [row, column] of kind.chiplets) this.kindAt.set(row * this.package.columns + column, kind);
  }

  // MACs that all enabled chiplets do in a cycle.
  get macLanes() {
    return this.package.kinds.reduce(
      (sum, kind) => sum + kind.chiplets.length * kind.mac_k_lanes * kind.mac_c_lanes, 0);
  }

  partition(layer) {
    const split = layer.dims.filter((dim) => dim.factor > 1);
    return split.length ? split.map((dim) => `${dim.name} ${dim.factor}`).join(", ") : "whole";
  }

  // With the letters of the text report: b batch, o other, r row, c column, k channel.
  shortPartition(layer) {
    const letter = { batch: "b", other: "o", row: "r", column: "c", channel: "k" };
    const text = (dim) => {
      const number = dim.name.slice(dim.role.length);
      return `${letter[dim.role]}${number ? `'${number}:` : ""}${dim.factor}`;
    };
    return layer.dims.filter((dim) => dim.factor > 1).map(text).join(" ") || "whole";
  }

  // Bytes that the whole layer reads and writes in `calls` calls; weights once.
  touchedBytes(layer, calls) {
    return [...layer.operands, ...layer.outputs].reduce(
      (sum, value) => sum + value.bytes * (value.kind === "weight" ? 1 : calls), 0);
  }

  // Layer n of a cluster: [start, exchange, compute] in cycles after the stage begins.
  steps(cluster) {
    let at = 0;
    return cluster.layers.map((layer) => {
      const cycles = layer.cost.cycles ?? 0;
      const exchange = Math.min(layer.cost.internal_cycles ?? 0, cycles);
      const step = { layer, start: at, exchange, end: at + cycles };
      at += cycles;
      return step;
    });
  }
}

// When what runs in a segment, in cycles after the segment begins. This is the one
// place that says so: a trace of the simulator has the same shape, and takes the
// place of the model's times where a plan comes with one.
//   bars: { row: cluster, layer: index, beat, start, end }; the plan does not say how the
//   time at the DRAM divides before the first bar and after the last one, so all of it is after
//   phases: { name, start, end }, end: the last cycle, source: what said so
function segmentTimeline(view, segment) {
  const load = segment.cost.load_cycles ?? 0;
  const pace = segment.cost.pace_cycles ?? 0;
  const bars = [];
  let before = 0;
  for (const cluster of segment.clusters) {
    const steps = view.steps(cluster);
    for (const beat of shownBeats(segment, steps.length))
      for (const step of steps)
        bars.push({ row: cluster.index, layer: step.layer.index, beat,
          start: load + before + beat * pace + step.start, end: load + before + beat * pace + step.end });
    before += cluster.cost.stage_cycles ?? 0;
  }
  const last = segment.clusters.at(-1).cost.stage_cycles ?? 0;
  const end = segment.cost.cycles ?? load + before + (segment.beats - 1) * pace;
  // Full from the first beat at the last stage until no beat begins any more.
  const full = load + before - last;
  const drain = Math.max(full, load + segment.beats * pace);
  const phases = [{ name: "load", start: 0, end: load }, { name: "fill", start: load, end: Math.min(full, end) },
    { name: "steady", start: full, end: Math.min(drain, end) }, { name: "drain", start: drain, end }];
  return { bars, phases: phases.filter((phase) => phase.end > phase.start), end, source: "stage times of the plan" };
}

// Beats that are drawn: all, or, of many, those at the beginning and the end.
const MOST_BARS = 40000;
function shownBeats(segment, steps) {
  const total = segment.clusters.reduce((sum, cluster) => sum + cluster.layers.length, 0);
  const most = Math.max(2, Math.floor(MOST_BARS / Math.max(total, steps)));
  if (segment.beats <= most) return Array.from({ length: segment.beats }, (_, beat) => beat);
  const half = Math.floor(most / 2);
  return Array.from({ length: 2 * half }, (_, n) => (n < half ? n : segment.beats - 2 * half + n));
}
