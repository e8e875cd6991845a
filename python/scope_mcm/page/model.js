// A plan with what the views look up all the time. Nothing here is a cost: those
// are in the JSON; this only says where things are and when the model has them run.
"use strict";

// Told apart by people with colour vision deficiencies, as they have no number.
const ENERGY_PARTS = [["mac_fj", "MACs", "#005a8c"], ["sram_fj", "SRAM", "#e69f00"], ["nop_fj", "NoP", "#2fae87"],
  ["dram_fj", "DRAM", "#f2c4de"], ["idle_fj", "idle", "#222222"]];
const BUFFER_NAMES = { weights: "weights", weight_chunk: "pieces of weights", arriving: "arriving", skip: "waiting",
  input: "inputs", output: "outputs" };

class PlanView {
  constructor(plan, name, simulation, network) {
    this.name = name;
    // What the head calls it.
    this.network = network;
    // Of each segment, what a simulation of the plan saw; null if there is none.
    this.simulation = simulation;
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

  // MACs that a chiplet of a layer does in a cycle, on the average of those that compute.
  lanesOf({ layer, cluster }) {
    const used = (cluster.region ?? []).slice(0, layer.cost.used_chiplets ?? cluster.chiplets);
    const lanes = used.map(([row, column]) => this.kindAt.get(row * this.package.columns + column))
      .map((kind) => kind.mac_k_lanes * kind.mac_c_lanes);
    return lanes.length ? lanes.reduce((sum, each) => sum + each, 0) / lanes.length : null;
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

// When what runs in a segment, in cycles after the segment begins: as simulated if the
// plan comes with a simulation, else from the stage times of the plan. This is the one
// place that says so.
//   bars: { row: cluster, layer: index, beat, start, end }
//   left: { beats, start, end }, where beats like their neighbours are not drawn
//   phases: { name, start, end }; end: the last cycle; pace: cycles between beats
//   source: what said so
function segmentTimeline(view, segment) {
  return view.simulation ? simulatedTimeline(view, segment) : plannedTimeline(view, segment);
}

function makePhases(load, full, drain, end) {
  const edges = [0, load, full, drain, end];
  // Each begins where the one before has ended.
  for (let n = 1; n < edges.length; ++n) edges[n] = Math.min(Math.max(edges[n], edges[n - 1]), end);
  return ["load", "fill", "steady", "drain"].map((name, n) => ({ name, start: edges[n], end: edges[n + 1] }))
    .filter((phase) => phase.end > phase.start);
}

// Where no beat is drawn: after all that is drawn of the beats before, until the next.
function leftOut(bars) {
  const drawn = [...new Set(bars.map((bar) => bar.beat))].sort((a, b) => a - b);
  const gap = drawn.findIndex((beat, n) => n > 0 && beat > drawn[n - 1] + 1);
  if (gap < 0) return [];
  const before = bars.reduce((most, bar) => (bar.beat < drawn[gap] ? Math.max(most, bar.end) : most), 0);
  const after = bars.reduce((least, bar) => (bar.beat < drawn[gap] ? least : Math.min(least, bar.start)), Infinity);
  return before < after ? [{ beats: drawn[gap] - drawn[gap - 1] - 1, start: before, end: after }] : [];
}

// The plan does not say how the time at the DRAM divides before the first bar and after
// the last one, so all of it is after.
function plannedTimeline(view, segment) {
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
  return { bars, left: leftOut(bars), phases: makePhases(load, load + before - last, load + segment.beats * pace, end), end, pace,
    source: "stage times of the plan; time at the DRAM that nothing hides comes after the bars" };
}

function simulatedTimeline(view, segment) {
  const simulated = view.simulation[segment.index];
  const bars = simulated.bars.map(([layer, beat, start, end]) =>
    ({ row: view.layers[layer].cluster.index, layer, beat, start, end }));
  const lastRow = segment.clusters.length - 1;
  let full = simulated.cycles, drain = 0;
  for (const bar of bars) {
    if (bar.row === lastRow) full = Math.min(full, bar.start);
    if (bar.row === 0) drain = Math.max(drain, bar.end);
  }
  const model = simulated.model_cycles === null ? "" : `, the model says ${whole(simulated.model_cycles)}`;
  const drawn = new Set(bars.map((bar) => bar.beat)).size;
  const left = drawn < simulated.beats ? `; ${whole(drawn)} of ${whole(simulated.beats)} beats are drawn, the others are like them` : "";
  return { bars, left: leftOut(bars), phases: makePhases(simulated.load_cycles, full, drain, simulated.cycles), end: simulated.cycles,
    pace: simulated.period_cycles, source: `simulator: ${whole(simulated.cycles)} cycles${model}${left}` };
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
