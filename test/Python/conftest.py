"""What the tests of the Python package share."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import scope_mcm as scope

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "test" / "Networks"

# A shell that runs the tests in the background has some signals ignored, and what the
# tests start would ignore them as well.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def run_scope(*arguments: object, cwd: Path, env: dict[str, str] | None = None) -> Ended:
    """Runs the command `scope` in `cwd`."""
    done = subprocess.run(
        [sys.executable, "-m", "scope_mcm.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "120", **(env or {})},
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def fails_with(ended: Ended, *texts: str) -> None:
    """Checks that a command failed with one line that has `texts` in it."""
    lines = ended.err.strip().splitlines()
    assert ended.code == 1, ended
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("scope: error: ")
    for text in texts:
        assert text in lines[0]


def processes_of(session: int) -> list[str]:
    """The processes of a session that have not ended, with their commands."""
    columns = ["ps", "-ww", "-eo", "sid=,stat=,pid=,args="]
    listed = subprocess.run(columns, capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [line for sid, state, line in lines if int(sid) == session and state[0] != "Z"]


@contextlib.contextmanager
def ended_by(number: signal.Signals, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Checks after the block that the command, the first process of its session, was ended
    by a signal and said no more than that; whatever happens, nothing of the session is
    left."""
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 128 + number, said
    assert b"Traceback" not in said


@pytest.fixture(scope="session")
def resnet18() -> scope.Planned:
    """ResNet-18 on 36 chiplets, several segments."""
    return scope.plan(NETWORKS / "resnet18.mlir", scope.Options(package="simba-6x6", assume_bits=8, batch=16))


@pytest.fixture(scope="session")
def pipelined() -> scope.Planned:
    """ResNet-18 with one layer a stage."""
    options = scope.Options(package="simba-6x6", assume_bits=8, batch=16, strategy="segmented")
    return scope.plan(NETWORKS / "resnet18.mlir", options)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("there is no chromium; apt-get install chromium")
    return path
