# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How far `search=linear` is from the best plan known, as a Markdown table."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simba-4x4", "simba-8x8", "simba-16x16", "set-8x8", "gemini-6x6")


def plan(tools: Path, network: Path, options: str) -> tuple[dict, float] | None:
    """The planned function and the CPU seconds of the whole command; nothing if
    there is no plan."""
    with tempfile.NamedTemporaryFile(suffix=".mlir") as planned:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = subprocess.run(
            [tools / "scope-opt", f"--scope-merge-pipeline={options}", network, "-o", planned.name],
            capture_output=True,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if run.returncode:
            print(run.stderr.strip().splitlines()[0], file=sys.stderr)
            return None
        text = subprocess.run(
            [tools / "scope-translate", "--scope-to-json", planned.name],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return json.loads(text)["functions"][0], seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, default=ROOT / "build/bin")
    parser.add_argument("--networks", nargs="*", default=[p.stem for p in sorted((ROOT / "test/Networks").glob("*.mlir"))])
    parser.add_argument("--packages", nargs="*", default=PACKAGES)
    parser.add_argument("--spaces", nargs="*", default=("published", "full"))
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--time-limit", type=float, default=60)
    arguments = parser.parse_args()
    print("| space | package | network | linear, cycles | s CPU | best known, cycles | by | linear over it | over the bound |")
    print("|---|---|---|---|---|---|---|---|---|")
    worst: dict[str, float] = {}
    for space in arguments.spaces:
        for package in arguments.packages:
            for name in arguments.networks:
                options = f"package={package} batch={arguments.batch} assume-bits=8 space={space}"
                network = ROOT / "test/Networks" / f"{name}.mlir"
                linear = plan(arguments.tools, network, options + " search=linear")
                others = [
                    plan(arguments.tools, network, f"{options} search=auto"),
                    plan(arguments.tools, network, f"{options} search=exact time-limit={arguments.time_limit}"),
                ]
                found = [other[0] for other in others if other]
                if not linear or not found:
                    print(f"| {space} | {package} | {name} | no plan | | | | | |", flush=True)
                    continue
                function, seconds = linear
                # Of equal plans the proved one.
                best = min(found, key=lambda f: (f["totals"]["cycles"], not f["proved"]))
                cycles, least = function["totals"]["cycles"], best["totals"]["cycles"]
                over = cycles / least - 1
                worst[space] = max(worst.get(space, over), over)
                by = "exact, proved" if best["proved"] else "not proved"
                bound = function["bounds"]["gap_to_bound"]
                print(
                    f"| {space} | {package} | {name} | {cycles:,} | {seconds:.2f} | {least:,} | {by} "
                    f"| {over:.2%} | {bound:.2%} |",
                    flush=True,
                )
    for space, over in worst.items():
        print(f"\nWorst in space={space}: {over:.2%}")


if __name__ == "__main__":
    main()
