// Puts the views together: one state, and everything that is drawn follows from it.
"use strict";

const embedded = (kind) => [...document.querySelectorAll(`script.${kind}`)].map((script) => JSON.parse(script.textContent));
const SIMULATIONS = embedded("simulation");
const TITLES = embedded("titles").flat();
const PLANS = embedded("plan").map((plan, n) => new PlanView(plan, "AB"[n], SIMULATIONS[n] ?? null, TITLES[n]));
const by = (id) => document.getElementById(id);
const state = { view: PLANS[0], segment: PLANS[0].segments[0], layer: null, roofline: "layers", energy: "segments" };

const OPTIONS = { map: mapOption, links: linksOption, timeline: timelineOption, sram: sramOption,
  roofline: rooflineOption, energy: energyOption };
const charts = {};

const FIGURES = [
  ["samples_per_second", "Throughput", (totals) => rateText(totals.samples_per_second),
    (totals) => `${whole(totals.cycles)} cycles a batch`, (totals) => totals.samples_per_second],
  ["latency_seconds", "Latency", (totals) => quantity(totals.latency_seconds, "s"), (totals) => `${whole(totals.latency_cycles)} cycles`,
    (totals) => totals.latency_seconds],
  ["joules_per_sample", "Energy a sample", (totals) => quantity(totals.joules_per_sample, "J"), (totals) => `${quantity(totals.joules, "J")} a batch`,
    (totals) => totals.joules_per_sample],
  ["energy_delay_joule_seconds", "Energy x time (EDP)", (totals) => quantity(totals.energy_delay_joule_seconds, "J*s"), () => "of the batch",
    (totals) => totals.energy_delay_joule_seconds],
  ["utilisation", "Utilisation", (totals) => percent(totals.utilisation), () => "of all MAC lanes", (totals) => totals.utilisation],
  ["gap_to_bound", "Gap", (totals, bounds) => percent(bounds.gap_to_bound, 2), () => "over the bound of throughput", (totals, bounds) => bounds.gap_to_bound],
];

// In the words of `scope explain`.
const LIMITS = { compute: "compute: its slowest chiplet", internal: "internal: fetching what other chiplets of its region made in this beat",
  external: "external: data from or to other regions or DRAM", weights: "weights: gathering or streaming its weights" };

function showHead() {
  const { func, json, network } = state.view;
  by("title").textContent = `${network} on ${json.package.name}`;
  by("subtitle").textContent = [counted(func.totals.layers, "layer"), `${whole(func.totals.macs_per_sample)} MACs a sample`,
    `${bytesText(func.totals.weight_bytes)} of weights`, `batch of ${counted(func.batch_samples, "sample")}`, `best in ${func.objective}`,
    `strategy ${func.strategy}`, `${json.package.rows} x ${json.package.columns} chiplets`,
    func.proved ? "proved to be the best plan" : "not proved to be the best plan"].join("; ");
  by("figures").innerHTML = FIGURES.map(([key, name, text, more, raw]) =>
    `<div data-figure="${key}" data-value="${raw(func.totals, func.bounds)}"><dt>${name}</dt><dd>${escapeText(text(func.totals, func.bounds))}<small>${escapeText(more(func.totals))}</small></dd></div>`).join("");
  by("warning").hidden = func.costs_are_current;
  by("warning").textContent = "The costs are not those of this plan: it was edited. Run scope-cost.";
  by("generator").textContent = `${json.generator}; format ${json.version}; network ${func.network_hash}, package ${func.package_hash}`;
}

// What there is of a segment, in one line.
function segmentText(view, segment) {
  const { first_layer: first, last_layer: last, cost } = segment;
  const chiplets = segment.clusters.reduce((sum, cluster) => sum + cluster.chiplets, 0);
  const share = cost.cycles === null || !view.func.totals.cycles ? "" : `, ${percent(cost.cycles / view.func.totals.cycles)} of the batch's`;
  return `${first === last ? `layer ${first}` : `layers ${first} to ${last}`} in ${counted(segment.clusters.length, "stage")} on ${
    whole(chiplets)} of ${counted(view.kindAt.size, "chiplet")}; ${counted(segment.beats, "beat")} of ${counted(segment.beat_samples, "sample")}; ${
    whole(cost.cycles)} cycles${share}`;
}

