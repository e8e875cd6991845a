"""The pages, in a real browser."""

from __future__ import annotations

import itertools
import json
import math
import re

import pytest
from playwright.sync_api import sync_playwright

import scope_mcm as scope
from conftest import NETWORKS, ROOT
from scope_mcm.pareto import pareto_page
from scope_mcm.report import _some_bars, render
from scope_mcm.simulation import SimulatedSegment

CHARTS = ("map", "links", "timeline", "sram", "roofline", "energy")
# How many pixels of a canvas are drawn on.
DRAWN = """id => {
  const canvas = document.querySelector(`#${id} canvas`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 3; at < data.length; at += 4) drawn += data[at] > 0;
  return drawn / (data.length / 4);
}"""


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


class Opened:
    """A page that was opened from disk, and everything that it said or asked for."""

    def __init__(self, browser, path, size=(1280, 800)):
        self.said, self.asked = [], []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready]")

    def check_quiet(self):
        assert self.said == []
        assert all(url.startswith(("file:", "data:", "blob:")) for url in self.asked)
        assert sum(url.startswith("file:") for url in self.asked) == 1

    def value(self, script, argument=None):
        return self.page.evaluate(script, argument)


@pytest.fixture
def opened(browser, tmp_path):
    pages = []

    def open_page(text, **options):
        path = tmp_path / f"page{len(pages)}.html"
        path.write_text(text, encoding="utf-8")
        pages.append(Opened(browser, path, **options))
        return pages[-1]

    yield open_page
    for each in pages:
        each.check_quiet()
        each.page.close()


