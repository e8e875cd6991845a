# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""CPU time of whole commands: networks as they are, deeper and deeper ones, larger
and larger packages."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from . import generate, plots
from .inputs import Network
from .runner import Runner, Usage, measure
from .selections import Selection
from .tables import Output, Page, Section, significant

_HEAD = ("CPU, s (median)", "least", "most", "runs", "peak, MB")

#: A command that takes longer is measured once.
LONG_SECONDS = 20


def fitted_exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the straight line nearest to the points, both axes logarithmic."""
    xs = [math.log(x) for x, _ in points]
    ys = [math.log(y) for _, y in points]
    x0, y0 = statistics.fmean(xs), statistics.fmean(ys)
    return sum((x - x0) * (y - y0) for x, y in zip(xs, ys, strict=True)) / sum((x - x0) ** 2 for x in xs)


def _timed(runner: Runner, points: list[tuple[Network, str, str]], runs: int, what: str) -> list[list[Usage]]:
    """What the whole command takes on each of the points (network, package, further
    options). All points are measured once, then once more, so that whatever else
    the machine does meets them alike; the times of one run are kept together. What
    takes long is measured once."""
    key = runner.key("times", what, runs, [(network.digest, package, more) for network, package, more in points])
    known = runner.recall(key)
    if known is None:
        usages: list[list[list[float]]] = [[] for _ in points]
        for _ in range(runs):
            for number, (network, package, more) in enumerate(points):
                if usages[number] and usages[number][0][0] > LONG_SECONDS:
                    continue
                options = f"package={package} assume-bits=8 {more}"
                code, messages, usage = measure(
                    [runner.scope_opt, network.path, f"--scope-merge-pipeline={options}", "-o", "/dev/null"]
                )
                if code:
                    raise SystemExit(f"{network.name} on {package}:\n{messages}")
                usages[number].append([usage.cpu_seconds, usage.wall_seconds, usage.peak_bytes])
        known = usages
        runner.keep(key, known)
    return [[Usage(*usage) for usage in usages] for usages in known]


def median(usages: Sequence[Usage]) -> float:
    return statistics.median(usage.cpu_seconds for usage in usages)


def _cells(usages: Sequence[Usage]) -> list[str]:
    seconds = [usage.cpu_seconds for usage in usages]
    peak = max(usage.peak_bytes for usage in usages) / 1e6
    return [f"{median(usages):.2f}", f"{min(seconds):.2f}", f"{max(seconds):.2f}", f"{len(seconds)}", f"{peak:.0f}"]


def _commands(runner: Runner, selection: Selection) -> Section:
    """Networks as they are on one package, and exact searches."""
    batch = f"batch={selection.batch}"
    points = [(name, selection.timed_package, batch) for name in selection.timed_networks]
    exact = [(name, package, f"{batch} search=exact") for name, package in selection.exact]
    rows = []
    for what, named in (("default", points), ("exact", exact)):
        runs = selection.runs if what == "default" else min(selection.runs, 3)
        found = _timed(runner, [(runner.network(n), p, o) for n, p, o in named], runs, what)
        rows += [[what, name, package, *_cells(u)] for (name, package, _), u in zip(named, found, strict=True)]
    return Section(
        "Whole commands",
        f"Batch {selection.batch}.",
        ("search", "network", "package", *_HEAD),
        rows,
    )


def _series(
    output: Output, title: str, text: str, what: str, sizes: Sequence[int], times: list[list[Usage]], fit_from: int
) -> tuple[Section, list[tuple[float, float]], float]:
    """The table of one series, its points, and the exponent."""
    points = [(float(size), median(usages)) for size, usages in zip(sizes, times, strict=True)]
    rows = []
    for number, (size, usages) in enumerate(zip(sizes, times, strict=True)):
        before = points[number - 1] if number else None
        ratio = significant(points[number][1] / before[1]) if before else ""
        step = f"{fitted_exponent([before, points[number]]):.2f}" if before else ""
        rows.append([f"{size:,}", *_cells(usages), ratio, step])
    exponent = fitted_exponent([point for point in points if point[0] >= fit_from])
    text = f"{text} Fitted exponent from {fit_from:,} {what} up: **{exponent:.2f}**."
    return Section(title, text, (what, *_HEAD, "over the row above", "exponent of the step"), rows), points, exponent


def run(runner: Runner, selection: Selection, output: Output) -> None:
    batch = f"batch={selection.batch}"
    sections = [_commands(runner, selection)]
    depth: dict[str, list[tuple[float, float]]] = {}
    data = []
    for kind, blocks in selection.blocks.items():
        networks = [runner.network(f"{kind}-{count}") for count in blocks]
        times = _timed(runner, [(n, "simba-8x8", batch) for n in networks], selection.runs, kind)
        text = f"{generate.LAYERS_PER_BLOCK[kind]} convolutions a block, on simba-8x8."
        title = f"Chains of {kind} blocks"
        section, points, exponent = _series(output, title, text, "blocks", blocks, times, selection.fit_from[kind])
        sections.append(section)
        depth[f"{kind}: exponent {exponent:.2f}"] = points
        data += [
            [kind, size, u.cpu_seconds, u.wall_seconds, u.peak_bytes]
            for size, us in zip(blocks, times, strict=True)
            for u in us
        ]
    network = runner.network(selection.grid_network)
    times = _timed(runner, [(network, grid, batch) for grid in selection.grids], selection.runs, "grids")
    chiplets = [math.prod(map(int, grid.removeprefix("simba-").split("x"))) for grid in selection.grids]
    section, points, exponent = _series(
        output,
        "Chiplets",
        f"{network.name} on packages of the same chiplets.",
        "chiplets",
        chiplets,
        times,
        chiplets[0],
    )
    sections.append(section)
    data += [
        ["chiplets", size, u.cpu_seconds, u.wall_seconds, u.peak_bytes]
        for size, us in zip(chiplets, times, strict=True)
        for u in us
    ]
    if output.with_plots:
        plots.growth(output.svg("growth-layers"), depth, "blocks")
        plots.growth(output.svg("growth-chiplets"), {f"{network.name}: exponent {exponent:.2f}": points}, "chiplets")
    output.csv("growth", ("series", "size", "cpu_seconds", "wall_seconds", "peak_bytes"), data)
    output.page(
        Page(
            "growth",
            "Speed and growth",
            sections,
            f"CPU time (user and system) of whole `scope-opt` commands, default search, batch {selection.batch}; "
            "ratios and exponents are of times that were taken in one run.",
            {"growth-layers": "CPU seconds over blocks", "growth-chiplets": "CPU seconds over chiplets"},
        )
    )
