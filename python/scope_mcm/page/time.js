// What happens when: the pipeline of a segment, and the SRAM during a beat.
"use strict";

function timelineOption(state) {
  const { view, segment } = state;
  const timeline = segmentTimeline(view, segment);
  document.getElementById("timeline-source").textContent = `in cycles, from the ${timeline.source}`;
  const data = timeline.bars.map((bar) => [bar.start, bar.row, bar.end, bar.layer, bar.beat]);
  const phaseColours = { load: "#eeeeee", fill: "#fdf3dc", steady: "#ffffff", drain: "#e9f1f8" };
  const first = timeline.phases.find((phase) => phase.name === "steady") ?? timeline.phases.at(-1);
  // Many beats are a blur: begin with those around the filling of the pipeline.
  const shown = Math.min(timeline.end, Math.max(first.start + 12 * timeline.pace, timeline.end / 50));
  return {
    aria: { enabled: true, label: { description:
      `Timeline of segment ${segment.index}: ${segment.beats} beats through ${segment.clusters.length} stages in ${whole(timeline.end)} cycles.` } },
    animation: false,
    grid: { left: 80, right: 24, top: 28, bottom: 66 },
    tooltip: { confine: true, formatter: ({ value, seriesName }) => (seriesName !== "beats" ? "" :
      [`${escapeText(view.layers[value[3]].layer.name)}`, `stage ${segment.index}.${value[1]}, beat ${value[4]} of ${segment.beats}`,
        `cycle ${whole(value[0])} to ${whole(value[2])}`].join("<br>")) },
    xAxis: { type: "value", min: 0, max: timeline.end,
      axisLabel: { formatter: (value) => large(value, ""), hideOverlap: true, showMaxLabel: false } },
    yAxis: { type: "category", inverse: true, data: segment.clusters.map((cluster) => `stage ${cluster.index}`),
      axisLabel: { interval: "auto" }, axisTick: { show: false } },
    dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none", startValue: 0, endValue: shown, zoomOnMouseWheel: "ctrl" },
      { type: "slider", xAxisIndex: 0, filterMode: "none", startValue: 0, endValue: shown, height: 20, bottom: 8,
        labelFormatter: (value) => large(value, ""), showDataShadow: false }],
    series: [{ type: "custom", name: "beats", data, progressive: 0, encode: { x: [0, 2], y: 1 }, clip: true,
      markArea: { silent: true, label: { position: "insideTop", fontSize: 11, color: "#444", offset: [0, -18] },
        data: [...timeline.phases.map((phase) => [{ name: phase.name, xAxis: phase.start,
          itemStyle: { color: phaseColours[phase.name], opacity: 0.9 } }, { xAxis: phase.end }]),
        ...timeline.left.map(({ beats, start, end }) => [{ name: `${whole(beats)} more beats`, xAxis: start,
          label: { position: "inside", offset: [0, 0] }, itemStyle: { color: "#f7f7f7" } }, { xAxis: end }])] },
      renderItem(params, api) {
        const [left, middle] = api.coord([api.value(0), api.value(1)]);
        const [right] = api.coord([api.value(2), api.value(1)]);
        const height = Math.min(30, api.size([0, 1])[1] * 0.8);
        const box = { x: left, y: middle - height / 2, width: Math.max(right - left - 0.5, 0.7), height };
        const area = params.coordSys;
        if (box.x > area.x + area.width || box.x + box.width < area.x) return null;
        const chosen = state.layer === api.value(3);
        const children = [{ type: "rect", shape: box, style: {
          fill: chosen ? MARK : stageColour(api.value(1)), opacity: (api.value(4) % 2 ? 0.72 : 1) } }];
        const from = Math.max(box.x, area.x);
        const seen = Math.min(box.x + box.width, area.x + area.width) - from;
        if (!chosen && seen > 70)
          children.push({ type: "text", style: { text: view.layers[api.value(3)].layer.name,
            x: from + 4, y: middle, verticalAlign: "middle", fill: "#000", fontSize: 11,
            width: seen - 8, overflow: "truncate" } });
        return { type: "group", children };
      } }],
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
      return [`stage ${segment.index}.${cluster.index}, each of its ${cluster.chiplets} chiplets`,
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
