#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Executes quantized networks on a virtual package and in Arm's TOSA reference model, which nobody of this
project wrote, and compares every bit of the results.

    python3 -m venv venv && venv/bin/pip install tosa-tools
    venv/bin/python test/Execution/compare_reference.py

The networks are the small int8 network of the tests, a residual one of 64 x 64, and the int8 ones among the
networks at random with the numbers that --random names. All their data is made here from a seed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from math import prod
from pathlib import Path

import numpy as np

import networks

ROOT = Path(__file__).resolve().parents[2]
TYPES = {"i8": np.int8, "i32": np.int32}
PACKAGES = {"simba-4x4": "", "simba-2x3": "space=published", "simba-8x8": "strategy=full-pipeline assume-bits=8"}


def find(name: str) -> Path | None:
    """The file of a tool or table of the package tosa-tools."""
    for folder in map(Path, sys.path):
        if (path := folder / "bin" / name).exists():
            return path
    return None


def fill(text: str, numbers: np.random.Generator) -> str:
    """`text` with data for every constant that has none."""

    def data(match: re.Match[str]) -> str:
        *shape, element = match[1].split("x")
        low, high = (-127, 127) if element == "i8" else (-1000, 1000)
        values = numbers.integers(low, high, prod(map(int, shape)), endpoint=True).astype(TYPES[element])
        return f'dense<"0x{values.tobytes().hex().upper()}"> : tensor<{match[1]}>'

    return re.sub(r"dense_resource<__elided__> : tensor<([0-9x]+i[0-9]+)>", data, text)


def run(*command: object) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[:2000]}")


def compare(name: str, text: str, folder: Path, arguments: argparse.Namespace) -> bool:
    """Whether all results of the network are the same; prints a line a package."""
    numbers = np.random.default_rng(arguments.seed)
    network = folder / "network.mlir"
    network.write_text(fill(text, numbers))
    head = re.search(r"func.func @\w+\(%\w+: tensor<([0-9x]+)xi8>\)", text)
    results = re.search(r"\n *return (.*) :", text)
    assert head and results, f"{name} is no function of one int8 tensor"
    image = numbers.integers(-128, 127, tuple(map(int, head[1].split("x"))), endpoint=True).astype(np.int8)
    np.save(folder / "in.npy", image)
    count = results[1].count(",") + 1
    expected = [folder / f"expected{index}.npy" for index in range(count)]
    run(find("tosa-opt"), network, "--tosa-serialize", f"--tosa-flatbuffer-filename={folder / 'm.tosa'}", "-o", "/dev/null")
    run(find("tosa_reference_model"), f"--tosa_file={folder / 'm.tosa'}", "--flatbuffer_dir=/", "--output_dir=/",
        f"--operator_fbs={find('tosa.fbs')}", "--ifm_name=TosaInput_0", f"--ifm_file={folder / 'in.npy'}",
        "--ofm_name=" + ",".join(f"TosaOutput_{index}" for index in range(count)),
        "--ofm_file=" + ",".join(map(str, expected)))
    areSame = True
    for package, options in PACKAGES.items():
        found = [folder / f"found{index}.npy" for index in range(count)]
        run(arguments.tools / "scope-run", f"--package={package}", "--batch=1", "--check", f"--input={folder / 'in.npy'}",
            "--output=" + ",".join(map(str, found)), *([f"--plan-options={options}"] if options else []), network)
        differing = total = 0
        varied = []
        for ours, theirs in zip(found, expected):
            a, b = np.load(ours), np.load(theirs)
            total += a.size
            differing += a.size if a.shape != b.shape or a.dtype != b.dtype else int((a != b).sum())
            varied.append(len(np.unique(a)))
        areSame &= differing == 0
        print(f"| {name} | {package} {options} | {total} | {max(varied)} | {differing} |", flush=True)
    return areSame


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=ROOT / "build/bin")
    parser.add_argument("--random", type=int, nargs=2, default=(1, 60), metavar=("FIRST", "LAST"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if not find("tosa_reference_model"):
        sys.exit("there is no tosa_reference_model; install tosa-tools and use the Python that has it")
    cases = [("quantized, small", (ROOT / "test/Execution/Inputs/quantized.mlir").read_text()),
             ("quantized", networks.quantized())]
    first, last = arguments.random
    for seed in range(first, last + 1):
        made = networks.RandomNetwork(seed)
        if made.element == "i8":
            cases.append((f"random {seed}", made.write()))
    print("| network | package | elements | different values | elements that differ |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        wrong = [name for name, text in cases if not compare(name, text, Path(folder), arguments)]
    print(f"\n{len(cases)} networks, {len(wrong)} of them differ")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
