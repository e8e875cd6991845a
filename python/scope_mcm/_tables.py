"""Tables for a terminal. Each fits in 80 columns; wider terminals are shown more."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ._show import bytes_text, joules_text, number, percent, seconds_text, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from .compare import Row
    from .plans import Function, Layer

# Columns of the text report's heads before the text.
_INDENT = 16
# From this width on there is room for all figures.
_WIDE = 112
_LETTERS = {"batch": "b", "other": "o", "row": "r", "column": "c", "channel": "k"}
_PARTITION = "partition: b batch, o other, r row, c column, k channel"


def _table(*headings: tuple[str, bool], title: str = "") -> Table:
    """A table with these headings; true ones are of figures."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), title=title or None)
    table.title_justify, table.title_style = "left", "bold"
    for heading, of_figures in headings:
        # Figures are never cut.
        table.add_column(heading, justify="right" if of_figures else "left", no_wrap=of_figures)
    return table


def _with_notes(table: Table, *notes: str) -> Group:
    return Group(table, *(Text(note, style="dim") for note in notes))


def comparison_table(rows: Sequence[Row], title: str, width: int) -> RenderableType:
    """The figures of all strategies, in at most `width` columns."""
    wide = width >= _WIDE
    headings = ["samples/s", "latency", "energy a sample", "MAC use", "gap", "segments", "stages", "search"]
    if not wide:
        headings = ["samples\n/s", "latency", "energy\n/sample", "MAC\nuse", "gap", "seg-\nments", "stages", "search"]
    table = _table(("strategy", False), *((heading, True) for heading in headings), title=title)
    table.columns[0].no_wrap = True
    if not wide:
        table.padding = 0
    for row in rows:
        if row.planned is None:
            table.add_row(row.strategy, *["-"] * len(headings))
            continue
        function = row.planned.plan.function
        totals = function.totals
        digits = 3 if wide else 1
        table.add_row(
            row.strategy,
            number(totals.samples_per_second) if wide else _short(totals.samples_per_second),
            seconds_text(totals.latency_seconds, digits),
            joules_text(totals.joules_per_sample, digits),
            percent(totals.utilisation),
            percent(function.bounds.gap_to_bound),
            whole(len(function.segments)),
            whole(sum(1 for _ in function.clusters)),
            f"{row.planned.seconds:.1f} s",
        )
    return _with_notes(
        table,
        "MAC use: of all lanes over the batch; gap: of throughput to its bound;",
        "search: with reading the network and placing the plan",
    )


def _short(value: float | None) -> str:
    return number(value) if value is None or value < 1000 else f"{value:,.0f}"


def presets_table(presets: Iterable[dict[str, Any]], width: int) -> RenderableType:
    """The packages that are known by name."""
    wide = width >= _WIDE
    headings = [("package", False), ("chiplets", True), ("clock", True), ("MAC lanes", True), ("SRAM", True)]
    table = _table(*headings, ("NoP port", True), *([("what it is", False)] if wide else []))
    # By itself where there is no room beside the figures.
    summaries = Table.grid(padding=(0, 2, 0, 0))
    summaries.add_column(no_wrap=True)
    for preset in presets:
        fields = {field["name"]: field["value"] for field in preset["fields"]}
        is_family = preset["name"] != preset["example"]
        sram = fields["sram"]
        table.add_row(
            preset["name"],
            "R x C" if is_family else f"{fields['rows']} x {fields['cols']}",
            fields["clock"],
            f"{fields['mac_k']} x {fields['mac_c']}",
            bytes_text(int(sram[:-2])) if sram.endswith(" B") else sram,
            fields["port"],
            *([preset["summary"]] if wide else []),
        )
        summaries.add_row(preset["name"], preset["summary"])
    notes = "MAC lanes, SRAM, NoP port: of one chiplet; NoP: network between chiplets"
    return _with_notes(table, notes) if wide else Group(table, "", summaries, "", Text(notes, style="dim"))


def layer_table(function: Function) -> RenderableType:
    """One row a layer."""
    table = _table(
        ("#", True),
        ("layer", False),
        ("stage", True),
        ("partition", False),
        ("chiplets", True),
        ("cycles", True),
        ("limit", False),
        ("weights", True),
    )
    table.columns[1].overflow = table.columns[3].overflow = "fold"
    for segment in function.segments:
        for cluster in segment.clusters:
            for layer in cluster.layers:
                table.add_row(
                    str(layer.index),
                    layer.name,
                    f"{segment.index}.{cluster.index}",
                    short_partition(layer),
                    whole(layer.cost.used_chiplets),
                    whole(layer.cost.cycles),
                    layer.limit or "-",
                    bytes_text(layer.weight_bytes),
                )
    return _with_notes(table, f"cycles: of a beat; {_PARTITION}")


def short_partition(layer: Layer) -> str:
    """As in the text report: `r3 c8`."""
    words = []
    for dim in layer.dims:
        if dim.factor > 1:
            number_of_dim = dim.name[len(dim.role) :]
            words.append(_LETTERS[dim.role] + (f"'{number_of_dim}:" if number_of_dim else "") + str(dim.factor))
    return " ".join(words) or "whole"


def fit_report(report: str, width: int) -> tuple[str, bool]:
    """The text report for a terminal that is `width` columns wide: its sentences are
    wrapped again, and its tables are cut at the right. Also whether any was."""
    lines = report.splitlines()
    if max(map(len, lines), default=0) <= width:
        return report, False
    head: list[str] = []
    for at, line in enumerate(lines):
        if line and not line.startswith(" ") and at:
            break
        if head and line.startswith(" " * _INDENT) and head[-1]:
            head[-1] += f" {line.strip()}"
        else:
            head.append(line)
    else:
        at = len(lines)
    wrapped = [part for line in head for part in _wrap(line, width)]
    cut = any(len(line) > width for line in lines[at:])
    rest = [line if len(line) <= width else f"{line[: width - 1].rstrip()}…" for line in lines[at:]]
    return "\n".join([*wrapped, *rest]) + "\n", cut


def _wrap(line: str, width: int) -> list[str]:
    indent = " " * _INDENT
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
