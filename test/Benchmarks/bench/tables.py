# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pages of Markdown, files of CSV and plots, in one folder."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: The page that explains the tables.
GUIDE = "docs/benchmarks.md"


@dataclass
class Section:
    """A table with a heading and what there is to say about it."""

    title: str
    text: str
    head: Sequence[str]
    rows: list[Sequence[str]]

    def markdown(self) -> list[str]:
        lines = [f"## {self.title}", "", *([self.text, ""] if self.text else [])]
        if not self.rows:
            return [*lines, "Nothing was selected that this table shows.", ""]
        lines += [_row(self.head), "|" + "---|" * len(self.head)]
        return [*lines, *(_row(row) for row in self.rows), ""]


@dataclass
class Page:
    """One generated page."""

    name: str
    title: str
    sections: list[Section]
    text: str = ""
    #: Names of plots that stand above the tables, with what they show.
    plots: dict[str, str] = field(default_factory=dict)


@dataclass
class Output:
    """Where results go. `command` is what made them, at the commit `revision`."""

    folder: Path
    command: str
    revision: str = ""
    with_plots: bool = True
    written: list[Path] = field(default_factory=list)

    def page(self, page: Page) -> None:
        at = f" at commit {self.revision}" if self.revision else ""
        lines = [f"# {page.title}", "", f"Made by `{self.command}`{at}; how to read it: `{GUIDE}`.", ""]
        if page.text:
            lines += [page.text, ""]
        if self.with_plots:
            for name, what in page.plots.items():
                lines += [f"![{what}]({name}.svg)", ""]
        for section in page.sections:
            lines += section.markdown()
        self._write(f"{page.name}.md", "\n".join(lines))

    def csv(self, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        path = self._path(f"{name}.csv")
        with path.open("w", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)

    def svg(self, name: str) -> Path:
        """The path of a plot that is about to be written."""
        return self._path(f"{name}.svg")

    def _write(self, name: str, text: str) -> None:
        self._path(name).write_text(text)

    def _path(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        self.written.append(path)
        return path


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def significant(value: float) -> str:
    """A figure with three significant digits, and no exponent."""
    if value == 0:
        return "0"
    digits = 2
    for step in (1, 10, 100):
        if abs(value) >= step * 0.9995:
            digits = {1: 2, 10: 1, 100: 0}[step]
    if abs(value) < 0.9995:
        return f"{value:.3g}" if abs(value) >= 1e-4 else f"{value:.1e}"
    return f"{value:,.{digits}f}"
