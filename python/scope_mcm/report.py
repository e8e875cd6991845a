"""The page of a plan: one HTML file that opens from disk and needs no network."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import ScopeError
from .plans import Plan
from .simulation import SimulatedSegment, Simulation

_PAGE = Path(__file__).resolve().parent / "page"
# In the order in which they use each other.
_SCRIPTS = (
    "vendor/echarts.min.js",
    "format.js",
    "colour.js",
    "model.js",
    "grid.js",
    "time.js",
    "cost.js",
    "table.js",
    "comparison.js",
    "main.js",
)


# Bars of simulated beats in one page: some two megabytes.
_MOST_BARS = 80_000


@functools.cache
def _part(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """A script of the page, as an element."""
    return f"<script>{_part(name)}</script>"


def embed_json(value: Any, kind: str = "data") -> str:
    """`value` as an element that scripts read, of the class `kind`."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json" class="{kind}">{text}</script>'


def fill_page(name: str, **parts: str) -> str:
    """The page `name` with its marks, %LIKE_THIS%, replaced by `parts`."""
    parts = {"STYLE": _part("page.css"), **parts}
    return re.sub("%([A-Z]+)%", lambda mark: parts[mark[1]], _part(name))


def render(
    plan: Plan,
    other: Plan | None = None,
    *,
    simulation: Simulation | None = None,
    other_simulation: Simulation | None = None,
    names: Sequence[str] = (),
) -> str:
    """The page of `plan`, or of two plans with a comparison. The plans are in it as
    JSON, and all that the page shows comes from there; the timelines come from the
    simulations where they are given. `names` are what the head calls the plans, if not
    by their networks."""
    plans = [plan] if other is None else [plan, other]
    simulations = [simulation, other_simulation][: len(plans)]
    titles = list(names) or [_network(each) for each in plans]
    for each, simulated in zip(plans, simulations, strict=True):
        if not each.function.segments:
            raise ScopeError(f"the plan of {each.function.name} has no segments", "plan the network anew")
        if simulated:
            simulated.check_is_of(each)
    return fill_page(
        "page.html",
        TITLE=html.escape(
            " and ".join(f"{name} on {each.package.name}" for name, each in zip(titles, plans, strict=True))
        ),
        DATA="\n".join(
            [
                embed_json(titles, "titles"),
                *(embed_json(json.loads(each.to_json()), "plan") for each in plans),
                *(embed_json(_timelines(simulated), "simulation") for simulated in simulations),
            ]
        ),
        SCRIPTS="\n".join(map(script, _SCRIPTS)),
    )


def _network(plan: Plan) -> str:
    """What a user calls the network of the plan: the file that its layers are from, if
    they say so, for `main` is the name of many functions."""
    function = plan.function
    files = {re.sub(r":\d+:\d+$", "", layer.location) for layer in function.layers}
    name = Path(files.pop()).name if len(files) == 1 else ""
    if not re.fullmatch(r"[^<>()\"]+\.mlir(bc)?", name):
        return function.name
    return f"{name}, {function.name}" if len(plan.functions) > 1 else name


def _timelines(simulation: Simulation | None) -> Any:
    """What the page needs of a simulation: the segments of its first function."""
    if simulation is None:
        return None
    segments = simulation.function.segments
    total = sum(len(segment.bars) for segment in segments)
    share = min(1.0, _MOST_BARS / max(total, 1))
    return [{**segment.model_dump(), "bars": _some_bars(segment, share)} for segment in segments]


def _some_bars(segment: SimulatedSegment, share: float) -> list[tuple[int, int, int, int]]:
    """About `share` of the bars of a segment: those of beats at its begin and at its
    end."""
    beats = sorted({beat for _, beat, _, _ in segment.bars})
    half = max(1, int(len(beats) * share) // 2)
    if share == 1 or len(beats) <= 2 * half:
        return segment.bars
    kept = {*beats[:half], *beats[-half:]}
    return [bar for bar in segment.bars if bar[1] in kept]
