// The two pictures of the package: stages on chiplets, and what links carry.
"use strict";

function gridAxes(view) {
  const { rows, columns } = view.package;
  const axis = (count, name) => ({ type: "value", min: -0.75, max: count - 0.25, name, nameLocation: "middle",
    nameGap: 22, interval: 1, splitLine: { show: false }, axisTick: { show: false }, axisLine: { show: false },
    axisLabel: { formatter: (value) => (Number.isInteger(value) && value >= 0 &&
      value % Math.ceil(count / 16) === 0 ? value : ""), hideOverlap: true } });
  return { grid: { left: 44, right: 24, top: 34, bottom: 40 },
    xAxis: { ...axis(columns, "column"), min: -0.75, interval: undefined, minInterval: 1 },
    yAxis: { ...axis(rows, "row"), inverse: true, interval: undefined, minInterval: 1 } };
}

// One square of the grid, or what a link leaves of it.
function cell(api, x, y, share) {
  const [px, py] = api.coord([x, y]);
  const [width, height] = api.size([1, 1]);
  return { x: px - (width * share) / 2, y: py - (height * share) / 2, width: width * share, height: height * share };
}

function chipletsUsed(state) {
  const entry = state.layer === null ? null : state.view.layers[state.layer];
  if (!entry || !entry.cluster.region) return new Set();
  const used = entry.layer.cost.used_chiplets ?? entry.cluster.chiplets;
  return new Set(entry.cluster.region.slice(0, used).map(([row, column]) => `${row},${column}`));
}

// What the drawing of the package means, of that which is in it.
function mapCaption(view, segment, marked) {
  if (!segment.clusters[0].region) return "The plan is not placed yet";
  const idle = segment.clusters.reduce((sum, cluster) => sum + cluster.chiplets, 0) < view.kindAt.size;
  const always = ["number: stage", view.package.kinds.length > 1 ? "word or corner: kind" : "", "black edge: DRAM port"];
  const some = [idle ? "grey: not used" : "", view.package.disabled.length ? "dashed: disabled" : "", marked ? "double edge: computes the layer" : ""];
  return [always, some].map((parts) => parts.filter(Boolean).join("; ")).filter(Boolean).join("\n");
}

function mapOption(state) {
  const { view, segment } = state;
  const ports = new Map(view.package.dram.ports.map((port) => [port.at.join(), port]));
  const at = new Map();
  for (const cluster of segment.clusters)
    for (const [row, column] of cluster.region ?? []) at.set(`${row},${column}`, cluster);
  const disabled = new Set(view.package.disabled.map((place) => place.join()));
  const used = chipletsUsed(state);
  const data = [];
  for (let row = 0; row < view.package.rows; ++row)
    for (let column = 0; column < view.package.columns; ++column) {
      const place = `${row},${column}`;
      data.push([column, row, at.has(place) ? at.get(place).index : -1, disabled.has(place) ? 1 : 0,
        ports.has(place) ? 1 : 0, used.has(place) ? 1 : 0]);
    }
  const kinds = view.package.kinds;
  return {
    aria: { enabled: true, label: { description:
      `The package in segment ${segment.index}: ${segment.clusters.length} stages on ${at.size} chiplets.` } },
    animation: false,
    title: { top: 0, text: mapCaption(view, segment, used.size > 0), textStyle: TITLE_STYLE, left: "center" },
    ...gridAxes(view),
    tooltip: { confine: true, formatter: ({ value }) => chipletText(view, segment, value) },
    series: [{ type: "custom", name: "chiplets", data, encode: { x: 0, y: 1 },
      renderItem(params, api) {
        const cluster = api.value(2);
        const box = cell(api, api.value(0), api.value(1), 0.92);
        const off = api.value(3) === 1;
        const marked = api.value(5) === 1;
        const fill = off ? "#ffffff" : cluster < 0 ? "#e4e4e4" : stageColour(cluster);
        const kind = kinds.indexOf(view.kindAt.get(api.value(1) * view.package.columns + api.value(0)));
        // As far as there is room, its name; else a corner of all kinds but the first.
        const named = kinds.length > 1 && kind >= 0 && box.height > 34 && box.width > 8 * kinds[kind].name.length;
        const children = [{ type: "rect", shape: box, style: { fill,
          stroke: marked ? MARK : api.value(4) ? "#000" : off ? "#777" : "#fff",
          lineWidth: marked ? 4 : api.value(4) ? 3 : 1, lineDash: off ? [3, 3] : null } }];
        // Not by its colour alone.
        if (marked)
          children.push({ type: "rect", shape: { x: box.x + 2.5, y: box.y + 2.5, width: box.width - 5, height: box.height - 5 },
            style: { fill: "none", stroke: "#fff", lineWidth: 1.5 } });
        if (kind > 0 && !named)
          children.push({ type: "polygon", shape: { points: [[box.x, box.y], [box.x + box.height / 3, box.y],
            [box.x, box.y + box.height / 3]] }, style: { fill: "#000" } });
        const write = (text, y, fontSize) => children.push({ type: "text", style: { text, x: box.x + box.width / 2, y,
          align: "center", verticalAlign: "middle", fill: inkOn(fill), fontSize } });
        if (cluster >= 0 && box.height > 11)
          write(String(cluster), box.y + box.height * (named ? 0.35 : 0.5), Math.min(14, Math.max(11, box.height * 0.5)));
        if (named) write(kinds[kind].name, box.y + box.height * 0.72, 11);
        return { type: "group", children };
      } }],
  };
}

