# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the cost model says over what the simulator sees, as a Markdown table."""

from __future__ import annotations

import argparse
import concurrent.futures
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simba-4x4", "simba-8x8", "simba-16x16", "set-8x8", "gemini-6x6")
STRATEGIES = ("sequential", "segmented", "merged")
SPACES = ("published", "full")
Cell = dict[str, float]


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def read_report(text: str) -> Cell:
    """Ratios of model to simulation: cycles, energy, and the pace of the segment
    that takes most of the time."""
    cell: Cell = {}
    slowest = 0
    # A table that is wide has one space between its columns.
    for line in text.splitlines():
        cells = line.replace("energy, pJ", "energy").split()
        if len(cells) == 4 and cells[0] in ("cycles", "energy"):
            name = cells[0]
            cell[name] = number(cells[2]) / number(cells[1])
            cell[f"simulated {name}"] = number(cells[1])
        elif len(cells) == 12 and cells[0].isdigit():
            period, pace, cycles = number(cells[7]), number(cells[8]), number(cells[9])
            if cycles > slowest:
                slowest = cycles
                # A segment of one beat has no period.
                cell["slowest"] = pace / period if period else number(cells[10]) / cycles
    return cell


def measure(tools: Path, network: Path, options: str) -> Cell | str:
    """The ratios, or why there are none."""
    with tempfile.NamedTemporaryFile(suffix=".mlir") as planned:
        for command in (
            [
                tools / "scope-opt",
                f"--scope-merge-pipeline={options}",
                "--emit-bytecode",
                network,
                "-o",
                planned.name,
            ],
            [tools / "scope-simulate", planned.name],
        ):
            run = subprocess.run(command, capture_output=True, text=True)
            if run.returncode:
                errors = [line for line in run.stderr.splitlines() if "error:" in line]
                return errors[0].split("error: ")[1] if errors else f"exit code {run.returncode}"
        return read_report(run.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, default=ROOT / "build/bin")
    networks = [p.stem for p in sorted((ROOT / "test/Networks").glob("*.mlir"))]
    parser.add_argument("--networks", nargs="*", default=networks)
    parser.add_argument("--packages", nargs="*", default=PACKAGES)
    parser.add_argument("--strategies", nargs="*", default=STRATEGIES)
    parser.add_argument("--spaces", nargs="*", default=SPACES)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("-j", type=int, default=1, help="cells at a time")
    arguments = parser.parse_args()

    cells = [
        (space, package, network, strategy)
        for space in arguments.spaces
        for package in arguments.packages
        for network in arguments.networks
        for strategy in arguments.strategies
    ]

    def of(cell: tuple[str, str, str, str]) -> Cell | str:
        space, package, network, strategy = cell
        options = f"package={package} batch={arguments.batch} assume-bits=8 space={space} strategy={strategy}"
        return measure(arguments.tools, ROOT / "test/Networks" / f"{network}.mlir", options)

    print("| space | package | network | strategy | cycles | energy | slowest segment |")
    print("|---|---|---|---|---|---|---|")
    found: dict[tuple[str, str, str, str], Cell] = {}
    with concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
        for cell, result in zip(cells, pool.map(of, cells), strict=True):
            title = "| " + " | ".join(cell) + " |"
            if isinstance(result, str):
                print(f"{title} {result} | | |", flush=True)
                continue
            found[cell] = result
            print(
                f"{title} {result['cycles']:.3f} | {result['energy']:.3f} | {result['slowest']:.3f} |",
                flush=True,
            )

    if not found:
        return
    off = {cell: max(r["cycles"], 1 / r["cycles"]) - 1 for cell, r in found.items()}
    worst = max(off, key=lambda cell: off[cell])
    print(f"\n{len(found)} of {len(cells)} cells. Cycles of the model and of the simulator differ by")
    print(f"{statistics.median(off.values()):.1%} at the median and {off[worst]:.1%} at most ({', '.join(worst)}).")
    favoured = {
        cell: found[cell]["cycles"] / found[(*cell[:3], "segmented")]["cycles"]
        for cell in found
        if cell[3] == "merged" and (*cell[:3], "segmented") in found
    }
    if favoured:
        worst = max(favoured, key=lambda cell: abs(favoured[cell] - 1))
        print("The ratio of merged to segmented differs between both by")
        print(f"{abs(favoured[worst] - 1):.1%} at most ({', '.join(worst[:3])}).")


if __name__ == "__main__":
    main()
