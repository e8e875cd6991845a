// Where the time and the energy go: rooflines and energies.
"use strict";

// A roof: all points that lie on the slope up to the ridge, and on the flat part.
function roof(name, slope, flat, low, high, label) {
  const ridge = flat / slope;
  const points = [low, ridge, high].sort((a, b) => a - b).map((x) => [x, Math.min(flat, x * slope)]);
  return { type: "line", name, data: points, symbol: "none", silent: true, lineStyle: { width: 2, color: "#555" },
    endLabel: { show: Boolean(label), formatter: label, align: "right", verticalAlign: "bottom", offset: [-6, -4], fontSize: 11, color: "#333" } };
}

// Layers on a chiplet: MACs a byte that the layer touches in a beat, against MACs a
// cycle and chiplet. The slope is what a chiplet's port brings. A layer may lie above
// it: what its own chiplets made does not come through the port.
function layerPoints(view) {
  return view.layers.filter(({ layer }) => layer.macs_per_call && layer.cost.cycles).map(({ layer, cluster, segment, calls }) => ({
    value: [(layer.macs_per_call * calls) / view.touchedBytes(layer, calls),
      (layer.macs_per_call * calls) / layer.cost.cycles / layer.cost.used_chiplets],
    lanes: view.lanesOf({ layer, cluster }),
    layer: layer.index, segment: segment.index, cluster: cluster.index, name: layer.name }));
}

// Segments on the package: MACs a byte of DRAM traffic, against MACs a cycle. The
// slope is what DRAM brings.
function segmentPoints(view) {
  return view.segments.filter((segment) => segment.cost.cycles && segment.cost.dram_bytes).map((segment) => {
    const calls = view.func.batch_samples / view.func.samples_per_call;
    const macs = calls * segment.clusters.reduce((sum, cluster) => sum +
      cluster.layers.reduce((all, layer) => all + layer.macs_per_call, 0), 0);
    return { value: [macs / segment.cost.dram_bytes, macs / segment.cost.cycles], segment: segment.index,
      name: `segment ${segment.index}` };
  }).filter((point) => point.value[0] > 0);
}

function rooflineOption(state) {
  const { view } = state;
  const byLayer = state.roofline === "layers";
  const points = byLayer ? layerPoints(view) : segmentPoints(view);
  // One roof for each width of chiplets, the widest first.
  const widths = new Map();
  for (const kind of view.package.kinds) {
    const lanes = kind.mac_k_lanes * kind.mac_c_lanes;
    widths.set(lanes, [...(widths.get(lanes) ?? []), kind.name]);
  }
  const roofs = byLayer ? [...widths].sort((a, b) => b[0] - a[0]) : [[view.macLanes, []]];
  const flat = roofs[0][0];
  const roofText = roofs.map(([lanes]) => whole(lanes)).join(" or ");
  const slope = rational(byLayer ? view.package.nop.port_bytes_per_cycle : view.package.dram.bytes_per_cycle);
  const xs = points.map((point) => point.value[0]);
  const ys = points.map((point) => point.value[1]);
  const power = (value, round) => 10 ** round(Math.log10(value));
  // The slope is seen, however far to the right the points are.
  const low = power(Math.min(...xs, flat / slope / 3), Math.floor);
  const end = power(Math.max(...xs, flat / slope), Math.ceil), high = end === low ? end * 10 : end;
  return {
    aria: { enabled: true, label: { description: `Roofline of ${points.length} ${state.roofline}.` } },
    animation: false,
    grid: { left: 62, right: 24, top: 50, bottom: 44 },
    title: { top: 0, text: byLayer ? `Roof of a chiplet: ${roofText} MACs a cycle, port ${decimal(slope, 1)} bytes a cycle`
      : `Roof of the package: ${roofText} MACs a cycle, DRAM ${decimal(slope, 1)} bytes a cycle`, left: "center", itemGap: 2,
      subtext: byLayer ? "stage colours; black edge: this segment; above the slope: data held"
        : "black edge: this segment", subtextStyle: { fontSize: 11, lineHeight: 14, color: "#5c5c5c" },
      textStyle: TITLE_STYLE },
    tooltip: { confine: true, formatter: ({ data }) => [escapeText(data.name), `${decimal(data.value[0], 2)} MACs a byte`,
      `${decimal(data.value[1], 1)} MACs a cycle (${percent(data.value[1] / (data.lanes ?? flat))} of the lanes)`].join("<br>") },
    xAxis: { type: "log", min: low, max: high, name: byLayer ? "MACs a byte touched" : "MACs a byte of DRAM",
      nameLocation: "middle", nameGap: 26, axisLabel: { formatter: (value) => large(value, "") } },
    yAxis: { type: "log", min: power(Math.min(...ys, flat / 10), Math.floor), max: 2 * flat, name: "MACs a cycle",
      nameLocation: "middle", nameGap: 44, axisLabel: { formatter: (value) => large(value, ""), showMaxLabel: false } },
    series: [...roofs.map(([lanes, names], n) => roof(`roof ${n}`, slope, lanes, low, high, roofs.length > 1 ? names.join(", ") : "")),
      { type: "scatter", name: state.roofline, progressive: 0, cursor: "pointer", data: points.map((point) => {
        const chosen = byLayer ? point.layer === state.layer : point.segment === state.segment.index;
        return { ...point, symbolSize: chosen ? 18 : 9, symbol: chosen ? "diamond" : "circle",
          z2: chosen ? 10 : 0,
          itemStyle: { opacity: 1, color: chosen ? MARK : stageColour(point.cluster ?? point.segment),
            borderColor: point.segment === state.segment.index ? "#000" : "#fff", borderWidth: 1 } };
      }) }],
  };
}

