// Two plans side by side.
"use strict";

// name, figure, text, whether less is better
const COMPARED = [
  ["name", (view) => view.network, String],
  ["package", ({ json }) => json.package.name, String],
  ["strategy", ({ func }) => func.strategy, String],
  ["objective", ({ func }) => func.objective, String],
  ["batch (samples)", ({ func }) => func.batch_samples, whole],
  ["throughput", ({ func }) => func.totals.samples_per_second, rateText, false],
  ["latency", ({ func }) => func.totals.latency_seconds, (value) => quantity(value, "s"), true],
  ["energy a sample", ({ func }) => func.totals.joules_per_sample, (value) => quantity(value, "J"), true],
  ["energy x time", ({ func }) => func.totals.energy_delay_joule_seconds, (value) => quantity(value, "J*s"), true],
  ["utilisation", ({ func }) => func.totals.utilisation, percent, false],
  ["DRAM traffic of the batch", ({ func }) => func.totals.dram_bytes, bytesText, true],
  ["gap to the bound", ({ func }) => func.bounds.gap_to_bound, (value) => percent(value, 2), true],
  ["segments", ({ segments }) => segments.length, whole],
  ["stages", ({ segments }) => segments.reduce((sum, segment) => sum + segment.clusters.length, 0), whole],
];

function comparisonRows(plans) {
  return COMPARED.map(([name, figure, text, lessIsBetter]) => {
    const [a, b] = plans.map(figure);
    const known = a !== null && b !== null;
    const numbers = known && typeof a === "number" && lessIsBetter !== undefined;
    const ratio = numbers && a !== 0 ? b / a : null;
    const better = !numbers || a === b ? -1 : (a < b) === lessIsBetter ? 0 : 1;
    return { name, texts: [a, b].map((value) => (value === null ? "-" : text(value))), ratio, better };
  });
}

function startComparison(plans, choose) {
  by("comparison-panel").hidden = false;
  const heads = plans.map((plan) => `<th scope="col">plan ${plan.name}</th>`).join("");
  by("comparison").innerHTML = `<thead><tr><th scope="col" class="text"></th>${heads}<th scope="col">B / A</th></tr></thead><tbody>${
    comparisonRows(plans).map((row) => `<tr><th scope="row" class="text">${escapeText(row.name)}</th>${row.texts.map((text, n) =>
      `<td class="${row.better === n ? "better" : ""}">${escapeText(text)}${row.better === n ? " \u2713" : ""}</td>`).join("")}<td>${
      row.ratio === null ? "" : decimal(row.ratio, 3)}</td></tr>`).join("")}</tbody>`;
  const chart = echarts.init(by("comparison-chart"));
  const count = Math.max(...plans.map((plan) => plan.segments.length));
  chart.setOption({
    aria: { enabled: true, label: { description: "Time of the segments of both plans." } },
    animation: false,
    grid: { left: 60, right: 40, top: 26, bottom: 34 },
    title: { top: 0, text: "Time of the batch, segment by segment; a click shows the segment", left: "center", textStyle: TITLE_STYLE },
    tooltip: { confine: true, formatter: ({ name, seriesIndex, value }) => `plan ${name.slice(-1)}, segment ${seriesIndex}<br>${quantity(value, "s")}` },
    xAxis: { type: "value", axisLabel: { formatter: (seconds) => (seconds ? quantity(seconds, "s").replace(/\.?0+ /, " ") : "0") } },
    yAxis: { type: "category", inverse: true, data: plans.map((plan) => `plan ${plan.name}`) },
    series: Array.from({ length: count }, (_, n) => ({ type: "bar", stack: "time", barWidth: 24, color: stageColour(n),
      itemStyle: { borderColor: "#fff", borderWidth: 0.5 },
      data: plans.map((plan) => (plan.segments[n] ? (plan.segments[n].cost.cycles ?? 0) / plan.package.clock_hz : null)) })),
  });
  addEventListener("resize", () => chart.resize());
  chart.on("click", ({ dataIndex, seriesIndex }) => {
    by(`plan-${dataIndex}`).checked = true;
    choose(dataIndex);
    selectSegment(seriesIndex);
  });
  const box = by("plans");
  box.hidden = false;
  box.insertAdjacentHTML("beforeend", plans.map((plan, n) =>
    `<label><input type="radio" name="plan" id="plan-${n}" value="${n}"${n ? "" : " checked"}> ${plan.name}: ${escapeText(plan.json.package.name)}, ${plan.func.strategy}</label>`).join(""));
  box.addEventListener("change", (event) => choose(Number(event.target.value)));
}
