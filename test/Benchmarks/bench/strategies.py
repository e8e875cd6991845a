# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""All strategies against each other: where a merged pipeline gains how much."""

from __future__ import annotations

import dataclasses
import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

from . import heuristics, plots
from .inputs import Package
from .runner import NOT_COMPUTED, Job, Plan, Runner
from .selections import SPACES, Selection
from .tables import Output, Page, Section, significant

#: The columns of the published rules beside those of the strategies.
RULES = {f"segmented {name}": measure for name, measure in heuristics.MEASURES.items()}

#: What the published merged pipeline gains over segmented ones on ResNet-152.
PUBLISHED_GAIN = 1.73


@dataclass(frozen=True)
class Case:
    """A row of a table."""

    package: str
    network: str
    batch: int
    dram: Fraction
    space: str


#: The plans of a row, by strategy.
Results = dict[Case, dict[str, Plan]]


def focus_of(selection: Selection) -> str:
    """The network that the published figure is of."""
    return "resnet152" if "resnet152" in selection.networks else selection.networks[0]


def cases(selection: Selection) -> list[Case]:
    """All rows in the order in which they are computed: first those at the one batch
    and with DRAM as it is, or of the network that the published figure is of."""
    rows = [
        Case(package, network, batch, dram, space)
        for package, dram, batch, network, space in itertools.product(
            selection.packages, selection.drams, selection.batches, selection.networks, selection.spaces
        )
    ]
    focus = focus_of(selection)

    def rank(case: Case) -> int:
        return (case.batch != selection.batch) + (case.dram != 1) + (case.network != focus)

    return sorted(rows, key=rank)


def _job(runner: Runner, case: Case, strategy: str, search: str, **more: object) -> Job:
    return Job.make(
        runner.network(case.network),
        Package(case.package, case.dram),
        batch=case.batch,
        assume_bits=8,
        space=case.space,
        strategy=strategy,
        search=search,
        **more,
    )


def _best(runner: Runner, selection: Selection, case: Case, strategy: str) -> Plan:
    """What the search finds, or `exact` where that is better or proved."""
    plan = runner.plan(_job(runner, case, strategy, selection.search))
    exact_seconds = selection.exact_seconds
    if not plan or plan.proved or not exact_seconds:
        return plan
    exact = runner.plan(_job(runner, case, strategy, "exact", time_limit=exact_seconds))
    return min((exact, plan), key=lambda p: (p.cycles, not p.proved)) if exact else plan


def collect(runner: Runner, selection: Selection) -> Results:
    """Every plan of every row. What is known is not computed again."""
    rows = cases(selection)
    start, done = time.monotonic(), itertools.count(1)

    def one(case: Case) -> dict[str, Plan]:
        plans = {}
        for strategy in selection.strategies:
            plans[strategy] = _best(runner, selection, case, strategy)
            if not plans[strategy].computed:
                # The time is up; what is left of the row would look for nothing.
                return {name: Plan(error=NOT_COMPUTED) for name in (*selection.strategies, *RULES)} | plans
        if case.space == "published":
            network, package = runner.network(case.network), Package(case.package, case.dram)
            for name, measure in RULES.items():
                plans[name] = heuristics.plan(runner, network, package, case.batch, measure)
        number = next(done)
        if number % 20 == 0 or number == len(rows):
            spent = time.monotonic() - start
            print(f"strategies: {number} of {len(rows)} rows, {spent:.0f} s", file=sys.stderr, flush=True)
        return plans

    with ThreadPoolExecutor(runner.workers) as pool:
        return dict(zip(rows, pool.map(one, rows), strict=True))


def gain(results: Results, case: Case, over: str = "segmented") -> tuple[float, float] | None:
    """Throughput and energy of merged over those of another strategy."""
    plans = results.get(case, {})
    merged, other = plans.get("merged"), plans.get(over)
    if not merged or not other:
        return None
    return other.cycles / merged.cycles, merged.joules / other.joules


def _cell(plan: Plan | None, value: float) -> str:
    if plan is None:
        return ""
    return significant(value) + (" *" if plan.proved else "") if plan else plan.missing


def _gain_cell(results: Results, case: Case) -> str:
    found = gain(results, case)
    if not found:
        plans = results.get(case, {})
        return "-" if all(name in plans and plans[name].computed for name in ("merged", "segmented")) else ""
    text = f"{found[0]:.2f} ({found[1]:.2f})"
    return f"**{text}**" if found[0] >= PUBLISHED_GAIN else text


def _dram(dram: Fraction) -> str:
    return f"x {dram}"


