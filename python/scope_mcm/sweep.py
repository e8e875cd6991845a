"""Sweeps: models x packages x batches x strategies x objectives, on Dask.

Every point is planned once. Its result is a file of its own in the folder of the
sweep, named after a hash of all that the result depends on, so that a sweep that was
stopped goes on where it was. A point that has no plan is a result too.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import json
import logging
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import _files, _signals, tools
from .choices import FinalChoice, Objective, SearchKind, Space, Strategy
from .errors import ScopeError
from .importer import import_model
from .package import Package
from .planner import Options, plan

if TYPE_CHECKING:
    from distributed import Client
    from rich.console import Console
    from rich.status import Status

_EXTRA = "install the extra [sweep] of scope-mcm: pip install distributed matplotlib pyarrow pyyaml"


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Variation(_Object):
    """A package that differs from a preset or a file in some fields."""

    name: str
    base: str
    change: dict[str, Any] = {}


class SweepConfig(_Object):
    """What a sweep's YAML file says. Paths are relative to the file."""

    models: list[str] = Field(min_length=1)
    packages: list[str | Variation] = Field(min_length=1)
    batches: list[Annotated[int, Field(ge=0)]] = Field(default=[0], min_length=1)
    strategies: list[Strategy] = Field(default=["merged"], min_length=1)
    objectives: list[Objective] = Field(default=["throughput"], min_length=1)
    assume_bits: Literal[0, 8, 16, 32] = 0
    space: Space = "full"
    search: SearchKind = "auto"
    final: FinalChoice = "model"
    work_budget: int = Field(default=0, ge=0)
    time_limit: float = Field(default=0, ge=0)

    @classmethod
    def read(cls, path: Path) -> SweepConfig:
        """The configuration in the file `path`."""
        yaml = _require("yaml")
        text = _files.read_text(path, "a YAML file that says what to sweep (docs/sweeps.md)")
        try:
            _check_keys(yaml.compose(text, yaml.SafeLoader), path)
            data = yaml.safe_load(text)
        except RecursionError:
            raise ScopeError(f"{path} has brackets within brackets without end", "correct it") from None
        except yaml.YAMLError as error:
            where = getattr(error, "problem_mark", None)
            line = f", line {where.line + 1}" if where else ""
            raise ScopeError(
                f"{path} is no YAML{line}: {getattr(error, 'problem', None) or error}", "correct it"
            ) from None
        known = ", ".join(cls.model_fields)
        if not isinstance(data, dict):
            raise ScopeError(f"{path} holds no keys", f"it may have the keys {known}")
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            # A key that is misspelt is missing as well.
            first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
            where = ".".join(str(part) for part in first["loc"] if part not in ("str", "Variation"))
            if first["type"] == "extra_forbidden":
                raise ScopeError(f"{path}: unknown key {where!r}", f"the keys are {known}") from None
            raise ScopeError(f"{path}: {where}: {first['msg']}", "docs/sweeps.md has an example") from None


def _check_keys(node: Any, path: Path) -> None:
    """Raises if a key is there twice, of which YAML would take the last silently."""
    if isinstance(node.value if node else None, str) or not node:
        return
    if node.id == "sequence":
        for item in node.value:
            _check_keys(item, path)
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            line = key.start_mark.line + 1
            raise ScopeError(f"{path}, line {line}: the key {key.value!r} is there twice", "make one list of both")
        seen.add(key.value)
        _check_keys(value, path)


@dataclass(frozen=True)
class Point:
    """One plan of a sweep. `package` is the text of the package, so that it means the
    same on every machine; `model_hash` is of the program without its weights."""

    model: str
    model_hash: str
    package_name: str
    package: str
    options: dict[str, Any]

    @property
    def key(self) -> str:
        """A hash of all that the result depends on."""
        parts = [self.model_hash, self.package, json.dumps(self.options, sort_keys=True), _version()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]

    def labels(self) -> dict[str, Any]:
        """What the point is, as the first columns of its row."""
        options = {name: self.options[name] for name in ("batch", "strategy", "objective")}
        return {"model": self.model, "package": self.package_name, **options}


@dataclass(frozen=True)
class SweepResult:
    """What a sweep did."""

    folder: Path
    points: int
    #: Points that this run computed; the others were there.
    computed: int
    failed: int
    files: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "folder": str(self.folder)}

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.points} points, {self.computed} of them computed now, {self.failed} without a plan; "
            f"in {self.folder}: {', '.join(self.files)}"
        )


