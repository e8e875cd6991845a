#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How fast programs are made, compiled and executed, as a Markdown table. All figures are CPU seconds of one run,
so that other work on the machine does not count.

    python3 test/Benchmarks/execution.py
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "test/Networks"


def run(*command: object) -> tuple[str, str, float]:
    """What the command writes to both outputs, and its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stderr[:1000])
    return done.stdout, done.stderr, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def row(name: str, value: str, bar: str) -> None:
    print(f"| {name} | {value} | {bar} |", flush=True)


def lowering(tools: Path, folder: Path) -> None:
    planned = folder / "planned.mlirbc"
    options = "package=simba-16x16 batch=64 assume-bits=8 search=linear"
    run(
        tools / "scope-opt",
        f"--scope-merge-pipeline={options}",
        "--emit-bytecode",
        NETWORKS / "resnet152.mlir",
        "-o",
        planned,
    )
    *_, seconds = run(
        tools / "scope-opt", "--scope-lower-to-chiplets", "--emit-bytecode", planned, "-o", folder / "programs.mlirbc"
    )
    row("lowering ResNet-152 on 256 chiplets, batch 64, to bytecode, CPU", f"{seconds:.2f} s", "5 s")


def execution(tools: Path, options: str, batch: int) -> None:
    command = [tools / "scope-run", "--package=simba-4x4", f"--batch={batch}", "--seed=1", "--check", "--times"]
    out, error, _ = run(*command, *([f"--plan-options={options}"] if options else []), NETWORKS / "resnet18.mlir")
    seconds = {}
    for line in (out + error).splitlines():
        step, _, times = line.rpartition(": ")
        if times.endswith(" s of CPU"):
            seconds[step] = float(times.split()[-4])
    name = f"ResNet-18 on 4 x 4, {batch} images, {options or 'as wide as it is'}"
    row(f"{name}: compiling all programs", f"{seconds['compile']:.1f} s", "60 s")
    package, plain = seconds["run"], seconds["run the original"]
    row(
        f"{name}: all chiplets in one process over plain code",
        f"{package:.3f} / {plain:.3f} = {package / plain:.2f}",
        "1.5",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=ROOT / "build/bin")
    parser.add_argument("--batch", type=int, default=8)
    arguments = parser.parse_args()
    print("| what | measured | bar |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        lowering(arguments.tools, Path(folder))
    for options in ("", "assume-bits=8", "space=published assume-bits=8", "strategy=segmented assume-bits=8"):
        execution(arguments.tools, options, arguments.batch)


if __name__ == "__main__":
    main()
