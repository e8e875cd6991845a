// What happens when: the pipeline of a segment, and the SRAM during a beat.
"use strict";

// What is behind the bars, from the first cycle of a segment to its last.
const PHASES = {
  load: ["#e4e4e4", "weights and first data arrive"],
  fill: ["#fbe9bf", "later stages wait for the first beat"],
  steady: ["#ffffff", "every stage has a beat"],
  drain: ["#d9e8f5", "no beat begins any more"],
};

function phaseKey() {
  return Object.entries(PHASES).map(([name, [colour, text]]) =>
    `<span class="key" style="background: ${colour}" title="${text}">${name}</span>`).join(" ");
}

// Areas behind the bars: [start, end, colour, name, text]. A name stands above an area that is as wide as it.
function areaSeries(areas) {
  return { type: "custom", name: "areas", data: areas.map(([start, end], n) => [start, end, n]), progressive: 0, z: 0,
    encode: { x: [0, 1], y: [] },
    renderItem(params, api) {
      const area = params.coordSys, right = area.x + area.width;
      const from = Math.max(api.coord([api.value(0), 0])[0], area.x);
      const to = Math.min(api.coord([api.value(1), 0])[0], right);
      if (to <= from) return null;
      const [, , colour, name, , inside] = areas[api.value(2)];
      const children = [{ type: "rect", shape: { x: from, y: area.y, width: to - from, height: area.height },
        style: { fill: colour, stroke: "#b5b5b5", lineWidth: 0.5 } }];
      if (to - from > 7 * name.length)
        children.push({ type: "text", style: { text: name, x: (from + to) / 2, y: inside ? area.y + area.height / 2 : area.y - 10,
          align: "center", verticalAlign: "middle", fill: "#333", fontSize: 11 } });
      return { type: "group", children };
    } };
}

// Which line of its row each bar is on, and how many lines a row has: bars of one stage
// meet in a simulation, whose chiplets do not keep step, and none hides another.
function barLines(bars) {
  const ends = new Map();
  const lines = new Map();
  for (const bar of [...bars].sort((a, b) => a.start - b.start)) {
    if (!ends.has(bar.row)) ends.set(bar.row, []);
    const row = ends.get(bar.row);
    const free = row.findIndex((end) => end <= bar.start);
    const line = free < 0 ? row.length : free;
    row[line] = bar.end;
    lines.set(bar, line);
  }
  return bars.map((bar) => [lines.get(bar), ends.get(bar.row).length]);
}

function timelineOption(state) {
  const { view, segment } = state;
  const timeline = segmentTimeline(view, segment);
  document.getElementById("timeline-source").textContent = `in cycles, from the ${timeline.source}`;
  const lines = barLines(timeline.bars);
  const data = timeline.bars.map((bar, n) => [bar.start, bar.row, bar.end, bar.layer, bar.beat, ...lines[n]]);
  const areas = [...timeline.phases.map(({ name, start, end }) => [start, end, PHASES[name][0], name, PHASES[name][1]]),
    ...timeline.left.map(({ beats, start, end }) => [start, end, "#f7f7f7", `${counted(beats, "more beat")}`, "like those beside them", true])];
  const first = timeline.phases.find((phase) => phase.name === "steady") ?? timeline.phases.at(-1);
  // Many beats are a blur: begin with those around the filling of the pipeline.
  const shown = Math.min(timeline.end, Math.max(first.start + 12 * timeline.pace, timeline.end / 50));
  return {
    aria: { enabled: true, label: { description:
      `Timeline of segment ${segment.index}: ${segment.beats} beats through ${segment.clusters.length} stages in ${whole(timeline.end)} cycles.` } },
    animation: false,
    // Room for the figures at both ends of the slider.
    grid: { left: 80, right: 68, top: 22, bottom: 78 },
    tooltip: { confine: true, formatter: ({ value, seriesName }) => (seriesName !== "beats"
      ? `${areas[value[2]][3]}: ${areas[value[2]][4]}<br>cycle ${whole(value[0])} to ${whole(value[1])}` :
      [`${escapeText(view.layers[value[3]].layer.name)}`, `stage ${segment.index}.${value[1]}, beat ${whole(value[4])} (of 0 to ${whole(segment.beats - 1)})`,
        `cycle ${whole(value[0])} to ${whole(value[2])}`].join("<br>")) },
    xAxis: { type: "value", min: 0, max: timeline.end, name: "cycles of the segment", nameLocation: "middle", nameGap: 24,
      splitLine: { show: false },
      axisLabel: { formatter: (value) => large(value, ""), hideOverlap: true, showMaxLabel: false } },
    yAxis: { type: "category", inverse: true, data: segment.clusters.map((cluster) => `stage ${cluster.index}`),
      axisLabel: { interval: "auto" }, axisTick: { show: false } },
    dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none", startValue: 0, endValue: shown, zoomOnMouseWheel: "ctrl" },
      { type: "slider", xAxisIndex: 0, filterMode: "none", startValue: 0, endValue: shown, height: 20, bottom: 8, left: 80, right: 68,
        labelFormatter: (value) => large(value, ""), showDataShadow: false }],
    series: [{ type: "custom", name: "beats", data, progressive: 0, encode: { x: [0, 2], y: 1 }, clip: true,
      renderItem(params, api) {
        const [left, middle] = api.coord([api.value(0), api.value(1)]);
        const [right] = api.coord([api.value(2), api.value(1)]);
        const whole = Math.min(60, api.size([0, 1])[1] * 0.8);
        const height = whole / api.value(6);
        const y = middle - whole / 2 + height * api.value(5);
        const box = { x: left, y, width: Math.max(right - left - 0.5, 0.7), height };
        const area = params.coordSys;
        if (box.x > area.x + area.width || box.x + box.width < area.x) return null;
        const chosen = state.layer === api.value(3);
        // Every other beat is lighter.
        const fill = lighter(chosen ? MARK : stageColour(api.value(1)), api.value(4) % 2 ? 0.65 : 1);
        const children = [{ type: "rect", shape: box, style: { fill } }];
        const from = Math.max(box.x, area.x);
        const seen = Math.min(box.x + box.width, area.x + area.width) - from;
        if (seen > 70 && height > 10)
          children.push({ type: "text", style: { text: view.layers[api.value(3)].layer.name,
            x: from + 4, y: y + height / 2, verticalAlign: "middle", fill: inkOn(fill), fontSize: 11,
            width: seen - 8, overflow: "truncate" } });
        return { type: "group", children };
      } }, areaSeries(areas)],
  };
}

