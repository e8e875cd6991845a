"""Plans networks: runs `scope-opt` and reads what it found."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from . import _files, tools
from .choices import FinalChoice, Objective, SearchKind, Space, Strategy
from .errors import ScopeError
from .plans import Plan

if TYPE_CHECKING:
    from .package import Package


@dataclass(frozen=True)
class Options:
    """What to plan for. 0 and "" stand for the default of the tools, which
    docs/reference/passes.md describes (`scope-attach-package`).

    `package` is the name of a preset, a file that holds a package, or a `Package`;
    `batch` is in samples, `time_limit` in seconds, `max_latency` in cycles,
    `max_energy` in picojoules. With `final="simulate"` the best few plans are simulated
    and the best of those is taken (docs/simulator.md)."""

    package: str | Path | Package = ""
    batch: int = 0
    objective: Objective = "throughput"
    strategy: Strategy = "merged"
    space: Space = "full"
    search: SearchKind = "auto"
    assume_bits: int = 0
    max_beat: int = 0
    work_budget: int = 0
    time_limit: float = 0
    max_latency: int = 0
    max_energy: int = 0
    max_chiplets: int = 0
    samples: int = 0
    seed: int = 1
    function: str = ""
    final: FinalChoice = "model"

    def arguments(self, package_file: Path) -> str:
        """The options of the pipeline `scope-merge-pipeline`, in one text.
        `package_file` is where a `Package` is written."""
        words = []
        defaults = {field.name: field.default for field in fields(self)}
        for name, default in defaults.items():
            value = getattr(self, name)
            if value == default:
                continue
            if name == "package":
                words.append(self._package_argument(package_file))
            else:
                words.append(f"{name.replace('_', '-')}={value}")
        return " ".join(words)

    def check_package(self) -> None:
        """Raises a `ScopeError` if there is no such package: before a long import, say,
        and not after it."""
        if self.package == "":
            return
        with _files.temporary_folder("scope-") as scratch:
            word = self._package_argument(scratch / "package.mlir")
            tools.run("scope-opt", [f"--scope-attach-package={word}", "-"], stdin="module {}")

    def _package_argument(self, package_file: Path) -> str:
        if not isinstance(self.package, str | Path):
            package_file.write_text(self.package.to_mlir(), encoding="utf-8")
            return f"package-file={package_file}"
        name = str(self.package)
        if any(character in name for character in " {}\"'\t\n"):
            raise ScopeError(f"the package {name!r} has blanks, quotes or braces in its name", "rename it")
        if isinstance(self.package, Path) or name.endswith(".mlir") or "/" in name:
            _files.read_text(Path(name), "a file that holds one scope.package, or a preset (`scope packages`)")
            return f"package-file={name}"
        return f"package={name}"


@dataclass(frozen=True)
class Planned:
    """A plan and what came with it."""

    plan: Plan
    #: The JSON that `plan` was read from.
    json: str
    #: The report for people, 120 columns wide.
    report: str
    #: Seconds that the tool took, reading and writing included.
    seconds: float


def plan(
    model: str | Path,
    options: Options | None = None,
    *,
    output: str | Path | None = None,
    extra_arguments: Sequence[str] = (),
) -> Planned:
    """Plans the network in `model`, a file in MLIR (text or bytecode; see
    `scope_mcm.import_model` for others).

    Args:
        options: what to plan for; the defaults of the tools otherwise.
        output: where the planned program goes, as bytecode if `model` is bytecode.
        extra_arguments: further arguments of `scope-opt`.

    Raises:
        ScopeError: the network or the package was refused.
    """
    model = Path(model)
    if not model.is_file():
        raise ScopeError(f"there is no file {model}", "name a file with a network")
    options = options or Options()
    with _files.temporary_folder("scope-") as scratch:
        json_file, report_file = scratch / "plan.json", scratch / "report.txt"
        words = options.arguments(scratch / "package.mlir")
        arguments = [
            f"--scope-merge-pipeline={words}",
            f"--scope-report=format=json output={json_file}",
            f"--scope-report=output={report_file}",
            str(model),
            *extra_arguments,
        ]
        if _files.is_bytecode(model):
            arguments.append("--emit-bytecode")
        try:
            if output is None:
                seconds = _time_tool([*arguments, "-o", "/dev/null"])
            else:
                with _files.replacing(Path(output)) as (temporary,):
                    seconds = _time_tool([*arguments, "-o", str(temporary)])
        except ScopeError as error:
            message = _without_place(error.message, model)
            message = re.sub(re.escape(str(scratch / "package.mlir")) + r"(:\d+:\d+)?:", "the package:", message)
            remedy = error.remedy or _package_remedy(message, options.package) or _remedy(model)
            raise ScopeError(message, remedy, error.details) from None
        text = json_file.read_text(encoding="utf-8")
        return Planned(Plan.from_json(text), text, report_file.read_text(encoding="utf-8"), seconds)


def _without_place(message: str, model: Path) -> str:
    """The package is not named in the network, where the tool says it is."""
    return re.sub(rf"^{re.escape(str(model))}(:\d+:\d+)?: (?=no package is called )", "", message)


def _package_remedy(message: str, package: str | Path | Package) -> str:
    """What to do if the message is about the file of the package."""
    if isinstance(package, str | Path) and package and message.startswith(f"{package}:"):
        return "name a file that holds one scope.package, or a preset (`scope packages`)"
    return ""


def _remedy(model: Path) -> str:
    """What to do about a network that was refused: something only if it is none."""
    try:
        tools.run("scope-opt", [str(model), "-o", "/dev/null"])
    except ScopeError:
        return f"name a network in MLIR: TOSA or linalg on tensors, whole and as MLIR {tools.MLIR_VERSION} writes it"
    return ""


def _time_tool(arguments: list[str]) -> float:
    start = time.perf_counter()
    tools.run("scope-opt", arguments)
    return time.perf_counter() - start
