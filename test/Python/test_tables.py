"""What the commands print, on narrow terminals and wide ones."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

import scope_mcm as scope
from conftest import NETWORKS
from scope_mcm._tables import comparison_table, fit_report, layer_table, presets_table, short_partition
from scope_mcm.compare import Row

WIDTHS = (80, 100, 120, 200)


def printed(table, width: int) -> str:
    """What a terminal of this width shows; nothing in it is cut."""
    console = Console(file=io.StringIO(), width=width)
    console.print(table, highlight=False)
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert "\u2026" not in text, text
    return text


@pytest.fixture(scope="module")
def rows(resnet18, pipelined):
    totals = pipelined.plan.totals.model_copy(update={"samples_per_second": 1234567.8, "utilisation": 1.0})
    function = pipelined.plan.function.model_copy(update={"totals": totals})
    fast = scope.Planned(pipelined.plan.model_copy(update={"functions": [function]}), "", "", 1234.5)
    return [
        Row("merged", resnet18),
        Row("segmented", pipelined),
        Row("layer-by-layer", fast),
        Row("full-pipeline", None, "no"),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_comparison_fits(width, rows):
    text = printed(comparison_table(rows, "net.onnx on simba-6x6", width), width)
    lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    for row in rows:
        assert row.strategy in lines
    assert lines["full-pipeline"].split()[1:] == ["-"] * 8
    function = rows[0].planned.plan.function
    rate = function.totals.samples_per_second
    assert (f" {rate:,.1f} " if width >= 120 else f" {rate:,.0f} ") in lines["merged"]
    assert f" {100 * function.totals.utilisation:.1f} % " in lines["merged"]
    assert "1,234,568" in lines["layer-by-layer"] or "1,234,567.8" in lines["layer-by-layer"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_presets_fit(width):
    presets = scope.list_presets()
    text = printed(presets_table(presets, width), width)
    flat = " ".join(text.split())
    for preset in presets:
        assert preset["name"] in text
        fields = {field["name"]: field["value"] for field in preset["fields"]}
        assert fields["port"] in flat
        assert preset["summary"].split()[-1] in flat


@pytest.fixture(scope="module")
def heads():
    """Layers of many dimensions, several of one role."""
    return scope.plan(NETWORKS / "gpt2_2layers.mlir", scope.Options(package="simba-4x4", assume_bits=8, batch=1))


@pytest.mark.parametrize("width", WIDTHS)
def test_layers_fit(width, pipelined, resnet18, heads):
    for planned in (pipelined, resnet18, heads):
        text = printed(layer_table(planned.plan.function), width)
        for layer in planned.plan.function.layers:
            line = next(line for line in text.splitlines() if f" {layer.name} " in line)
            assert f" {layer.cost.cycles:,} " in line
            # As in the text report.
            partition = short_partition(layer)
            assert f" {partition} " in line
            assert any(layer.name in line and f" {partition} " in line for line in planned.report.splitlines())


@pytest.mark.parametrize("width", (80, 100))
def test_a_report_on_a_narrow_terminal(width, resnet18):
    text, is_cut = fit_report(resnet18.report, width)
    assert is_cut
    assert max(map(len, text.splitlines())) <= width
    head, tables = resnet18.report.split("\n\nSegments", 1)
    fitting, _ = text.split("\n\nSegments", 1)
    # The head says the same in other lines, and its blank lines stay.
    assert fitting.split() == head.split()
    assert fitting.count("\n\n") == head.count("\n\n")
    assert len(text.split("\n\nSegments", 1)[1].splitlines()) == len(tables.splitlines())
    assert fit_report(resnet18.report, 120) == (resnet18.report, False)
