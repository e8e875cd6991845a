"""Finds Scope's tools and runs them.

The wheel carries the tools in the folder `bin` of this package. `SCOPE_BIN` in the
environment names another folder. In a checkout that is not installed they are those
of `build/bin`.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import _signals
from ._files import full_disk
from .errors import ScopeError

#: The version of MLIR that the tools are made with.
MLIR_VERSION = "22"

#: Environment of programs that hold big weights for a moment: memory in large pages, and
#: kept to the end. A third of the time of such a program is the system's, for its pages.
LARGE_BLOCKS: Mapping[str, str] = (
    {}
    if "GLIBC_TUNABLES" in os.environ
    else {
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1073741824"
        ":glibc.malloc.trim_threshold=2147483648:glibc.malloc.top_pad=67108864"
    }
)

_HERE = Path(__file__).resolve().parent

# file:line:column: error: text
_ERROR = re.compile(r"^(?P<where>.*?)(?P<line>:\d+:\d+)?: error: (?P<text>.*)$", re.MULTILINE)


def find_tool(name: str) -> Path:
    """The path of the tool `name`, for example `scope-opt`."""
    folder = os.environ.get("SCOPE_BIN")
    if folder:
        tool = Path(folder) / name
        if os.access(tool, os.X_OK):
            return tool
        raise ScopeError(f"there is no {name} in {folder}", "correct SCOPE_BIN in the environment, or unset it")
    for tool in (_HERE / "bin" / name, _HERE.parents[1] / "build" / "bin" / name):
        if os.access(tool, os.X_OK):
            return tool
    raise ScopeError(
        f"{name} was not found", "install this package with its tools, or let SCOPE_BIN name the folder with them"
    )


def schema_folder() -> Path:
    """The folder with the JSON schemas of every version of the plan format."""
    for folder in (_HERE / "schema", _HERE.parents[1] / "docs" / "schema"):
        if folder.is_dir():
            return folder
    raise ScopeError("the schemas of plans were not found", "install this package anew")


def first_error(text: str) -> tuple[str, str] | None:
    """Where and what of the first error in what a tool printed; where it is in a file
    comes with line and column."""
    match = _ERROR.search(text)
    if match is None:
        return None
    where = match["where"]
    nowhere = where in ("-", "<stdin>") or where.startswith("<unknown>")
    line = (match["line"] or "").replace(":0:0", "")
    return ("" if nowhere else where + line), match["text"]


def is_valid(program: Path) -> bool:
    """Whether `scope-verify` takes the TOSA program. What it does not take, or where the
    package has no such tool, `scope-opt` decides, which takes ten times as long to start."""
    try:
        command = [str(find_tool("scope-verify")), str(program)]
        environment = {**os.environ, **LARGE_BLOCKS}
        nothing = subprocess.DEVNULL
        with _signals.started(command, stdout=nothing, stderr=nothing, env=environment) as process:
            return process.wait() == 0
    except (OSError, ScopeError):
        return False


def run(tool: str, arguments: Sequence[str], *, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `tool` to its end.

    Raises:
        ScopeError: the tool failed; the message is its first error.
    """
    command = [str(find_tool(tool)), *arguments]
    try:
        with _signals.started(
            command,
            stdin=None if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process:
            out, err = process.communicate(stdin)
        done = subprocess.CompletedProcess(command, process.returncode, out, err)
    except OSError as error:
        raise ScopeError(f"cannot run {command[0]}: {error.strerror}", "install this package anew") from None
    if done.returncode == 0:
        return done
    if done.returncode < 0 and not full_disk(done.stderr):
        name = signal.Signals(-done.returncode).name
        raise ScopeError(
            f"{tool} was ended by {name}",
            "if the machine has memory enough, this is a fault in Scope: report it with this input",
            done.stderr,
        )
    first = first_error(done.stderr)
    if first is None:
        full = full_disk(done.stderr)
        if full:
            raise full
        lines = done.stderr.strip().splitlines() or ["it printed nothing"]
        raise ScopeError(f"{tool} failed: {lines[-1]}", details=done.stderr)
    where, text = first
    # That is an option of the tool.
    text = text.replace("package-file= takes one of your own", "a file with one of your own is named with its .mlir")
    raise ScopeError(f"{where}: {text}" if where else text, details=done.stderr)
