"""What the options of a plan can be."""

from __future__ import annotations

from typing import Literal, get_args

Objective = Literal["throughput", "latency", "energy", "edp", "ed2p", "e2dp"]
Strategy = Literal["merged", "segmented", "sequential", "full-pipeline", "layer-by-layer", "data-parallel"]
Space = Literal["full", "published"]
SearchKind = Literal["auto", "exact", "linear", "exhaustive", "random", "pareto"]
#: What decides between good plans.
FinalChoice = Literal["model", "simulate"]

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
