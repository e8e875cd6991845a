#!/usr/bin/env python3
# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures Scope and writes tables, data and plots. See README.md beside this file."""

from __future__ import annotations

import argparse
import dataclasses
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from bench import ablations, growth, linear, plots, strategies, threads
from bench.inputs import ROOT
from bench.runner import Runner
from bench.selections import FULL, QUICK, SPACES, TINY, Selection
from bench.tables import GUIDE, Output

BENCHMARKS: dict[str, Callable[[Runner, Selection, Output], None]] = {
    "growth": growth.run,
    "strategies": strategies.run,
    "linear_vs_exact": linear.run,
    "ablations": ablations.run,
    "threads": threads.run,
}

#: Where the pages of the documentation are.
DOCS = ROOT / "docs/tables"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmarks", nargs="*", metavar="BENCHMARK", help=f"{', '.join(BENCHMARKS)}; default: all")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a part of it, in some minutes")
    size.add_argument("--tiny", action="store_true", help="next to nothing, in seconds: does it work?")
    parser.add_argument("--tools", type=Path, default=ROOT / "build/bin", help="the folder of scope-opt")
    parser.add_argument("--output", type=Path, default=ROOT / "build/benchmarks", help="where results go")
    parser.add_argument("--workers", type=int, default=2, help="plans at a time, where no time is measured")
    parser.add_argument("--networks", nargs="+", metavar="NAME", help="these only")
    parser.add_argument("--packages", nargs="+", metavar="NAME", help="these only")
    parser.add_argument("--batches", nargs="+", type=int, metavar="N", help="these only")
    parser.add_argument(
        "--drams", nargs="+", type=Fraction, metavar="F", help="bandwidths of the DRAM, for example 1 1/2"
    )
    parser.add_argument("--spaces", nargs="+", choices=SPACES, help="these only")
    parser.add_argument("--batch", type=int, help="the batch where only one is looked at (64)")
    parser.add_argument("--runs", type=int, help="measurements of each time (5)")
    parser.add_argument("--search", help="the search of strategies and ablations (auto); linear is quick")
    parser.add_argument("--time-limit", type=float, help="seconds of each exact search of linear_vs_exact (60)")
    parser.add_argument(
        "--exact-seconds",
        type=float,
        help="strategies: seconds of an exact search wherever auto did not prove its plan; 0: none (0)",
    )
    parser.add_argument(
        "--minutes", type=float, help="compute no more plans after so long; the tables show what there is by then"
    )
    parser.add_argument("--no-plots", action="store_true", help="tables and data only; needs no matplotlib")
    parser.add_argument(
        "--write-docs", action="store_true", help=f"also write tables and plots to {DOCS.relative_to(ROOT)}"
    )
    parsed = parser.parse_args(arguments)
    unknown = [name for name in parsed.benchmarks if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; known are {', '.join(BENCHMARKS)}")
    return parsed


def select(parsed: argparse.Namespace) -> Selection:
    """The selection that was asked for, with what was named instead of what it has."""
    selection = QUICK if parsed.quick else TINY if parsed.tiny else FULL
    names = {field.name for field in dataclasses.fields(Selection)}
    given = {name: value for name, value in vars(parsed).items() if name in names and value is not None}
    return dataclasses.replace(selection, **given)


def _revision() -> str:
    """The commit that is checked out; nothing outside of a clone."""
    command = ["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _to_docs(path: Path) -> None:
    """Copies a table or plot to the documentation; there, tables link to the page
    that explains them."""
    DOCS.mkdir(parents=True, exist_ok=True)
    text = path.read_text().replace(f"`{GUIDE}`", f"[{GUIDE}](../{Path(GUIDE).name})")
    (DOCS / path.name).write_text(text)


def _list_tables() -> None:
    """The page that lists the tables of the documentation."""
    pages = sorted(path for path in DOCS.glob("*.md") if path.name != "README.md")
    titles = [path.read_text().partition("\n")[0].removeprefix("# ") for path in pages]
    lines = ["# Tables of the benchmarks", "", f"How they are made and read: [benchmarks](../{Path(GUIDE).name}).", ""]
    lines += [f"- [{title}]({path.name})" for title, path in zip(titles, pages, strict=True)]
    (DOCS / "README.md").write_text("\n".join(lines) + "\n")


def main(arguments: Sequence[str]) -> None:
    parsed = parse(arguments)
    if not parsed.no_plots:
        plots.require()
    selection = select(parsed)
    runner = Runner(parsed.tools, parsed.output, parsed.workers)
    if parsed.minutes is not None:
        runner.deadline = time.monotonic() + 60 * parsed.minutes
    command = shlex.join(["python3", "test/Benchmarks/run.py", *arguments])
    revision = _revision()
    for name in parsed.benchmarks or BENCHMARKS:
        output = Output(parsed.output / "tables", command, revision, not parsed.no_plots)
        BENCHMARKS[name](runner, selection, output)
        for path in output.written:
            print(path)
            if parsed.write_docs and path.suffix != ".csv":
                _to_docs(path)
    if parsed.write_docs:
        _list_tables()
    print(f"{runner.computed} results computed, {runner.found} look-ups found", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