def _require(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ScopeError(f"sweeps need {name}, which is not installed", _EXTRA) from None


def _version() -> str:
    from . import __version__

    return __version__


def _show(status: Status, what: str, text: str) -> None:
    status.update(f"{what}: {text}")


def _load_models(config: SweepConfig, base: Path, folder: Path, console: Console) -> dict[str, tuple[str, bytes]]:
    """Hash and packed program of every model, without weights: those are not needed
    for planning. Imported programs are kept in `folder`."""
    loaded = {}
    for name in config.models:
        path = base / name
        if not path.is_file():
            raise ScopeError(f"there is no file {path}", "correct `models`")
        content = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
        program = folder / f"{content}.mlir"
        if not program.is_file():
            with console.status(f"importing {name}") as status:
                try:
                    import_model(
                        path,
                        program,
                        elide_weights=True,
                        progress=functools.partial(_show, status, f"importing {name}"),
                    )
                except ScopeError as error:
                    if "--dim" not in error.remedy:
                        raise
                    remedy = f"import it with `scope import {name} --dim NAME=SIZE -o FILE.mlir`, and sweep over that"
                    raise ScopeError(error.message, remedy) from None
        text = program.read_bytes()
        loaded[name] = (hashlib.sha256(text).hexdigest()[:24], zlib.compress(text, 9))
    return loaded


def _load_packages(config: SweepConfig, base: Path) -> dict[str, str]:
    """The text of every package, by name."""
    packages: dict[str, str] = {}
    for entry in config.packages:
        source = entry if isinstance(entry, str) else entry.base
        is_file = source.endswith(".mlir") or "/" in source
        package = Package.read(base / source) if is_file else Package.preset(source)
        name = Path(source).stem if is_file else source
        if not isinstance(entry, str):
            package = package.vary(**entry.change)
            package.check()
            name = entry.name
        if name in packages:
            raise ScopeError(f"two packages are called {name}", "rename one of them")
        packages[name] = package.to_mlir()
    return packages


def _make_points(
    config: SweepConfig, models: dict[str, tuple[str, bytes]], packages: dict[str, str]
) -> Iterator[Point]:
    shared = config.model_dump(include={"assume_bits", "space", "search", "final", "work_budget", "time_limit"})
    for model, package, batch, strategy, objective in itertools.product(
        config.models, packages, config.batches, config.strategies, config.objectives
    ):
        options = {"batch": batch, "strategy": strategy, "objective": objective, **shared}
        yield Point(model, models[model][0], package, packages[package], options)


def compute_point(point: Point, program: bytes) -> dict[str, Any]:
    """Plans one point, in a worker, and returns its row. Raises nothing that the user
    could have caused: that is a row with an error."""
    with _files.temporary_folder("scope-sweep-") as scratch:
        model = scratch / f"{Path(point.model).stem}.mlir"
        model.write_bytes(zlib.decompress(program))
        options = Options(package=Package.parse(point.package), **point.options)
        try:
            # Every core has a worker of its own.
            planned = plan(model, options, extra_arguments=["--mlir-disable-threading"])
        except ScopeError as error:
            message = re.sub(re.escape(str(model)) + r"(:\d+:\d+)?", lambda _: point.model, str(error))
            return {**point.labels(), "status": "refused", "error": message}
    function, package = planned.plan.function, planned.plan.package
    totals = function.totals
    return {
        **point.labels(),
        "batch": function.batch_samples,
        "status": "planned",
        "error": "",
        "samples_per_second": totals.samples_per_second,
        "latency_seconds": totals.latency_seconds,
        "joules_per_sample": totals.joules_per_sample,
        "energy_delay_joule_seconds": totals.energy_delay_joule_seconds,
        "utilisation": totals.utilisation,
        "gap_to_bound": function.bounds.gap_to_bound,
        "proved": function.proved,
        "dram_bytes": totals.dram_bytes,
        "segments": len(function.segments),
        "stages": sum(1 for _ in function.clusters),
        "chiplets": package.chiplets,
        "sram_bytes": sum(kind.sram_bytes * len(kind.chiplets) for kind in package.kinds),
        "search_seconds": planned.seconds,
    }


def _read_result(path: Path) -> dict[str, Any] | None:
    """The row in a result file, or nothing if the point has to be computed."""
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise ScopeError(f"{path} is no result of a sweep", "remove it, and run the sweep again") from None
    # That a worker died says nothing about the point.
    return None if row["status"] == "crashed" else row


def run_sweep(
    config_file: str | Path,
    output: str | Path,
    *,
    scheduler: str = "",
    workers: int = 0,
    console: Console | None = None,
) -> SweepResult:
    """Computes the points of a sweep that are not there yet, and writes the table
    `results.parquet` and the plots `pareto.html` and `pareto.svg`.

    Args:
        config_file: YAML; see `SweepConfig`.
        output: the folder of the sweep; it is made if it is not there.
        scheduler: address of a running Dask scheduler. Otherwise worker processes of
            this machine are used; a script then calls this below
            `if __name__ == "__main__":`, as Python's processes want it.
        workers: how many of those; 0: one a core.
    """
    from rich.console import Console

    console = console or Console(stderr=True, quiet=True)
    config_file, folder = Path(config_file), Path(output)
    config = SweepConfig.read(config_file)
    for name in ("distributed", "matplotlib", "pyarrow"):
        _require(name)
    with contextlib.ExitStack() as stack:
        # Before anything is written: that nobody answers is known at once.
        client = stack.enter_context(_connect(scheduler)) if scheduler else None
        return _run(config, config_file.parent, folder, client, workers, console)


def _run(
    config: SweepConfig, base: Path, folder: Path, client: Client | None, workers: int, console: Console
) -> SweepResult:
    results = folder / "points"
    packages = _load_packages(config, base)
    with _folders(folder, results, folder / "models"):
        models = _load_models(config, base, folder / "models", console)
    points = {point.key: point for point in _make_points(config, models, packages)}
    rows = {key: _read_result(results / f"{key}.json") for key in points}
    missing = [key for key, row in rows.items() if row is None]
    if missing:
        tools.find_tool("scope-opt")
        with contextlib.ExitStack() as stack:
            if client is None:
                client = stack.enter_context(_start_workers(workers or os.cpu_count() or 1, console))
            for key, row in _compute({key: points[key] for key in missing}, models, client, console):
                _files.write_text(results / f"{key}.json", json.dumps(row, indent=1) + "\n")
                rows[key] = row
    table = [{"key": key, **row} for key, row in rows.items() if row is not None]
    files = _write_table(table, folder)
    failed = sum(row["status"] != "planned" for row in table)
    return SweepResult(folder, len(points), len(missing), failed, files)


@contextlib.contextmanager
def _folders(*folders: Path) -> Iterator[None]:
    """Makes `folders`, outer ones first. If the block raises, those that it found
    missing and left empty are gone again."""
    made: list[Path] = []
    try:
        for folder in folders:
            missing = [path for path in (folder, *folder.parents) if not path.exists()]
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ScopeError(
                    f"cannot make the folder {folder}: {error.strerror}", "name another with --output"
                ) from None
            made += reversed(missing)
        yield
    except BaseException:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _compute(
    points: dict[str, Point], models: dict[str, tuple[str, bytes]], client: Client, console: Console
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of `points`, in the order in which they are done."""
    from distributed import as_completed
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("planning", total=len(points))
        futures = {
            client.submit(compute_point, point, models[point.model][1], key=f"scope-{key}"): key
            for key, point in points.items()
        }
        for future in as_completed(futures):
            key = futures[future]
            if future.status == "finished":
                row = future.result()
            else:
                error = future.exception()
                row = {**points[key].labels(), "status": "crashed", "error": f"{type(error).__name__}: {error}"}
            future.release()
            yield key, row
            progress.advance(task)


@contextlib.contextmanager
def _start_workers(workers: int, console: Console) -> Iterator[Client]:
    """A client of worker processes on this machine, of one thread each."""
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with console.status("starting workers"):
        try:
            cluster = LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
            )
        except RuntimeError as error:
            raise ScopeError(
                f"the worker processes do not start ({error})",
                "a script calls run_sweep below `if __name__ == '__main__':`, and from a file",
            ) from error
    with cluster, Client(cluster) as client:
        try:
            yield client
        except BaseException:
            # A worker that waits for its tool does not end in time: it would be killed, and
            # what the tool was given would stay.
            with contextlib.suppress(Exception):
                client.run(_signals.end_programs, on_error="ignore")
            raise


def _connect(scheduler: str) -> Client:
    """A client of the scheduler at this address."""
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        text = str(error).splitlines()[0] or type(error).__name__
        raise ScopeError(
            f"no Dask scheduler answers at {scheduler} ({text})",
            "start one with `dask scheduler`, correct the address, or leave --scheduler away",
        ) from None


def _write_table(rows: list[dict[str, Any]], folder: Path) -> list[str]:
    import pyarrow
    import pyarrow.parquet

    from .pareto import pareto_page, pareto_svg

    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pyarrow.table({name: [row.get(name) for row in rows] for name in names})
    files = ["results.parquet", "pareto.html", "pareto.svg"]
    with _files.replacing(*(folder / name for name in files)) as (parquet, page, svg):
        pyarrow.parquet.write_table(table, parquet)
        page.write_text(pareto_page(rows), encoding="utf-8")
        pareto_svg(rows, svg)
    return files
