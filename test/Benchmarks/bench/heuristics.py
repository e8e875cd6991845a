# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The segmented pipeline as its authors make it: by rules, without a search.

- A stage is a layer with MACs and the layers without MACs that follow it.
- Segments are cut greedily: a stage joins the segment before it as long as there is
  a chiplet for every stage and every stage still fits the SRAM of its chiplets.
- The chiplets of the package are divided in proportion to the MACs of the stages,
  one at least; or, the second rule, to the chiplet-cycles that their layers compute.
  The first knows nothing of lanes that idle, as most do in a convolution of three
  channels, and the second does.
- A layer is split by one rule: rows and columns (or heads and rows), which shares the
  weights (WSP), while what it makes is at least as large as its weights; output
  channels, which shares the input (ISP), where its weights are larger.

The rules know one kind of chiplets. Beats are single calls, as everywhere in the
published space. What is not said by a rule, the part of the SRAM for weights and the
weight mode, is left to the tool.

Whether a stage fits is estimated: its weights, what arrives and waits, and the tiles
of its largest layer, with a halo of one row and column on each side. Where the tool
finds that the plan does not fit after all, the estimate is made for a smaller SRAM,
until it does.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from .inputs import Network, Package
from .runner import Job, NoPlan, Plan, Runner

#: What chiplets are given by, by the name of the rule.
MEASURES = {"by MACs": "macs", "by cycles": "chiplet_cycles"}

#: Parts of the SRAM that the estimates are made for, as they are tried.
MARGINS = (1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.0)

#: Parts of the SRAM, in sixteenths, that weights and edge buffers may have.
LEVELS = (2, 4, 6, 8, 10, 12, 14)

#: Gathered weights are in SRAM in two pieces of this size at most.
WEIGHT_PIECE = 64 * 1024


@dataclass(frozen=True)
class Stage:
    """Consecutive layers on one region."""

    layers: tuple[dict, ...]

    def total(self, measure: str) -> int:
        return sum(layer[measure] for layer in self.layers)


def stages(layers: list[dict]) -> list[Stage]:
    """The layers with MACs, each with the layers without that follow it; those before
    the first one belong to that."""
    groups: list[list[dict]] = [[]]
    for layer in layers:
        if layer["macs"] and any(other["macs"] for other in groups[-1]):
            groups.append([])
        groups[-1].append(layer)
    return [Stage(tuple(group)) for group in groups]


def proportional(loads: list[int], chiplets: int) -> list[int]:
    """All chiplets in proportion to the loads, at least one each: everyone's share is
    rounded down, then the rest goes to the largest remainders; what one chiplet at
    least takes too much comes from those that have most."""
    total = sum(loads)
    exact = [chiplets * share / total if total else chiplets / len(loads) for share in loads]
    given = [max(1, math.floor(share)) for share in exact]
    by_remainder = sorted(range(len(loads)), key=lambda n: (given[n] - exact[n], n))
    rank = 0
    while sum(given) < chiplets:
        given[by_remainder[rank % len(loads)]] += 1
        rank += 1
    while sum(given) > chiplets:
        given[max(range(len(loads)), key=lambda n: (given[n], -n))] -= 1
    return given


def _factors(size: int, most: int) -> Iterator[int]:
    """Numbers of tiles of one dimension none of which is empty."""
    for factor in range(1, min(size, most) + 1):
        if math.ceil(size / math.ceil(size / factor)) == factor:
            yield factor


