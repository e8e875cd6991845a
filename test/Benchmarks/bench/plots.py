# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plots as SVG. The same figures give the same bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

REQUIREMENTS = "test/Benchmarks/requirements.txt"


def require() -> ModuleType:
    """matplotlib, set up for files."""
    try:
        import matplotlib
    except ImportError:
        raise SystemExit(f"plots need matplotlib: pip install -r {REQUIREMENTS}; or run with --no-plots") from None
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "scope", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3})
    import matplotlib.pyplot

    return matplotlib.pyplot


def _save(figure, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    require().close(figure)
    # Trailing blanks are nothing to keep in a repository.
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


def growth(path: Path, series: dict[str, list[tuple[float, float]]], what: str) -> None:
    """CPU seconds over sizes, both logarithmic."""
    plot = require()
    figure, axes = plot.subplots(figsize=(5, 3.4))
    for name, points in series.items():
        axes.loglog(*zip(*points, strict=True), marker="o", label=name)
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.set_xlabel(what)
    axes.set_ylabel("CPU seconds of the whole command")
    axes.legend()
    _save(figure, path)


def panels(
    path: Path, grid: list[list[tuple[str, dict[str, list[tuple[float, float]]]]]], x: str, y: str, line: float
) -> None:
    """A grid of panels of curves over a logarithmic axis, with a line at the value
    to compare with."""
    plot = require()
    figure, axes = plot.subplots(
        len(grid), len(grid[0]), figsize=(3.2 * len(grid[0]), 2.6 * len(grid)), sharex=True, sharey=True, squeeze=False
    )
    handles: dict[str, object] = {}
    for row, panels_of_row in zip(axes, grid, strict=True):
        for axis, (title, curves) in zip(row, panels_of_row, strict=True):
            axis.set_title(title, fontsize=9)
            axis.set_xscale("log", base=2)
            axis.xaxis.set_major_formatter("{x:.0f}")
            axis.axhline(line, color="black", linestyle=":", linewidth=1)
            for name, points in curves.items():
                (handle,) = axis.plot(*zip(*points, strict=True), marker="o", markersize=3, label=name)
                handles.setdefault(name, handle)
    for axis in axes[-1]:
        axis.set_xlabel(x)
    for row in axes:
        row[0].set_ylabel(y)
    figure.legend(handles.values(), handles.keys(), loc="upper center", bbox_to_anchor=(0.5, 0), ncols=4)
    _save(figure, path)


def heat(path: Path, titles: Sequence[str], rows: Sequence[str], columns: Sequence[str], values: list[dict]) -> None:
    """One map a title: `values[i][row, column]`, where there is one."""
    plot = require()
    figure, axes = plot.subplots(
        1,
        len(titles),
        figsize=(1.5 + 0.75 * len(columns) * len(titles), 1.4 + 0.32 * len(rows)),
        sharey=True,
        squeeze=False,
    )
    for axis, title, cells in zip(axes[0], titles, values, strict=True):
        grid = [[cells.get((row, column), math.nan) for column in columns] for row in rows]
        axis.imshow(grid, cmap="YlGnBu", vmin=1, vmax=2, aspect="auto")
        axis.set_title(title, fontsize=9)
        axis.set_xticks(range(len(columns)), columns, rotation=45, ha="right")
        axis.set_yticks(range(len(rows)), rows)
        axis.grid(False)
        for y, line in enumerate(grid):
            for x, value in enumerate(line):
                text = "-" if math.isnan(value) else f"{value:.2f}"
                axis.text(x, y, text, ha="center", va="center", fontsize=7, color="white" if value > 1.6 else "black")
    _save(figure, path)


def bars(path: Path, groups: Sequence[str], series: dict[str, list[float]], y: str) -> None:
    """Groups of bars."""
    plot = require()
    figure, axes = plot.subplots(figsize=(1.5 + 1.1 * len(groups), 3.2))
    width = 0.8 / len(series)
    for number, (name, values) in enumerate(series.items()):
        axes.bar([group + number * width for group in range(len(groups))], values, width, label=name)
    axes.set_xticks([group + 0.4 - width / 2 for group in range(len(groups))], groups, rotation=30, ha="right")
    axes.set_ylabel(y)
    axes.legend(fontsize=7)
    _save(figure, path)