function showDetails() {
  const entry = state.layer === null ? null : state.view.layers[state.layer];
  by("clear").hidden = !entry;
  const { segment } = state;
  by("selection").innerHTML = entry ? `Layer <b>${escapeText(entry.layer.name)}</b>, stage ${entry.segment.index}.${entry.cluster.index}`
    : "Click a layer, bar or chiplet to mark it";
  const lines = [];
  if (entry) {
    const { layer, cluster } = entry;
    lines.push(["layer", `${layer.name} (number ${layer.index}): ${layer.operations.join(", ")}`], ["from", layer.location],
      ["partition", `${state.view.partition(layer)}; ${whole(layer.cost.used_chiplets)} of ${cluster.chiplets} chiplets compute; weights ${cluster.weights}${layer.streamed ? ", streamed" : ""}`],
      ["time", `${whole(layer.cost.cycles)} cycles a beat: compute ${whole(layer.cost.compute_cycles)}, internal ${whole(layer.cost.internal_cycles)}, external ${whole(layer.cost.external_cycles)}, weights ${whole(layer.cost.weights_cycles)}, send ${whole(layer.cost.send_cycles)}`],
      ["limited by", LIMITS[layer.limit] ?? "not known"]);
    if (cluster.reason) lines.push(["stage", cluster.reason]);
  }
  lines.push([`segment ${segment.index}`, segmentText(state.view, segment)]);
  if (segment.reason) lines.push(["why it ends there", segment.reason]);
  by("details-title").textContent = entry ? "The layer and its segment" : "The segment";
  by("details").innerHTML = lines.map(([name, text]) => `<dt>${name}</dt><dd>${escapeText(text)}</dd>`).join("");
}

function showCharts(names = Object.keys(OPTIONS)) {
  for (const name of names) charts[name].setOption(OPTIONS[name](state), { notMerge: true });
}

// Where the user looks in the timeline stays when only the selection changes.
function showSelection() {
  const zoom = charts.timeline.getOption().dataZoom.map(({ startValue, endValue }) => ({ startValue, endValue }));
  showCharts();
  charts.timeline.setOption({ dataZoom: zoom });
  table.mark(state.layer);
  showDetails();
}

function showSegment() {
  const slider = by("segment");
  slider.max = state.view.segments.length - 1;
  slider.value = state.segment.index;
  slider.setAttribute("aria-valuetext", `segment ${state.segment.index} of ${state.view.segments.length}`);
  by("segment-name").textContent = `${state.segment.index} (of 0 to ${state.view.segments.length - 1})`;
  showCharts();
  table.mark(state.layer);
  showDetails();
}

function select(layer) {
  state.layer = layer;
  const segment = layer === null ? state.segment : state.view.layers[layer].segment;
  if (segment === state.segment) return showSelection();
  state.segment = segment;
  return showSegment();
}

function selectSegment(index) {
  state.segment = state.view.segments[index];
  if (state.layer !== null && state.view.layers[state.layer].segment !== state.segment) state.layer = null;
  showSegment();
}

// The layer that a stage spends most of its time on.
function selectStage(index) {
  const cluster = state.segment.clusters[index];
  if (cluster) select(cluster.layers.reduce((a, b) => ((b.cost.cycles ?? 0) > (a.cost.cycles ?? 0) ? b : a)).index);
}

function selectPlan(n) {
  const name = state.layer === null ? null : state.view.layers[state.layer].layer.name;
  state.view = PLANS[n];
  const same = state.view.layers.find((entry) => entry.layer.name === name);
  state.layer = same ? same.layer.index : null;
  state.segment = same ? same.segment : state.view.segments[Math.min(state.segment.index, state.view.segments.length - 1)];
  showHead();
  table.setView(state.view);
  showSegment();
}

function addSwitch(id, key, words) {
  const box = by(id);
  box.innerHTML = words.map((word) => `<button type="button" data-word="${word}" aria-pressed="${state[key] === word}">${word}</button>`).join("");
  box.addEventListener("click", (event) => {
    const { word } = event.target.dataset;
    if (!word) return;
    state[key] = word;
    for (const button of box.children) button.setAttribute("aria-pressed", String(button.dataset.word === word));
    showCharts([key]);
  });
}

const table = new LayerTable(by("layers"), by("filter"), by("filter-count"), select);

function start() {
  for (const name of Object.keys(OPTIONS)) charts[name] = echarts.init(by(`${name}-chart`), null, { renderer: "canvas" });
  charts.map.on("click", ({ value }) => selectStage(value[2]));
  charts.timeline.on("click", ({ value, seriesName }) => { if (seriesName === "beats") select(value[3]); });
  charts.sram.on("click", ({ value }) => select(value[3]));
  charts.roofline.on("click", ({ data }) => (data.layer === undefined ? selectSegment(data.segment) : select(data.layer)));
  charts.energy.on("click", ({ dataIndex }) => (state.energy === "layers" ? select(dataIndex) : selectSegment(dataIndex)));
  addSwitch("roofline-switch", "roofline", ["layers", "segments"]);
  addSwitch("energy-switch", "energy", ["segments", "layers"]);
  by("segment").addEventListener("input", (event) => selectSegment(Number(event.target.value)));
  by("clear").addEventListener("click", () => select(null));
  by("timeline-key").innerHTML = phaseKey();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") select(null);
    if (event.key === "/" && event.target !== by("filter")) { by("filter").focus(); event.preventDefault(); }
  });
  addEventListener("resize", () => Object.values(charts).forEach((chart) => chart.resize()));
  if (PLANS.length > 1) startComparison(PLANS, selectPlan);
  showHead();
  table.setView(state.view);
  showSegment();
  document.documentElement.dataset.ready = "true";
}

start();