@functools.cache
def _smallest_tiles(dims: tuple[tuple[str, int], ...], chiplets: int) -> dict[str, int]:
    """The factors of dimensions (name, size) with the smallest tile; of equal ones that with the fewest chiplets,
    and the first dimension split most."""
    best: tuple[tuple, dict[str, int]] = ((math.inf,), {})

    def go(rest: tuple[tuple[str, int], ...], room: int, tile: int, factors: dict[str, int]) -> None:
        nonlocal best
        if not rest:
            used = math.prod(factors.values())
            rank = (tile, used, tuple(-factor for factor in factors.values()))
            if rank < best[0]:
                best = (rank, dict(factors))
            return
        name, size = rest[0]
        for factor in _factors(size, room):
            go(rest[1:], room // factor, tile * math.ceil(size / factor), factors | {name: factor})

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
    factors = _smallest_tiles(tuple((dim["name"], dim["size"]) for dim in dims), chiplets)
    return {name: factor for name, factor in factors.items() if factor > 1}


def fits(stage: Stage, size: int, sram: float, chiplets: int) -> bool:
    """Whether a stage seems to fit on `size` chiplets with `sram` bytes each."""
    first, last = stage.layers[0]["index"], stage.layers[-1]["index"]
    replicated = distributed = edges = tiles = gathered = 0
    for layer in stage.layers:
        factors = partition(layer, size)
        share = math.prod(factors.values())
        channels = factors.get("channel", 1)
        weight_tile = math.ceil(layer["weight_bytes"] / channels)
        replicated += weight_tile
        distributed += math.ceil(layer["weight_bytes"] / size)
        # One more row and column on each side of a tile; all of it where channels are split.
        window = 1.0
        for dim in layer["dims"]:
            if dim["name"] in factors and dim["role"] != "channel":
                window *= min(1, (math.ceil(dim["size"] / factors[dim["name"]]) + 2) / dim["size"])
        inputs = sum(bytes_ for bytes_, _ in layer["inputs"]) * window
        output = math.ceil(layer["output_bytes"] / share)
        tiles = max(tiles, inputs + output)
        gathered = max(gathered, inputs + output + 2 * min(WEIGHT_PIECE, weight_tile))
        edges += sum(math.ceil(bytes_ / size) for bytes_, producer in layer["inputs"] if producer < first)
        waits = min(layer["last_reader"] - last - 1, chiplets - 2)
        if layer["last_reader"] > last and waits > 0:
            edges += waits * math.ceil(layer["output_bytes"] / size)
    return any(
        edges + weights <= sram * level / 16 and rest <= sram * (16 - level) / 16
        for level in LEVELS
        for weights, rest in ((replicated, tiles), (distributed, gathered))
    )


def greedy_segments(all_stages: list[Stage], chiplets: int, sram: float, measure: str) -> list[list[Stage]]:
    """Runs of stages as long as there are chiplets and everything seems to fit; a
    stage that fits in no case is alone."""
    segments: list[list[Stage]] = []
    for stage in all_stages:
        longer = [*segments[-1], stage] if segments else [stage]
        sizes = proportional([one.total(measure) for one in longer], chiplets) if len(longer) <= chiplets else []
        if segments and sizes and all(fits(s, size, sram, chiplets) for s, size in zip(longer, sizes, strict=True)):
            segments[-1] = longer
        else:
            segments.append([stage])
    return segments


def pins(segments: list[list[Stage]], chiplets: int, measure: str) -> dict[str, str]:
    """What to ask of every layer, by name; `measure` is what chiplets are given by."""
    wishes: dict[str, str] = {}
    for number, segment in enumerate(segments):
        sizes = proportional([stage.total(measure) for stage in segment], chiplets)
        for place, (stage, size) in enumerate(zip(segment, sizes, strict=True)):
            for inner, layer in enumerate(stage.layers):
                entries = ["join"] if inner else ["split"] if place else ["cut"] if number else []
                entries.append(f"chiplets = {size}")
                if layer["splittable"]:
                    factors = ", ".join(f"{name} = {count}" for name, count in partition(layer, size).items())
                    entries.append(f"partition = <{factors}>")
                wishes[layer["name"]] = ", ".join(entries)
    return wishes


def jobs(
    runner: Runner, network: Network, layers: list[dict], package: Package, batch: int, measure: str
) -> Iterator[tuple[Job, int]]:
    """Plans by the rules, with the segments that each should have; the first one that
    fits is the answer."""
    grid = runner.grid(package)
    known: list[list[list[Stage]]] = []
    for margin in MARGINS:
        segments = greedy_segments(stages(layers), grid.chiplets, margin * grid.sram_bytes, measure)
        if segments in known:
            continue
        known.append(segments)
        yield (
            Job.make(
                network,
                package,
                pins=pins(segments, grid.chiplets, measure),
                batch=batch,
                assume_bits=8,
                space="published",
                strategy="segmented",
            ),
            len(segments),
        )


def plan(runner: Runner, network: Network, package: Package, batch: int, measure: str) -> Plan:
    """The plan by the rules, or why there is none."""
    if runner.grid(package).kinds > 1:
        return Plan(error="the rules know one kind of chiplets")
    answer = Plan(error="no margin gives a plan")
    try:
        layers = runner.layers(network, package)
    except NoPlan as error:
        return Plan(error=f"no plan layer by layer: {error}")
    for job, segments in jobs(runner, network, layers, package, batch, measure):
        answer = runner.plan(job)
        # No pin forbids a cut. With one kind of chiplets a further one only costs, so
        # the search makes none; but that is better looked at than believed.
        if answer and answer.segments != segments:
            answer = Plan(error=f"{answer.segments} segments, not the {segments} of the rules")
        if answer:
            return answer
    return answer
