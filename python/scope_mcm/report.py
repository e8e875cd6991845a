"""The page of a plan: one HTML file that opens from disk and needs no network."""

from __future__ import annotations

import functools
import html
import json
import re
from pathlib import Path

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


def _inline(text: str) -> str:
    """JSON that may stand in a script element."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def render(plan: Plan, other: Plan | None = None) -> str:
    """The page of `plan`, or of two plans with a comparison. The plans are in it as
    JSON, and all that the page shows comes from there."""
    plans = [plan] if other is None else [plan, other]
    for each in plans:
        if not each.functions[0].segments:
            raise ScopeError(f"the plan of {each.functions[0].name} has no segments", "plan the network anew")
    data = "\n".join(
        f'<script type="application/json">{_inline(json.dumps(json.loads(each.to_json()), separators=(",", ":")))}</script>'
        for each in plans
    )
    scripts = "\n".join(f"<script>{_part(name)}</script>" for name in _SCRIPTS)
    title = " and ".join(f"{each.function.name} on {each.package.name}" for each in plans)
    parts = {"TITLE": html.escape(title), "STYLE": _part("page.css"), "DATA": data, "SCRIPTS": scripts}
    return re.sub("%([A-Z]+)%", lambda mark: parts[mark[1]], _part("page.html"))