function chipletText(view, segment, [column, row, stage, off]) {
  const kind = view.kindAt.get(row * view.package.columns + column);
  const lines = [`chiplet [${row}, ${column}]`];
  if (off) return `${lines[0]}: disabled`;
  if (kind) lines.push(`${kind.name}: ${kind.mac_k_lanes} x ${kind.mac_c_lanes} MAC lanes, ${bytesText(kind.sram_bytes)}`);
  if (stage < 0) return [...lines, "not used in this segment"].join("<br>");
  const cluster = segment.clusters[stage];
  lines.push(`stage ${segment.index}.${stage}: ${counted(cluster.layers.length, "layer")}, ${whole(cluster.cost.stage_cycles)} cycles a beat`,
    `allocated ${bytesText(cluster.memory.allocated_bytes)} of ${bytesText(cluster.memory.sram_bytes)}`);
  return lines.join("<br>");
}

const DIRECTIONS = [["east", 0, 1], ["west", 0, -1], ["south", 1, 0], ["north", -1, 0]];

// What a link could carry in the pace of the segment, in bytes.
function linkCapacity(view, segment) {
  return rational(view.package.nop.link_bytes_per_cycle) * (segment.cost.pace_cycles ?? 0);
}

function linkData(view, segment) {
  const data = [];
  const capacity = linkCapacity(view, segment);
  for (const [name, down, right] of DIRECTIONS)
    (segment.links?.[name] ?? []).forEach((line, row) => line.forEach((bytes, column) => {
      const inside = row + down >= 0 && row + down < view.package.rows && column + right >= 0 &&
        column + right < view.package.columns;
      if (inside) data.push([column, row, right, down, bytes, capacity ? bytes / capacity : 0]);
    }));
  return data;
}

function linksOption(state) {
  const { view, segment } = state;
  const data = linkData(view, segment);
  const most = data.reduce((max, link) => Math.max(max, link[5]), 0);
  const used = chipletsUsed(state);
  const marks = [...used].map((place) => place.split(",").map(Number)).map(([row, column]) => [column, row]);
  return {
    aria: { enabled: true, label: { description: `Loads of ${data.length} mesh links; the busiest is busy for ${percent(most)}.` } },
    animation: false,
    title: { top: 0, text: segment.links ? `Share of a beat's time that a link is busy; the busiest: ${percent(most)}`
      : "Not known for this plan", textStyle: TITLE_STYLE, left: "center" },
    ...gridAxes(view),
    grid: { left: 44, right: 74, top: 34, bottom: 40 },
    tooltip: { confine: true, formatter: ({ seriesName, value }) => (seriesName === "links"
      ? `link from chiplet [${value[1]}, ${value[0]}] to [${value[1] + value[3]}, ${value[0] + value[2]}]<br>${whole(value[4])} bytes a beat<br>busy for ${percent(value[5])} of a beat's time`
      : "") },
    visualMap: { type: "continuous", seriesIndex: 0, dimension: 5, min: 0, max: most || 1, right: 0, top: "middle",
      itemHeight: 180, itemWidth: 12, formatter: (value) => percent(value, 0), inRange: { color: HEAT_COLOURS },
      calculable: false, text: [percent(most), "0 %"], textStyle: { fontSize: 11 } },
    series: [{ type: "custom", name: "links", data, encode: { x: 0, y: 1 },
      renderItem(params, api) {
        const right = api.value(2), down = api.value(3);
        const [width, height] = api.size([1, 1]);
        const [x, y] = api.coord([api.value(0), api.value(1)]);
        // Keep to the right, so that both directions of a pair of chiplets are seen.
        const side = 0.13;
        const offX = -down * width * side, offY = right * height * side;
        const from = [x + right * width * 0.2 + offX, y + down * height * 0.2 + offY];
        const to = [x + right * width * 0.8 + offX, y + down * height * 0.8 + offY];
        const thick = Math.max(2, Math.min(width, height) * 0.16);
        return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
          style: { stroke: api.visual("color"), lineWidth: thick } };
      } },
    { type: "custom", name: "marked", data: marks, encode: { x: 0, y: 1 }, silent: true, z: 5,
      renderItem: (params, api) => ({ type: "rect", shape: cell(api, api.value(0), api.value(1), 0.4),
        style: { fill: "none", stroke: MARK, lineWidth: 2.5 } }) }],
  };
}
