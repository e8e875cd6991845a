# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a second thread gives an exact search, and that it changes nothing else."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from .runner import Runner, Usage, measure
from .selections import Selection
from .tables import Output, Page, Section, significant


def _once(runner: Runner, path: Path, options: str, threads: int) -> tuple[Usage, bytes]:
    """One whole command on one or two threads, and what it prints."""
    # LLVM starts as many threads as the process may use processors.
    processors = set(sorted(os.sched_getaffinity(0))[:threads])
    flags = ["--mlir-disable-threading"] if threads == 1 else []
    with tempfile.NamedTemporaryFile() as planned:
        command = [runner.scope_opt, path, *flags, f"--scope-merge-pipeline={options}", "-o", planned.name]
        code, messages, usage = measure(command, processors=processors)
        if code:
            raise SystemExit(messages)
        return usage, Path(planned.name).read_bytes()


def run(runner: Runner, selection: Selection, output: Output) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("the benchmark threads needs two processors")
    rows = []
    for name, package in selection.exact:
        network = runner.network(name)
        options = f"package={package} assume-bits=8 batch={selection.batch}"
        key = runner.key("threads", network.digest, options, selection.runs)
        known = runner.recall(key)
        if known is None:
            walls: dict[str, list[float]] = {"linear": [], "1": [], "2": []}
            prints = set()
            for _ in range(min(selection.runs, 3)):
                walls["linear"].append(_once(runner, network.path, options + " search=linear", 1)[0].wall_seconds)
                for threads in (1, 2):
                    usage, text = _once(runner, network.path, options + " search=exact", threads)
                    walls[f"{threads}"].append(usage.wall_seconds)
                    prints.add(text)
            known = {**{what: statistics.median(times) for what, times in walls.items()}, "same": len(prints) == 1}
            runner.keep(key, known)
        one, two, rest = known["1"], known["2"], known["linear"]
        alone = significant((one - rest) / (two - rest)) if two > rest else "-"
        rows.append(
            [
                name,
                package,
                f"{one:.2f}",
                f"{two:.2f}",
                significant(one / two),
                alone,
                "yes" if known["same"] else "**no**",
            ]
        )
    head = ("network", "package", "1 thread, s", "2 threads, s", "ratio", "ratio of the search alone", "same output")
    output.csv("threads", head, rows)
    text = (
        "Seconds on the clock of whole commands with `search=exact`, medians. *Alone*: without what the command takes "
        "with `search=linear`. The machine must have nothing else to do."
    )
    output.page(Page("threads", "Threads", [Section("Exact search", "", head, rows)], text))
