"""Simulated runs of plans: when each layer works on each beat.

`simulate` runs Scope's simulator (docs/simulator.md), in which messages meet on
links, and gives what it saw as plain typed objects, checked with the schema of their
JSON. The page of a plan draws its timeline from one where there is one.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
from pydantic import BaseModel, ConfigDict

from . import _files, tools
from .errors import ScopeError
from .plans import Plan

_VERSION = "1.0"


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SimulatedEnergy(_Object):
    """Energy of the batch in femtojoules."""

    total_fj: int
    mac_fj: int
    sram_fj: int
    nop_fj: int
    dram_fj: int
    idle_fj: int


class SimulatedSegment(_Object):
    """A segment, in cycles from its begin. `bars` are (layer, beat, begin, end): from the
    first to the last cycle in which a chiplet of the layer computes. Of beats that repeat
    others there are none: `simulated_beats` were simulated one by one."""

    index: int
    beats: int
    simulated_beats: int
    cycles: int
    model_cycles: int | None
    load_cycles: int
    first_beat_cycles: int
    period_cycles: int
    bars: list[tuple[int, int, int, int]]


class SimulatedFunction(_Object):
    """A function; `model_cycles` is what the cost model says of the same plan."""

    name: str
    package: str
    cycles: int
    model_cycles: int | None
    energy: SimulatedEnergy
    layers: list[str]
    segments: list[SimulatedSegment]


class Simulation(_Object):
    """What `scope-translate --scope-to-simulation` writes, under the same names."""

    format: Literal["scope-simulation"]
    version: str
    generator: str
    functions: list[SimulatedFunction]

    @property
    def function(self) -> SimulatedFunction:
        """The first function, which is usually the only one."""
        return self.functions[0]

    @classmethod
    def from_json(cls, text: str | bytes, source: str = "the simulation") -> Simulation:
        """The simulation in `text`; `source` is what messages call it.

        Raises:
            ScopeError: it is none, or not what the schema of its version says.
        """
        remedy = "name a file that `scope plan --simulate` wrote"
        try:
            data = json.loads(text)
        except (RecursionError, ValueError) as error:
            raise ScopeError(f"{source} is no JSON: {error}", remedy) from None
        if not isinstance(data, dict) or data.get("format") != "scope-simulation":
            raise ScopeError(f"{source} is no simulation of Scope", remedy)
        if data.get("version") != _VERSION:
            raise ScopeError(
                f"{source} has version {data.get('version')}; this reads {_VERSION}", "simulate the plan anew"
            )
        wrong = next(_validator().iter_errors(data), None)
        if wrong is not None:
            where = "/".join(map(str, wrong.instance_path)) or "the top"
            raise ScopeError(f"{source}: {where}: {wrong.message[:200]}", "simulate the plan anew")
        return cls.model_validate(data)

    @classmethod
    def read(cls, path: str | Path) -> Simulation:
        """The simulation in the file `path`; raises as `from_json` does."""
        text = _files.read_text(Path(path), "a simulation.json that `scope plan --simulate` wrote")
        return cls.from_json(text, str(path))

    def to_json(self) -> str:
        """The same simulation as JSON."""
        return self.model_dump_json() + "\n"

    def check_is_of(self, plan: Plan) -> None:
        """Raises `ScopeError` unless this is a run of `plan`'s first function, as far as
        names, beats and the model's cycles tell."""
        function, simulated = plan.function, self.function
        planned = [
            (segment.beats, segment.cost.cycles if function.costs_are_current else None)
            for segment in function.segments
        ]
        found = [
            (segment.beats, segment.model_cycles if function.costs_are_current else None)
            for segment in simulated.segments
        ]
        same_layers = [layer.name for layer in function.layers] == simulated.layers
        if simulated.name != function.name or not same_layers or planned != found:
            raise ScopeError(
                f"the simulation of {simulated.name} is not of this plan of {function.name}",
                "simulate the plan anew: `scope plan --simulate`",
            )


@functools.cache
def _validator() -> Any:
    path = tools.schema_folder() / f"simulation-{_VERSION}.schema.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def simulate(program: str | Path) -> Simulation:
    """Simulates the planned network in the file `program`, what `scope plan` writes as
    `plan.mlir`. That takes from seconds to minutes: every message is followed.

    Raises:
        ScopeError: the file holds no plan, or one that cannot be lowered to programs.
    """
    program = Path(program)
    if not program.is_file():
        raise ScopeError(f"there is no file {program}", "name a file with a planned network")
    text = tools.run("scope-translate", ["--scope-to-simulation", str(program)]).stdout
    return Simulation.from_json(text)
