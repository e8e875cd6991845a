# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a second thread gives an exact search, and that it changes nothing else."""

from __future__ import annotations

import os
import re
import statistics
import tempfile
from pathlib import Path

from .runner import Runner, measure
from .selections import Selection
from .tables import Output, Page, Section, significant

#: A line of `-mlir-timing`: the search is an analysis.
_SEARCH = re.compile(r"([\d.]+) \([^)]*\)\s+\(A\) scope::PipelineSearchAnalysis")


def _once(runner: Runner, path: Path, options: str, threads: int) -> tuple[float, float, bytes]:
    """One whole command on one or two threads: its seconds, those of the search alone,
    and what it prints."""
    # LLVM starts as many threads as the process may use processors.
    processors = set(sorted(os.sched_getaffinity(0))[:threads])
    flags = ["-mlir-timing", *(["--mlir-disable-threading"] if threads == 1 else [])]
    with tempfile.NamedTemporaryFile() as planned:
        command = [runner.scope_opt, path, *flags, f"--scope-merge-pipeline={options}", "-o", planned.name]
        code, messages, usage = measure(command, processors=processors)
        found = _SEARCH.search(messages)
        if code or not found:
            raise SystemExit(messages)
        return usage.wall_seconds, float(found[1]), Path(planned.name).read_bytes()


def run(runner: Runner, selection: Selection, output: Output) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("the benchmark threads needs two processors")
    rows = []
    for name, package in selection.exact:
        network = runner.network(name)
        options = f"package={package} assume-bits=8 batch={selection.batch} search=exact"
        key = runner.key("threads", network.digest, options, selection.runs)
        known = runner.recall(key)
        if known is None:
            seconds: dict[str, list[float]] = {}
            prints = set()
            for _ in range(selection.runs):
                for threads in (1, 2):
                    whole, search, text = _once(runner, network.path, options, threads)
                    seconds.setdefault(f"whole {threads}", []).append(whole)
                    seconds.setdefault(f"search {threads}", []).append(search)
                    prints.add(text)
            known = {**{what: statistics.median(times) for what, times in seconds.items()}, "same": len(prints) == 1}
            runner.keep(key, known)
        row = [name, package]
        for what in ("whole", "search"):
            one, two = known[f"{what} 1"], known[f"{what} 2"]
            row += [f"{one:.2f}", f"{two:.2f}", significant(one / two)]
        rows.append([*row, "yes" if known["same"] else "**no**"])
    head = (
        "network",
        "package",
        "command, 1 thread, s",
        "2 threads, s",
        "ratio",
        "search alone, 1 thread, s",
        "2 threads, s",
        "ratio",
        "same output",
    )
    output.csv("threads", head, rows)
    text = (
        "Seconds on the clock of whole commands with `search=exact`, and of the search alone as `-mlir-timing` prints "
        "them, medians. The machine must have nothing else to do."
    )
    output.page(Page("threads", "Threads", [Section("Exact search", "", head, rows)], text))
