# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How far `search=linear` is from the best plan known."""

from __future__ import annotations

from .inputs import NETWORKS, Package
from .runner import Job, Plan, Runner
from .selections import Selection
from .tables import Output, Page, Section


def _row(space: str, package: str, network: str, linear: Plan, others: list[Plan]) -> tuple[list[str], float | None]:
    """The cells of a row, and what `linear` is over the best plan."""
    start = [space, package, network]
    found = [plan for plan in others if plan]
    if not linear or not found:
        return [*start, linear.missing, "", "", "", "", ""], None
    # Of equal plans the proved one.
    best = min(found, key=lambda plan: (plan.cycles, not plan.proved))
    over = linear.cycles / best.cycles - 1
    by = "exact, proved" if best.proved else "not proved"
    figures = [f"{linear.cycles:,}", f"{linear.cpu_seconds:.2f}", f"{best.cycles:,}", by]
    return [*start, *figures, f"{over:.2%}", f"{linear.gap:.2%}"], over


def run(runner: Runner, selection: Selection, output: Output) -> None:
    networks = list(selection.networks)
    if "resnet18" in networks and (NETWORKS / "resnet18_linalg.mlir").exists():
        networks.insert(1, "resnet18_linalg")
    searches = (("linear", {}), ("auto", {}), ("exact", {"time_limit": selection.time_limit}))
    places = [
        (space, package, network)
        for space in selection.spaces
        for package in selection.packages
        for network in networks
    ]

    def jobs(space: str, package: str, network: str) -> list[Job]:
        return [
            Job.make(
                runner.network(network),
                Package(package),
                batch=selection.batch,
                assume_bits=8,
                space=space,
                search=search,
                **more,
            )
            for search, more in searches
        ]

    runner.plans((job for place in places for job in jobs(*place)), "linear_vs_exact")
    rows, worst = [], {}
    for place in places:
        linear, *others = map(runner.plan, jobs(*place))
        row, over = _row(*place, linear, others)
        rows.append(row)
        if over is not None:
            worst[place[0]] = max(worst.get(place[0], over), over)
    head = (
        "space",
        "package",
        "network",
        "linear, cycles",
        "s CPU",
        "best known, cycles",
        "by",
        "linear over it",
        "over the bound",
    )
    output.csv("linear-vs-exact", head, rows)
    output.page(
        Page(
            "linear-vs-exact",
            "How near linear is",
            [
                Section("Cycles", "", head, rows),
                Section("Worst", "", ("space", "linear over the best"), [[s, f"{o:.2%}"] for s, o in worst.items()]),
            ],
            f"Batch {selection.batch}; `exact` had {selection.time_limit:g} seconds. Where it did not prove its plan, "
            "`linear` stands against the better one of `exact` and `auto`.",
        )
    )
