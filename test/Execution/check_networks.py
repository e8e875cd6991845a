#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Executes plans of whole networks on virtual packages, compares every bit with the original function, and
prints a table. Fails if a result differs or a run fails.

    python3 test/Execution/check_networks.py                  all networks, packages and strategies
    python3 test/Execution/check_networks.py --only resnet18  the lines of the table that this pattern finds
    python3 test/Execution/check_networks.py --groups mpi     one process a chiplet
    python3 test/Execution/check_networks.py --groups random --count 200 --first 1
"""

from __future__ import annotations

import argparse
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "test/Networks"
INPUTS = ROOT / "test/Execution/Inputs"
STRATEGIES = ("merged", "segmented", "sequential", "full-pipeline", "layer-by-layer", "data-parallel")
SPACES = ("published", "full")

PACKAGE = """scope.package @drawn <{{
  rows = {rows}, cols = {cols}, clock = 1 GHz, mac_k = {lanes}, mac_c = {lanes}, vector = 16,
  sram = {sram} KiB, port = 16 B/cycle, link = 16 B/cycle, hop = 2 cycles, multicast = {multicast},
  dram = [<[0,0]-[{last},0] each 2 B/cycle>], dram_latency = 20 cycles, batch = 4,
  mac_energy = 1 pJ/mac, sram_read_energy = 1 pJ/byte, sram_write_energy = 2 pJ/byte,
  hop_energy = 4 pJ/byte, dram_energy = 64 pJ/byte, idle = 0 W
}}>
"""


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    network: str
    package: str
    batch: int
    options: str = ""
    ranks: int = 0
    package_file: str = ""

    @property
    def name(self) -> str:
        mpi = f" mpi={self.ranks}" if self.ranks else ""
        return f"{self.network} {self.package} batch={self.batch} {self.options}{mpi}"


def networks() -> Iterator[Case]:
    """Whole networks on packages of three sizes, with several beats."""
    for network in ("resnet18", "resnet18_linalg", "resnet50", "vgg16", "vit_b_16", "gpt2_2layers", "mobilenet", "quantized"):
        for package in ("simba-2x2", "simba-4x4", "simba-8x8"):
            for space in SPACES:
                # Large packages have room for as wide as the numbers are, small ones plan with bytes.
                yield Case(network, package, 3, f"space={space}")
                yield Case(network, package, 3, f"space={space} assume-bits=8")


def strategies() -> Iterator[Case]:
    """Every strategy on ResNet-18, both forms, and on smaller networks."""
    for network, package in (("resnet18", "simba-4x4"), ("resnet18_linalg", "simba-4x4"), ("mobilenet", "simba-4x4"),
                             ("quantized", "simba-4x4"), ("depthwise", "simba-3x5")):
        for strategy in STRATEGIES:
            for space in SPACES:
                yield Case(network, package, 4, f"strategy={strategy} space={space} assume-bits=8")
    # One pipeline of all layers does not fit 16 chiplets.
    for network in ("resnet18", "resnet18_linalg"):
        for space in SPACES:
            yield Case(network, "simba-8x8", 4, f"strategy=full-pipeline space={space} assume-bits=8")
    for options in ("split-batch", "weights=distributed", "weights=replicated", "partition-space=pure", "max-beat=2",
                    "objective=latency", "objective=energy", "objective=edp"):
        yield Case("resnet18", "simba-4x4", 4, f"{options} assume-bits=8")


def mpi() -> Iterator[Case]:
    """One process a chiplet."""
    yield Case("resnet18", "simba-2x2", 2, "", 4)
    yield Case("resnet18", "simba-4x4", 2, "", 16)
    yield Case("resnet18", "simba-4x4", 2, "strategy=segmented assume-bits=8", 16)
    yield Case("depthwise", "simba-8x8", 3, "", 64)
    yield Case("quantized", "simba-4x4", 3, "", 16)


def randoms(folder: Path, first: int, count: int) -> Iterator[Case]:
    """Small networks at random with plans at random on packages at random."""
    for seed in range(first, first + count):
        draw = random.Random(1000 + seed)
        rows, cols = draw.choice([(1, 2), (1, 3), (2, 2), (2, 3), (3, 3), (1, 5), (4, 4)])
        values = {"rows": rows, "cols": cols, "last": rows - 1, "lanes": draw.choice([4, 8]),
                  "sram": draw.choice([16, 32, 64, 256]), "multicast": draw.choice(["true", "false"])}
        path = folder / f"package{seed}.mlir"
        path.write_text(PACKAGE.format(**values))
        options = [f"space={draw.choice(SPACES)}", "search=random", f"samples={draw.choice([1, 1, 3])}", f"seed={seed}"]
        options += draw.sample(["split-batch", "assume-bits=8", "weights=distributed"], draw.choice([0, 0, 1, 1, 2]))
        yield Case(f"random:{seed}", f"{rows}x{cols}", draw.randint(1, 6), " ".join(options), package_file=str(path))


class Runner:
    """Runs cases with the tools of one build."""

    def __init__(self, tools: Path, folder: Path, mpiexec: str) -> None:
        self.tools, self.folder, self.mpiexec = tools, folder, mpiexec

    def find(self, network: str) -> Path:
        """The file of `network`, which may have to be written first."""
        for folder in (NETWORKS, INPUTS):
            if (path := folder / f"{network}.mlir").exists() and network != "quantized":
                return path
        path = self.folder / f"{network.replace(':', '')}.mlir"
        if not path.exists():
            made = subprocess.run([sys.executable, Path(__file__).with_name("networks.py"), *network.split(":")],
                                  capture_output=True, text=True, check=True)
            path.write_text(made.stdout)
        return path

    def command(self, case: Case, options: str) -> list[str]:
        package = f"--package-file={case.package_file}" if case.package_file else f"--package={case.package}"
        command = [str(self.tools / "scope-run"), package, f"--batch={case.batch}", "--seed=1", "--check"]
        if options:
            command.append(f"--plan-options={options}")
        if case.ranks:
            command = [*shlex.split(self.mpiexec), "-n", str(case.ranks), *command, "--mpi"]
        return [*command, str(self.find(case.network))]

    def run(self, case: Case) -> tuple[str, float, str]:
        """What came of `case`, seconds, and what to say of it."""
        start = time.monotonic()
        done = subprocess.run(self.command(case, case.options), capture_output=True, text=True)
        seconds = time.monotonic() - start
        if done.returncode == 0 and "are the same" in done.stdout:
            return "same", seconds, done.stdout.split(": ", 1)[1].splitlines()[0]
        lines = [line for line in done.stderr.splitlines() if "error:" in line]
        text = (lines or done.stderr.splitlines() or [f"ended with {done.returncode}"])[0]
        message = re.sub(r"^.*?error: ", "", text)
        if "differs" in message:
            return "DIFFERENT", seconds, message
        if re.search(r"none of .* plans drawn at random is feasible|bytes of SRAM on a chiplet|must be on the package at once", message):
            return "no plan", seconds, message
        return "FAILED", seconds, message


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=ROOT / "build/bin")
    parser.add_argument("--groups", nargs="*", default=["networks", "strategies", "mpi", "random"],
                        choices=["networks", "strategies", "mpi", "random"])
    parser.add_argument("--only", default="", help="a regular expression for the beginnings of the lines")
    parser.add_argument("--count", type=int, default=200, help="networks of the group random")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--mpiexec", default="mpiexec", help="the command that starts processes")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--list", action="store_true", help="print the commands instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        groups = {"networks": networks, "strategies": strategies, "mpi": mpi,
                  "random": lambda: randoms(folder, arguments.first, arguments.count)}
        cases = [case for group in arguments.groups for case in groups[group]() if re.match(arguments.only, case.name)]
        runner = Runner(arguments.tools, folder, arguments.mpiexec)
        if arguments.list:
            for case in cases:
                print(shlex.join(runner.command(case, case.options)))
            return
        counts: dict[str, int] = {}
        print("| network | package | batch | options | processes | bits | s | |")
        print("|---|---|---|---|---|---|---|---|")
        with ThreadPoolExecutor(arguments.jobs) as pool:
            for case, (result, seconds, message) in zip(cases, pool.map(runner.run, cases)):
                counts[result] = counts.get(result, 0) + 1
                print(f"| {case.network} | {case.package} | {case.batch} | {case.options} | {case.ranks or 1} | {result} "
                      f"| {seconds:.1f} | {message} |", flush=True)
        print("\n" + ", ".join(f"{count} {result}" for result, count in sorted(counts.items())))
        if set(counts) - {"same", "no plan"}:
            sys.exit(1)


if __name__ == "__main__":
    main()
