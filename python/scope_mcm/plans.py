"""Plans as plain typed objects.

A `Plan` is what `scope-translate --scope-to-json` writes, under the same names, and
is checked with the same schema. docs/json.md describes the conventions; units stand
in the names: `_cycles` of the package clock, `_bytes`, `_fj` (femtojoules), `_hz`,
`_seconds`. `None` stands for what the plan does not say. Objects are immutable.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
from pydantic import BaseModel, ConfigDict, ValidationError

from . import _files, tools
from .choices import Objective, SearchKind, Space, Strategy
from .errors import ScopeError

FORMAT_MAJOR, FORMAT_MINOR = 1, 4

#: A chiplet: (row, column); (0, 0) is the top left one.
Coordinate = tuple[int, int]


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rational(_Object):
    """An exact fraction in lowest terms."""

    numerator: int
    denominator: int

    def __float__(self) -> float:
        return self.numerator / self.denominator

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


class Kind(_Object):
    """A kind of chiplet. `mac_k_lanes * mac_c_lanes` multiply-accumulates and
    `vector_lanes` element-operations a cycle; `chiplets` are the enabled ones of this
    kind, row by row."""

    name: str
    mac_k_lanes: int
    mac_c_lanes: int
    vector_lanes: int
    sram_bytes: int
    chiplets: list[Coordinate]


class Nop(_Object):
    """The network-on-package."""

    port_bytes_per_cycle: Rational
    link_bytes_per_cycle: Rational
    hop_cycles: int
    multicast: bool


class DramPort(_Object):
    """A place where memory attaches; reads and writes share the bandwidth."""

    at: Coordinate
    bytes_per_cycle: Rational


class Dram(_Object):
    """The memory; `bytes_per_cycle` is of all ports together."""

    latency_cycles: int
    bytes_per_cycle: Rational
    ports: list[DramPort]


class EnergyTable(_Object):
    """Energies in femtojoules; `idle_fj_per_cycle` is of the whole package."""

    mac_fj: Rational
    sram_read_fj_per_byte: Rational
    sram_write_fj_per_byte: Rational
    hop_fj_per_byte: Rational
    dram_fj_per_byte: Rational
    idle_fj_per_cycle: Rational


class PlannedPackage(_Object):
    """The hardware of a plan, in cycles, bytes and femtojoules. To build or vary one,
    see `scope_mcm.Package`."""

    name: str
    rows: int
    columns: int
    clock_hz: int
    kinds: list[Kind]
    disabled: list[Coordinate]
    nop: Nop
    dram: Dram
    energy: EnergyTable
    default_batch_samples: int

    @property
    def chiplets(self) -> int:
        """Number of enabled chiplets."""
        return sum(len(kind.chiplets) for kind in self.kinds)


class Config(_Object):
    """What the module says to plan for; 0 stands for the default. The constraints,
    `samples` and `seed` are there from version 1.2 on."""

    batch_samples: int
    assume_bits: int
    objective: Objective
    strategy: Strategy
    space: Space
    search: SearchKind
    work_budget: int
    time_limit_ms: int
    partition_space: Literal["mixed", "pure"]
    split_batch: bool
    max_beat_samples: int
    weights: Literal["any", "replicated", "distributed"]
    max_latency_cycles: int = 0
    max_energy_pj: int = 0
    samples: int = 0
    seed: int = 1
    function: str | None


class BatchEnergy(_Object):
    """Energy of the batch in femtojoules, by what it goes into."""

    total_fj: int | None
    mac_fj: int | None
    sram_fj: int | None
    nop_fj: int | None
    dram_fj: int | None
    idle_fj: int | None


class BeatEnergy(_Object):
    """Energy of one beat in femtojoules, by what it goes into."""

    total_fj: int | None
    mac_fj: int | None
    sram_fj: int | None
    nop_fj: int | None


class Dim(_Object):
    """A parallel dimension of a layer: `size` iterations in `factor` tiles of `tile`
    = ceil(size / factor). The size of the batch is the calls of a beat."""

    name: str
    role: Literal["batch", "other", "row", "column", "channel"]
    size: int
    factor: int
    tile: int


class Producer(_Object):
    """The layer that makes a value."""

    layer: int
    name: str


class Operand(_Object):
    """What a layer reads; `bytes` of one call, of a weight its size. `value` and
    `producer` are None for constants, `producer` also for inputs of the function."""

    kind: Literal["activation", "weight", "table"]
    value: int | None
    element_bytes: int
    bytes: int
    producer: Producer | None


class Output(_Object):
    """A stored result; `bytes` of one call, `consumers` are indices of layers."""

    value: int
    element_bytes: int
    bytes: int
    consumers: list[int]
    network_output: bool


class LayerCost(_Object):
    """Cycles of one beat."""

    cycles: int | None
    compute_cycles: int | None
    internal_cycles: int | None
    external_cycles: int | None
    weights_cycles: int | None
    send_cycles: int | None
    used_chiplets: int | None
    overlapped: bool | None
    banded: bool | None


class Buffer(_Object):
    """A range of bytes at the same offset on every chiplet of the region. `bytes` is
    of all `copies` together. It is live from `first_step` to `last_step` of a beat,
    both inclusive, or during the whole segment (None). Step 2n is the exchange of
    layer n of the cluster, step 2n + 1 its computation."""

    role: Literal["weights", "weight_chunk", "arriving", "skip", "input", "output"]
    index: int | None
    offset_bytes: int
    bytes: int
    copies: int
    first_step: int | None
    last_step: int | None


class Layer(_Object):
    """A layer: the unit of scheduling. Costs and energy are of one beat."""

    index: int
    name: str
    location: str
    operations: list[str]
    splittable: bool
    streamed: bool
    dims: list[Dim]
    macs_per_call: int
    vector_ops_per_call: int
    weight_bytes: int
    operands: list[Operand]
    outputs: list[Output]
    cost: LayerCost
    limit: Literal["compute", "internal", "external", "weights"] | None
    energy: BeatEnergy
    buffers: list[Buffer] | None

    @property
    def partition(self) -> dict[str, int]:
        """Factors of the dimensions that are split, by name."""
        return {dim.name: dim.factor for dim in self.dims if dim.factor > 1}


class ClusterMemory(_Object):
    """Bytes of each chiplet; the fullest one counts."""

    sram_bytes: int
    resident_budget_bytes: int
    resident_bytes: int | None
    resident_weight_bytes: int | None
    least_tile_bytes: int | None
    delivered_weight_bytes: int | None
    allocated_bytes: int | None


class ClusterCost(_Object):
    """Cycles of one beat."""

    stage_cycles: int | None


class Cluster(_Object):
    """Layers that run one after another on one region: a stage of the pipeline.
    `reason` says what limits it (from version 1.1 on), `alternative` what the
    next-best choice would cost (from version 1.2 on), and `dram_ahead` whether it
    keeps a beat that arrives and one that leaves, so that the DRAM works while it
    does (from version 1.4 on)."""

    index: int
    first_layer: int
    last_layer: int
    chiplets: int
    region: list[Coordinate] | None
    weights: Literal["replicated", "distributed"]
    level_sixteenths: int
    dram_ahead: bool = False
    memory: ClusterMemory
    cost: ClusterCost
    energy: BeatEnergy
    reason: str | None = None
    alternative: str | None = None
    layers: list[Layer]


class Links(_Object):
    """Bytes that the mesh links carry during a beat: `east[row][column]` leaves the
    chiplet (row, column) to the east, and so on. Shape (rows, columns) each."""

    east: list[list[int]]
    west: list[list[int]]
    south: list[list[int]]
    north: list[list[int]]


class SegmentCost(_Object):
    """Cycles and bytes of the batch: `cycles = load + fill + beats * pace`."""

    cycles: int | None
    latency_cycles: int | None
    load_cycles: int | None
    fill_cycles: int | None
    pace_cycles: int | None
    slowest_stage_cycles: int | None
    dram_beat_cycles: int | None
    dram_bytes: int | None


class Segment(_Object):
    """Clusters that are in the package together and run as a pipeline. `reason` says
    why it ends where it ends, `links` what mesh links carry in a beat (both from
    version 1.1 on)."""

    index: int
    first_layer: int
    last_layer: int
    beat_samples: int
    beats: int
    cost: SegmentCost
    energy: BatchEnergy
    reason: str | None = None
    alternative: str | None = None
    links: Links | None = None
    clusters: list[Cluster]

    @property
    def layers(self) -> Iterator[Layer]:
        """The layers of all clusters, in order."""
        return (layer for cluster in self.clusters for layer in cluster.layers)


class Totals(_Object):
    """The plan as a whole, of the batch unless the name says otherwise."""

    layers: int
    macs_per_sample: int
    weight_bytes: int
    cycles: int
    seconds: float
    samples_per_second: float | None
    latency_cycles: int
    latency_seconds: float
    energy: BatchEnergy
    joules: float
    joules_per_sample: float
    energy_delay_joule_seconds: float
    utilisation: float | None
    dram_bytes: int | None


class Bounds(_Object):
    """What no plan of the space can do without; `segments_cycles` is there from
    version 1.2 on."""

    work_cycles: int
    dram_cycles: int
    ideal_cycles: int
    latency_cycles: int
    energy_fj: int
    gap_to_bound: float | None
    segments_cycles: int | None = None


class FunctionInput(_Object):
    """A value that the function is given; `bytes` of one call."""

    value: int
    bytes: int
    consumers: list[int]


class FrontPoint(_Object):
    """What a plan costs that no other one beats in all respects."""

    cycles: int
    latency_cycles: int
    energy_fj: int


class Function(_Object):
    """A planned function. `front` are the plans of which none is better in all, if
    the search looked for them (from version 1.2 on)."""

    name: str
    plan_version: str
    network_hash: str
    package_hash: str
    batch_samples: int
    samples_per_call: int
    assume_bits: int | None
    objective: Objective
    strategy: Strategy
    space: Space
    algorithm: SearchKind
    proved: bool
    candidates: int
    reserve_bytes: int
    costs_are_current: bool
    totals: Totals
    bounds: Bounds
    front: list[FrontPoint] = []
    inputs: list[FunctionInput]
    segments: list[Segment]

    @property
    def clusters(self) -> Iterator[Cluster]:
        """The clusters of all segments, in order."""
        return (cluster for segment in self.segments for cluster in segment.clusters)

    @property
    def layers(self) -> Iterator[Layer]:
        """The layers of all segments, in order; layer n has index n."""
        return (layer for segment in self.segments for layer in segment.layers)

    def find_layer(self, name_or_index: str | int) -> tuple[Segment, Cluster, Layer]:
        """The layer with this name or index, and where it is.

        Raises:
            ScopeError: there is no such layer.
        """
        wanted = str(name_or_index)
        for segment in self.segments:
            for cluster in segment.clusters:
                for layer in cluster.layers:
                    if wanted in (layer.name, str(layer.index)):
                        return segment, cluster, layer
        names = [layer.name for layer in self.layers]
        near = [name for name in names if wanted.lower() in name.lower()] or names
        some = ", ".join(near[:5]) + (", ..." if len(near) > 5 else "")
        raise ScopeError(
            f"function {self.name} has no layer {wanted!r}", f"it has {len(names)} layers, among them {some}"
        )


class Plan(_Object):
    """All plans of a module."""

    format: Literal["scope-plan"]
    version: str
    generator: str
    package: PlannedPackage
    config: Config
    functions: list[Function]

    @property
    def function(self) -> Function:
        """The first planned function, which is usually the only one."""
        return self.functions[0]

    @property
    def totals(self) -> Totals:
        """Of the first planned function."""
        return self.function.totals

    @classmethod
    def from_json(cls, text: str | bytes, source: str = "the plan") -> Plan:
        """The plan in `text`; `source` is what messages call it.

        Raises:
            ScopeError: it is no plan, of a version that this does not read, or not
                what the schema of its version says.
        """
        try:
            data = json.loads(text)
        except (RecursionError, ValueError) as error:
            raise ScopeError(f"{source} is no JSON: {error}", "name a file that `scope plan` wrote") from None
        check(data, source)
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = "/".join(map(str, first["loc"]))
            raise ScopeError(f"{source}: {where}: {first['msg']}", "plan the network anew") from None

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """The plan in the file `path`; raises as `from_json` does."""
        text = _files.read_text(Path(path), "a plan.json that `scope plan` wrote")
        return cls.from_json(text, str(path))

    def to_json(self) -> str:
        """The same plan as JSON, with the properties in the order of the schema."""
        return self.model_dump_json(indent=1, exclude_unset=True) + "\n"


@functools.cache
def _validator(version: str) -> Any:
    path = tools.schema_folder() / f"plan-{version}.schema.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def check(data: Any, source: str = "the plan") -> None:
    """Raises `ScopeError` if `data`, what a JSON file holds, is no plan of a version
    that this package reads: major version 1, minor versions 0 to 4."""
    if not isinstance(data, dict) or data.get("format") != "scope-plan":
        raise ScopeError(f"{source} is no plan of Scope", "name a plan.json that `scope plan` wrote")
    version = data.get("version")
    match = re.fullmatch(r"(\d+)\.(\d+)", version) if isinstance(version, str) else None
    if not match or int(match[1]) != FORMAT_MAJOR or int(match[2]) > FORMAT_MINOR:
        raise ScopeError(
            f"{source} has version {version}; this reads {FORMAT_MAJOR}.0 to {FORMAT_MAJOR}.{FORMAT_MINOR}",
            "plan the network anew, or use the Scope that wrote it",
        )
    error = next(_validator(version).iter_errors(data), None)
    if error is not None:
        where = "/".join(map(str, error.instance_path)) or "the top"
        raise ScopeError(f"{source}: {where}: {error.message[:200]}", "plan the network anew")