function energyOption(state) {
  const { view } = state;
  const byLayer = state.energy === "layers";
  const names = byLayer ? view.layers.map(({ layer }) => layer.name) : view.segments.map((segment) => String(segment.index));
  const value = (n, key) => {
    if (!byLayer) return joulesOf(view.segments[n].energy[key]);
    const { layer, segment } = view.layers[n];
    return key in layer.energy ? joulesOf(layer.energy[key] === null ? null : layer.energy[key] * segment.beats) : null;
  };
  const parts = ENERGY_PARTS.filter(([key]) => !byLayer || key in view.layers[0].layer.energy);
  const chosen = byLayer ? state.layer : state.segment.index;
  // A category axis marks areas from label to label, which is more than one layer.
  const band = { type: "custom", name: "chosen", data: chosen === null || names.length === 1 ? [] : [[chosen]], z: 0, silent: true,
    encode: { x: 0, y: [] }, tooltip: { show: false },
    renderItem(params, api) {
      const width = api.size([1, 0])[0];
      const { y, height } = params.coordSys;
      return { type: "rect", shape: { x: api.coord([api.value(0), 0])[0] - width / 2, y, width, height },
        style: { fill: byLayer ? MARK : "#1a1a1a", opacity: byLayer ? 0.3 : 0.09 } };
    } };
  const zoomed = names.length > 40;
  return {
    aria: { enabled: true, label: { description: `Energy of the batch by ${state.energy}.` } },
    animation: false,
    grid: { left: 66, right: 16, top: 58, bottom: zoomed ? 62 : 44 },
    title: { top: 0, text: byLayer ? "By layer, without DRAM and idle power" : "By segment; grey: the one that is shown", left: "center",
      textStyle: TITLE_STYLE },
    legend: { top: 24, itemWidth: 12, itemHeight: 10, data: parts.map(([, name]) => name) },
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" }, formatter: (items) => [
      byLayer ? escapeText(names[items[0].dataIndex]) : `segment ${names[items[0].dataIndex]}`,
      ...items.filter((item) => item.seriesName !== "chosen").map((item) => `${item.marker}${item.seriesName} ${quantity(item.value, "J")}`)].join("<br>") },
    xAxis: { type: "category", data: names.map((_, n) => n), axisLabel: { hideOverlap: true }, name: byLayer ? "layer" : "segment",
      nameLocation: "middle", nameGap: 20 },
    yAxis: { type: "value", axisLabel: { formatter: (joules) => (joules ? quantity(joules, "J").replace(/\.?0+ /, " ") : "0") } },
    dataZoom: zoomed ? [{ type: "slider", height: 14, bottom: 4, showDetail: false, showDataShadow: false }] : [],
    series: [...parts.map(([key, name, colour]) => ({ type: "bar", stack: "energy", name, color: colour, progressive: 0,
      barMaxWidth: 48, data: names.map((_, index) => value(index, key)) })), band],
  };
}
