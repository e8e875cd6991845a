# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs scope-opt and remembers what came out.

A plan is computed once for each tool, network, package and set of options: results
are lines of JSON in a file, whose key is a hash of all four, and a run that was
stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .inputs import Network, Package, find_network, package_text


@dataclass(frozen=True)
class Usage:
    """What a process took."""

    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Job:
    """One plan to be made. `pins` are the pins of layers, by name of the layer."""

    network: Network
    package: Package
    options: tuple[tuple[str, str], ...]
    pins: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def make(network: Network, package: Package, *, pins: dict[str, str] | None = None, **options: object) -> Job:
        named = {name.replace("_", "-"): str(value) for name, value in options.items()}
        return Job(network, package, tuple(sorted(named.items())), tuple((pins or {}).items()))


@dataclass(frozen=True)
class Grid:
    """The chiplets of a package."""

    chiplets: int
    #: Of one chiplet, the smallest one.
    sram_bytes: int
    kinds: int
    clock_hz: int


class NoPlan(Exception):
    """What scope-opt says where it has no plan."""


#: Why there is no plan where the time was up before it could be computed.
NOT_COMPUTED = "not computed"


@dataclass
class Plan:
    """The figures of a plan that the tables need, or why there is none."""

    error: str = ""
    cycles: int = 0
    samples_per_second: float = 0
    latency_cycles: int = 0
    joules: float = 0
    segments: int = 0
    clusters: int = 0
    proved: bool = False
    gap: float = 0
    candidates: int = 0
    cpu_seconds: float = 0
    peak_bytes: int = 0

    def __bool__(self) -> bool:
        return not self.error

    @property
    def computed(self) -> bool:
        return self.error != NOT_COMPUTED

    @property
    def missing(self) -> str:
        """What a table says where there is no plan."""
        return "none" if self.computed else ""


def measure(command: list[str | Path], processors: set[int] | None = None) -> tuple[int, str, Usage]:
    """Exit code, messages and usage of a command, which may use these processors."""
    restrict = (lambda: os.sched_setaffinity(0, processors)) if processors else None
    with tempfile.TemporaryFile() as messages:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=messages, preexec_fn=restrict)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        messages.seek(0)
        text = messages.read().decode(errors="replace")
    used = Usage(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)
    return process.returncode, text, used


