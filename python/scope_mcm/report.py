"""The page of a plan: one HTML file that opens from disk and needs no network."""

from __future__ import annotations

import functools
import html
import json
import re
from pathlib import Path
from typing import Any

from .errors import ScopeError
from .plans import Plan

_PAGE = Path(__file__).resolve().parent / "page"
# In the order in which they use each other.
_SCRIPTS = (
    "vendor/echarts.min.js",
    "format.js",
    "model.js",
    "grid.js",
    "time.js",
    "cost.js",
    "table.js",
    "comparison.js",
    "main.js",
)


@functools.cache
def _part(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """A script of the page, as an element."""
    return f"<script>{_part(name)}</script>"


def embed_json(value: Any) -> str:
    """`value` as an element that scripts read."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


def fill_page(name: str, **parts: str) -> str:
    """The page `name` with its marks, %LIKE_THIS%, replaced by `parts`."""
    parts = {"STYLE": _part("page.css"), **parts}
    return re.sub("%([A-Z]+)%", lambda mark: parts[mark[1]], _part(name))


def render(plan: Plan, other: Plan | None = None) -> str:
    """The page of `plan`, or of two plans with a comparison. The plans are in it as
    JSON, and all that the page shows comes from there."""
    plans = [plan] if other is None else [plan, other]
    for each in plans:
        if not each.function.segments:
            raise ScopeError(f"the plan of {each.function.name} has no segments", "plan the network anew")
    return fill_page(
        "page.html",
        TITLE=html.escape(" and ".join(f"{each.function.name} on {each.package.name}" for each in plans)),
        DATA="\n".join(embed_json(json.loads(each.to_json())) for each in plans),
        SCRIPTS="\n".join(map(script, _SCRIPTS)),
    )
