"""Says in sentences why a plan is what it is. Every figure is one of the plan."""

from __future__ import annotations

from ._show import bytes_text, percent, whole
from .plans import Function, Layer, Plan

_LIMITS = {
    "compute": "computing on its slowest chiplet",
    "internal": "fetching what other chiplets of its region made in this beat",
    "external": "data that arrives from other regions or DRAM, or leaves",
    "weights": "gathering or streaming its weights",
}


def explain_function(function: Function) -> list[tuple[str, str]]:
    """Topics and sentences on the stages and cuts of a plan."""
    lines = []
    for segment in function.segments:
        for cluster in segment.clusters:
            lines.append((f"stage {segment.index}.{cluster.index}", cluster.reason or "its costs are not current"))
        if segment.reason:
            lines.append((f"cut after {segment.index}", segment.reason))
    return lines


def _split(layer: Layer) -> str:
    if not layer.splittable:
        return "cannot be split, runs on one chiplet"
    parts = [
        f"{dim.name} ({whole(dim.size)}) in {dim.factor} tiles of {whole(dim.tile)}"
        for dim in layer.dims
        if dim.factor > 1
    ]
    return ", ".join(parts) or "not split"


def explain_layer(plan: Plan, function: Function, name: str) -> list[tuple[str, str]]:
    """Topics and sentences on one layer, by name or number."""
    segment, cluster, layer = function.find_layer(name)
    cost = layer.cost
    lines = [
        ("layer", f"{layer.name} (number {layer.index}), {', '.join(layer.operations)}"),
        ("location", layer.location),
        (
            "place",
            f"segment {segment.index} of {len(function.segments)}, stage {cluster.index} of {len(segment.clusters)}, "
            f"{cluster.chiplets} of {plan.package.chiplets} chiplets",
        ),
        ("partition", f"{_split(layer)}; {whole(cost.used_chiplets)} of {cluster.chiplets} chiplets compute"),
        (
            "weights",
            f"{bytes_text(layer.weight_bytes)}, {cluster.weights}"
            + (", from DRAM in every beat" if layer.streamed else ""),
        ),
        (
            "time",
            f"{whole(cost.cycles)} cycles a beat of {whole(segment.beat_samples)} "
            f"sample{'s' if segment.beat_samples != 1 else ''}: compute "
            f"{whole(cost.compute_cycles)}, internal {whole(cost.internal_cycles)}, external "
            f"{whole(cost.external_cycles)}, weights {whole(cost.weights_cycles)}, send {whole(cost.send_cycles)}"
            + ("; transfers overlap with compute" if cost.overlapped else ""),
        ),
    ]
    if layer.limit:
        lines.append(("limit", f"most of it is {_LIMITS[layer.limit]}"))
    lines.append(("stage", cluster.reason or "its costs are not current"))
    if segment.cost.pace_cycles and cluster.cost.stage_cycles is not None:
        share = cluster.cost.stage_cycles / segment.cost.pace_cycles
        by = "DRAM" if segment.cost.pace_cycles == segment.cost.dram_beat_cycles else "the slowest stage"
        lines.append(("pace", f"the stage takes {percent(share)} of the segment's pace, which {by} sets"))
    if layer.index == segment.last_layer and segment.reason:
        lines.append(("cut", f"the segment ends after it: {segment.reason}"))
    return lines
