"""Plots of a sweep: throughput against energy, with the plans that no other beats."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .report import embed_json, fill_page, script

# Okabe and Ito's colours, which people with colour vision deficiencies tell apart.
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8ac00", "#7a7a7a")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
#: Columns that can be an axis, and whether less is better.
AXES = {
    "samples_per_second": ("throughput (samples/s)", False),
    "joules_per_sample": ("energy a sample (J)", True),
    "latency_seconds": ("latency (s)", True),
    "energy_delay_joule_seconds": ("energy x time (J*s)", True),
    "utilisation": ("utilisation", False),
    "sram_bytes": ("SRAM of the package (bytes)", True),
    "chiplets": ("chiplets", True),
}


def pareto_front(rows: Sequence[dict[str, Any]], x: str, y: str) -> list[dict[str, Any]]:
    """The rows that no other is as good as in both columns and better in one, from
    the smallest to the largest `x`. Rows without a plan are left out."""
    sign_x, sign_y = (1 if AXES[name][1] else -1 for name in (x, y))
    planned = [row for row in rows if row.get(x) is not None and row.get(y) is not None]
    planned.sort(key=lambda row: (sign_x * row[x], sign_y * row[y]))
    front: list[dict[str, Any]] = []
    for row in planned:
        if not front or sign_y * row[y] < sign_y * front[-1][y]:
            front.append(row)
    return sorted(front, key=lambda row: row[x])


def pareto_svg(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Writes a plot with one panel a model: packages by colour, strategies by marker."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    # The same rows give the same file.
    matplotlib.rcParams["svg.hashsalt"] = "scope"
    models = list(dict.fromkeys(row["model"] for row in rows))
    packages = list(dict.fromkeys(row["package"] for row in rows))
    strategies = list(dict.fromkeys(row["strategy"] for row in rows))
    figure, panels = pyplot.subplots(len(models), 1, figsize=(8, 1 + 4 * len(models)), squeeze=False)
    for model, panel in zip(models, panels[:, 0], strict=True):
        mine = [row for row in rows if row["model"] == model]
        front = pareto_front(mine, "samples_per_second", "joules_per_sample")
        panel.plot(
            [row["samples_per_second"] for row in front],
            [row["joules_per_sample"] for row in front],
            color="#1a1a1a",
            linewidth=1,
            zorder=1,
        )
        for row in mine:
            if row.get("samples_per_second") is None:
                continue
            panel.scatter(
                row["samples_per_second"],
                row["joules_per_sample"],
                color=_COLOURS[packages.index(row["package"]) % len(_COLOURS)],
                marker=_MARKERS[strategies.index(row["strategy"]) % len(_MARKERS)],
                s=36,
                edgecolors="white",
                linewidths=0.5,
                zorder=2,
            )
        panel.set(title=model, xlabel=AXES["samples_per_second"][0], ylabel=AXES["joules_per_sample"][0])
        panel.grid(alpha=0.3)
    handles = [
        pyplot.Line2D([], [], linestyle="", marker="o", color=_COLOURS[n % len(_COLOURS)], label=name)
        for n, name in enumerate(packages)
    ] + [
        pyplot.Line2D([], [], linestyle="", marker=_MARKERS[n % len(_MARKERS)], color="#555555", label=name)
        for n, name in enumerate(strategies)
    ]
    handles.append(pyplot.Line2D([], [], color="#1a1a1a", linewidth=1, label="not beaten"))
    figure.legend(handles=handles, loc="outside right upper", fontsize="small")
    figure.set_layout_engine("constrained")
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)


def pareto_page(rows: Sequence[dict[str, Any]]) -> str:
    """A page with the same plot, any two columns against each other."""
    axes = {name: {"title": title, "less": less} for name, (title, less) in AXES.items()}
    models = ", ".join(dict.fromkeys(row["model"] for row in rows))
    return fill_page(
        "pareto.html",
        TITLE=html.escape(f"Sweep over {models}"),
        DATA=embed_json({"axes": axes, "rows": list(rows)}),
        SCRIPTS="\n".join(map(script, ("vendor/echarts.min.js", "format.js", "pareto.js"))),
    )