def _package_page(results: Results, selection: Selection, package: str) -> Page:
    """Throughput and energy of all strategies on one package."""
    columns = [*selection.strategies, *RULES]
    labels = ("network", "batch", "DRAM", "space")
    rows: dict[str, list[list[str]]] = {"throughput": [], "energy": []}
    order = sorted(
        (case for case, plans in results.items() if case.package == package and plans["merged"].computed),
        key=lambda case: (selection.networks.index(case.network), case.batch, -case.dram, SPACES.index(case.space)),
    )
    for case in order:
        plans = results[case]
        start = [case.network, f"{case.batch}", _dram(case.dram), case.space]
        merged = plans.get("merged")
        distance = f"{merged.gap:.1%}" if merged else ""
        speeds = [_cell(plans.get(c), plans[c].samples_per_second if c in plans else 0) for c in columns]
        rows["throughput"].append([*start, *speeds, distance])
        millijoules = [plans[c].joules / case.batch * 1e3 if c in plans else 0 for c in columns]
        cells = [_cell(plans.get(c), value) for c, value in zip(columns, millijoules, strict=True)]
        rows["energy"].append([*start, *cells])
    return Page(
        f"strategies-{package}",
        f"Strategies on {package}",
        text=f"Search: `{selection.search}`.",
        sections=[
            Section(
                "Throughput",
                "Samples a second. `*`: proved to be the best of the strategy in the space. Where merged is not "
                "proved, the last column says how far from its bound it is. `none`: no plan fits; empty: not computed.",
                (*labels, *columns, "merged over the bound"),
                rows["throughput"],
            ),
            Section("Energy", "Millijoules a sample, of the same plans.", (*labels, *columns), rows["energy"]),
        ],
    )


def _map_of(results: Results, selection: Selection, network: str) -> Section:
    """One network: package and batch down, space and DRAM across."""
    spaces = list(itertools.product(selection.spaces, selection.drams))
    rows = []
    for package, batch in itertools.product(selection.packages, selection.batches):
        cells = [_gain_cell(results, Case(package, network, batch, dram, space)) for space, dram in spaces]
        if any(cells):
            rows.append([package, f"{batch}", *cells])
    head = ("package", "batch", *(f"{space}, DRAM {_dram(dram)}" for space, dram in spaces))
    return Section(network, "", head, rows)


def _parts(results: Results, selection: Selection) -> Section:
    """From the published rules to the merged pipeline in the full space, in steps."""
    rows = []
    for network, package in itertools.product(selection.networks, selection.packages):
        published, full = (
            results.get(Case(package, network, selection.batch, Fraction(1), space), {}) for space in SPACES
        )
        steps = [
            *(published.get(rule) for rule in RULES),
            published.get("segmented"),
            published.get("merged"),
            full.get("segmented"),
            full.get("merged"),
        ]
        if not any(steps):
            continue
        ratios = []
        for a, b in ((0, 1), (1, 2), (2, 3), (2, 4), (4, 5), (0, 3), (1, 3), (0, 5)):
            slow, fast = steps[a], steps[b]
            ratios.append(f"{slow.cycles / fast.cycles:.2f}" if slow and fast else "-")
        rows.append([network, package, *ratios])
    return Section(
        "What a gain consists of",
        f"Ratios of throughput at batch {selection.batch}, DRAM as it is. *Cycles*: the rules with chiplets by cycles "
        "over those by MACs. *Optimiser*: the best segmented plan over the one by rules and cycles, in the published "
        "space. *Merging*: merged over segmented, each the best of its space. *Space*: the best segmented plan of "
        "the full space over that of the published one. The last columns: merged over the rules, where everything "
        "counts together.",
        (
            "network",
            "package",
            "cycles",
            "optimiser",
            "merging, published",
            "space",
            "merging, full",
            "merged, published, over rules by MACs",
            "over rules by cycles",
            "merged, full, over rules by MACs",
        ),
        rows,
    )


def _largest(results: Results, count: int = 15) -> Section:
    found = [(gain(results, case), case) for case in results]
    known = sorted(((g, case) for g, case in found if g), key=lambda pair: -pair[0][0])
    rows = []
    for (speed, energy), case in known[:count]:
        plans = results[case]
        merged, segmented = plans["merged"], plans["segmented"]
        rows.append(
            [
                case.network,
                case.package,
                f"{case.batch}",
                _dram(case.dram),
                case.space,
                f"{speed:.2f}",
                f"{energy:.2f}",
                f"{merged.segments} / {merged.clusters}",
                f"{segmented.segments} / {segmented.clusters}",
            ]
        )
    return Section(
        "The largest gains",
        "",
        (
            "network",
            "package",
            "batch",
            "DRAM",
            "space",
            "throughput",
            "energy",
            "merged: segments / clusters",
            "segmented: segments / clusters",
        ),
        rows,
    )


