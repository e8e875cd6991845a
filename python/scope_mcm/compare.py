"""All strategies side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .choices import STRATEGIES, Strategy
from .errors import ScopeError

if TYPE_CHECKING:
    from .planner import Options, Planned


@dataclass(frozen=True)
class Row:
    """What one strategy gives: a plan, or why there is none."""

    strategy: Strategy
    planned: Planned | None
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Under the names of the plan's JSON, with the seconds of the tool."""
        if self.planned is None:
            return {"strategy": self.strategy, "error": self.error}
        function = self.planned.plan.function
        totals = function.totals
        return {
            "strategy": self.strategy,
            "samples_per_second": totals.samples_per_second,
            "latency_seconds": totals.latency_seconds,
            "joules_per_sample": totals.joules_per_sample,
            "energy_delay_joule_seconds": totals.energy_delay_joule_seconds,
            "utilisation": totals.utilisation,
            "gap_to_bound": function.bounds.gap_to_bound,
            "proved": function.proved,
            "segments": len(function.segments),
            "clusters": sum(1 for _ in function.clusters),
            "search_seconds": self.planned.seconds,
        }


def compare(
    model: str | Path,
    options: Options | None = None,
    strategies: tuple[Strategy, ...] = STRATEGIES,
    progress: Callable[[str], None] = lambda text: None,
) -> list[Row]:
    """Plans the network in `model`, a file in MLIR, with each of `strategies`. A
    strategy that has no plan is a row with an error."""
    from .planner import Options, plan

    rows = []
    for strategy in strategies:
        progress(strategy)
        try:
            rows.append(Row(strategy, plan(model, dataclasses.replace(options or Options(), strategy=strategy))))
        except ScopeError as error:
            rows.append(Row(strategy, None, str(error)))
    return rows
