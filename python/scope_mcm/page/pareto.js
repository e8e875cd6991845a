// The plot of a sweep: any two figures against each other, and the front.
"use strict";

const { axes: AXES, rows: ROWS } = JSON.parse(document.querySelector("script.data").textContent);
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8ac00", "#7a7a7a"];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect"];
const GLYPHS = ["\u25cf", "\u25a0", "\u25b2", "\u25c6", "pin", "arrow", "rounded square"];
// A figure in a table, and on an axis.
const withUnit = (unit) => [(value) => quantity(value, unit), (value) => (value ? quantity(value, unit).replace(/\.?0+ /, " ") : "0")];
const TEXTS = {
  samples_per_second: [(value) => decimal(value, 1), (value) => large(value, "")],
  joules_per_sample: withUnit("J"), latency_seconds: withUnit("s"), energy_delay_joule_seconds: withUnit("J*s"),
  utilisation: [percent, (value) => percent(value, 0)], sram_bytes: [bytesText, bytesText], chiplets: [whole, whole],
};
const by = (id) => document.getElementById(id);
const distinct = (key) => [...new Set(ROWS.map((row) => row[key]))];
const packages = distinct("package");
const strategies = distinct("strategy");

// Rows that no other is as good as in both figures and better in one.
function front(rows, x, y) {
  const [signX, signY] = [x, y].map((name) => (AXES[name].less ? 1 : -1));
  const sorted = [...rows].sort((a, b) => signX * (a[x] - b[x]) || signY * (a[y] - b[y]));
  const best = [];
  for (const row of sorted) if (!best.length || signY * row[y] < signY * best.at(-1)[y]) best.push(row);
  return best.sort((a, b) => a[x] - b[x]);
}

function show(chart) {
  const [x, y] = [by("x").value, by("y").value];
  const rows = ROWS.filter((row) => row.model === by("model").value && row[x] != null && row[y] != null);
  const best = front(rows, x, y);
  const axis = (name) => ({ type: by("log").checked ? "log" : "value", scale: true, name: AXES[name].title,
    nameLocation: "middle", axisLabel: { formatter: TEXTS[name][1], hideOverlap: true } });
  const text = (row) => [`${row.package}, ${row.strategy}`, `batch ${whole(row.batch)}, best in ${row.objective}`,
    `${decimal(row.samples_per_second, 1)} samples/s, ${quantity(row.latency_seconds, "s")}`,
    `${quantity(row.joules_per_sample, "J")} a sample, ${percent(row.utilisation)} of the MAC lanes`].map(escapeText).join("<br>");
  chart.setOption({
    aria: { enabled: true }, animation: false,
    grid: { left: 80, right: 24, top: 60, bottom: 52 },
    legend: { top: 0, type: "scroll" },
    // All that are at the same place, of which one hides the others.
    tooltip: { confine: true, formatter: ({ data }) => (data.row ? rows.filter((row) => row[x] === data.row[x] && row[y] === data.row[y])
      .map(text).join("<hr>") : "") },
    xAxis: { ...axis(x), nameGap: 30 }, yAxis: { ...axis(y), nameGap: 58 },
    series: [{ type: "line", name: "not beaten", data: best.map((row) => [row[x], row[y]]), symbol: "none", color: "#1a1a1a",
      lineStyle: { width: 1 } },
    ...packages.map((name, n) => ({ type: "scatter", name, color: COLOURS[n % COLOURS.length], symbolSize: 11,
      itemStyle: { opacity: 1, borderColor: "#fff", borderWidth: 0.5 }, data: rows
      .filter((row) => row.package === name)
      .map((row) => ({ value: [row[x], row[y]], row, symbol: SYMBOLS[strategies.indexOf(row.strategy) % SYMBOLS.length] })) }))],
  }, { notMerge: true });
  const columns = ["package", "strategy", "batch", "objective", x, y];
  const isText = (name) => (AXES[name] || name === "batch" ? "" : "text");
  by("front").innerHTML = `<thead><tr>${columns.map((name) => `<th scope="col" class="${isText(name)}">${AXES[name]?.title ?? name}</th>`).join("")}</tr></thead><tbody>${
    best.map((row) => `<tr>${columns.map((name) => `<td class="${isText(name)}">${escapeText(AXES[name] ? TEXTS[name][0](row[name]) : name === "batch" ? whole(row[name]) : row[name])}</td>`).join("")}</tr>`).join("")}</tbody>`;
  by("subtitle").textContent = `${ROWS.length} points, ${ROWS.filter((row) => row.status !== "planned").length} without a plan; ` +
    `colours are packages, shapes are strategies: ${strategies.map((name, n) => `${GLYPHS[n % GLYPHS.length]} ${name}`).join(", ")}`;
}

function start() {
  const fill = (id, entries, chosen) => {
    by(id).innerHTML = entries.map(([value, text]) => `<option value="${escapeText(value)}">${escapeText(text)}</option>`).join("");
    if (chosen) by(id).value = chosen;
  };
  const chart = echarts.init(by("pareto-chart"));
  fill("model", distinct("model").map((name) => [name, name]));
  fill("x", Object.entries(AXES).map(([name, { title }]) => [name, title]), "samples_per_second");
  fill("y", Object.entries(AXES).map(([name, { title }]) => [name, title]), "joules_per_sample");
  for (const id of ["model", "x", "y", "log"]) by(id).addEventListener("change", () => show(chart));
  addEventListener("resize", () => chart.resize());
  show(chart);
  document.documentElement.dataset.ready = "true";
}

start();