def _counts(results: Results, selection: Selection) -> Section:
    rows = []
    for space in selection.spaces:
        of_space = {case: plans for case, plans in results.items() if case.space == space}
        gains = [found[0] for case in of_space if (found := gain(results, case))]
        plans = [plan for row in of_space.values() for name, plan in row.items() if plan and name not in RULES]
        infeasible = sum(
            bool(row.get("merged")) and "segmented" in row and not row["segmented"] and row["segmented"].computed
            for row in of_space.values()
        )
        ordered = sorted(gains)
        rows.append(
            [
                space,
                f"{len(gains)}",
                *(f"{sum(g >= limit for g in gains)}" for limit in (1.05, 1.2, 1.5, PUBLISHED_GAIN)),
                f"{ordered[len(ordered) // 2]:.2f}" if ordered else "",
                f"{ordered[-1]:.2f}" if ordered else "",
                f"{infeasible}",
                f"{sum(plan.proved for plan in plans)} of {len(plans)}",
            ]
        )
    return Section(
        "How often",
        "Cells (network, package, batch, DRAM) by the gain in throughput of merged over segmented.",
        (
            "space",
            "cells",
            "1.05 or more",
            "1.2 or more",
            "1.5 or more",
            f"{PUBLISHED_GAIN} or more",
            "median",
            "largest",
            "only merged has a plan",
            "plans that are proved",
        ),
        rows,
    )


def _at_batch(results: Results, selection: Selection, space: str) -> Section:
    """All networks and packages at one batch."""
    rows = [
        [
            network,
            *(
                _gain_cell(results, Case(package, network, selection.batch, Fraction(1), space))
                for package in selection.packages
            ),
        ]
        for network in selection.networks
    ]
    title = f"All networks, {space} space, batch {selection.batch}"
    return Section(title, "", ("network", *selection.packages), rows)


def _against_all(results: Results, selection: Selection, space: str) -> Section:
    """Merged over every other strategy at one batch."""
    others = [strategy for strategy in selection.strategies if strategy != "merged"]
    rows = []
    for network, package in itertools.product(selection.networks, selection.packages):
        case = Case(package, network, selection.batch, Fraction(1), space)
        found = {other: gain(results, case, other) for other in others}
        known = {other: ratios[0] for other, ratios in found.items() if ratios}
        if not known:
            continue
        best = min(known, key=known.__getitem__)
        cells = [f"{known[other]:.2f}" if other in known else "-" for other in others]
        rows.append([network, package, *cells, f"{known[best]:.2f} over {best}"])
    return Section(
        f"Over every strategy, {space} space, batch {selection.batch}",
        "Throughput of merged over that of the others, DRAM as it is.",
        ("network", "package", *others, "over the best of them"),
        rows,
    )


def _map_page(results: Results, selection: Selection, focus: str) -> Page:
    others = [network for network in selection.networks if network != focus]
    return Page(
        "map",
        "Where merged gains over segmented",
        [
            _counts(results, selection),
            _map_of(results, selection, focus),
            *(_at_batch(results, selection, space) for space in selection.spaces),
            _parts(results, selection),
            *(_against_all(results, selection, space) for space in selection.spaces),
            _largest(results),
            *(_map_of(results, selection, network) for network in others),
        ],
        "Cells: throughput of merged over that of segmented, each the best plan found of its strategy in the space; "
        "in brackets the energy of merged over that of segmented. "
        f"Search: `{selection.search}`. **Bold**: at least the published "
        f"{PUBLISHED_GAIN}. `-`: one of the two has no plan. Empty: not computed, for the time was up.",
        {
            "map": f"{focus}: merged over segmented by batch; the dotted line is {PUBLISHED_GAIN}",
            "map-networks": f"merged over segmented at batch {selection.batch}",
        },
    )


def _plots(results: Results, selection: Selection, focus: str, output: Output) -> None:
    grid = []
    for space in selection.spaces:
        row = []
        for dram in selection.drams:
            curves = {}
            for package in selection.packages:
                found = [(b, gain(results, Case(package, focus, b, dram, space))) for b in selection.batches]
                points = [(float(batch), g[0]) for batch, g in found if g]
                if points:
                    curves[package] = points
            row.append((f"{space}, DRAM {_dram(dram)}", curves))
        grid.append(row)
    plots.panels(output.svg("map"), grid, "batch", "merged / segmented", PUBLISHED_GAIN)
    maps = []
    for space in selection.spaces:
        cells = {}
        for network, package in itertools.product(selection.networks, selection.packages):
            found = gain(results, Case(package, network, selection.batch, Fraction(1), space))
            if found:
                cells[network, package] = found[0]
        maps.append(cells)
    plots.heat(output.svg("map-networks"), selection.spaces, selection.networks, selection.packages, maps)


def run(runner: Runner, selection: Selection, output: Output) -> None:
    results = collect(runner, selection)
    focus = focus_of(selection)
    figures = [field.name for field in dataclasses.fields(Plan)]
    labels = [field.name for field in dataclasses.fields(Case)]
    output.csv(
        "strategies",
        (*labels, "strategy", *figures),
        (
            (*dataclasses.astuple(case), strategy, *dataclasses.astuple(plan))
            for case, plans in results.items()
            for strategy, plan in plans.items()
        ),
    )
    for package in selection.packages:
        output.page(_package_page(results, selection, package))
    if output.with_plots:
        _plots(results, selection, focus, output)
    output.page(_map_page(results, selection, focus))