def test_the_vendored_library_is_the_one_that_is_named():
    import hashlib

    folder = ROOT / "python/scope_mcm/page/vendor"
    digest = hashlib.sha256((folder / "echarts.min.js").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text()


def test_every_view_is_drawn(opened, pipelined):
    page = opened(render(pipelined.plan))
    for name in CHARTS:
        assert page.value(DRAWN, f"{name}-chart") > 0.02, name
    function = pipelined.plan.function
    assert page.value("document.querySelectorAll('#layers tbody tr').length") == function.totals.layers
    bars = sum(len(cluster.layers) for cluster in function.segments[0].clusters) * function.segments[0].beats
    assert page.value("charts.timeline.getOption().series[0].data.length") == bars


def test_figures_are_those_of_the_plan(opened, resnet18):
    page = opened(render(resnet18.plan))
    totals, bounds = resnet18.plan.totals, resnet18.plan.function.bounds
    shown = page.value(
        "Object.fromEntries([...document.querySelectorAll('#figures div')].map(box =>"
        " [box.dataset.figure, [Number(box.dataset.value), box.querySelector('dd').textContent]]))"
    )
    assert len(shown) == 6
    for name, (value, _) in shown.items():
        assert value == (bounds.gap_to_bound if name == "gap_to_bound" else getattr(totals, name))
    report, flat = resnet18.report, " ".join(resnet18.report.split())
    assert f"{totals.samples_per_second:,.1f} samples/s" in shown["samples_per_second"][1]
    rate = re.search(r"throughput +([\d.,]+ samples/s)", report)[1]
    assert rate in shown["samples_per_second"][1]
    assert re.search(r"latency +[\d,]+ cycles, ([\d.]+ \w+)", report)[1] in shown["latency_seconds"][1]
    assert re.search(r"a batch, ([\d.]+ \w+) a sample", flat)[1] in shown["joules_per_sample"][1]
    assert re.search(r"EDP +([\d.]+ \S+)", report)[1] in shown["energy_delay_joule_seconds"][1]
    assert re.search(r"utilisation +([\d.]+ %)", report)[1] in shown["utilisation"][1]
    assert re.search(r"gap +throughput: ([\d.]+ %)", report)[1] in shown["gap_to_bound"][1]
    rows = page.value(
        "[...document.querySelectorAll('#layers tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    for row, layer in zip(rows, resnet18.plan.function.layers, strict=True):
        assert row[1] == layer.name
        assert row[7:13] == [
            f"{value:,}"
            for value in (
                layer.cost.cycles,
                layer.cost.compute_cycles,
                layer.cost.internal_cycles,
                layer.cost.external_cycles,
                layer.cost.weights_cycles,
                layer.cost.send_cycles,
            )
        ]


def test_the_timeline_is_that_of_the_costs(opened, pipelined):
    page = opened(render(pipelined.plan))
    for index, segment in enumerate(pipelined.plan.function.segments):
        timeline = page.value("n => segmentTimeline(state.view, state.view.segments[n])", index)
        assert timeline["end"] == segment.cost.cycles
        ends = [bar["end"] for bar in timeline["bars"]]
        # A beat by itself: what is beyond its stages is spent at the DRAM.
        stages = sum(cluster.cost.stage_cycles for cluster in segment.clusters)
        at_dram = segment.cost.fill_cycles + segment.cost.pace_cycles - stages
        assert at_dram >= 0
        assert max(ends) == segment.cost.cycles - at_dram
        assert min(bar["start"] for bar in timeline["bars"]) == segment.cost.load_cycles
        assert timeline["phases"][-1]["end"] == segment.cost.cycles


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """A plan with many beats, and what the simulator saw of it."""
    program = tmp_path_factory.mktemp("simulated") / "plan.mlir"
    options = scope.Options(package="simba-4x4", batch=128, strategy="segmented", max_beat=1)
    planned = scope.plan(ROOT / "test/Execution/Inputs/residual.mlir", options, output=program)
    return planned.plan, scope.simulate(program)


def test_the_timeline_is_the_simulators_where_there_is_one(opened, simulated):
    plan, simulation = simulated
    page = opened(render(plan, simulation=simulation))
    assert any(segment.simulated_beats < segment.beats for segment in simulation.function.segments)
    for segment, planned in zip(simulation.function.segments, plan.function.segments, strict=True):
        timeline = page.value("n => segmentTimeline(state.view, state.view.segments[n])", segment.index)
        assert timeline["end"] == segment.cycles
        bars = [[bar["layer"], bar["beat"], bar["start"], bar["end"]] for bar in timeline["bars"]]
        assert bars == [list(bar) for bar in segment.bars]
        rows = {layer.index: cluster.index for cluster in planned.clusters for layer in cluster.layers}
        assert all(bar["row"] == rows[bar["layer"]] for bar in timeline["bars"])
        phases = timeline["phases"]
        assert phases[0]["start"] == 0 and phases[-1]["end"] == segment.cycles
        assert all(a["end"] == b["start"] for a, b in itertools.pairwise(phases))
        if len(planned.clusters) > 1:
            steady = next(phase for phase in phases if phase["name"] == "steady")
            last = planned.clusters[-1].index
            assert steady["start"] == max(
                min(bar["start"] for bar in timeline["bars"] if bar["row"] == last), segment.load_cycles
            )
    first = simulation.function.segments[0]
    caption = page.page.inner_text("#timeline-source")
    assert f"from the simulator: {first.cycles:,} cycles, the model says {first.model_cycles:,}" in caption
    assert (f"of {first.beats} beats are drawn" in caption) == (first.simulated_beats < first.beats)
    # The simulation of another plan is refused, and a plan without one keeps its own times.
    other = scope.plan(ROOT / "test/Execution/Inputs/residual.mlir", scope.Options(package="simba-4x4", batch=64)).plan
    with pytest.raises(scope.ScopeError, match="is not of this plan"):
        render(other, simulation=simulation)
    page = opened(render(plan, other, simulation=simulation))
    assert page.page.inner_text("#timeline-source").startswith("in cycles, from the simulator")
    page.page.check("#plan-1")
    assert page.page.inner_text("#timeline-source").startswith("in cycles, from the stage times of the plan")


def test_of_very_many_simulated_beats_some_are_drawn():
    bars = [(layer, beat, beat, beat + 1) for layer in range(2) for beat in range(100)]
    segment = SimulatedSegment(
        index=0,
        beats=100,
        simulated_beats=100,
        cycles=101,
        model_cycles=None,
        load_cycles=0,
        first_beat_cycles=1,
        period_cycles=1,
        bars=bars,
    )
    assert _some_bars(segment, 1) == bars
    kept = _some_bars(segment, 0.1)
    assert {beat for _, beat, _, _ in kept} == {0, 1, 2, 3, 4, 95, 96, 97, 98, 99}
    assert len(kept) == 20


def test_the_slider_changes_the_segment(opened, resnet18):
    page = opened(render(resnet18.plan))
    page.page.focus("#segment")
    page.page.keyboard.press("ArrowRight")
    assert page.value("state.segment.index") == 1
    assert page.page.inner_text("#segment-name").startswith("1 ")
    segment = resnet18.plan.function.segments[1]
    stages = page.value("charts.map.getOption().series[0].data.map(chiplet => chiplet[2])")
    expected = {(row, column): cluster.index for cluster in segment.clusters for row, column in cluster.region}
    columns = resnet18.plan.package.columns
    assert stages == [expected.get((at // columns, at % columns), -1) for at in range(len(stages))]
    page.page.keyboard.press("End")
    assert page.value("state.segment.index") == len(resnet18.plan.function.segments) - 1
    page.page.keyboard.press("Home")
    assert resnet18.plan.function.segments[0].reason in page.page.inner_text("#details")


def test_sorting_and_filtering(opened, resnet18):
    page = opened(render(resnet18.plan))
    column = "n => [...document.querySelectorAll('#layers tbody tr')].map(row => row.cells[n].textContent)"
    page.page.click("#layers button[data-key=cycles]")
    cycles = [int(text.replace(",", "")) for text in page.value(column, 7)]
    assert cycles == sorted(cycles)
    page.page.click("#layers button[data-key=cycles]")
    assert page.value("document.querySelector('#layers th[aria-sort=descending]').textContent").startswith("cycles")
    cycles = [int(text.replace(",", "")) for text in page.value(column, 7)]
    assert cycles == sorted(cycles, reverse=True)
    page.page.click("body", position={"x": 5, "y": 5})
    page.page.keyboard.press("/")
    page.page.keyboard.type("max_pool")
    assert page.value(column, 1) == ["max_pool2d_0"]
    assert page.page.inner_text("#filter-count") == f"1 of {resnet18.plan.totals.layers} layers"


def test_a_layer_is_highlighted_in_every_view(opened, pipelined):
    page = opened(render(pipelined.plan))
    function = pipelined.plan.function
    segment, cluster, layer = function.find_layer("conv2d_3")
    page.page.click("#energy-switch [data-word=layers]")
    row = f"#layers tr[data-layer='{layer.index}']"
    page.page.focus(row)
    before = {name: page.value("name => charts[name].getDataURL()", name) for name in CHARTS}
    page.page.keyboard.press("Enter")
    assert page.value("state.segment.index") == segment.index
    assert "selected" in page.page.get_attribute(row, "class")
    after = {name: page.value("name => charts[name].getDataURL()", name) for name in CHARTS}
    assert all(before[name] != after[name] for name in CHARTS)
    marked = page.value("charts.map.getOption().series[0].data.filter(chiplet => chiplet[5]).length")
    assert marked == layer.cost.used_chiplets
    assert "conv2d_3" in page.page.inner_text("#selection")
    assert cluster.reason in page.page.inner_text("#details")
    page.page.keyboard.press("Escape")
    assert page.value("state.layer") is None
    assert page.value("document.querySelectorAll('#layers tr.selected').length") == 0
    # A click on a bar of the timeline, at the middle of the first one.
    where = page.value(
        "() => { const [start, row, end] = charts.timeline.getOption().series[0].data[0];"
        " const [x, y] = charts.timeline.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [(start + end) / 2, row]);"
        " const box = document.getElementById('timeline-chart').getBoundingClientRect();"
        " window.scrollBy(0, box.top - 200); return [box.left + x, 200 + y]; }"
    )
    page.page.mouse.click(*where)
    assert page.value("state.layer") == segment.first_layer


def test_two_plans_side_by_side(opened, resnet18, pipelined):
    page = opened(render(resnet18.plan, pipelined.plan))
    rows = dict(
        page.value(
            "[...document.querySelectorAll('#comparison tbody tr')].map(row =>"
            " [row.cells[0].textContent, [...row.cells].slice(1).map(cell => cell.textContent)])"
        )
    )
    rates = [planned.plan.totals.samples_per_second for planned in (resnet18, pipelined)]
    better = 0 if rates[0] > rates[1] else 1
    assert rows["throughput"][better] == f"{rates[better]:,.1f} samples/s \u2713"
    assert rows["throughput"][1 - better] == f"{rates[1 - better]:,.1f} samples/s"
    assert rows["throughput"][2] == f"{rates[1] / rates[0]:.3f}"
    assert rows["strategy"][:2] == ["merged", "segmented"]
    assert page.value(DRAWN, "comparison-chart") > 0.02
    page.page.check("#plan-1")
    shown = page.value("Number(document.querySelector('[data-figure=samples_per_second]').dataset.value)")
    assert shown == rates[1]
    slider = page.page.get_attribute("#segment", "max")
    assert int(slider) == len(pipelined.plan.function.segments) - 1


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll(".panel, header, #toolbar, footer")].filter(e => !e.hidden)
    .map(e => [e.id || e.querySelector("h2")?.textContent || e.tagName, e.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([a, x], n) => boxes.slice(n + 1).forEach(([b, y]) => {
    if (x.left < y.right - 1 && y.left < x.right - 1 &&
        x.top < y.bottom - 1 && y.top < x.bottom - 1) found.push([a, b]);
  }));
  const cut = [...document.querySelectorAll("#figures dd, h1, h2, #subtitle, #selection, #details dd")]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent);
  // In a narrow window the table scrolls sideways.
  const box = document.getElementById("table-box");
  if (innerWidth >= 1280 && box.scrollWidth > box.clientWidth) cut.push("the table");
  return { found, cut, wide: document.documentElement.scrollWidth > innerWidth };
}"""


# What is written in charts and is cut off, or over another text.
UNREADABLE = """names => names.flatMap(name => {
  const chart = charts[name], found = [];
  const texts = chart.getZr().storage.getDisplayList(true).filter(e => e.type === "tspan" && e.style.text.trim());
  const boxes = texts.map(e => {
    const box = e.getBoundingRect().clone();
    if (e.transform) box.applyTransform(e.transform);
    // Of letters, whatever the library takes for the height of a line.
    const height = Number(/([0-9.]+)px/.exec(e.style.font)[1]);
    return [e.style.text, { x: box.x, width: box.width, y: box.y + (box.height - height) / 2, height }];
  });
  if (boxes.length < 3) found.push(`${name} has no texts`);
  boxes.forEach(([text, a], n) => {
    if (a.x < -1 || a.y < -1 || a.x + a.width > chart.getWidth() + 1 || a.y + a.height > chart.getHeight() + 1)
      found.push(`${name}: ${text} is cut off`);
    for (const [other, b] of boxes.slice(n + 1))
      if (a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 2 && b.y < a.y + a.height - 2)
        found.push(`${name}: ${text} is over ${other}`);
  });
  return found;
})"""


def check_texts(page):
    """Checks the texts of every chart, in every segment and with either switch."""
    for segment in range(page.value("state.view.segments.length")):
        page.value("n => selectSegment(n)", segment)
        for words in ("layers", "segments"):
            for chart in ("energy", "roofline"):
                page.value(f"document.querySelector('#{chart}-switch [data-word={words}]').click()")
            assert page.value(UNREADABLE, list(CHARTS)) == []


@pytest.fixture(scope="module")
def two_kinds():
    """A plan of a package with two kinds of chiplets."""
    options = scope.Options(package="hetero-6x6", assume_bits=8, batch=16, strategy="segmented")
    return scope.plan(NETWORKS / "resnet18.mlir", options).plan


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_no_text_of_a_chart_is_over_another(size, opened, pipelined, two_kinds, simulated):
    check_texts(opened(render(pipelined.plan), size=size))
    check_texts(opened(render(two_kinds), size=size))
    check_texts(opened(render(simulated[0], simulation=simulated[1]), size=size))


def test_bars_that_meet_are_on_lines_of_their_own(opened, simulated):
    page = opened(render(simulated[0], simulation=simulated[1]))
    bars = [
        {"row": 0, "start": 0, "end": 10},
        {"row": 0, "start": 4, "end": 12},
        {"row": 0, "start": 10, "end": 14},
        {"row": 1, "start": 5, "end": 6},
    ]
    assert page.value("bars => barLines(bars)", bars) == [[0, 2], [1, 2], [0, 2], [0, 1]]
    for segment in range(page.value("state.view.segments.length")):
        page.value("n => selectSegment(n)", segment)
        ends = {}
        for start, row, end, _, _, line, lines in sorted(page.value("charts.timeline.getOption().series[0].data")):
            assert line < lines
            assert ends.get((row, line), 0) <= start
            ends[row, line] = end


def test_kinds_of_chiplets_are_told_apart(opened, two_kinds):
    page = opened(render(two_kinds))
    texts = "name => charts[name].getZr().storage.getDisplayList(true).map(e => e.style.text)"
    on_map = page.value(texts, "map")
    for kind in two_kinds.package.kinds:
        assert on_map.count(kind.name) == len(kind.chiplets)
        assert kind.name in page.value(texts, "roofline")
        lanes = kind.mac_k_lanes * kind.mac_c_lanes
        assert f"{lanes:,}" in page.value("charts.roofline.getOption().title[0].text")
    # A layer is measured by the chiplets that it is on.
    for point in page.value("layerPoints(state.view)"):
        assert point["value"][1] <= point["lanes"] * 1.001


def test_what_is_written_on_colours_is_read(opened, pipelined):
    page = opened(render(pipelined.plan))
    ratios = page.value(
        """[...STAGE_COLOURS, MARK].flatMap(colour => [colour, lighter(colour, 0.65)]).map(colour => {
          const [a, b] = [luminance(colour), luminance(inkOn(colour))].sort((a, b) => b - a);
          return (a + 0.05) / (b + 0.05);
        })"""
    )
    assert min(ratios) > 4.5


# What people without one kind of cones see, in linear RGB (Machado et al. 2009).
BLINDNESS = (
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
)


def seen(colour, matrix):
    """CIE L*a*b* of the colour as it is seen."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    red, green, blue = (sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrix)
    white = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (max(value, 0) ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in white)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_parts_of_the_energy_are_told_apart(opened, pipelined):
    page = opened(render(pipelined.plan))
    colours = page.value("ENERGY_PARTS.map(([, , colour]) => colour)")
    for matrix in BLINDNESS:
        for a, b in itertools.combinations(colours, 2):
            assert math.dist(seen(a, matrix), seen(b, matrix)) > 20, (a, b)


def test_the_mark_of_a_layer_is_as_wide_as_its_bar(opened, pipelined):
    page = opened(render(pipelined.plan))
    page.page.click("#energy-switch [data-word=layers]")
    layer = 7
    page.value("n => select(n)", layer)
    band = page.value(
        """charts.energy.getZr().storage.getDisplayList(true).filter(e => e.type === "rect" && e.style.fill === MARK)
          .map(e => [e.shape.x, e.shape.width])"""
    )
    middles = [
        page.value("n => charts.energy.convertToPixel({ xAxisIndex: 0 }, n)", index) for index in (layer, layer + 1)
    ]
    assert len(band) == 1
    assert band[0][1] == pytest.approx(middles[1] - middles[0], abs=0.5)
    assert band[0][0] + band[0][1] / 2 == pytest.approx(middles[0], abs=0.5)


def test_the_head_has_the_name_of_the_model(opened, resnet18, pipelined):
    page = opened(render(resnet18.plan))
    assert page.page.inner_text("#title") == f"resnet18.mlir on {resnet18.plan.package.name}"
    assert page.page.title() == f"resnet18.mlir on {resnet18.plan.package.name}"
    page = opened(render(resnet18.plan, pipelined.plan, names=["a.json", "b.json"]))
    names = page.value("[...document.querySelector('#comparison tbody tr').cells].map(cell => cell.textContent)")
    assert names[:3] == ["name", "a.json", "b.json"]


def test_keys_go_through_the_table_and_out_of_it(opened, pipelined):
    page = opened(render(pipelined.plan))
    active = "document.activeElement.dataset"
    page.page.focus("#layers button[data-key=cycles]")
    page.page.keyboard.press("Enter")
    assert page.value(active) == {"key": "cycles"}
    assert page.value("document.querySelector('#layers th[aria-sort=ascending]').textContent").startswith("cycles")
    page.page.focus("#layers button[data-key=operations]")
    page.page.keyboard.press("Tab")
    first = page.value("document.querySelector('#layers tbody tr').dataset.layer")
    assert page.value(active) == {"layer": first}
    page.page.keyboard.press("End")
    last = page.value("document.querySelector('#layers tbody tr:last-child').dataset.layer")
    assert page.value(active) == {"layer": last}
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Enter")
    assert page.value("String(state.layer)") == page.value(f"{active}.layer")
    # One Tab leaves it, whatever the number of layers.
    page.page.keyboard.press("Tab")
    assert page.value("document.activeElement.closest('#layers') === null")


def test_the_segment_is_described(opened, pipelined):
    page = opened(render(pipelined.plan))
    for segment in pipelined.plan.function.segments:
        page.value("n => selectSegment(n)", segment.index)
        text = page.page.inner_text("#details")
        assert f"segment {segment.index}" in text
        assert f"{segment.cost.cycles:,} cycles, " in text
        stages = len(segment.clusters)
        assert f"{stages} stage{'s' * (stages != 1)} on " in text


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700), (1920, 1080)])
def test_nothing_overlaps_or_is_cut_off(size, opened, resnet18, pipelined):
    page = opened(render(resnet18.plan, pipelined.plan), size=size)
    assert page.value(OVERLAPS) == {"found": [], "cut": [], "wide": False}


