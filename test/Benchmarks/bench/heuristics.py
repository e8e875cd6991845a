# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The segmented pipeline as its authors make it: by rules, without a search.

- A stage is a layer with MACs and the layers without MACs that follow it.
- Segments are cut greedily: a stage joins the segment before it as long as there is
  a chiplet for every stage and the weights of the segment fit the SRAM of the
  package (a share of it; see below).
- The chiplets of the package are divided in proportion to the MACs of the stages,
  one at least.
- A layer is split by one rule: rows and columns (or heads and rows), which shares the
  weights (WSP), while what it makes is at least as large as its weights; output
  channels, which shares the input (ISP), where its weights are larger.

The rules know one kind of chiplets. Beats are single calls, as everywhere in the published space. What is not said by a
rule, the part of the SRAM for weights and the weight mode, is left to the tool.

The rules do not look at input tiles, halo and skipping values, so a plan may not fit.
Then the share of the SRAM that weights may take is lowered until it does: what the
authors do by hand or leave to the user.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .inputs import Network, Package
from .runner import Job, Plan, Runner

#: Shares of the SRAM that the weights of a segment may take, as they are tried.
SHARES = (0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0.0625, 0.0)


@dataclass(frozen=True)
class Stage:
    """Consecutive layers on one region."""

    layers: tuple[dict, ...]

    @property
    def macs(self) -> int:
        return sum(layer["macs"] for layer in self.layers)

    @property
    def weight_bytes(self) -> int:
        return sum(layer["weight_bytes"] for layer in self.layers)


def stages(layers: list[dict]) -> list[Stage]:
    """The layers with MACs, each with the layers without that follow it; those before
    the first one belong to that."""
    groups: list[list[dict]] = [[]]
    for layer in layers:
        if layer["macs"] and any(other["macs"] for other in groups[-1]):
            groups.append([])
        groups[-1].append(layer)
    return [Stage(tuple(group)) for group in groups]


def greedy_segments(all_stages: list[Stage], chiplets: int, capacity: float) -> list[list[Stage]]:
    """Runs of stages of which there are no more than chiplets, and whose weights take
    no more than `capacity` bytes; a stage whose weights are larger is alone."""
    segments: list[list[Stage]] = []
    room = 0.0
    for stage in all_stages:
        if not segments or len(segments[-1]) == chiplets or stage.weight_bytes > room:
            segments.append([])
            room = capacity
        segments[-1].append(stage)
        room -= stage.weight_bytes
    return segments


def proportional(macs: list[int], chiplets: int) -> list[int]:
    """All chiplets in proportion to the MACs, at least one each: everyone's share is
    rounded down, then the rest goes to the largest remainders; what one chiplet at
    least takes too much comes from those that have most."""
    total = sum(macs)
    exact = [chiplets * share / total if total else chiplets / len(macs) for share in macs]
    given = [max(1, math.floor(share)) for share in exact]
    by_remainder = sorted(range(len(macs)), key=lambda n: (given[n] - exact[n], n))
    rank = 0
    while sum(given) < chiplets:
        given[by_remainder[rank % len(macs)]] += 1
        rank += 1
    while sum(given) > chiplets:
        given[max(range(len(macs)), key=lambda n: (given[n], -n))] -= 1
    return given


def _factors(size: int, most: int) -> Iterator[int]:
    """Numbers of tiles of one dimension none of which is empty."""
    for factor in range(1, min(size, most) + 1):
        if math.ceil(size / math.ceil(size / factor)) == factor:
            yield factor


def _smallest_tiles(dims: list[dict], chiplets: int) -> dict[str, int]:
    """The factors with the smallest tile; of equal ones that with the fewest chiplets,
    and the first dimension split most."""
    best: tuple[tuple, dict[str, int]] = ((math.inf,), {})

    def go(rest: list[dict], room: int, tile: int, factors: dict[str, int]) -> None:
        nonlocal best
        if not rest:
            used = math.prod(factors.values())
            rank = (tile, used, tuple(-factor for factor in factors.values()))
            if rank < best[0]:
                best = (rank, dict(factors))
            return
        dim = rest[0]
        for factor in _factors(dim["size"], room):
            go(rest[1:], room // factor, tile * math.ceil(dim["size"] / factor), factors | {dim["name"]: factor})

    go(dims, chiplets, 1, {})
    return best[1]


def partition(layer: dict, chiplets: int) -> dict[str, int]:
    """The factors of a layer by the rule of ISP and WSP."""
    if not layer["splittable"]:
        return {}
    shared_input = layer["weight_bytes"] > layer["output_bytes"]
    roles = ("channel",) if shared_input else ("other", "row", "column")
    dims = [dim for dim in layer["dims"] if dim["role"] in roles]
    # A layer without rows (a matmul with a vector) has nothing but its channels.
    if not shared_input and all(dim["size"] == 1 for dim in dims):
        dims = [dim for dim in layer["dims"] if dim["role"] == "channel"]
    return {name: factor for name, factor in _smallest_tiles(dims, chiplets).items() if factor > 1}


def pins(segments: list[list[Stage]], chiplets: int) -> dict[str, str]:
    """What to ask of every layer, by name."""
    wishes: dict[str, str] = {}
    for number, segment in enumerate(segments):
        sizes = proportional([stage.macs for stage in segment], chiplets)
        for place, (stage, size) in enumerate(zip(segment, sizes, strict=True)):
            for inner, layer in enumerate(stage.layers):
                entries = ["join"] if inner else ["split"] if place else ["cut"] if number else []
                entries.append(f"chiplets = {size}")
                if layer["splittable"]:
                    factors = ", ".join(f"{name} = {count}" for name, count in partition(layer, size).items())
                    entries.append(f"partition = <{factors}>")
                wishes[layer["name"]] = ", ".join(entries)
    return wishes


def jobs(runner: Runner, network: Network, package: Package, batch: int) -> Iterator[tuple[Job, int]]:
    """Plans by the rules, with the segments that each should have; the first one that
    fits is the answer."""
    grid = runner.grid(package)
    known: list[list[list[Stage]]] = []
    for share in SHARES:
        segments = greedy_segments(stages(runner.layers(network)), grid.chiplets, share * grid.sram_bytes)
        if segments in known:
            continue
        known.append(segments)
        yield (
            Job.make(
                network,
                package,
                pins=pins(segments, grid.chiplets),
                batch=batch,
                assume_bits=8,
                space="published",
                strategy="segmented",
            ),
            len(segments),
        )


def plan(runner: Runner, network: Network, package: Package, batch: int) -> Plan:
    """The plan by the rules, or why there is none."""
    if runner.grid(package).kinds > 1:
        return Plan(error="the rules know one kind of chiplets")
    answer = Plan(error="no share of the SRAM gives a plan")
    for job, segments in jobs(runner, network, package, batch):
        answer = runner.plan(job)
        # No pin forbids a cut. With one kind of chiplets a further one only costs, so
        # the search makes none; but that is better looked at than believed.
        if answer and answer.segments != segments:
            answer = Plan(error=f"{answer.segments} segments, not the {segments} of the rules")
        if answer:
            return answer
    return answer