// Bytes in use at every step of a beat, for each stage: its chiplets all hold the same.
function sramSteps(view, cluster) {
  const buffers = cluster.layers.flatMap((layer) => (layer.buffers ?? []).map((buffer) => ({ ...buffer, layer })));
  const pieces = [];
  view.steps(cluster).forEach((step, n) => {
    for (const [number, start, end] of [[2 * n, step.start, step.start + step.exchange],
      [2 * n + 1, step.start + step.exchange, step.end]]) {
      const live = buffers.filter((buffer) => buffer.first_step === null ||
        (buffer.first_step <= number && number <= buffer.last_step));
      const byRole = {};
      for (const buffer of live) byRole[buffer.role] = (byRole[buffer.role] ?? 0) + buffer.bytes;
      const bytes = live.reduce((sum, buffer) => sum + buffer.bytes, 0);
      if (end > start) pieces.push({ layer: step.layer.index, start, end, bytes, byRole });
    }
  });
  return pieces;
}

function sramOption(state) {
  const { view, segment } = state;
  const rows = [], data = [], details = [];
  for (const cluster of segment.clusters) {
    const pieces = cluster.layers[0].buffers ? sramSteps(view, cluster) : [];
    const first = rows.length;
    for (let n = 0; n < cluster.chiplets; ++n) rows.push(cluster);
    // One box for all chiplets of a stage: hundreds of layers on hundreds of chiplets would be too many.
    for (const piece of pieces) {
      data.push([piece.start, first, piece.end, piece.layer, piece.bytes / cluster.memory.sram_bytes, details.length, rows.length - 1]);
      details.push({ piece, cluster });
    }
  }
  const end = segment.clusters.reduce((most, cluster) => Math.max(most, cluster.cost.stage_cycles ?? 0), 1);
  const edges = new Map();
  rows.forEach((cluster, n) => { if (!edges.has(cluster.index)) edges.set(cluster.index, n); });
  const labelled = new Map([...edges].map(([cluster, n]) => [n, `stage ${cluster}`]));
  return {
    aria: { enabled: true, label: { description: `SRAM in use on ${rows.length} chiplets during a beat of segment ${segment.index}.` } },
    animation: false,
    title: data.length ? undefined : { text: "No buffers are allocated", left: "center", top: "middle" },
    grid: { left: 80, right: 84, top: 12, bottom: 40 },
    tooltip: { confine: true, formatter: ({ value }) => {
      const { piece, cluster } = details[value[5]];
      const parts = Object.entries(piece.byRole).map(([role, bytes]) => `${BUFFER_NAMES[role]} ${bytesText(bytes)}`);
      return [`stage ${segment.index}.${cluster.index}, each of its ${counted(cluster.chiplets, "chiplet")}`,
        escapeText(view.layers[piece.layer].layer.name), `${bytesText(piece.bytes)} of ${bytesText(cluster.memory.sram_bytes)} (${percent(value[4])})`,
        ...parts].join("<br>");
    } },
    visualMap: { type: "continuous", dimension: 4, min: 0, max: 1, right: 4, top: "middle", itemHeight: 150,
      itemWidth: 12, inRange: { color: HEAT_COLOURS }, calculable: false, text: ["100 %", "0 %"], textStyle: { fontSize: 11 } },
    xAxis: { type: "value", min: 0, max: end, name: "cycles of a beat", nameLocation: "middle", nameGap: 24,
      axisLabel: { formatter: (value) => large(value, ""), hideOverlap: true, showMaxLabel: false }, splitLine: { show: false } },
    yAxis: { type: "category", inverse: true, data: rows.map((_, n) => n),
      axisLabel: { interval: (n) => labelled.has(n), formatter: (value) => labelled.get(Number(value)) ?? "",
        verticalAlign: "top", hideOverlap: true }, axisTick: { interval: (n) => labelled.has(n) } },
    series: [{ type: "custom", name: "sram", data, progressive: 0, encode: { x: [0, 2], y: 1 },
      renderItem(params, api) {
        const [left, first] = api.coord([api.value(0), api.value(1)]);
        const [right, last] = api.coord([api.value(2), api.value(6)]);
        const half = api.size([0, 1])[1] / 2;
        const top = Math.round(first - half);
        const chosen = state.layer === api.value(3);
        return { type: "rect", shape: { x: left, y: top, width: Math.max(0.5, right - left), height: Math.round(last + half) - top },
          style: { fill: api.visual("color"), stroke: chosen ? MARK : null, lineWidth: chosen ? 2 : 0 }, z2: chosen ? 10 : 0 };
      } }],
  };
}