def test_text_that_looks_like_a_page_is_text(opened, resnet18):
    data = json.loads(resnet18.json)
    data["functions"][0]["name"] = "</script><script>alert(1)</script>%DATA%"
    layers = data["functions"][0]["segments"][0]["clusters"][0]["layers"]
    layers[0]["name"] = "<img src=x onerror=alert(1)>"
    layers[0]["location"] = "elsewhere"
    page = opened(render(scope.Plan.from_json(json.dumps(data))))
    assert page.page.inner_text("#title").startswith("</script><script>")
    assert page.page.inner_text("#layers tbody tr td:nth-child(2)").startswith("<img")


def test_a_plan_without_places_and_buffers(opened, resnet18):
    data = json.loads(resnet18.json)
    for segment in data["functions"][0]["segments"]:
        segment["links"] = None
        for cluster in segment["clusters"]:
            cluster["region"] = None
            cluster["memory"]["allocated_bytes"] = None
            for layer in cluster["layers"]:
                layer["buffers"] = None
    data["functions"][0]["costs_are_current"] = False
    page = opened(render(scope.Plan.from_json(json.dumps(data))))
    assert page.page.is_visible("#warning")


@pytest.mark.parametrize("strategy", ["merged", "segmented"])
def test_large_plans_open(strategy, opened):
    options = scope.Options(
        package="simba-16x16", assume_bits=8, batch=64, strategy=strategy, search="linear", work_budget=1000000
    )
    text = render(scope.plan(NETWORKS / "resnet152.mlir", options).plan)
    assert len(text.encode()) < 8_000_000
    page = opened(text)
    assert page.value("document.querySelectorAll('#layers tbody tr').length") == 158
    # The slope of the roof is in sight.
    roof = page.value("charts.roofline.getOption().series[0].data")
    assert roof[0][1] < roof[-1][1] / 2
    # Seconds of the processor, which other programs on this machine do not lengthen.
    session = page.page.context.new_cdp_session(page.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.asked.clear()
    page.page.reload()
    page.page.wait_for_selector("html[data-ready]")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    assert metrics["TaskDuration"] < 2
    print(f"{len(text.encode()) / 1e6:.2f} MB, ready after {metrics['TaskDuration']:.2f} s of the processor")


def test_boxes_of_the_sram_do_not_grow_with_the_package(opened, pipelined):
    page = opened(render(pipelined.plan))
    first = pipelined.plan.function.segments[0]
    boxes = page.value("charts.sram.getOption().series[0].data.map(box => [box[1], box[6]])")
    rows = sorted({tuple(box) for box in boxes})
    assert [last - row + 1 for row, last in rows] == [cluster.chiplets for cluster in first.clusters]
    assert len(boxes) <= 2 * len(list(first.layers))


def test_the_page_of_a_sweep(opened):
    rows = [
        {
            "key": str(n),
            "model": "net.onnx",
            "package": package,
            "batch": 4,
            "strategy": "merged",
            "objective": "throughput",
            "status": "planned",
            "error": "",
            "samples_per_second": 100.0 * (n + 1),
            "latency_seconds": 1e-3,
            "joules_per_sample": 2e-3 * (n + 1),
            "energy_delay_joule_seconds": 1e-6,
            "utilisation": 0.5,
            "sram_bytes": 1000,
            "chiplets": 4,
        }
        for n, package in enumerate(("a", "b", "c"))
    ]
    rows.append(
        {**dict.fromkeys(rows[0]), "model": "net.onnx", "package": "d", "status": "refused", "strategy": "merged"}
    )
    page = opened(pareto_page(rows))
    assert page.value(DRAWN, "pareto-chart") > 0.005
    assert page.value("document.querySelectorAll('#front tbody tr').length") == 3
    cells = (
        "[...document.querySelectorAll('#front tbody tr')].map(row => [...row.cells].slice(-2).map(c => c.textContent))"
    )
    assert page.value(cells)[0] == ["100.0", "2.000 mJ"]
    # What stands at the axes has units.
    for name, text in (("joules_per_sample", "2 mJ"), ("latency_seconds", "1 ms"), ("utilisation", "50 %")):
        page.page.select_option("#y", name)
        assert page.value("value => TEXTS[by('y').value][1](value)", rows[0][name]) == text
        drawn = page.value("name => echarts.getInstanceByDom(by('pareto-chart')).getOption().yAxis[0].name")
        assert drawn == page.value("AXES[by('y').value].title")
    page.page.select_option("#y", "utilisation")
    assert page.value("document.querySelectorAll('#front tbody tr').length") == 1
