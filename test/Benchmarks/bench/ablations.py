# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What parts of the schedule space are worth: each is taken away alone."""

from __future__ import annotations

import itertools
import statistics

from . import plots
from .inputs import Package
from .runner import Job, Runner
from .selections import Selection
from .tables import Output, Page, Section

#: What is taken away, and the options that do so.
ABLATIONS: dict[str, dict[str, object]] = {
    "pure partitions": {"partition_space": "pure"},
    "single beats": {"max_beat": 1},
    "no batch split": {"split_batch": "false"},
    "no distributed weights": {"weights": "replicated"},
    "no replicated weights": {"weights": "distributed"},
    "published space": {"space": "published"},
}


def _job(runner: Runner, selection: Selection, network: str, package: str, options: dict[str, object]) -> Job:
    return Job.make(
        runner.network(network),
        Package(package),
        batch=selection.batch,
        assume_bits=8,
        search=selection.search,
        **options,
    )


def run(runner: Runner, selection: Selection, output: Output) -> None:
    pairs = list(itertools.product(selection.packages, selection.networks))
    choices: dict[str, dict[str, object]] = {"": {}, **ABLATIONS}
    runner.plans(
        (_job(runner, selection, n, p, options) for p, n in pairs for options in choices.values()), "ablations"
    )
    times: list[list[str]] = []
    energies: list[list[str]] = []
    data = []
    costs: dict[str, dict[str, list[float]]] = {name: {p: [] for p in selection.packages} for name in ABLATIONS}
    for package, network in pairs:
        plans = {
            name: runner.plan(_job(runner, selection, network, package, options)) for name, options in choices.items()
        }
        whole = plans[""]
        for name, plan in plans.items():
            data.append(
                [package, network, name or "nothing", plan.cycles, plan.joules, plan.proved, plan.gap, plan.error]
            )
        if not whole:
            continue
        row, energy = [package, network], [package, network]
        for name in ABLATIONS:
            plan = plans[name]
            if not plan:
                row.append(plan.missing)
                energy.append(plan.missing)
                continue
            row.append(f"{plan.cycles / whole.cycles - 1:+.1%}" + (" *" if plan.proved and whole.proved else ""))
            energy.append(f"{plan.joules / whole.joules - 1:+.1%}")
            costs[name][package].append(plan.cycles / whole.cycles - 1)
        times.append([*row, f"{whole.gap:.1%}" if not whole.proved else "proved"])
        energies.append(energy)
    head = ("package", "network", *ABLATIONS)
    if output.with_plots:
        means = {
            name: [100 * statistics.fmean(by_package[p]) if by_package[p] else 0.0 for p in selection.packages]
            for name, by_package in costs.items()
        }
        plots.bars(output.svg("ablations"), selection.packages, means, "further cycles, %, mean over networks")
    output.csv("ablations", ("package", "network", "without", "cycles", "joules", "proved", "gap", "error"), data)
    output.page(
        Page(
            "ablations",
            "What parts of the space are worth",
            [
                Section(
                    "Cycles",
                    "Further cycles without it. `*`: both plans are proved. Less than zero: neither is, and the "
                    "smaller space was searched better. The last column says how far from its bound the plan of the "
                    "whole space is.",
                    (*head, "whole space"),
                    times,
                ),
                Section(
                    "Energy", "Further energy of the same plans, which were chosen for throughput.", head, energies
                ),
            ],
            f"Strategy merged, batch {selection.batch}, search `{selection.search}`. Each column takes one "
            "thing away from the full space; the last one takes all of it away.",
            {"ablations": "further cycles by package"},
        )
    )