@dataclass
class Runner:
    """The tools in `tools`; results and generated files lie in `folder`."""

    tools: Path
    folder: Path
    workers: int = 1
    #: When to compute no more plans, on the clock of time.monotonic().
    deadline: float = math.inf
    #: Plans that this run computed, and that it found.
    computed: int = 0
    found: int = 0
    _store: dict[str, dict] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if not self.scope_opt.exists():
            raise SystemExit(f"there is no scope-opt in {self.tools}; build it, or name its folder with --tools")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._cache = self.folder / "results.jsonl"
        # What is kept is what this file makes of the tool's output.
        code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
        self.digest = _digest_of_tool(self.scope_opt) + code
        self._packages: dict[Package, str] = {}
        self._networks: dict[str, Network] = {}
        if self._cache.exists():
            for line in self._cache.read_text().splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue  # The last line of a run that was stopped while it wrote.
                self._store[entry["key"]] = entry["value"]

    @property
    def scope_opt(self) -> Path:
        return self.tools / "scope-opt"

    def network(self, name: str) -> Network:
        with self._lock:
            if name not in self._networks:
                self._networks[name] = find_network(name, self.folder / "networks")
            return self._networks[name]

    def package(self, package: Package) -> str:
        """The text of the package, as a file holds it."""
        with self._lock:
            if package not in self._packages:
                self._packages[package] = package_text(self.scope_opt, package)
            return self._packages[package]

    def plan(self, job: Job) -> Plan:
        """The plan of a job, computed if it is not known and there is time."""
        key = self._key("plan", job.network.digest, self.package(job.package), job.options, job.pins)
        known = self.recall(key)
        if known is None and time.monotonic() > self.deadline:
            return Plan(error=NOT_COMPUTED)
        if known is None:
            known = self._compute(job)
            self.keep(key, known)
        return Plan(**known)

    def plans(self, jobs: Iterable[Job], what: str) -> None:
        """Computes all jobs that are not known, several at a time."""
        todo = list(dict.fromkeys(jobs))
        start, done = time.monotonic(), 0

        def one(job: Job) -> None:
            nonlocal done
            self.plan(job)
            done += 1
            if done % 100 == 0 or done == len(todo):
                print(f"{what}: {done} of {len(todo)}, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)

        with ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(one, todo))

    def layers(self, network: Network, package: Package) -> list[dict]:
        """The layers of a network, as the plan describes them that runs one after the
        other on the whole package."""
        key = self._key("layers", network.digest, package.name)
        known = self.recall(key)
        if known is None:
            options = "batch=1 assume-bits=8 strategy=layer-by-layer search=linear"
            function = self._json(network.path, f"package={package.name} {options}")["functions"][0]
            clusters = [cluster for segment in function["segments"] for cluster in segment["clusters"]]
            known = [_facts(layer) for cluster in clusters for layer in cluster["layers"]]
            self.keep(key, known)
        return known

    def grid(self, package: Package) -> Grid:
        """What stands in a package."""
        key = self._key("grid", package.name)
        known = self.recall(key)
        if known is None:
            network = self.network("residual-1")
            described = self._json(network.path, f"package={package.name} batch=1 search=linear")["package"]
            sizes = [(len(kind["chiplets"]), kind["sram_bytes"]) for kind in described["kinds"]]
            known = [
                sum(count for count, _ in sizes),
                min(size for _, size in sizes),
                len(sizes),
                described["clock_hz"],
            ]
            self.keep(key, known)
        return Grid(*known)

    def recall(self, key: str):
        """What is kept under `key`; None if nothing is."""
        with self._lock:
            value = self._store.get(key)
            self.found += value is not None
            return value

    def keep(self, key: str, value) -> None:
        with self._lock:
            self.computed += 1
            self._store[key] = value
            with self._cache.open("a") as stream:
                stream.write(json.dumps({"key": key, "value": value}) + "\n")

    def key(self, *parts: object) -> str:
        """A key for other things that depend on the tools."""
        return self._key(*parts)

    def _key(self, *parts: object) -> str:
        return hashlib.sha256(repr((self.digest, *parts)).encode()).hexdigest()[:24]

    def _compute(self, job: Job) -> dict:
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder, "package.mlir")
            package.write_text(self.package(job.package))
            options = " ".join(f"{name}={value}" for name, value in job.options)
            path = job.network.path
            if job.pins:
                path = self._pinned(job, Path(folder))
            planned = Path(folder, "planned.mlir")
            pipeline = f'--scope-merge-pipeline=package-file="{package}" {options}'
            error, usage = self._run([path, pipeline, "-o", planned])
            used = {"cpu_seconds": usage.cpu_seconds, "peak_bytes": usage.peak_bytes}
            if error:
                return {"error": error, **used}
            text = planned.read_text()
        # Figures that JSON adds to these would take a search of their own.
        attribute = re.search(r"#scope\.plan<(.*?)>", text)
        if not attribute:
            raise SystemExit(f"no plan of {path} with {options}:\n{text[:2000]}")
        figures = dict(re.findall(r"(\w+) = (\w+)", attribute[1]))
        cycles, bound = int(figures["cycles"]), int(figures.get("bound", 0))
        proved = figures.get("proved") == "true"
        return {
            "cycles": cycles,
            "samples_per_second": int(figures["batch"]) * self.grid(job.package).clock_hz / cycles,
            "latency_cycles": int(figures["latency"]),
            "joules": int(figures["energy"]) / 1e15,
            "segments": len(re.findall(r"scope\.segment beat", text)),
            "clusters": len(re.findall(r"scope\.cluster chiplets", text)),
            "proved": proved,
            "gap": cycles / bound - 1 if bound and not proved else 0,
            "candidates": int(figures.get("candidates", 0)),
            **used,
        }

    def _run(self, arguments: list[str | Path]) -> tuple[str, Usage]:
        """What scope-opt says against it, or nothing."""
        code, messages, usage = measure([self.scope_opt, *arguments])
        if code == 0:
            return "", usage
        errors = [line.partition("error: ")[2] for line in messages.splitlines() if "error: " in line]
        if code != 1 or not errors:
            raise SystemExit(f"scope-opt ended with {code} on {shlex.join(map(str, arguments))}:\n{messages}")
        return errors[0], usage

    def _json(self, path: Path, options: str) -> dict:
        """The plan of a file as JSON."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, "plan.json")
            flags = [f"--scope-merge-pipeline={options}", f"--scope-report=format=json output={report}"]
            error, _ = self._run([path, *flags, "-o", "/dev/null"])
            if error:
                raise NoPlan(error)
            return json.loads(report.read_text())

    def _pinned(self, job: Job, folder: Path) -> Path:
        """The network with its layers formed and pinned."""
        path = folder / "pinned.mlir"
        code, messages, _ = measure([self.scope_opt, job.network.path, "--scope-form-layers", "-o", path])
        if code:
            raise SystemExit(messages)
        pins = dict(job.pins)
        # Layers have no pins yet: a pin stands right before the body.
        text, count = re.subn(
            r'(scope\.layer "([^"]*)" )(?=\{)',
            lambda layer: f"{layer[1]}pin<{pins[layer[2]]}> " if layer[2] in pins else layer[1],
            path.read_text(),
        )
        if count < len(pins):
            raise SystemExit(f"{job.network.name}: {len(pins)} pins for {count} layers")
        path.write_text(text)
        return path


def _facts(layer: dict) -> dict:
    """What the published rules look at."""
    return {
        "name": layer["name"],
        "splittable": layer["splittable"],
        "dims": [{"name": dim["name"], "role": dim["role"], "size": dim["size"]} for dim in layer["dims"]],
        "macs": layer["macs_per_call"],
        "chiplet_cycles": layer["cost"]["compute_cycles"] * layer["cost"]["used_chiplets"],
        "index": layer["index"],
        "weight_bytes": layer["weight_bytes"],
        "inputs": [
            [operand["bytes"], operand["producer"]["layer"] if operand["producer"] else -1]
            for operand in layer["operands"]
            if operand["kind"] == "activation"
        ],
        "last_reader": max((reader for output in layer["outputs"] for reader in output["consumers"]), default=-1),
        "output_bytes": sum(output["bytes"] for output in layer["outputs"]),
    }


def _digest_of_tool(tool: Path) -> str:
    """A hash of the tool and of what it loads from the build folder."""
    digest = hashlib.sha256(tool.read_bytes())
    for library in sorted((tool.parent.parent / "lib").glob("libScope*.so*")):
        if library.name.startswith("libScopePlugin"):
            continue
        digest.update(library.read_bytes())
    return digest.hexdigest()
